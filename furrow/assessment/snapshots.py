"""Writes the same grading for many customers at once, inside the database: some thirty times as fast as row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from furrow.assessment.models import Assessment
from furrow.customers.models import Customer

CHUNK = 2000


def keep_snapshots(template: Assessment, ids: Sequence[int]) -> int:
    """One snapshot like the template for each of these customers, with the grades they have now as those before.

    To be called before the grades are set. Returns how many were written.
    """
    taken = {
        "customer_id": "id",
        "before_customer_grade": "customer_grade",
        "before_visit_grade": "visit_grade",
    }
    return sum(_insert(template, taken, Customer.objects.filter(pk__in=part)) for part in chunks(ids))


def keep_written(template: Assessment, ids: Sequence[int]) -> int:
    """One snapshot like the template for those of these customers who have its grade already. Returns how many."""
    held = Customer.objects.filter(customer_grade=template.grade)
    return sum(_insert(template, {"customer_id": "id"}, held.filter(pk__in=part)) for part in chunks(ids))


def _insert(template: Assessment, taken: dict[str, str], customers: Any) -> int:
    """INSERT … SELECT: the `taken` columns from the customers, all others from the template."""
    quote = connection.ops.quote_name
    fields: dict[str, Any] = {
        field.attname: field for field in Assessment._meta.concrete_fields if not field.primary_key
    }
    given = [field for name, field in fields.items() if name not in taken]
    names = [field.column for field in given] + [fields[name].column for name in taken]
    where, where_params = customers.order_by().values("pk").query.sql_with_params()
    values = ["%s"] * len(given) + [quote(name) for name in taken.values()]
    params = [field.get_db_prep_save(getattr(template, field.attname), connection) for field in given]
    sql = (
        f"INSERT INTO {quote(Assessment._meta.db_table)} ({', '.join(map(quote, names))}) "  # noqa: S608  own names only
        f"SELECT {', '.join(values)} FROM {quote(Customer._meta.db_table)} WHERE {quote('id')} IN ({where})"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, *where_params])
        return int(cursor.rowcount)


def chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Parts small enough for one statement on either database."""
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
