"""The ledger's one door: lock an account, write an entry, bring the account up to date.

Invariants, after every transaction: balance = sum of the entries = open invoices − what is on account.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import BigIntegerField, F, Min, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.customers.models import Customer
from furrow.kit.prepared import AmongIds, Ids, Prepared, PreparedRecords
from furrow.receivables.models import NEVER, Account, EntryKind, Invoice, InvoiceKind, LedgerEntry, Payment
from furrow.receivables.money import NOTHING
from furrow.team.models import User

EARLIEST = date(2000, 1, 1)


def locked(customer_id: int) -> Account:
    """The customer's account, locked to the end of the transaction; made when it is the first."""
    return (_lock([customer_id]) or locked_many([customer_id]))[customer_id]


def locked_many(customer_ids: Iterable[int]) -> dict[int, Account]:
    """Accounts by customer, locked in one order everywhere, so that two transactions never wait for each other; missing ones are made
    before any is locked."""
    wanted = sorted(set(customer_ids))
    known = set(Account.objects.filter(customer__in=wanted).values_list("customer_id", flat=True))
    missing = [Account(customer_id=pk) for pk in wanted if pk not in known]
    if missing:
        Account.objects.bulk_create(missing, ignore_conflicts=True)
    return _lock(wanted)


def _lock(ids: list[int]) -> dict[int, Account]:
    return {account.customer_id: account for account in _LOCKED.records(customers=ids)}


_LOCKED = PreparedRecords(
    Account,
    lambda customers: (
        Account.objects.select_for_update().filter(AmongIds(F("customer"), customers)).order_by("customer_id")
    ),
    customers=Ids(),
)


def check_day(day: date, field: str = "day") -> None:
    """Raises ValidationError for a day that has not come, or lies before all books."""
    if day > timezone.localdate():
        raise ValidationError({field: _("This day has not come yet. Choose today or earlier.")})
    if day < EARLIEST:
        raise ValidationError({field: _("Choose a day from 2000-01-01 on.")})


def post(
    account: Account,
    kind: EntryKind,
    amount: Decimal,
    *,
    day: date,
    document: str,
    by: User | None,
    invoice: Invoice | None = None,
    payment: Payment | None = None,
    text: str = "",
) -> LedgerEntry:
    """Write one entry of a locked account; `settle` follows once the documents stand."""
    account.balance += amount
    return LedgerEntry.objects.create(
        customer_id=account.customer_id,
        kind=kind,
        amount=amount,
        day=day,
        document=document,
        invoice=invoice,
        payment=payment,
        text=text,
        by=by,
    )


@transaction.atomic(savepoint=False)
def settle(account: Account) -> None:
    """Work out what is open and on account from the documents and save the account. The database refuses it unless
    balance = owed − on account."""
    open_of = {kind: (owed, due) for kind, owed, due in _OPEN.rows(None, customer=account.customer_id)}
    owed, oldest = open_of.get(InvoiceKind.INVOICE, (NOTHING, NEVER))
    credit, _due = open_of.get(InvoiceKind.CREDIT_NOTE, (NOTHING, NEVER))
    free = sum((one for _customer, one in _FREE.rows(None, customer=account.customer_id)), NOTHING)
    account.owed, account.on_account, account.oldest_due = owed, free + credit, oldest
    account.version += 1
    account.updated_at = timezone.now()
    account.save()


_OPEN = Prepared(
    lambda _reader, customer: (
        Invoice.objects.filter(customer=customer, open__gt=0)
        .order_by()
        .values_list("kind")
        .annotate(Sum("open"), Min("due"))
    ),
    customer=BigIntegerField(),
)
_FREE = Prepared(
    lambda _reader, customer: (
        Payment.objects.filter(customer=customer, free__gt=0)
        .order_by()
        .values_list("customer")
        .annotate(Sum("free"))
    ),
    customer=BigIntegerField(),
)


@transaction.atomic
def rebuild(customer_ids: Iterable[int]) -> None:
    """Work accounts out anew from ledger and documents, after rows moved between customers."""
    for account in locked_many(customer_ids).values():
        entries = LedgerEntry.objects.filter(customer=account.customer_id)
        account.balance = entries.aggregate(sum=Sum("amount"))["sum"] or NOTHING
        settle(account)


def of_customer(customer: Customer) -> models.QuerySet[LedgerEntry]:
    """A customer's entries, the latest first."""
    return LedgerEntry.objects.filter(customer=customer).order_by("-id")
