"""Which facts of a card are filled in, asked by one statement over the customer and the tables beside it.

Written out rather than asked through the ORM: the page of every customer asks it, and reading some sixty columns of four tables as
objects to see which of them are empty is a third of that page's time.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.db import connection

from furrow.customers.card.groups import column_of, table_of, wanted_of
from furrow.customers.card.lines import LISTS
from furrow.customers.models import Customer


def filled(customers: Iterable[Customer]) -> dict[int, set[str]]:
    """Customer id -> the paths completeness asks for at its kind that hold something; one statement a kind."""
    of_kind: dict[str, list[int]] = {}
    for customer in customers:
        of_kind.setdefault(customer.kind, []).append(customer.pk)
    found: dict[int, set[str]] = {}
    with connection.cursor() as cursor:
        for kind, ids in of_kind.items():
            paths, statement = _statement(kind)
            cursor.execute(f"{statement} IN ({', '.join(['%s'] * len(ids))})", ids)
            for pk, *row in cursor.fetchall():
                found[pk] = {path for path, value in zip(paths, row, strict=True) if value not in (None, "")}
    return found


@cache
def _statement(kind: str) -> tuple[tuple[str, ...], str]:
    """The paths asked for and the SELECT, up to its condition, that gives the id and a value for each: 1 for a list with lines, the longitude for the position."""
    quote = connection.ops.quote_name
    paths = tuple(one.path for one in wanted_of(kind))
    customers = quote(Customer._meta.db_table)
    beside = {table_of(path) for path in paths if "." in path and path not in LISTS}
    joins = [
        f"LEFT JOIN {quote(model._meta.db_table)} ON {quote(model._meta.db_table)}.customer_id = {customers}.id"
        for model in sorted(beside, key=lambda model: model._meta.db_table)
    ]
    columns = ", ".join([f"{customers}.id", *(_column(path) for path in paths)])
    return paths, f"SELECT {columns} FROM {customers} {' '.join(joins)} WHERE {customers}.id"  # noqa: S608  names of models only


def _column(path: str) -> str:
    quote = connection.ops.quote_name
    if path in LISTS:
        lines: Any = Customer._meta.get_field(LISTS[path].relation).related_model
        owner = f"{quote(Customer._meta.db_table)}.id"
        any_line = f"EXISTS (SELECT 1 FROM {quote(lines._meta.db_table)} WHERE customer_id = {owner})"  # noqa: S608  names of models only
        return f"CASE WHEN {any_line} THEN 1 END"
    column: Any = Customer._meta.get_field("longitude") if path == "position" else column_of(path)
    return f"{quote(column.model._meta.db_table)}.{quote(column.column)}"
