"""Promises and complaints on the phone: handlers of settings.PHONE_COMMANDS, and what it keeps of them (settings.PHONE_PARTS)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from furrow.kit.phone import Command, Payload
from furrow.team.access import may
from furrow.team.models import User
from furrow.visits import matters as services
from furrow.visits.matter_models import Matter, MatterKind
from furrow.visits.phone import customer_of, day_of, known_or_sent, record_in

MOST = 200


def add(command: Command) -> dict[str, Any]:
    """matter.add: customer, visit, kind, text, due."""
    payload = Payload(command.payload)
    label = _("Promise or complaint")
    matter = services.keep_matter(
        customer_of(command, payload),
        by=command.by,
        client_id=command.client_id,
        at=command.at,
        kind=payload.choice("kind", MatterKind.values, label),
        text=payload.text("text", 300, label),
        due=day_of(payload, "due", label),
        record=record_in(command, payload, label),
    )
    return {"id": matter.pk, "version": matter.version}


def close(command: Command) -> dict[str, Any]:
    """matter.close: item, or `added`, the id of the message that kept it; outcome."""
    payload = Payload(command.payload)
    label = _("Promise or complaint")
    matter = known_or_sent(command, payload, Matter.objects.visible_to(command.by), "item", "added", label)
    matter = services.close_matter(matter, by=command.by, outcome=payload.text("outcome", 300, label))
    return {"id": matter.pk, "version": matter.version}


def matters(user: User, customers: set[int]) -> list[list[Any]]:
    """[item, id the phone gave it, customer, its name, kind, words, day, owner]: what is open at the day's customers, and whatever this person
    sees to. One query."""
    if not may(user, "visits.view"):
        return []
    rows = Matter.objects.visible_to(user).open().filter(Q(customer__in=customers) | Q(owner=user))
    return [
        [row.pk, str(row.client_id), row.customer_id, row.customer.short_name or row.customer.name, row.kind, row.text, row.due.isoformat(), row.owner.name]
        for row in rows.select_related("customer", "owner").order_by("due", "pk")[:MOST]
    ]  # fmt: skip
