"""Every change of invoices, payments and their allocation. Each locks the customer's account first, writes the ledger and an audit
entry, and ends with the account brought up to date. Callers have checked rights and reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.catalog.models import Product
from furrow.customers.models import Customer
from furrow.kit import audit
from furrow.kit.figures import listed, money
from furrow.receivables import ledger, rules
from furrow.receivables.models import (
    Account,
    Allocation,
    Direction,
    EntryKind,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    Method,
    Payment,
)
from furrow.receivables.money import MOST, NOTHING, rounded
from furrow.receivables.numbering import next_number
from furrow.receivables.promises import refill
from furrow.team.models import User

MOST_LINES = 500
MOST_UNITS = 10_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it shall be billed: gross follows from quantity, price and discount, unless it is given as the exact share of an
    order's line."""

    text: str
    quantity: int
    price: Decimal
    tax_rate: int
    discount: Decimal = NOTHING
    product: Product | None = None
    unit: str = ""
    gross: Decimal | None = None
    sums: rules.Taxed = field(init=False)

    def __post_init__(self) -> None:
        own = rules.line_gross(self.quantity, self.price, self.discount)
        gross = own if self.gross is None else self.gross
        object.__setattr__(self, "sums", rules.split_tax(gross, self.tax_rate))


def check_line(quantity: int, price: Decimal, discount: Decimal, tax_rate: int, row: str = "") -> None:
    """Raises ValidationError naming what cannot be billed; `row` stands before it."""
    said = ""
    if not 0 < quantity <= MOST_UNITS:
        said = _("The quantity must be between 1 and %(most)s") % {"most": f"{MOST_UNITS:,}"}
    elif not 0 <= price <= MOST:
        said = _("The price must be between 0 and %(most)s") % {"most": money(MOST)}
    elif not 0 <= discount <= 100:
        said = _("The discount must be between 0 and 100 percent")
    elif tax_rate not in rules.TAX_RATES:
        said = _("The tax rate must be one of: %(rates)s") % {"rates": listed(rules.TAX_RATES)}
    if said:
        raise ValidationError(f"{row}{said}")


def checked_amount(amount: Decimal, name: str = "amount") -> Decimal:
    """An amount above zero within what the books can hold. Raises ValidationError."""
    if not amount.is_finite() or not 0 < amount <= MOST:
        raise ValidationError(
            {name: _("The amount must be between ¥0.01 and %(most)s") % {"most": money(MOST)}}
        )
    if amount != rounded(amount):
        raise ValidationError({name: _("At most two decimals")})
    return rounded(amount)


# Invoices -----------------------------------------------------------------------------------------


@transaction.atomic
def issue_invoice(
    customer: Customer,
    lines: Sequence[Line],
    *,
    by: User | None,
    day: date | None = None,
    due: date | None = None,
    term_days: int = 0,
    source: str = "",
    tax_number: str = "",
    note: str = "",
    corrects: Invoice | None = None,
) -> Invoice:
    """An invoice, or with `corrects` a credit note. `due` without a day of its own is `term_days` after the invoice date.
    Raises ValidationError for days and amounts that cannot be."""
    day = day or timezone.localdate()
    ledger.check_day(day)
    due = due or day + timedelta(days=term_days)
    if not lines or len(lines) > MOST_LINES:
        raise ValidationError(_("An invoice needs between 1 and %(most)d lines.") % {"most": MOST_LINES})
    for number, line in enumerate(lines, 1):
        check_line(line.quantity, line.price, line.discount, line.tax_rate, _("Line %(number)d: ") % {"number": number})  # fmt: skip
    sums = rules.total(line.sums for line in lines)
    checked_amount(sums.gross)
    if due < day:
        raise ValidationError({"due": _("The due date lies before the invoice date.")})
    account = ledger.locked(customer.pk)
    credit = corrects is not None
    invoice = Invoice.objects.create(
        number=next_number("CRN" if credit else "INV", day),
        kind=InvoiceKind.CREDIT_NOTE if credit else InvoiceKind.INVOICE,
        customer=customer, day=day, due=due, net=sums.net, tax=sums.tax, gross=sums.gross, open=sums.gross,
        source=source[:60], tax_number=tax_number[:40], note=note[:300], corrects=corrects, by=by,
    )  # fmt: skip
    InvoiceLine.objects.bulk_create(_line_of(invoice, line) for line in lines)
    ledger.post(
        account,
        EntryKind.CREDIT_NOTE if credit else EntryKind.INVOICE,
        -sums.gross if credit else sums.gross,
        day=day,
        document=invoice.number,
        invoice=invoice,
        by=by,
        text=note[:200],
    )
    ledger.settle(account)
    audit.record(invoice, "create", by=by, note=source)
    return invoice


