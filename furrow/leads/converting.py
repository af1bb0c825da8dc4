"""A lead becomes a customer with a contact and a visit grade in one step (P2.2), undone while nobody has worked on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.contacts.models import Contact, ContactRole
from furrow.contacts.services import create_contact, delete_contact
from furrow.customers.models import Customer, Kind
from furrow.customers.services import create_customer, delete_customer
from furrow.kit import audit
from furrow.leads.course_models import Conversion
from furrow.leads.models import Lead
from furrow.leads.moving import Refused, begin_holding, locked, moment, move, touch
from furrow.leads.referring import follow_conversion, unfollow_conversion
from furrow.leads.states import Move, State, can
from furrow.team.models import User

# How a prospect class becomes the first demand for visits, until the customer is graded.
FIRST_GRADE = {"A": "A", "B": "B", "C": "C", "": "D"}


@transaction.atomic
def convert_lead(
    lead: Lead,
    *,
    by: User,
    into: Customer | None = None,
    kind: str = Kind.RETAILER,
    name: str = "",
    contact_name: str | None = None,
    visit_grade: str = "",
    at: datetime | None = None,
) -> Conversion:
    """Make the customer (or join one that is there, `into`), its main contact and its first visit grade from what the lead holds. A
    converted lead is not converted again: the same conversion is returned. Raises Refused when the lead is not valid."""
    row, now = locked(lead), moment(at)
    done = Conversion.objects.filter(lead=row, undone_at=None).first()
    if done is not None:
        return done
    if not can(Move.CONVERT, row.state):
        raise Refused(_("Only a valid lead becomes a customer. Report on it first."))
    customer = into or _customer_of(row, by, kind, name or row.name, visit_grade)
    person = row.contact_name if contact_name is None else contact_name
    contact = _contact_of(row, customer, person, by, is_main=into is None) if person else None
    conversion = Conversion.objects.create(
        lead=row,
        customer=customer,
        customer_version=None if into else customer.version,
        contact=contact,
        contact_version=contact.version if contact else None,
        by=by,
        at=now,
    )
    move(row, Move.CONVERT, by=by, at=now, customer=customer, state_before=row.state, followed_at=now)
    follow_conversion(row, by=by, at=now)
    return conversion


def _customer_of(lead: Lead, by: User, kind: str, name: str, visit_grade: str) -> Customer:
    values: dict[str, Any] = {
        "name": name,
        "kind": kind,
        "contact_name": lead.contact_name,
        "phone": lead.phone,
        "region": lead.region,
        "address": lead.address,
        "owner": lead.holder,
        "visit_grade": visit_grade or FIRST_GRADE[lead.prospect_class],
        "note": _note_of(lead),
    }
    cold = getattr(lead, "cold_visit", None)
    if cold is not None and cold.longitude is not None:
        values |= {"longitude": cold.longitude, "latitude": cold.latitude, "position_system": "wgs84"}
    return create_customer(by=by, **values)


def _note_of(lead: Lead) -> str:
    """What the lead told of them, and what they asked for."""
    asked = _("Asked for: %(product)s") % {"product": lead.product.title} if lead.product else ""
    return "\n".join(part for part in (lead.situation, asked) if part)


def _contact_of(lead: Lead, customer: Customer, name: str, by: User, *, is_main: bool) -> Contact:
    return create_contact(
        by=by, customer=customer, role=ContactRole.BUSINESS, is_main=is_main, name=name[:60], phone=lead.phone
    )


@transaction.atomic
def undo_conversion(lead: Lead, *, by: User) -> Lead:
    """Take a conversion back: what it made is deleted, the lead returns to its holder. Raises Refused when somebody has changed the
    customer or the contact since."""
    row = locked(lead)
    done = Conversion.objects.select_for_update(of=("self",)).filter(lead=row, undone_at=None).first()
    if done is None or row.state != State.CONVERTED:
        raise Refused(_("There is no conversion to undo"))
    _remove_customer(done, by)
    _remove_contact(done, by)
    now = timezone.now()
    done.undone_at = now
    done.save(update_fields=["undone_at"])
    row.state = State(row.state_before) if row.holder else State.POOL
    row.customer, row.state_before, row.followed_at = None, "", now
    if row.holder is not None:
        begin_holding(row, row.holder, by=by, at=now)
    touch(row)
    unfollow_conversion(row, by=by)
    audit.record(
        row,
        "undo_convert",
        by=by,
        changes={"state": [State.CONVERTED, row.state], "customer": [done.customer_id, None]},
    )
    return row


def _remove_customer(done: Conversion, by: User) -> None:
    if done.customer_version is None:
        return
    customer = Customer.objects.alive().filter(pk=done.customer_id).first()
    if customer is None:
        return
    if customer.version != done.customer_version:
        raise Refused(
            _("Not undone: “%(name)s” has been worked on since. Delete it by hand if it is wrong.")
            % {"name": customer.name}
        )
    delete_customer(customer, by=by)


def _remove_contact(done: Conversion, by: User) -> None:
    contact = done.contact
    if contact is None or contact.deleted_at is not None:
        return
    if contact.version != done.contact_version:
        raise ValidationError(
            _("Not undone: “%(name)s” has been worked on since. Delete it by hand if it is wrong.")
            % {"name": contact.name}
        )
    delete_contact(contact, by=by)
