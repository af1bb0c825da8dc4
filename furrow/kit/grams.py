"""Finds records by any part of their Chinese name, pinyin, initials, phone tail or code, on SQLite and PostgreSQL.

One table beside the record's own holds, per row, the tokens of `tokens()` in an inverted index (SQLite FTS5, PostgreSQL
GIN over a tsvector) and the folded names to verify and rank by. Services write it in the transaction of the row:

    SEARCH = TextIndex("customers_search")
    SEARCH.put([(customer.pk, IndexedText(names=(customer.name,), phones=(customer.phone,), codes=(customer.code,)))])
    SEARCH.match("whsj", limit=20, within=Customer.objects.visible_to(user))

The table itself is made by a migration: `operations = [CreateTextIndex("customers_search")]`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice, pairwise
from math import isqrt
from operator import and_
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models.expressions import RawSQL

from furrow.kit.folding import fold, initials, pinyin_of, sounds
from furrow.kit.slips import FEWEST_CHARACTERS, character_slips, corrections, is_near

# A token that is no piece of the name starts with its kind's mark. fold() keeps no mark, so no two kinds meet, and a
# token holds nothing that FTS5 or tsquery would read as an operator.
START, PINYIN, INITIALS, PHONE, CODE = "¬", "¶", "§", "¤", "¢"
NAME_CUT, PINYIN_CUT, INITIALS_CUT, PHONE_CUT = 24, 8, 6, 13
LONGEST_NAME, LONGEST_QUERY, MOST_WORDS = 120, 60, 5
BATCH = 1000
SPARE = 200  # more rows than asked for where some may fall out afterwards
_NOT_CODE = re.compile(r"[^0-9a-z]+")
_NOT_DIGIT = re.compile(r"\D+", re.ASCII)

_PUT_POSTGRESQL = """SET LOCAL gin_pending_list_limit = {pending};
    INSERT INTO "{table}" (id, names, grams)
    SELECT id, names, array_to_tsvector(array_remove(string_to_array(grams, ' '), ''))
    FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS given (id, names, grams)
    ON CONFLICT (id) DO UPDATE SET names = excluded.names, grams = excluded.grams"""
_PUT_SQLITE = 'INSERT OR REPLACE INTO "{table}" (rowid, names, grams) VALUES (%s, %s, %s)'
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
_MATCH_SQLITE = """SELECT * FROM (
    SELECT rowid, names, {rank} FROM "{table}" WHERE "{table}" MATCH %s AND instr(names, %s) > 0{reach} LIMIT %s)"""


@dataclass(frozen=True, slots=True)
class IndexedText:
    """What one record is found by. Blank texts are ignored."""

    names: Sequence[str] = ()
    phones: Sequence[str] = ()
    codes: Sequence[str] = ()

    def folded_names(self) -> list[str]:
        return list(dict.fromkeys(folded for name in self.names if (folded := fold(name)[:LONGEST_NAME])))


def tokens(text: IndexedText) -> set[str]:
    """Everything `text` is found by: whole name, single characters, pairs, pinyin and initials from every syllable on,
    phone numbers backwards, codes from every part on."""
    found: set[str] = set()
    for name in text.folded_names():
        found.add(START + name[:NAME_CUT])
        found.update([a + b for a, b in pairwise(name)])
        if not name.isascii():
            found.update([char for char in name if not char.isascii()])
            found |= _spoken_tokens(name)
    for phone in text.phones:
        if digits := _phone_digits(phone):
            found.add(PHONE + digits[::-1][:PHONE_CUT])
    for code in text.codes:
        found |= _code_tokens(code)
    return found


def _spoken_tokens(name: str) -> set[str]:
    found: set[str] = set()
    latin = [char.isascii() for char in name]
    starts = [
        at for at, both in enumerate(map(and_, latin, [False, *latin])) if not both
    ]  # not amid a Latin word
    for reading in pinyin_of(name):
        letters = "".join([syllable[0] for syllable in reading])
        spelled = "".join(reading)
        offsets = list(accumulate(map(len, reading), initial=0))
        found.add(INITIALS + START + letters[0])
        found.update([PINYIN + spelled[offsets[at] : offsets[at] + PINYIN_CUT] for at in starts])
        found.update([INITIALS + letters[at : at + INITIALS_CUT] for at in starts])
    return found


def _phone_digits(phone: str) -> str:
    """The digits of a phone number without the country's 86."""
    digits = _NOT_DIGIT.sub("", fold(phone))
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def _code_tokens(code: str) -> set[str]:
    parts = [fold(part) for part in _NOT_CODE.split(code.lower()) if part]
    rests = {"".join(parts[at:]) for at in range(len(parts))} | {part.lstrip("0") for part in parts}
    return {CODE + rest[:NAME_CUT] for rest in rests if rest}