def _line_of(invoice: Invoice, line: Line) -> InvoiceLine:
    return InvoiceLine(
        invoice=invoice, product=line.product, text=line.text[:204], unit=line.unit, quantity=line.quantity, price=line.price,
        discount=line.discount, tax_rate=line.tax_rate, net=line.sums.net, tax=line.sums.tax, gross=line.sums.gross,
    )  # fmt: skip


@transaction.atomic
def reverse_invoice(invoice: Invoice, *, reason: str, by: User | None) -> Invoice:
    """红冲: a credit note over the whole invoice, used up on it; what had paid it is on account again. Returns the credit note.
    Raises ValidationError for a credit note, one corrected already, and without a reason."""
    reason = _needs(reason)
    ledger.locked(invoice.customer_id)
    invoice = Invoice.objects.get(pk=invoice.pk)
    if invoice.is_credit or invoice.corrections.exists():
        raise ValidationError(_("This invoice has been corrected already."))
    if invoice.written_off:
        raise ValidationError(_("Part of this invoice was written off; it can no longer be reversed."))
    for allocation in invoice.allocations.filter(undone_at=None):
        undo_allocation(allocation, by=by)
    lines = [
        Line(line.text, line.quantity, line.price, line.tax_rate, line.discount, line.product, line.unit, line.gross)
        for line in invoice.lines.select_related("product")
    ]  # fmt: skip
    note = issue_invoice(invoice.customer, lines, by=by, source=invoice.number, note=reason, corrects=invoice)
    allocate(note, [(invoice.pk, note.gross)], by=by)
    audit.record(invoice, "reverse", by=by, note=reason)
    return note


@transaction.atomic
def annotate_invoice(invoice: Invoice, *, tax_number: str, note: str, by: User | None) -> Invoice:
    """The number of the tax invoice and the note: all that may change of an invoice."""
    return _annotated(invoice, {"tax_number": tax_number[:40], "note": note[:300]}, by)  # type: ignore[no-any-return]


def _annotated(thing: Any, values: dict[str, Any], by: User | None) -> Any:
    locked = type(thing).objects.select_for_update().get(pk=thing.pk)
    before = audit.values_of(locked, values)
    if changes := audit.changes_between(before, values):
        for name, value in values.items():
            setattr(locked, name, value)
        locked.version += 1
        locked.updated_at = timezone.now()
        locked.save(update_fields=[*values, "version", "updated_at"])
        audit.record(locked, "change", by=by, changes=changes)
    return locked


def _needs(reason: str) -> str:
    reason = reason.strip()[:200]
    if not reason:
        raise ValidationError({"reason": _("Say why")})
    return reason


# Payments -----------------------------------------------------------------------------------------

OLDEST, PROPOSED = "oldest", "proposed"


