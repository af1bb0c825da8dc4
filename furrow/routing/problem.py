"""What the planner is asked: days, reps, sites, weights. Frozen and checked once, on the way in.

Units: minutes (clock times count from midnight), metres, calendar days. Playbook 4.2 to 4.5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from furrow.routing.travel import CityTravel, Place, Travel
from furrow.routing.validity import LATEST, ProblemError, check_problem

__all__ = [
    "DAY_MINUTES",
    "LATEST",
    "Day",
    "Earlier",
    "Lunch",
    "Pin",
    "Problem",
    "ProblemError",
    "Rep",
    "Shift",
    "Site",
    "Weights",
    "Window",
    "gap_limits",
    "opening",
    "working_calendar",
]

DAY_MINUTES = 1440


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
    """One visit a person has fixed: on this day and, when named, by this rep.

    With `start` the visit begins at exactly that minute: who arrives earlier waits. Opening hours and taboos
    still hold; a pinned minute outside them leaves the visit out with a reason.
    """

    day: int
    rep: str | None = None
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """One visit of the plan that was there before: its day and, when known, its rep and the minute it began."""

    day: int
    rep: str | None = None
    start: float | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """One of several routes a rep drives on each day; from an own place, or from the rep's base without one."""

    start: int
    end: int
    lng: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """A customer to visit `visits` times in the cycle.

    Without `windows` it is always open; with windows the visit must lie inside one, and on a weekday
    without any it is closed. No visit overlaps a taboo window. `patterns` (tuples of day indexes) replace
    the spacing rule; otherwise gaps between visits, also over the end of the cycle, stay within
    `min_gap` and `max_gap` calendar days (None: even spacing give or take a fifth, `gap_limits`).
    `priority` weighs a visit left undone. `classes` are the names that `Rep.class_limits` counts. `half` is the
    half-day preferred, "morning" or "afternoon" (noon is the border, a visit counts by its beginning).
    `demand` is what each visit takes of the route's `Rep.capacity`. The rep must have all `skills`. With `rep`
    only that rep visits, with `allowed_reps` only those; one of them makes all visits, unless `same_rep` is
    False: then each visit may be another one's.
    `done` are day indexes of visits already made: they count among `visits` and for the spacing, and are no
    longer planned, so no route of the result holds them. `earlier` is the plan that was there before, which
    `Weights.change_day`, `change_rep` and `change_hour` hold on to (`changes.py`); days that are `done` do not count.
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
    half: str = ""
    rep: str | None = None
    allowed_reps: tuple[str, ...] = ()
    pins: tuple[Pin, ...] = ()
    done: tuple[int, ...] = ()
    demand: float = 0
    skills: tuple[str, ...] = ()
    same_rep: bool = True
    earlier: tuple[Earlier, ...] = ()

    @property
    def to_plan(self) -> int:
        """Visits that still need a day."""
        return self.visits - len(self.done)

    @property
    def place(self) -> Place:
        return Place(f"site:{self.id}", self.lng, self.lat)


@dataclass(frozen=True, slots=True)
class Rep:
    """Who visits: leaves the base at `start`, is back by `end`, at most `overtime` minutes later.

    `days` are narrower hours (start, end) on single days: leave for half a day. `max_visits` and `class_limits`
    hold per day, `capacity` (the sum of `Site.demand`) and `overtime` per route. With `shifts` there are as many
    routes per day, each with its own hours and lunch is not planned; `start`, `end` and `lunch` then mean nothing.
    """

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
    capacity: float | None = None
    skills: frozenset[str] = frozenset()
    shifts: tuple[Shift, ...] = ()
    days: Mapping[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        return Place(f"rep:{self.id}", self.lng, self.lat)

    @property
    def routes(self) -> int:
        """Routes per day: one, or one for each shift."""
        return len(self.shifts) or 1

    def base(self, shift: int = 0) -> Place:
        """Where the routes of a shift begin and end: its own place has the key `shift:NUMBER:ID`."""
        own = self.shifts[shift] if self.shifts else None
        if own is None or (own.lng is None and own.lat is None):
            return self.place
        return Place(f"shift:{shift}:{self.id}", own.lng, own.lat)

    def may_visit(self, site: Site) -> bool:
        """Whether this rep is allowed and able to visit the site at all."""
        if site.rep is not None and site.rep != self.id:
            return False
        allowed = not site.allowed_reps or self.id in site.allowed_reps
        return allowed and self.skills.issuperset(site.skills)


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

    `unserved` per visit left out and unit of `Site.priority`; `spacing` per day and visit off the even gap;
    `stretch` per day beyond the gap limits (only where free days leave no other way, or where a visit moves away
    from a free day); `preference` per week that the first visit is off its preferred weeks; `morning` per visit
    outside its preferred half-day; `workload` per minute by which each rep's longest day exceeds `easy_day`
    minutes of driving and service (all shifts of the day): shorter days are not leveled, since that costs driving
    and spares nobody; `change_day` and `change_rep` per visit of the earlier plan that is no longer on its day or
    with its rep, `change_hour` per hour by which it begins at another time; `compactness` per minute of the
    longest drive between any two stops of a route, either way, the base left out.
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
    change_day: float = 0
    change_rep: float = 0
    change_hour: float = 0
    compactness: float = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything at once. Raises `ProblemError` when it contradicts itself."""

    sites: tuple[Site, ...]
    reps: tuple[Rep, ...]
    days: tuple[Day, ...]
    weights: Weights = field(default_factory=Weights)
    travel: Travel = field(default_factory=CityTravel)

    def __post_init__(self) -> None:
        check_problem(self)

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
    spans = [(w.start, w.end) for w in own] if site.windows else [(0, LATEST)]
    for taboo in site.taboos:
        if taboo.weekday in (None, weekday):
            spans = [
                part
                for a, b in spans
                for part in ((a, min(b, taboo.start)), (max(a, taboo.end), b))
                if part[0] < part[1]
            ]
    return tuple(sorted(set(spans)))
