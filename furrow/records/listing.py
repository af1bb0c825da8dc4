"""A list as asked for in the address: search, filters, sort, columns and keyset paging; nothing in it is trusted."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import parse_qsl

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, QueryDict

from furrow.kit.figures import listed
from furrow.kit.prepared import Prepared
from furrow.records.models import SavedView
from furrow.records.paging import PAGE_SIZE, Page, Stretch, plain_rows, plain_stretch
from furrow.records.record import Column, Filter, Record

SEARCH_LIMIT = 90
COUNT_LIMIT = 10_000
_HOW = {"after", "before", "sort", "cols"}  # how a list is shown; the rest says what is in it
READ_LIMIT = 100  # values of one filter that need not be among its choices


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set: its label, the values in words, and the address without it."""

    label: str
    values: str
    without: str


@dataclass(frozen=True, slots=True)
class Tab:
    """A named view of the list above it; `own` is the id of one that the user saved and may remove."""

    label: str
    query: str
    current: bool
    own: int | None = None


class Listing:
    """One list request. `query` is a QueryDict: q, one key per filter, sort, cols, after or before."""

    def __init__(self, record: Record, request: HttpRequest, query: QueryDict | None = None) -> None:
        self.record = record
        self.request = request
        self.reader: Any = request.user
        self.query = request.GET if query is None else query
        self.q = self.query.get("q", "").strip()[:100]
        sorts = {column.sort for column in record.columns if column.sort}
        wanted = self.query.get("sort", "")
        self.sort = wanted if wanted.removeprefix("-") in sorts else ("" if self.q else record.order)

    @cached_property
    def all_columns(self) -> list[Column]:
        """All columns one may choose from, the company's own last."""
        return [*self.record.columns, *self.record.own_columns(self.request)]

    @cached_property
    def columns(self) -> list[Column]:
        """The chosen columns, else the usual ones; the linked column always stays."""
        chosen = set(self.query.getlist("cols"))
        columns = self.all_columns if self._asks_own(chosen) else self.record.columns
        known = [column for column in columns if column.name in chosen]
        if not known:
            return [column for column in columns if column.default]
        return [column for column in columns if column.name in chosen or column.link]

    def _asks_own(self, names: Iterable[str]) -> bool:
        prefix = self.record.own_prefix
        return bool(prefix) and any(name.startswith(prefix) for name in names)

    @cached_property
    def all_filters(self) -> list[Filter]:
        """All filters, the company's own last."""
        return [*self.record.filters, *self.record.own_filters(self.request)]

    @cached_property
    def chosen_filters(self) -> list[tuple[Filter, list[tuple[str, str]]]]:
        """Each filter that is set, with its (value, label) pairs; values the user may not choose are dropped."""
        found = []
        for filter_ in self.all_filters if self._asks_own(self.query) else self.record.filters:
            values = list(dict.fromkeys(self.query.getlist(filter_.name)))
            if values and (pairs := self._pairs(filter_, values)):
                found.append((filter_, pairs))
        return found

    def _pairs(self, filter_: Filter, values: list[str]) -> list[tuple[str, str]]:
        if filter_.read is None:
            choices = filter_.choices(self.request.user)
            return [(value, str(label)) for value, label in choices if value in values]
        read = [(value, filter_.read(value)) for value in values[:READ_LIMIT]]
        pairs = [(value, str(label)) for value, label in read if label is not None]
        return pairs[:1] if filter_.input else pairs

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.chosen_filters)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The filters as hidden fields, so that a search typed before their menu was opened keeps them."""
        return [(filter_.name, value) for filter_, pairs in self.chosen_filters for value, _label in pairs]

    @property
    def chosen_columns(self) -> list[str]:
        """The same for the columns."""
        return self.query.getlist("cols")

    @property
    def can_be_saved(self) -> bool:
        """Whether there is anything in this list worth a name."""
        return self.is_narrowed or "sort" in self.query or "cols" in self.query

    @cached_property
    def chips(self) -> list[Chip]:
        return [
            Chip(
                str(filter_.label),
                listed(label for _value, label in pairs),
                self.changed(drop=filter_.name),
            )
            for filter_, pairs in self.chosen_filters
        ]

    @property
    def sort_asked(self) -> bool:
        """Whether the address names the sort, so that a search keeps it."""
        return bool(self.query.get("sort"))

    @cached_property
    def address(self) -> str:
        """This list's query string without paging."""
        return self.changed()

    def changed(self, drop: str = "", **changes: str) -> str:
        """The same with one key dropped or others set."""
        query = self.query.copy()
        for key in ("after", "before", drop, "print"):
            query.pop(key, None)
        for key, value in changes.items():
            query[key] = value
        return "?" + query.urlencode()

    # Rows ---------------------------------------------------------------------------------------

    @cached_property
    def narrowed(self) -> models.QuerySet[Any]:
        """The rows in reach that pass the filters, before any search."""
        rows = self.record.rows(self.request)
        for filter_, pairs in self.chosen_filters:
            rows = filter_.apply(rows, [value for value, _label in pairs])
        return rows

    @cached_property
    def found_ids(self) -> list[int] | None:
        """Ids the search found among them, best first; None without a search."""
        if not self.q or self.record.search is None:
            return None
        return self.record.search.match(self.q, limit=SEARCH_LIMIT, within=self.narrowed, slips=True)

    @cached_property
    def rows(self) -> models.QuerySet[Any]:
        """All rows asked for, in no order."""
        return self.narrowed if self.found_ids is None else self.narrowed.filter(pk__in=self.found_ids)

    def count(self) -> tuple[int, bool]:
        """How many rows, and whether counting stopped at COUNT_LIMIT."""
        counted = self.rows.order_by()[: COUNT_LIMIT + 1].count()
        return min(counted, COUNT_LIMIT), counted > COUNT_LIMIT

    def in_order(self) -> models.QuerySet[Any]:
        """All rows in the order asked for; a search without a sort comes best first."""
        if self.sort:
            sign = "-" if self.sort.startswith("-") else ""
            return self.rows.order_by(self.sort, f"{sign}id")
        ranks = {pk: rank for rank, pk in enumerate(self.found_ids or [])}
        whens = [models.When(pk=pk, then=rank) for pk, rank in ranks.items()]
        return (
            self.rows.order_by(models.Case(*whens, default=len(ranks))) if whens else self.rows.order_by("id")
        )

    @cached_property
    def page(self) -> Page:
        """The page of rows asked for."""
        fields = list(
            dict.fromkeys(
                [
                    "pk",
                    *([self.sort.removeprefix("-")] if self.sort else []),
                    *(f for c in self.columns for f in c.fields),
                ]
            )
        )
        if not self.sort:
            return self._ranked_page(fields)
        backwards = "before" in self.query
        cursor = self._cursor(self.query.get("before" if backwards else "after", ""))
        name = self.sort.removeprefix("-")
        values = self._values(fields, Stretch(name, self.sort.startswith("-") != backwards, cursor))
        more = len(values) > PAGE_SIZE
        values = values[:PAGE_SIZE]
        if backwards:
            values.reverse()
        at = fields.index(name)
        return Page(
            fields,
            values,
            after=self._encode(values[-1], at) if values and (more or backwards) else "",
            before=self._encode(values[0], at)
            if values and ((more and backwards) or (cursor and not backwards))
            else "",
        )

    def _values(self, fields: list[str], stretch: Stretch) -> list[tuple[Any, ...]]:
        if self._is_plain:
            return plain_stretch(self.record.model, self.reader, fields, stretch)
        rows = with_expressions(self.rows, self.columns)
        return list(stretch.of(rows).values_list(*fields))

    @property
    def _is_plain(self) -> bool:
        """Whether the rows are all in the user's reach, read as they stand, so that a statement kept will do."""
        is_all = type(self.record).rows is Record.rows and not self.chosen_filters
        return is_all and all(column.expression is None for column in self.columns)

    def _ranked_page(self, fields: list[str]) -> Page:
        ids = self.found_ids or []
        start = self.query.get("after", "")
        skip = int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 0
        shown = ids[skip : skip + PAGE_SIZE]
        if self._is_plain:
            found = plain_rows(self.record.model, self.reader, fields, shown)
        else:
            rows = with_expressions(self.narrowed.filter(pk__in=shown), self.columns)
            found = list(rows.values_list(*fields))
        by_pk = {values[0]: values for values in found}
        more = len(ids) > skip + PAGE_SIZE
        return Page(
            fields, [by_pk[pk] for pk in shown if pk in by_pk], str(skip + PAGE_SIZE) if more else "", ""
        )

    def _encode(self, values: tuple[Any, ...], at: int) -> str:
        value = values[at]
        text = value.isoformat() if hasattr(value, "isoformat") else value
        text = str(text) if isinstance(text, Decimal) else text
        return base64.urlsafe_b64encode(json.dumps([text, values[0]]).encode()).decode()

    def _cursor(self, text: str) -> tuple[Any, int] | None:
        try:
            value, pk = json.loads(base64.urlsafe_b64decode(text.encode()))
            column: Any = self.record.model._meta.get_field(self.sort.removeprefix("-"))
            value = column.to_python(value)
            str(value).encode()  # refuses half a character
            sound = value is not None and "\x00" not in str(value) and abs(int(pk)) < 2**62
            return (value, int(pk)) if sound else None
        except (ValueError, TypeError, binascii.Error, ValidationError, OverflowError, RecursionError):
            return None


