"""Reads over assessments."""

from __future__ import annotations

from furrow.assessment.models import Assessment
from furrow.customers.models import Customer

HISTORY = 6


def latest_assessments(customer: Customer) -> list[Assessment]:
    """The last few of one customer that stand, newest first, with their assessors; the first one made the current grade."""
    return list(Assessment.objects.standing().filter(customer=customer).select_related("by")[:HISTORY])


def last_answers(customer: Customer) -> Assessment | None:
    """The latest scorecard that was filled in, to start the next one from."""
    return Assessment.objects.standing().filter(customer=customer, source="scorecard").first()
