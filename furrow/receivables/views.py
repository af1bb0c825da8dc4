"""What is not everyday: allocating, refunding, reversing, writing off, credit, collecting, the letter."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from furrow.kit.figures import money
from furrow.kit.flash import flash
from furrow.kit.pdf import pdf_available, pdf_response
from furrow.receivables import collecting, credit, letters, queries, rules, services, words, write_offs
from furrow.receivables.accounting import accounting_export
from furrow.receivables.capitals import in_capitals
from furrow.receivables.collecting_models import Level, PromiseToPay
from furrow.receivables.forms import (
    AmountReasonForm,
    LimitForm,
    PaymentForm,
    PeriodForm,
    PolicyForm,
    PromiseForm,
    ReasonForm,
    RefundForm,
    StepForm,
    read_parts,
)
from furrow.receivables.models import Account, Allocation, Invoice, InvoiceKind, Payment, WriteOff
from furrow.team.access import require, right_required

Act = Callable[[dict[str, Any]], str]


def _user(request: HttpRequest) -> Any:
    return request.user


def _account(request: HttpRequest, pk: int) -> Any:
    return get_object_or_404(
        Account.objects.visible_to(_user(request)).select_related("customer__owner"), pk=pk
    )


def _payment(request: HttpRequest, pk: int) -> Any:
    return get_object_or_404(Payment.objects.visible_to(_user(request)).select_related("customer"), pk=pk)


def _invoice(request: HttpRequest, pk: int) -> Any:
    return get_object_or_404(Invoice.objects.visible_to(_user(request)).select_related("customer"), pk=pk)


def _ask(
    request: HttpRequest, form: forms.BaseForm, act: Act, *, title: str, button: str, thing: Any, page: str, text: str = "", danger: bool = False
) -> HttpResponse:  # fmt: skip
    """A page with one small form; on POST `act(cleaned data)` does it and says so, and the thing's page follows."""
    if request.method == "POST" and form.is_valid():
        try:
            said = act(form.cleaned_data)
        except ValidationError as error:
            known = not hasattr(error, "error_dict") or all(name in form.fields for name in error.error_dict)
            form.add_error(None, error if known else ValidationError(error.messages))
        else:
            flash(request, said)
            return redirect(page, thing.pk)
    context = {
        "form": form,
        "title": title,
        "button": button,
        "thing": thing,
        "page": page,
        "text": text,
        "danger": danger,
    }
    return render(request, "receivables/ask.html", context, status=422 if form.is_bound else 200)


def _data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


# Payments -----------------------------------------------------------------------------------------


@right_required("receivables.change")
def allocate(request: HttpRequest, pk: int) -> HttpResponse:
    """Which invoices a payment pays, by hand; the proposal stands in the fields. Nothing is allocated while one part is wrong."""
    payment = _payment(request, pk)
    open_rows = Invoice.objects.visible_to(_user(request)).filter(customer=payment.customer_id, open__gt=0, kind=InvoiceKind.INVOICE)  # fmt: skip
    rows = list(open_rows.order_by("due", "id")[:200])
    items, text = services.open_items(payment.customer_id), f"{payment.reference} {payment.note}"
    proposed, errors = dict(rules.propose(payment.free, items, text).parts), list[str]()
    if request.method == "POST":
        proposed, errors = read_parts(request.POST, rows)
        try:
            if not errors:
                services.allocate(payment, list(proposed.items()), by=_user(request))
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
    rows = Allocation.objects.filter(invoice__in=Invoice.objects.visible_to(_user(request)))
    row = get_object_or_404(rows.select_related("invoice"), pk=pk)
    try:
        services.undo_allocation(row, by=_user(request))
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
    payment = _payment(request, pk)

    def act(data: dict[str, Any]) -> str:
        made = services.refund_payment(
            payment, data["amount"], method=data["method"], reference=data["reference"], by=_user(request)
        )
        return _("Refund %(number)s recorded") % {"number": made}

    form = RefundForm(_data(request), initial={"amount": payment.free, "method": payment.method})
    text = _("%(free)s of this payment is on account.") % {"free": money(payment.free)}
    return _ask(
        request,
        form,
        act,
        title=_("Refund"),
        button=_("Record refund"),
        thing=payment,
        page="payments:page",
        text=text,
    )


