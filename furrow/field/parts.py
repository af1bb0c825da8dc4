"""What the phone takes from rooms below that do not know it: money due for the day package, cold visits into the leads."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from furrow.customers.checking import LookAlike, probable
from furrow.customers.models import Customer
from furrow.customers.services import create_customer
from furrow.kit.figures import clock
from furrow.kit.phone import Clash, Command, Conflict, Payload
from furrow.kit.positions import CoordinateSystem, check_position
from furrow.leads.tabling import register_cold_visit
from furrow.receivables.collecting_models import PayingHabit
from furrow.receivables.collecting_today import due_promises
from furrow.receivables.models import Account
from furrow.receivables.region_hours import hours_to_avoid
from furrow.team.access import may
from furrow.team.models import User
from furrow.visits.models import Method, VisitType
from furrow.visits.phone import fix_of
from furrow.visits.rules import Fix
from furrow.visits.services import Begin, check_in, check_out, write_record


def dues(user: User, customers: set[int]) -> dict[str, dict[str, Any]]:
    """Customer id -> what is owed, how long overdue, and the hours not to ask for it where there are some; of those who owe. Three queries."""
    if not may(user, "receivables.view"):
        return {}
    today = timezone.localdate()
    rows = Account.objects.visible_to(user).filter(customer__in=customers, owed__gt=0)
    owing = list(rows.values_list("customer", "owed", "oldest_due", "customer__region"))
    habits = PayingHabit.objects.filter(customer__in=[pk for pk, *_rest in owing])
    avoided = hours_to_avoid({pk: region or "" for pk, _owed, _oldest, region in owing}, habits)
    found: dict[str, dict[str, Any]] = {}
    for pk, owed, oldest, _region in owing:
        late = (today - oldest).days
        words = ngettext("%(n)d day overdue", "%(n)d days overdue", late) % {"n": late} if late > 0 else ""
        found[str(pk)] = {"amount": str(owed), "text": words}
        if pk in avoided:
            found[str(pk)]["avoid"] = [clock(avoided[pk].start), clock(avoided[pk].end)]
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
    """customer.add: name, phone, address, situation (what was said at the first visit), fix, other_than (customers on the phone that the rep
    has said to be others), anyway. Raises Conflict where it may be there already (P2.3), unless the rep has decided that it is another."""
    if not may(command.by, "customers.add"):
        raise ValidationError(_("Your role does not add customers. An administrator can grant it."))
    payload = Payload(command.payload)
    name = payload.text("name", 120, _("Name of the shop"))
    if not name:
        raise ValidationError(_("Enter the name of the shop"))
    fix = fix_of(payload)
    values: dict[str, Any] = {
        "name": name,
        "phone": payload.text("phone", 40, _("Phone")),
        "address": payload.text("address", 200, _("Address")),
    }
    if fix is not None and not check_position(fix.lng, fix.lat):
        values |= {"longitude": fix.lng, "latitude": fix.lat, "position_system": CoordinateSystem.WGS84}
    if payload.data.get("anyway") is not True:
        _refuse_known(values, command.by, payload)
    customer = create_customer(by=command.by, owner=command.by, **values)
    _first_visit(command, customer, payload.text("situation", 1000, _("Situation")), fix)
    return {"id": customer.pk, "version": customer.version}


def _refuse_known(values: dict[str, Any], user: User, payload: Payload) -> None:
    """Raises Conflict with whoever may be the same, as the duplicate check tells it: masked outside the person's reach."""
    sent = payload.data.get("other_than")
    others = [pk for pk in sent[:20] if type(pk) is int] if isinstance(sent, list) else []
    found = probable(values, user, without=others)
    if found:
        mine = " ".join(part for part in (values["name"], values["phone"], values["address"]) if part)
        clash = Clash("name", pgettext("phone", "New customer"), mine, "\n".join(map(_as_known, found)))
        reason = _("This shop may be there already. Choose the left side to add it as another one, the right side to drop it.")  # fmt: skip
        raise Conflict(0, [clash], reason)


def _as_known(one: LookAlike) -> str:
    owner = one.owner.name if one.owner else ""
    facts = (one.code, one.name, one.phone, owner, *one.told.speaks_for)
    return " ".join(str(fact) for fact in facts if fact)


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
