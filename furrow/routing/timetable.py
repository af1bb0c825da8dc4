"""The clock of one rep-day: drives, waiting for opening hours, lunch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from furrow.routing.problem import Day, Lunch, Rep
from furrow.routing.result import Route, Visit
from furrow.routing.travel import Table

Spans = tuple[tuple[int, int], ...]


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


def day_hours(rep: Rep, day: Day) -> Hours | None:
    """The rep's hours on this day, None when the rep does not work."""
    start = max(rep.start, day.start) if day.start is not None else rep.start
    end = min(rep.end, day.end) if day.end is not None else rep.end
    if not day.working or day.index in rep.days_off or start >= end:
        return None
    lunch = rep.lunch if rep.lunch is not None and start < rep.lunch.start else None
    return Hours(start, end, end + rep.overtime, lunch)


class Clock(NamedTuple):
    """(arrive, start, leave) per stop, the pause, and when the rep is back."""

    times: list[tuple[float, float, float]]
    lunch: tuple[float, float] | None
    back: float


def clock(
    stops: Sequence[int],
    base: int,
    minutes: Sequence[Sequence[float]],
    service: Sequence[float],
    opens: Sequence[Spans | None],
    hours: Hours,
) -> Clock | None:
    """Times of the stops in this order, None when one cannot be met or the rep is back too late.

    `opens[node]` are the stretches a visit must lie in, None when it is always open. Lunch falls on the first
    moment from its start that is neither visit nor drive; after the last visit the rep goes home instead.
    """
    now: float = hours.start
    here = base
    pause = hours.lunch
    lunch: tuple[float, float] | None = None
    times: list[tuple[float, float, float]] = []
    for node in stops:
        if pause is not None and here != base and now >= pause.start:
            lunch = (now, now + pause.minutes)
            now, pause = lunch[1], None
        now += minutes[here][node]
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
    now += minutes[here][base]
    return Clock(times, lunch, now) if now <= hours.latest + 1e-9 else None


def _opening(spans: Spans, now: float, service: float) -> float | None:
    for a, b in spans:
        start = now if now > a else a
        if start + service <= b + 1e-9:
            return start
    return None


def route_of(
    ids: Sequence[str],
    stops: Sequence[int],
    base: int,
    table: Table,
    made: Clock,
    hours: Hours,
    rep_id: str,
    day: int,
) -> Route:
    """The route as the user sees it: the rep leaves the base just in time for a first stop that opens late."""
    visits = []
    here = base
    for node, (arrive, start, leave) in zip(stops, made.times, strict=True):
        drive = table.minutes[here][node]
        visits.append(Visit(ids[node], arrive, start, leave, drive, table.metres[here][node]))
        here = node
    depart: float = hours.start
    if (
        visits
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
        back_minutes=table.minutes[here][base],
        back_metres=table.metres[here][base],
        lunch=made.lunch,
        overtime=max(0.0, made.back - hours.end),
    )