@right_required("receivables.reverse")
def reverse_payment(request: HttpRequest, pk: int) -> HttpResponse:
    """The money never came."""
    payment = _payment(request, pk)

    def act(data: dict[str, Any]) -> str:
        services.reverse_payment(payment, reason=data["reason"], by=_user(request))
        return _("Payment %(number)s reversed; what it paid is open again") % {"number": payment}

    text = _("The invoices that this payment of %(amount)s paid are open again. The entry stays in the ledger with its counter-entry.") % {"amount": money(payment.amount)}  # fmt: skip
    return _ask(request, ReasonForm(_data(request)), act, title=_("Reverse payment"), button=_("Reverse payment"), thing=payment, page="payments:page", text=text, danger=True)  # fmt: skip


# Invoices -----------------------------------------------------------------------------------------


@right_required("receivables.reverse")
def reverse_invoice(request: HttpRequest, pk: int) -> HttpResponse:
    """A credit note over the whole of it."""
    invoice = _invoice(request, pk)

    def act(data: dict[str, Any]) -> str:
        note = services.reverse_invoice(invoice, reason=data["reason"], by=_user(request))
        return _("Credit note %(number)s issued") % {"number": note}

    text = _("A credit note over %(amount)s takes this invoice back; what had paid it is on account again.") % {"amount": money(invoice.gross)}  # fmt: skip
    return _ask(request, ReasonForm(_data(request)), act, title=_("Reverse invoice"), button=_("Issue credit note"), thing=invoice, page="invoices:page", text=text, danger=True)  # fmt: skip


@right_required("receivables.write_off")
def write_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to give part of an invoice up."""
    invoice = _invoice(request, pk)

    def act(data: dict[str, Any]) -> str:
        write_offs.ask_write_off(invoice, data["amount"], reason=data["reason"], by=_user(request))
        return _("Write-off of %(amount)s waits for approval") % {"amount": money(data["amount"])}

    form = AmountReasonForm(_data(request), initial={"amount": invoice.open})
    return _ask(request, form, act, title=_("Write off"), button=_("Ask for approval"), thing=invoice, page="invoices:page", text=_("Somebody else has to approve it."))  # fmt: skip


@require_safe
@right_required("receivables.approve")
def waiting(request: HttpRequest) -> HttpResponse:
    """Write-offs that wait for approval."""
    return render(
        request,
        "receivables/write_offs.html",
        {"rows": write_offs.waiting_within_reach(_user(request))[:100]},
    )


@require_POST
@right_required("receivables.approve")
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or refuse one."""
    rows = WriteOff.objects.filter(invoice__in=Invoice.objects.visible_to(_user(request)))
    asked = get_object_or_404(rows, pk=pk)
    try:
        done = write_offs.decide_write_off(
            asked, approve=request.POST.get("do") == "approve", by=_user(request)
        )
        flash(request, done.get_state_display())
    except ValidationError as error:
        flash(request, " ".join(error.messages), kind="bad")
    return redirect("receivables:write_offs")


# Accounts and credit ------------------------------------------------------------------------------


@right_required("receivables.add")
def pay(request: HttpRequest, pk: int) -> HttpResponse:
    """Money received from this customer."""
    account = _account(request, pk)

    def act(data: dict[str, Any]) -> str:
        made = services.record_payment(account.customer, data.pop("amount"), by=_user(request), **data)
        return _("Payment %(number)s of %(amount)s recorded") % {"number": made, "amount": money(made.amount)}

    form = PaymentForm(_data(request), user=_user(request), initial={"amount": account.owed or None})
    del form.fields["customer"]
    return _ask(
        request,
        form,
        act,
        title=_("Record payment"),
        button=_("Record payment"),
        thing=account,
        page="accounts:page",
    )


