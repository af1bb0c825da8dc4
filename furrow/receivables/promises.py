"""Promises to pay, kept in step with the payments (P6.3)."""

from __future__ import annotations

from django.db.models import Count, Q
from django.utils import timezone

from furrow.receivables.collecting_models import PromiseToPay
from furrow.receivables.collecting_rules import Promise, fill
from furrow.receivables.models import Direction, Payment


def refill(customer_id: int) -> None:
    """Work out anew what came in for each promise; the customer's account is locked."""
    rows = list(PromiseToPay.objects.filter(customer=customer_id, withdrawn_at=None))
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
    rows = PromiseToPay.objects.filter(
        Q(due__lt=today), customer__in=customer_ids, kept_on=None, withdrawn_at=None, due__gte=today.replace(year=today.year - 1, day=min(today.day, 28))
    )  # fmt: skip
    return dict(rows.values_list("customer").annotate(Count("pk")).order_by())
