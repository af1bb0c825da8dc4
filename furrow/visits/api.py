"""Contact records and needs over HTTP: the same form, reach and services as the pages (P5.2, P5.4)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status
from pydantic import ConfigDict

from furrow.customers.models import Customer
from furrow.team.access import require
from furrow.visits import need_queries, queries, services
from furrow.visits.forms import RecordForm
from furrow.visits.models import ContactRecord, Method, VisitType

router = Router(tags=["visits"])

MOST = 200
BIGGEST_ID = 2**63 - 1
EARLIEST = date(2000, 1, 1)
Id = Annotated[int, Field(ge=1, le=BIGGEST_ID)]
TEXTS = (
    "place", "people", "goal", "goal_reached", "goal_why", "content", "special", "went_well", "fell_short", "lesson_learnt",
    "appointment_note", "new_plan",
)  # fmt: skip


class RecordFilter(Schema):
    """What a list is narrowed by; days are the company's, both included. `after` is the `next` of the page before."""

    customer: Id | None = None
    by: Id | None = None
    start: date | None = Field(None, ge=EARLIEST, le=date(2200, 1, 1))
    end: date | None = Field(None, ge=EARLIEST, le=date(2200, 1, 1))
    after: int = Field(0, ge=0, le=BIGGEST_ID)
    limit: int = Field(50, ge=1, le=MOST)


class RecordIn(Schema):
    """A visit, call or talk, entered by another program. Times are ISO 8601 with their offset; without an end it is a moment."""

    model_config = ConfigDict(extra="forbid")

    customer: Id
    started_at: datetime
    ended_at: datetime | None = None
    visit_type: VisitType = VisitType.ROUTINE
    method: Method = Method.PHONE
    place: str = ""
    people: str = ""
    goal: str = ""
    goal_reached: str = ""
    goal_why: str = ""
    content: str = ""
    special: str = ""
    went_well: str = ""
    fell_short: str = ""
    lesson_learnt: str = ""
    appointment_at: datetime | None = None
    appointment_note: str = ""
    new_plan: str = ""


class RecordOut(Schema):
    """A contact record as its page shows it."""

    id: int
    customer: int = Field(alias="customer_id")
    customer_name: str = Field(alias="customer.name")
    by: str = Field(alias="by.name")
    visit_type: str
    method: str
    started_at: datetime
    ended_at: datetime | None
    is_extra: bool
    place: str
    people: str
    goal: str
    goal_reached: str
    goal_why: str
    content: str
    special: str
    went_well: str
    fell_short: str
    lesson_learnt: str
    appointment_at: datetime | None
    appointment_note: str
    new_plan: str
    in_distance: float | None
    version: int


class RecordPage(Schema):
    """One page; `next` is None on the last."""

    items: list[RecordOut]
    next: int | None


class AnswerOut(Schema):
    """A question of the interview guide; `answer` is null while it has not been asked."""

    need: str
    question: str
    text: str
    stage: str
    answer: str | None
    at: datetime | None


def _reach(request: HttpRequest) -> models.QuerySet[ContactRecord]:
    user: Any = request.user
    return ContactRecord.objects.visible_to(user).select_related("customer", "by")


@router.get("", response=RecordPage)
def list_records(request: HttpRequest, wanted: Query[RecordFilter]) -> dict[str, Any]:
    """Contact records in reach, by id."""
    require(request.user, "visits.view")
    rows = _reach(request).filter(pk__gt=wanted.after)
    if wanted.customer is not None:
        rows = rows.filter(customer=wanted.customer)
    if wanted.by is not None:
        rows = rows.filter(by=wanted.by)
    if wanted.start is not None:
        rows = rows.filter(started_at__gte=queries.day_bounds(wanted.start, wanted.start)[0])
    if wanted.end is not None:
        rows = rows.filter(started_at__lt=queries.day_bounds(wanted.end, wanted.end)[1])
    items = list(rows.order_by("pk")[: wanted.limit + 1])
    more = len(items) > wanted.limit
    items = items[: wanted.limit]
    return {"items": items, "next": items[-1].pk if more else None}


@router.post("", response={201: RecordOut})
def add_record(request: HttpRequest, wanted: RecordIn) -> Status[ContactRecord]:
    """Write a contact record under the caller's name."""
    require(request.user, "visits.add")
    user: Any = request.user
    customer = get_object_or_404(Customer.objects.visible_to(user), pk=wanted.customer)
    sent: dict[str, Any] = {name: getattr(wanted, name) for name in TEXTS}
    sent |= {"visit_type": wanted.visit_type.value, "method": wanted.method.value}
    for name in ("started_at", "ended_at", "appointment_at"):
        sent[name] = _local(name, getattr(wanted, name))
    form = RecordForm(sent | {"customer": customer.code}, user=user)
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    values = {name: value for name, value in form.cleaned_data.items() if name not in ("version", "customer")}
    return Status(201, services.create_record(by=user, customer=customer, **values))


def _local(name: str, at: datetime | None) -> str:
    """A moment as the form reads it, in the company's zone."""
    if at is None:
        return ""
    if at.tzinfo is None or not 1900 < at.year < 2200:
        raise ValidationError({name: _("Give the time with its offset, like 2026-11-30T09:00:00+08:00")})
    return f"{timezone.localtime(at.astimezone(UTC)):%Y-%m-%dT%H:%M:%S}"


@router.get("/needs/{pk}", response=list[AnswerOut])
def needs_of(request: HttpRequest, pk: Id) -> list[dict[str, Any]]:
    """What is known of a customer's needs: every question of the guide with its latest answer."""
    require(request.user, "visits.view")
    user: Any = request.user
    customer = get_object_or_404(Customer.objects.visible_to(user), pk=pk)
    return [
        {
            "need": state.need.code,
            "question": one.question.code,
            "text": str(one.question.text),
            "stage": one.question.stage,
            "answer": one.answer.text if one.answer else None,
            "at": one.answer.at if one.answer else None,
        }
        for state in need_queries.needs_of(customer, user)
        for one in state.known
    ]


@router.get("/{pk}", response=RecordOut)
def show_record(request: HttpRequest, pk: Id) -> ContactRecord:
    """One contact record."""
    require(request.user, "visits.view")
    return get_object_or_404(_reach(request), pk=pk)
