"""The order in which people look names up: Chinese by pinyin, kept beside the name so that an index gives it on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from furrow.kit.folding import fold, pinyin_of

_CharField = models.CharField[str, str] if TYPE_CHECKING else models.CharField
LONGEST = 80
"""Characters of the key: some ten of a Chinese name. Names that begin with as many alike stand in the order of their ids."""
_CHARACTERS = 20


def name_order(name: str) -> str:
    """A text whose plain order is that of the names: character by character by its syllable here, then by the character itself.

    >>> sorted(["王府手机", "万华数码", "长江通讯", "ABC 手机", "重庆银行"], key=name_order)
    ['ABC 手机', '长江通讯', '重庆银行', '万华数码', '王府手机']
    """
    folded = fold(name)[:_CHARACTERS]
    if folded.isascii():
        return folded
    readings = pinyin_of(folded)
    pairs = zip(readings[0], folded, strict=True) if readings else ()
    # the space is below all letters, so that wan stands before wang whatever comes after it
    return "".join([char if char == said else f"{said} {char}" for said, char in pairs])[:LONGEST]


class NameOrder(_CharField):
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
        value = name_order(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, value)
        return value

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        """Bytes as they are: a language's own order would pass over the spaces."""
        collation = "C" if connection.vendor == "postgresql" else None
        return super().db_parameters(connection) | {"collation": collation}
