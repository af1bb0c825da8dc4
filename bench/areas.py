"""The regions browser at size: pages of the country, a province and a city with its map, as the director and as a rep see them, and the
count behind them. python -m bench.areas COUNT prints {"pages": {page: ms CPU}, "count": [seconds, sums]} as JSON in its last line.

Customers stand in all counties of the country, half of them in one province, so that every level has much to add up."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import Any

from bench.company_names import customers
from bench.filled import databases, fill, measured, prepare
from bench.measure import Measure

ROUNDS, SLICE = 15, 2000
PAGE_MS, COUNT_S = 100, 60
PLACES = {"country": "", "province": "42/", "province by completeness": "42/?by=complete", "city": "4201/"}


def measures(full: bool) -> Iterator[Measure]:
    """20,000 customers on SQLite; full: 1,000,000 on SQLite and on PostgreSQL."""
    size = 1_000_000 if full else 20_000
    for database, address in databases(full):
        found = measured("bench.areas", size, address)
        where = f"{size:,} customers, {database}"
        for page, milliseconds in found["pages"].items():
            yield Measure(f"{page}, {where}", milliseconds, "ms CPU", PAGE_MS)
        seconds, sums = found["count"]
        yield Measure(f"all sums anew ({sums:,} of them), {where}", seconds, "s", COUNT_S)


def main(count: int) -> None:
    """Fill an empty database, count, and ask for the pages."""
    prepare()
    from django.test import Client

    from furrow.customers.archives import counting
    from tests.cast import build_cast

    people = build_cast().people()
    owners = [people[name].pk for name in ("rep", "second_rep", "other_rep")]
    ids = fill(_placed(count, owners))
    for start in range(0, count, SLICE):
        counting.count_cards(ids[start : start + SLICE])
    begun = time.perf_counter()
    counting.finish_count()
    seconds = time.perf_counter() - begun
    found: dict[str, list[float]] = {}
    for name in ("director", "rep"):
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(people[name], backend="furrow.team.backends.PeopleBackend")
        for turn in range(-3, ROUNDS):
            for place, path in PLACES.items():
                spent = _asked(client, path)
                if turn >= 0:
                    found.setdefault(f"{place}, {name}", []).append(spent)
    from furrow.customers.archives.models import ArchiveCount

    pages = {page: sorted(times)[len(times) // 4] for page, times in found.items()}
    print(json.dumps({"pages": pages, "count": [seconds, ArchiveCount.objects.count()]}))


def _placed(count: int, owners: list[int]) -> Iterator[dict[str, Any]]:
    """Customers in counties: half all over the country, half in 湖北."""
    from furrow.kit.regions import region_book

    dice = Random(11)
    counties = [row.code for row in region_book().rows if row.level == 3]
    near = [code for code in counties if code.startswith("42")]
    for number, row in enumerate(islice(customers(count), count)):
        place = dice.choice(near if number % 2 else counties)
        yield {**row, "region_id": place, "owner_id": owners[number % len(owners)], "kind": "retailer"}


def _asked(client: Any, path: str) -> float:
    """Milliseconds of this process for one page; RuntimeError unless it is answered with all of it."""
    begun = time.process_time()
    answer = client.get(f"/customers/areas/{path}")
    spent = 1000 * (time.process_time() - begun)
    if answer.status_code != 200 or (path and b"<polygon" not in answer.content):
        raise RuntimeError(f"{path}: {answer.status_code}, {len(answer.content)} bytes")
    return spent


if __name__ == "__main__":
    main(int(sys.argv[1]))
