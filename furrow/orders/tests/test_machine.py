"""The walks of machine.py: 5,000 steps on each database here, other ones on each, so 10,000 in CI; a million by `python -m bench walks --full`."""

from __future__ import annotations

import os

import pytest
from django.db import connection
from hypothesis import Phase

from furrow.orders.tests.machine import World, walk
from tests.cast import Cast

STEPS = int(os.environ.get("FURROW_STEPS", "2500"))
# Making a failing walk short may take many minutes: FURROW_SHRINK=1 asks for it.
PHASES = [Phase.generate, *([Phase.shrink] if os.environ.get("FURROW_SHRINK") else [])]


@pytest.mark.django_db
@pytest.mark.parametrize("part", [1, 2])
def test_whatever_is_done_through_whatever_door_the_books_hold(cast: Cast, part: int) -> None:
    world = World(cast)
    first = 1000 * (part + 2 * (connection.vendor == "postgresql"))
    missing = walk(world, STEPS, first, phases=PHASES, most=2 * STEPS)
    assert world.done["steps"] >= STEPS
    assert not missing or STEPS < 2500, (missing, sorted(world.done.items()))
