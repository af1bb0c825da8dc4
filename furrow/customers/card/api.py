"""The customer card over HTTP: all facts by path, how complete it is, what is missing; changed and confirmed by the same services."""

from __future__ import annotations

from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status
from pydantic import ConfigDict

from furrow.customers.card import services
from furrow.customers.card.forms import NOT_EDITED, FactsForm, title_of
from furrow.customers.card.groups import facts_of, group_named
from furrow.customers.card.reading import READ_ALONG, CardReading
from furrow.customers.models import Customer
from furrow.team.access import require

router = Router(tags=["customers"])


class FactOut(Schema):
    """One fact in the caller's words; empty where nothing is known."""

    path: str
    group: str
    label: str
    words: str


class CardOut(Schema):
    """The card: its facts, percent known, paths of unknown facts, the most wanted first, and the day each group was confirmed."""

    facts: list[FactOut]
    percent: int
    missing: list[str]
    confirmed: dict[str, str]
    version: int


class CardChange(Schema):
    """Facts by path as a form sends them: text, codes of choices; "" empties. `version` is the customer's that was read."""

    model_config = ConfigDict(extra="forbid")

    facts: Annotated[dict[str, str], Field(max_length=100)]
    version: int = Field(ge=1, le=2**31 - 1)


def _reading(request: HttpRequest, pk: int) -> CardReading:
    user: Any = request.user
    rows = Customer.objects.visible_to(user).select_related(*READ_ALONG)
    return CardReading(get_object_or_404(rows, pk=pk), user)


def _told(reading: CardReading) -> dict[str, Any]:
    customer = reading.customer
    return {
        "facts": [
            {"path": one.path, "group": group.name, "label": title_of(one.path, reading), "words": reading.words(one.path)}
            for group, one in facts_of(customer.kind)
            if one.path != "position"
        ],
        "percent": reading.complete.percent,
        "missing": [one.path for one in reading.complete.missing],
        "confirmed": {name: row.at.date().isoformat() for name, row in reading.confirmed.items()},
        "version": customer.version,
    }  # fmt: skip


@router.get("/{int:pk}/card", response=CardOut)
def get_card(request: HttpRequest, pk: int) -> dict[str, Any]:
    """The card of one customer."""
    require(request.user, "customers.view")
    return _told(_reading(request, pk))


@router.patch("/{int:pk}/card", response=CardOut)
def change_card(request: HttpRequest, pk: int, body: CardChange) -> dict[str, Any]:
    """Change the facts given; 409 when the customer changed since `version`."""
    require(request.user, "customers.change")
    user: Any = request.user
    reading = _reading(request, pk)
    known = {one.path for _group, one in facts_of(reading.customer.kind)} - NOT_EDITED
    if unknown := sorted(body.facts.keys() - known):
        raise ValidationError({"facts": _("This card has no “%(path)s”") % {"path": unknown[0][:60]}})
    form = FactsForm({**body.facts, "version": body.version}, reading=reading, paths=list(body.facts))
    if not form.is_valid():
        raise ValidationError({name: list(errors) for name, errors in form.errors.items()})
    services.change_facts(reading.customer, form.values(), by=user, version=body.version)
    return _told(_reading(request, pk))


@router.post("/{int:pk}/card/{name}/confirm", response={204: None})
def confirm_group(request: HttpRequest, pk: int, name: str) -> Status[None]:
    """Say that the facts of a group are true today."""
    require(request.user, "customers.change")
    user: Any = request.user
    customer = _reading(request, pk).customer
    group = group_named(customer.kind, name)
    if group is None or not group.facts:
        raise ValidationError(_("This card has no such group"))
    services.confirm_group(customer, name, by=user)
    return Status(204, None)
