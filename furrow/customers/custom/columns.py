"""Own fields as columns and filters of the customer list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from furrow.customers.custom.models import CustomField, CustomValue, FieldType
from furrow.customers.custom.queries import choices_of, fields_in_use, having, shown
from furrow.customers.custom.services import parsed
from furrow.kit.sheets.cells import clean_text
from furrow.records.record import NONE, Column, Filter, no_choices, plain
from furrow.team.models import User
from furrow.team.queries import people_choices

PREFIX = "custom."
TEXT_ASKED = 60
_PATHS = {FieldType.CHOICE: "choice__label", FieldType.PERSON: "person__name"}


def own_columns() -> list[Column]:
    """One column per field in use; its value is looked up in the same query as the rows."""
    return [_column(field) for field in fields_in_use()]


def _column(field: CustomField) -> Column:
    kind = FieldType(field.type)
    values = CustomValue.objects.filter(customer=models.OuterRef("pk"), field=field)
    number = kind == FieldType.NUMBER
    return Column(
        field.name,
        field.label,
        (f"own_{field.pk}",),
        show=lambda value: plain(shown(value)),
        export=(lambda value: value) if kind in (FieldType.NUMBER, FieldType.DATE) else shown,
        numeric=number,
        default=False,
        expression=models.Subquery(values.values(_PATHS.get(kind, kind.value))[:1]),
    )


def own_filters(user: User) -> list[Filter]:
    """Filters of the fields in use: choices and people are ticked, text is typed, numbers and dates are given from and to."""
    fields = fields_in_use()
    choices = choices_of(fields)
    found: list[Filter] = []
    for field in fields:
        kind = FieldType(field.type)
        if kind == FieldType.CHOICE:
            found.append(_ticked(field, [(str(one.pk), one.label) for one in choices.get(field.pk, ())]))
        elif kind == FieldType.PERSON:
            found.append(_ticked(field, None))
        elif kind == FieldType.TEXT:
            found.append(_typed(field, "", field.label, "istartswith"))
        else:
            found.append(_typed(field, ".from", _("%(field)s from") % {"field": field.label}, "gte"))
            found.append(_typed(field, ".to", _("%(field)s to") % {"field": field.label}, "lte"))
    return found


def _ticked(field: CustomField, offered: list[tuple[str, str]] | None) -> Filter:
    def choices(user: User) -> Sequence[tuple[str, str]]:
        found = people_choices(user) if offered is None else offered
        return [*found, (NONE, _("Not filled in"))]

    def apply(rows: models.QuerySet[Any], values: list[str]) -> models.QuerySet[Any]:
        condition = models.Q(
            pk__in=having(field, **{"in": [int(value) for value in values if value != NONE]})
        )
        if NONE in values:
            condition |= ~models.Q(pk__in=having(field))
        return rows.filter(condition)

    return Filter(field.name, field.label, choices, apply)


def _typed(field: CustomField, suffix: str, label: str, how: str) -> Filter:
    kind = FieldType(field.type)
    read = _READ[kind]

    def words(text: str) -> str | None:
        value = read(field, text)
        return None if value is None else shown(value)

    def apply(rows: models.QuerySet[Any], values: list[str]) -> models.QuerySet[Any]:
        return rows.filter(pk__in=having(field, **{how: read(field, values[0])}))

    return Filter(f"{field.name}{suffix}", label, no_choices, apply, read=words, input=kind.value)


def _text(field: CustomField, text: str) -> str | None:
    return " ".join(clean_text(text[:200]).split())[:TEXT_ASKED] or None


def _parsed(field: CustomField, text: str) -> Decimal | date | None:
    try:
        value: Decimal | date | None = parsed(field, text.strip()[:40])
    except ValidationError:
        return None
    return value


_READ: dict[FieldType, Callable[[CustomField, str], Any]] = {
    FieldType.TEXT: _text,
    FieldType.NUMBER: _parsed,
    FieldType.DATE: _parsed,
}
