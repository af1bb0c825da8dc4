"""Finds records by any part of their Chinese name, pinyin, initials, phone tail or code, on SQLite and PostgreSQL.

One table beside the record's own holds, per row, the tokens of `tokens()` in an inverted index (SQLite FTS5, PostgreSQL
GIN over a tsvector) and the folded names to verify and rank by. Services write it in the transaction of the row:

    SEARCH = TextIndex("customers_search")
    SEARCH.put([(customer.pk, IndexedText(names=(customer.name,), phones=(customer.phone,), codes=(customer.code,)))])
    SEARCH.match("whsj", limit=20, within=Customer.objects.visible_to(user))

The table itself is made by a migration: `operations = [CreateTextIndex("customers_search")]`.
"""

import re
from collections.abc import Iterable
from functools import partial
from itertools import islice
from math import isqrt
from struct import pack
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models.expressions import RawSQL

from furrow.kit.rows import keep_up, on_driver
from furrow.kit.tokens import IndexedText, tokens
from furrow.kit.ways import Way, slip_ways, ways

BATCH = 1000
SLIPS = 30  # as many answers as are worth looking at when none was spelled so
EACH_SLIP = 40  # rows of each thing that may have been meant

_PUT_POSTGRESQL = """SET LOCAL gin_pending_list_limit = {pending};
    INSERT INTO "{table}" (id, names, grams)
    SELECT id, names, array_to_tsvector(array_remove(string_to_array(grams, ' '), ''))
    FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS given (id, names, grams)
    ON CONFLICT (id) DO UPDATE SET names = excluded.names, grams = excluded.grams"""
_PUT_SQLITE = 'INSERT OR REPLACE INTO "{table}" (rowid, names, grams) VALUES (%s, %s, %s)'
_MERGE_SQLITE = """INSERT INTO "{table}" ("{table}") VALUES ('optimize')"""
_REMOVE = 'DELETE FROM "{table}" WHERE {key} = %s'
# kB of index entries that may wait to be sorted in. Every search reads them through, so few after single rows; when many
# rows come at once, sorting them in together at the end halves the work.
_PENDING, _PENDING_OF_MANY = 256, 65_536
# Matching in a materialized step keeps PostgreSQL's planner from walking the primary key for LIMIT.
_MATCH_POSTGRESQL = """(
    WITH hit AS MATERIALIZED (SELECT id, names FROM "{table}" WHERE grams @@ %s::tsquery)
    SELECT id, names, {rank} FROM hit WHERE strpos(names, %s) > 0{reach} LIMIT %s)"""
# What many rows hold is found among the first rows sooner than the index has gathered all of them. The first _PROBED rows tell whether so
# many match; if then the first rows give too few after all, the index is asked. Both give rows in the table's order: the same answer.
# Reading n hits off rows of which a share f match takes n/f rows, the index f of all: with a million rows they break even at sqrt(n)/1000.
_PROBED = 1000
_MATCH_COMMON_POSTGRESQL = """(
    WITH probe AS MATERIALIZED (
        SELECT count(*) > {some} AS common
        FROM (SELECT grams FROM "{table}" WHERE ctid < '({probed},0)'::tid LIMIT {probed}) AS head WHERE grams @@ %s::tsquery),
    early AS MATERIALIZED (
        SELECT id, names FROM (SELECT id, names, grams FROM "{table}" WHERE ctid < '({early},0)'::tid LIMIT {early}) AS hit
        WHERE (SELECT common FROM probe) AND grams @@ %s::tsquery AND strpos(names, %s) > 0{reach} LIMIT %s),
    enough AS MATERIALIZED (SELECT count(*) >= %s AS yes FROM early),
    hit AS MATERIALIZED (SELECT id, names FROM "{table}" WHERE NOT (SELECT yes FROM enough) AND grams @@ %s::tsquery)
    SELECT id, names, {rank} FROM early WHERE (SELECT yes FROM enough) UNION ALL
    (SELECT id, names, {rank} FROM hit WHERE strpos(names, %s) > 0{reach} LIMIT %s))"""
# Each set of tokens asked by itself: the index is many times as quick at a hundred questions as at one question of a hundred sets. A set
# that many of the first rows hold is looked for among the first rows, and in the index only when these give too few.
_SAMPLED, _MANY_OF_SAMPLE, _EARLY_SLIPS = 100, 3, 2000
_EARLY_SLIPS_POSTGRESQL = """SELECT id, names FROM (
            SELECT id, names, grams FROM "{table}" WHERE ctid < '({early},0)'::tid LIMIT {early}) AS hit
            WHERE share.common AND grams @@ one.sought AND strpos(names, %s) > 0{reach} LIMIT {each}"""
