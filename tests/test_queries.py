"""tests/queries.csv: how many database queries each page needs at most; the same with 5 and with 50 customers. `make queries` writes it anew."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from furrow.customers.services import create_customer
from furrow.team.models import User
from furrow.team.services import issue_api_token
from tests.addresses import addresses, build_things
from tests.cast import Cast

TABLE = Path(__file__).with_name("queries.csv")


def counts(client: Client, things: dict[str, Any]) -> dict[str, int]:
    """Queries of every page that shows itself to the director, by address; the session is read from the database, as after a restart."""
    found = {}
    for address in addresses():
        url = address.url(things)
        asked(client, url)
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = asked(client, url)
        if answer.status_code == 200:
            found[address.route] = len(queries)
    return found


def asked(client: Client, url: str) -> Any:
    """The whole answer. A file is read to its end, so that the client closes it without closing the database."""
    answer: Any = client.get(url)
    if answer.streaming:
        b"".join(answer)
    return answer


def add_customers(cast: Cast, first: int, last: int) -> None:
    for number in range(first, last):
        create_customer(
            by=cast.director,
            name=f"光谷通讯 {number} 店",
            phone=f"1380000{number:04}",
            owner=(cast.rep, cast.second_rep)[number % 2],
            visit_grade="ABCD"[number % 4],
            longitude=114.3 + number / 1000,
            latitude=30.5,
            position_system="wgs84",
        )


def test_query_budget(cast: Cast, client_of: Callable[[User | None], Client]) -> None:
    things = build_things(cast)
    client = client_of(cast.director)
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {issue_api_token(cast.director, by=cast.director)}"
    add_customers(cast, 0, 5)
    few = counts(client, things)
    add_customers(cast, 5, 50)
    many = counts(client, things)
    grown = [
        f"{route}: {few[route]} queries with 5 customers, {number} with 50"
        for route, number in many.items()
        if number > few.get(route, 0)
    ]
    assert not grown, "\n".join(grown)
    if os.environ.get("FURROW_WRITE"):
        with TABLE.open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([("address", "queries"), *sorted(many.items())])
        return
    if not TABLE.exists():
        pytest.fail("tests/queries.csv is missing: make queries writes it")
    with TABLE.open(newline="") as file:
        budget = {row["address"]: int(row["queries"]) for row in csv.DictReader(file)}
    over = [
        f"{route}: {number} queries, budget {budget.get(route, 'not named')}"
        for route, number in many.items()
        if number > budget.get(route, -1)
    ]
    gone = [f"{route}: no longer there" for route in budget.keys() - many.keys()]
    assert not over and not gone, "make queries writes the table anew; look at the difference\n" + "\n".join(
        [*over, *gone]
    )
