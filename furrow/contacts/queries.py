"""Reads over contacts: birthdays coming up, people of a customer, Ctrl-K, completeness of many profiles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone

from furrow.contacts import birthdays
from furrow.contacts.answers import open_purposes
from furrow.contacts.models import Answer, Consent, Contact, ContactLink
from furrow.contacts.rules import askable, completeness, shares
from furrow.contacts.search import CONTACTS
from furrow.customers.models import Customer
from furrow.customers.search import CUSTOMERS
from furrow.kit.shell import PaletteItem
from furrow.team.access import may
from furrow.team.models import User

MOST_DAYS = 366


@dataclass(frozen=True)
class ComingBirthday:
    """A birthday and the day it is kept; `turns`: age reached that day by the common calendar, None without a year."""

    contact: Contact
    day: date
    days_left: int
    turns: int | None
    customer_pk: int | None
    customer_name: str


def upcoming_birthdays(user: User, first: date, days: int) -> list[ComingBirthday]:
    """Birthdays of contacts in the user's reach kept on `first` or in the `days` - 1 days after it, by day (P7.4). At most 366 days."""
    days = max(0, min(days, MOST_DAYS))
    by_calendar: dict[tuple[str, int], set[int]] = defaultdict(set)
    for calendar, month, number, _leap in birthdays.window(first, days):
        by_calendar[calendar, month].add(number)
    condition = models.Q(pk__in=[])
    for (calendar, month), month_days in by_calendar.items():
        condition |= models.Q(birth_calendar=calendar, birth_month=month, birth_day__in=month_days)
    rows: Iterable[Any] = Contact.objects.visible_to(user).filter(condition).with_customer(user)
    last = first + timedelta(days - 1)
    found = [
        ComingBirthday(
            contact,
            day,
            (day - first).days,
            _turns(contact, day),
            contact.customer_pk,
            contact.customer_name or "",
        )
        for contact in rows
        if (birthday := contact.birthday) and (day := birthday.next_on(first)) and day <= last
    ]
    return sorted(found, key=lambda coming: (coming.day, coming.contact.name_order, coming.contact.pk))


def _turns(contact: Contact, day: date) -> int | None:
    born = contact.birthday.born_on() if contact.birthday else None
    if born is None:
        return None
    if contact.birth_calendar == birthdays.Calendar.SOLAR:
        return day.year - born.year
    return round((day - born).days / 365.2425)


@dataclass(frozen=True)
class PersonAt:
    """One contact of a customer, with how complete the profile is in percent."""

    link: ContactLink
    contact: Contact
    complete: int


def people_at(customer: Customer, user: User) -> list[PersonAt]:
    """The living contacts of a customer in the user's reach, the main one first."""
    links = list(
        ContactLink.objects.visible_to(user)
        .filter(customer=customer)
        .select_related("contact")
        .order_by("-is_main", "contact__name_order", "pk")
    )
    complete = completeness_of([link.contact_id for link in links]) if links else {}
    return [PersonAt(link, link.contact, complete.get(link.contact_id, 0)) for link in links]


def people_on_paper(user: User, customers: Sequence[Customer]) -> dict[int, list[tuple[str, ...]]]:
    """Group 17 of the printed card, customer id -> a row per contact, the main one first. What a profile holds is left to be written
    by hand: it prints on its own sheet, where each reading is logged."""
    if not may(user, "contacts.view"):
        return {}
    rows = (
        ContactLink.objects.visible_to(user)
        .filter(customer__in=list(customers))
        .select_related("contact")
        .order_by("customer", "-is_main", "contact__name_order", "pk")
    )
    found: dict[int, list[tuple[str, ...]]] = defaultdict(list)
    for link in rows:
        one = link.contact
        birthday = one.birthday.shown() if one.birthday else ""
        role = str(link.get_role_display())
        found[link.customer_id].append((one.name, one.position, role, one.phone, birthday, ""))
    return dict(found)


def completeness_of(contacts: Sequence[int]) -> dict[int, int]:
    """contact id -> completeness of the profile in percent. Three queries however many; opens no answer."""
    purposes = open_purposes()
    agreed: dict[int, set[str]] = defaultdict(set)
    rows = Consent.objects.filter(contact__in=contacts, withdrawn_at=None, question__in=list(purposes))
    for contact, question, purpose in rows.values_list("contact_id", "question", "purpose"):
        if purpose == purposes[question]:
            agreed[contact].add(question)
    answered: dict[int, set[str]] = defaultdict(set)
    for contact, question in Answer.objects.filter(contact__in=contacts, ended_at=None).values_list(
        "contact_id", "question"
    ):
        answered[contact].add(question)
    return {
        contact: completeness(shares(askable(purposes, agreed[contact]), answered[contact]))
        for contact in contacts
    }


def links_of(contact: Contact, user: User) -> list[ContactLink]:
    """The customers in the user's reach a contact belongs to."""
    rows = ContactLink.objects.visible_to(user).filter(contact=contact).select_related("customer")
    return list(rows.order_by("-is_main", "pk"))


def book_of(contacts: models.QuerySet[Contact], user: User, limit: int) -> list[ContactLink]:
    """The contact book 通讯录: a line per contact and customer in reach, by customer, the main contact first."""
    rows = ContactLink.objects.visible_to(user).filter(contact__in=contacts.order_by().values("pk"))
    return list(
        rows.select_related("contact", "customer").order_by(
            "customer__name_order", "customer", "-is_main", "contact__name_order"
        )[:limit]
    )


def customers_called(text: str, user: User, limit: int = 10) -> list[str]:
    """Choices of the customer field for what was typed so far: code and name."""
    from_index: Iterable[int] = _match_customers(text, user, limit)
    rows = {
        pk: f"{code} {name}"
        for pk, code, name in Customer.objects.visible_to(user)
        .filter(pk__in=from_index)
        .values_list("pk", "code", "name")
    }
    return [rows[pk] for pk in from_index if pk in rows]


def _match_customers(text: str, user: User, limit: int) -> list[int]:
    reach = Customer.objects.visible_to(user)
    if not text.strip():
        return list(reach.order_by("-updated_at", "-pk").values_list("pk", flat=True)[:limit])
    return CUSTOMERS.match(text, limit=limit, within=reach)


def palette(user: User, text: str, limit: int) -> list[PaletteItem]:
    """Contacts for Ctrl-K."""
    if not may(user, "contacts.view"):
        return []
    ids = CONTACTS.match(text, limit=limit, within=Contact.objects.visible_to(user))
    rows: dict[int, Any] = {
        row.pk: row for row in Contact.objects.visible_to(user).filter(pk__in=ids).with_customer(user)
    }
    return [
        PaletteItem(
            rows[pk].name,
            reverse("contacts:page", args=[pk]),
            sub=" ".join(part for part in (rows[pk].customer_name, rows[pk].position) if part),
            icon="user",
        )
        for pk in ids
        if pk in rows
    ]


def today_and(days: int, user: User) -> list[ComingBirthday]:
    """Birthdays from today on."""
    return upcoming_birthdays(user, timezone.localdate(), days)