_MATCH_SLIPS_POSTGRESQL = """(
    WITH head AS MATERIALIZED (SELECT grams FROM "{table}" WHERE ctid < '({sampled},0)'::tid LIMIT {sampled})
    SELECT id, names, {rank} FROM unnest(%s::text[]::tsquery[]) AS one (sought)
    CROSS JOIN LATERAL (SELECT count(*) >= {many} AS common FROM head WHERE grams @@ one.sought) AS share
    CROSS JOIN LATERAL (
        ({first}) UNION ALL (
        SELECT id, names FROM "{table}" AS hit WHERE NOT (share.common AND (SELECT count(*) >= {each} FROM ({first}) AS enough))
        AND grams @@ one.sought AND strpos(names, %s) > 0{reach} LIMIT {each})) AS found)"""
_MATCH_SQLITE = """SELECT * FROM (
    SELECT rowid, names, {rank} FROM "{table}" WHERE "{table}" MATCH %s AND instr(names, %s) > 0{reach} LIMIT %s)"""


# PostgreSQL's binary format, so that the server need not parse some fifty tokens a row: sizes before values, each token closed by a zero
# byte and the number of its positions, none.
_COPY_HEAD, _COPY_TAIL = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_NO_POSITIONS = "\0\0\0"


def _copy_row(pk: int, text: IndexedText) -> bytes:
    found = tokens(text)
    names = f" {' '.join(text.folded_names())} ".encode()
    grams = f"{_NO_POSITIONS.join(found)}{_NO_POSITIONS if found else ''}".encode()
    return b"".join(
        (pack(">hiqi", 3, 8, pk, len(names)), names, pack(">ii", 4 + len(grams), len(found)), grams)
    )


