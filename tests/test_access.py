"""tests/access.csv: every address × everyone in the cast → status. Committed and compared, so that opening a door is a visible change.

The things asked for belong to `rep` of the north team. `make access` writes the table anew.
"""

from __future__ import annotations

import csv
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from furrow.team.models import User
from furrow.team.services import issue_api_token
from tests.addresses import Address, addresses, build_things
from tests.cast import Cast
from tests.visitor import Visitor

TABLE = Path(__file__).with_name("access.csv")
WHO = (
    "anonymous",
    "rep",
    "other_rep",
    "manager",
    "other_manager",
    "director",
    "clerk",
    "finance",
    "administrator",
    "read_only",
)
PAGE_METHODS = ("GET", "POST")
API_METHODS = (*PAGE_METHODS, "PUT", "PATCH", "DELETE")
Row = tuple[str, ...]
SHARES = 4
"""Parts of the table, so that several processes can look at them side by side."""


def bearer(user: User | None) -> dict[str, str]:
    """The API's door takes a token, not the session."""
    return {"authorization": f"Bearer {issue_api_token(user, by=user)}"} if user else {}


def measured(cast: Cast, client_of: Callable[[User | None], Client], asked: list[Address]) -> list[Row]:
    things = build_things(cast)
    people = {"anonymous": None} | cast.people()
    visitors = {name: Visitor(client_of(people[name])) for name in WHO}
    bearers = {name: bearer(people[name]) for name in WHO}

    def status(name: str, method: str, url: str) -> str:
        empty = {"data": "", "content_type": "application/x-www-form-urlencoded"}
        given: dict[str, Any] = {} if method == "GET" else empty
        headers = bearers[name] if url.startswith("/api/") else {}
        return str(visitors[name].status(method, url, headers=headers, **given))

    def row(address: Address, method: str) -> Row | None:
        """None for a method the address does not know: the administrator may do everything, so 405 speaks for all."""
        url = address.url(things)
        found = {"administrator": status("administrator", method, url)}
        if found["administrator"] == "405":
            return None
        found |= {name: status(name, method, url) for name in WHO if name not in found}
        return (address.route, method, *(found[name] for name in WHO))

    rows = [
        row(address, method)
        for address in asked
        for method in (API_METHODS if address.route.startswith("/api/") else PAGE_METHODS)
    ]
    return [row for row in rows if row is not None]


def committed() -> list[Row]:
    with TABLE.open(newline="") as file:
        return [tuple(row) for row in csv.reader(file)][1:]


def write(rows: list[Row]) -> None:
    with TABLE.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("address", "method", *WHO), *rows])


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a right does not depend on the database")
@pytest.mark.parametrize("share", range(SHARES))
def test_access_table(
    cast: Cast, client_of: Callable[[User | None], Client], caplog: pytest.LogCaptureFixture, share: int
) -> None:
    caplog.set_level(logging.ERROR, logger="django.request")
    every = addresses()
    asked = every[share::SHARES]
    rows = measured(cast, client_of, asked)
    errors = [f"{row[1]} {row[0]}: {status}" for row in rows for status in row[2:] if status.startswith("5")]
    assert not errors, "\n".join(errors)
    routes = {address.route for address in every} - {address.route for address in asked}
    if os.environ.get("FURROW_WRITE"):
        others = [row for row in committed() if row[0] in routes]
        place = {address.route: at for at, address in enumerate(every)}
        write(sorted([*others, *rows], key=lambda row: (place[row[0]], API_METHODS.index(row[1]))))
        return
    before = {(row[0], row[1]): row for row in committed() if row[0] not in routes}
    now = {(row[0], row[1]): row for row in rows}
    gone = [" ".join(key) for key in before.keys() - now.keys()]
    changed = [
        f"{' '.join(key)}: {dict(zip(WHO, row[2:], strict=True))}"
        for key, row in now.items()
        if before.get(key) != row
    ]
    assert not gone and not changed, (
        "make access writes the table anew; look at the difference\n" + "\n".join([*gone, *changed])
    )
