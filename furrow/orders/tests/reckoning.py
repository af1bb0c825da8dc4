"""The books reckoned from the bare rows, by nothing that the services use: why a customer is held, what ledger, papers and numbers must be.
All reads are prepared: they are asked after every step of machine.py."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal as D
from typing import Any

from django.db.models import BigIntegerField, DateField, QuerySet
from django.utils import timezone

from furrow.kit.prepared import Prepared, PreparedRecords
from furrow.orders.models import Delivery, DeliveryKind, DeliveryLine, Kind, Order, OrderLine, Status
from furrow.receivables.collecting_models import PromiseToPay
from furrow.receivables.credit_models import CreditLimit
from furrow.receivables.models import (
    Account,
    Allocation,
    Invoice,
    InvoiceLine,
    LedgerEntry,
    Payment,
    Series,
)
from furrow.receivables.rules import line_gross, share_of

DAYS_BORNE, PROMISES_BORNE = 7, 1  # of the company's policy as shipped
SERIES = {"INV": Invoice, "CRN": Invoice, "RCP": Payment, "REF": Payment, "SO": Order, "QTN": Order}


@dataclass
class Standing:
    """Of one customer: open, the oldest day due of it, on account."""

    owed: D = D(0)
    oldest: Any = None
    free: D = D(0)


def _all(model: Any, *names: str, **only: Any) -> Prepared:
    return Prepared(lambda _reader: model.objects.filter(**only).order_by().values_list(*names))


def _one(model: Any) -> PreparedRecords:
    return PreparedRecords(model, lambda pk: model.objects.filter(pk=pk), pk=BigIntegerField())


_RECORDS = {model: _one(model) for model in (Order, Invoice, Payment, Delivery)}
_LINES = PreparedRecords(
    OrderLine, lambda order: OrderLine.objects.filter(order=order), order=BigIntegerField()
)
_DELIVERED = PreparedRecords(DeliveryLine, lambda delivery: DeliveryLine.objects.filter(delivery=delivery), delivery=BigIntegerField())  # fmt: skip


def read(model: Any, pk: int) -> Any:
    """The record as it stands."""
    [found] = _RECORDS[model].records(pk=pk)
    return found


def lines_of(order: int) -> list[OrderLine]:
    return _LINES.records(order=order)


def delivered_lines(delivery: int) -> list[DeliveryLine]:
    return _DELIVERED.records(delivery=delivery)


# The ledger ---------------------------------------------------------------------------------------

_ALLOCATIONS = _all(Allocation, "invoice", "payment", "credit_note", "amount", undone_at=None)
_INVOICES = _all(Invoice, "pk", "customer", "kind", "gross", "written_off", "due")
_PAYMENTS = _all(Payment, "pk", "customer", "amount", "direction", "refunded", "free", "reversed_at")
_ENTRIES = _all(LedgerEntry, "customer", "amount")
_ACCOUNTS = _all(Account, "customer", "balance", "owed", "on_account")


def standings() -> defaultdict[int, Standing]:
    """Where each customer stands by papers and allocations alone; no payment is spent twice."""
    paid: defaultdict[Any, D] = defaultdict(D)
    for invoice, payment, note, amount in _ALLOCATIONS.rows(None):
        for one in (("invoice", invoice), ("payment", payment), ("invoice", note)):
            paid[one] += amount
    found: defaultdict[int, Standing] = defaultdict(Standing)
    for pk, customer, kind, gross, gone, due in _INVOICES.rows(None):
        left, one = gross - paid["invoice", pk] - gone, found[customer]
        assert left >= 0, "an invoice is overpaid"
        if kind == "credit_note":
            one.free += left
        elif left:
            one.owed += left
            one.oldest = min(one.oldest or due, due)
    for pk, customer, amount, way, back, free, gone in _PAYMENTS.rows(None):
        spent = paid["payment", pk]
        assert spent + back <= amount and (not gone or not spent), "a payment is spent twice"
        assert free == (amount - spent - back if way == "in" and not gone else 0)
        found[customer].free += free
    return found


def the_ledger_holds() -> None:
    """Ledger sum = balance = open invoices − on account, of every customer."""
    balances, standing = defaultdict(D), standings()
    for customer, amount in _ENTRIES.rows(None):
        balances[customer] += amount
    for customer, balance, owed, free in _ACCOUNTS.rows(None):
        assert balance == balances[customer] == owed - free
        assert (owed, free) == (standing[customer].owed, standing[customer].free)


# The hold -----------------------------------------------------------------------------------------


def _of_customer(model: Any, *names: str, **only: Any) -> Prepared:
    def build(_reader: None, customer: Any) -> QuerySet[Any, Any]:
        rows: QuerySet[Any, Any] = model.objects.filter(customer=customer, **only).order_by("pk")
        return rows.values_list(*names)

    return Prepared(build, customer=BigIntegerField())


_STOPPED = _of_customer(Account, "stopped")
_LIMITS = _of_customer(CreditLimit, "limit")
_ON_ITS_WAY = Prepared(
    lambda _reader, customer: OrderLine.objects.filter(order__customer=customer).order_by().values_list(
        "order", "order__status", "order__kind", "gross", "delivered", "price", "discount"
    ),
    customer=BigIntegerField(),
)  # fmt: skip
_UNBILLED = Prepared(
    lambda _reader, customer: DeliveryLine.objects.filter(
        delivery__customer=customer, delivery__kind=DeliveryKind.DELIVERY, delivery__invoice=None
    ).order_by().values_list("gross", "returned", "quantity"),
    customer=BigIntegerField(),
)  # fmt: skip
_BROKEN = Prepared(
    lambda _reader, customer, today: PromiseToPay.objects.filter(
        customer=customer, due__lt=today, kept_on=None, withdrawn_at=None
    ).order_by().values_list("pk"),
    customer=BigIntegerField(), today=DateField(),
)  # fmt: skip


def why_held(order: int) -> str:
    """Why the customer of the order may not have it, from the bare rows; empty when it may."""
    customer, today = read(Order, order).customer_id, timezone.localdate()
    if any(stopped for (stopped,) in _STOPPED.rows(None, customer=customer)):
        return "stopped"
    now, ways = standings()[customer], D(0)
    for pk, status, kind, gross, units, price, discount in _ON_ITS_WAY.rows(None, customer=customer):
        if pk == order or (status == Status.CONFIRMED and kind == Kind.ORDER):
            ways += gross - line_gross(units, price, discount)
    unbilled = _UNBILLED.rows(None, customer=customer)
    kept = sum((gross - share_of(gross, returned, units) for gross, returned, units in unbilled), D(0))
    *_former, (limit,) = _LIMITS.rows(None, customer=customer)
    if now.owed + kept + ways - now.free > limit:
        return f"{now} + {kept} + {ways} > {limit}"
    if now.oldest and today - now.oldest > timedelta(days=DAYS_BORNE):
        return "overdue"
    broken = _BROKEN.rows(None, customer=customer, today=today)
    return "promises" if len(broken) > PROMISES_BORNE else ""


# Papers and numbers -------------------------------------------------------------------------------

_INVOICE_LINES = _all(InvoiceLine, "invoice", "net", "tax", "gross", "tax_rate")
_INVOICE_SUMS = _all(Invoice, "pk", "net", "tax", "gross")
_ORDERS = _all(Order, "pk", "gross", "undelivered")
_ORDER_LINES = _all(OrderLine, "pk", "order", "gross", "delivered", "price", "discount")
_GOODS = _all(DeliveryLine, "line", "quantity", "delivery", delivery__kind=DeliveryKind.DELIVERY)


def the_papers_hold(seen: set[int]) -> None:
    """Every invoice is the sum of its lines, every order that of its deliveries and what is left; no delivery but those that were seen
    to leave."""
    sums: defaultdict[int, list[D]] = defaultdict(lambda: [D(0)] * 3)
    for invoice, *parts, rate in _INVOICE_LINES.rows(None):
        net, tax, gross = parts
        assert net + tax == gross and abs(gross * 100 / (100 + rate) - net) <= D("0.005")
        sums[invoice] = [one + other for one, other in zip(sums[invoice], parts, strict=True)]
    for invoice, *parts in _INVOICE_SUMS.rows(None):
        assert parts == sums[invoice]
    gone: defaultdict[int, int] = defaultdict(int)
    for line, units, _delivery in _GOODS.rows(None):
        gone[line] += units
    whole, left = defaultdict(D), defaultdict(D)
    for line, order, gross, delivered, price, discount in _ORDER_LINES.rows(None):
        assert gone[line] == delivered
        whole[order] += gross
        left[order] += gross - line_gross(delivered, price, discount)
    for order, gross, undelivered in _ORDERS.rows(None):
        assert (gross, undelivered) == (whole[order], left[order])
    papers = {pk for (pk,) in _DELIVERIES.rows(None)}
    assert papers == seen, "goods left by a door nobody watches"


_DELIVERIES = _all(Delivery, "pk", kind=DeliveryKind.DELIVERY)


def the_numbers_hold() -> None:
    """Neither gap nor double in any series."""
    for series in Series.objects.all():
        model: Any = SERIES.get(series.name[:-5], Delivery)
        rows = model.objects.filter(number__startswith=f"{series.name}-")
        numbers = sorted(int(number[-6:]) for number in rows.values_list("number", flat=True))
        assert numbers == list(range(1, series.last + 1)), series
