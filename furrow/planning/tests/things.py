"""A published cycle of the rep and a later one that can still be changed, for tests/addresses.py."""

from __future__ import annotations

from datetime import timedelta

from django.test import TestCase

from furrow.planning.models import PlannedVisit, VisitCycle
from furrow.planning.policies import policy_in_use
from furrow.planning.services import create_cycle, publish_cycle, start_planning
from furrow.planning.tests.company import START
from tests.cast import Cast


def cycle_from(cast: Cast, week: int) -> VisitCycle:
    """A planned cycle of the rep, made in this process."""
    cycle = create_cycle(
        by=cast.manager,
        start=START + timedelta(weeks=week),
        weeks=4,
        reps=[cast.rep],
        policy=policy_in_use(),
        seconds=None,
        iterations=50,
        seed=1,
    )
    with TestCase.captureOnCommitCallbacks(execute=True):
        start_planning(cycle, by=cast.manager)
    cycle.refresh_from_db()
    return cycle


def things(cast: Cast) -> dict[str, object]:
    published = publish_cycle(cycle_from(cast, 0), by=cast.manager)
    ready = cycle_from(cast, 4)
    assert ready.status == VisitCycle.Status.READY, ready.status
    return {
        "planning:pk": ready,
        "cycles:pk": published,
        "planning:cycle.pk": published,
        "planning:xlsx.pk": published,
        "planning:print.pk": published,
        "planning:visit_id": PlannedVisit.objects.filter(plan__cycle=ready).order_by("pk")[0],
        "planning:token": cast.rep.calendar_token,
    }
