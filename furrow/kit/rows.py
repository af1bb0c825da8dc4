"""Many rows at once: written by COPY on PostgreSQL and by one prepared statement on SQLite, some five times as fast as model
instances; found by one array instead of thousands of parameters.

Within `writing_behind()` PostgreSQL takes the rows in while the caller makes the next ones ready."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, time
from decimal import Decimal
from functools import lru_cache, partial
from itertools import repeat
from typing import Any
from uuid import UUID

from django.db import Error, connection, models, transaction

_log = logging.getLogger(__name__)


class Among(models.Lookup):
    """`filter(Among(F("code"), codes))`: as code__in, but PostgreSQL gets all values as one array, read many times faster."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, params = self.process_lhs(compiler, connection)
        values = list(self.rhs)
        if connection.vendor == "postgresql" and all(type(value) is int for value in values):
            return f"{column} = ANY(%s::bigint[])", [*params, _array(values)]
        if connection.vendor == "postgresql":
            return f"{column} = ANY(%s)", [*params, values]
        return f"{column} IN ({', '.join(['%s'] * len(values))})", [*params, *values]


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """As `insert_columns`, from rows of values for these fields."""
    if given := list(rows):
        insert_columns(model, dict(zip(names, zip(*given, strict=True), strict=True)))


def insert_columns(model: type[models.Model], columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert rows given column by column, each with the plain values of a field (foreign keys as owner_id), in the current transaction.

    Defaults of the model are not filled in: every column without a default in the database must be named. Raises IntegrityError.
    """
    if not columns or not any(map(len, columns.values())):
        return
    fields = _fields(model, columns)
    table, names = _quoted(model, fields)
    named = ", ".join(names)
    if connection.vendor == "postgresql":
        text = _copy_text(map(_texts, fields, columns.values()))
        on_driver(partial(_copy, f"COPY {table} ({named}) FROM STDIN", text))
        return
    marks = ", ".join(["%s"] * len(fields))
    ready = zip(*map(_adapted, fields, columns.values()), strict=True)
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({named}) VALUES ({marks})", list(ready))  # noqa: S608  names of the model only


def delete_columns(model: type[models.Model], columns: Mapping[str, Sequence[int]]) -> None:
    """Delete the rows with these whole numbers, given as in `insert_columns`, in the current transaction; unknown ones are ignored."""
    if not any(map(len, columns.values())):
        return
    table, named = _quoted(model, _fields(model, columns))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = ", ".join(["%s::bigint[]"] * len(named))
            same = " AND ".join(f"{table}.{name} = gone.{name}" for name in named)
            sql = f"DELETE FROM {table} USING unnest({arrays}) AS gone ({', '.join(named)}) WHERE {same}"  # noqa: S608
            cursor.execute(sql, list(map(_array, columns.values())))
            return
        same = " AND ".join(f"{name} = %s" for name in named)
        cursor.executemany(f"DELETE FROM {table} WHERE {same}", list(zip(*columns.values(), strict=True)))  # noqa: S608


def _fields(model: type[models.Model], names: Iterable[str]) -> list[models.Field[Any, Any]]:
    known = {name: field for field in model._meta.concrete_fields for name in (field.name, field.attname)}
    return [known[name] for name in names]


def _quoted(model: type[models.Model], fields: Iterable[models.Field[Any, Any]]) -> tuple[str, list[str]]:
    """The model's table and the fields' columns as statements name them."""
    quote = connection.ops.quote_name
    return quote(model._meta.db_table), [quote(str(field.column)) for field in fields]


def _array(values: Iterable[int]) -> str:
    """Whole numbers as PostgreSQL reads an array: psycopg goes over them one by one, ten times as slowly."""
    return f"{{{','.join(map(str, values))}}}"


def _copy(sql: str, text: str, cursor: Any) -> None:
    with cursor.copy(sql) as copy:
        copy.write(text)


def _copy_text(columns: Iterable[Iterable[str]]) -> str:
    """Columns of texts as the rows that COPY reads: several times as quick as psycopg goes over values one by one."""
    return "\n".join(map("\t".join, zip(*columns, strict=True))) + "\n"


def _texts(field: Any, values: Sequence[Any]) -> Iterable[str]:
    """A column's values as COPY reads them. Where all rows hold the same, as in most columns of an import, it is made once."""
    plain = _plain_json if isinstance(field, models.JSONField) else None
    first = values[0]
    if values.count(first) == len(values):
        return repeat(_value(plain(first) if plain else first), len(values))
    if plain:
        values = list(map(plain, values))
    kinds = set(map(type, values))
    if kinds == {str} and _is_plain("".join(values)):
        return values
    return map(str, values) if kinds <= {int, float} else map(_value, values)


def _is_plain(text: str) -> bool:
    return not ("\\" in text or "\n" in text or "\t" in text or "\r" in text)


def _escaped(text: str) -> str:
    if _is_plain(text):
        return text
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def _value(value: Any) -> str:
    """One value; raises TypeError for a kind that no table here holds."""
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return _escaped(str(value))
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, int | float | Decimal | UUID):
        return str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    raise TypeError(f"not a value for COPY: {type(value).__name__}")


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


