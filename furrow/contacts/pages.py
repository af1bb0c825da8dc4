"""The contact record: list, page, form, import, export, print; panels of its page and of the customer's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext_lazy

from furrow.contacts import answers, queries, rules, services, vault
from furrow.contacts.birthdays import Birthday
from furrow.contacts.forms import ContactForm, LinkForm
from furrow.contacts.importing import ContactImporter
from furrow.contacts.models import Consent, Contact, ContactLink, ContactRole, Reading
from furrow.contacts.search import CONTACTS
from furrow.customers.models import Customer
from furrow.customers.timeline import Event, TimelineRead, Window
from furrow.kit.figures import NOTHING, bracketed
from furrow.kit.figures import day as day_text
from furrow.kit.marks import phone_links
from furrow.kit.shell import Figure
from furrow.records.record import (
    Action,
    BulkAction,
    ChoiceFilter,
    Column,
    Filter,
    Later,
    Panel,
    Record,
    View,
    Words,
)
from furrow.team.models import User
from furrow.team.queries import people_choices

_ = gettext_lazy
MONTHS = range(1, 13)


def _role(value: str | None) -> str:
    return str(ContactRole(value).label) if value else NOTHING


def _part(stored: str | None) -> str:
    """A role as the change history keeps it: "business main"."""
    role, _space, main = (stored or "").partition(" ")
    if role not in ContactRole.values:
        return ""
    return f"{_role(role)}{bracketed(gettext('Main contact'))}" if main else _role(role)


def _birthday(calendar: str, year: int | None, month: int | None, day: int | None, leap: bool) -> str:
    return Birthday(calendar, month, day, year, leap).shown() if month and day else NOTHING


def _birthday_cell(calendar: str, year: int | None, month: int | None, day: int | None, leap: bool) -> str:
    return Birthday(calendar, month, day, year, leap).written() if month and day else ""


def _customer(name: str | None, pk: int | None) -> str:
    return format_html('<a href="{}">{}</a>', reverse("customers:page", args=[pk]), name) if pk else NOTHING


def _of_owners(rows: models.QuerySet[Any], values: list[str]) -> models.QuerySet[Any]:
    return rows.filter(links__customer__owner__in=values).distinct()


def _of_roles(rows: models.QuerySet[Any], values: list[str]) -> models.QuerySet[Any]:
    return rows.filter(links__role__in=values).distinct()


def _main(rows: models.QuerySet[Any], values: list[str]) -> models.QuerySet[Any]:
    return rows.filter(links__is_main=True).distinct()


def _without(rows: models.QuerySet[Any], values: list[str]) -> models.QuerySet[Any]:
    missing = {
        "phone": models.Q(phone=""),
        "wechat": models.Q(wechat=""),
        "birthday": models.Q(birth_month=None),
    }
    for value in values:
        rows = rows.filter(missing[value])
    return rows


_BIRTH = ("birth_calendar", "birth_year", "birth_month", "birth_day", "birth_leap")


class ContactRecord(Record):
    """Contacts as an everyday record."""

    name = "contacts"
    room = "contacts"
    model = Contact
    title = _("Contact book")
    title_one = _("Contact")
    new_label = _("New contact")
    icon = "address-book"
    columns = (
        Column("name", pgettext_lazy("person", "Name"), ("name",), sort="name_order", link=True),
        Column("position", pgettext_lazy("job", "Position"), ("position",), phone=True),
        Column(
            "customer",
            _("Customer"),
            ("customer_name", "customer_pk"),
            show=_customer,
            export=lambda name, pk: name or "",
            phone=True,
        ),
        Column(
            "role",
            pgettext_lazy("contact", "Role"),
            ("role",),
            show=_role,
            export=lambda value: _role(value) if value else "",
        ),
        Column("phone", _("Phone"), ("phone",), show=phone_links, export=str, phone=True),
        Column("wechat", _("WeChat"), ("wechat",)),
        Column("email", _("E-mail"), ("email",), default=False),
        Column("best_time", _("Best time to reach"), ("best_time",)),
        Column("birthday", _("Birthday"), _BIRTH, show=_birthday, export=_birthday_cell),
        Column("note", _("Note"), ("note",), default=False),
    )
    filters = (
        Filter("owner", _("Owner of the customer"), people_choices, _of_owners),
        Filter("role", pgettext_lazy("contact", "Role"), lambda user: ContactRole.choices, _of_roles),
        ChoiceFilter(
            "month",
            _("Month of birth"),
            field="birth_month",
            choices=lambda user: [(str(n), str(n)) for n in MONTHS],
            empty=None,
        ),
        Filter("main", _("Main contact"), lambda user: [("yes", gettext("Yes"))], _main),
        Filter(
            "without",
            _("Missing"),
            lambda user: [("phone", _("Phone")), ("wechat", _("WeChat")), ("birthday", _("Birthday"))],
            _without,
        ),
    )
    views = (View(_("All"), ""), View(_("Main contacts"), "main=yes"), View(_("No phone"), "without=phone"))
    search = CONTACTS
    search_hint = _("Name, pinyin, end of phone, WeChat")
    form_class = ContactForm
    form_template = "contacts/form.html"
    list_template = "contacts/list.html"
    page_template = "contacts/page.html"
    print_template = "contacts/print_contact.html"
    importer = ContactImporter()
    empty_title = _("No contacts yet")
    empty_text = _("Add the first person on a customer's page, or import a list or vCards from your phone.")
    switch = ((_("Birthdays"), "cake", "contacts:birthdays"),)
    actions = (Action(_("vCard"), "download", "contacts:card", "contacts.view"),)
    bulk = (
        BulkAction("cards", _("vCards"), "download", "contacts:cards_of", "contacts.export"),
        BulkAction("book", _("Print contact book"), "printer", "contacts:book_of", "contacts.view"),
    )

    def rows(self, request: HttpRequest) -> models.QuerySet[Any]:
        user: Any = request.user
        return Contact.objects.visible_to(user).with_customer(user)

    def context(self, request: HttpRequest, thing: Contact) -> dict[str, Any]:
        user: Any = request.user
        return {"links": queries.links_of(thing, user)}

    def count_label(self, number: int) -> str:
        return ngettext("%(number)s contact", "%(number)s contacts", number) % {"number": f"{number:,}"}

    def subtitle(self, thing: Any) -> list[str]:
        return [part for part in (thing.position, thing.customer_name) if part]

    def words(self, request: HttpRequest, entries: Iterable[Any]) -> Mapping[str, Words]:
        """Links: at which customer, as far as it is in reach, and as what."""
        user: Any = request.user
        ids = {pk for entry in entries for pk in entry.changes.get("customer", ()) if pk}
        rows = Customer.objects.visible_to(user).filter(pk__in=ids)
        names = dict(rows.values_list("pk", "name")) if ids else {}
        return {
            "customer": (gettext("Customer"), lambda pk: names.get(pk, "")),
            "role": (gettext("Role"), _part),
        }

    def noted(self, entry: Any) -> str:
        """Answers and consents are noted by the code of their question."""
        question = answers.known_question(entry.note)
        return str(question.label) if question else str(entry.note)

    def create(self, *, by: Any, **values: Any) -> Contact:
        values.pop("version", None)
        values.setdefault("customer", None)
        return services.create_contact(by=by, **values)

    def change(self, thing: Contact, *, by: Any, **values: Any) -> Contact:
        return services.change_contact(thing, by=by, **values)

    def delete(self, thing: Contact, *, by: Any) -> None:
        services.delete_contact(thing, by=by)

    def restore(self, pk: int, *, by: Any) -> Contact:
        deleted = Contact.objects.deleted_within_reach(by).filter(pk=pk).first()
        if deleted is None:
            raise Http404
        return services.restore_contact(deleted, by=by)


RECORD = ContactRecord()


def facts_panel(request: HttpRequest, contact: Contact) -> Panel:
    """How to reach the person, and the next birthday."""
    birthday, coming = contact.birthday, contact.next_birthday
    left = (coming - timezone.localdate()).days if coming else None
    context = {
        "contact": contact,
        "birthday": birthday.shown() if birthday else "",
        "coming": coming,
        "left": left,
    }
    stats = (Figure(gettext("Next birthday"), day_text(coming)),) if coming else ()
    return Panel("facts", gettext("Reach them"), "contacts/_facts.html", context, order=10, stats=stats)


def customers_panel(request: HttpRequest, contact: Contact) -> Panel:
    """The customers in the reader's reach the contact belongs to."""
    user: Any = request.user
    context = {"contact": contact, "links": queries.links_of(contact, user), "form": LinkForm(user=user)}
    return Panel("customers", gettext("At these customers"), "contacts/_customers.html", context, order=20)


