"""Reads for the plan's pages, files and feeds: frozen dataclasses, a constant number of queries each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.db.models import Count
from django.utils import timezone

from furrow.kit.workcalendar import workdays
from furrow.planning.models import PlannedVisit, Route, VisitCycle, VisitPlan
from furrow.planning.rows import minutes_of
from furrow.team.models import User

Legs = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """One planned visit with its customer. Kilometers and minutes are those of the drive that leads here; degrees are WGS-84."""

    id: int
    plan_id: int
    customer_id: int
    code: str
    name: str
    short_name: str
    grade: str
    date: date
    order: int
    arrive: time
    start: time
    leave: time
    drive_minutes: float
    drive_km: float
    pinned: bool
    moved: bool
    can_undo: bool
    lng: float | None
    lat: float | None
    address: str
    phone: str
    contact: str
    channel: str
    reason: str = ""  # filled in by reasons.with_reasons

    @property
    def minutes(self) -> int:
        """Time at the customer."""
        return minutes_of(self.leave) - minutes_of(self.start)

    @property
    def label(self) -> str:
        """The short name where there is one."""
        return self.short_name or self.name


@dataclass(frozen=True, slots=True)
class DayHead:
    """A day of the board: whether people work, and what the calendar calls it."""

    date: date
    works: bool
    name: str
    is_today: bool


@dataclass(frozen=True, slots=True)
class DayCell:
    """One rep's day: `load` is driving and time at customers, `room` the working minutes less lunch, both in minutes."""

    date: date
    works: bool
    stops: tuple[Stop, ...]
    load: float
    room: int
    overtime: float
    km: float

    @property
    def is_over(self) -> bool:
        """Back after working hours."""
        return self.overtime >= 1


@dataclass(frozen=True, slots=True)
class RepRow:
    """A rep's week. `customers` counts different customers of the week."""

    plan_id: int
    rep_id: int
    rep_name: str
    days: tuple[DayCell, ...]
    visits: int
    customers: int
    load: float


@dataclass(frozen=True, slots=True)
class WeekTab:
    """A week of the cycle, from 1."""

    number: int
    first: date
    last: date
    visits: int


@dataclass(frozen=True, slots=True)
class Board:
    """Reps × days of one week. `days` leaves out weekends nobody works or is visited on."""

    week: int
    weeks: tuple[WeekTab, ...]
    days: tuple[DayHead, ...]
    rows: tuple[RepRow, ...]


@dataclass(frozen=True, slots=True)
class DayRoute:
    """One rep's day in order, from the start point and back."""

    plan_id: int
    rep_id: int
    rep_name: str
    date: date
    base: tuple[float, float] | None
    base_is_middle: bool
    depart: time | None
    back: time | None
    lunch: tuple[time, time] | None
    back_minutes: float
    back_km: float
    overtime: float
    stops: tuple[Stop, ...]

    @property
    def km(self) -> float:
        return sum(stop.drive_km for stop in self.stops) + self.back_km

    @property
    def travel_minutes(self) -> float:
        return sum(stop.drive_minutes for stop in self.stops) + self.back_minutes

    @property
    def customer_minutes(self) -> int:
        return sum(stop.minutes for stop in self.stops)

    @property
    def line(self) -> Legs:
        """(longitude, latitude) of the whole round, for the map."""
        points = [
            (stop.lng, stop.lat) for stop in self.stops if stop.lng is not None and stop.lat is not None
        ]
        return (self.base, *points, self.base) if self.base else tuple(points)


VISIT_FIELDS = (
    "pk", "plan_id", "customer_id", "customer__code", "customer__name", "customer__short_name", "grade", "date", "order",
    "arrive", "start", "leave", "drive_minutes", "drive_metres", "pinned", "placed_on", "moved_from", "customer__longitude",
    "customer__latitude", "customer__address", "customer__phone", "customer__contact_name", "customer__channel_type",
)  # fmt: skip


