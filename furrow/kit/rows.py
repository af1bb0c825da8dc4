"""Many rows at once: written by COPY on PostgreSQL and by one prepared statement on SQLite, some five times as fast as model
instances; found by one array instead of thousands of parameters.

Within `writing_behind()` PostgreSQL takes the rows in while the caller makes the next ones ready."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, partial
from typing import Any

from django.db import connection, models


class Among(models.Lookup):
    """`filter(Among(F("code"), codes))`: as code__in, but PostgreSQL gets all values as one array, read many times faster."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, params = self.process_lhs(compiler, connection)
        values = list(self.rhs)
        if connection.vendor == "postgresql" and all(type(value) is int for value in values):
            # Written out here: psycopg goes over an array's numbers one by one, ten times as slowly.
            return f"{column} = ANY(%s::bigint[])", [*params, f"{{{','.join(map(str, values))}}}"]
        if connection.vendor == "postgresql":
            return f"{column} = ANY(%s)", [*params, values]
        return f"{column} IN ({', '.join(['%s'] * len(values))})", [*params, *values]


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of plain values for these fields (foreign keys as owner_id), in the current transaction.

    Defaults of the model are not filled in: every column without a default in the database must be named. Raises IntegrityError.
    """
    by_name = {known: field for field in model._meta.concrete_fields for known in (field.name, field.attname)}
    fields = [by_name[name] for name in names]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    table = quote(model._meta.db_table)
    ready = list(_adapted(fields, rows))
    if not ready:
        return
    if connection.vendor == "postgresql":
        plain = all(_is_number(field) for field in fields)
        on_driver(partial(_copy, f"COPY {table} ({columns}) FROM STDIN", ready, plain))
        return
    marks = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", ready)  # noqa: S608  names of the model only


def _copy(sql: str, rows: Sequence[Sequence[Any]], plain: bool, cursor: Any) -> None:
    """Rows of integers alone are written as one text: psycopg goes over values one by one."""
    with cursor.copy(sql) as copy:
        if plain:
            line = "\t".join(["%d"] * len(rows[0])) + "\n"
            copy.write("".join([line % tuple(row) for row in rows]))
            return
        for row in rows:
            copy.write_row(row)


# Writing behind -----------------------------------------------------------------------------------

Work = Callable[[Any], None]
"""Something done with a cursor of the driver itself."""


class _Behind:
    """One thread that does what it is given, in order, on this thread's connection."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(1, thread_name_prefix="furrow-rows")
        self.given: list[Future[None]] = []

    def give(self, work: Work) -> None:
        self.given.append(self.pool.submit(_on, connection.connection, work))

    def wait(self) -> None:
        """Until all is done; raises what the first of it raised that failed."""
        given, self.given = self.given, []
        with connection.wrap_database_errors:
            for one in given:
                one.result()

    def before(self, execute: Callable[..., Any], *statement: Any) -> Any:
        """Every other statement on the connection comes after what was given before it."""
        self.wait()
        return execute(*statement)


_behind: ContextVar[_Behind | None] = ContextVar("_behind", default=None)


def _on(driver: Any, work: Work) -> None:
    with driver.cursor() as cursor:
        work(cursor)


def on_driver(work: Work) -> None:
    """Do `work` with a cursor of PostgreSQL's driver in the current transaction: now, or within `writing_behind` in its turn.

    Raises the errors of django.db, there with a later statement or at the end of `writing_behind`.
    """
    if behind := _behind.get():
        behind.give(work)
        return
    connection.ensure_connection()
    with connection.wrap_database_errors:
        _on(connection.connection, work)


@contextmanager
def writing_behind() -> Iterator[None]:
    """Within, `insert_rows` and `TextIndex.add` return before PostgreSQL has taken the rows in; statements go in the order given.

    To be entered inside the transaction: at its end all rows are written, or the error is raised that undoes the transaction.
    """
    if connection.vendor != "postgresql":
        yield
        return
    behind = _Behind()
    token = _behind.set(behind)
    try:
        with behind.pool, connection.execute_wrapper(behind.before):
            yield
        behind.wait()
    finally:
        _behind.reset(token)


def _is_number(field: Any) -> bool:
    """Whether the field always holds an integer."""
    return (
        isinstance(field.target_field if field.remote_field else field, models.IntegerField)
        and not field.null
    )


def _adapted(fields: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterable[Sequence[Any]]:
    adapters = [(index, adapt) for index, field in enumerate(fields) if (adapt := _adapter(field))]
    if not adapters:
        return rows
    return (_adapt(list(row), adapters) for row in rows)


def _adapt(row: list[Any], adapters: list[tuple[int, Callable[[Any], Any]]]) -> list[Any]:
    for index, adapt in adapters:
        if row[index] is not None:
            row[index] = adapt(row[index])
    return row


def _adapter(field: Any) -> Callable[[Any], Any] | None:
    if isinstance(field, models.JSONField):
        return _json
    if connection.vendor == "postgresql":
        return None
    if isinstance(field, models.DateTimeField):
        return lru_cache(maxsize=1024)(connection.ops.adapt_datetimefield_value)  # many rows of one moment
    if isinstance(field, models.DateField | models.DecimalField | models.UUIDField):
        return lru_cache(maxsize=1024)(partial(field.get_db_prep_save, connection=connection))
    return None


_EMPTY: dict[type, str] = {dict: "{}", list: "[]"}
_encode = json.JSONEncoder(ensure_ascii=False).encode


def _json(value: Any) -> str:
    return _encode(value) if value else _EMPTY.get(type(value)) or _encode(value)


def new_ids(model: type[models.Model], count: int) -> list[int]:
    """Ids for rows about to be inserted; nobody else gets them. On SQLite the transaction must have begun."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [model._meta.db_table, count],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = %s", [model._meta.db_table]
        )
        last: int = cursor.fetchone()[0]
        return list(range(last + 1, last + count + 1))
