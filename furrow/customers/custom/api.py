"""Own fields over HTTP: which there are, and how a customer's values go in and out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from furrow.customers.custom.queries import choices_of, fields_in_use, having, shown, value_in, values_in_use
from furrow.customers.custom.services import parsed
from furrow.customers.models import Customer
from furrow.team.access import require
from furrow.team.models import User

router = Router(tags=["customers"])

OwnIn = dict[str, str | int | float | None]


class FieldOut(Schema):
    """One own field; `kind` empty: for all kinds."""

    id: int
    label: str
    type: str
    kind: str
    help_text: str
    choices: list[str]


@router.get("/fields", response=list[FieldOut])
def list_fields(request: HttpRequest) -> list[dict[str, Any]]:
    """The company's own fields in use, in order."""
    require(request.user, "customers.view")
    fields = fields_in_use()
    choices = choices_of(fields)
    return [
        {
            "id": field.pk, "label": field.label, "type": field.type, "kind": field.kind, "help_text": field.help_text,
            "choices": [choice.label for choice in choices.get(field.pk, ())],
        }
        for field in fields
    ]  # fmt: skip


def values_along() -> models.Prefetch[str]:
    """Reads the own fields along with any number of customers, in one query."""
    return models.Prefetch("custom_values", values_in_use())


def with_values(customer: Customer) -> Customer:
    """The same customer with its own fields read along."""
    models.prefetch_related_objects([customer], values_along())
    return customer


def own_of(customer: Customer) -> dict[str, str]:
    """Field id -> value as it can be sent back: numbers and dates as text, choices by label, people by sign-in name."""
    told = {}
    for row in customer.custom_values.all():
        value = value_in(row)
        told[str(row.field_id)] = value.username if isinstance(value, User) else shown(value)
    return told


def as_facts(own: Mapping[str, Any]) -> dict[str, Any]:
    """Values by field id as a change of the card takes them. Raises ValidationError for a key that is no id."""
    facts = {}
    for key, value in own.items():
        if not (key.isascii() and key.isdigit() and len(key) < 18):
            raise ValidationError({"own": _("“%(key)s” is no field's id") % {"key": key[:40]}})
        # Ids of choices and people are for the change history; here labels and names are meant.
        facts[f"custom.{int(key)}"] = None if value is None else str(value)
    return facts


def narrowed(rows: models.QuerySet[Customer], field_id: int, value: str) -> models.QuerySet[Customer]:
    """Customers whose own field has this value; without a value those that have any. Raises ValidationError."""
    field = next((one for one in fields_in_use() if one.pk == field_id), None)
    if field is None:
        raise ValidationError({"field": _("There is no such field")})
    if not value:
        return rows.filter(pk__in=having(field))
    return rows.filter(pk__in=having(field, exact=parsed(field, value)))
