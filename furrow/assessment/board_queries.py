"""Reads for the pages that look over many customers: changes of class, what is due, targets and waiting list, upgrade path (P3.3, P3.10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from furrow.assessment.cards import CUSTOMER_GRADE, Card, Method, Period, Subject
from furrow.assessment.explaining import explained
from furrow.assessment.models import Assessment, Strategy, TargetCustomer
from furrow.assessment.rules import Outcome
from furrow.assessment.scorecards import current_cards, versions
from furrow.customers.models import Customer, Status
from furrow.kit.figures import listed
from furrow.team.models import User

MOST_CHANGES = 500
MOST_DUE = 50
MOST_WAITING = 100
MOST_IN_LANE = 12


# Changes ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """One customer who moved up (+1) or down (-1) between two snapshots by one card, and why."""

    assessment: Assessment
    before: Assessment
    direction: int
    name: str
    name_before: str
    why: tuple[Any, ...]


def changes(
    card: Card, user: User, start: date, end: date, *, owner: int | None = None, direction: int = 0
) -> list[Change]:
    """Who moved up or down by a card in these days, the latest first, at most MOST_CHANGES. Three queries.

    Compared is each standing snapshot with the one before it; why is what the answers changed by, strongest first."""
    earlier = (
        Assessment.objects.standing()
        .filter(customer=OuterRef("customer"), card_code=card.code)
        .filter(Q(at__lt=OuterRef("at")) | Q(at=OuterRef("at"), pk__lt=OuterRef("pk")))
        .order_by("-at", "-id")
    )
    rows = (
        Assessment.objects.visible_to(user)
        .standing()
        .filter(card_code=card.code, customer__isnull=False, at__gte=_begin(start), at__lt=_after(end))
        .annotate(
            before_pk=Subquery(earlier.values("pk")[:1]), before_rank=Subquery(earlier.values("rank")[:1])
        )
        .exclude(before_pk=None)
        .select_related("customer__owner", "by")
        .order_by("-at", "-id")
    )
    if owner is not None:
        rows = rows.filter(customer__owner=owner)
    moved: list[Any] = [  # each with what the query adds: before_pk, before_rank
        row
        for row in rows.exclude(before_rank=F("rank"))[: MOST_CHANGES * 2]
        if not direction or _direction(row) == direction
    ]
    moved = moved[:MOST_CHANGES]
    before = Assessment.objects.in_bulk([row.before_pk for row in moved])
    used = versions((card.code, one.card_version) for one in (*moved, *before.values()))
    return [_change(card, row, before[row.before_pk], used) for row in moved]


def _direction(row: Any) -> int:
    return 1 if row.rank < row.before_rank else -1


def _change(card: Card, row: Any, before: Assessment, used: Mapping[tuple[str, int], Card]) -> Change:
    now_card, then_card = (used.get((card.code, one.card_version)) for one in (row, before))
    now, then = explained(row, now_card), explained(before, then_card)
    names = [
        str((kept or card).grade_class(one.grade) or one.grade)
        for one, kept in ((row, now_card), (before, then_card))
    ]
    return Change(row, before, _direction(row), names[0], names[1], _why(now, then))


def _why(now: Outcome | None, then: Outcome | None) -> tuple[Any, ...]:
    """(criterion, by how much its pull changed), strongest first, at most three."""
    if now is None or then is None:
        return ()
    pulls = {move.criterion.code: move.effect for move in then.moves}
    shifts = [
        (move.criterion, move.effect - pulls.get(move.criterion.code, Decimal(0))) for move in now.moves
    ]
    return tuple(sorted((one for one in shifts if one[1]), key=lambda one: -abs(one[1]))[:3])


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _after(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(date.fromordinal(day.toordinal() + 1), time.min))


# Due --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    """Customers a card asks to be judged anew in the current quarter or year; `more` when there are more than those."""

    card: Card
    since: date
    customers: list[Customer]
    more: bool


def period_start(period: str, day: date) -> date:
    """The first day of the quarter or year a day lies in."""
    return (
        date(day.year, (day.month - 1) // 3 * 3 + 1, 1) if period == Period.QUARTER else date(day.year, 1, 1)
    )


def due_customers(card: Card, user: User, day: date) -> QuerySet[Customer]:
    """Active customers in reach that nobody judged by this card since the period began."""
    since = _begin(period_start(card.period, day))
    fresh = Assessment.objects.current(card.code).filter(customer=OuterRef("pk"), at__gte=since)
    rows = Customer.objects.visible_to(user).filter(~Exists(fresh), status=Status.ACTIVE)
    return rows.filter(kind__in=card.for_kinds) if card.for_kinds else rows


def due(user: User, day: date) -> list[Due]:
    """Every card with a period and the customers due by it: one query a card, at most MOST_DUE customers of each. Cards that the books
    answer alone are re-graded, not judged, and so not listed."""
    found = []
    for card in current_cards().values():
        asks = card.method is not Method.RANKING and any(one.kind != "computed" for one in card.criteria())
        if card.period is Period.NONE or card.subject is not Subject.CUSTOMER or not asks:
            continue
        rows = list(
            due_customers(card, user, day)
            .select_related("owner")
            .order_by("visit_grade", "name_order", "pk")[: MOST_DUE + 1]
        )
        found.append(Due(card, period_start(card.period, day), rows[:MOST_DUE], len(rows) > MOST_DUE))
    return found


# Targets ----------------------------------------------------------------------------------------


def targets(user: User) -> list[TargetCustomer]:
    """Target customers in reach, the latest first."""
    return list(
        TargetCustomer.objects.visible_to(user).standing().select_related("customer__owner", "by")[:500]
    )


def waiting(user: User) -> list[Assessment]:
    """顺序名单: graded customers that are no targets, by grade, then by score, at most MOST_WAITING. One query."""
    standing = TargetCustomer.objects.standing().filter(customer=OuterRef("customer"))
    rows = Assessment.objects.visible_to(user).current(CUSTOMER_GRADE).filter(~Exists(standing))
    return list(rows.select_related("customer__owner").order_by("rank", "-score", "customer")[:MOST_WAITING])


# Upgrade path -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Climber:
    """A customer who could move up: where it stands, what is missing, and the plan there is."""

    customer: Customer
    missing: str
    amount: Decimal | None
    strategy: Strategy | None


@dataclass(frozen=True)
class Lane:
    """One step of the path: prospects, or customers of one size, those nearest to the next step first."""

    code: str
    climbers: list[Climber]


def upgrade_path(user: User) -> list[Lane]:
    """意向 → 小 → 中 → 大: who could move up from each step, at most MOST_IN_LANE each, and what is missing (P3.10). Five queries."""
    size = current_cards()["customer_size"]
    steps = _size_steps(size)
    lanes: list[tuple[str, list[tuple[Customer, str, Decimal | None]]]] = [("prospect", _prospects(user))]
    for code in ("S", "M"):
        rows = (
            Assessment.objects.visible_to(user)
            .current(size.code)
            .filter(grade=code)
            .select_related("customer__owner")
        )
        known = [(row.customer, _sales(row)) for row in rows[:2000]]
        goal = steps.get(code)
        near = sorted(
            ((c, s) for c, s in known if s is not None and c), key=lambda pair: (-(pair[1] or 0), pair[0].pk)
        )
        lanes.append(
            (
                code,
                [
                    (c, "", goal - s if goal is not None and s is not None else None)
                    for c, s in near[:MOST_IN_LANE]
                ],
            )
        )
    large = (
        Assessment.objects.visible_to(user)
        .current(size.code)
        .filter(grade="L")
        .select_related("customer__owner")
    )
    lanes.append(
        ("L", [(row.customer, "", None) for row in large.order_by("-at")[:MOST_IN_LANE] if row.customer])
    )
    shown = [customer.pk for _code, rows_ in lanes for customer, _text, _amount in rows_]
    plans: dict[int, Strategy] = {}
    for one in Strategy.objects.visible_to(user).filter(customer__in=shown, state=Strategy.State.OPEN):
        plans.setdefault(one.customer_id, one)
    return [
        Lane(code, [Climber(c, text, amount, plans.get(c.pk)) for c, text, amount in rows_])
        for code, rows_ in lanes
    ]


def _size_steps(size: Card) -> dict[str, Decimal]:
    """Class -> sales from which the next one begins, of the card's first criterion."""
    starts = [step.start for step in next(size.criteria()).steps if step.start is not None]
    below = [one.code for one in reversed(size.classes)]
    return dict(zip(below, starts, strict=False))


def _sales(row: Assessment) -> Decimal | None:
    kept = row.facts.get("sales.year", {}).get("value")
    return Decimal(kept) if kept else None


def _prospects(user: User) -> list[tuple[Customer, str, Decimal | None]]:
    """Prospects by M.A.N.: class A first; what is missing is the letters that are not yes."""
    rows = (
        Assessment.objects.visible_to(user)
        .current("man")
        .filter(customer__status=Status.PROSPECT, grade__in=["A", "B", "C"])
        .select_related("customer__owner")
        .order_by("rank", "-at")[:MOST_IN_LANE]
    )
    card = current_cards()["man"]
    return [
        (
            row.customer,
            listed(str(one.name) for one in card.criteria() if row.answers.get(one.code) != "yes"),
            None,
        )
        for row in rows
        if row.customer
    ]
