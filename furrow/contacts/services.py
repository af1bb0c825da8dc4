"""Every change of contacts and of their customers. Answers and consents: answers.py; erasing a person: erasure.py."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.contacts import search
from furrow.contacts.models import Contact, ContactLink, ContactRole
from furrow.contacts.rules import phone_key
from furrow.customers.models import Customer
from furrow.kit import audit
from furrow.team.access import sees_all
from furrow.team.models import User

FIELDS = (
    "name", "position", "phone", "wechat", "email", "best_time", "birth_calendar", "birth_year", "birth_month", "birth_day", "birth_leap",
    "note",
)  # fmt: skip


class ChangedElsewhere(ValidationError):
    """The contact changed or was deleted since the caller read it."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Not saved: someone changed this contact meanwhile. Load the page again, then repeat your change."
            )
        )


@transaction.atomic
def create_contact(
    *,
    by: User | None,
    customer: Customer | None,
    role: str = ContactRole.BUSINESS,
    is_main: bool = False,
    **values: Any,
) -> Contact:
    """A new contact at a customer. Only who sees everything may leave the customer out; raises ValidationError otherwise."""
    if customer is None and by is not None and not sees_all(by):
        raise ValidationError({"customer": _("Name the customer the contact belongs to")})
    contact = Contact(**values)
    contact.phone_key = phone_key(contact.phone)
    contact.save(force_insert=True)
    search.put(contact)
    filled = {
        name: value
        for name, value in audit.values_of(contact, FIELDS).items()
        if value not in ("", None, False)
    }
    audit.record(contact, "create", by=by, changes=audit.changes_between({}, filled))
    if customer is not None:
        link_customer(contact, customer, role=role, is_main=is_main, by=by)
    return contact


@transaction.atomic
def change_contact(
    contact: Contact, *, by: User | None, version: int | None = None, **values: Any
) -> Contact:
    """Change fields of a contact. With `version`, raises ChangedElsewhere unless it is still the current one."""
    locked = _locked(contact)
    if version is not None and version != locked.version:
        raise ChangedElsewhere
    before = audit.values_of(locked, FIELDS)
    for name, value in values.items():
        setattr(locked, name, value)
    changes = audit.changes_between(before, audit.values_of(locked, FIELDS))
    if changes:
        locked.phone_key = phone_key(locked.phone)
        _touch(locked)
        if changes.keys() & set(search.INDEXED_FIELDS):
            search.put(locked)
        audit.record(locked, "change", by=by, changes=changes)
    return locked


def _locked(contact: Contact) -> Contact:
    """The contact's row, locked until the transaction ends; raises ChangedElsewhere when it was deleted meanwhile."""
    found = Contact.objects.alive().select_for_update().filter(pk=contact.pk).first()
    if found is None:
        raise ChangedElsewhere
    return found


def _touch(contact: Contact) -> None:
    contact.version += 1
    contact.updated_at = timezone.now()
    contact.save()


@transaction.atomic
def delete_contact(contact: Contact, *, by: User | None) -> None:
    """Delete softly: out of lists and search, back with restore_contact. Erasing a person is erasure.erase_person."""
    locked = _locked(contact)
    locked.deleted_at = timezone.now()
    _touch(locked)
    ContactLink.objects.filter(contact=locked).update(is_main=False)
    search.CONTACTS.remove([locked.pk])
    audit.record(locked, "delete", by=by)


@transaction.atomic
def restore_contact(contact: Contact, *, by: User | None) -> Contact:
    """Take a deletion back."""
    locked = Contact.objects.select_for_update().get(pk=contact.pk)
    if locked.deleted_at is not None:
        locked.deleted_at = None
        _touch(locked)
        search.put(locked)
        audit.record(locked, "restore", by=by)
    return locked


@transaction.atomic
def link_customer(
    contact: Contact,
    customer: Customer,
    *,
    by: User | None,
    role: str = ContactRole.BUSINESS,
    is_main: bool = False,
) -> ContactLink:
    """Say what a contact does at a customer, anew or in place of what was said; a new main contact takes the place of the old one."""
    locked = _locked(contact)
    Customer.objects.select_for_update().filter(pk=customer.pk).first()
    if is_main:
        ContactLink.objects.filter(customer=customer, is_main=True).exclude(contact=locked).update(
            is_main=False
        )
    link = ContactLink.objects.filter(contact=locked, customer=customer).first()
    before = _part(link) if link else None
    if link is None:
        link = ContactLink(contact=locked, customer=customer)
    link.role, link.is_main = ContactRole(role), is_main
    if _part(link) != before:
        link.save()
        audit.record(
            locked,
            "link",
            by=by,
            changes={
                "customer": [customer.pk if before else None, customer.pk],
                "role": [before, _part(link)],
            },
        )
    return link


@transaction.atomic
def unlink_customer(link: ContactLink, *, by: User | None) -> None:
    """The contact no longer belongs to the customer."""
    locked = _locked(link.contact)
    audit.record(
        locked, "unlink", by=by, changes={"customer": [link.customer_id, None], "role": [_part(link), None]}
    )
    link.delete()


def _part(link: ContactLink) -> str:
    return f"{link.role} main" if link.is_main else str(link.role)
