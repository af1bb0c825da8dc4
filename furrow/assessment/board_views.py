"""Pages that look over many customers: what is due, who moved, target customers and the waiting list, the upgrade path."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from furrow.assessment import board_queries, strategies
from furrow.assessment.cards import CUSTOMER_GRADE, Card
from furrow.assessment.scorecards import current_cards
from furrow.customers.models import Customer
from furrow.kit.figures import day as day_text
from furrow.kit.figures import listed
from furrow.kit.flash import flash
from furrow.kit.pdf import pdf_available, pdf_response
from furrow.kit.sheets import write_xlsx
from furrow.kit.sheets.cells import clean_text
from furrow.kit.sheets.write import Column
from furrow.team.access import require, right_required
from furrow.team.models import User

DAYS = 90
MOST_DAYS = 1100


@require_safe
@right_required("assessment.view")
def due(request: HttpRequest) -> HttpResponse:
    """Quarterly and yearly assessments that are due."""
    user: Any = request.user
    found = board_queries.due(user, timezone.localdate())
    return render(request, "assessment/due.html", {"due": found, "any": any(one.customers for one in found)})


# Changes ----------------------------------------------------------------------------------------


def _asked(request: HttpRequest) -> dict[str, Any]:
    """What the address asks for; anything senseless falls back to the last ninety days of the customer grade."""
    user: Any = request.user
    cards = {code: card for code, card in current_cards().items() if card.subject == "customer"}
    card = cards.get(request.GET.get("card", ""), cards[CUSTOMER_GRADE])
    today = timezone.localdate()
    end = min(_day(request.GET.get("to", "")) or today, today)
    start = _day(request.GET.get("from", "")) or end - timedelta(days=DAYS)
    start = max(min(start, end), end - timedelta(days=MOST_DAYS))
    owners = User.objects.line_within_reach(user)
    owner = request.GET.get("owner", "")
    chosen = owners.filter(pk=owner).first() if owner.isdecimal() and len(owner) < 10 else None
    direction = {"up": 1, "down": -1}.get(request.GET.get("way", ""), 0)
    return {
        "card": card,
        "cards": list(cards.values()),
        "start": start,
        "end": end,
        "owner": chosen,
        "owners": owners,
        "direction": direction,
        "way": request.GET.get("way", ""),
    }


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None


@require_safe
@right_required("assessment.view")
def changes(request: HttpRequest) -> HttpResponse:
    """等级变化: who moved up or down in a period, and why; as page, paper or workbook."""
    user: Any = request.user
    asked = _asked(request)
    rows = board_queries.changes(
        asked["card"],
        user,
        asked["start"],
        asked["end"],
        owner=asked["owner"].pk if asked["owner"] else None,
        direction=asked["direction"],
    )
    form = request.GET.get("format", "")
    if form == "xlsx":
        require(request.user, "assessment.export")
        return _workbook(asked["card"], rows)
    context = {
        **asked,
        "rows": rows,
        "up": sum(one.direction > 0 for one in rows),
        "down": sum(one.direction < 0 for one in rows),
        "most": board_queries.MOST_CHANGES,
        "pdf": pdf_available(),
    }
    if form == "pdf":
        return pdf_response(request, "assessment/print_changes.html", context, "changes.pdf")
    return render(
        request, "assessment/print_changes.html" if form == "print" else "assessment/changes.html", context
    )


def _workbook(card: Card, rows: list[board_queries.Change]) -> HttpResponse:
    columns = [Column(_("Customer name")), Column(_("Customer code")), Column(_("Owner")), Column(_("Day"), "date"), Column(_("Before")), Column(_("Now")), Column(pgettext("change of class", "Direction")), Column(_("What moved it")), Column(_("Assessed by")), Column(_("Evidence"))]  # fmt: skip
    target = BytesIO()
    write_xlsx(target, str(card.name)[:31], columns, (_line(one) for one in rows))
    answer = HttpResponse(
        target.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    answer["Content-Disposition"] = 'attachment; filename="changes.xlsx"'
    return answer


def _line(one: board_queries.Change) -> list[Any]:
    customer: Any = one.assessment.customer
    why = listed(f"{criterion.name} {shift:+}" for criterion, shift in one.why)
    made = one.assessment
    return [customer.name, customer.code, customer.owner.name if customer.owner else "", timezone.localtime(made.at).date(), one.name_before, one.name, pgettext("change of class", "Up") if one.direction > 0 else pgettext("change of class", "Down"), why, made.by.name if made.by else "", made.evidence]  # fmt: skip


# Targets ----------------------------------------------------------------------------------------


@require_safe
@right_required("assessment.view")
def targets(request: HttpRequest) -> HttpResponse:
    """目标客户 and 顺序名单: the picked ones, and the ranked list of those who wait."""
    user: Any = request.user
    context = {
        "targets": board_queries.targets(user),
        "waiting": board_queries.waiting(user),
        "most": board_queries.MOST_WAITING,
        "pdf": pdf_available(),
    }
    if request.GET.get("format") == "print":
        return render(request, "assessment/print_targets.html", context)
    if request.GET.get("format") == "xlsx":
        require(request.user, "assessment.export")
        return _list_workbook(context)
    return render(request, "assessment/targets.html", context)


def _list_workbook(context: dict[str, Any]) -> HttpResponse:
    columns = [Column(_("List")), Column(_("Place"), "integer"), Column(_("Customer name")), Column(_("Customer code")), Column(_("Class")), Column(_("Owner")), Column(pgettext("grade", "Reason")), Column(_("Day"))]  # fmt: skip
    rows = [
        [_("Target customers"), number, one.customer.name, one.customer.code, one.customer.customer_grade, one.customer.owner.name if one.customer.owner else "", one.reason, day_text(one.at)]
        for number, one in enumerate(context["targets"], 1)
    ] + [
        [_("Waiting list"), number, one.customer.name, one.customer.code, one.grade, one.customer.owner.name if one.customer.owner else "", "", day_text(one.at)]
        for number, one in enumerate(context["waiting"], 1)
    ]  # fmt: skip
    target = BytesIO()
    write_xlsx(target, _("Target customers"), columns, rows)
    answer = HttpResponse(
        target.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    answer["Content-Disposition"] = 'attachment; filename="targets.xlsx"'
    return answer


@require_POST
@right_required("assessment.target")
def pick(request: HttpRequest) -> HttpResponse:
    """Make the ticked customers target customers."""
    user: Any = request.user
    ids = [int(text) for text in request.POST.getlist("ids")[:500] if text.isdecimal() and len(text) < 18]
    reason = clean_text(" ".join(request.POST.get("reason", "").split()))[:300]
    if not ids or not reason:
        flash(request, _("Tick customers and say why they are picked"), kind="bad")
        return redirect("assessment:targets")
    count = strategies.pick_targets(ids, reason=reason, by=user)
    flash(
        request,
        ngettext("%(count)d target customer picked", "%(count)d target customers picked", count)
        % {"count": count},
    )
    return redirect("assessment:targets")


@require_POST
@right_required("assessment.target")
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to the waiting list."""
    user: Any = request.user
    customer = get_object_or_404(Customer.objects.visible_to(user), pk=pk)
    if not strategies.release_target(customer, by=user):
        raise Http404
    flash(request, _("“%(name)s” waits in the list again") % {"name": customer})
    return redirect("assessment:targets")


@require_safe
@right_required("assessment.view")
def upgrade(request: HttpRequest) -> HttpResponse:
    """The upgrade path as a board of four steps."""
    user: Any = request.user
    return render(request, "assessment/upgrade.html", {"lanes": board_queries.upgrade_path(user)})
