"""Hostile input to every address: whatever is sent, nobody is answered with an error of ours."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.client import BOUNDARY, encode_multipart
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from furrow.contacts.services import create_contact
from furrow.customers.custom.services import create_field
from furrow.customers.services import create_customer
from furrow.kit.models import AuditEntry
from furrow.team.models import User
from furrow.team.services import issue_api_token
from tests.addresses import Address, addresses, build_things
from tests.cast import Cast
from tests.visitor import Visitor

KEYS = (
    "q", "name", "phone", "text", "sort", "after", "before", "cols", "view", "query", "ids", "all", "format", "next", "bounds", "zoom",
    "owner", "grade", "channel", "status", "region", "team", "role", "active", "without", "menu", "tab", "page", "sheet", "header_row",
    "column_name", "existing", "system", "decide_²", "fix_9_name", "week", "day", "rep", "to", "version", "policy", "preset", "year",
    "pick", "kind", "start", "weeks", "seconds", "overtime", "reps", "table", "language", "theme", "parent", "username", "password", "old",
    "new", "longitude", "latitude", "position_system", "code", "note", "reason", "save", "importance_1", "points_volume", "make_owners",
)  # fmt: skip
# What the drivers of the two databases take differently: every field at once. The rest ends before them, so one database is enough, and
# each field gets another of them.
DRIVERS = ("\x00", "9" * 30, "\ud800".encode("utf-8", "surrogatepass"))
OTHERS = ("²", "９" * 3, "-1", "' OR 1=1 --<b>", "", "2026-02-30")
IDS = (2**63, 10**40, 0)
BODIES = (
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe",
    b'{"name": NaN}',
    b"[" * 5000,
    b'{"name": {"a": [1]}, "owner": 1e400}',
)


def sent(*values: object) -> dict[str, Any]:
    """Each key twice with one of the values, by turns."""
    return {key: [values[i % len(values)]] * 2 for i, key in enumerate(KEYS)}


def passes() -> list[tuple[object, ...]]:
    """What is sent to every page, one pass each."""
    drivers = [(value,) for value in DRIVERS]
    return [*drivers, OTHERS, OTHERS[3:] + OTHERS[:3]] if connection.vendor == "sqlite" else drivers


def hostile_urls(address: Address, things: dict[str, Any], odd_ids: bool = True) -> Iterator[str]:
    yield address.url(things)
    if address.parts and odd_ids:
        for odd in IDS:
            try:
                yield reverse(address.name, kwargs=dict.fromkeys(address.parts, odd))
            except NoReverseMatch:
                return


@pytest.mark.parametrize("values", passes())
def test_no_input_breaks_a_page(
    cast: Cast,
    client_of: Callable[[User | None], Client],
    caplog: pytest.LogCaptureFixture,
    values: tuple[object, ...],
) -> None:
    caplog.set_level(logging.CRITICAL, logger="django.request")
    things = build_things(cast)
    visitor = Visitor(client_of(cast.administrator))
    # encoded once, like the signing in: both take longer than most answers
    asked = {"QUERY_STRING": urlencode(sent(*values), doseq=True)}
    body = {
        "data": encode_multipart(BOUNDARY, sent(*values)),
        "content_type": f"multipart/form-data; boundary={BOUNDARY}",
    }
    broken = []
    for address in addresses():
        if address.route.startswith("/api/"):
            continue
        # what a page does with a strange number in its address does not depend on what else is sent
        for url in hostile_urls(address, things, odd_ids=values == passes()[0]):
            for method, given in (("get", asked), ("post", body)):
                if visitor.status(method, url, **given) >= 500:
                    broken.append(f"{method} {url}")
    assert visitor.status("get", reverse("team:profile")) == 200  # still signed in
    assert not broken


def test_no_body_breaks_the_api(
    cast: Cast, client_of: Callable[[User | None], Client], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, logger="django.request")
    things = build_things(cast)
    visitor = Visitor(client_of(None))
    headers = {"authorization": f"Bearer {issue_api_token(cast.administrator, by=cast.administrator)}"}
    bodies = [
        *BODIES,
        *(json.dumps(dict.fromkeys(KEYS, text)).encode() for text in ("\x00", "\ud800", "9" * 30)),
    ]
    broken = []
    for address in addresses():
        if not address.route.startswith("/api/"):
            continue
        for url in hostile_urls(address, things):
            if visitor.status("get", url, query_params=sent("\x00"), headers=headers) >= 500:
                broken.append(f"get {url}")
            for method in ("post", "patch"):
                for body in bodies:
                    given = {"data": body, "content_type": "application/json", "headers": headers}
                    if visitor.status(method, url, **given) >= 500:
                        broken.append(f"{method} {url} {body[:40]!r}")
    assert not broken


# Doors of the archive that take text: (method, name, what stands in the address)
DOORS = (
    ("post", "customers:new", ()),
    ("post", "customers:fact", ("customer", "note")),
    ("post", "customers:group", ("customer", "settlement")),
    ("post", "customers:field", ("field",)),
    ("post", "contacts:new", ()),
    ("post", "contacts:profile", ("contact",)),
    ("post", "contacts:consent", ("contact",)),
    ("post", "books:grid", ()),
    ("post", "books:customer_grid", ("customer",)),
    ("patch", "/api/customers/{customer}", ()),
    ("patch", "/api/customers/{customer}/card", ()),
    ("patch", "/api/contacts/{contact}", ()),
    ("put", "/api/contacts/{contact}/profile/hobbies", ()),
    ("put", "/api/books", ()),
)
HUGE = b"rows=" + b"x" * 10_000_000


@pytest.mark.parametrize(
    ("language", "told"), [("en", "up to 5 MB of text"), ("zh-hans", "最多容纳 5 MB 文字")]
)
def test_ten_megabytes_of_text_are_refused_in_words(
    cast: Cast, client_of: Callable[[User | None], Client], language: str, told: str
) -> None:
    """By every door of the archive, as a form and as a script sends it; a file of cards says its own limit. Nothing is written."""
    customer = create_customer(by=cast.director, name="新华通讯", owner=cast.rep)
    contact = create_contact(by=cast.rep, customer=customer, name="周丽")
    field = create_field(by=cast.administrator, label="货架米数", type="number")
    things = {"customer": customer.pk, "contact": contact.pk, "field": field.pk}
    written = AuditEntry.objects.count()
    client = client_of(cast.administrator)
    headers = {
        "accept-language": language,
        "authorization": f"Bearer {issue_api_token(cast.director, by=cast.director)}",
    }
    types = {"post": "application/x-www-form-urlencoded"}
    for method, name, parts in DOORS:
        url = (
            name.format(**things)
            if name[0] == "/"
            else reverse(name, args=[things.get(part, part) for part in parts])
        )
        answer = getattr(client, method)(
            url, HUGE, content_type=types.get(method, "application/json"), headers=headers
        )
        text = answer.json()["error"] if name[0] == "/" else answer.text
        assert (answer.status_code, told in text) == (413, True), url
    grid = reverse("books:customer_grid", args=[customer.pk])
    answer = client.post(grid, {"rows": "x" * 6_000_000}, headers=headers | {"accept": "application/json"})
    assert answer.status_code == 413 and told in answer.json()["message"]
    cards = client.post(reverse("contacts:cards_in"), {"file": io.BytesIO(HUGE)}, headers=headers)
    assert cards.status_code == 422 and "5 MB" in cards.text
    assert AuditEntry.objects.count() == written + 1  # the token
