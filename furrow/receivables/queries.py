"""Reads over the books: aging, a customer's ledger with running balance, the statement of account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import OuterRef, Q, Subquery, Sum
from django.utils import timezone

from furrow.customers.models import Customer
from furrow.kit.prepared import Prepared, PreparedRecords
from furrow.receivables import rules
from furrow.receivables.models import Account, Invoice, InvoiceKind, InvoiceLine, LedgerEntry, Payment
from furrow.receivables.money import NOTHING, MoneyField
from furrow.team.models import User

LEDGER_PAGE, MOST_OPEN = 25, 60
LAST = 2**63 - 1
MOST_ENTRIES = 3000


def bucket_condition(code: str, today: date) -> Q:
    """Invoices of one aging bucket by their due date."""
    _code, first, last = next(bucket for bucket in rules.BUCKETS if bucket[0] == code)
    condition = Q()
    if first is not None:
        condition &= Q(due__lte=today - timedelta(days=first))
    if last is not None:
        condition &= Q(due__gte=today - timedelta(days=last))
    return condition


def with_buckets(accounts: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Each account with what is open in each bucket; read for the shown rows only."""
    today = timezone.localdate()
    open_rows = Invoice.objects.filter(
        customer=OuterRef("customer"), open__gt=0, kind=InvoiceKind.INVOICE
    ).order_by()
    sums = {
        f"in_{code}": Subquery(
            open_rows.filter(bucket_condition(code, today)).values("customer").annotate(sum=Sum("open")).values("sum"),
            output_field=MoneyField(),
        )
        for code, _first, _last in rules.BUCKETS
    }  # fmt: skip
    found: models.QuerySet[Any] = accounts.annotate(**sums)
    return found


_DUE = Prepared(
    lambda user, customer: (
        Account.objects.visible_to(user).filter(customer=customer).values_list("balance", "oldest_due")
    ),
    customer=models.BigIntegerField(),
)


def due_of(customer: Customer, user: User) -> tuple[Decimal, date] | None:
    """What the customer owes and since when the oldest open invoice is due; None without an account in the user's reach."""
    found = _DUE.rows(user, customer=customer.pk)
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Aging:
    """What is open in each bucket, over everybody in reach."""

    buckets: dict[str, Decimal]
    on_account: Decimal

    @property
    def total(self) -> Decimal:
        return sum(self.buckets.values(), NOTHING)

    @property
    def overdue(self) -> Decimal:
        return self.total - self.buckets["current"]


def aging(user: User) -> Aging:
    """Receivables in reach by age; two queries over the open documents."""
    today = timezone.localdate()
    rows = Invoice.objects.visible_to(user).filter(open__gt=0, kind=InvoiceKind.INVOICE)
    sums = rows.aggregate(
        **{code: Sum("open", filter=bucket_condition(code, today)) for code, _f, _l in rules.BUCKETS}
    )
    credit = Account.objects.visible_to(user).filter(on_account__gt=0).aggregate(sum=Sum("on_account"))["sum"]
    return Aging({code: sums[code] or NOTHING for code, _f, _l in rules.BUCKETS}, credit or NOTHING)


@dataclass(frozen=True, slots=True)
class Row:
    """A ledger entry with the balance after it."""

    entry: LedgerEntry
    balance: Decimal


def ledger_page(account: Account, before: int = 0) -> tuple[list[Row], int]:
    """Entries, the latest first, from below the entry `before` on, and the cursor of the next page (0: none). The balance runs back
    from the account's; the cost does not grow with the ledger's length but for one index-only sum on later pages."""
    customer, balance = account.customer_id, account.balance
    if before:
        balance -= sum(
            (passed for _customer, passed in _PASSED.rows(None, customer=customer, before=before)), NOTHING
        )
    found: list[LedgerEntry] = _ENTRIES.records(LEDGER_PAGE + 1, customer=customer, before=before or LAST)
    rows = []
    for entry in found[:LEDGER_PAGE]:
        rows.append(Row(entry, balance))
        balance -= entry.amount
    return rows, rows[-1].entry.pk if len(found) > LEDGER_PAGE else 0


_ENTRIES = PreparedRecords(
    LedgerEntry,
    lambda most, customer, before: LedgerEntry.objects.filter(customer=customer, pk__lt=before).order_by(
        "-pk"
    )[:most],
    customer=models.BigIntegerField(),
    before=models.BigIntegerField(),
)
_PASSED = Prepared(
    lambda _reader, customer, before: (
        LedgerEntry.objects.filter(customer=customer, pk__gte=before)
        .values_list("customer")
        .annotate(Sum("amount"))
        .order_by()
    ),
    customer=models.BigIntegerField(),
    before=models.BigIntegerField(),
)


def open_documents(account: Account) -> list[Invoice]:
    """What is open on the account, invoices and credit notes, the earliest due first."""
    return _OPEN.records(customer=account.customer_id)


_OPEN = PreparedRecords(
    Invoice,
    lambda customer: Invoice.objects.filter(customer=customer, open__gt=0).order_by("due", "id")[:MOST_OPEN],
    customer=models.BigIntegerField(),
)


