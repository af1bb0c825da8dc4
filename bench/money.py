"""The books of money at size: aging, exposure and ledgers of 100,000 customers with 2,000,000 ledger lines. The walks through every door of the
trade are a measurement of their own: bench/walks.py.

A page's time is the lower quartile of its requests in CPU time, test client and database included: SQLite works in the process, on PostgreSQL
the time of the server's process is added. Whatever else runs on the machine hardly changes it; on a quiet one the clock says the same."""

from __future__ import annotations

from collections.abc import Iterator

from bench.filled import databases, measured
from bench.measure import Measure

FEW, MANY = 3_000, 100_000
TARGETS = {"ledger of a customer": 50, "ledger, further entries": 50, "ledger of 20,000 lines": 50}
PAGE = 150


def measures(full: bool) -> Iterator[Measure]:
    """3,000 customers on SQLite; full: 100,000 on each database."""
    size = MANY if full else FEW
    for database, address in databases(full):
        pages = measured("bench.money_pages", size, address)
        lines = pages.pop("ledger lines")
        yield Measure(f"ledger lines of {size:,} customers, {database}", lines, "lines")
        for page, milliseconds in pages.items():
            yield Measure(f"{page}, {size:,} customers, {database}", milliseconds, "ms CPU", TARGETS.get(page, PAGE))  # fmt: skip
