"""CPU time and database queries of the everyday pages, as the web server would run them: real settings, the whole middleware, WSGI in and out.

The list shows 30 customers with its eight usual columns; a search is that list narrowed to what the text finds. The record is one customer
after months of work (bench/lived_in.py): head, tabs, figures, basics, what to learn, position, next visits; each panel that comes when it
is scrolled to is a request and a measure of its own.

The time of a page is the median over its quiet requests. Whatever else runs on the machine adds to a request's processor time: neighbours on
one core share its caches and units, and a busy one costs 80 %. A fixed loop before and after each request tells how busy the machine was; the
tenth of the requests around which it ran quickest are the quiet ones. The loop's own time is a measure too: it says on what machine this was.

Each size and database is measured in a process of its own: python -m bench.pages COUNT ROUNDS prints {page: [milliseconds, queries]}.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from html import unescape
from math import ceil
from pathlib import Path
from statistics import median
from typing import Any

from bench.measure import Measure

ROUNDS, FULL_ROUNDS = 120, 300
QUIET = 0.1  # of the requests
# page -> the most milliseconds of CPU per request
TARGETS = {
    "list": 8,
    "list, second page": 8,
    "list, sorted by grade": 8,
    "list of a rep": 8,
    "record": 12,
    "record, grade": 12,
    "record, people": 12,
    "record, timeline": 12,
    "search 光谷": 10,
    "search 通讯": 10,
    "search hengda": 10,
    "search ggtx": 10,
    "search phone tail": 10,
    "search code": 10,
}
LOOP = "fixed loop around quiet requests"
Figures = dict[str, tuple[float, int]]


def measures(full: bool) -> Iterator[Measure]:
    """10,000 customers on SQLite; full: 100,000 on SQLite and on PostgreSQL. Query counts are compared with a tenth of the customers."""
    size = 100_000 if full else 10_000
    with contextlib.ExitStack() as stack:
        databases = {"SQLite": ""}
        if full:
            from tests.cluster import cluster

            databases["PostgreSQL"] = stack.enter_context(cluster())
        for database, address in databases.items():
            few = _measured(size // 10, address, rounds=0)
            many = _measured(size, address, rounds=FULL_ROUNDS if full else ROUNDS)
            for page, (milliseconds, queries) in many.items():
                what = f"{page}, {size:,} customers, {database}"
                yield Measure(what, milliseconds, "ms CPU", TARGETS.get(page))
                if page in TARGETS:
                    yield Measure(f"{what}: queries", queries, "queries", few[page][1])


def _measured(count: int, address: str, *, rounds: int) -> Figures:
    """Run this module in an installation of its own."""
    with tempfile.TemporaryDirectory(prefix="furrow-bench-") as folder:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("FURROW_", "DJANGO_"))
        }
        environment |= {"FURROW_DATA": folder, "DJANGO_SETTINGS_MODULE": "furrow.config.settings"}
        if address:
            environment["FURROW_DATABASE"] = _new_database(address, f"pages_{count}")
        made = subprocess.run(
            [sys.executable, "-m", "bench.pages", str(count), str(rounds)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return {
            page: (value[0], value[1]) for page, value in json.loads(made.stdout.splitlines()[-1]).items()
        }


def _new_database(address: str, name: str) -> str:
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return address.rpartition("/")[0] + f"/{name}"


def main(count: int, rounds: int) -> None:
    """Fill an empty database and measure every page."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    call_command("migrate", verbosity=0)
    people = _fill(count)
    application = get_wsgi_application()
    paths = _paths(count)
    paths["list, second page"] = _next_page(application, paths["list"], _session(people["director"]))
    cookies = {name: _session(people[name]) for name in ("rep", "director")}
    asked = {
        page: (path, cookies["rep" if page == "list of a rep" else "director"])
        for page, path in paths.items()
    }
    times = _cpu(application, asked, rounds)
    figures = {page: (times[page], _queries(application, *where)) for page, where in asked.items()}
    figures[LOOP] = (times[LOOP], 0)
    print(json.dumps(figures))


