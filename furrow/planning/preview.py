"""What the form of a new plan says before anything is done."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from furrow.customers.models import Customer, Status
from furrow.kit.figures import listed
from furrow.kit.workcalendar import CalendarYear, known_years
from furrow.planning.free import City, taking_part, too_far
from furrow.planning.models import VisitCycle, VisitPlan, VisitPolicy
from furrow.planning.policies import rules_of
from furrow.planning.rows import minutes_of
from furrow.planning.rules import GRADES, next_monday, visits_per_cycle, workload_minutes
from furrow.team.models import User
from furrow.team.queries import reps_of


@dataclass(frozen=True, slots=True)
class RepChoice:
    """A rep on the form of a new plan. `minutes` is the work of a four-week cycle by the policy in use, `room` the hours there are."""

    rep: User
    customers: int
    ungraded: int
    visits: float
    minutes: float
    room: int
    published_until: date | None

    @property
    def load(self) -> float:
        return self.minutes / self.room if self.room else 0.0


@dataclass(frozen=True, slots=True)
class NewPlan:
    """What the form of a new plan says before anything is done."""

    reps: tuple[RepChoice, ...]
    free_customers: int
    ungraded: int
    without_position: int
    without_start: tuple[str, ...]
    too_far: tuple[str, ...]
    beyond: tuple[City, ...]
    unpublished_years: tuple[int, ...]

    @property
    def start_names(self) -> str:
        """The reps without a start point, in words."""
        return listed(self.without_start)

    @property
    def far_names(self) -> str:
        """The reps who get to no customer without an owner, in words."""
        return listed(self.too_far)


def new_plan(
    user: User,
    policy: VisitPolicy,
    start: date,
    weeks: int,
    *,
    chosen: Collection[int] | None = None,
    cities: Collection[str] | None = None,
) -> NewPlan:
    """What the form of a new plan shows: the reps in reach with their work, and what will be left out when those of the ids `chosen` are
    planned with the customers without an owner in `cities`; None stands for all. Six queries."""
    rules = rules_of(policy)
    reach = Customer.objects.visible_to(user).exclude(status=Status.LOST).order_by()
    counts: dict[int | None, Counter[str]] = defaultdict(Counter)
    for owner_id, grade, n in reach.values_list("owner_id", "visit_grade").annotate(n=Count("pk")):
        counts[owner_id][grade] += n
    reps = list(reps_of(user))
    last = last_published_days(user)
    choices = tuple(_choice(rep, counts[rep.pk], rules, last.get(rep.pk)) for rep in reps)
    planned = reps if chosen is None else [rep for rep in reps if rep.pk in chosen]
    far, beyond = too_far(user, planned, rules, cities)
    found = reach.filter(taking_part(cities), Q(owner=None) | Q(owner__in=planned)).aggregate(
        free=Count("pk", filter=Q(owner=None)),
        ungraded=Count("pk", filter=Q(visit_grade="")),
        without_position=Count("pk", filter=~Q(visit_grade="") & Q(longitude=None)),
    )
    return NewPlan(
        choices,
        found["free"],
        found["ungraded"],
        found["without_position"],
        tuple(rep.name for rep in planned if not rep.has_start_point),
        tuple(rep.name for rep in far),
        beyond,
        tuple(unpublished_years(start, weeks)),
    )


def last_published_days(user: User) -> dict[int, date]:
    """Rep's id -> last day of the plan published last. One query."""
    plans = VisitPlan.objects.visible_to(user).filter(cycle__status=VisitCycle.Status.PUBLISHED)
    return {plan.rep_id: plan.cycle.end for plan in plans.select_related("cycle").order_by("cycle__start")}


def first_free_monday(user: User, today: date, weeks: int = 4) -> date:
    """The next Monday, or where published plans in reach lie on the weeks after it, the first Monday behind them. One query."""
    monday = next_monday(today)
    cycles = VisitCycle.objects.visible_to(user).filter(status=VisitCycle.Status.PUBLISHED)
    for cycle in cycles.order_by("start"):
        if cycle.start < monday + timedelta(days=7 * weeks) and cycle.end >= monday:
            monday = next_monday(cycle.end)
    return monday


def _choice(rep: User, counted: Counter[str], rules: Any, published_until: date | None) -> RepChoice:
    graded = {grade: counted[grade] for grade in GRADES}
    day = minutes_of(rep.work_end) - minutes_of(rep.work_start) - rep.lunch_minutes
    return RepChoice(
        rep,
        sum(counted.values()),
        counted[""],
        visits_per_cycle(rules, graded),
        workload_minutes(rules, graded),
        20 * day,
        published_until if published_until and published_until >= timezone.localdate() else None,
    )


def unpublished_years(start: date, weeks: int) -> list[int]:
    """Years a cycle reaches into whose holidays nobody has published; what the shipped calendar knows counts as published."""
    end = start + timedelta(days=7 * weeks - 1)
    rows = dict(
        CalendarYear.objects.filter(year__range=(start.year, end.year)).values_list("year", "published")
    )
    return [year for year in range(start.year, end.year + 1) if not rows.get(year, year in known_years())]
