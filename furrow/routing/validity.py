"""What makes a problem contradict itself: checked once, on the way in."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import TYPE_CHECKING

from furrow.routing.travel import MatrixTravel, Travel

if TYPE_CHECKING:
    from furrow.routing.problem import Day, Problem, Rep, Site

LATEST = 1_000_000
"""The last minute hours and windows may name: days of benchmarks know no clock, only a length."""
HALVES = ("", "morning", "afternoon")


class ProblemError(ValueError):
    """The problem contradicts itself. `code` is stable, `subject` names the site, rep or day."""

    def __init__(self, code: str, subject: str, reason: str) -> None:
        super().__init__(f"{subject}: {reason}" if subject else reason)
        self.code = code
        self.subject = subject
        self.reason = reason

    def __reduce__(self) -> tuple[type[ProblemError], tuple[str, str, str]]:
        return type(self), (self.code, self.subject, self.reason)


def check_problem(problem: Problem) -> None:
    """Raises `ProblemError` with a stable code at the first contradiction."""
    _check_days(problem.days)
    _check_reps(problem.reps, len(problem.days))
    _check_weights(problem)
    _check_travel(problem.travel)
    reps = {rep.id for rep in problem.reps}
    ids = [site.id for site in problem.sites]
    _need(len(set(ids)) == len(ids), "site_twice", "", "two sites have the same id")
    for site in problem.sites:
        _check_site(site, len(problem.days))
        _check_site_days(site, len(problem.days))
        _check_site_reps(site, reps)


def _need(holds: bool, code: str, subject: str, reason: str) -> None:
    if not holds:
        raise ProblemError(code, subject, reason)


def _amounts(values: Iterable[float]) -> bool:
    """Whether all are ordinary numbers from 0 on."""
    return all(isfinite(value) and value >= 0 for value in values)


def _check_days(days: tuple[Day, ...]) -> None:
    _need(bool(days), "no_days", "", "the cycle has no days")
    for position, day in enumerate(days):
        name = f"day {day.index}"
        _need(day.index == position, "day_index", name, f"expected index {position}: days count from 0")
        _need(0 <= day.weekday <= 6, "weekday", name, "weekday must be 0 (Monday) to 6")
        _need(day.week >= 0, "week", name, "week must not be negative")
        edges = [edge for edge in (day.start, day.end) if edge is not None]
        _need(all(0 <= edge <= LATEST for edge in edges), "hours", name, "hours must not be negative")
        _need(len(edges) < 2 or edges[0] < edges[1], "hours", name, "hours end before they start")


def _check_reps(reps: tuple[Rep, ...], cycle: int) -> None:
    _need(bool(reps), "no_reps", "", "there is no rep")
    _need(len({rep.id for rep in reps}) == len(reps), "rep_twice", "", "two reps have the same id")
    for rep in reps:
        name = f"rep {rep.id}"
        spans = [(rep.start, rep.end), *((s.start, s.end) for s in rep.shifts), *rep.days.values()]
        fits = all(0 <= start < end <= LATEST for start, end in spans)
        _need(fits, "hours", name, f"hours must end after they start and lie within 0 and {LATEST}")
        _need(0 <= rep.overtime <= LATEST, "overtime", name, "overtime must not be negative")
        _need(rep.max_visits is None or rep.max_visits >= 0, "limit", name, "visit limit is negative")
        _need(all(n >= 0 for n in rep.class_limits.values()), "limit", name, "a class limit is negative")
        _need(rep.capacity is None or _amounts([rep.capacity]), "capacity", name, "capacity is negative")
        named = {*rep.days_off, *rep.days}
        _need(all(0 <= d < cycle for d in named), "day_off", name, "a day off is outside the cycle")
        places = [(rep.lng, rep.lat), *((s.lng, s.lat) for s in rep.shifts)]
        _need(all(_spot(*place) for place in places), "place", name, "coordinates are no ordinary numbers")
        if rep.lunch is not None:
            fits = rep.lunch.minutes >= 0 and 0 <= rep.lunch.start <= LATEST
            _need(fits, "lunch", name, "lunch must have a length and lie within the day")


def _spot(lng: float | None, lat: float | None) -> bool:
    return all(value is None or isfinite(value) for value in (lng, lat))


def _check_weights(problem: Problem) -> None:
    for name in problem.weights.__slots__:
        _need(
            _amounts([getattr(problem.weights, name)]),
            "weight",
            name,
            "a weight is an ordinary number from 0 on",
        )


def _check_travel(travel: Travel) -> None:
    last = -1
    for minute, factor in travel.profile:
        _need(minute > last, "profile", "travel", "minutes of the profile must rise")
        _need(isfinite(factor) and factor > 0, "profile", "travel", "a factor must be above 0")
        last = minute
    if isinstance(travel, MatrixTravel):
        size = len(travel.minutes)
        square = len(travel.metres) == size and all(
            len(row) == size for table in (travel.minutes, travel.metres) for row in table
        )
        _need(square, "matrix", "travel", "minutes and metres must be square and of one size")
        rows = travel.rows.values()
        _need(all(0 <= row < size for row in rows), "matrix", "travel", "a row is outside the matrix")
        fits = all(
            v is None or v >= 0 for table in (travel.minutes, travel.metres) for row in table for v in row
        )
        _need(fits, "matrix", "travel", "a drive is negative or no number")


def _check_site(site: Site, cycle: int) -> None:
    name = f"site {site.id}"
    _need(_spot(site.lng, site.lat), "place", name, "coordinates are no ordinary numbers")
    _need(0 <= site.visits <= cycle, "visits", name, f"visits must be 0 to {cycle}")
    _need(_amounts([site.service_minutes]), "service", name, "service time is negative")
    _need(_amounts([site.priority]), "priority", name, "priority is negative")
    _need(_amounts([site.demand]), "demand", name, "demand is negative")
    _need(site.half in HALVES, "half", name, "the half-day is morning, afternoon or empty")
    for window in (*site.windows, *site.taboos):
        fits = 0 <= window.start < window.end <= LATEST and window.weekday in (None, *range(7))
        _need(fits, "window", name, "a window ends before it starts or lies outside the day")
    if site.min_gap is not None:
        _need(site.min_gap > 0, "gap", name, "least gap must be at least a day")
    if site.max_gap is not None:
        least = site.min_gap if site.min_gap is not None else 1
        _need(least <= site.max_gap, "gap", name, "least gap is greater than greatest gap")


def _check_site_days(site: Site, cycle: int) -> None:
    name = f"site {site.id}"
    pinned = [pin.day for pin in site.pins]
    _need(all(0 <= d < cycle for d in pinned), "pin", name, "a pin is outside the cycle")
    _need(
        len(set(pinned)) == len(pinned) <= max(0, site.to_plan),
        "pin",
        name,
        "more pins than visits, or one twice",
    )
    clocks = [pin.start for pin in site.pins if pin.start is not None]
    _need(all(0 <= start <= LATEST for start in clocks), "pin", name, "a pinned hour is outside the day")
    settled = {*pinned, *site.done}
    fits = len(settled) == len(pinned) + len(site.done) and all(0 <= d < cycle for d in site.done)
    _need(fits, "done", name, "a visit made is outside the cycle, there twice or pinned too")
    _need(len(site.done) <= site.visits, "done", name, "more visits made than wanted")
    before = [visit.day for visit in site.earlier]
    fits = len(set(before)) == len(before) and all(0 <= d < cycle for d in before)
    _need(fits, "earlier", name, "a visit of the earlier plan is outside the cycle or there twice")
    hours = [visit.start for visit in site.earlier if visit.start is not None]
    _need(_amounts(hours), "earlier", name, "a visit of the earlier plan has no possible hour")
    for pattern in site.patterns or ():
        fits = len(set(pattern)) == len(pattern) == site.visits and all(0 <= d < cycle for d in pattern)
        _need(fits, "pattern", name, f"pattern {pattern} does not give {site.visits} days of the cycle")


def _check_site_reps(site: Site, reps: set[str]) -> None:
    """Reps of the earlier plan may be gone, so they need not be there."""
    name = f"site {site.id}"
    tied = {site.rep, *(pin.rep for pin in site.pins)} - {None}
    unknown = sorted(map(str, {*tied, *site.allowed_reps} - reps))
    _need(not unknown, "rep_unknown", name, f"names a rep that is not there: {unknown}")
    most = 1 if site.same_rep or site.rep is not None else len(reps)
    _need(len(tied) <= most, "pin", name, "is pinned to a rep who is not its own, or to two")
    if site.allowed_reps and tied:
        fits = tied <= set(site.allowed_reps)
        _need(fits, "rep", name, "belongs to a rep who is not among the allowed ones")
