"""One rep's days put together again around a visit that comes or goes. Part of `whatif.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from furrow.routing.problem import Problem, Rep, Site, opening
from furrow.routing.result import Route
from furrow.routing.timetable import Clock, Hours, Spans, clock, day_hours, pinned_span, route_of
from furrow.routing.travel import Table


def crowded(sites: Mapping[str, Site], rep: Rep, site: Site, others: Sequence[str]) -> bool:
    """Whether a day with these stops, all shifts together, takes no more visits of this site."""
    if rep.max_visits is not None and len(others) >= rep.max_visits:
        return True
    return any(
        name in site.classes and sum(name in sites[i].classes for i in others) >= limit
        for name, limit in rep.class_limits.items()
    )


def overfull(sites: Mapping[str, Site], rep: Rep, site: Site, others: Sequence[str]) -> bool:
    """Whether a route with these stops has no capacity left for this site."""
    load = sum(sites[i].demand for i in others) + site.demand
    return rep.capacity is not None and load > rep.capacity + 1e-9


class DayRoutes:
    """Routes of one rep from lists of sites, with the travel tables of just these places."""

    def __init__(self, problem: Problem, rep: Rep, sites: Mapping[str, Site]) -> None:
        self.problem, self.rep, self.sites = problem, rep, sites

    def hours(self, day: int, shift: int) -> Hours | None:
        """The rep's hours, None when the rep does not work then."""
        return day_hours(self.rep, self.problem.days[day], shift)

    def route(self, stops: Sequence[str], day: int, shift: int) -> Route | None:
        """The stops in this order; None when that cannot be kept."""
        order = _Order(self, stops, day, shift) if self.hours(day, shift) else None
        return order.route(list(range(len(stops)))) if order is not None and order.known else None

    def best(
        self,
        site_id: str,
        routes: Mapping[int, Sequence[str]],
        old: Mapping[int, Route],
        day: int,
        position: int | None,
    ) -> tuple[int, Route] | None:
        """The cheapest place among the day's routes (shift -> other stops), and the route with it."""
        found: list[tuple[float, int, int]] = []
        orders: dict[int, _Order] = {}
        for shift, others in routes.items():
            if self.hours(day, shift) is None:
                continue
            order = orders[shift] = _Order(self, [*others, site_id], day, shift)
            before = old[shift].travel_minutes if shift in old else 0.0
            places = range(len(others) + 1) if position is None else [min(position, len(others))]
            for at in places if order.known else ():
                made = order.clock(_with_last(len(others), at))
                if made is not None:
                    found.append((sum(made.drives) - before, shift, at))
        if not found:
            return None
        _, shift, at = min(found)
        route = orders[shift].route(_with_last(len(routes[shift]), at))
        return (at, route) if route is not None else None

    def why_not(self, site: Site, day: int) -> str:
        """Why no place in the order was found."""
        shifts = [s for s in range(self.rep.routes) if self.hours(day, s)]
        orders = [_Order(self, [site.id], day, shift) for shift in shifts]
        if not any(order.known for order in orders):
            return "unreachable_coordinates"
        if not opening(site, self.problem.days[day].weekday):
            return "closed_that_day"
        alone = any(order.known and order.route([0]) for order in orders)
        timed = site.windows or site.taboos or any(p.start is not None and p.day == day for p in site.pins)
        return "outside_windows" if timed and not alone else "day_full"


def _with_last(others: int, at: int) -> list[int]:
    """Nodes 0 to `others` - 1 in order, and the node after them put at a place among them."""
    return [*range(at), others, *range(at, others)]


class _Order:
    """The places of one route, its last node being the base."""

    def __init__(self, maker: DayRoutes, ids: Sequence[str], day: int, shift: int) -> None:
        problem, rep = maker.problem, maker.rep
        self.rep, self.day, self.shift, self.profile = rep, day, shift, problem.travel.profile
        hours = maker.hours(day, shift)
        assert hours is not None
        self.hours = hours
        self.ids = list(ids)
        sites = [maker.sites[i] for i in ids]
        places = [*(s.place for s in sites), rep.base(shift)]
        self.known = all(problem.travel.known(place) for place in places)
        self.table = problem.travel.table(places) if self.known else Table([], [])
        self.service = [float(s.service_minutes) for s in sites]
        weekday = problem.days[day].weekday
        self.opens = [_opens(site, day, weekday) for site in sites]

    def clock(self, stops: Sequence[int]) -> Clock | None:
        """Times in this order of nodes; None when they cannot be kept."""
        return clock(
            stops, len(self.ids), self.table.minutes, self.service, self.opens, self.hours, self.profile
        )

    def route(self, stops: Sequence[int]) -> Route | None:
        """The route in this order of nodes."""
        made = self.clock(stops)
        if made is None:
            return None
        return route_of(
            self.ids,
            stops,
            len(self.ids),
            self.table,
            made,
            self.hours,
            self.rep.id,
            self.day,
            self.shift,
            self.profile,
        )


def _opens(site: Site, day: int, weekday: int) -> Spans | None:
    pinned = next((pin.start for pin in site.pins if pin.day == day and pin.start is not None), None)
    if pinned is not None:
        return pinned_span(site, weekday, pinned)
    return opening(site, weekday) if site.windows or site.taboos else None
