"""The order in which people look names up: Chinese by pinyin, kept beside the name so that an index gives it on both databases."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from furrow.kit.folding import fold, pinyin_of

LONGEST = 80
"""Characters of the key: some ten of a Chinese name. Names that begin with as many alike stand in the order of their ids."""
_BATCH = 1000


def name_order(name: str, longest: int = LONGEST) -> str:
    """A text of at most `longest` characters whose plain order is that of the names: character by character by its syllable here, then by
    the character itself. A quarter as many characters of the name are looked at.

    >>> sorted(["王府手机", "万华数码", "长江通讯", "ABC 手机", "重庆银行"], key=name_order)
    ['ABC 手机', '长江通讯', '重庆银行', '万华数码', '王府手机']
    """
    folded = fold(name)[: longest // 4]
    if folded.isascii():
        return folded
    readings = pinyin_of(folded)
    pairs = zip(readings[0], folded, strict=True) if readings else ()
    # the space is below all letters, so that wan stands before wang whatever comes after it
    return "".join([char if char == said else f"{said} {char}" for said, char in pairs])[:longest]


class NameOrder(models.CharField):  # type: ignore[type-arg]  # generic only in the stubs
    """The `name_order` of the field `of`, written whenever the row is; compared byte by byte on every database."""

    def __init__(self, *, of: str = "name", **given: Any) -> None:
        self.of = of
        super().__init__(**{"max_length": LONGEST, "editable": False, "default": "", **given})

    def deconstruct(self) -> Any:
        """With the name of the other field."""
        name, path, args, given = super().deconstruct()
        return name, path, args, given | {"of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """What the name says now."""
        value = name_order(getattr(model_instance, self.of), self.max_length or LONGEST)
        setattr(model_instance, self.attname, value)
        return value

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        """Bytes as they are: a language's own order would pass over the spaces."""
        collation = "C" if connection.vendor == "postgresql" else None
        return super().db_parameters(connection) | {"collation": collation}


def fill_name_order(app: str, name: str, column: str = "name_order") -> Callable[[Any, Any], None]:
    """For the migration that adds a `NameOrder` to a table: writes it in the rows that are there."""

    def fill(apps: Any, schema_editor: Any) -> None:
        model = apps.get_model(app, name)
        field = model._meta.get_field(column)
        rows = model.objects.only(field.of).order_by("pk").iterator(_BATCH)
        while batch := list(islice(rows, _BATCH)):
            for row in batch:
                field.pre_save(row, False)
            model.objects.bulk_update(batch, [column])

    return fill
