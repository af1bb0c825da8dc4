"""Reads whose SQL is worked out once and asked again with other values.

Building and compiling a query set takes the ORM five to ten times as long as the database takes to answer a narrow one; a page made of ten
such reads spends most of its time there. A `Prepared` keeps the statement, never a row: rights and values are asked for each time.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple, Protocol

from django.db import connection, models
from django.db.models.query import ValuesListIterable
from django.db.transaction import TransactionManagementError

KEPT = 256  # statements of one read: one for each reader at work
_BEYOND = 2**63  # no id


class Reader(Protocol):
    """For whom a read is narrowed. `reach_key` holds everything of the reader that `visible_to` may look at."""

    @property
    def reach_key(self) -> Hashable: ...


class _Slot(models.Expression):
    """The place of a value in a statement; stands among the parameters until the value is known."""

    def __init__(self, name: str, field: models.Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self]


class Ids(models.TextField):  # type: ignore[type-arg]  # generic only in the stubs
    """Of a slot that takes any number of ids; a statement compares with it by `AmongIds`."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> str:
        ids = ",".join(str(int(one)) for one in value)
        return f"{{{ids}}}" if connection.vendor == "postgresql" else f"[{ids}]"


class AmongIds(models.Lookup):
    """`filter(AmongIds(F("customer"), customers))`: as customer__in with a slot of Ids; one statement for whatever number."""

    lookup_name = "among_ids"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, params = self.process_lhs(compiler, connection)
        if connection.vendor == "postgresql":
            return f"{column} = ANY(%s::bigint[])", [*params, self.rhs]
        return f"{column} IN (SELECT value FROM json_each(%s))", [*params, self.rhs]  # noqa: S608  a column of the model


class _Statement(NamedTuple):
    sql: str
    params: tuple[Any, ...]
    # Place in the row, expression, and the steps from the database's form to Python's.
    converters: list[tuple[int, Any, list[Callable[..., Any]]]]
    locks: bool


class Prepared:
    """A read of rows as tuples: `build(reader, *shape, **slots)` gives a query set of values_list, where each slot is used like a value.

    `slots` names them with their fields; `shape` is whatever else the statement depends on, like a limit. Building may ask the database
    nothing, since what it would find is kept. Raises TypeError at the first use when the query set is not of values_list, and
    TransactionManagementError for a read that locks outside a transaction.
    """

    def __init__(
        self, build: Callable[..., models.QuerySet[Any, Any]], **slots: models.Field[Any, Any]
    ) -> None:
        self._build = build
        self._slots = {name: _Slot(name, field) for name, field in slots.items()}
        self._known: dict[Hashable, _Statement] = {}

    def rows(self, reader: Reader | None, *shape: Hashable, **values: Any) -> list[tuple[Any, ...]]:
        """The rows for this reader, statements of this shape and these values, one for each slot."""
        key = (connection.vendor, reader.reach_key if reader else None, shape)
        statement = self._known.get(key)
        if statement is None:
            if len(self._known) >= KEPT:
                self._known.clear()
            statement = self._known[key] = self._compiled(reader, shape)
        if statement.locks and not connection.in_atomic_block:
            raise TransactionManagementError("a read that locks rows needs a transaction")
        params = [
            one.output_field.get_db_prep_value(values[one.name], connection)
            if isinstance(one, _Slot)
            else one
            for one in statement.params
        ]
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, params)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return [_converted(row, statement) for row in found] if statement.converters else found

    def _compiled(self, reader: Reader | None, shape: tuple[Hashable, ...]) -> _Statement:
        rows = self._build(reader, *shape, **self._slots)
        if not issubclass(rows._iterable_class, ValuesListIterable):
            raise TypeError("a prepared read gives tuples: end it with values_list()")
        compiler = rows.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        selected = [one[0] for one in compiler.select[: compiler.col_count]]
        found = compiler.get_converters(selected).items()
        return _Statement(
            sql, params, [(place, one, steps) for place, (steps, one) in found], rows.query.select_for_update
        )


class _Whole:
    """Whole records of a model out of tuples, with the records its foreign keys `along` lead to: `paths` are what to read of each."""

    def __init__(self, model: type[models.Model], along: Sequence[str]) -> None:
        keys: list[Any] = [model._meta.get_field(name) for name in along]
        parts = [("", model), *((key.name, key.related_model) for key in keys)]
        self._parts: list[tuple[str, Any, list[str]]] = [
            (name, one, [field.attname for field in one._meta.concrete_fields]) for name, one in parts
        ]
        self.paths = [
            f"{name}__{column}" if name else column for name, _, columns in self._parts for column in columns
        ]

    def made(self, row: tuple[Any, ...]) -> Any:
        """The record that a tuple of the paths holds."""
        made: dict[str, Any] = {}
        start = 0
        for name, model, columns in self._parts:
            end = start + len(columns)
            values = dict(zip(columns, row[start:end], strict=True))
            there = values[model._meta.pk.attname] is not None
            made[name] = model.from_db(connection.alias, columns, values.values()) if there else None
            start = end
        thing = made.pop("")
        thing._state.fields_cache.update(made)
        return thing


class PreparedRecords(Prepared):
    """A read of whole records, with those their foreign keys `along` lead to: `build` gives a query set without select_related or annotations."""

    def __init__(
        self,
        model: type[models.Model],
        build: Callable[..., models.QuerySet[Any, Any]],
        *,
        along: Sequence[str] = (),
        **slots: models.Field[Any, Any],
    ) -> None:
        self._whole = _Whole(model, along)
        super().__init__(
            lambda _reader, *shape, **values: build(*shape, **values).values_list(*self._whole.paths), **slots
        )

    def records(self, *shape: Hashable, **values: Any) -> list[Any]:
        """The records for statements of this shape and these values."""
        return [self._whole.made(row) for row in self.rows(None, *shape, **values)]


class PreparedThing:
    """The one record of an id that the reader may see, by the model's `visible_to`, with the records its foreign keys `along` lead to."""

    def __init__(self, model: type[models.Model], along: Sequence[str] = ()) -> None:
        self._whole = whole = _Whole(model, along)
        rows: Any = model._default_manager
        self._read = Prepared(
            lambda reader, pk: rows.visible_to(reader).filter(pk=pk).order_by().values_list(*whole.paths),
            pk=models.BigIntegerField(),
        )

    def find(self, reader: Reader, pk: int) -> Any:
        """The record; None where there is none or none in reach."""
        rows = self._read.rows(reader, pk=pk) if pk < _BEYOND else []
        return self._whole.made(rows[0]) if rows else None


def _converted(row: tuple[Any, ...], statement: _Statement) -> tuple[Any, ...]:
    values = list(row)
    for place, expression, steps in statement.converters:
        for step in steps:
            values[place] = step(values[place], expression, connection)
    return tuple(values)
