"""The books follow when two customers become one, and when they are two again (settings.REACTIONS). Rows moved in the merge go back by
themselves; what was written about them meanwhile stands with the customer kept and follows here."""

from __future__ import annotations

from typing import Any

from django.db.models import F, OuterRef, Q, Subquery

from furrow.receivables import ledger
from furrow.receivables.models import Allocation, Invoice, LedgerEntry, Payment
from furrow.receivables.promises import refill
from furrow.receivables.services import open_again


def customers_merged(merge: Any) -> None:
    """All rows have moved to the customer kept: both accounts are worked out anew."""
    _rebuild(merge.kept_id, merge.gone_id)


def merge_undone(merge: Any) -> None:
    """They are two again. A refund goes with its payment, a credit note with its invoice, ledger entries with their papers; what money of
    the one paid for the other meanwhile is open again, and on account."""
    both = [merge.kept_id, merge.gone_id]
    for rows, origin in ((Payment.objects.all(), "refund_of"), (Invoice.objects.all(), "corrects")):
        model = rows.model
        owner = model._default_manager.filter(pk=OuterRef(origin)).values("customer")[:1]
        strays = rows.filter(customer__in=both, **{f"{origin}__isnull": False}).exclude(**{f"{origin}__customer": F("customer")})  # fmt: skip
        strays.update(customer=Subquery(owner))
    for model, paper in ((Payment, "payment"), (Invoice, "invoice")):
        papers: Any = model
        owner = papers.objects.filter(pk=OuterRef(paper)).values("customer")[:1]
        strays = LedgerEntry.objects.filter(customer__in=both, **{f"{paper}__isnull": False}).exclude(**{f"{paper}__customer": F("customer")})  # fmt: skip
        strays.update(customer=Subquery(owner))
    _rebuild(*both, crossing=True)


def _rebuild(*customers: int, crossing: bool = False) -> None:
    accounts = ledger.locked_many(customers)
    if crossing:
        mixed = Q(payment__isnull=False) & ~Q(payment__customer=F("invoice__customer"))
        mixed |= Q(credit_note__isnull=False) & ~Q(credit_note__customer=F("invoice__customer"))
        rows = Allocation.objects.filter(mixed, undone_at=None, invoice__customer__in=accounts)
        for row in list(
            rows.values_list("pk", flat=True)
        ):  # each with its papers as the one before left them
            open_again(Allocation.objects.select_related("invoice", "payment", "credit_note").get(pk=row), by=None)  # fmt: skip
    ledger.rebuild(customers)
    for pk in customers:
        refill(pk)