def stops_of(rows: Any) -> list[Stop]:
    """Planned visits as stops, by plan, date and order; one query."""
    return [_stop(*values) for values in rows.order_by("plan", "date", "order").values_list(*VISIT_FIELDS)]


def _stop(*values: Any) -> Stop:
    (
        pk,
        plan,
        customer,
        code,
        name,
        short,
        grade,
        on,
        order,
        arrive,
        start,
        leave,
        minutes,
        metres,
        pinned,
        placed_on,
    ) = values[:16]
    moved_from, lng, lat, address, phone, contact, channel = values[16:]
    return Stop(
        pk, plan, customer, code, name, short, grade, on, order, arrive, start, leave, minutes, metres / 1000, pinned,
        on != placed_on, moved_from is not None, lng, lat, address, phone, contact, channel,
    )  # fmt: skip


def plans_of(cycle: VisitCycle, user: User) -> list[VisitPlan]:
    """The cycle's plans in the user's reach, by rep."""
    return list(
        VisitPlan.objects.visible_to(user)
        .filter(cycle=cycle)
        .select_related("rep")
        .order_by("rep__name_order", "rep_id")
    )


def board(cycle: VisitCycle, week: int, user: User) -> Board:
    """One week of the plans in reach, brought into range; week 0 is the whole cycle. Six queries."""
    week = min(max(0, week), cycle.weeks)
    days = range(7 * cycle.weeks) if not week else range(7 * (week - 1), 7 * week)
    dates = [cycle.day_of(index) for index in days]
    plans = plans_of(cycle, user)
    stops: dict[tuple[int, date], list[Stop]] = defaultdict(list)
    for stop in stops_of(PlannedVisit.objects.filter(plan__in=plans, date__range=(dates[0], dates[-1]))):
        stops[stop.plan_id, stop.date].append(stop)
    routes = {
        (r.plan_id, r.date): r
        for r in Route.objects.filter(plan__in=plans, date__range=(dates[0], dates[-1]))
    }
    heads = heads_of(cycle, dates, {on for _plan, on in stops})
    rows = tuple(_row(plan, heads, stops, routes) for plan in plans)
    return Board(week, weeks_of(cycle, plans), heads, rows)


def heads_of(cycle: VisitCycle, dates: Sequence[date], visited: set[date]) -> tuple[DayHead, ...]:
    """The days to show: working days, visited ones, and Mondays to Fridays. One query."""
    calendar, today = workdays(dates[0], dates[-1]), timezone.localdate()
    flags = cycle.options.get("working")
    made = []
    for on in dates:
        works = bool(flags[(on - cycle.start).days]) if flags else calendar.is_working(on)
        if works or on in visited or on.weekday() < 5:
            made.append(DayHead(on, works, calendar.name_of(on), on == today))
    return tuple(made)