class TextIndex:
    """The search table `table`, made by `CreateTextIndex`. All calls run in the current transaction."""

    def __init__(self, table: str) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", table):
            raise ValueError(f"not a table name: {table!r}")
        self.table = table

    def create_sql(self, vendor: str) -> list[str]:
        if vendor == "postgresql":
            return [
                f'CREATE TABLE "{self.table}" (id bigint PRIMARY KEY, names text NOT NULL, grams tsvector NOT NULL)',
                f'CREATE INDEX "{self.table}_grams" ON "{self.table}" USING gin (grams)',
            ]
        return [
            f'CREATE VIRTUAL TABLE "{self.table}" USING fts5(grams, names UNINDEXED, detail=none, columnsize=0, '
            "tokenize='ascii', prefix='2 3 4')"
        ]

    def drop_sql(self) -> list[str]:
        return [f'DROP TABLE "{self.table}"']

    def put(self, rows: Iterable[tuple[int, IndexedText]]) -> None:
        """Write these rows' texts, in place of what was there for the same ids."""
        ready = ((pk, f" {' '.join(text.folded_names())} ", " ".join(tokens(text))) for pk, text in rows)
        while batch := list(islice(ready, BATCH)):
            with connection.cursor() as cursor:
                if connection.vendor == "postgresql":
                    columns = [list(column) for column in zip(*batch, strict=True)]
                    sql = _PUT_POSTGRESQL.format(table=self.table, pending=_PENDING)
                    cursor.execute(sql, columns)
                else:
                    cursor.executemany(_PUT_SQLITE.format(table=self.table), batch)

    def add(self, rows: Iterable[tuple[int, IndexedText]]) -> None:
        """As `put` for ids that were never indexed: on PostgreSQL a COPY."""
        if connection.vendor != "postgresql":
            self.put(rows)
            return
        rest = iter(rows)
        on_driver(lambda cursor: cursor.execute(f"SET LOCAL gin_pending_list_limit = {_PENDING_OF_MANY}"))
        while part := [_copy_row(pk, text) for pk, text in islice(rest, BATCH)]:
            on_driver(partial(self._copy, b"".join([_COPY_HEAD, *part, _COPY_TAIL])))
        keep_up("SELECT gin_clean_pending_list(%s::regclass)", f'"{self.table}_grams"')

    def _copy(self, ready: bytes, cursor: Any) -> None:
        with cursor.copy(f'COPY "{self.table}" (id, names, grams) FROM STDIN (FORMAT binary)') as copy:
            copy.write(ready)

    def remove(self, ids: Iterable[int]) -> None:
        """Forget these rows; unknown ids are ignored."""
        key = "id" if connection.vendor == "postgresql" else "rowid"
        with connection.cursor() as cursor:
            cursor.executemany(_REMOVE.format(table=self.table, key=key), [(pk,) for pk in ids])

    def merge(self) -> None:
        """Rewrite a SQLite index in one piece, so that it keeps nothing of texts that were removed; PostgreSQL drops them when it vacuums."""
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(_MERGE_SQLITE.format(table=self.table))

    def match(
        self, query: str, *, limit: int, within: "models.QuerySet[Any] | None" = None, slips: bool = False
    ) -> list[int]:
        """Ids of the rows that `query` finds, best first (see `ways`), shorter names before longer ones, at most `limit`,
        only of rows in `within` if given. With `slips`, what finds nothing is read as if one character of it were wrong.
        Any text will do as a query."""
        found = self._found(ways(query), limit, within)
        return self._found(slip_ways(query), min(limit, SLIPS), within) if slips and not found else found

    def _found(self, possible: list[Way], limit: int, within: "models.QuerySet[Any] | None") -> list[int]:
        if not possible or limit < 1:
            return []
        try:
            sql, params = self._select(possible, limit, within)
        except EmptyResultSet:
            return []
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            hits = cursor.fetchall()
        hits.sort(key=lambda hit: (hit[2], len(hit[1]), hit[0]))
        good: dict[int, None] = {}
        for pk, names, rank in hits:
            if pk not in good and possible[rank].holds(names):
                good[pk] = None
                if len(good) == limit:
                    break
        return list(good)

    def _select(
        self, possible: list[Way], limit: int, within: "models.QuerySet[Any] | None"
    ) -> tuple[str, list[Any]]:
        """One statement that asks every way for its first rows."""
        on_postgres = connection.vendor == "postgresql"
        reach, reach_params = "", ()
        if within is not None:
            reach, reach_params = _exists(within, "hit.id" if on_postgres else f'"{self.table}".rowid')
        parts: list[str] = []
        params: list[Any] = []
        for rank, way in enumerate(possible):
            if on_postgres and way.near:
                part, asked = self._slips(rank, way, reach, reach_params)
                parts.append(part)
                params += asked
                continue
            most = way.most(limit)
            sought = way.tsquery() if on_postgres else way.fts5()
            asked = [sought, way.needle, *reach_params, most]
            shape, some = _MATCH_POSTGRESQL if on_postgres else _MATCH_SQLITE, isqrt(most) + 1
            if on_postgres and way.may_be_common:
                shape, asked = _MATCH_COMMON_POSTGRESQL, [sought, *asked, most, *asked]
            parts.append(
                shape.format(
                    table=self.table, rank=rank, reach=reach, probed=_PROBED, some=some, early=_PROBED * some
                )
            )
            params += asked
        return " UNION ALL ".join(parts), params

    def _slips(self, rank: int, way: Way, reach: str, reach_params: tuple[Any, ...]) -> tuple[str, list[Any]]:
        """A part of the statement on PostgreSQL, for everything that may have been meant."""
        named = {"table": self.table, "reach": reach, "each": EACH_SLIP}
        first = _EARLY_SLIPS_POSTGRESQL.format(early=_EARLY_SLIPS, **named)
        sql = _MATCH_SLIPS_POSTGRESQL.format(
            rank=rank, first=first, sampled=_SAMPLED, many=_MANY_OF_SAMPLE, **named
        )
        return sql, [way.tsqueries(), *([way.needle, *reach_params] * 3)]


def _exists(within: "models.QuerySet[Any]", key: str) -> tuple[str, tuple[Any, ...]]:
    """A condition that the row `key` is in `within`. Raises EmptyResultSet when nothing can be."""
    rows = within.order_by().filter(pk=RawSQL(key, [])).values("pk")  # noqa: S611 key is ours
    sql, params = rows.query.get_compiler(connection=connection).as_sql()
    return f" AND EXISTS ({sql})", tuple(params)


class CreateTextIndex(Operation):
    """Migration step that makes the table of a `TextIndex`; changes no model."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str) -> None:
        self.table = table

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The table belongs to no model."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for sql in TextIndex(self.table).create_sql(schema_editor.connection.vendor):
            schema_editor.execute(sql)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for sql in TextIndex(self.table).drop_sql():
            schema_editor.execute(sql)

    def describe(self) -> str:
        return f"Create search table {self.table}"
