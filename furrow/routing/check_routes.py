"""The judge's look at single days: drives, clock times, lunch, limits. Part of `check.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite

from furrow.routing.check_book import NEAR, NOON, Book, is_open, unable
from furrow.routing.problem import Rep
from furrow.routing.result import Route
from furrow.routing.travel import Table


@dataclass(frozen=True, slots=True)
class RouteFacts:
    """What a route truly amounts to, in minutes and metres."""

    rep_id: str
    day: int
    visits: int
    minutes: float
    metres: float
    work: float
    overtime: float
    diameter: float
    missed_halves: int


def judge_route(book: Book, route: Route) -> RouteFacts | None:
    """Writes down what is wrong with the route; None when it cannot even be worked out."""
    rep = book.reps.get(route.rep_id)
    if rep is None or not 0 <= route.day < len(book.problem.days) or not 0 <= route.shift < rep.routes:
        book.say("unknown", "no such rep, day or shift", route)
        return None
    strange = [v.site_id for v in route.visits if v.site_id not in book.sites]
    for site_id in strange:
        book.say("unknown", f"no such site {site_id}", route, site_id)
    if strange or not _finite(book, route):
        return None
    base = rep.base(route.shift)
    places = [base, *(book.sites[v.site_id].place for v in route.visits)]
    lost = [place.key for place in places if not book.problem.travel.known(place)]
    if lost:
        book.say("no_place", f"no coordinates for {', '.join(lost)}", route)
        return None
    table = book.problem.travel.table(places)
    minutes, metres = _drives(book, route, table)
    _reps(book, route, rep)
    _times(book, route)
    over = _hours(book, route, rep)
    _lunch(book, route, rep)
    stops = [book.sites[v.site_id] for v in route.visits]
    return RouteFacts(
        rep_id=route.rep_id,
        day=route.day,
        visits=len(stops),
        minutes=minutes,
        metres=metres,
        work=minutes + sum(site.service_minutes for site in stops),
        overtime=over,
        diameter=_diameter(table),
        missed_halves=sum(
            (s.half == "morning" and v.start >= NOON) or (s.half == "afternoon" and v.start < NOON)
            for s, v in zip(stops, route.visits, strict=True)
        ),
    )


def _finite(book: Book, route: Route) -> bool:
    numbers = [route.depart, route.back, route.back_minutes, route.back_metres, route.overtime]
    numbers += route.lunch or ()
    for v in route.visits:
        numbers += [v.arrive, v.start, v.leave, v.drive_minutes, v.drive_metres]
    if all(isfinite(number) for number in numbers):
        return True
    book.say("time", "has a time or a drive that is no number", route)
    return False


def _drives(book: Book, route: Route, table: Table) -> tuple[float, float]:
    """True minutes and metres of all drives. A drive's minutes depend on when it begins."""
    count, minutes, metres = len(route.visits), 0.0, 0.0
    said = [(v.arrive, v.drive_minutes, v.drive_metres, v.site_id) for v in route.visits]
    said.append((route.back, route.back_minutes, route.back_metres, "the base"))
    for i, (arrive, drive, way, name) in enumerate(said):
        a, b = i, i + 1 if i < count else 0
        plain, true_metres = (table.minutes[a][b], table.metres[a][b]) if a != b else (0.0, 0.0)
        if plain == inf:
            book.say("unreachable", f"no way leads to {name} from the stop before", route)
            continue
        # a beginning that falls on the border of the profile may be off by a rounding either way
        factors = [book.factor(arrive - drive + shift) for shift in (0.0, NEAR, -NEAR)]
        true = min((plain * factor for factor in factors), key=lambda value: abs(value - drive))
        if abs(drive - true) > NEAR or abs(way - true_metres) > 1e-3:
            book.say("drive", f"the drive to {name} takes {true:.2f} min, not {drive:.2f}", route)
        minutes += true
        metres += true_metres
    return minutes, metres


def _diameter(table: Table) -> float:
    """The longest drive between two stops; the base is row 0 and does not count, nor does a way that is none."""
    ways = (m for row in table.minutes[1:] for m in row[1:] if m < inf)
    return max(ways, default=0.0)


def _reps(book: Book, route: Route, rep: Rep) -> None:
    for visit in route.visits:
        why = unable(book.sites[visit.site_id], rep)
        if why:
            book.say("rep", f"may not visit {visit.site_id}: {why}", route, visit.site_id)


