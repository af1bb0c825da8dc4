"""Handover sheets: made, assigned line by line or by suggestion, signed, printed, exported (P2.2)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from furrow.kit.flash import flash
from furrow.kit.pdf import pdf_available, pdf_response
from furrow.leads import handover, papers
from furrow.leads.course_models import HandoverSheet, SheetKind
from furrow.leads.models import Lead
from furrow.leads.states import WAITING
from furrow.leads.views import tell
from furrow.team.access import require, right_required
from furrow.team.models import User

MOST_LINES = 500
WHY = {
    "finder": gettext_lazy("found it"),
    "rule": gettext_lazy("by rule"),
    "load": gettext_lazy("has the fewest"),
    "turn": gettext_lazy("next in turn"),
}


def _sheet(request: HttpRequest, pk: int) -> HandoverSheet:
    user: Any = request.user
    rows = HandoverSheet.objects.visible_to(user).select_related("made_by", "signed_by")
    return get_object_or_404(rows, pk=pk)


def _leads(request: HttpRequest, sheet: HandoverSheet) -> list[Lead]:
    """The sheet's lines in the reader's reach, in the sheet's order."""
    user: Any = request.user
    rows = Lead.objects.visible_to(user).filter(line__sheet=sheet)
    rows = rows.select_related("channel", "holder", "brand", "product", "region", "line").prefetch_related(
        "reports"
    )
    return list(rows.order_by("line__pk")[:MOST_LINES])


@require_safe
@right_required("leads.view")
def sheets(request: HttpRequest) -> HttpResponse:
    """The sheets, newest first, with how many lines are still open on each."""
    user: Any = request.user
    rows = HandoverSheet.objects.visible_to(user).select_related("made_by", "signed_by")
    return render(request, "leads/sheets.html", {"lines": handover.counted(rows[:60]), "kinds": SheetKind})


@require_POST
@right_required("leads.hand_over")
def make(request: HttpRequest) -> HttpResponse:
    """A sheet now, of everything that waits."""
    user: Any = request.user
    try:
        made = handover.make_sheet(SheetKind.NOW, by=user)
    except ValidationError as error:
        tell(request, error)
        return redirect("leads:sheets")
    return redirect("leads:sheet", made.pk)


@require_safe
@right_required("leads.view")
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One sheet with its lines; who assigns sees whom each should go to and why."""
    user: Any = request.user
    found = _sheet(request, pk)
    leads = _leads(request, found)
    assigns = user.may("leads.assign")
    waiting = [lead for lead in leads if lead.state in WAITING]
    suggested = handover.suggestions(waiting, user) if assigns else {}
    context = {
        "sheet": found,
        "lines": [_line(lead, suggested.get(lead.pk)) for lead in leads],
        "waiting": len(waiting),
        "people": list(handover.assignees(user)) if assigns else [],
        "assigns": assigns,
    }
    return render(request, "leads/sheet.html", context)


def _line(lead: Lead, suggestion: Any) -> dict[str, Any]:
    return {
        "lead": lead,
        "waits": lead.state in WAITING,
        "person": suggestion.person if suggestion else None,
        "why": WHY[suggestion.why] if suggestion else "",
        "feedback": papers.feedback_of(lead),
    }


@require_POST
@right_required("leads.assign")
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the lines to the people chosen beside them; lines left at “later” wait."""
    user: Any = request.user
    found = _sheet(request, pk)
    people: dict[str, User] = {str(person.pk): person for person in handover.assignees(user)}
    leads = {str(lead.pk): lead for lead in _leads(request, found)}
    wanted = {
        lead.pk: people[choice]
        for key, lead in leads.items()
        if (choice := request.POST.get(f"to_{key}", "")) in people
    }
    try:
        done = handover.assign_lines(found, wanted, by=user)
        said = ngettext("%(number)d line assigned", "%(number)d lines assigned", done) % {"number": done}
        flash(
            request,
            said if done else _("Nothing assigned: choose a person beside a line"),
            kind="ok" if done else "note",
        )
        if "sign" in request.POST:
            handover.sign_sheet(found, by=user)
            flash(request, _("Signed"))
    except ValidationError as error:
        tell(request, error)
    return redirect("leads:sheet", pk)


@require_safe
@right_required("leads.view")
def print_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """客户信息移交表 on paper, as PDF, or as a table."""
    user: Any = request.user
    found = _sheet(request, pk)
    leads = _leads(request, found)
    kind = request.GET.get("format", "")
    if kind in ("xlsx", "csv"):
        require(user, "leads.export")
        return papers.table_response(request, papers.handover_sheet(found, leads), kind)
    context = {
        "sheet": found,
        "lines": [_line(lead, None) for lead in leads],
        "blanks": range(max(0, 8 - len(leads))),
        "pdf": pdf_available(),
    }
    if kind == "pdf":
        return pdf_response(request, "leads/print_sheet.html", context, f"handover-{found.number}.pdf")
    return render(request, "leads/print_sheet.html", context)
