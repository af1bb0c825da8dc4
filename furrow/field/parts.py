"""What the phone takes from rooms below that do not know it: money due for the day package, cold visits into the leads."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from furrow.customers.models import Customer
from furrow.customers.services import create_customer
from furrow.kit.phone import Command, Payload
from furrow.kit.positions import CoordinateSystem, check_position
from furrow.leads.tabling import register_cold_visit
from furrow.receivables.collecting_today import due_promises
from furrow.receivables.models import Account
from furrow.team.access import may
from furrow.team.models import User
from furrow.visits.models import Method, VisitType
from furrow.visits.phone import fix_of
from furrow.visits.rules import Fix
from furrow.visits.services import Begin, check_in, check_out, write_record


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


def promises(user: User, customers: set[int]) -> list[list[str | int]]:
    """[customer, its name, amount, day, broken] of promises to pay that are due these days. One query."""
    if not may(user, "receivables.view"):
        return []
    return [
        [row.customer_id, row.customer.short_name or row.customer.name, str(row.amount), row.due.isoformat(), int(row.state == "broken")]
        for row in due_promises(user)
    ]  # fmt: skip


def new_customer(command: Command) -> dict[str, Any]:
    """customer.add: name, phone, address, situation (what was said at the first visit), fix. Raises ValidationError for a name that is taken."""
    if not may(command.by, "customers.add"):
        raise ValidationError(_("Your role does not add customers. An administrator can grant it."))
    payload = Payload(command.payload)
    name = payload.text("name", 120, _("Name of the shop"))
    if not name:
        raise ValidationError(_("Enter the name of the shop"))
    if Customer.objects.alive().filter(name=name).exists():
        raise ValidationError(_("A customer of this name is there already. Ask your manager, or send it as a cold visit."))  # fmt: skip
    fix = fix_of(payload)
    place: dict[str, Any] = {}
    if fix is not None and not check_position(fix.lng, fix.lat):
        place = {"longitude": fix.lng, "latitude": fix.lat, "position_system": CoordinateSystem.WGS84}
    customer = create_customer(
        by=command.by,
        name=name,
        owner=command.by,
        phone=payload.text("phone", 40, _("Phone")),
        address=payload.text("address", 200, _("Address")),
        **place,
    )
    _first_visit(command, customer, payload.text("situation", 1000, _("Situation")), fix)
    return {"id": customer.pk, "version": customer.version}


def _first_visit(command: Command, customer: Customer, content: str, fix: Fix | None) -> None:
    """What was said on the spot is the customer's first contact record."""
    if not content or not may(command.by, "visits.add"):
        return
    begin = Begin(command.client_id, customer, command.at, VisitType.FIRST, Method.IN_PERSON, None, "")
    record = check_in(begin, by=command.by, fix=fix)
    write_record(record, by=command.by, values={"content": content})
    check_out(record, by=command.by, at=command.at)


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
