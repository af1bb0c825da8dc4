"""Accounts, invoices and payments as everyday records, and what this room shows on other rooms' pages."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from furrow.kit.figures import NOTHING, money, number
from furrow.kit.figures import day as day_text
from furrow.kit.marks import tag
from furrow.kit.shell import Figure
from furrow.receivables import collecting, credit, queries, rules, services, words
from furrow.receivables.bank import BankImporter
from furrow.receivables.capitals import in_capitals
from furrow.receivables.collecting_models import CollectingStep, PromiseToPay
from furrow.receivables.forms import HabitForm, InvoiceForm, PaymentForm, PeriodForm, term_of
from furrow.receivables.models import (
    NEVER,
    Account,
    Direction,
    Invoice,
    InvoiceKind,
    Method,
    Payment,
)
from furrow.receivables.search import OfCustomerIndex
from furrow.records.record import ChoiceFilter, Column, Filter, Later, Panel, Record, View

SHOWN = 12


def owed(value: Any) -> str:
    """Money owed to us; nothing is a dash."""
    return money(value) if value else NOTHING


def overdue_tag(oldest: date) -> str:
    days = 0 if oldest == NEVER else (timezone.localdate() - oldest).days
    if days <= 0:
        return ""
    return tag(ngettext("%(n)s day overdue", "%(n)s days overdue", days) % {"n": number(days)}, "due")


def _bucket(code: str) -> Column:
    return Column(code, words.BUCKETS[code], (f"in_{code}",), show=owed, numeric=True, phone=code == "older")


def _states(rows: models.QuerySet[Any], values: list[str]) -> models.QuerySet[Any]:
    conditions = {
        "overdue": models.Q(oldest_due__lt=timezone.localdate()),
        "owing": models.Q(balance__gt=0),
        "credit": models.Q(on_account__gt=0),
        "stopped": models.Q(stopped=True),
    }
    found = models.Q(pk__in=[])
    for value in values:
        found |= conditions.get(value, models.Q(pk__in=[]))
    return rows.filter(found)


class KeptRecord(Record):
    """A record of the books: never deleted, corrected by a counter-entry."""

    room = "receivables"

    def right(self, verb: str) -> str:
        return {"delete": "receivables.reverse"}.get(verb, f"{self.room}.{verb}")

    def context(self, request: HttpRequest, thing: Any) -> dict[str, Any]:
        return {"delete": ""}

    def delete(self, thing: Any, *, by: Any) -> None:
        raise ValidationError(gettext("The books are never deleted from. Reverse it instead, with a reason."))


class AccountRecord(KeptRecord):
    """One account per customer: balance, aging, ledger, credit, how it pays."""

    name = "accounts"
    model = Account
    title = _("Receivables")
    title_one = pgettext_lazy("receivables", "Account")
    new_label = _("Paying habits of a customer")
    icon = "coin-yuan"
    order = "-balance"
    columns = (
        Column("customer", _("Customer"), ("customer__name",), link=True),
        Column("code", _("Customer code"), ("customer__code",), default=False),
        Column("balance", _("Balance"), ("balance",), show=owed, sort="balance", numeric=True, phone=True),
        Column("overdue", _("Overdue"), ("oldest_due",), show=overdue_tag, export=lambda oldest: None if oldest == NEVER else oldest, sort="oldest_due", phone=True),
        *(_bucket(code) for code, _first, _last in rules.BUCKETS),
        Column("on_account", _("On account"), ("on_account",), show=owed, numeric=True),
        Column("stopped", _("Supply stopped"), ("stopped",), show=lambda on: tag(gettext("Supply stopped"), "bad") if on else "", default=False),
        Column("owner", _("Owner"), ("customer__owner__name",)),
    )  # fmt: skip
    filters = (
        Filter(
            "state",
            pgettext_lazy("receivables", "State"),
            lambda user: [
                ("overdue", _("Overdue")),
                ("owing", _("Owes us")),
                ("credit", _("Money on account")),
                ("stopped", _("Supply stopped")),
            ],
            _states,
        ),
    )
    views = (
        View(_("All"), ""),
        View(_("Overdue"), "state=overdue&sort=oldest_due"),
        View(_("Money on account"), "state=credit"),
    )
    search = OfCustomerIndex(Account, numbered=False)
    search_hint = _("Customer")
    form_class = HabitForm
    page_fields = ("customer__owner",)
    print_template = "receivables/print_statement.html"
    list_template = "receivables/accounts.html"
    page_template = "receivables/account.html"
    empty_title = _("Nobody owes anything yet")
    empty_text = _("Accounts open with the first invoice or payment of a customer.")

    def right(self, verb: str) -> str:
        return "receivables.add" if verb == "change" else super().right(verb)

    def rows(self, request: HttpRequest) -> models.QuerySet[Any]:
        return queries.with_buckets(super().rows(request))

    def page_rows(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Without the aging buckets: the page tells the open invoices one by one."""
        return super().rows(request).select_related(*self.page_fields)

    def count_label(self, count: int) -> str:
        return ngettext("%(number)s account", "%(number)s accounts", count) % {"number": number(count)}

    def subtitle(self, thing: Account) -> list[str]:
        owner = thing.customer.owner
        return [thing.customer.code, owner.name if owner else gettext("No owner")]

    def context(self, request: HttpRequest, thing: Account) -> dict[str, Any]:
        start, end = PeriodForm(request.GET).period(timezone.localdate())
        base = super().context(request, thing) | {"account": thing, "customer": thing.customer}
        if not request.path.endswith("/print/"):
            return base
        found = queries.statement(thing.customer, start, end)
        return base | {
            "statement": found,
            "capitals": in_capitals(found.closing),
            "period": PeriodForm({"start": start, "end": end}),
        }

    def create(self, *, by: Any, **values: Any) -> Account:
        customer = values.pop("customer")
        collecting.set_habit(customer, by=by, **values)
        made: Account = Account.objects.visible_to(by).select_related("customer").get(customer=customer)
        return made

    def change(self, thing: Account, *, by: Any, **values: Any) -> Account:
        collecting.set_habit(thing.customer, by=by, **values)
        return thing