@dataclass(frozen=True, slots=True)
class _Way:
    """One way in which a query may match. `every`: token groups that must all be present, each met by any of its
    alternatives, each alternative a set of tokens (a trailing * asks for a prefix). The tokens let too much through:
    `needle` must stand in the names, each of `words` in a name, its pinyin or its initials, and `near` in a name but for a slip."""

    every: tuple[tuple[tuple[str, ...], ...], ...]
    needle: str = ""
    words: tuple[str, ...] = ()
    near: str = ""

    @property
    def may_be_common(self) -> bool:
        """Whether a large share of all rows may match: pieces and sounds, never whole names, numbers or codes."""
        return not all(token[0] in (START, CODE, PHONE) for token in self.every[0][0])

    @property
    def is_loose(self) -> bool:
        """Whether rows that the tokens let through may fall out afterwards."""
        return bool(self.words or self.near)

    def holds(self, names: str) -> bool:
        if self.near:
            return any(is_near(self.near, name) for name in names.split())
        return all(word in names or _is_spoken(word, names) for word in self.words)

    def fts5(self) -> str:
        return self._written(lambda token, star: f'"{token}"*' if star else f'"{token}"', " AND ", " OR ")

    def tsquery(self) -> str:
        return self._written(lambda token, star: f"'{token}':*" if star else f"'{token}'", " & ", " | ")

    def _written(self, term: Any, all_of: str, any_of: str) -> str:
        groups = []
        for alternatives in self.every:
            options = [
                all_of.join(term(t.rstrip("*"), t.endswith("*")) for t in option) for option in alternatives
            ]
            groups.append("(" + any_of.join(f"({option})" for option in options) + ")")
        return all_of.join(groups)


def _way(*pieces: str, needle: str = "", words: tuple[str, ...] = ()) -> _Way:
    return _Way(((pieces,),), needle, words)


def ways(query: str) -> list[_Way]:
    """How `query` may match, best first: whole name, whole code, start of a name, part of it, pinyin, initials, phone
    tail, start of a code, all of its words. Any text will do; one without letters and digits matches nothing."""
    query = query[: LONGEST_QUERY * 4]
    whole = fold(query)[:LONGEST_QUERY]
    if not whole:
        return []
    found = [_way(START + whole[:NAME_CUT], needle=f" {whole} ")]
    if whole.isascii():
        found.append(_way(CODE + whole[:NAME_CUT]))
    found.append(_way(START + whole[:NAME_CUT] + "*", needle=f" {whole}"))
    if pieces := _pieces(whole):
        found.append(_way(*pieces, needle=whole))
    found += _spoken(query)
    if whole.isdigit() and whole.isascii() and len(whole) >= 3:
        found.append(_way(PHONE + _phone_digits(whole)[::-1][:PHONE_CUT] + "*"))
    if whole.isascii() and len(whole) >= 2:
        found.append(_way(CODE + whole[:NAME_CUT] + "*"))
    words = [word for word in query.split() if fold(word)]
    if 1 < len(words) <= MOST_WORDS:
        every = tuple(
            (_pieces(fold(word)) or (fold(word),), *((way.every[0][0]) for way in _spoken(word)))
            for word in words
        )
        found.append(_Way(every, words=tuple(_letters(word) for word in words)))
    return found


def slip_ways(query: str) -> list[_Way]:
    """How `query` may match when one character or letter of it is wrong: asked when nothing else is found."""
    whole = fold(query[: LONGEST_QUERY * 4])[:LONGEST_QUERY]
    letters = _letters(query)
    if letters.isascii():
        meant = corrections(letters)
        starts = {PINYIN + text[:PINYIN_CUT] + "*" for text in meant}
        return [_Way((tuple((start,) for start in sorted(starts)),), near=letters)] if starts else []
    heard = "".join(sounds(whole))
    found = [_Way((((PINYIN + heard[:PINYIN_CUT] + "*",),),), near=whole)] if len(whole) > 1 else []
    if FEWEST_CHARACTERS <= len(whole) <= NAME_CUT:
        found.append(_Way((tuple(filter(None, character_slips(whole))),), near=whole))
    return found


