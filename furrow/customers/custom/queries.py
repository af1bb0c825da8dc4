"""Reads over a company's own fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from furrow.customers.custom.models import CustomChoice, CustomField, CustomValue, FieldType
from furrow.customers.models import Customer

# The column of a value by the type of its field.
COLUMNS = {
    FieldType.TEXT: "text",
    FieldType.NUMBER: "number",
    FieldType.DATE: "date",
    FieldType.CHOICE: "choice",
    FieldType.PERSON: "person",
}


def fields_in_use(kind: str | None = None) -> list[CustomField]:
    """Fields not retired, in order; with a kind those asked of it, else of all."""
    rows = CustomField.objects.filter(retired_at=None)
    if kind is not None:
        rows = rows.filter(kind__in=("", kind))
    return list(rows)


def values_of(customer: Customer) -> dict[int, Any]:
    """Field id -> value (text, Decimal, date, CustomChoice or User) of one customer."""
    rows = CustomValue.objects.filter(customer=customer).select_related("field", "choice", "person")
    return {row.field_id: value_in(row) for row in rows}


def values_in_use() -> models.QuerySet[CustomValue]:
    """Values of the fields in use, each with its field, in their order; to be read along with customers."""
    rows = CustomValue.objects.filter(field__retired_at=None).select_related("field", "choice", "person")
    return rows.order_by("field__order", "field")


def values_of_many(customers: Iterable[Customer]) -> dict[int, dict[int, Any]]:
    """Customer id -> field id -> value, one query."""
    found: dict[int, dict[int, Any]] = {}
    for row in values_in_use().filter(customer__in=list(customers)):
        found.setdefault(row.customer_id, {})[row.field_id] = value_in(row)
    return found


def value_in(row: CustomValue) -> Any:
    """The value of a row whose field was read along."""
    return getattr(row, COLUMNS[FieldType(row.field.type)])


def shown(value: Any) -> str:
    """A value in words; numbers without needless zeros."""
    if value is None or value == "":
        return ""
    if hasattr(value, "normalize"):
        text = f"{value.normalize():f}"
        return text if text != "-0" else "0"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def choices_of(fields: Iterable[CustomField]) -> dict[int, list[CustomChoice]]:
    """Field id -> its choices in use, one query."""
    found: dict[int, list[CustomChoice]] = {}
    ids = [field.pk for field in fields if field.type == FieldType.CHOICE]
    if ids:
        for choice in CustomChoice.objects.filter(field__in=ids, retired_at=None):
            found.setdefault(choice.field_id, []).append(choice)
    return found


def having(field: CustomField, **condition: Any) -> models.QuerySet[CustomValue, Any]:
    """Ids of the customers whose value of the field meets a condition on its column, from the field's index."""
    column = COLUMNS[FieldType(field.type)]
    rows = CustomValue.objects.filter(field=field)
    if not condition:
        empty = {"text": ""} if column == "text" else {f"{column}__isnull": True}
        return rows.exclude(**empty).values("customer")
    return rows.filter(**{f"{column}__{how}": value for how, value in condition.items()}).values("customer")


def fields_with_use(*, retired: bool = False) -> list[CustomField]:
    """Fields in use, or retired ones, in order, with `used`: how many customers hold a value."""
    rows = CustomField.objects.filter(retired_at__isnull=not retired)
    return list(rows.annotate(used=models.Count("values")))