class InvoiceRecord(KeptRecord):
    """Invoices and credit notes."""

    name = "invoices"
    model = Invoice
    title = _("Invoices")
    title_one = _("Invoice")
    new_label = _("New invoice")
    icon = "file-invoice"
    order = "-day"
    columns = (
        Column("number", _("Number"), ("number",), link=True),
        Column("kind", pgettext_lazy("invoice", "Kind"), ("kind",), show=lambda kind: str(InvoiceKind(kind).label), export=lambda kind: str(InvoiceKind(kind).label)),
        Column("customer", _("Customer"), ("customer__name",), phone=True),
        Column("day", _("Invoice date"), ("day",), show=day_text, sort="day"),
        Column("due", _("Due date"), ("due",), show=day_text, sort="due"),
        Column("gross", _("Amount with tax"), ("gross",), show=money, numeric=True, phone=True),
        Column("net", _("Amount before tax"), ("net",), show=money, numeric=True, default=False),
        Column("tax", _("Tax"), ("tax",), show=money, numeric=True, default=False),
        Column("open", pgettext_lazy("invoice", "Open"), ("open",), show=owed, numeric=True, phone=True),
        Column("overdue", _("Overdue"), ("due", "open", "kind"), show=lambda due, open_, kind: overdue_tag(due) if open_ and kind == InvoiceKind.INVOICE else ""),
        Column("source", _("For"), ("source",), default=False),
        Column("tax_number", _("Tax invoice number"), ("tax_number",), default=False),
        Column("owner", _("Owner"), ("customer__owner__name",), default=False),
    )  # fmt: skip
    filters = (
        Filter(
            "state",
            pgettext_lazy("receivables", "State"),
            lambda user: [("open", pgettext_lazy("invoice", "Open")), ("overdue", _("Overdue")), ("paid", _("Paid"))],
            lambda rows, values: rows.filter(
                (models.Q(open__gt=0) if "open" in values else models.Q(pk__in=[]))
                | (models.Q(open__gt=0, due__lt=timezone.localdate(), kind="invoice") if "overdue" in values else models.Q(pk__in=[]))
                | (models.Q(open=0) if "paid" in values else models.Q(pk__in=[]))
            ),
        ),
        ChoiceFilter("kind", pgettext_lazy("invoice", "Kind"), field="kind", choices=lambda user: InvoiceKind.choices),
    )  # fmt: skip
    views = (
        View(_("All"), ""),
        View(_("Overdue"), "state=overdue&sort=due"),
        View(_("Credit notes"), "kind=credit_note"),
    )
    search = OfCustomerIndex(Invoice)
    search_hint = _("Number or customer")
    form_class = InvoiceForm
    form_template = "receivables/form.html"
    page_fields = ("customer__owner", "customer__account", "corrects")
    print_template = "receivables/print_invoice.html"
    page_template = "receivables/invoice.html"
    empty_title = _("No invoices yet")
    empty_text = _("Invoices come from deliveries; write one by hand for opening balances and services.")

    def right(self, verb: str) -> str:
        return "receivables.invoice" if verb == "add" else super().right(verb)

    def count_label(self, count: int) -> str:
        return ngettext("%(number)s invoice", "%(number)s invoices", count) % {"number": number(count)}

    def subtitle(self, thing: Invoice) -> list[str]:
        return [thing.get_kind_display(), thing.customer.name, day_text(thing.day)]

    def context(self, request: HttpRequest, thing: Invoice) -> dict[str, Any]:
        return super().context(request, thing) | {
            "capitals": in_capitals(thing.gross),
            "lines": thing.lines.select_related("product"),
        }

    def create(self, *, by: Any, **values: Any) -> Invoice:
        customer = values["customer"]
        line = services.Line(values["text"], 1, values["gross"], values["tax_rate"])
        given = {name: values[name] for name in ("day", "due", "source", "tax_number", "note")}
        return services.issue_invoice(customer, [line], by=by, term_days=term_of(customer), **given)

    def change(self, thing: Invoice, *, by: Any, **values: Any) -> Invoice:
        return services.annotate_invoice(thing, by=by, **values)