def with_expressions(rows: models.QuerySet[Any], columns: Iterable[Column]) -> models.QuerySet[Any]:
    """The rows with what their columns compute."""
    computed = {column.fields[0]: column.expression for column in columns if column.expression is not None}
    annotated: models.QuerySet[Any] = rows.annotate(**computed)
    return annotated


def filter_choices(listing: Listing) -> list[dict[str, Any]]:
    """Each filter with its choices and which of them are ticked."""
    found = []
    chosen = {filter_.name: pairs for filter_, pairs in listing.chosen_filters}
    for filter_ in listing.all_filters:
        ticked = dict(chosen.get(filter_.name, ()))
        offered = dict(filter_.choices(listing.request.user))
        others = (
            {} if filter_.input else {value: label for value, label in ticked.items() if value not in offered}
        )
        choices = [(value, label, value in ticked) for value, label in {**others, **offered}.items()]
        found.append(
            {
                "name": filter_.name,
                "label": filter_.label,
                "choices": choices,
                "input": filter_.input,
                "value": next(iter(ticked), ""),
            }
        )
    return found


def _what(pairs: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    return frozenset((name, value) for name, value in pairs if value and name not in _HOW)


@lru_cache  # of shipped views, which are few
def _what_shows(query: str) -> frozenset[tuple[str, str]]:
    return _what(parse_qsl(query))


_SAVED = Prepared(
    lambda _reader, record, owner: SavedView.objects.filter(
        models.Q(owner=owner) | models.Q(shared=True), record=record
    ).values_list("pk", "name", "query", "owner_id"),
    record=models.CharField(),
    owner=models.BigIntegerField(),
)


def saved_views(listing: Listing) -> list[Tab]:
    """The tabs: the shipped views, then the user's own and shared ones."""
    current = listing.query.get("view", "")
    asked = _what((name, value) for name, values in listing.query.lists() for value in values)
    tabs = [
        Tab(str(view.label), f"?{view.query}", not current and _what_shows(view.query) == asked)
        for view in listing.record.views
    ]
    user: Any = listing.request.user
    for pk, name, query, owner in _SAVED.rows(None, record=listing.record.name, owner=user.pk):
        tabs.append(
            Tab(name, f"?{query}&view={pk}", current == str(pk), own=pk if owner == user.pk else None)
        )
    return tabs


def chosen(record: Record, request: HttpRequest) -> models.QuerySet[Any]:
    """The rows a bulk action is meant for: ticked `ids`, or with `all` everything the list's query string shows; only what is in reach."""
    if request.POST.get("all"):
        return Listing(record, request, QueryDict(request.POST.get("query", "").lstrip("?"))).rows
    ids = [
        int(text)
        for text in request.POST.getlist("ids")
        if text.isascii() and text.isdigit() and len(text) < 18
    ]
    return record.rows(request).filter(pk__in=ids)
