"""tests/access.csv: every address × everyone in the cast → status. Committed and compared, so that opening a door is a visible change.

The things asked for belong to `rep` of the north team. `make access` writes the table anew.
"""

from __future__ import annotations

import csv
import logging
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from furrow.team.models import User
from furrow.team.services import issue_api_token
from tests.addresses import Address, addresses, build_things
from tests.cast import Cast

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


def bearer(user: User | None) -> dict[str, str]:
    """The API's door takes a token, not the session."""
    return {"authorization": f"Bearer {issue_api_token(user, by=user)}"} if user else {}


def status_of(client_of: Callable[[User | None], Client], user: User | None, method: str, url: str) -> str:
    """The answer to one empty request; whatever it changed is undone."""
    with transaction.atomic():
        client = client_of(user)
        client.raise_request_exception = False
        headers = bearer(user) if url.startswith("/api/") else {}
        answer = client.generic(
            method, url, content_type="application/x-www-form-urlencoded", headers=headers
        )
        if answer.streaming:  # read to its end, the client closes it without closing the database
            list(answer)
        transaction.set_rollback(True)
    cache.clear()
    return str(answer.status_code)


def measured(cast: Cast, client_of: Callable[[User | None], Client]) -> list[Row]:
    things = build_things(cast)
    people = {"anonymous": None} | cast.people()

    def row(address: Address, method: str) -> Row | None:
        """None for a method the address does not know: the administrator may do everything, so 405 speaks for all."""
        url = address.url(things)
        known = status_of(client_of, cast.administrator, method, url) != "405"
        return (
            (address.route, method, *(status_of(client_of, people[name], method, url) for name in WHO))
            if known
            else None
        )

    rows = [
        row(address, method)
        for address in addresses()
        for method in (API_METHODS if address.route.startswith("/api/") else PAGE_METHODS)
    ]
    return [row for row in rows if row is not None]


def test_access_table(
    cast: Cast, client_of: Callable[[User | None], Client], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, logger="django.request")
    rows = measured(cast, client_of)
    errors = [f"{row[1]} {row[0]}: {status}" for row in rows for status in row[2:] if status.startswith("5")]
    assert not errors, "\n".join(errors)
    if os.environ.get("FURROW_WRITE"):
        with TABLE.open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([("address", "method", *WHO), *rows])
        return
    if not TABLE.exists():
        pytest.fail("tests/access.csv is missing: make access writes it")
    with TABLE.open(newline="") as file:
        committed = {(row[0], row[1]): row for row in map(tuple, csv.reader(file))}
    now = {(row[0], row[1]): row for row in rows}
    gone = [" ".join(key) for key in committed.keys() - now.keys() - {("address", "method")}]
    changed = [
        f"{' '.join(key)}: {dict(zip(WHO, row[2:], strict=True))}"
        for key, row in now.items()
        if committed.get(key) != row
    ]
    assert not gone and not changed, (
        "make access writes the table anew; look at the difference\n" + "\n".join([*gone, *changed])
    )