class PaymentRecord(KeptRecord):
    """Payments and refunds."""

    name = "payments"
    model = Payment
    title = _("Payments")
    title_one = _("Payment")
    new_label = _("Record payment")
    icon = "cash"
    order = "-day"
    columns = (
        Column("number", _("Number"), ("number",), link=True),
        Column("direction", _("Direction"), ("direction",), show=lambda way: str(Direction(way).label), export=lambda way: str(Direction(way).label), default=False),
        Column("customer", _("Customer"), ("customer__name",), phone=True),
        Column("day", _("Date"), ("day",), show=day_text, sort="day", phone=True),
        Column("amount", _("Amount"), ("amount", "direction"), show=lambda amount, way: money(-amount if way == Direction.OUT else amount), export=lambda amount, way: -amount if way == Direction.OUT else amount, numeric=True, phone=True),
        Column("method", pgettext_lazy("payment", "Method"), ("method",), show=lambda method: str(Method(method).label), export=lambda method: str(Method(method).label)),
        Column("allocated", _("Allocated"), ("allocated",), show=lambda value: money(value) if value else NOTHING, numeric=True),
        Column("free", _("On account"), ("free",), show=lambda value: money(value) if value else NOTHING, numeric=True),
        Column("reference", _("Reference"), ("reference",)),
        Column("payer", _("Payer"), ("payer",), default=False),
        Column("state", pgettext_lazy("receivables", "State"), ("reversed_at",), show=lambda at: tag(gettext("Reversed")) if at else NOTHING, export=lambda at: gettext("Reversed") if at else ""),
    )  # fmt: skip
    filters = (
        ChoiceFilter("method", pgettext_lazy("payment", "Method"), field="method", choices=lambda user: Method.choices),
        ChoiceFilter("direction", _("Direction"), field="direction", choices=lambda user: Direction.choices),
        Filter("free", _("On account"), lambda user: [("yes", _("Yes"))], lambda rows, values: rows.filter(free__gt=0)),
    )  # fmt: skip
    views = (View(_("All"), ""), View(_("Not allocated"), "free=yes"), View(_("Refunds"), "direction=out"))
    search = OfCustomerIndex(Payment)
    search_hint = _("Number or customer")
    form_class = PaymentForm
    form_template = "receivables/form.html"
    page_fields = ("customer__owner", "refund_of", "by")
    print_template = "receivables/print_receipt.html"
    page_template = "receivables/payment.html"
    importer = BankImporter()
    empty_title = _("No payments yet")
    empty_text = _("Record the first one, or import a statement of the bank.")

    def count_label(self, count: int) -> str:
        return ngettext("%(number)s payment", "%(number)s payments", count) % {"number": number(count)}

    def subtitle(self, thing: Payment) -> list[str]:
        return [thing.get_direction_display(), thing.customer.name, day_text(thing.day)]

    def context(self, request: HttpRequest, thing: Payment) -> dict[str, Any]:
        paid = thing.allocations.filter(undone_at=None).select_related("invoice")
        return super().context(request, thing) | {"capitals": in_capitals(thing.amount), "paid": paid}

    def create(self, *, by: Any, **values: Any) -> Payment:
        return services.record_payment(values.pop("customer"), values.pop("amount"), by=by, **values)

    def change(self, thing: Payment, *, by: Any, **values: Any) -> Payment:
        return services.annotate_payment(thing, by=by, **values)


ACCOUNTS, INVOICES, PAYMENTS = AccountRecord(), InvoiceRecord(), PaymentRecord()


# Panels of the records' own pages ---------------------------------------------------------------------


def _user(request: HttpRequest) -> Any:
    return request.user


