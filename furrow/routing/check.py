"""An independent judge: is this plan allowed, and what does it really cost? Shares no code with the search.

Everything is worked out again from the problem and its `Travel`: drives, clock times, spacing, limits, totals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from furrow.routing.problem import Problem, Rep, Site, Window, gap_limits
from furrow.routing.result import Cost, Result, Route
from furrow.routing.travel import Place, Table

NEAR = 1e-6
NOON = 720
REASONS = {
    "unreachable_coordinates",
    "no_working_day",
    "no_day_in_windows",
    "visit_limit",
    "day_full",
    "spacing",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: a stable code, and words that name rep, day and site."""

    code: str
    text: str
    rep_id: str | None = None
    day: int | None = None
    site_id: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """`feasible` means no violation; visits left out with a reason are allowed. Figures are recomputed."""

    violations: tuple[Violation, ...]
    cost: Cost
    travel_minutes: float
    travel_metres: float
    visits: int
    unplaced_visits: int

    @property
    def feasible(self) -> bool:
        return not self.violations


def check(problem: Problem, result: Result) -> Report:
    """Judges `result` against `problem`. Pass the divided problem (`divide`), so that bases are known."""
    return _Judge(problem, result).report()


class _Judge:
    def __init__(self, problem: Problem, result: Result) -> None:
        self.problem, self.result = problem, result
        self.sites = {site.id: site for site in problem.sites}
        self.reps = {rep.id: rep for rep in problem.reps}
        self.found: list[Violation] = []
        self.minutes = self.metres = 0.0
        self.longest: dict[str, float] = {}
        self.overtime = 0.0
        self.missed_mornings = 0

    def say(
        self,
        code: str,
        text: str,
        route: Route | None = None,
        site_id: str | None = None,
        rep_id: str | None = None,
    ) -> None:
        where = f"rep {route.rep_id}, day {route.day}: " if route is not None else ""
        rep = route.rep_id if route is not None else rep_id
        self.found.append(
            Violation(code, where + text, rep, route.day if route is not None else None, site_id)
        )

    def report(self) -> Report:
        seen: set[tuple[str, int]] = set()
        for route in self.result.routes:
            if (route.rep_id, route.day) in seen:
                self.say("route_twice", "the rep has two routes on one day", route)
            seen.add((route.rep_id, route.day))
            self.route(route)
        visits: dict[str, list[tuple[int, str]]] = {}
        for route in self.result.routes:
            for visit in route.visits:
                visits.setdefault(visit.site_id, []).append((route.day, route.rep_id))
        left = self.unplaced()
        for site in self.problem.sites:
            self.site(site, sorted(visits.get(site.id, [])), left.get(site.id, 0))
        cost = self.cost(visits, left)
        self.totals(cost)
        count = sum(len(days) for days in visits.values())
        return Report(tuple(self.found), cost, self.minutes, self.metres, count, sum(left.values()))

    # one day

    def route(self, route: Route) -> None:
        rep = self.reps.get(route.rep_id)
        if rep is None or not 0 <= route.day < len(self.problem.days):
            return self.say("unknown", "no such rep or day", route)
        day = self.problem.days[route.day]
        if not day.working:
            self.say("free_day", "the day is not a working day", route)
        if route.day in rep.days_off:
            self.say("day_off", "the rep is off", route)
        strange = [v.site_id for v in route.visits if v.site_id not in self.sites]
        for site_id in strange:
            self.say("unknown", f"no such site {site_id}", route, site_id)
        places = [rep.place, *(self.sites[v.site_id].place for v in route.visits if v.site_id not in strange)]
        lost = [place.key for place in places if not self.problem.travel.known(place)]
        if lost:
            return self.say("no_place", f"no coordinates for {', '.join(lost)}", route)
        if not strange:
            table = self.problem.travel.table(places)
            self.drives(route, table)
            self.times(route, rep)
            self.lunch(route, rep)
            self.limits(route, rep)
        return None

    def drives(self, route: Route, table: Table) -> None:
        said = [(v.drive_minutes, v.drive_metres) for v in route.visits] + [
            (route.back_minutes, route.back_metres)
        ]
        count = len(route.visits)
        total = 0.0
        for i, (minutes, metres) in enumerate(said):
            a, b = i, (i + 1 if i < count else 0)
            true_minutes, true_metres = (table.minutes[a][b], table.metres[a][b]) if count else (0.0, 0.0)
            if abs(minutes - true_minutes) > NEAR or abs(metres - true_metres) > 1e-3:
                self.say("drive", f"drive {i + 1} takes {true_minutes:.2f} min, not {minutes:.2f}", route)
            total += true_minutes
            self.minutes += true_minutes
            self.metres += true_metres
        work = total + sum(self.sites[v.site_id].service_minutes for v in route.visits)
        self.longest[route.rep_id] = max(self.longest.get(route.rep_id, 0.0), work)

    def times(self, route: Route, rep: Rep) -> None:
        day = self.problem.days[route.day]
        begin = max([rep.start] if day.start is None else [rep.start, day.start])
        end = min([rep.end] if day.end is None else [rep.end, day.end])
        if route.depart < begin - NEAR:
            self.say("hours", f"leaves at {route.depart:.1f}, the day begins at {begin}", route)
        if route.back > end + rep.overtime + NEAR:
            self.say("hours", f"is back at {route.back:.1f}, the day ends at {end} (+{rep.overtime})", route)
        over = max(0.0, route.back - end)
        self.overtime += over
        if abs(over - route.overtime) > NEAR:
            self.say("overtime", f"overtime is {over:.2f} min, not {route.overtime:.2f}", route)
        free = route.depart
        for visit in route.visits:
            site = self.sites[visit.site_id]
            if visit.arrive - visit.drive_minutes < free - NEAR:
                self.say("time", f"arrives at {site.id} sooner than the drive allows", route, site.id)
            if (
                visit.start < visit.arrive - NEAR
                or abs(visit.leave - visit.start - site.service_minutes) > NEAR
            ):
                self.say("time", f"times at {site.id} do not add up", route, site.id)
            if not _open(site, day.weekday, visit.start, visit.leave):
                text = f"{site.id} is closed from {visit.start:.1f} to {visit.leave:.1f}"
                self.say("window", text, route, site.id)
            self.missed_mornings += _missed(site.half, visit.start)
            free = visit.leave
        if route.back - route.back_minutes < free - NEAR:
            self.say("time", "is back sooner than the drive allows", route)

    def lunch(self, route: Route, rep: Rep) -> None:
        if rep.lunch is None:
            if route.lunch is not None:
                self.say("lunch", "takes a pause that is not due", route)
            return
        day = self.problem.days[route.day]
        begins = max(rep.start, day.start or 0)
        due = begins < rep.lunch.start and any(v.start >= rep.lunch.start - NEAR for v in route.visits)
        if route.lunch is None:
            if due:
                self.say("lunch", "works through lunch", route)
            return
        start, end = route.lunch
        if abs(end - start - rep.lunch.minutes) > NEAR or start < rep.lunch.start - NEAR:
            self.say("lunch", f"lunch from {start:.1f} to {end:.1f} is too short, long or early", route)
        if any(rep.lunch.start + NEAR < v.start < start - NEAR for v in route.visits):
            self.say("lunch", "begins a visit between the start of lunchtime and lunch", route)
        busy = [(v.start, v.leave) for v in route.visits]
        busy += [(v.arrive - v.drive_minutes, v.arrive) for v in route.visits]
        busy.append((route.back - route.back_minutes, route.back))
        if any(max(a, start) < min(b, end) - NEAR for a, b in busy):
            self.say("lunch", "drives or visits during lunch", route)

    def limits(self, route: Route, rep: Rep) -> None:
        if rep.max_visits is not None and len(route.visits) > rep.max_visits:
            self.say("visit_limit", f"{len(route.visits)} visits, at most {rep.max_visits} allowed", route)
        for name, limit in rep.class_limits.items():
            count = sum(1 for v in route.visits if name in self.sites[v.site_id].classes)
            if count > limit:
                self.say("visit_limit", f"{count} visits of class {name}, at most {limit} allowed", route)

    # one site over the cycle

    def unplaced(self) -> dict[str, int]:
        left: dict[str, int] = {}
        for item in self.result.unplaced:
            if item.site_id not in self.sites or item.visits < 1:
                self.say(
                    "unknown", f"unplaced {item.site_id} is no site or misses nothing", None, item.site_id
                )
            if item.reason not in REASONS:
                self.say(
                    "reason",
                    f"unplaced {item.site_id} has no known reason: {item.reason}",
                    None,
                    item.site_id,
                )
            left[item.site_id] = left.get(item.site_id, 0) + item.visits
        return left

    def site(self, site: Site, visits: list[tuple[int, str]], left: int) -> None:
        days = [day for day, _ in visits]
        made = len(visits) + len(site.done)
        if made + left != site.visits:
            text = f"{site.id} wants {site.visits} visits, has {made} and {left} left out"
            self.say("visit_count", text, None, site.id)
        days = sorted([*days, *site.done])
        if len(set(days)) < len(days):
            self.say("day_twice", f"{site.id} is visited twice on one day", None, site.id)
        reps = {rep for _, rep in visits}
        if len(reps) > 1:
            self.say("rep", f"{site.id} is visited by {len(reps)} reps", None, site.id)
        if (site.rep and reps - {site.rep}) or (site.allowed_reps and reps - set(site.allowed_reps)):
            self.say("rep", f"{site.id} is visited by a rep who may not", None, site.id)
        if visits and not left:
            for pin in site.pins:
                if pin.day not in days or (pin.rep is not None and (pin.day, pin.rep) not in visits):
                    self.say("pin", f"{site.id} is pinned to day {pin.day} and not there", None, site.id)
            if len(days) == site.visits:
                self.spacing(site, days, visits[0][1])

    def spacing(self, site: Site, days: list[int], rep_id: str) -> None:
        if site.patterns is not None:
            if tuple(days) not in {tuple(sorted(p)) for p in site.patterns}:
                self.say("spacing", f"{site.id}: days {days} are none of its patterns", None, site.id)
            return
        low, high = gap_limits(site, len(self.problem.days))
        wrong = [gap for gap in _gaps(days, len(self.problem.days)) if not low <= gap <= high]
        if wrong and rep_id in self.reps and self.regular(site, self.reps[rep_id], low, high):
            text = f"{site.id}: gaps of {wrong} days, {low} to {high} allowed"
            self.say("spacing", text, None, site.id)

    def regular(self, site: Site, rep: Rep, low: int, high: int) -> bool:
        """Whether any choice of days keeps the gap limits; if none does, free days excuse the plan."""
        cycle, wanted = len(self.problem.days), site.visits
        days = [d for d in range(cycle) if d in site.done or self.could(site, rep, d)]
        pins = {*site.done, *(pin.day for pin in site.pins)}
        for first in days:
            if any(pin < first for pin in pins):
                break
            reached = {first}
            for _ in range(wanted - 1):
                reached = {
                    d
                    for d in days
                    for last in reached
                    if low <= d - last <= high and not any(last < pin < d for pin in pins)
                }
            if any(
                low <= first + cycle - last <= high and not any(pin > last for pin in pins)
                for last in reached
            ):
                return True
        return False

    def could(self, site: Site, rep: Rep, index: int) -> bool:
        day = self.problem.days[index]
        begin, end = max(rep.start, day.start or 0), min(rep.end, day.end if day.end is not None else 1440)
        if not day.working or index in rep.days_off or begin >= end:
            return False
        there, back = self.one_way(rep.place, site.place), self.one_way(site.place, rep.place)
        if begin + there + site.service_minutes + back > end + rep.overtime + NEAR:
            return False
        moments = {begin + there, *(begin + there + m for m in range(0, 1440, 5))}
        moments |= {float(w.start) for w in site.windows} | {float(w.end) for w in site.taboos}
        if rep.lunch is not None:
            moments.add(float(rep.lunch.start + rep.lunch.minutes))
        return any(
            begin + there <= m + NEAR
            and m + site.service_minutes + back <= end + rep.overtime + NEAR
            and _open(site, day.weekday, m, m + site.service_minutes)
            and (rep.lunch is None or m < rep.lunch.start or m >= rep.lunch.start + rep.lunch.minutes)
            for m in moments
        )

    def one_way(self, a: Place, b: Place) -> float:
        return self.problem.travel.table([a, b]).minutes[0][1]

    # the whole

    def cost(self, visits: dict[str, list[tuple[int, str]]], left: dict[str, int]) -> Cost:
        weights, cycle = self.problem.weights, len(self.problem.days)
        spacing = preference = unserved = 0.0
        for site in self.problem.sites:
            days = sorted({*site.done, *(day for day, _ in visits.get(site.id, []))})
            unserved += weights.unserved * site.priority * left.get(site.id, 0)
            if days and site.preferred_weeks:
                first = self.problem.days[days[0]].week
                preference += weights.preference * min(abs(first - week) for week in site.preferred_weeks)
            if len(days) == site.visits:
                low, high = gap_limits(site, cycle) if site.patterns is None else (1, cycle)
                for gap in _gaps(days, cycle):
                    spacing += weights.spacing * abs(gap - cycle / len(days))
                    spacing += weights.stretch * (max(0, low - gap) + max(0, gap - high))
        return Cost(
            travel=weights.travel_minute * self.minutes + weights.travel_km * self.metres / 1000,
            overtime=weights.overtime_minute * self.overtime,
            unserved=unserved,
            spacing=spacing,
            preference=preference + weights.morning * self.missed_mornings,
            workload=weights.workload
            * sum(max(0.0, work - weights.easy_day) for work in self.longest.values()),
        )

    def totals(self, true: Cost) -> None:
        said = self.result.cost
        for part in ("travel", "overtime", "unserved", "spacing", "preference", "workload"):
            mine, theirs = getattr(true, part), getattr(said, part)
            if abs(mine - theirs) > 1e-3 + 1e-9 * abs(mine):
                self.say("total", f"cost of {part} is {mine:.3f}, not {theirs:.3f}")


def _missed(half: str, start: float) -> bool:
    return (half == "morning" and start >= NOON) or (half == "afternoon" and start < NOON)


def _gaps(days: list[int], cycle: int) -> Iterator[int]:
    if len(days) > 1:
        for place, day in enumerate(days):
            after = days[place + 1] if place + 1 < len(days) else days[0] + cycle
            yield after - day


def _on(windows: Iterable[Window], weekday: int) -> Iterator[Window]:
    return (w for w in windows if w.weekday is None or w.weekday == weekday)


def _open(site: Site, weekday: int, start: float, leave: float) -> bool:
    inside = not site.windows or any(
        w.start <= start + NEAR and leave <= w.end + NEAR for w in _on(site.windows, weekday)
    )
    clear = not any(w.start < leave - NEAR and start < w.end - NEAR for w in _on(site.taboos, weekday))
    return inside and clear
