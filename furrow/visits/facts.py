"""What the visits tell the scorecards (P3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count
from django.utils.translation import gettext as _

from furrow.kit.facts import Fact, months
from furrow.visits.matter_models import Matter, MatterKind
from furrow.visits.models import ContactRecord

DAYS = 365


def complaints(ids: Sequence[int], as_of: date) -> dict[int, Fact]:
    """Complaints of the last twelve months; none is known of customers nobody was in contact with all that time."""
    since = as_of - timedelta(days=DAYS)
    met = ContactRecord.objects.alive().filter(
        customer__in=ids, started_at__date__gt=since, started_at__date__lte=as_of
    )
    counts = dict.fromkeys(met.order_by().values_list("customer", flat=True).distinct(), 0)
    told = Matter.objects.filter(
        customer__in=ids, kind=MatterKind.COMPLAINT, at__date__gt=since, at__date__lte=as_of
    )
    counts |= dict(told.order_by().values_list("customer").annotate(Count("pk")))
    period = months(since, as_of)
    return {pk: Fact(Decimal(number), period, _("Complaints")) for pk, number in counts.items()}
