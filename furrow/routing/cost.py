"""The cost of a plan by part, worked out from its routes: what `Result.cost` says, whichever engine made them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import inf

from furrow.routing.changes import changes
from furrow.routing.patterns import moved_days, preference_cost, spacing_cost
from furrow.routing.polish import missed_half
from furrow.routing.problem import Problem, Site, gap_limits
from furrow.routing.result import Cost, Route, Unplaced


def plan_cost(
    problem: Problem,
    routes: Sequence[Route],
    left: Iterable[Unplaced],
    *,
    among: Iterable[Site] | None = None,
    measured: Sequence[Route] | None = None,
) -> Cost:
    """The cost of these routes, of any number of reps, and of what was left out.

    `among` and `measured` narrow what is looked at to the sites and routes that a change touches, when only the
    difference of two such costs is asked for.
    """
    weights = problem.weights
    sites = {site.id: site for site in problem.sites}
    made: dict[str, dict[int, tuple[str | None, float | None]]] = defaultdict(dict)
    halves = 0
    for route in routes:
        for visit in route.visits:
            made[visit.site_id][route.day] = (route.rep_id, visit.start)
            halves += missed_half(sites[visit.site_id].half, visit.start)
    spacing = preference = changed = 0.0
    for site in problem.sites if among is None else among:
        days = sorted({*made[site.id], *site.done})
        spacing += _spacing(problem, site, days)
        preference += preference_cost(days, site, problem.days, weights)
        changed += changes(site, made[site.id]).cost(weights)
    return Cost(
        travel=sum(
            weights.travel_minute * r.travel_minutes + weights.travel_km * r.travel_metres / 1000
            for r in routes
        ),
        overtime=weights.overtime_minute * sum(route.overtime for route in routes),
        unserved=sum(weights.unserved * sites[u.site_id].priority * u.visits for u in left),
        spacing=spacing,
        preference=preference + weights.morning * halves,
        workload=weights.workload * _workload(routes, weights.easy_day),
        changes=changed,
        compactness=weights.compactness
        and weights.compactness * _diameters(problem, sites, routes if measured is None else measured),
    )


def _spacing(problem: Problem, site: Site, days: Sequence[int]) -> float:
    if not days or len(days) != site.visits:
        return 0.0
    cycle, weights = len(problem.days), problem.weights
    limits = gap_limits(site, cycle) if site.patterns is None else (1, cycle)
    stretched = weights.stretch * moved_days(days, site.patterns)
    return spacing_cost(days, cycle, weights, limits) + stretched


def _workload(routes: Iterable[Route], easy: float) -> float:
    """Minutes by which each rep's longest day, all shifts together, exceeds an easy one; summed over the reps."""
    work: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for route in routes:
        work[route.rep_id][route.day] += route.work_minutes
    return sum(max(0.0, max(days.values()) - easy) for days in work.values())


def _diameters(problem: Problem, sites: dict[str, Site], routes: Iterable[Route]) -> float:
    """The longest drive between two stops of each route, summed; a way that is none does not count."""
    total = 0.0
    for route in routes:
        if len(route.visits) > 1:
            table = problem.travel.table([sites[v.site_id].place for v in route.visits])
            total += max((m for row in table.minutes for m in row if m < inf), default=0.0)
    return total
