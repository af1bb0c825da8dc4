"""Contacts over HTTP: the same reach, forms and services as the pages. Answers can be written and read; each reading is logged."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status
from pydantic import ConfigDict

from furrow.contacts import answers, queries, services
from furrow.contacts.catalogue import Question, questions
from furrow.contacts.forms import ContactForm
from furrow.contacts.models import Contact, ContactRole, ReadingWay
from furrow.contacts.search import CONTACTS
from furrow.contacts.vault import VaultError
from furrow.customers.models import Customer
from furrow.team.access import require

router = Router(tags=["contacts"])

MOST = 200
BIGGEST_ID = 2**63 - 1
Id = Annotated[int, Field(ge=1, le=BIGGEST_ID)]


class ContactFilter(Schema):
    """What a list is narrowed by. `after` is the `next` of the page before; a search (`q`) gives its best hits on one page."""

    q: str = Field("", max_length=100)
    customer: Id | None = None
    after: int = Field(0, ge=0, le=BIGGEST_ID)
    limit: int = Field(50, ge=1, le=MOST)


class ContactIn(Schema):
    """A new contact at the customer with this id. Birthday as text: 1980-05-12, 05-12, 农历八月十五, 农历1975年闰四月初三."""

    model_config = ConfigDict(extra="forbid")

    name: str
    customer: Id | None = None
    role: ContactRole = ContactRole.BUSINESS
    is_main: bool = False
    position: str = ""
    phone: str = ""
    wechat: str = ""
    email: str = ""
    best_time: str = ""
    birthday: str = ""
    note: str = ""


class ContactChange(Schema):
    """Only the fields given are changed; `version` is the one that was read."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1, le=2**31 - 1)
    name: str = ""
    position: str = ""
    phone: str = ""
    wechat: str = ""
    email: str = ""
    best_time: str = ""
    birthday: str = ""
    note: str = ""


class ContactOut(Schema):
    """A contact; `customer` is the one in reach where they are the main contact, else the first."""

    id: int
    name: str
    position: str
    phone: str
    wechat: str
    email: str
    best_time: str
    birthday: str
    next_birthday: date | None
    customer: int | None
    customer_name: str
    role: str
    note: str
    version: int

    @staticmethod
    def resolve_birthday(contact: Contact) -> str:
        return contact.birthday.written() if contact.birthday else ""

    @staticmethod
    def resolve_customer(contact: Any) -> int | None:
        found: int | None = contact.customer_pk
        return found

    @staticmethod
    def resolve_customer_name(contact: Any) -> str:
        return contact.customer_name or ""

    @staticmethod
    def resolve_role(contact: Any) -> str:
        return contact.role or ""


class ContactPage(Schema):
    """One page; `next` is None on the last."""

    items: list[ContactOut]
    next: int | None


class BirthdayOut(Schema):
    """A birthday and the day it is kept next."""

    id: int
    name: str
    day: date
    birthday: str
    customer: int | None
    customer_name: str


class BirthdayFilter(Schema):
    """How many days from today on."""

    days: int = Field(30, ge=1, le=366)


class ProfileFilter(Schema):
    """`reveal`: the code of one sensitive question whose answer is wanted."""

    reveal: str = Field("", max_length=40)


class AnswerIn(Schema):
    """An answer; an empty text ends the one before."""

    model_config = ConfigDict(extra="forbid")

    text: str


class AnswerOut(Schema):
    """A question that may be asked about this contact; `text` is null when it is sensitive or not answered."""

    question: str
    label: str
    sensitivity: str
    answered: bool
    text: str | None


def _reach(request: HttpRequest) -> models.QuerySet[Contact]:
    user: Any = request.user
    return Contact.objects.visible_to(user).with_customer(user)


def _contact(request: HttpRequest, pk: int) -> Contact:
    return get_object_or_404(_reach(request), pk=pk)


@router.get("", response=ContactPage)
def list_contacts(request: HttpRequest, wanted: Query[ContactFilter]) -> dict[str, Any]:
    """Contacts in reach, by id; with `q` those found, best first."""
    require(request.user, "contacts.view")
    rows = _reach(request)
    if wanted.customer is not None:
        rows = rows.filter(links__customer=wanted.customer)
    if wanted.q.strip():
        ids = CONTACTS.match(wanted.q, limit=wanted.limit, within=rows)
        found = {contact.pk: contact for contact in rows.filter(pk__in=ids)}
        return {"items": [found[pk] for pk in ids if pk in found], "next": None}
    items = list(rows.filter(pk__gt=wanted.after).order_by("pk")[: wanted.limit + 1])
    more = len(items) > wanted.limit
    items = items[: wanted.limit]
    return {"items": items, "next": items[-1].pk if more else None}


