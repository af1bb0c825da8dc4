"""Reads over assessments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, CharField, Count, F, Min, Q, QuerySet

from furrow.assessment.cards import CREDIT, CUSTOMER_GRADE, RELATIONSHIP, WHY, Card
from furrow.assessment.explaining import explained
from furrow.assessment.models import Assessment, Strategy
from furrow.assessment.rules import Outcome
from furrow.assessment.scorecards import versions
from furrow.customers.models import Customer
from furrow.kit.models import Job
from furrow.kit.places import Region
from furrow.kit.prepared import AmongIds, Ids, Prepared, PreparedRecords
from furrow.team.models import User

HISTORY = 6


@dataclass(frozen=True)
class Standing:
    """A customer's current class by one card: what it is called, and what follows from it. Of credit_5c, `values` holds "limit" (money as
    text, "200000") and "term_days" (a number)."""

    customer_id: int
    card_code: str
    grade: str
    name: str
    at: datetime
    by_id: int | None
    version: int
    values: Mapping[str, str | int] = field(default_factory=dict)


# What is read of a snapshot to say which class stands: its answers and scores are long.
_STANDING = ("customer_id", "card_code", "grade", "at", "by_id", "card_version")


def standing(card_code: str, customer_ids: Iterable[int]) -> dict[int, Standing]:
    """The current class of each of these customers by the card; whoever was never judged by it is left out.

    Class and values are those of the version that the customer was judged by. Two queries."""
    rows = _STANDING_BY.rows(None, card_code, customers=customer_ids)
    return {one.customer_id: one for one in _standing(rows)}


def standing_of(customer: Customer) -> dict[str, Standing]:
    """The customer's current class by the cards that the head of its page tells of, by code, as `standing` says it. Two queries."""
    return {one.card_code: one for one in _standing(_CURRENT.rows(None, customer=customer.pk))}


_STANDING_BY = Prepared(
    lambda _reader, card_code, customers: (
        Assessment.objects.current(card_code)
        .filter(AmongIds(F("customer"), customers))
        .order_by()  # else SQLite would read all snapshots by the card, for their order
        .values_list(*_STANDING)
    ),
    customers=Ids(),
)
_CURRENT = Prepared(
    lambda _reader, customer: (
        Assessment.objects.filter(customer=customer, is_current=True, card_code__in=(CREDIT, *RELATIONSHIP))
        .order_by()
        .values_list(*_STANDING)
    ),
    customer=BigIntegerField(),
)


def _standing(rows: list[tuple[Any, ...]]) -> Iterator[Standing]:
    cards = versions((code, version) for _customer, code, _grade, _at, _by, version in rows)
    for customer_id, code, grade, at, by_id, version in rows:
        card = cards.get((code, version))
        known = card.grade_class(grade) if card else None
        name, values = (str(known), known.values) if known else (grade, {})
        yield Standing(customer_id or 0, code, grade, name, at, by_id, version, values)


def latest_assessments(customer: Customer, card_code: str = CUSTOMER_GRADE) -> list[Assessment]:
    """The last few of one customer that stand, newest first, with their assessors; the first one made the current class."""
    return _LATEST.records(customer=customer.pk, card_code=card_code)


_LATEST = PreparedRecords(
    Assessment,
    lambda customer, card_code: Assessment.objects.standing().filter(customer=customer, card_code=card_code)[
        :HISTORY
    ],
    along=["by"],
    customer=BigIntegerField(),
    card_code=CharField(),
)


def last_answers(customer: Customer, card_code: str = CUSTOMER_GRADE) -> Assessment | None:
    """The latest scorecard that was filled in, to start the next one from."""
    rows = Assessment.objects.standing().filter(customer=customer, card_code=card_code)
    return rows.filter(source__in=["scorecard", "regrade"]).first()


def current_of(customer: Customer) -> dict[str, Assessment]:
    """The customer's current snapshot by each card, with its assessor."""
    return {one.card_code: one for one in _EACH_CURRENT.records(customer=customer.pk)}


_EACH_CURRENT = PreparedRecords(
    Assessment,
    lambda customer: Assessment.objects.filter(customer=customer, is_current=True),
    along=["by"],
    customer=BigIntegerField(),
)


@dataclass(frozen=True)
class Past:
    """One snapshot of a customer's history by a card, with the class in words and what moved it."""

    assessment: Assessment
    name: str
    outcome: Outcome | None
    card: Card | None = None

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """What single points rest on: criterion and words."""
        notes = self.assessment.notes
        criteria = self.card.criteria() if self.card else []
        return [(str(one.name), notes[f"{WHY}{one.code}"]) for one in criteria if f"{WHY}{one.code}" in notes]


def history(customer: Customer, card: Card, most: int = 40) -> list[Past]:
    """The customer's snapshots by one card that stand, newest first; each is explained by the version it was made with. Two queries."""
    rows = (
        Assessment.objects.standing()
        .filter(customer=customer, card_code=card.code)
        .select_related("by")[:most]
    )
    found = list(rows)
    used = versions((card.code, row.card_version) for row in found)
    past = []
    for row in found:
        then = used.get((card.code, row.card_version))
        known = (then or card).grade_class(row.grade)
        past.append(Past(row, str(known) if known else row.grade, explained(row, then), then or card))
    return past


def regrade_job(code: str, user: User) -> Job | None:
    """The latest re-grading of a card that this user started."""
    rows = Job.objects.filter(kind="assessment.regrade", params__code=code, by=user)
    return rows.order_by("-id").first()


def regrade_running(code: str) -> bool:
    """Whether somebody re-grades this card now."""
    going = [Job.Status.QUEUED, Job.Status.RUNNING]
    return Job.objects.filter(kind="assessment.regrade", params__code=code, status__in=going).exists()


def strategies(user: User, state: str) -> QuerySet[Strategy]:
    """Strategies in reach with `steps_all`, `steps_done` and `next_day`, those with the earliest open step first."""
    rows = Strategy.objects.visible_to(user).filter(state=state).select_related("customer", "owner")
    return rows.annotate(
        steps_all=Count("steps"),
        steps_done=Count("steps", filter=Q(steps__done_at__isnull=False)),
        next_day=Min("steps__day", filter=Q(steps__done_at=None)),
    ).order_by(F("next_day").asc(nulls_last=True), "-id")


def strategies_of(customer: Customer) -> list[Strategy]:
    """The customer's strategies with their steps, the latest first."""
    rows = Strategy.objects.filter(customer=customer).select_related("owner").prefetch_related("steps")
    return list(rows[:5])


def region_history(region: Region, card_code: str) -> list[Assessment]:
    """Judgements of a region by a card that stand, the latest first."""
    rows = Assessment.objects.standing().filter(region=region, card_code=card_code).select_related("by")
    return list(rows[:20])


def current_answers(card: Card, customers: Sequence[Customer]) -> dict[int, Assessment]:
    """The current snapshot of each of these customers by a card. One query."""
    rows = Assessment.objects.current(card.code).filter(customer__in=[one.pk for one in customers])
    return {one.customer_id or 0: one for one in rows}