def weeks_of(cycle: VisitCycle, plans: Sequence[VisitPlan]) -> tuple[WeekTab, ...]:
    """The cycle's weeks with their visits. One query."""
    counts: Counter[int] = Counter()
    rows = PlannedVisit.objects.filter(plan__in=plans).order_by().values_list("date").annotate(n=Count("pk"))
    for on, n in rows:
        counts[(on - cycle.start).days // 7] += n
    starts = [cycle.start + timedelta(days=7 * i) for i in range(cycle.weeks)]
    return tuple(WeekTab(i + 1, on, on + timedelta(days=6), counts[i]) for i, on in enumerate(starts))


def _row(
    plan: VisitPlan,
    heads: Sequence[DayHead],
    stops: dict[tuple[int, date], list[Stop]],
    routes: dict[tuple[int, date], Route],
) -> RepRow:
    cells = tuple(
        _cell(plan, head, tuple(stops[plan.pk, head.date]), routes.get((plan.pk, head.date)))
        for head in heads
    )
    here = [stop for cell in cells for stop in cell.stops]
    customers = len({stop.customer_id for stop in here})
    return RepRow(
        plan.pk, plan.rep_id, plan.rep.name, cells, len(here), customers, sum(cell.load for cell in cells)
    )


def _cell(plan: VisitPlan, head: DayHead, stops: tuple[Stop, ...], route: Route | None) -> DayCell:
    driven = sum(stop.drive_minutes for stop in stops) + (route.back_minutes if route else 0)
    km = sum(stop.drive_km for stop in stops) + (route.back_metres / 1000 if route else 0)
    load = driven + sum(stop.minutes for stop in stops)
    return DayCell(
        head.date, head.works, stops, load, room_of(plan), route.overtime_minutes if route else 0.0, km
    )


def room_of(plan: VisitPlan) -> int:
    """Minutes of the rep's day for driving and customers."""
    hours = plan.hours
    return int(hours["end"]) - int(hours["start"]) - int(hours.get("lunch_minutes", 0)) if hours else 0


def newly_owned(plans: Sequence[VisitPlan]) -> int:
    """Customers without an owner whom these plans visit. One query, none when there are no such."""
    given = [pk for plan in plans for pk in plan.proposed]
    if not given:
        return 0
    visits = PlannedVisit.objects.filter(plan__in=plans, customer__owner=None)
    return len(set(visits.values_list("customer_id", flat=True).order_by()) & set(given))


def day_route(plan: VisitPlan, on: date) -> DayRoute:
    """One rep's day, empty when nothing is planned; `plan` comes with its rep. Two queries."""
    return routes_of([plan], [on])[0]


def routes_of(plans: Sequence[VisitPlan], dates: Sequence[date]) -> list[DayRoute]:
    """Every plan's route on every date, by plan and date. Two queries."""
    days = list(dates)
    stops: dict[tuple[int, date], list[Stop]] = defaultdict(list)
    for stop in stops_of(PlannedVisit.objects.filter(plan__in=plans, date__in=days)):
        stops[stop.plan_id, stop.date].append(stop)
    rows = {(r.plan_id, r.date): r for r in Route.objects.filter(plan__in=plans, date__in=days)}
    return [
        _day_route(plan, on, tuple(stops[plan.pk, on]), rows.get((plan.pk, on)))
        for plan in plans
        for on in days
    ]


def _day_route(plan: VisitPlan, on: date, stops: tuple[Stop, ...], row: Route | None) -> DayRoute:
    base = (
        (plan.longitude, plan.latitude) if plan.longitude is not None and plan.latitude is not None else None
    )
    lunch = (row.lunch_start, row.lunch_end) if row and row.lunch_start and row.lunch_end else None
    return DayRoute(
        plan.pk,
        plan.rep_id,
        plan.rep.name,
        on,
        base,
        bool(plan.hours.get("no_start_point")),
        row.depart if row else None,
        row.back if row else None,
        lunch,
        row.back_minutes if row else 0.0,
        row.back_metres / 1000 if row else 0.0,
        row.overtime_minutes if row else 0.0,
        stops,
    )


def table(
    cycle: VisitCycle, user: User, *, week: int | None = None, rep_id: int | None = None
) -> list[tuple[str, Stop]]:
    """(rep's name, stop) by date, rep and order: the whole cycle, one week or one rep. Two queries."""
    plans = [plan for plan in plans_of(cycle, user) if rep_id in (None, plan.rep_id)]
    rows = PlannedVisit.objects.filter(plan__in=plans)
    if week:
        first = cycle.start + timedelta(days=7 * (week - 1))
        rows = rows.filter(date__range=(first, first + timedelta(days=6)))
    names = {plan.pk: plan.rep.name for plan in plans}
    found = [(names[stop.plan_id], stop) for stop in stops_of(rows)]
    return sorted(found, key=lambda pair: (pair[1].date, pair[0], pair[1].plan_id, pair[1].order))