@dataclass(frozen=True, slots=True)
class Statement:
    """对账单: what moved in a period between two balances, and what of it is overdue now."""

    customer: Customer
    start: date
    end: date
    opening: Decimal
    rows: list[Row]
    closing: Decimal
    owed_more: Decimal
    paid: Decimal
    aging: dict[str, Decimal]

    @property
    def overdue(self) -> Decimal:
        return sum(self.aging.values(), NOTHING) - self.aging["current"]


def statement(customer: Customer, start: date, end: date) -> Statement:
    """The customer's statement over a period, both days included; at most MOST_ENTRIES entries. Reads the ledger from `start` on only: the
    opening balance runs back from the account's."""
    entries = LedgerEntry.objects.filter(customer=customer)
    since = entries.filter(day__gte=start).values("customer").annotate(sum=Sum("amount")).order_by()
    # In one statement, so that no payment comes in between the two.
    accounts = Account.objects.filter(customer=customer).annotate(since=Subquery(since.values("sum"), output_field=MoneyField()))  # fmt: skip
    opening = balance = sum((now - (moved or NOTHING) for now, moved in accounts.values_list("balance", "since")), NOTHING)  # fmt: skip
    rows = []
    for entry in entries.filter(day__range=(start, end)).order_by("day", "id")[:MOST_ENTRIES]:
        balance += entry.amount
        rows.append(Row(entry, balance))
    open_rows = Invoice.objects.filter(customer=customer, open__gt=0, kind=InvoiceKind.INVOICE)
    amounts = [row.entry.amount for row in rows]
    return Statement(
        customer,
        start,
        end,
        opening,
        rows,
        balance,
        sum((amount for amount in amounts if amount > 0), NOTHING),
        -sum((amount for amount in amounts if amount < 0), NOTHING),
        rules.aging(open_rows.values_list("due", "open"), timezone.localdate()),
    )


@dataclass(frozen=True, slots=True)
class PayingFacts:
    """What the books know of how a customer pays, over the twelve months up to a day."""

    invoiced: Decimal
    collected: Decimal
    owed: Decimal
    overdue: Decimal
    pay_days: int | None  # average days from invoice to payment in full
    late_share: float | None
    units: int  # of our products invoiced, less what came back


def paying_facts(customer_ids: Iterable[int], as_of: date) -> dict[int, PayingFacts]:
    """For each customer with an account; a fixed number of queries."""
    ids = list(customer_ids)
    since = as_of - timedelta(days=365)
    accounts = {row.customer_id: row for row in Account.objects.filter(customer__in=ids)}
    invoices = Invoice.objects.filter(
        customer__in=ids, kind=InvoiceKind.INVOICE, day__gt=since, day__lte=as_of
    )
    invoiced = dict(invoices.values_list("customer").annotate(Sum("gross")).order_by())
    payments = Payment.objects.filter(
        customer__in=ids, direction="in", reversed_at=None, day__gt=since, day__lte=as_of
    )
    collected = dict(payments.values_list("customer").annotate(Sum("amount")).order_by())
    late = Invoice.objects.filter(customer__in=ids, kind=InvoiceKind.INVOICE, open__gt=0, due__lt=as_of)
    overdue = dict(late.values_list("customer").annotate(Sum("open")).order_by())
    history, units = paid_history(ids, as_of), units_billed(ids, since, as_of)
    found = {}
    for pk, account in accounts.items():
        past = history.get(pk, [])
        days = [took for _ago, _late, took in past]
        found[pk] = PayingFacts(
            invoiced.get(pk, NOTHING),
            collected.get(pk, NOTHING),
            account.owed,
            overdue.get(pk, NOTHING),
            round(sum(days) / len(days)) if days else None,
            sum(1 for _ago, late_by, _took in past if late_by > 0) / len(past) if past else None,
            units.get(pk, 0),
        )
    return found


def units_billed(customer_ids: Sequence[int], after: date, until: date) -> dict[int, int]:
    """Customer -> units of products invoiced in a period, credit notes taken off: the volume of group 11 of the card (P1.2)."""
    rows = InvoiceLine.objects.filter(
        invoice__customer__in=customer_ids, invoice__day__gt=after, invoice__day__lte=until, product__isnull=False
    )  # fmt: skip
    credited = Q(invoice__kind=InvoiceKind.CREDIT_NOTE)
    sums = rows.order_by().values_list("invoice__customer").annotate(
        out=Sum("quantity", filter=~credited, default=0), back=Sum("quantity", filter=credited, default=0)
    )  # fmt: skip
    return {pk: out - back for pk, out, back in sums}


def paid_history(customer_ids: Iterable[int], as_of: date) -> dict[int, list[tuple[int, int, int]]]:
    """Customer -> invoices paid in full in the two years up to a day: (days ago, days late, days from invoice to payment)."""
    rows = Invoice.objects.filter(
        customer__in=list(customer_ids), kind=InvoiceKind.INVOICE, paid_on__lte=as_of, paid_on__gt=as_of - timedelta(days=730)
    )  # fmt: skip
    found: dict[int, list[tuple[int, int, int]]] = {}
    for pk, day, due, paid_on in rows.values_list("customer", "day", "due", "paid_on"):
        found.setdefault(pk, []).append(((as_of - paid_on).days, (paid_on - due).days, (paid_on - day).days))
    return found