def _hours(book: Book, route: Route, rep: Rep) -> float:
    """Checks the day's edges; returns the true overtime."""
    day = book.problem.days[route.day]
    if not day.working:
        book.say("free_day", "the day is not a working day", route)
    if route.day in rep.days_off:
        book.say("day_off", "the rep is off", route)
    hours = book.hours(rep, route.day, route.shift)
    if hours is None:
        if day.working and route.day not in rep.days_off:
            book.say("hours", "the rep has no hours on this day", route)
        return 0.0
    begin, end = hours
    if route.depart < begin - NEAR:
        book.say("hours", f"leaves at {route.depart:.1f}, the day begins at {begin}", route)
    if route.back > end + rep.overtime + NEAR:
        text = f"is back at {route.back:.1f}, the day ends at {end} (+{rep.overtime})"
        book.say("hours", text, route)
    over = max(0.0, route.back - end)
    if abs(over - route.overtime) > NEAR:
        book.say("overtime", f"overtime is {over:.2f} min, not {route.overtime:.2f}", route)
    return over


def _times(book: Book, route: Route) -> None:
    day = book.problem.days[route.day]
    free = route.depart
    for visit in route.visits:
        site = book.sites[visit.site_id]
        if visit.arrive - visit.drive_minutes < free - NEAR:
            book.say("time", f"arrives at {site.id} sooner than the drive allows", route, site.id)
        if visit.start < visit.arrive - NEAR or abs(visit.leave - visit.start - site.service_minutes) > NEAR:
            book.say("time", f"times at {site.id} do not add up", route, site.id)
        if not is_open(site, day.weekday, visit.start, visit.leave):
            text = f"{site.id} is closed from {visit.start:.1f} to {visit.leave:.1f}"
            book.say("window", text, route, site.id)
        for pin in site.pins:
            if pin.day == route.day and pin.start is not None and abs(visit.start - pin.start) > NEAR:
                text = f"{site.id} begins at {visit.start:.1f} and is pinned to {pin.start}"
                book.say("pin", text, route, site.id)
        free = visit.leave
    if route.back - route.back_minutes < free - NEAR:
        book.say("time", "is back sooner than the drive allows", route)


def _lunch(book: Book, route: Route, rep: Rep) -> None:
    pause = None if rep.shifts else rep.lunch
    if pause is None:
        if route.lunch is not None:
            book.say("lunch", "takes a pause that is not due", route)
        return
    hours = book.hours(rep, route.day, route.shift)
    due = (
        hours is not None
        and hours[0] < pause.start
        and any(v.start >= pause.start - NEAR for v in route.visits)
    )
    if route.lunch is None:
        if due:
            book.say("lunch", "works through lunch", route)
        return
    start, end = route.lunch
    if abs(end - start - pause.minutes) > NEAR or start < pause.start - NEAR:
        book.say("lunch", f"lunch from {start:.1f} to {end:.1f} is too short, long or early", route)
    if any(pause.start + NEAR < v.start < start - NEAR for v in route.visits):
        book.say("lunch", "begins a visit between the start of lunchtime and lunch", route)
    busy = [(v.start, v.leave) for v in route.visits]
    busy += [(v.arrive - v.drive_minutes, v.arrive) for v in route.visits]
    busy.append((route.back - route.back_minutes, route.back))
    if any(max(a, start) < min(b, end) - NEAR for a, b in busy):
        book.say("lunch", "drives or visits during lunch", route)


def judge_limits(book: Book, routes: Sequence[Route]) -> None:
    """Capacity per route; number of visits per rep and day, all shifts together."""
    days: dict[tuple[str, int], list[Route]] = {}
    for route in routes:
        rep = book.reps.get(route.rep_id)
        if rep is None:
            continue
        days.setdefault((route.rep_id, route.day), []).append(route)
        load = sum(book.sites[v.site_id].demand for v in route.visits if v.site_id in book.sites)
        if rep.capacity is not None and load > rep.capacity + NEAR:
            book.say("capacity", f"carries {load:g}, at most {rep.capacity:g} allowed", route)
    for (rep_id, _), mine in days.items():
        rep = book.reps[rep_id]
        stops = [book.sites[v.site_id] for r in mine for v in r.visits if v.site_id in book.sites]
        if rep.max_visits is not None and len(stops) > rep.max_visits:
            text = f"{len(stops)} visits, at most {rep.max_visits} allowed"
            book.say("visit_limit", text, mine[0])
        for name, limit in rep.class_limits.items():
            count = sum(name in site.classes for site in stops)
            if count > limit:
                text = f"{count} visits of class {name}, at most {limit} allowed"
                book.say("visit_limit", text, mine[0])