@router.get("/birthdays", response=list[BirthdayOut])
def list_birthdays(request: HttpRequest, wanted: Query[BirthdayFilter]) -> list[dict[str, Any]]:
    """Birthdays kept today or in the coming days, by both calendars."""
    require(request.user, "contacts.view")
    user: Any = request.user
    return [
        {
            "id": coming.contact.pk,
            "name": coming.contact.name,
            "day": coming.day,
            "birthday": coming.contact.birthday.written() if coming.contact.birthday else "",
            "customer": coming.customer_pk,
            "customer_name": coming.customer_name,
        }
        for coming in queries.upcoming_birthdays(user, timezone.localdate(), wanted.days)
    ]


@router.get("/{int:pk}", response=ContactOut)
def get_contact(request: HttpRequest, pk: int) -> Contact:
    """One contact."""
    require(request.user, "contacts.view")
    return _contact(request, pk)


@router.post("", response={201: ContactOut})
def create_contact(request: HttpRequest, body: ContactIn) -> Status[Contact]:
    """A new contact at a customer."""
    require(request.user, "contacts.add")
    user: Any = request.user
    given = body.model_dump()
    code = ""
    if body.customer is not None:
        known = Customer.objects.visible_to(user).filter(pk=body.customer).first()
        if known is None:
            raise ValidationError({"customer": _("Not found")})
        code = known.code
    values = _cleaned(ContactForm(_texts({**given, "customer": code}), user=user))
    values.pop("version", None)
    made = services.create_contact(by=user, **values)
    return Status(201, _contact(request, made.pk))


@router.patch("/{int:pk}", response=ContactOut)
def change_contact(request: HttpRequest, pk: int, body: ContactChange) -> Contact:
    """Change the fields given; 409 when the contact changed since `version`."""
    require(request.user, "contacts.change")
    user: Any = request.user
    contact = _contact(request, pk)
    shown = ContactForm(instance=contact, user=user)
    now = {name: shown.get_initial_for_field(field, name) for name, field in shown.fields.items()}
    given = body.model_dump(exclude_unset=True)
    values = _cleaned(ContactForm(_texts({**now, **given}), instance=contact, user=user))
    services.change_contact(contact, by=user, **values)
    return _contact(request, pk)


@router.delete("/{int:pk}", response={204: None})
def delete_contact(request: HttpRequest, pk: int) -> Status[None]:
    """Delete softly; erasing a person is done on the page, which asks twice."""
    require(request.user, "contacts.delete")
    user: Any = request.user
    services.delete_contact(_contact(request, pk), by=user)
    return Status(204, None)


@router.get("/{int:pk}/profile", response=list[AnswerOut])
def get_profile(request: HttpRequest, pk: int, wanted: Query[ProfileFilter]) -> list[dict[str, Any]]:
    """The questions the caller sees with their answers; a sensitive one only when named in `reveal`. The reading is logged."""
    require(request.user, "contacts.profile")
    user: Any = request.user
    access = answers.access_of(_contact(request, pk), user)
    known = answers.read_profile(access, ReadingWay.API)
    reveal = wanted.reveal
    texts = {code: answer.text for code, answer in known.items()}
    if reveal and (question := questions().get(reveal)) is not None and access.sees(question):
        revealed = answers.read_answers(access, question, ReadingWay.REVEAL)
        texts |= {reveal: revealed[0].text} if reveal in known and revealed else {}
    return [
        {
            "question": question.code,
            "label": question.label,
            "sensitivity": question.sensitivity,
            "answered": question.code in known,
            "text": texts.get(question.code),
        }
        for question in access.seen
    ]


@router.put("/{int:pk}/profile/{slug:question_code}", response={204: None})
def put_answer(request: HttpRequest, pk: int, question_code: str, body: AnswerIn) -> Status[None]:
    """Keep an answer; 422 for a question that is off or to which the contact has not agreed."""
    require(request.user, "contacts.answer")
    user: Any = request.user
    contact = _contact(request, pk)
    question = _question(question_code)
    try:
        answers.answer_question(contact, question, body.text, by=user)
    except VaultError as error:
        raise ValidationError(str(error)) from error
    return Status(204, None)


def _question(code: str) -> Question:
    found = questions().get(code)
    if found is None:
        raise Http404
    return found


def _texts(values: dict[str, Any]) -> dict[str, Any]:
    """Values as the form receives them: everything text."""
    return {
        name: ("on" if value else "")
        if isinstance(value, bool)
        else ""
        if value is None
        else str(getattr(value, "value", value))
        for name, value in values.items()
    }


def _cleaned(form: ContactForm) -> dict[str, Any]:
    """The form's values; raises ValidationError with all its messages."""
    if not form.is_valid():
        raise ValidationError({name: list(errors) for name, errors in form.errors.items()})
    return form.cleaned_data