def _fill(count: int) -> dict[str, Any]:
    from django.db import connection

    from bench.lived_in import live_in
    from bench.outlets import rows
    from furrow.customers.bulk import create_many
    from tests.cast import build_cast

    people = build_cast().people()
    owners = [people[name].pk for name in ("rep", "second_rep", "other_rep")]
    made = list(rows(count, owner_ids=owners))
    for start in range(0, count, 5000):
        create_many(made[start : start + 5000], by=people["director"], note="bench")
    live_in(_middle(count), director=people["director"], rep=people["rep"])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return people


def _paths(count: int) -> dict[str, str]:
    from django.urls import reverse

    listing, middle = reverse("customers:list"), _middle(count)
    found = {
        "list": listing,
        "list, sorted by grade": f"{listing}?sort=grade",
        "list of a rep": listing,
        "record": reverse("customers:page", args=[middle.pk]),
        "record, grade": reverse("customers:panel", args=[middle.pk, "grade"]),
        "record, people": reverse("customers:panel", args=[middle.pk, "stakeholders"]),
        "record, timeline": reverse("customers:panel", args=[middle.pk, "timeline"]),
        "search phone tail": f"{listing}?q={middle.phone[-4:]}",
        "search code": f"{listing}?q={middle.code}",
    }
    texts = [
        page.removeprefix("search ") for page in TARGETS if page.startswith("search ") and page not in found
    ]
    return {f"search {text}": f"{listing}?q={text}" for text in texts if len(text.split()) == 1} | found


def _middle(count: int) -> Any:
    from furrow.customers.models import Customer

    return Customer.objects.order_by("pk")[count // 2]


def _next_page(application: Callable[..., Any], listing: str, cookie: str) -> str:
    """The address behind the list's own link to its next page."""
    link = re.search(r'rel="next" href="([^"]+)"', _get(application, listing, cookie).decode())
    if link is None:
        raise RuntimeError("the list has no next page")
    return listing + unescape(link[1])[unescape(link[1]).index("?") :]


def _session(user: Any) -> str:
    """The cookies a browser sends from its second page on."""
    from django.conf import settings
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user, backend="furrow.team.backends.PeopleBackend")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    client.get("/")
    return "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())


def _get(application: Callable[..., Any], path: str, cookie: str) -> bytes:
    """One request through the server's door; RuntimeError unless it is answered with a page, or with the panel asked for."""
    from io import BytesIO
    from urllib.parse import quote

    status = []
    where, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": where,
        "QUERY_STRING": quote(query, safe="=&%"),
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "HTTP_COOKIE": cookie,
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    part = "/panel/" in where
    if part:
        environ["HTTP_HX_REQUEST"] = "true"
    answer = application(environ, lambda line, headers: status.append(line))
    body = b"".join(answer)
    answer.close()
    if not status[0].startswith("200") or len(body) < (500 if part else 2000):
        raise RuntimeError(f"{path}: {status[0]}, {len(body)} bytes")
    return body


def _cpu(application: Callable[..., Any], asked: dict[str, tuple[str, str]], rounds: int) -> dict[str, float]:
    """CPU milliseconds of this process per quiet request, page by page, after warming up, and of the fixed loop around them; 0.0 for no
    rounds. The pages take turns, so that a slow minute of the machine falls on all of them alike. The collector runs as in a server."""
    spent: dict[str, list[tuple[float, float]]] = {page: [] for page in asked}
    for turn in range(-5, rounds):
        for page, (path, cookie) in asked.items():
            before = _spent(_fixed_loop)
            took = _spent(lambda path=path, cookie=cookie: _get(application, path, cookie))
            if turn >= 0:
                spent[page].append((max(before, _spent(_fixed_loop)), took))
    quiet = {page: sorted(times)[: ceil(QUIET * len(times))] for page, times in spent.items()}
    times = {page: median(took for _loop, took in times) if times else 0.0 for page, times in quiet.items()}
    return times | {
        LOOP: median(loop for times in quiet.values() for loop, _took in times) if rounds else 0.0
    }


def _spent(work: Callable[[], Any]) -> float:
    begun = time.process_time()
    work()
    return 1000 * (time.process_time() - begun)


def _fixed_loop() -> None:
    """A millisecond of what Python spends its time with: names, numbers, texts."""
    kept: dict[int, str] = {}
    for number in range(6000):
        kept[number & 255] = str(number)


def _queries(application: Callable[..., Any], path: str, cookie: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        _get(application, path, cookie)
    return len(queries)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    main(*map(int, sys.argv[1:]))
