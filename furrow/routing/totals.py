"""What a plan amounts to, for any set of routes: the planner's, a baseline's, yesterday's. Playbook 4.4."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from furrow.routing.problem import Problem
from furrow.routing.result import Route
from furrow.routing.timetable import day_hours


@dataclass(frozen=True, slots=True)
class Coverage:
    """Visits planned and wanted, and customers with at least one visit of those that want one."""

    planned: int
    wanted: int
    sites_planned: int
    sites_wanted: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums over the cycle. `visits_per_day` is per rep-day that can be worked, idle ones too."""

    kilometres: float
    travel_minutes: float
    customer_minutes: float
    overtime_minutes: float
    visits: int
    rep_days: int
    rep_days_used: int
    visits_per_day: float
    longest_day: float
    shortest_day: float
    coverage: Mapping[str, Coverage]


def figures(problem: Problem, routes: Iterable[Route]) -> Figures:
    """The figures of `routes` against what `problem` wants. `longest_day` and `shortest_day` count driving
    and service of the days used; coverage is by grade, in order of appearance."""
    routes = [route for route in routes if route.visits]
    days = sum(1 for rep in problem.reps for day in problem.days if day_hours(rep, day))
    visits = sum(len(route.visits) for route in routes)
    lengths = [route.work_minutes for route in routes]
    return Figures(
        kilometres=sum(route.travel_metres for route in routes) / 1000,
        travel_minutes=sum(route.travel_minutes for route in routes),
        customer_minutes=sum(route.service_minutes for route in routes),
        overtime_minutes=sum(route.overtime for route in routes),
        visits=visits,
        rep_days=days,
        rep_days_used=len(routes),
        visits_per_day=visits / days if days else 0.0,
        longest_day=max(lengths, default=0.0),
        shortest_day=min(lengths, default=0.0),
        coverage=_coverage(problem, routes),
    )


def _coverage(problem: Problem, routes: Iterable[Route]) -> dict[str, Coverage]:
    planned = Counter(visit.site_id for route in routes for visit in route.visits)
    made: dict[str, Coverage] = {}
    for site in problem.sites:
        old = made.get(site.grade, Coverage(0, 0, 0, 0))
        made[site.grade] = Coverage(
            old.planned + planned[site.id],
            old.wanted + site.visits,
            old.sites_planned + (planned[site.id] > 0),
            old.sites_wanted + (site.visits > 0),
        )
    return made
