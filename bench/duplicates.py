"""The duplicate check (P2.3): how right it is on a labelled set of pairs, and how long it takes among many customers.

Precision and recall count a pair as found from "possible duplicate" on. The set and its rules: bench/labelled_pairs.py. The time is that
of one check as the form of a new customer makes it: keys, look-up, comparison of all candidates. Half of the checks ask for the second
record of a true pair whose first record is in the database; "found" is the share of them with that record among the first five.

One database is measured in a process of its own: python -m bench.duplicates COUNT.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from typing import Any

from bench.company_names import customers, data_missing
from bench.filled import databases, fill, measured, prepare, quantiles
from bench.labelled_pairs import Pair, Record, pairs
from bench.measure import Measure

PAIRS, CHECKS = 2000, 400
RIGHT, MOST_MS = 0.95, 50


def measures(full: bool) -> Iterator[Measure]:
    """2,000 pairs; 20,000 customers on SQLite; full: 500,000 on SQLite and on PostgreSQL."""
    yield from _quality()
    size = 500_000 if full else 20_000
    for database, address in databases(full):
        found = measured("bench.duplicates", size, address)
        where = f"{size:,} customers, {database}"
        yield Measure(f"one check, half of them, {where}", found["p50"], "ms")
        yield Measure(f"one check, p95, {where}", found["p95"], "ms", MOST_MS)
        yield Measure(f"one check, the longest of {CHECKS}, {where}", found["most"], "ms")
        yield Measure(
            f"true pairs found among the first five, {where}", 100 * found["found"], "%", 95, at_most=False
        )


def _quality() -> Iterator[Measure]:
    from furrow.customers.duplicates import LIKELY, compare

    told = [
        (pair, compare(_likeness(pair.one), _likeness(pair.two)).level >= LIKELY) for pair in pairs(PAIRS)
    ]
    right = sum(pair.same and yes for pair, yes in told)
    remark = data_missing()
    yield Measure(
        f"precision on {PAIRS:,} pairs{remark}",
        100 * right / sum(yes for _, yes in told),
        "%",
        100 * RIGHT,
        at_most=False,
    )
    yield Measure(
        f"recall on {PAIRS:,} pairs{remark}",
        100 * right / sum(pair.same for pair, _ in told),
        "%",
        100 * RIGHT,
        at_most=False,
    )
    for rule in dict.fromkeys(pair.rule for pair, _ in told):
        answers = [pair.same == yes for pair, yes in told if pair.rule == rule]
        yield Measure(f"  {rule}: judged rightly", 100 * sum(answers) / len(answers), "%")


def _likeness(record: Record) -> Any:
    from furrow.customers.duplicates import Likeness
    from furrow.customers.rules import phones_of

    return Likeness(record.name, phones_of(record.phone), record.region, record.address, record.position)


def main(count: int) -> None:
    """Fill an empty database and check."""
    prepare()
    asked = list(pairs(2 * CHECKS, seed=11))
    true, false = ([pair for pair in asked if pair.same is same][: CHECKS // 2] for same in (True, False))
    fill(customers(count - len(true)), keys=True)
    ids = fill((_row(number, pair) for number, pair in enumerate(true)), keys=True)
    from furrow.customers.matching import candidates

    candidates(_likeness(false[0].one), limit=5)
    spent, hits = [], 0
    for pair, pk in [*zip(true, ids, strict=True), *((pair, 0) for pair in false)]:
        one = _likeness(pair.two)
        begun = time.perf_counter()
        found = candidates(one, limit=5)
        spent.append(1000 * (time.perf_counter() - begun))
        hits += pk > 0 and pk in {candidate.pk for candidate in found}
    p50, p95, most = quantiles(spent)
    print(json.dumps({"p50": p50, "p95": p95, "most": most, "found": hits / len(true)}))


def _row(number: int, pair: Pair) -> dict[str, Any]:
    record = pair.one
    lng, lat = record.position or (None, None)
    return {
        "code": f"P{number:05}", "name": record.name, "phone": record.phone, "region_id": record.region or None,
        "address": record.address, "longitude": lng, "latitude": lat, "status": "active",
    }  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]))
