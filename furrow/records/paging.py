"""One page of a list: by keyset, or the rows of given ids. Where nothing but the reader's reach narrows the list, by statements kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import models
from django.db.models import F

from furrow.kit.prepared import AmongIds, Ids, Prepared, Reader

PAGE_SIZE = 30
Model = type[models.Model]
Values = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page: the ORM paths read and their values (the primary key first), and the cursors to its neighbours."""

    fields: list[str]
    values: list[tuple[Any, ...]]
    after: str
    before: str

    @property
    def ids(self) -> list[int]:
        return [values[0] for values in self.values]

    def column(self, field: str) -> list[Any]:
        """The values of one field, row by row."""
        at = self.fields.index(field)
        return [values[at] for values in self.values]


class Stretch(NamedTuple):
    """A page's rows and one more, in the order of the field `name`, from the cursor on: the value and id of the row before them."""

    name: str
    descending: bool
    cursor: tuple[Any, Any] | None

    def of(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Among these rows."""
        name, descending = self.name, self.descending
        if self.cursor:
            value, pk = self.cursor
            # The first condition lets the index seek; the second decides within equal values.
            rows = rows.filter(**{f"{name}__{'lt' if descending else 'gt'}e": value}).exclude(
                models.Q(**{name: value}) & models.Q(**{f"pk__{'gte' if descending else 'lte'}": pk})
            )
        sign = "-" if descending else ""
        return rows.order_by(f"{sign}{name}", f"{sign}id")[: PAGE_SIZE + 1]


def plain_stretch(model: Model, reader: Reader, fields: Sequence[str], stretch: Stretch) -> Values:
    """The fields of this stretch of all that the reader may see, by the model's `visible_to`."""
    name, descending, cursor = stretch
    given = dict(zip(("value", "pk"), cursor, strict=True)) if cursor else {}
    return _stretches(model, name, descending, bool(cursor)).rows(reader, *fields, **given)


@lru_cache
def _stretches(model: Model, name: str, descending: bool, has_cursor: bool) -> Prepared:
    rows: Any = model._default_manager

    def build(reader: Reader, *fields: str, **slots: Any) -> models.QuerySet[Any, Any]:
        stretch = Stretch(name, descending, (slots["value"], slots["pk"]) if slots else None)
        return stretch.of(rows.visible_to(reader)).values_list(*fields)

    if not has_cursor:
        return Prepared(build)
    column: Any = model._meta.get_field(name)
    return Prepared(build, value=column, pk=models.BigIntegerField())


def plain_rows(model: Model, reader: Reader, fields: Sequence[str], ids: Sequence[int]) -> Values:
    """The fields of those rows of these ids that the reader may see, in no order."""
    return _of_ids(model).rows(reader, *fields, ids=ids)


@lru_cache
def _of_ids(model: Model) -> Prepared:
    rows: Any = model._default_manager
    return Prepared(
        lambda reader, *fields, ids: (
            rows.visible_to(reader).filter(AmongIds(F("pk"), ids)).order_by().values_list(*fields)
        ),
        ids=Ids(),
    )