@transaction.atomic
def record_payment(
    customer: Customer,
    amount: Decimal,
    *,
    by: User | None,
    day: date | None = None,
    method: str = Method.TRANSFER,
    reference: str = "",
    payer: str = "",
    note: str = "",
    pays: str | Sequence[tuple[int, Decimal]] = (),
) -> Payment:
    """Money received. `pays`: OLDEST or PROPOSED lets the rules choose invoices, parts (invoice id, amount) are by hand, none leaves it on
    account. What exceeds the invoices stays on account. Raises ValidationError."""
    day = day or timezone.localdate()
    ledger.check_day(day)
    amount = checked_amount(amount)
    account = ledger.locked(customer.pk)
    payment = Payment.objects.create(
        number=next_number("RCP", day), customer=customer, day=day, amount=amount, free=amount, method=method,
        reference=reference[:80], payer=payer[:120], note=note[:300], by=by,
    )  # fmt: skip
    ledger.post(account, EntryKind.PAYMENT, -amount, day=day, document=payment.number, payment=payment, by=by, text=reference)  # fmt: skip
    audit.record(payment, "create", by=by)
    if parts := _chosen(customer, amount, pays, f"{reference} {note}"):
        _allocate(payment, parts, by)
    ledger.settle(account)
    refill(customer.pk)
    return payment


def _chosen(
    customer: Customer, amount: Decimal, pays: str | Sequence[tuple[int, Decimal]], text: str
) -> Sequence[tuple[int, Decimal]]:
    if not isinstance(pays, str):
        return pays
    if not pays:
        return []
    items = open_items(customer.pk)
    return rules.oldest_first(amount, items) if pays == OLDEST else rules.propose(amount, items, text).parts


def open_items(customer_id: int) -> list[rules.OpenItem]:
    """What the customer still owes, invoice by invoice."""
    rows = Invoice.objects.filter(customer=customer_id, open__gt=0, kind=InvoiceKind.INVOICE)
    return [
        rules.OpenItem(*row) for row in rows.order_by("due", "id").values_list("pk", "number", "due", "open")
    ]


@transaction.atomic
def allocate(
    credit: Payment | Invoice, parts: Sequence[tuple[int, Decimal]], *, by: User | None
) -> list[Allocation]:
    """Let a payment or a credit note pay invoices of the same customer: (invoice id, amount). Raises ValidationError for an invoice
    of somebody else, more than is open, and more than is left of the credit; then nothing is allocated."""
    account = ledger.locked(credit.customer_id)
    fresh: Any = type(credit).objects.get(pk=credit.pk)
    made = _allocate(fresh, parts, by)
    ledger.settle(account)
    return made


def _allocate(
    credit: Payment | Invoice, parts: Sequence[tuple[int, Decimal]], by: User | None
) -> list[Allocation]:
    invoices = Invoice.objects.filter(
        customer=credit.customer_id, kind=InvoiceKind.INVOICE, pk__in=[pk for pk, _amount in parts]
    ).in_bulk()
    made = []
    for pk, part in parts:
        amount, invoice = checked_amount(part), invoices.get(pk)
        if invoice is None:
            raise ValidationError(_("This invoice belongs to another customer. Choose one of the list."))
        if amount > invoice.open:
            raise ValidationError(
                _("Only %(open)s is open on %(number)s.") % {"open": money(invoice.open), "number": invoice}
            )
        left = credit.free if isinstance(credit, Payment) else credit.open
        if amount > left:
            raise ValidationError(
                _("Only %(left)s is left of %(number)s.") % {"left": money(left), "number": credit}
            )
        _move(credit, invoice, amount)
        kind = "payment" if isinstance(credit, Payment) else "credit_note"
        made.append(Allocation(invoice=invoice, amount=amount, by=by, **{kind: credit}))
    Allocation.objects.bulk_create(made)
    for invoice in invoices.values():
        audit.record(invoice, "allocate", by=by, note=str(credit))
    return made


def _move(credit: Payment | Invoice, invoice: Invoice, amount: Decimal) -> None:
    """Take `amount` from the credit and put it on the invoice; below zero the other way."""
    _settle_invoice(invoice, amount, credit.day)
    if isinstance(credit, Payment):
        credit.allocated += amount
        credit.free -= amount
        credit.save(update_fields=["allocated", "free"])
    else:
        _settle_invoice(credit, amount, credit.day)


