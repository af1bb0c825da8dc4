"""What it costs to move, add or take out one visit: the answer while a person drags it. Playbook 4.6."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from furrow.routing.cost import plan_cost
from furrow.routing.patterns import gaps
from furrow.routing.problem import Problem, Rep, gap_limits
from furrow.routing.result import Cost, Result, Route, Unplaced
from furrow.routing.whatif_day import DayRoutes, crowded, overfull


@dataclass(frozen=True, slots=True)
class MovePrice:
    """The price of a change. `fits` means that `reasons` is empty.

    Reasons: `not_planned`, `same_day_twice`, `no_working_day`, `pinned`, `wrong_rep`, `visit_limit`, `capacity`,
    `closed_that_day`, `outside_windows` (no place in the order meets the opening hours), `day_full`, `spacing`,
    `unreachable_coordinates`.
    `position` counts stops from 0. `routes` are the days touched as they would be (an emptied day has no visits), the
    new place last; without a possible order they are empty and the differences are 0. `delta_overtime` is in minutes,
    `delta_cost` the difference of the whole plan's cost by part, `gaps` the days between the customer's visits before
    and after.
    """

    fits: bool
    reasons: tuple[str, ...]
    delta_minutes: float = 0
    delta_metres: float = 0
    position: int = 0
    routes: tuple[Route, ...] = ()
    delta_overtime: float = 0
    delta_cost: Cost = field(default_factory=Cost)
    gaps: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
    unplaced: tuple[Unplaced, ...] = ()
    """What the customer is left without afterwards."""
    site_id: str = ""


def price_move(
    problem: Problem,
    result: Result,
    site_id: str,
    from_day: int,
    to_day: int,
    *,
    position: int | None = None,
    rep_id: str | None = None,
) -> MovePrice:
    """What moving the visit of `site_id` on `from_day` to `to_day` costs, at its best place in that day's order.

    The rep stays the same unless `rep_id` names another; the other stops of both days keep their order. `problem` is
    the divided one. With `position` the place is taken as given; with `from_day == to_day` and the same rep the stop
    moves within its route.
    """
    source = _holding(result, site_id, from_day)
    if source is None:
        return MovePrice(False, ("not_planned",))
    return _Change(problem, result, site_id).to(source, rep_id or source.rep_id, to_day, position)


def price_add(
    problem: Problem, result: Result, site_id: str, day: int, *, rep_id: str, position: int | None = None
) -> MovePrice:
    """What one more visit of `site_id` on this day by this rep costs. Visits that were left out become one fewer."""
    return _Change(problem, result, site_id).to(None, rep_id, day, position)


def price_remove(problem: Problem, result: Result, site_id: str, day: int) -> MovePrice:
    """What taking out the visit of `site_id` on this day brings: the visit then counts as left out."""
    source = _holding(result, site_id, day)
    if source is None:
        return MovePrice(False, ("not_planned",))
    return _Change(problem, result, site_id).out(source)


def moved(result: Result, price: MovePrice) -> Result:
    """The plan with a priced change made. Its cost parts are the old ones: `check` works them out anew."""
    keys = {_key(route) for route in price.routes}
    routes = [r for r in result.routes if _key(r) not in keys]
    routes += [r for r in price.routes if r.visits]
    order = {rep: i for i, rep in enumerate(dict.fromkeys(r.rep_id for r in result.routes))}
    left = result.unplaced
    if price.site_id:
        left = (*(u for u in left if u.site_id != price.site_id), *price.unplaced)
    return replace(
        result,
        routes=tuple(sorted(routes, key=lambda r: (order.get(r.rep_id, len(order)), r.day, r.shift))),
        unplaced=left,
    )


def _key(route: Route) -> tuple[str, int, int]:
    return route.rep_id, route.day, route.shift


def _holding(result: Result, site_id: str, day: int) -> Route | None:
    return next(
        (r for r in result.routes if r.day == day and any(v.site_id == site_id for v in r.visits)), None
    )


class _Change:
    """One customer of one plan, and what happens when a visit of theirs comes or goes."""

    def __init__(self, problem: Problem, result: Result, site_id: str) -> None:
        self.problem, self.result = problem, result
        self.sites = {site.id: site for site in problem.sites}
        self.site = self.sites[site_id]
        self.days = {r.day for r in result.routes for v in r.visits if v.site_id == site_id}
        self.days |= set(self.site.done)
        self.left = [u for u in result.unplaced if u.site_id == site_id]

    def to(self, source: Route | None, rep_id: str, day: int, position: int | None) -> MovePrice:
        """A visit goes from `source` (None: it is a new one) to this rep's day."""
        problem, site = self.problem, self.site
        rep = next(r for r in problem.reps if r.id == rep_id)
        there = [r for r in self.result.routes if r.rep_id == rep_id and r.day == day]
        maker = DayRoutes(problem, rep, self.sites)
        if not 0 <= day < len(problem.days) or not any(maker.hours(day, s) for s in range(rep.routes)):
            return MovePrice(False, ("no_working_day",))
        if day in self.days and (source is None or source.day != day):
            return MovePrice(False, ("same_day_twice",))
        reasons = self._rules(source, rep, day)
        inside = source is not None and (source.rep_id, source.day) == (rep_id, day)
        stops = {r.shift: [v.site_id for v in r.visits if v.site_id != site.id] for r in there}
        if crowded(self.sites, rep, site, [i for ids in stops.values() for i in ids]):
            reasons.append("visit_limit")
        shifts = [source.shift] if inside and source else list(range(rep.routes))
        roomy = [s for s in shifts if not overfull(self.sites, rep, site, stops.get(s, []))]
        if not roomy:
            reasons.append("capacity")
        old = {r.shift: r for r in there}
        found = maker.best(site.id, {s: stops.get(s, []) for s in roomy or shifts}, old, day, position)
        if found is None:
            return MovePrice(False, (*reasons, maker.why_not(site, day)))
        place, route = found
        routes = [route]
        if source is not None and not inside:
            rest = self._without(source)
            if rest is None:
                return MovePrice(False, (*reasons, "outside_windows"))
            routes.insert(0, rest)
        after = self.days - ({source.day} if source else set()) | {day}
        return self._priced(reasons, routes, place, after, 0 if source else -1)

    def out(self, source: Route) -> MovePrice:
        """A visit goes away."""
        reasons = ["pinned"] if any(pin.day == source.day for pin in self.site.pins) else []
        rest = self._without(source)
        if rest is None:
            return MovePrice(False, (*reasons, "outside_windows"))
        return self._priced(reasons, [rest], 0, self.days - {source.day}, 1)

    def _without(self, source: Route) -> Route | None:
        rep = next(r for r in self.problem.reps if r.id == source.rep_id)
        stops = [v.site_id for v in source.visits if v.site_id != self.site.id]
        return DayRoutes(self.problem, rep, self.sites).route(stops, source.day, source.shift)

    def _rules(self, source: Route | None, rep: Rep, day: int) -> list[str]:
        """What the visit's new day breaks, whatever the order of that day."""
        problem, site = self.problem, self.site
        reasons = []
        if source is not None and source.day != day and any(pin.day == source.day for pin in site.pins):
            reasons.append("pinned")
        others = {
            r.rep_id
            for r in self.result.routes
            if r is not source and any(v.site_id == site.id for v in r.visits)
        }
        if not rep.may_visit(site) or (site.same_rep and others - {rep.id}):
            reasons.append("wrong_rep")
        elif any(pin.day == day and pin.rep not in (None, rep.id) for pin in site.pins):
            reasons.append("pinned")
        spaced = sorted(self.days - ({source.day} if source else set()) | {day})
        if site.patterns is not None:
            if tuple(spaced) not in {tuple(sorted(p)) for p in site.patterns}:
                reasons.append("spacing")
        elif len(spaced) == site.visits and (source is None or source.day != day):
            low, high = gap_limits(site, len(problem.days))
            if any(not low <= gap <= high for gap in gaps(spaced, len(problem.days))):
                reasons.append("spacing")
        return reasons

    def _priced(
        self, reasons: Sequence[str], routes: Sequence[Route], place: int, after: Iterable[int], lost: int
    ) -> MovePrice:
        keys = {_key(route) for route in routes}
        old = [route for route in self.result.routes if _key(route) in keys]
        new = [route for route in self.result.routes if _key(route) not in keys]
        new += [route for route in routes if route.visits]
        cycle = len(self.problem.days)
        missing = max(0, sum(u.visits for u in self.left) + lost)
        reason = self.left[0].reason if self.left else "taken_out"
        left = (Unplaced(self.site.id, missing, reason, routes[0].rep_id),) if missing else ()
        return MovePrice(
            fits=not reasons,
            reasons=tuple(dict.fromkeys(reasons)),
            delta_minutes=sum(r.travel_minutes for r in routes) - sum(r.travel_minutes for r in old),
            delta_metres=sum(r.travel_metres for r in routes) - sum(r.travel_metres for r in old),
            position=place,
            routes=tuple(routes),
            delta_overtime=sum(r.overtime for r in routes) - sum(r.overtime for r in old),
            delta_cost=self._cost(new, routes, left) - self._cost(self.result.routes, old, self.left),
            gaps=(tuple(gaps(sorted(self.days), cycle)), tuple(gaps(sorted(after), cycle))),
            unplaced=left,
            site_id=self.site.id,
        )

    def _cost(self, routes: Sequence[Route], touched: Sequence[Route], left: Sequence[Unplaced]) -> Cost:
        """Of the whole plan, but for parts that the touched routes have no share in."""
        known = [route for route in routes if all(v.site_id in self.sites for v in route.visits)]
        ids = {v.site_id for route in touched for v in route.visits} | {self.site.id}
        among = [self.sites[i] for i in sorted(ids)]
        return plan_cost(self.problem, known, left, among=among, measured=touched)
