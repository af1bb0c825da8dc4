"""The walks through every door of furrow/orders/tests/machine.py, at length: orders come in by desk, API, import and the phone's queue, are copied,
edited, split, merged, re-opened, released, delivered, billed and paid, and after each step the books are held against a reckoning of their own.
A walk in which anything does not hold ends the measurement with the steps that led there.

Full: half a million steps on each database, in parts, as many at a time as there are processors; some two and a half hours of CPU time
in all (SQLite 5 ms a step; PostgreSQL 6 here and 3 in its server).
BENCH_STEPS: so many steps on each database instead. BENCH_SEED: other ones."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bench.filled import measured, prepare
from bench.measure import Measure

FEW, MANY = 2_000, 500_000
PART = 50_000
SHOWN = {
    "deliver": ("goods that left", "deliveries"),
    "deliver released": ("of them by a named release", "deliveries"),
    "deliver held": ("refused at the door, held", "times"),
    "phone again": ("messages of the phone sent twice", "messages"),
    "old session changed": ("edited by a session that had read an older state", "times"),
}


def measures(full: bool) -> Iterator[Measure]:
    """2,000 steps on SQLite; full: half a million on SQLite and half a million on PostgreSQL."""
    steps = int(os.environ.get("BENCH_STEPS", MANY if full else FEW))
    for database in ["SQLite", "PostgreSQL"] if full else ["SQLite"]:
        done = walked(database, steps)
        yield Measure(f"steps through every door, {database}", done["steps"], "steps", steps, at_most=False)
        for what, (words, unit) in SHOWN.items():
            yield Measure(f"{words}, {database}", done[what], unit)
        yield Measure(f"doors and acts that never came about, {database}", done["missing"], "", 0 if full else None)  # fmt: skip
        yield Measure(f"each step, {database}", done["ms"] / done["steps"], "ms CPU")


def walked(database: str, steps: int) -> Counter[str]:
    """The sum of what was done; each part has an installation of its own, on PostgreSQL a server as well, and says on stderr when it is through."""
    parts = -(-steps // PART)
    first = int(os.environ.get("BENCH_SEED", 10_000))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(
            pool.map(lambda part: _part(database, -(-steps // parts), first + 1_000_000 * part), range(parts))
        )
    done: Counter[str] = sum((Counter(part["done"]) for part in found), Counter())
    done["missing"] = len(set.intersection(*(set(part["missing"]) for part in found)))
    return done


def _part(database: str, steps: int, first: int) -> dict[str, Any]:
    with contextlib.ExitStack() as stack:
        address = ""
        if database == "PostgreSQL":
            from tests.cluster import cluster

            address = stack.enter_context(cluster())
        part = measured("bench.walks", steps, address, first)
    sys.stderr.write(f"{database}, seed {first}: {part['done']['steps']} steps, none of them wrong\n")
    return part


def main(steps: int, first: int) -> None:
    """One process: what was done how often, what never came about, and the CPU milliseconds, as JSON in the last line."""
    prepare()
    from django.db import transaction
    from django.utils import translation

    from furrow.orders.tests.machine import World, walk
    from tests.cast import build_cast

    translation.activate("en")
    begun = time.process_time()
    with transaction.atomic():
        world = World(build_cast())
        missing = walk(world, steps, first)
        transaction.set_rollback(True)
    done = dict(world.done) | {"ms": 1000 * (time.process_time() - begun)}
    sys.stdout.write(json.dumps({"done": done, "missing": missing}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
