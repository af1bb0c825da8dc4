"""A database filled with customers whose names come from company_names, in a process and an installation of its own."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

BATCH = 5000


def databases(full: bool) -> Iterator[tuple[str, str]]:
    """(name, address) of the databases to measure: SQLite, and PostgreSQL as well when full."""
    yield "SQLite", ""
    if full:
        from tests.cluster import cluster

        with cluster() as address:
            yield "PostgreSQL", address


def measured(module: str, count: int, address: str, *more: int) -> dict[str, Any]:
    """What `python -m MODULE COUNT MORE` prints as JSON in its last line, run in an installation of its own."""
    with tempfile.TemporaryDirectory(prefix="furrow-bench-") as folder:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("FURROW_D", "DJANGO_"))
        }
        environment |= {"FURROW_DATA": folder, "DJANGO_SETTINGS_MODULE": "furrow.config.settings"}
        if address:
            environment["FURROW_DATABASE"] = address
        made = subprocess.run(
            [sys.executable, "-m", module, str(count), *map(str, more)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        found: dict[str, Any] = json.loads(made.stdout.splitlines()[-1])
        return found


def prepare() -> None:
    """Django, the tables and the regions; passwords are hashed as fast as may be, nobody measures that."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

    call_command("migrate", verbosity=0)
    from furrow.kit.places import load_regions

    with contextlib.suppress(Exception):
        load_regions(townships=False)


def fill(rows: Iterator[Mapping[str, Any]], *, keys: bool = False, search: bool = False) -> list[int]:
    """Write customers with what the measurement needs: keys of duplicates, the search index. No audit. Returns their ids."""
    from django.db import connection, transaction

    from furrow.customers import matching
    from furrow.customers.models import Customer
    from furrow.customers.search import CUSTOMERS, INDEXED_FIELDS, indexed
    from furrow.kit.ordering import name_order
    from furrow.kit.rows import insert_rows, new_ids

    fields = Customer._meta.concrete_fields
    defaults = {field.attname: field.get_default() for field in fields}
    made: list[int] = []
    while batch := list(islice(rows, BATCH)):
        with transaction.atomic():
            ids = new_ids(Customer, len(batch))
            ready = [
                {**defaults, **row, "id": pk, "name_order": name_order(str(row["name"]))}
                for pk, row in zip(ids, batch, strict=True)
            ]
            insert_rows(Customer, list(defaults), [[row[name] for name in defaults] for row in ready])
            if search:
                CUSTOMERS.add((row["id"], indexed(*(row[name] for name in INDEXED_FIELDS))) for row in ready)
            if keys:
                matching.add((row["id"], matching.likeness(row)) for row in ready)
        made += ids
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return made


def quantiles(milliseconds: list[float]) -> tuple[float, float, float]:
    """p50, p95 and the longest."""
    ordered = sorted(milliseconds)
    return ordered[len(ordered) // 2], ordered[int(0.95 * (len(ordered) - 1))], ordered[-1]
