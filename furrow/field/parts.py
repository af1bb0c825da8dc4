"""What the phone takes from rooms below that do not know it: money due for the day package, cold visits into the leads."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from furrow.kit.phone import Command, Payload
from furrow.leads.tabling import register_cold_visit
from furrow.receivables.models import Account
from furrow.team.access import may
from furrow.team.models import User
from furrow.visits.phone import fix_of


def dues(user: User, customers: set[int]) -> dict[str, dict[str, str]]:
    """Customer id -> what is owed and how long overdue, for those who owe. One query."""
    if not may(user, "receivables.view"):
        return {}
    today = timezone.localdate()
    rows = Account.objects.visible_to(user).filter(customer__in=customers, owed__gt=0)
    found = {}
    for row in rows:
        late = (today - row.oldest_due).days
        words = ngettext("%(n)d day overdue", "%(n)d days overdue", late) % {"n": late} if late > 0 else ""
        found[str(row.customer_id)] = {"amount": str(row.owed), "text": words}
    return found


def cold_visit(command: Command) -> dict[str, Any]:
    """lead.cold_visit: name, phone, situation, fix."""
    if not may(command.by, "leads.add"):
        raise ValidationError(_("Your role does not record leads. An administrator can grant it."))
    payload = Payload(command.payload)
    fix = fix_of(payload)
    visit = register_cold_visit(
        by=command.by,
        client_id=str(command.client_id),
        at=command.at,
        name=payload.text("name", 120, _("Name of the shop")),
        phone=payload.text("phone", 100, _("Phone")),
        situation=payload.text("situation", 1000, _("Situation")),
        position=(fix.lng, fix.lat) if fix else None,
    )
    return {"id": visit.pk, "version": 1}
