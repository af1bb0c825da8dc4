"""The clock of one rep-day: drives, waiting for opening hours, lunch."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from furrow.routing.problem import Day, Lunch, Rep, Site, opening
from furrow.routing.result import Route, Visit
from furrow.routing.travel import Profile, Table

Spans = tuple[tuple[float, float], ...]


class Hours(NamedTuple):
    """From when, until when, until when at the very latest, and the pause."""

    start: int
    end: int
    latest: int
    lunch: Lunch | None

    @property
    def room(self) -> float:
        """Minutes of driving and service that surely fit, whatever the order."""
        return self._room(self.end)

    @property
    def most(self) -> float:
        """The same with all the overtime allowed."""
        return self._room(self.latest)

    def _room(self, end: int) -> float:
        if self.lunch is None:
            return end - self.start
        return max(min(self.lunch.start, end) - self.start, end - self.start - self.lunch.minutes)


def day_hours(rep: Rep, day: Day, shift: int = 0) -> Hours | None:
    """The rep's hours on this day (in this shift), None when the rep does not work then. Shifts know no lunch."""
    own = rep.shifts[shift] if rep.shifts else rep
    start, end = rep.days.get(day.index, (own.start, own.end))
    start = max(own.start, start, day.start if day.start is not None else 0)
    end = min(own.end, end, day.end if day.end is not None else own.end)
    if not day.working or day.index in rep.days_off or start >= end:
        return None
    pause = None if rep.shifts else rep.lunch
    lunch = pause if pause is not None and start < pause.start else None
    return Hours(start, end, end + rep.overtime, lunch)


class Clock(NamedTuple):
    """(arrive, start, leave) per stop, the pause, when the rep is back, and minutes per drive, the last one home."""

    times: list[tuple[float, float, float]]
    lunch: tuple[float, float] | None
    back: float
    drives: list[float]


def factor(profile: Profile, minute: float) -> float:
    """What a drive that begins at `minute` takes, times its minutes in the table; 1 before the first entry."""
    at = bisect_right(profile, minute, key=lambda entry: entry[0])
    return profile[at - 1][1] if at else 1.0


def clock(
    stops: Sequence[int],
    base: int,
    minutes: Sequence[Sequence[float]],
    service: Sequence[float],
    opens: Sequence[Spans | None],
    hours: Hours,
    profile: Profile = (),
) -> Clock | None:
    """Times of the stops in this order, None when one cannot be met or the rep is back too late.

    `opens[node]` are the stretches a visit must lie in, None when it is always open. Lunch falls on the first
    moment from its start that is neither visit nor drive; after the last visit the rep goes home instead. Nobody
    waits for a drive to become shorter (`profile`): each begins at once.
    """
    now: float = hours.start
    here = base
    pause = hours.lunch
    lunch: tuple[float, float] | None = None
    times: list[tuple[float, float, float]] = []
    drives: list[float] = []
    for node in stops:
        if pause is not None and here != base and now >= pause.start:
            lunch = (now, now + pause.minutes)
            now, pause = lunch[1], None
        drive = minutes[here][node] * factor(profile, now) if profile else minutes[here][node]
        drives.append(drive)
        now += drive
        arrive = now
        if pause is not None and now >= pause.start:
            lunch = (now, now + pause.minutes)
            now, pause = lunch[1], None
        spans = opens[node]
        if spans is not None:
            start = _opening(spans, now, service[node])
            if pause is not None and start is not None and start >= pause.start:
                lunch = (pause.start, pause.start + pause.minutes)
                now, pause = lunch[1], None
                start = _opening(spans, now, service[node])
            if start is None:
                return None
            now = start
        times.append((arrive, now, now + service[node]))
        now += service[node]
        here = node
    drive = minutes[here][base] * factor(profile, now) if profile else minutes[here][base]
    drives.append(drive)
    now += drive
    return Clock(times, lunch, now, drives) if now <= hours.latest + 1e-9 else None


def _opening(spans: Spans, now: float, service: float) -> float | None:
    for a, b in spans:
        start = now if now > a else a
        if start + service <= b + 1e-9:
            return start
    return None


def pinned_span(site: Site, weekday: int, start: int) -> Spans:
    """The stretch that leaves a visit only its pinned minute; none when the site is closed then."""
    leave = start + site.service_minutes
    inside = any(a <= start and leave <= b + 1e-9 for a, b in opening(site, weekday))
    return ((start, leave),) if inside else ()


def route_of(
    ids: Sequence[str],
    stops: Sequence[int],
    base: int,
    table: Table,
    made: Clock,
    hours: Hours,
    rep_id: str,
    day: int,
    shift: int = 0,
    profile: Profile = (),
) -> Route:
    """The route as the user sees it: the rep leaves the base just in time for a first stop that opens late.

    Not so where drives lengthen over the day: leaving later would be another drive.
    """
    visits = []
    here = base
    for node, (arrive, start, leave), drive in zip(stops, made.times, made.drives[:-1], strict=True):
        visits.append(Visit(ids[node], arrive, start, leave, drive, table.metres[here][node]))
        here = node
    depart: float = hours.start
    if (
        visits
        and not profile
        and visits[0].start > visits[0].arrive
        and (made.lunch is None or made.lunch[0] > visits[0].start)
    ):
        first = visits[0]
        depart = first.start - first.drive_minutes
        visits[0] = Visit(
            first.site_id, first.start, first.start, first.leave, first.drive_minutes, first.drive_metres
        )
    return Route(
        rep_id=rep_id,
        day=day,
        depart=depart,
        visits=tuple(visits),
        back=made.back,
        back_minutes=made.drives[-1],
        back_metres=table.metres[here][base],
        lunch=made.lunch,
        overtime=max(0.0, made.back - hours.end),
        shift=shift,
    )