@require_safe
@right_required("receivables.view")
def aging(request: HttpRequest) -> HttpResponse:
    """The strip above the list of accounts, asked for after the first paint."""
    found = queries.aging(_user(request))
    rows = [(words.BUCKETS[code], amount) for code, amount in found.buckets.items()]
    fills = zip("51336", found.buckets.values(), strict=True)
    return render(request, "receivables/_aging.html", {"aging": found, "rows": rows, "parts": list(fills)})


@require_safe
@right_required("receivables.view")
def ledger(request: HttpRequest, pk: int) -> HttpResponse:
    """Further entries of a customer's ledger."""
    account = _account(request, pk)
    before = request.GET.get("before", "")
    cursor = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else 0
    rows, older = queries.ledger_page(account, cursor)
    return render(
        request, "receivables/_ledger_rows.html", {"account": account, "rows": rows, "older": older}
    )


@right_required("receivables.credit")
def limit(request: HttpRequest, pk: int) -> HttpResponse:
    """A customer's own limit and term."""
    account = _account(request, pk)
    found = credit.check(account.customer_id)

    def act(data: dict[str, Any]) -> str:
        credit.set_limit(account.customer, by=_user(request), **data)
        return _("Credit limit set until %(day)s") % {"day": data["expires"]}

    form = LimitForm(_data(request), initial={"limit": found.terms.limit, "term_days": found.terms.term_days})
    text = _("Now: %(limit)s (%(limit_from)s), %(days)d days (%(term_from)s).") % {
        "limit": money(found.terms.limit),
        "limit_from": words.LEVELS[found.terms.limit_from],
        "days": found.terms.term_days,
        "term_from": words.LEVELS[found.terms.term_from],
    }
    return _ask(
        request,
        form,
        act,
        title=_("Own credit limit"),
        button=_("Set limit"),
        thing=account,
        page="accounts:page",
        text=text,
    )


