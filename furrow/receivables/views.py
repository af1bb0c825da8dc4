"""What is not everyday: allocating, refunding, reversing, writing off, credit, the journal. Collecting has views of its own."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from furrow.kit.figures import money
from furrow.kit.flash import flash
from furrow.receivables import credit, queries, rules, services, words, write_offs
from furrow.receivables.accounting import accounting_export
from furrow.receivables.forms import (
    AmountReasonForm,
    LimitForm,
    PaymentForm,
    PeriodForm,
    PolicyForm,
    ReasonForm,
    RefundForm,
    read_parts,
)
from furrow.receivables.in_reach import account_of, ask_about, invoice_of, payment_of, user_of
from furrow.receivables.models import Allocation, Invoice, InvoiceKind, WriteOff
from furrow.records.asking import posted
from furrow.team.access import may, require, right_required

# Payments -----------------------------------------------------------------------------------------


@right_required("receivables.change")
def allocate(request: HttpRequest, pk: int) -> HttpResponse:
    """Which invoices a payment pays, by hand; the proposal stands in the fields. Nothing is allocated while one part is wrong."""
    payment = payment_of(request, pk)
    open_rows = Invoice.objects.visible_to(user_of(request)).filter(customer=payment.customer_id, open__gt=0, kind=InvoiceKind.INVOICE)  # fmt: skip
    rows = list(open_rows.order_by("due", "id")[:200])
    items, text = services.open_items(payment.customer_id), f"{payment.reference} {payment.note}"
    proposed, errors = dict(rules.propose(payment.free, items, text).parts), list[str]()
    if request.method == "POST":
        proposed, errors = read_parts(request.POST, rows)
        try:
            if not errors:
                services.allocate(payment, list(proposed.items()), by=user_of(request))
                said = _("Allocated %(amount)s") % {"amount": money(sum(proposed.values()))}
                flash(request, said)
                return redirect("payments:page", payment.pk)
        except ValidationError as error:
            errors = error.messages
    context = {"payment": payment, "rows": [(row, proposed.get(row.pk)) for row in rows], "errors": errors}
    return render(request, "receivables/allocate.html", context, status=422 if errors else 200)


@require_POST
@right_required("receivables.change")
def undo_allocation(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one allocation back."""
    rows = Allocation.objects.filter(invoice__in=Invoice.objects.visible_to(user_of(request)))
    row = get_object_or_404(rows.select_related("invoice"), pk=pk)
    try:
        services.undo_allocation(row, by=user_of(request))
        flash(request, _("Allocation of %(amount)s undone") % {"amount": money(row.amount)})
    except ValidationError as error:
        flash(request, " ".join(error.messages), kind="bad")
    return (
        redirect("payments:page", row.payment_id)
        if row.payment_id
        else redirect("invoices:page", row.invoice_id)
    )


@right_required("receivables.reverse")
def refund(request: HttpRequest, pk: int) -> HttpResponse:
    """Give back what is on account of a payment."""
    payment = payment_of(request, pk)

    def act(data: dict[str, Any]) -> str:
        made = services.refund_payment(
            payment, data["amount"], method=data["method"], reference=data["reference"], by=user_of(request)
        )
        return _("Refund %(number)s recorded") % {"number": made}

    form = RefundForm(posted(request), initial={"amount": payment.free, "method": payment.method})
    text = _("%(free)s of this payment is on account.") % {"free": money(payment.free)}
    return ask_about(payment, request, form, act, title=_("Refund"), button=_("Record refund"), text=text)


@right_required("receivables.reverse")
def reverse_payment(request: HttpRequest, pk: int) -> HttpResponse:
    """The money never came."""
    payment = payment_of(request, pk)

    def act(data: dict[str, Any]) -> str:
        services.reverse_payment(payment, reason=data["reason"], by=user_of(request))
        return _("Payment %(number)s reversed; what it paid is open again") % {"number": payment}

    text = _("The invoices that this payment of %(amount)s paid are open again. The entry stays in the ledger with its counter-entry.") % {"amount": money(payment.amount)}  # fmt: skip
    return ask_about(
        payment, request, ReasonForm(posted(request)), act, title=_("Reverse payment"), text=text, danger=True
    )


# Invoices -----------------------------------------------------------------------------------------


@right_required("receivables.reverse")
def reverse_invoice(request: HttpRequest, pk: int) -> HttpResponse:
    """A credit note over the whole of it."""
    invoice = invoice_of(request, pk)

    def act(data: dict[str, Any]) -> str:
        note = services.reverse_invoice(invoice, reason=data["reason"], by=user_of(request))
        return _("Credit note %(number)s issued") % {"number": note}

    text = _("A credit note over %(amount)s takes this invoice back; what had paid it is on account again.") % {"amount": money(invoice.gross)}  # fmt: skip
    return ask_about(
        invoice,
        request,
        ReasonForm(posted(request)),
        act,
        title=_("Reverse invoice"),
        button=_("Issue credit note"),
        text=text,
        danger=True,
    )