def _pieces(whole: str) -> tuple[str, ...]:
    """The tokens of the name that contains `whole`; none for a single Latin letter, of which no token is kept."""
    if len(whole) == 1:
        return () if whole.isascii() else (whole,)
    return tuple(dict.fromkeys(a + b for a, b in pairwise(whole)))


def _letters(query: str) -> str:
    """`query` as its pinyin would be typed."""
    return fold(query.replace("ü", "v").replace("Ü", "v"))[:LONGEST_QUERY]


def _spoken(query: str) -> list[_Way]:
    """`query` read as pinyin and as initials; none when it is not in Latin letters."""
    letters = _letters(query)
    if not letters.isascii() or letters.isdigit():
        return []
    if len(letters) == 1:
        return [_way(INITIALS + START + letters)]
    return [
        _way(PINYIN + letters[:PINYIN_CUT] + "*", words=(letters,) if len(letters) > PINYIN_CUT else ()),
        _way(
            INITIALS + letters[:INITIALS_CUT] + "*", words=(letters,) if len(letters) > INITIALS_CUT else ()
        ),
    ]


def _is_spoken(letters: str, names: str) -> bool:
    """Whether `letters` begin at a syllable of one of the names' pinyin, or are a part of their initials."""
    for name in names.split():
        if any(letters in short for short in initials(name)):
            return True
        for reading in pinyin_of(name):
            if any("".join(reading[at:]).startswith(letters) for at in range(len(reading))):
                return True
    return False


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
        with connection.cursor() as cursor, connection.wrap_database_errors:
            cursor.execute(f"SET LOCAL gin_pending_list_limit = {_PENDING_OF_MANY}")
            with cursor.copy(f'COPY "{self.table}" (id, names, grams) FROM STDIN') as copy:
                for pk, text in rows:
                    # fold() leaves letters and digits only, so no token holds a quote.
                    grams = "' '".join(tokens(text))
                    copy.write_row((pk, f" {' '.join(text.folded_names())} ", f"'{grams}'" if grams else ""))
            cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [f'"{self.table}_grams"'])

    def remove(self, ids: Iterable[int]) -> None:
        """Forget these rows; unknown ids are ignored."""
        key = "id" if connection.vendor == "postgresql" else "rowid"
        with connection.cursor() as cursor:
            cursor.executemany(_REMOVE.format(table=self.table, key=key), [(pk,) for pk in ids])

    def merge(self) -> None:
        """Rewrite a SQLite index in one piece, so that it keeps nothing of texts that were removed; PostgreSQL drops them when it vacuums."""
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f'INSERT INTO "{self.table}" ("{self.table}") VALUES (\'optimize\')')

    def match(
        self, query: str, *, limit: int, within: "models.QuerySet[Any] | None" = None, slips: bool = False
    ) -> list[int]:
        """Ids of the rows that `query` finds, best first (see `ways`), shorter names before longer ones, at most `limit`,
        only of rows in `within` if given. With `slips`, what finds nothing is read as if one character of it were wrong.
        Any text will do as a query."""
        found = self._found(ways(query), limit, within)
        return self._found(slip_ways(query), limit, within) if slips and not found else found

    def _found(self, possible: list[_Way], limit: int, within: "models.QuerySet[Any] | None") -> list[int]:
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
        good = dict.fromkeys(pk for pk, names, rank in hits if possible[rank].holds(names))
        return list(good)[:limit]

    def _select(
        self, possible: list[_Way], limit: int, within: "models.QuerySet[Any] | None"
    ) -> tuple[str, list[Any]]:
        """One statement that asks every way for its first rows."""
        on_postgres = connection.vendor == "postgresql"
        reach, reach_params = "", ()
        if within is not None:
            reach, reach_params = _exists(within, "hit.id" if on_postgres else f'"{self.table}".rowid')
        parts: list[str] = []
        params: list[Any] = []
        for rank, way in enumerate(possible):
            common = on_postgres and way.may_be_common
            shape = (
                _MATCH_COMMON_POSTGRESQL if common else _MATCH_POSTGRESQL if on_postgres else _MATCH_SQLITE
            )
            most = limit + SPARE if way.is_loose else limit
            some = isqrt(most) + 1
            parts.append(
                shape.format(
                    table=self.table, rank=rank, reach=reach, probed=_PROBED, some=some, early=_PROBED * some
                )
            )
            sought = way.tsquery() if on_postgres else way.fts5()
            asked = [sought, way.needle, *reach_params, most]
            params += [sought, *asked, most, *asked] if common else asked
        return " UNION ALL ".join(parts), params


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