@require_POST
@right_required("receivables.credit")
def end_limit(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to class or company."""
    account = _account(request, pk)
    if credit.end_limit(account.customer, by=_user(request)):
        flash(request, _("The own limit no longer holds"))
    return redirect("accounts:page", pk)


@right_required("receivables.credit")
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop supply, or let it go on."""
    account = _account(request, pk)

    def act(data: dict[str, Any]) -> str:
        credit.set_stopped(account.customer, not account.stopped, reason=data["reason"], by=_user(request))
        return _("Supply goes on") if account.stopped else _("Supply stopped")

    title = _("Resume supply") if account.stopped else _("Stop supply")
    text = "" if account.stopped else _("Every new order of this customer is held until supply is resumed.")
    return _ask(request, ReasonForm(_data(request)), act, title=title, button=title, thing=account, page="accounts:page", text=text, danger=not account.stopped)  # fmt: skip


@right_required("receivables.view")
def policy(request: HttpRequest) -> HttpResponse:
    """The company's credit policy; seen by all, changed by those with the right."""
    own = credit.policy()
    names = ("default_limit", "default_term", "days_overdue", "broken_promises")
    form = PolicyForm(_data(request), initial={name: getattr(own, name) for name in names})
    if request.method == "POST":
        require(request.user, "receivables.policy")
        if form.is_valid():
            credit.change_policy(by=_user(request), **form.cleaned_data)
            flash(request, _("Credit policy saved"))
            return redirect("receivables:policy")
    return render(request, "receivables/policy.html", {"form": form}, status=422 if form.is_bound else 200)


# Collecting ---------------------------------------------------------------------------------------


@require_safe
@right_required("receivables.view")
def to_collect(request: HttpRequest) -> HttpResponse:
    """今日收款清单: by amount × risk × whether today is a good day."""
    rows = collecting.to_collect(_user(request))
    accounts = {
        row.customer_id: row.pk
        for row in Account.objects.visible_to(_user(request)).filter(
            customer__in=[one.customer.pk for one in rows]
        )
    }
    shown = [
        {"row": one, "account": accounts.get(one.customer.pk), "why": words.WHY_TODAY[one.why], "risk": words.risk_words(one.risk), "level": Level(one.level).label if one.level else ""}
        for one in rows
    ]  # fmt: skip
    promises = collecting.due_promises(_user(request))
    total = sum((one.overdue for one in rows), Decimal(0))
    context = {"rows": shown, "promises": promises, "total": total, "today": timezone.localdate()}
    return render(request, "receivables/collecting.html", context)


@right_required("receivables.add")
def promise(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what the customer promised."""
    account = _account(request, pk)

    def act(data: dict[str, Any]) -> str:
        row = collecting.promise(account.customer, by=_user(request), **data)
        return _("Promise of %(amount)s for %(day)s written down") % {
            "amount": money(row.amount),
            "day": row.due,
        }

    form = PromiseForm(_data(request), initial={"amount": account.balance if account.balance > 0 else None})
    return _ask(
        request,
        form,
        act,
        title=_("Promise to pay"),
        button=_("Write down"),
        thing=account,
        page="accounts:page",
    )


@require_POST
@right_required("receivables.add")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a promise out that was written down by mistake."""
    row = get_object_or_404(PromiseToPay.objects.visible_to(_user(request)), pk=pk)
    try:
        collecting.withdraw_promise(row, by=_user(request))
        flash(request, _("Promise withdrawn"))
    except ValidationError as error:
        flash(request, " ".join(error.messages), kind="bad")
    account = Account.objects.visible_to(_user(request)).filter(customer=row.customer_id).first()
    return redirect("accounts:page", account.pk) if account else redirect("receivables:collecting")


@right_required("receivables.add")
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down one attempt to collect."""
    account = _account(request, pk)

    def act(data: dict[str, Any]) -> str:
        if data["level"] >= Level.STOP:
            require(request.user, "receivables.credit")
        made = collecting.take_step(account.customer, data.pop("level"), by=_user(request), **data)
        return _("Step “%(step)s” written down") % {"step": made.get_level_display()}

    form = StepForm(_data(request), initial={"level": request.GET.get("level", 1)})
    text = _("“Stop supply” holds every new order of this customer.")
    return _ask(
        request,
        form,
        act,
        title=_("Collecting step"),
        button=_("Write down"),
        thing=account,
        page="accounts:page",
        text=text,
    )


@require_safe
@right_required("receivables.view")
def letter(request: HttpRequest, pk: int, level: int) -> HttpResponse:
    """The letter of one rung, to print and sign."""
    account = _account(request, pk)
    if level not in Level.values:
        raise Http404
    today = timezone.localdate()
    open_rows = Invoice.objects.visible_to(_user(request)).filter(
        customer=account.customer_id, open__gt=0, kind=InvoiceKind.INVOICE, due__lt=today
    )
    rows = list(open_rows.order_by("due", "id")[:200])
    overdue = sum((row.open for row in rows), Decimal(0))
    context = {
        "account": account, "customer": account.customer, "rows": rows, "overdue": overdue, "capitals": in_capitals(overdue),
        "letter": letters.letter(level, account.customer.name, overdue, today), "pdf": pdf_available(), "today": today,
    }  # fmt: skip
    if request.GET.get("format") == "pdf":
        return pdf_response(request, "receivables/print_letter.html", context, f"letter-{pk}-{level}.pdf")
    return render(request, "receivables/print_letter.html", context)


# Exchange -----------------------------------------------------------------------------------------


@require_safe
@right_required("receivables.export")
def accounting(request: HttpRequest) -> HttpResponse:
    """The journal of a period as a workbook for the accounting program (docs: layout)."""
    start, end = PeriodForm(request.GET).period(timezone.localdate())
    return accounting_export(_user(request), start, end)  # type: ignore[return-value]