def _settle_invoice(invoice: Invoice, amount: Decimal, on: date) -> None:
    """`on`: the day the money came; whatever was written off was never paid."""
    invoice.settled += amount
    invoice.open -= amount
    invoice.paid_on = None if invoice.open or invoice.written_off else on
    invoice.save(update_fields=["settled", "open", "paid_on"])


@transaction.atomic
def undo_allocation(allocation: Allocation, *, by: User | None) -> None:
    """What it paid is open again, the credit on account again. Raises ValidationError when it was undone already."""
    account = ledger.locked(allocation.invoice.customer_id)
    row = Allocation.objects.select_related("invoice", "payment", "credit_note").get(pk=allocation.pk)
    if row.undone_at is not None:
        raise ValidationError(_("This allocation was undone already."))
    open_again(row, by=by)
    ledger.settle(account)


def open_again(row: Allocation, *, by: User | None) -> None:
    """What it paid is open, its money free; the accounts are locked, and settled by the caller."""
    credit = row.payment or row.credit_note
    assert credit is not None  # one of the two by constraint
    _move(credit, row.invoice, -row.amount)
    row.undone_at = timezone.now()
    row.save(update_fields=["undone_at"])
    audit.record(row.invoice, "undo_allocation", by=by, note=f"{credit} {row.amount}")


@transaction.atomic
def refund_payment(
    payment: Payment, amount: Decimal, *, by: User | None, method: str = Method.TRANSFER, reference: str = ""
) -> Payment:
    """退款: give back what is on account of a payment; returns the refund. Raises ValidationError for more than that."""
    amount = checked_amount(amount)
    account = ledger.locked(payment.customer_id)
    payment = Payment.objects.get(pk=payment.pk)
    if amount > payment.free:
        raise ValidationError(
            {
                "amount": _("Only %(left)s is left of %(number)s.")
                % {"left": money(payment.free), "number": payment}
            }
        )
    today = timezone.localdate()
    refund = Payment.objects.create(
        number=next_number("REF", today), direction=Direction.OUT, customer_id=payment.customer_id, day=today, amount=amount,
        method=method, reference=reference[:80], refund_of=payment, by=by,
    )  # fmt: skip
    payment.refunded += amount
    payment.free -= amount
    payment.save(update_fields=["refunded", "free"])
    ledger.post(account, EntryKind.REFUND, amount, day=today, document=refund.number, payment=refund, by=by)
    ledger.settle(account)
    audit.record(refund, "create", by=by, note=str(payment))
    return refund


@transaction.atomic
def reverse_payment(payment: Payment, *, reason: str, by: User | None) -> Payment:
    """The money never came: all it paid is open again. Raises ValidationError for a refund, a payment refunded in part or reversed."""
    reason = _needs(reason)
    account = ledger.locked(payment.customer_id)
    payment = Payment.objects.select_related("customer").get(pk=payment.pk)
    if payment.direction == Direction.OUT or payment.reversed_at is not None:
        raise ValidationError(_("A refund or a payment reversed already cannot be reversed."))
    if payment.refunded:
        raise ValidationError(_("Part of this payment was refunded; it can no longer be reversed."))
    for allocation in payment.allocations.filter(undone_at=None).select_related("invoice"):
        undo_allocation(allocation, by=by)
    account = Account.objects.get(pk=account.pk)
    payment.allocated, payment.free = NOTHING, NOTHING
    payment.reversed_at, payment.reversal_reason = timezone.now(), reason
    payment.version += 1
    payment.save()
    ledger.post(
        account, EntryKind.REVERSAL, payment.amount, day=timezone.localdate(), document=payment.number, payment=payment, by=by, text=reason
    )  # fmt: skip
    ledger.settle(account)
    refill(payment.customer_id)
    audit.record(payment, "reverse", by=by, note=reason)
    return payment


@transaction.atomic
def annotate_payment(payment: Payment, *, reference: str, payer: str, note: str, by: User | None) -> Payment:
    """Reference, payer and note: all that may change of a payment."""
    return _annotated(payment, {"reference": reference[:80], "payer": payer[:120], "note": note[:300]}, by)  # type: ignore[no-any-return]
