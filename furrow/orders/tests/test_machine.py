"""The walks of machine.py: some 5,000 steps on each database here, other ones on each; a million by `python -m bench money --full`."""

from __future__ import annotations

import os

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from furrow.orders.tests.machine import World, walks
from tests.cast import Cast

STEPS, LONGEST = int(os.environ.get("FURROW_STEPS", "2500")), 50
# Making a failing walk short may take many minutes: FURROW_SHRINK=1 asks for it.
PHASES = [Phase.generate, *([Phase.shrink] if os.environ.get("FURROW_SHRINK") else [])]
HAPPEN = (
    "desk", "api", "phone", "import", "copy_order", "change", "split", "merge", "reopen_order", "release desk", "release phone",
    "deliver", "deliver held", "deliver released", "back", "bill", "pay", "refund", "correct", "write off", "customers merged",
)  # fmt: skip
MISSING = 3


@pytest.mark.django_db
@pytest.mark.parametrize("part", [1, 2])
def test_whatever_is_done_through_whatever_door_the_books_hold(cast: Cast, part: int) -> None:
    world = World(cast)
    machine = seed(part + 2 * (connection.vendor == "postgresql"))(walks(world))
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=STEPS // LONGEST, stateful_step_count=LONGEST, deadline=None, database=None,
            suppress_health_check=list(HealthCheck), phases=PHASES,
        ),
    )  # fmt: skip
    if (
        STEPS >= 2500
    ):  # a walk that is refused everywhere proves nothing: of these acts, nearly all must have come about in each part
        missing = [what for what in HAPPEN if not world.done[what]]
        assert len(missing) <= MISSING, (missing, sorted(world.done.items()))
