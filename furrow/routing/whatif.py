"""What it costs to move one visit to another day: the answer while a person drags it. Playbook 4.6."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from furrow.routing.patterns import gaps
from furrow.routing.problem import Day, Problem, Rep, Site, gap_limits, opening
from furrow.routing.result import Result, Route
from furrow.routing.timetable import Clock, Hours, clock, day_hours, route_of
from furrow.routing.travel import Table


@dataclass(frozen=True, slots=True)
class MovePrice:
    """The price of a move. `fits` means that `reasons` is empty.

    Reasons: `not_planned`, `same_day_twice`, `no_working_day`, `pinned`, `wrong_rep`, `visit_limit`, `closed_that_day`,
    `outside_windows` (no place in the order meets the opening hours), `day_full`, `spacing`, `unreachable_coordinates`.
    `position` counts stops from 0. `routes` are the two days as they would be (an emptied day has no visits);
    without a possible order they are empty and the differences are 0.
    """

    fits: bool
    reasons: tuple[str, ...]
    delta_minutes: float = 0
    delta_metres: float = 0
    position: int = 0
    routes: tuple[Route, ...] = ()


def price_move(
    problem: Problem, result: Result, site_id: str, from_day: int, to_day: int, *, position: int | None = None
) -> MovePrice:
    """What moving the visit of `site_id` on `from_day` to `to_day` costs, at its best place in that day's order.

    The rep stays the same; the other stops of both days keep their order. `problem` is the divided one. With
    `position` the place is taken as given; with `from_day == to_day` the stop moves within its day.
    """
    source = next(
        (r for r in result.routes if r.day == from_day and any(v.site_id == site_id for v in r.visits)), None
    )
    if source is None:
        return MovePrice(False, ("not_planned",))
    rep = next(r for r in problem.reps if r.id == source.rep_id)
    site = next(s for s in problem.sites if s.id == site_id)
    if not 0 <= to_day < len(problem.days) or (hours := day_hours(rep, problem.days[to_day])) is None:
        return MovePrice(False, ("no_working_day",))
    target = next((r for r in result.routes if r.day == to_day and r.rep_id == rep.id), None)
    if target is not None and target is not source and any(v.site_id == site_id for v in target.visits):
        return MovePrice(False, ("same_day_twice",))
    reasons = _rules(problem, result, site, rep, from_day, to_day)
    before = [v.site_id for v in source.visits if v.site_id != site_id]
    after = before if from_day == to_day else [v.site_id for v in target.visits] if target else []
    if from_day != to_day and _crowded(problem, rep, site, after):
        reasons.append("visit_limit")
    day = _Day(problem, rep, [site_id, *before, *(i for i in after if i not in before)])
    placed = day.best(site_id, after, problem.days[to_day], hours, position)
    if placed is None:
        return MovePrice(False, (*reasons, day.why_not(site_id, problem.days[to_day], hours)))
    routes = [placed[1]]
    if from_day != to_day:
        left = day.route(before, problem.days[from_day], day_hours(rep, problem.days[from_day]))
        if left is None:
            return MovePrice(False, (*reasons, "outside_windows"))
        routes.insert(0, left)
    old = [source] if target is None or from_day == to_day else [source, target]
    return MovePrice(
        fits=not reasons,
        reasons=tuple(reasons),
        delta_minutes=sum(r.travel_minutes for r in routes) - sum(r.travel_minutes for r in old),
        delta_metres=sum(r.travel_metres for r in routes) - sum(r.travel_metres for r in old),
        position=placed[0],
        routes=tuple(routes),
    )


def moved(result: Result, price: MovePrice) -> Result:
    """The plan with a priced move made. Its cost parts are the old ones: `check` works them out anew."""
    keys = {(r.rep_id, r.day) for r in price.routes}
    routes = [r for r in result.routes if (r.rep_id, r.day) not in keys]
    routes += [r for r in price.routes if r.visits]
    order = {rep: i for i, rep in enumerate(dict.fromkeys(r.rep_id for r in result.routes))}
    return replace(
        result, routes=tuple(sorted(routes, key=lambda r: (order.get(r.rep_id, len(order)), r.day)))
    )


def _rules(problem: Problem, result: Result, site: Site, rep: Rep, from_day: int, to_day: int) -> list[str]:
    reasons = []
    if from_day != to_day and any(pin.day == from_day for pin in site.pins):
        reasons.append("pinned")
    days = {r.day for r in result.routes for v in r.visits if v.site_id == site.id} | set(site.done)
    spaced = sorted(days - {from_day} | {to_day})
    if site.patterns is not None:
        if tuple(spaced) not in {tuple(sorted(p)) for p in site.patterns}:
            reasons.append("spacing")
    elif len(spaced) == site.visits and from_day != to_day:
        low, high = gap_limits(site, len(problem.days))
        if any(not low <= gap <= high for gap in gaps(spaced, len(problem.days))):
            reasons.append("spacing")
    return reasons


def _crowded(problem: Problem, rep: Rep, site: Site, others: Sequence[str]) -> bool:
    if rep.max_visits is not None and len(others) >= rep.max_visits:
        return True
    classes = {s.id: s.classes for s in problem.sites if s.id in others}
    return any(
        name in site.classes and sum(name in classes[i] for i in others) >= limit
        for name, limit in rep.class_limits.items()
    )


class _Day:
    """The few places that a move touches, with their travel table."""

    def __init__(self, problem: Problem, rep: Rep, site_ids: Sequence[str]) -> None:
        wanted = dict.fromkeys(site_ids)
        found = {s.id: s for s in problem.sites if s.id in wanted}
        self.rep = rep
        self.ids = list(wanted)
        self.node = {site_id: i for i, site_id in enumerate(self.ids)}
        self.sites = [found[site_id] for site_id in self.ids]
        self.service = [float(s.service_minutes) for s in self.sites]
        self.known = all(problem.travel.known(s.place) for s in self.sites)
        self.table = (
            problem.travel.table([*(s.place for s in self.sites), rep.place]) if self.known else Table([], [])
        )

    def clock(self, stops: Sequence[str], day: Day, hours: Hours) -> Clock | None:
        opens = [opening(site, day.weekday) if site.windows or site.taboos else None for site in self.sites]
        nodes = [self.node[i] for i in stops]
        return clock(nodes, len(self.ids), self.table.minutes, self.service, opens, hours)

    def route(self, stops: Sequence[str], day: Day, hours: Hours | None) -> Route | None:
        made = self.clock(stops, day, hours) if hours is not None else None
        if made is None or hours is None:
            return None
        nodes = [self.node[i] for i in stops]
        return route_of(self.ids, nodes, len(self.ids), self.table, made, hours, self.rep.id, day.index)

    def best(
        self, site_id: str, others: Sequence[str], day: Day, hours: Hours, position: int | None
    ) -> tuple[int, Route] | None:
        if not self.known:
            return None
        found = []
        for at in range(len(others) + 1) if position is None else [min(position, len(others))]:
            route = self.route([*others[:at], site_id, *others[at:]], day, hours)
            if route is not None:
                found.append((route.travel_minutes, at, route))
        if not found:
            return None
        _, at, route = min(found, key=lambda item: item[:2])
        return at, route

    def why_not(self, site_id: str, day: Day, hours: Hours) -> str:
        if not self.known:
            return "unreachable_coordinates"
        site = self.sites[self.node[site_id]]
        if not opening(site, day.weekday):
            return "closed_that_day"
        if self.clock([site_id], day, hours) is None or any(s.windows or s.taboos for s in self.sites):
            return "outside_windows" if site.windows or site.taboos else "day_full"
        return "day_full"
