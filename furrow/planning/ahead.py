"""Reads of single visits: what a customer's page, the home page and the phone say of those to come and those whose time has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.db.models import BigIntegerField, DateField, Exists, OuterRef, Q, QuerySet, TimeField
from django.utils import timezone

from furrow.customers.models import Customer
from furrow.customers.timeline import Window
from furrow.kit.prepared import Prepared
from furrow.planning.models import PlannedVisit, VisitCycle, VisitPlan
from furrow.team.models import User
from furrow.visits.models import ContactRecord, MissedVisit

REACH_OF_A_PLAN = timedelta(days=14)


def planned_for(user: User, customer: int) -> bool:
    """Whether a published plan sends this person to the customer these weeks: who is sent there may record the visit, though nobody made
    them the customer's owner."""
    today = timezone.localdate()
    window = (today - REACH_OF_A_PLAN, today + REACH_OF_A_PLAN)
    rows = PlannedVisit.objects.visible_to(user).published()
    return rows.filter(plan__rep=user, customer=customer, date__range=window).exists()


@dataclass(frozen=True, slots=True)
class PlannedFor:
    """What a customer's page says of one planned visit."""

    id: int
    date: date
    start: time
    cycle_id: int
    rep_id: int
    rep: str
    status: str

    @property
    def is_published(self) -> bool:
        return self.status == VisitCycle.Status.PUBLISHED

    @property
    def status_words(self) -> str:
        return str(VisitCycle.Status(self.status).label)


# Only what is shown of them: a plan's solution and a cycle's figures are long.
_PLANNED_FOR = ("pk", "date", "start", "plan__cycle_id", "plan__rep_id", "plan__rep__name", "plan__cycle__status")  # fmt: skip


def next_visits(customer: Customer, user: User) -> list[PlannedFor]:
    """The customer's visits from today on that the user may see, neither begun nor missed: published ones, for planners also those to come."""
    rows = _NEXT_VISITS.rows(user, customer=customer.pk, today=timezone.localdate())
    return [PlannedFor(*row) for row in rows]


_OF_THIS_VISIT = {"customer": OuterRef("customer"), "planned_visit": OuterRef("pk")}
_NEXT_VISITS = Prepared(
    lambda user, customer, today: (
        PlannedVisit.objects.visible_to(user)
        .filter(
            ~Exists(ContactRecord.objects.alive().filter(**_OF_THIS_VISIT)),
            ~Exists(MissedVisit.objects.filter(**_OF_THIS_VISIT)),
            customer=customer,
            date__gte=today,
        )
        .order_by("date", "start")
        .values_list(*_PLANNED_FOR)[:5]
    ),
    customer=BigIntegerField(),
    today=DateField(),
)


def past_visits(customer: Customer, user: User, window: Window, limit: int) -> list[PlannedFor]:
    """The customer's published visits whose time has come, latest first, within a window of its timeline."""
    latest, ties = window.at or timezone.now(), window.ties_below if window.at else 0
    local = timezone.localtime(min(latest, timezone.now()))
    rows = _PAST_VISITS.rows(
        user, limit, customer=customer.pk, day=local.date(), time=local.time(), ties=ties
    )
    return [PlannedFor(*row) for row in rows]


def _past_visits(
    user: User, limit: int, *, customer: Any, day: Any, time: Any, ties: Any
) -> QuerySet[Any, Any]:
    rows = PlannedVisit.objects.visible_to(user).published().filter(customer=customer)
    before = Q(date__lt=day) | Q(date=day, start__lt=time) | Q(date=day, start=time, pk__lt=ties)
    return rows.filter(before).order_by("-date", "-start", "-pk").values_list(*_PLANNED_FOR)[:limit]


_PAST_VISITS = Prepared(
    _past_visits, customer=BigIntegerField(), day=DateField(), time=TimeField(), ties=BigIntegerField()
)


def plan_on(user: User, on: date) -> VisitPlan | None:
    """The user's own published plan that covers a day."""
    plans = VisitPlan.objects.filter(
        rep=user, cycle__status=VisitCycle.Status.PUBLISHED, cycle__start__lte=on
    ).select_related("rep", "cycle")
    return next((plan for plan in plans.order_by("-cycle__start") if plan.cycle.end >= on), None)


def next_visit_of(user: User, after: date) -> PlannedVisit | None:
    """The first of the user's own published visits after a day."""
    ahead = PlannedVisit.objects.published().filter(plan__rep=user, date__gt=after).select_related("plan")
    return ahead.order_by("date", "start").first()