@right_required("receivables.write_off")
def write_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to give part of an invoice up."""
    invoice = invoice_of(request, pk)

    def act(data: dict[str, Any]) -> str:
        write_offs.ask_write_off(invoice, data["amount"], reason=data["reason"], by=user_of(request))
        return _("Write-off of %(amount)s waits for approval") % {"amount": money(data["amount"])}

    form = AmountReasonForm(posted(request), initial={"amount": invoice.open})
    return ask_about(
        invoice,
        request,
        form,
        act,
        title=_("Write off"),
        button=_("Ask for approval"),
        text=_("Somebody else has to approve it."),
    )


@require_safe
@right_required("receivables.approve")
def waiting(request: HttpRequest) -> HttpResponse:
    """Write-offs that wait for approval."""
    return render(
        request,
        "receivables/write_offs.html",
        {"rows": write_offs.waiting_within_reach(user_of(request))[:100]},
    )


@require_POST
@right_required("receivables.approve")
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or refuse one."""
    rows = WriteOff.objects.filter(invoice__in=Invoice.objects.visible_to(user_of(request)))
    asked = get_object_or_404(rows, pk=pk)
    try:
        done = write_offs.decide_write_off(
            asked, approve=request.POST.get("do") == "approve", by=user_of(request)
        )
        flash(request, done.get_state_display())
    except ValidationError as error:
        flash(request, " ".join(error.messages), kind="bad")
    return redirect("receivables:write_offs")


# Accounts and credit ------------------------------------------------------------------------------


@right_required("receivables.add")
def pay(request: HttpRequest, pk: int) -> HttpResponse:
    """Money received from this customer."""
    account = account_of(request, pk)

    def act(data: dict[str, Any]) -> str:
        made = services.record_payment(account.customer, data.pop("amount"), by=user_of(request), **data)
        return _("Payment %(number)s of %(amount)s recorded") % {"number": made, "amount": money(made.amount)}

    form = PaymentForm(posted(request), user=user_of(request), initial={"amount": account.owed or None})
    del form.fields["customer"]
    return ask_about(account, request, form, act, title=_("Record payment"))


@require_safe
@right_required("receivables.view")
def aging(request: HttpRequest) -> HttpResponse:
    """The strip above the list of accounts, asked for after the first paint."""
    found = queries.aging(user_of(request))
    rows = [(words.BUCKETS[code], amount) for code, amount in found.buckets.items()]
    fills = zip("51336", found.buckets.values(), strict=True)
    return render(request, "receivables/_aging.html", {"aging": found, "rows": rows, "parts": list(fills)})


@require_safe
@right_required("receivables.view")
def ledger(request: HttpRequest, pk: int) -> HttpResponse:
    """Further entries of a customer's ledger."""
    account = account_of(request, pk)
    before = request.GET.get("before", "")
    cursor = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else 0
    rows, older = queries.ledger_page(account, cursor)
    return render(
        request, "receivables/_ledger_rows.html", {"account": account, "rows": rows, "older": older}
    )


@right_required("receivables.credit")
def limit(request: HttpRequest, pk: int) -> HttpResponse:
    """A customer's own limit and term."""
    account = account_of(request, pk)
    found = credit.check(account.customer_id)

    def act(data: dict[str, Any]) -> str:
        credit.set_limit(account.customer, by=user_of(request), **data)
        return _("Credit limit set until %(day)s") % {"day": data["expires"]}

    form = LimitForm(
        posted(request), initial={"limit": found.terms.limit, "term_days": found.terms.term_days}
    )
    text = _("Now: %(limit)s (%(limit_from)s), %(days)d days (%(term_from)s).") % {
        "limit": money(found.terms.limit),
        "limit_from": words.LEVELS[found.terms.limit_from],
        "days": found.terms.term_days,
        "term_from": words.LEVELS[found.terms.term_from],
    }
    return ask_about(
        account, request, form, act, title=_("Own credit limit"), button=_("Set limit"), text=text
    )


@require_POST
@right_required("receivables.credit")
def end_limit(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to class or company."""
    account = account_of(request, pk)
    if credit.end_limit(account.customer, by=user_of(request)):
        flash(request, _("The own limit no longer holds"))
    return redirect("accounts:page", pk)


@right_required("receivables.credit")
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop supply, or let it go on."""
    account = account_of(request, pk)

    def act(data: dict[str, Any]) -> str:
        credit.set_stopped(account.customer, not account.stopped, reason=data["reason"], by=user_of(request))
        return _("Supply goes on") if account.stopped else _("Supply stopped")

    title = _("Resume supply") if account.stopped else _("Stop supply")
    text = "" if account.stopped else _("Every new order of this customer is held until supply is resumed.")
    return ask_about(
        account, request, ReasonForm(posted(request)), act, title=title, text=text, danger=not account.stopped
    )


@right_required("receivables.view")
def policy(request: HttpRequest) -> HttpResponse:
    """The company's credit policy; seen by all, changed by those with the right."""
    own = credit.policy()
    names = ("default_limit", "default_term", "days_overdue", "broken_promises")
    form = PolicyForm(posted(request), initial={name: getattr(own, name) for name in names})
    kept = may(request.user, "receivables.policy")
    for field in form.fields.values():
        field.disabled = not kept
    if request.method == "POST":
        require(request.user, "receivables.policy")
        if form.is_valid():
            credit.change_policy(by=user_of(request), **form.cleaned_data)
            flash(request, _("Credit policy saved"))
            return redirect("receivables:policy")
    return render(request, "receivables/policy.html", {"form": form}, status=422 if form.is_bound else 200)


# Exchange -----------------------------------------------------------------------------------------


@require_safe
@right_required("receivables.export")
def accounting(request: HttpRequest) -> HttpResponse:
    """The journal of a period as a workbook for the accounting program (docs: layout)."""
    start, end = PeriodForm(request.GET).period(timezone.localdate())
    return accounting_export(user_of(request), start, end)  # type: ignore[return-value]