def profile_panel(request: HttpRequest, contact: Contact) -> Panel | None:
    """How complete the profile is, and what is worth learning next."""
    user: Any = request.user
    if not user.may("contacts.profile"):
        return None
    access = answers.access_of(contact, user)
    since = answers.answered_at(contact)
    complete = rules.completeness(rules.shares(access.asked, since))
    suggestion = (
        rules.worth_learning(access.seen, since, timezone.now()) if user.may("contacts.answer") else None
    )
    context = {
        "contact": contact,
        "complete": complete,
        "suggestion": suggestion,
        "known": len(since),
        "ready": vault.is_ready(),
    }
    return Panel(
        "profile", gettext("Contact profile"), "contacts/_profile.html", context, wide=False, order=10
    )


def privacy_panel(request: HttpRequest, contact: Contact) -> Panel | None:
    """Consents, who read what, export and erasure."""
    user: Any = request.user
    if not user.may("contacts.personal"):
        return None
    context = {
        "contact": contact,
        "consents": Consent.objects.filter(
            contact_id=contact.pk, contact__in=Contact.objects.visible_to(user)
        ).order_by("-pk")[:8],
        "readings": Reading.objects.filter(
            contact_id=contact.pk, contact__in=Contact.objects.visible_to(user)
        )
        .select_related("by")
        .order_by("-pk")[:5]
        if user.may("contacts.personal_data")
        else [],
    }
    return Panel(
        "privacy", gettext("Personal information"), "contacts/_privacy.html", context, wide=False, order=20
    )


@Later("stakeholders", _("Contacts"), order=30)
def stakeholders_panel(request: HttpRequest, customer: Customer) -> Panel | None:
    """Group 17 of the card: the people at the customer."""
    user: Any = request.user
    if not user.may("contacts.view"):
        return None
    context = {"customer": customer, "people": queries.people_at(customer, user)}
    return Panel("stakeholders", _("Contacts"), "contacts/_stakeholders.html", context, order=30)


def timeline_events(customer: Customer, user: User, window: Window, limit: int) -> list[Event]:
    """Source of a customer's timeline: people who were added to it."""
    if not user.may("contacts.view"):
        return []
    return [
        Event(at, pk, "address-book", gettext("Contact added"), text=f"{name} ({_role(role)})", url=reverse("contacts:page", args=[contact]))
        for at, pk, contact, name, role in _EVENTS.of(customer, user, window, limit)
    ]  # fmt: skip


_EVENTS = TimelineRead(ContactLink.objects.visible_to, *("contact_id", "contact__name", "role"), at="since")