def account_panels(request: HttpRequest, account: Account) -> list[Panel]:
    """Open invoices, ledger, credit."""
    customer = account.customer
    rows, older = queries.ledger_page(account)
    open_rows = queries.open_documents(account)
    found = credit.check(customer.pk)
    sums = rules.aging(((row.due, row.open) for row in open_rows if not row.is_credit), timezone.localdate())
    context = {"account": account, "customer": customer}
    stats = (
        Figure(gettext("Balance"), money(account.balance), owed=account.balance > 0),
        Figure(gettext("Overdue"), money(found.position.overdue), sub=overdue_tag(account.oldest_due), owed=found.position.overdue > 0),
        Figure(gettext("On account"), money(account.on_account)),
        Figure(gettext("Exposure"), money(found.position.exposure)),
        Figure(gettext("Credit limit"), money(found.terms.limit), sub=str(words.LEVELS[found.terms.limit_from])),
    )  # fmt: skip
    return [
        Panel("open", gettext("Open invoices"), "receivables/_open.html", context | {"rows": open_rows, "aging": [(words.BUCKETS[code], amount) for code, amount in sums.items()]}, order=10, stats=stats),
        Panel("ledger", gettext("Ledger"), "receivables/_ledger.html", context | {"rows": rows, "older": older}, order=20),
        Panel("credit", gettext("Credit"), "receivables/_credit.html", context | credit_words(found), wide=False, order=10),
    ]  # fmt: skip


@Later("promises", _("Promises and steps"), wide=False, order=20)
def promises_panel(request: HttpRequest, account: Account) -> Panel:
    """What the customer promised, and what was done to collect."""
    user, customer = _user(request), account.customer_id
    promises = PromiseToPay.objects.visible_to(user).filter(customer=customer).order_by("-due", "-id")
    steps = CollectingStep.objects.visible_to(user).filter(customer=customer).select_related("by").order_by("-day", "-id")  # fmt: skip
    context = {"account": account, "promises": promises[:SHOWN], "steps": steps[:SHOWN]}
    return Panel("promises", gettext("Promises and steps"), "receivables/_collecting.html", context, wide=False, order=20)  # fmt: skip


@Later("habits", _("Paying habits"), wide=False, order=30)
def habits_panel(request: HttpRequest, account: Account) -> Panel:
    """When and how the customer pays."""
    context = {"account": account, "habit": getattr(account.customer, "paying_habit", None)}
    return Panel("habits", gettext("Paying habits"), "receivables/_habits.html", context, wide=False, order=30)  # fmt: skip


def credit_words(found: credit.Check) -> dict[str, Any]:
    """A credit check in words."""
    return {
        "terms": found.terms,
        "position": found.position,
        "limit_from": words.LEVELS[found.terms.limit_from],
        "term_from": words.LEVELS[found.terms.term_from],
        "held": words.reasons_words(found.reasons),
        "used": found.position.exposure / found.terms.limit if found.terms.limit else None,
    }


def invoice_panels(request: HttpRequest, invoice: Invoice) -> list[Panel]:
    """Lines, what paid it, write-offs."""
    used = invoice.uses if invoice.is_credit else invoice.allocations
    paid = used.filter(undone_at=None).select_related("payment", "credit_note", "invoice").order_by("id")
    stats = (
        Figure(gettext("Amount with tax"), money(invoice.gross)),
        Figure(gettext("Tax"), money(invoice.tax)),
        Figure(pgettext("invoice", "Open"), money(invoice.open), owed=bool(invoice.open) and not invoice.is_credit),
        Figure(gettext("Due date"), day_text(invoice.due), sub=overdue_tag(invoice.due) if invoice.days_overdue else ""),
    )  # fmt: skip
    lines = list(invoice.lines.order_by("id"))
    context = {"invoice": invoice, "lines": lines, "discounts": any(line.discount for line in lines), "paid": paid, "write_offs": invoice.write_offs.select_related("asked_by", "decided_by")}  # fmt: skip
    return [Panel("lines", gettext("Lines"), "receivables/_invoice.html", context, stats=stats)]


def payment_panels(request: HttpRequest, payment: Payment) -> list[Panel]:
    """What it paid, what is left, what went back."""
    paid = payment.allocations.filter(undone_at=None).select_related("invoice").order_by("id")
    stats = (
        Figure(gettext("Amount"), money(payment.amount)),
        Figure(gettext("Allocated"), money(payment.allocated)),
        Figure(gettext("On account"), money(payment.free)),
        Figure(pgettext("payment", "Method"), payment.get_method_display()),
    )
    context = {"payment": payment, "paid": paid, "refunds": payment.refunds.order_by("id")}
    title = gettext("Refund") if payment.refund_of_id else gettext("What it paid")
    return [Panel("allocations", title, "receivables/_payment.html", context, stats=stats)]
