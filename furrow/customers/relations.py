"""What belongs to a customer in all rooms, and how it follows when two records become one (P2.3).

Every foreign key to Customer is such a relation, found by itself, so that no row can be left behind. How its rows follow stands in
settings.MERGE_RELATIONS, `app.model.field` -> how; what is not named there moves.

move    rows go to the record kept; those that would break a uniqueness there stay with the record merged away
facts   one row per customer: goes along if the record kept has none; else its fields are picked one by one in the preview
leave   rows stay where they are
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.db import models

from furrow.customers.models import Customer
from furrow.kit import audit
from furrow.kit.prepared import Prepared

Moved = dict[str, Any]
KEPT_UP = frozenset({"id", "version", "created_at", "updated_at"})


@dataclass(frozen=True, slots=True)
class Relation:
    """One foreign key to a customer."""

    name: str
    model: type[models.Model]
    field: str
    how: str

    @property
    def label(self) -> str:
        return str(self.model._meta.verbose_name_plural)

    def rows(self, customer_id: int) -> models.QuerySet[Any]:
        return self.model._default_manager.filter(**{self.field: customer_id}).order_by()

    def staying(self, gone: int, kept: int) -> list[Any]:
        """Primary keys of the rows that cannot follow: the same thing stands at the record kept, or they would point to themselves."""
        found: set[Any] = set()
        for others in self._unique_with():
            taken = (
                set(self.rows(kept).values_list(*others))
                if others
                else ({()} if self.rows(kept).exists() else set())
            )
            if taken:
                names = ("pk", *others)
                found |= {row[0] for row in self.rows(gone).values_list(*names) if tuple(row[1:]) in taken}
        if self.field != "customer" and any(
            field.name == "customer" for field in self.model._meta.concrete_fields
        ):
            found |= set(self.rows(gone).filter(customer=kept).values_list("pk", flat=True))
        return sorted(found)

    def _unique_with(self) -> Iterator[tuple[str, ...]]:
        """The other fields of each uniqueness that the foreign key is part of."""
        if self.model._meta.get_field(self.field).unique:  # type: ignore[union-attr]
            yield ()
        for constraint in self.model._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint) and self.field in constraint.fields:
                yield tuple(name for name in constraint.fields if name != self.field)

    def move(self, gone: int, kept: int) -> Moved:
        """Let the rows follow; returns what `back` needs."""
        if self.how == "leave":
            return {}
        found = self.ids(gone)
        staying = set(self.staying(gone, kept)) if found else set()
        ids = [pk for pk in found if pk not in staying]
        if not ids:
            return {}
        self.model._default_manager.filter(pk__in=ids).update(**{self.field: kept})
        return {"row": True} if self.is_key else {"ids": ids}

    def ids(self, customer_id: int) -> list[Any]:
        """Primary keys of the customer's rows."""
        return [pk for (pk,) in _ids(self.model, self.field).rows(None, customer=customer_id)]

    def facts(self, customer_id: int) -> Any:
        """The customer's one row of facts, or None; asked for as a whole only where there is one."""
        return self.rows(customer_id).first() if self.ids(customer_id) else None

    def back(self, moved: Moved, gone: int, kept: int) -> int:
        """Put back what `move` moved; returns how many rows are no longer where it put them."""
        if moved.get("row"):
            return 0 if self.rows(kept).update(**{self.field: gone}) else 1
        ids = moved.get("ids", [])
        return len(ids) - self.rows(kept).filter(pk__in=ids).update(**{self.field: gone})

    @property
    def is_key(self) -> bool:
        return bool(getattr(self.model._meta.get_field(self.field), "primary_key", False))


@cache
def _ids(model: type[models.Model], field: str) -> Prepared:
    """Most of some forty relations have no row of a given customer: asking each of them has to cost next to nothing."""
    return Prepared(
        lambda _reader, customer: (
            model._default_manager.filter(**{field: customer}).order_by("pk").values_list("pk")
        ),
        customer=models.BigIntegerField(),
    )


@cache
def relations() -> tuple[Relation, ...]:
    """All foreign keys to Customer but those of the duplicates' own tables."""
    own = {"likenesskey", "duplicatepair", "customermerge"}
    how_by_name: Mapping[str, str] = settings.MERGE_RELATIONS
    found = []
    for link in Customer._meta.get_fields(include_hidden=True):
        if not isinstance(link, models.ManyToOneRel) or link.related_model is Customer:
            continue
        model: Any = link.related_model
        if model._meta.app_label == "customers" and model._meta.model_name in own:
            continue
        name = f"{model._meta.label_lower}.{link.field.name}"
        default = "facts" if link.field.unique else "move"
        found.append(Relation(name, model, link.field.name, how_by_name.get(name, default)))
    return tuple(sorted(found, key=lambda relation: relation.name))


# Fields of one-to-one facts -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of the two records: `name` of the relation and field, or of the customer's own field."""

    name: str
    label: str
    kept: Any
    gone: Any
    kept_text: str
    gone_text: str

    @property
    def takes_gone(self) -> bool:
        """Proposed: what only the record merged away knows."""
        return is_empty(self.kept) and not is_empty(self.gone)


def is_empty(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {}


def facts_between(name: str, kept: models.Model | None, gone: models.Model | None) -> list[Fact]:
    """The fields in which two rows of one model differ."""
    row = kept or gone
    if row is None:
        return []
    found = []
    for field in row._meta.concrete_fields:
        if field.name in KEPT_UP or field.primary_key or not field.editable:
            continue
        ours, theirs = (getattr(one, field.attname) if one is not None else None for one in (kept, gone))
        if ours != theirs and not (is_empty(ours) and is_empty(theirs)):
            texts = [text_of(one, field) for one in (kept, gone)]
            found.append(
                Fact(f"{name}.{field.name}".lstrip("."), str(field.verbose_name), ours, theirs, *texts)
            )
    return found


def text_of(row: models.Model | None, field: Any) -> str:
    """A field's value as people read it."""
    if row is None:
        return ""
    value = getattr(row, field.name)
    if is_empty(value):
        return ""
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    if isinstance(value, list):
        return "、".join(map(str, value))
    return str(value)


def stored(row: models.Model, name: str) -> Any:
    """A field's value as JSON keeps it."""
    field: Any = row._meta.get_field(name)
    return audit.plain(getattr(row, field.attname))


def restore(row: models.Model, name: str, value: Any) -> None:
    """Set a field from what `stored` kept."""
    field: Any = row._meta.get_field(name)
    setattr(
        row,
        field.attname,
        field.target_field.to_python(value) if field.is_relation else field.to_python(value),
    )
