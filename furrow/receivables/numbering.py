"""Numbers of documents, without gaps: INV-2026-000001 and on, a series for each kind and year."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import F

from furrow.receivables.models import Series


@transaction.atomic
def next_number(prefix: str, day: date) -> str:
    """The next number of the kind in the year of `day`. The series stays locked until the caller's transaction ends, and a
    transaction that fails gives its number back: no gap, and none twice."""
    name = f"{prefix}-{day.year}"
    if not Series.objects.filter(name=name).update(last=F("last") + 1):
        Series.objects.get_or_create(name=name)
        Series.objects.filter(name=name).update(last=F("last") + 1)
    last = Series.objects.values_list("last", flat=True).get(name=name)
    return f"{name}-{last:06d}"
