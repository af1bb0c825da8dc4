"""The day in the field as those who lead see it: planned against made, stop by stop, and the week in figures (P4.6, P12.2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from furrow.field.models import PositionNotice
from furrow.field.services import positions_shown
from furrow.planning.models import PlannedVisit
from furrow.team.models import User
from furrow.visits import queries as visits
from furrow.visits import rules
from furrow.visits.models import MissedVisit
from furrow.visits.queries import Made

MOST_REPS = 200


@dataclass(frozen=True, slots=True)
class StopState:
    """A planned visit and what became of it. `state` is one of visits.rules; `reason` why it could not be made."""

    customer_id: int
    name: str
    grade: str
    planned: datetime
    state: str
    made: Made | None
    reason: str

    @property
    def late_minutes(self) -> int:
        """Minutes between the planned and the real begin, or now."""
        at = self.made.started_at if self.made else timezone.now()
        return round((at - self.planned) / timedelta(minutes=1))


@dataclass(frozen=True, slots=True)
class RepDay:
    """One person's day. `place` is the last check-in, only where positions may be shown."""

    rep: User
    stops: tuple[StopState, ...]
    extra: int
    place: Made | None

    def count(self, state: str) -> int:
        return sum(1 for stop in self.stops if stop.state == state)

    @property
    def done(self) -> int:
        return self.count(rules.DONE)

    @property
    def late(self) -> int:
        return self.count(rules.LATE)

    @property
    def missed(self) -> int:
        return self.count(rules.MISSED)

    @property
    def running(self) -> StopState | None:
        return next((stop for stop in self.stops if stop.state == rules.RUNNING), None)


def live_day(user: User, on: date, now: datetime | None = None) -> list[RepDay]:
    """Everybody in reach with a published plan or a visit on this day, by name. A constant number of queries."""
    now = now or timezone.now()
    planned = _planned(user, on, on)
    made = visits.made_between(user, on, on)
    missed = {(row.by_id, row.customer_id): row for row in visits.missed_between(user, on, on)}
    by_rep: dict[int, list[PlannedVisit]] = defaultdict(list)
    for visit in planned:
        by_rep[visit.plan.rep_id].append(visit)
    people = User.objects.visible_to(user).filter(pk__in={*by_rep, *(one.by_id for one in made)})
    shown = _shown() if on == timezone.localdate(now) else set()
    return [
        _rep_day(
            rep, by_rep[rep.pk], [one for one in made if one.by_id == rep.pk], missed, now, rep.pk in shown
        )
        for rep in people[:MOST_REPS]
    ]


def _planned(user: User, first: date, last: date) -> list[PlannedVisit]:
    rows = PlannedVisit.objects.visible_to(user).published().filter(date__range=(first, last))
    rows = rows.filter(customer__deleted_at=None).select_related("plan", "customer")
    shown = (
        "customer__name",
        "customer__short_name",
        "grade",
        "date",
        "start",
        "order",
        "plan__rep",
        "plan__cycle",
    )
    return list(rows.only(*shown).order_by("date", "order"))


def _shown() -> set[int]:
    """Whose position may be shown: the company switched it on and the person was told."""
    if not positions_shown():
        return set()
    return set(PositionNotice.objects.values_list("user_id", flat=True))


def works_at(rep: User, now: datetime) -> bool:
    """Whether the person's working hours run."""
    return rep.work_start <= timezone.localtime(now).time() <= rep.work_end


def _rep_day(
    rep: User,
    planned: Sequence[PlannedVisit],
    made: Sequence[Made],
    missed: dict[tuple[int, int], MissedVisit],
    now: datetime,
    may_show: bool,
) -> RepDay:
    by_customer = {one.customer_id: one for one in reversed(made)}
    stops = tuple(
        _stop(
            visit,
            by_customer.get(visit.customer_id),
            missed.get((rep.pk, visit.customer_id)),
            now,
            rep.work_end,
        )
        for visit in planned
    )
    known = {visit.customer_id for visit in planned}
    extra = sum(1 for one in made if one.customer_id not in known)
    with_place = [one for one in made if one.lng is not None]
    place = with_place[-1] if may_show and with_place and works_at(rep, now) else None
    return RepDay(rep, stops, extra, place)


def _stop(
    visit: PlannedVisit, made: Made | None, missed: MissedVisit | None, now: datetime, work_end: time
) -> StopState:
    at = timezone.make_aware(datetime.combine(visit.date, visit.start))
    state = rules.state_of(
        at,
        now,
        started=made is not None,
        ended=made is not None and made.ended_at is not None,
        cannot=missed is not None,
        day_over=now > timezone.make_aware(datetime.combine(visit.date, work_end)),
    )
    customer = visit.customer
    reason = str(missed.get_reason_display()) if missed else ""
    return StopState(customer.pk, customer.short_name or customer.name, visit.grade, at, state, made, reason)


@dataclass(frozen=True, slots=True)
class Actual:
    """Plan against actual of one person over some days."""

    rep: User
    planned: int
    made: int
    extra: int
    said: int
    goals: int
    minutes: int

    @property
    def share(self) -> float | None:
        """Planned visits that were made, of those planned."""
        return self.made / self.planned if self.planned else None

    @property
    def open(self) -> int:
        """Planned, not made, and nothing was said."""
        return max(0, self.planned - self.made - self.said)


def plan_against_actual(user: User, first: date, last: date) -> list[Actual]:
    """Per person in reach, by name. A visit counts as planned when its customer stood in the plan of that day."""
    planned: dict[int, set[tuple[date, int]]] = defaultdict(set)
    for visit in _planned(user, first, last):
        planned[visit.plan.rep_id].add((visit.date, visit.customer_id))
    made: dict[int, list[Made]] = defaultdict(list)
    for one in visits.made_between(user, first, last):
        made[one.by_id].append(one)
    said: dict[int, set[tuple[date, int]]] = defaultdict(set)
    for row in visits.missed_between(user, first, last):
        said[row.by_id].add((timezone.localtime(row.at).date(), row.customer_id))
    people = User.objects.visible_to(user).filter(pk__in={*planned, *made})
    return [_actual(rep, planned[rep.pk], made[rep.pk], said[rep.pk]) for rep in people[:MOST_REPS]]


def _actual(
    rep: User, planned: set[tuple[date, int]], made: Iterable[Made], said: set[tuple[date, int]]
) -> Actual:
    rows = list(made)
    keys = {(timezone.localtime(one.started_at).date(), one.customer_id) for one in rows}
    minutes = sum(
        round((one.ended_at - one.started_at) / timedelta(minutes=1)) for one in rows if one.ended_at
    )
    return Actual(
        rep,
        len(planned),
        len(planned & keys),
        len(keys - planned),
        len((planned & said) - keys),
        sum(1 for one in rows if one.goal_reached == "yes"),
        minutes,
    )