def check_references() -> None:
    """Within `writing_behind`: the foreign keys of all rows given so far are checked in their turn, so that the transaction's end need not wait."""
    if _behind.get():
        on_driver(
            lambda cursor: cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        )


@contextmanager
def writing_behind() -> Iterator[None]:
    """Within, `insert_rows`, `insert_columns` and `TextIndex.add` return before PostgreSQL has taken the rows in; statements go in the order given.

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


# Upkeep beside ------------------------------------------------------------------------------------

_beside: ContextVar[ThreadPoolExecutor | None] = ContextVar("_beside", default=None)


def keep_up(statement: str, *params: Any) -> None:
    """Run what only keeps an index quick: in the current transaction in its turn, or within `upkeep_beside` once that is committed."""
    here = partial(on_driver, lambda cursor: cursor.execute(statement, params))
    if not (pool := _beside.get()):
        here()
        return

    def committed() -> None:
        if _beside.get() is pool:
            pool.submit(_on_own_connection, statement, params)
        else:  # of a transaction that outlasts `upkeep_beside`
            here()

    transaction.on_commit(committed)


@contextmanager
def upkeep_beside() -> Iterator[None]:
    """Within, `keep_up` works on a connection of its own while the caller goes on with the next transaction; the end waits for it."""
    with ThreadPoolExecutor(1, thread_name_prefix="furrow-upkeep") as pool:
        token = _beside.set(pool)
        try:
            yield
        finally:
            _beside.reset(token)


def _on_own_connection(statement: str, params: Sequence[Any]) -> None:
    """A failure costs speed, not rows: it is only told."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, params)
    except Error:
        _log.warning("upkeep failed: %s", statement, exc_info=True)
    finally:
        connection.close()


def _adapted(field: Any, values: Sequence[Any]) -> Sequence[Any]:
    """A column's values as SQLite keeps them."""
    adapt = _adapter(field)
    return [None if value is None else adapt(value) for value in values] if adapt else values


def _adapter(field: Any) -> Callable[[Any], Any] | None:
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, models.DateTimeField):
        return lru_cache(maxsize=1024)(connection.ops.adapt_datetimefield_value)  # many rows of one moment
    if isinstance(field, models.DateField | models.DecimalField | models.UUIDField):
        return lru_cache(maxsize=1024)(partial(field.get_db_prep_save, connection=connection))
    return None


_EMPTY: dict[type, str] = {dict: "{}", list: "[]"}
_encode = json.JSONEncoder(ensure_ascii=False).encode


def _json(value: Any) -> str:
    return _encode(value) if value else _EMPTY.get(type(value)) or _encode(value)


def _plain_json(value: Any) -> str | None:
    return None if value is None else _json(value)


def new_ids(model: type[models.Model], count: int) -> list[int]:
    """Ids for rows about to be inserted; nobody else gets them. On SQLite the transaction must have begun."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "WITH own AS MATERIALIZED (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS sequence) "
                "SELECT nextval(own.sequence) FROM own, generate_series(1, %s)",
                [model._meta.db_table, count],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = %s", [model._meta.db_table]
        )
        last: int = cursor.fetchone()[0]
        return list(range(last + 1, last + count + 1))
