"""Walks through every door on an empty installation. The first thing that does not hold ends it with the steps that led there."""

from __future__ import annotations

import os
import time

LONGEST, WALKS = 50, 40


def walk(steps: int) -> dict[str, float]:
    """What was done how often, and the CPU milliseconds of a step."""
    from django.db import transaction
    from django.utils import translation
    from hypothesis import HealthCheck, Phase, seed, settings
    from hypothesis.stateful import run_state_machine_as_test

    from furrow.orders.tests.machine import World, walks
    from tests.cast import build_cast

    translation.activate("en")
    begun, first = time.process_time(), int(os.environ.get("BENCH_SEED", 1000))
    with transaction.atomic():
        world = World(build_cast())
        for number in range(
            -(-steps // (LONGEST * WALKS))
        ):  # anew now and then: hypothesis keeps what it has seen
            left = steps - number * LONGEST * WALKS
            run_state_machine_as_test(
                seed(first + number)(walks(world)),
                settings=settings(
                    max_examples=max(1, min(WALKS, left // LONGEST)), stateful_step_count=LONGEST, deadline=None, database=None,
                    suppress_health_check=list(HealthCheck), phases=[Phase.generate],
                ),
            )  # fmt: skip
        transaction.set_rollback(True)
    spent = 1000 * (time.process_time() - begun) / max(1, world.done["steps"])
    return {name: world.done[name] for name in ("steps", "deliver", "deliver released", "deliver held")} | {"ms": spent}  # fmt: skip
