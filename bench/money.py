"""The books of money at size: aging, exposure and ledgers of 100,000 customers with 2,000,000 ledger lines; and the walks through every door of
furrow/orders/tests/machine.py. BENCH_STEPS: so many steps of the walks, 0 for the pages alone; BENCH_SEED: other ones.

A page's time is the lower quartile of its requests: on SQLite the CPU time of the process, database and test client included; on PostgreSQL by the
clock, to which whatever else runs on the machine adds."""

from __future__ import annotations

import os
from collections.abc import Iterator

from bench.filled import databases, measured
from bench.measure import Measure

FEW, MANY = 5_000, 100_000
STEPS, MILLION = 250, 1_000_000
TARGETS = {"ledger of a customer": 50, "ledger, further entries": 50, "ledger of 20,000 lines": 50}
PAGE = 150


def measures(full: bool) -> Iterator[Measure]:
    """5,000 customers on SQLite and 250 steps; full: 100,000 customers and half a million steps on each database."""
    size = MANY if full else FEW
    for database, address in databases(full):
        steps = int(os.environ.get("BENCH_STEPS", MILLION // 2 if full else STEPS))
        found = measured("bench.money_pages", size, address, steps)
        pages, walked = found["pages"], found["walks"]
        lines = pages.pop("ledger lines")
        yield Measure(f"ledger lines of {size:,} customers, {database}", lines, "lines")
        for page, milliseconds in pages.items():
            yield Measure(f"{page}, {size:,} customers, {database}", milliseconds, "ms CPU" if database == "SQLite" else "ms", TARGETS.get(page, PAGE))  # fmt: skip
        if steps:
            yield Measure(f"steps through every door, {database}", walked["steps"], "steps", 0.7 * steps, at_most=False)  # fmt: skip
            yield Measure(f"goods that left, {database}", walked["deliver"], "deliveries")
            yield Measure(f"of them by a release, {database}", walked["deliver released"], "deliveries")
            yield Measure(f"held at the door, {database}", walked["deliver held"], "times")
            yield Measure(f"each step, {database}", walked["ms"], "ms CPU")
