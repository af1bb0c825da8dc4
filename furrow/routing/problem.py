"""What the planner is asked: days, reps, sites, weights. Frozen and checked once, on the way in.

Units: minutes (clock times count from midnight), metres, calendar days. Playbook 4.2 to 4.5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite

from furrow.routing.travel import CityTravel, Place, Travel

DAY_MINUTES = 1440


class ProblemError(ValueError):
    """The problem contradicts itself. `code` is stable, `subject` names the site, rep or day."""

    def __init__(self, code: str, subject: str, reason: str) -> None:
        super().__init__(f"{subject}: {reason}" if subject else reason)
        self.code = code
        self.subject = subject
        self.reason = reason

    def __reduce__(self) -> tuple[type[ProblemError], tuple[str, str, str]]:
        return type(self), (self.code, self.subject, self.reason)


@dataclass(frozen=True, slots=True)
class Window:
    """Minutes from midnight; `weekday` 0 is Monday, None means every day."""

    start: int
    end: int
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Lunch:
    """A pause of `minutes`, taken between visits at the first moment from `start` on.

    A visit or drive that runs at `start` is finished first. A day that ends before needs none.
    """

    start: int = 12 * 60
    minutes: int = 60


@dataclass(frozen=True, slots=True)
class Pin:
    """One visit a person has fixed: on this day and, when named, by this rep."""

    day: int
    rep: str | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """A customer to visit `visits` times in the cycle.

    Without `windows` it is always open; with windows the visit must lie inside one, and on a weekday
    without any it is closed. No visit overlaps a taboo window. `patterns` (tuples of day indexes) replace
    the spacing rule; otherwise gaps between visits, also over the end of the cycle, stay within
    `min_gap` and `max_gap` calendar days (None: even spacing give or take a fifth, `gap_limits`).
    `priority` weighs a visit left undone. `classes` are the names that `Rep.class_limits` counts.
    `done` are day indexes of visits already made: they count among `visits` and for the spacing, and are no
    longer planned, so no route of the result holds them.
    """

    id: str
    lng: float | None = None
    lat: float | None = None
    visits: int = 1
    service_minutes: float = 30
    priority: float = 1
    grade: str = ""
    classes: tuple[str, ...] = ()
    min_gap: int | None = None
    max_gap: int | None = None
    patterns: tuple[tuple[int, ...], ...] | None = None
    windows: tuple[Window, ...] = ()
    taboos: tuple[Window, ...] = ()
    preferred_weeks: tuple[int, ...] = ()
    prefers_morning: bool = False
    rep: str | None = None
    allowed_reps: tuple[str, ...] = ()
    pins: tuple[Pin, ...] = ()
    done: tuple[int, ...] = ()

    @property
    def to_plan(self) -> int:
        """Visits that still need a day."""
        return self.visits - len(self.done)

    @property
    def place(self) -> Place:
        return Place(f"site:{self.id}", self.lng, self.lat)


@dataclass(frozen=True, slots=True)
class Rep:
    """Who visits: leaves the base at `start`, is back by `end`, at most `overtime` minutes later."""

    id: str
    lng: float | None = None
    lat: float | None = None
    start: int = 9 * 60
    end: int = 18 * 60
    lunch: Lunch | None = None
    overtime: int = 0
    max_visits: int | None = None
    class_limits: Mapping[str, int] = field(default_factory=dict)
    days_off: frozenset[int] = frozenset()

    @property
    def place(self) -> Place:
        return Place(f"rep:{self.id}", self.lng, self.lat)


@dataclass(frozen=True, slots=True)
class Day:
    """One calendar day of the cycle; `index` counts all days, free ones too. Own hours narrow the rep's."""

    index: int
    weekday: int
    week: int
    working: bool = True
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """What one unit costs, in minutes of driving.

    `spacing` per day and visit off the even gap; `stretch` per day beyond the gap limits (only where
    free days leave no other way); `preference` per week that the first visit is off its preferred weeks;
    `morning` per visit after noon that should be before; `workload` per minute by which each rep's longest day exceeds `easy_day` minutes of
    driving and service: shorter days are not leveled, since that costs driving and spares nobody.
    """

    travel_minute: float = 1
    travel_km: float = 0
    overtime_minute: float = 3
    unserved: float = 10_000
    spacing: float = 0.2
    stretch: float = 20
    preference: float = 5
    morning: float = 3
    workload: float = 2
    easy_day: float = 240


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything at once. Raises `ProblemError` when it contradicts itself."""

    sites: tuple[Site, ...]
    reps: tuple[Rep, ...]
    days: tuple[Day, ...]
    weights: Weights = field(default_factory=Weights)
    travel: Travel = field(default_factory=CityTravel)

    def __post_init__(self) -> None:
        _check_days(self.days)
        _check_reps(self.reps, len(self.days))
        _check_sites(self)

    def for_rep(self, rep_id: str) -> Problem:
        """The part of the problem that belongs to one rep: the sites whose `rep` it is."""
        mine = (site for site in self.sites if site.rep == rep_id)
        return replace(
            self,
            sites=tuple(replace(site, allowed_reps=()) if site.allowed_reps else site for site in mine),
            reps=tuple(rep for rep in self.reps if rep.id == rep_id),
        )


def working_calendar(weeks: int, free: Sequence[int] = (), extra: Sequence[int] = ()) -> tuple[Day, ...]:
    """Days of a cycle that begins on a Monday: Monday to Friday work, less `free`, plus `extra` indexes."""
    return tuple(
        Day(i, i % 7, i // 7, working=(i % 7 < 5 and i not in free) or i in extra) for i in range(7 * weeks)
    )


def gap_limits(site: Site, cycle: int) -> tuple[int, int]:
    """Least and greatest gap in calendar days: weekly gives 5 and 9, fortnightly 11 and 17 (P4.2)."""
    even = cycle / max(1, site.visits)
    give = max(1, round(0.22 * even))
    low = site.min_gap if site.min_gap is not None else max(1, int(even - give))
    high = site.max_gap if site.max_gap is not None else int(-(-(even + give) // 1))
    return low, max(low, high)


def opening(site: Site, weekday: int) -> tuple[tuple[int, int], ...]:
    """Stretches of the day within which a whole visit must lie: windows less taboos."""
    own = [w for w in site.windows if w.weekday in (None, weekday)]
    spans = [(w.start, w.end) for w in own] if site.windows else [(0, DAY_MINUTES)]
    for taboo in site.taboos:
        if taboo.weekday in (None, weekday):
            spans = [
                part
                for a, b in spans
                for part in ((a, min(b, taboo.start)), (max(a, taboo.end), b))
                if part[0] < part[1]
            ]
    return tuple(sorted(set(spans)))


def _need(holds: bool, code: str, subject: str, reason: str) -> None:
    if not holds:
        raise ProblemError(code, subject, reason)


def _check_days(days: tuple[Day, ...]) -> None:
    _need(bool(days), "no_days", "", "the cycle has no days")
    for position, day in enumerate(days):
        name = f"day {day.index}"
        _need(day.index == position, "day_index", name, f"expected index {position}: days count from 0")
        _need(0 <= day.weekday <= 6, "weekday", name, "weekday must be 0 (Monday) to 6")
        _need(day.week >= 0, "week", name, "week must not be negative")
        if day.start is not None and day.end is not None:
            _need(day.start < day.end, "hours", name, "hours end before they start")


def _check_reps(reps: tuple[Rep, ...], cycle: int) -> None:
    _need(bool(reps), "no_reps", "", "there is no rep")
    _need(len({rep.id for rep in reps}) == len(reps), "rep_twice", "", "two reps have the same id")
    for rep in reps:
        name = f"rep {rep.id}"
        _need(0 <= rep.start < rep.end <= DAY_MINUTES, "hours", name, "hours must lie within one day")
        _need(rep.overtime >= 0, "overtime", name, "overtime must not be negative")
        _need(rep.max_visits is None or rep.max_visits >= 0, "limit", name, "visit limit is negative")
        _need(all(n >= 0 for n in rep.class_limits.values()), "limit", name, "a class limit is negative")
        _need(all(0 <= d < cycle for d in rep.days_off), "day_off", name, "a day off is outside the cycle")
        if rep.lunch is not None:
            fits = rep.lunch.minutes >= 0 and 0 <= rep.lunch.start <= DAY_MINUTES
            _need(fits, "lunch", name, "lunch must have a length and lie within the day")


def _check_sites(problem: Problem) -> None:
    sites, cycle = problem.sites, len(problem.days)
    reps = {rep.id for rep in problem.reps}
    _need(len({site.id for site in sites}) == len(sites), "site_twice", "", "two sites have the same id")
    for site in sites:
        name = f"site {site.id}"
        named = {site.rep, *site.allowed_reps, *(pin.rep for pin in site.pins)} - {None}
        _need(
            named <= reps,
            "rep_unknown",
            name,
            f"names a rep that is not there: {sorted(map(str, named - reps))}",
        )
        _need(0 <= site.visits <= cycle, "visits", name, f"visits must be 0 to {cycle}")
        _need(
            isfinite(site.service_minutes) and site.service_minutes >= 0,
            "service",
            name,
            "service time is negative",
        )
        _need(isfinite(site.priority) and site.priority >= 0, "priority", name, "priority is negative")
        for window in (*site.windows, *site.taboos):
            fits = 0 <= window.start < window.end <= DAY_MINUTES and window.weekday in (None, *range(7))
            _need(fits, "window", name, "a window ends before it starts or lies outside the day")
        if site.min_gap is not None and site.max_gap is not None:
            _need(0 < site.min_gap <= site.max_gap, "gap", name, "least gap is greater than greatest gap")
        pinned = [pin.day for pin in site.pins]
        _need(all(0 <= d < cycle for d in pinned), "pin", name, "a pin is outside the cycle")
        _need(
            len(set(pinned)) == len(pinned) <= site.to_plan,
            "pin",
            name,
            "more pins than visits, or one twice",
        )
        settled = {*pinned, *site.done}
        fits = len(settled) == len(pinned) + len(site.done) and all(0 <= d < cycle for d in site.done)
        _need(fits, "done", name, "a visit made is outside the cycle, there twice or pinned too")
        tied = {site.rep, *(pin.rep for pin in site.pins)} - {None}
        _need(len(tied) <= 1, "pin", name, "is pinned to a rep who is not its own, or to two")
        if site.allowed_reps and tied:
            _need(
                tied <= set(site.allowed_reps),
                "rep",
                name,
                "belongs to a rep who is not among the allowed ones",
            )
        for pattern in site.patterns or ():
            fits = len(set(pattern)) == len(pattern) == site.visits and all(0 <= d < cycle for d in pattern)
            _need(fits, "pattern", name, f"pattern {pattern} does not give {site.visits} days of the cycle")
