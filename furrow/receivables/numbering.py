"""Numbers of documents, without gaps: INV-2026-000001 and on, a series for each kind and year."""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction

from furrow.receivables.models import Series


@transaction.atomic(savepoint=False)
def next_number(prefix: str, day: date) -> str:
    """The next number of the kind in the year of `day`. The series stays locked until the caller's transaction ends, and a
    transaction that fails gives its number back: no gap, and none twice."""
    name = f"{prefix}-{day.year}"
    last = _next(name)
    if last is None:
        Series.objects.get_or_create(name=name)
        last = _next(name)
    return f"{name}-{last:06d}"


def _next(name: str) -> int | None:
    """One statement, so that two who want a number wait for each other; None before the first of the series."""
    table = connection.ops.quote_name(Series._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET last = last + 1 WHERE name = %s RETURNING last", [name])  # noqa: S608  names of the model only
        rows = cursor.fetchall()
    return rows[0][0] if rows else None
