"""Collecting (P6.3): the list of today, promises, steps of the ladder, the letter."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from furrow.kit.figures import money
from furrow.kit.flash import flash
from furrow.kit.pdf import pdf_available, pdf_response
from furrow.receivables import collecting, collecting_today, letters, region_hours, words
from furrow.receivables.capitals import in_capitals
from furrow.receivables.collecting_models import Level, PromiseToPay, RegionHours
from furrow.receivables.forms import PromiseForm, RegionHoursForm, StepForm
from furrow.receivables.in_reach import account_of, ask_about, user_of
from furrow.receivables.models import Account, Invoice, InvoiceKind
from furrow.records.asking import posted
from furrow.team.access import require, right_required


@require_safe
@right_required("receivables.view")
def to_collect(request: HttpRequest) -> HttpResponse:
    """今日收款清单: by amount × risk × whether today is a good day."""
    rows = collecting_today.to_collect(user_of(request))
    shown = [
        {"row": one.late, "customer": one.customer, "person": one.person, "avoid": one.avoid, "avoid_in": one.avoid_in, "now": one.now, "why": words.WHY_TODAY[one.late.why], "risk": words.risk_words(one.late.risk), "level": Level(one.late.level).label if one.late.level else ""}
        for one in rows
    ]  # fmt: skip
    promises = collecting_today.due_promises(user_of(request))
    total = sum((one.late.overdue for one in rows), Decimal(0))
    context = {"rows": shown, "promises": promises, "total": total, "today": timezone.localdate()}
    return render(request, "receivables/collecting.html", context)


@right_required("receivables.add")
def promise(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what the customer promised."""
    account = account_of(request, pk)

    def act(data: dict[str, Any]) -> str:
        row = collecting.promise(account.customer, by=user_of(request), **data)
        return _("Promise of %(amount)s for %(day)s written down") % {
            "amount": money(row.amount),
            "day": row.due,
        }

    form = PromiseForm(posted(request), initial={"amount": account.balance if account.balance > 0 else None})
    return ask_about(account, request, form, act, title=_("Promise to pay"), button=_("Write down"))


@require_POST
@right_required("receivables.add")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a promise out that was written down by mistake."""
    row = get_object_or_404(PromiseToPay.objects.visible_to(user_of(request)), pk=pk)
    try:
        collecting.withdraw_promise(row, by=user_of(request))
        flash(request, _("Promise withdrawn"))
    except ValidationError as error:
        flash(request, " ".join(error.messages), kind="bad")
    account = Account.objects.visible_to(user_of(request)).filter(customer=row.customer_id).first()
    return redirect("accounts:page", account.pk) if account else redirect("receivables:collecting")


@right_required("receivables.add")
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down one attempt to collect."""
    account = account_of(request, pk)

    def act(data: dict[str, Any]) -> str:
        if data["level"] >= Level.STOP:
            require(request.user, "receivables.credit")
        made = collecting.take_step(account.customer, data.pop("level"), by=user_of(request), **data)
        return _("Step “%(step)s” written down") % {"step": made.get_level_display()}

    form = StepForm(posted(request), initial={"level": request.GET.get("level", 1)})
    text = _("“Stop supply” holds every new order of this customer.")
    return ask_about(
        account, request, form, act, title=_("Collecting step"), button=_("Write down"), text=text
    )


@require_safe
@right_required("receivables.view")
def letter(request: HttpRequest, pk: int, level: int) -> HttpResponse:
    """The letter of one rung, to print and sign."""
    account = account_of(request, pk)
    if level not in Level.values:
        raise Http404
    today = timezone.localdate()
    open_rows = Invoice.objects.visible_to(user_of(request)).filter(
        customer=account.customer_id, open__gt=0, kind=InvoiceKind.INVOICE, due__lt=today
    )
    rows = list(open_rows.order_by("due", "id")[:200])
    if not rows:
        flash(request, _("Nothing is overdue: no letter is needed"), kind="bad")
        return redirect("accounts:page", pk)
    overdue = sum((row.open for row in rows), Decimal(0))
    context = {
        "account": account, "customer": account.customer, "rows": rows, "overdue": overdue, "capitals": in_capitals(overdue),
        "letter": letters.letter(level, account.customer.name, overdue, today), "pdf": pdf_available(), "today": today,
    }  # fmt: skip
    if request.GET.get("format") == "pdf":
        return pdf_response(request, "receivables/print_letter.html", context, f"letter-{pk}-{level}.pdf")
    return render(request, "receivables/print_letter.html", context)


@right_required("receivables.view")
def hours(request: HttpRequest) -> HttpResponse:
    """Hours not to ask, region by region; seen by all, changed by those who keep the credit policy."""
    form = RegionHoursForm(posted(request))
    if request.method == "POST":
        require(request.user, "receivables.policy")
        if form.is_valid():
            try:
                made = region_hours.set_hours(by=user_of(request), **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                flash(request, _("Saved: %(hours)s") % {"hours": made})
                return redirect("receivables:hours")
    rows = RegionHours.objects.select_related("region").order_by("region")
    return render(request, "receivables/hours.html", {"form": form, "rows": rows}, status=422 if form.is_bound else 200)  # fmt: skip


@require_POST
@right_required("receivables.policy")
def end_hours(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the hours of one region out."""
    region_hours.end_hours(get_object_or_404(RegionHours, pk=pk), by=user_of(request))
    flash(request, _("The region is asked at any hour again"))
    return redirect("receivables:hours")
