"""Promises to pay, kept in step with the payments (P6.3)."""

from __future__ import annotations

from django.db.models import BigIntegerField, Count, DateField, F
from django.utils import timezone

from furrow.kit.prepared import AmongIds, Ids, Prepared, PreparedRecords
from furrow.receivables.collecting_models import PromiseToPay
from furrow.receivables.collecting_rules import Promise, fill
from furrow.receivables.models import Direction, Payment


def refill(customer_id: int) -> None:
    """Work out anew what came in for each promise; the customer's account is locked."""
    rows: list[PromiseToPay] = _STANDING.records(customer=customer_id)
    if not rows:
        return
    payments = Payment.objects.filter(
        customer=customer_id,
        direction=Direction.IN,
        reversed_at=None,
        day__gte=min(row.given_on for row in rows),
    )
    found = fill(
        [Promise(row.pk, row.amount, row.given_on, row.due) for row in rows],
        list(payments.values_list("day", "amount")),
    )
    for row in rows:
        filled = found[row.pk]
        if (row.received, row.kept_on) != (filled.received, filled.kept_on):
            row.received, row.kept_on = filled.received, filled.kept_on
            row.save(update_fields=["received", "kept_on"])


def broken_counts(customer_ids: list[int]) -> dict[int, int]:
    """Promises broken in the last year, by customer; none are left out."""
    today = timezone.localdate()
    year = today.replace(year=today.year - 1, day=min(today.day, 28))
    return dict(_BROKEN.rows(None, customers=customer_ids, since=year, today=today))


_BROKEN = Prepared(
    lambda _reader, customers, since, today: (
        PromiseToPay.objects.filter(AmongIds(F("customer"), customers), kept_on=None, withdrawn_at=None)
        .filter(due__gte=since, due__lt=today)
        .values_list("customer")
        .annotate(Count("pk"))
        .order_by()
    ),
    customers=Ids(),
    since=DateField(),
    today=DateField(),
)
_STANDING = PreparedRecords(
    PromiseToPay,
    lambda customer: PromiseToPay.objects.filter(customer=customer, withdrawn_at=None),
    customer=BigIntegerField(),
)
