"""The judge must pass a good plan and name each planted fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from furrow.routing import Iterations, Lunch, Pin, Problem, Result, Unplaced, Weights, Window, check, solve
from furrow.routing.tests.small import rep, site, world

PROBLEM = world(
    [
        site("a", 10, 0, visits=4, windows=(Window(540, 800),), pins=(Pin(1),), half="morning"),
        site("b", 20, 0, visits=2, taboos=(Window(1000, 1080),), preferred_weeks=(0,)),
        site("c", 30, 5, classes=("modern",)),
        site("d", 35, 5, classes=("modern",), priority=3),
        site("e", 150, 0, service_minutes=200),
        site("none", None, None),
    ],
    [rep("r", lunch=Lunch(720, 60), class_limits={"modern": 1}, overtime=60, days_off=frozenset({11}))],
    weeks=4,
    weights=Weights(easy_day=60),
)
PLAN = solve(PROBLEM, stop=Iterations(300), seed=3)


def first(result: Result, **change: object) -> Result:
    return replace(result, routes=(replace(result.routes[0], **change), *result.routes[1:]))


def visit(result: Result, **change: object) -> Result:
    stops = result.routes[0].visits
    return first(result, visits=(replace(stops[0], **change), *stops[1:]))


def shifted(result: Result, minutes: float) -> Result:
    """A day with a visit to `a` as a whole, later or earlier."""
    at = next(i for i, r in enumerate(result.routes) if any(v.site_id == "a" for v in r.visits))
    route = result.routes[at]
    visits = tuple(
        replace(v, arrive=v.arrive + minutes, start=v.start + minutes, leave=v.leave + minutes)
        for v in route.visits
    )
    moved = replace(route, visits=visits, depart=route.depart + minutes, back=route.back + minutes)
    return replace(result, routes=(*result.routes[:at], moved, *result.routes[at + 1 :]))


def test_the_plan_itself_is_good() -> None:
    report = check(PROBLEM, PLAN)
    assert report.violations == ()
    assert report.cost.total == pytest.approx(PLAN.cost.total)
    assert report.travel_minutes == pytest.approx(sum(r.travel_minutes for r in PLAN.routes))
    assert (report.visits, report.unplaced_visits) == (9, 1)


def codes(problem: Problem, result: Result) -> set[str]:
    return {v.code for v in check(problem, result).violations}


@pytest.mark.parametrize(
    ("code", "spoil"),
    [
        ("visit_count", lambda p: replace(p, routes=p.routes[1:])),
        ("visit_count", lambda p: replace(p, unplaced=())),
        ("route_twice", lambda p: replace(p, routes=(p.routes[0], *p.routes))),
        ("free_day", lambda p: first(p, day=5)),
        ("day_off", lambda p: first(p, day=11)),
        ("unknown", lambda p: first(p, rep_id="x")),
        ("unknown", lambda p: visit(p, site_id="x")),
        ("no_place", lambda p: visit(p, site_id="none")),
        ("pin", lambda p: replace(p, routes=tuple(replace(r, day=r.day + (r.day == 1)) for r in p.routes))),
        ("drive", lambda p: visit(p, drive_minutes=1.0)),
        ("drive", lambda p: first(p, back_metres=1.0)),
        ("time", lambda p: visit(p, arrive=541.0, start=541.0)),
        ("time", lambda p: visit(p, leave=p.routes[0].visits[0].leave + 5)),
        ("time", lambda p: first(p, back=p.routes[0].back - 5)),
        ("hours", lambda p: shifted(p, -30)),
        ("hours", lambda p: shifted(p, 600)),
        ("overtime", lambda p: first(p, overtime=7.0)),
        ("window", lambda p: shifted(p, 300)),
        ("lunch", lambda p: shifted(p, 300)),
        ("lunch", lambda p: first(p, lunch=(700, 760))),
        ("reason", lambda p: replace(p, unplaced=(Unplaced("none", 1, "tired"),))),
        ("total", lambda p: replace(p, cost=replace(p.cost, travel=1))),
        ("total", lambda p: replace(p, cost=replace(p.cost, workload=1))),
    ],
)
def test_planted_fault_is_found(code: str, spoil: Callable[[Result], Result]) -> None:
    assert code in codes(PROBLEM, spoil(PLAN))


def test_limits_and_owner_of_another_problem() -> None:
    assert "visit_limit" in codes(replace(PROBLEM, reps=(replace(PROBLEM.reps[0], max_visits=1),)), PLAN)
    both = replace(PROBLEM, sites=tuple(replace(s, classes=("modern",)) for s in PROBLEM.sites))
    assert "visit_limit" in codes(both, PLAN)
    other = (*PROBLEM.reps, rep("q"))
    sites = tuple(replace(s, rep="q") if s.id == "c" else s for s in PROBLEM.sites)
    assert "rep" in codes(replace(PROBLEM, reps=other, sites=sites), PLAN)


def test_spacing_is_judged_by_limits_and_by_patterns() -> None:
    tight = tuple(replace(s, min_gap=14, max_gap=14) if s.id == "b" else s for s in PROBLEM.sites)
    plan = solve(replace(PROBLEM, sites=tight), stop=Iterations(50))
    assert check(replace(PROBLEM, sites=tight), plan).feasible
    days = [r.day for r in plan.routes for v in r.visits if v.site_id == "b"]
    wrong = tuple(replace(s, min_gap=15, max_gap=20) if s.id == "b" else s for s in PROBLEM.sites)
    narrow = tuple(replace(s, min_gap=13, max_gap=13) if s.id == "b" else s for s in PROBLEM.sites)
    listed = tuple(replace(s, patterns=((0, 15),)) if s.id == "b" else s for s in PROBLEM.sites)
    assert days[1] - days[0] == 14
    assert "spacing" in codes(replace(PROBLEM, sites=listed), plan)
    # 15 to 20 both ways and 13 both ways do not add up to 28: nothing could keep them, so nothing is broken
    assert "spacing" not in codes(replace(PROBLEM, sites=wrong), plan)
    assert "spacing" not in codes(replace(PROBLEM, sites=narrow), plan)
    uneven = tuple(replace(s, min_gap=11, max_gap=13) if s.id == "a" else s for s in PROBLEM.sites)
    assert "spacing" not in codes(replace(PROBLEM, sites=uneven), plan)


def test_gap_outside_the_limits_is_a_violation() -> None:
    problem = world([site("a", 10, 0, visits=2, min_gap=4, max_gap=24)], weeks=4)
    plan = solve(problem, stop=Iterations(20))
    days = [r.day for r in plan.routes]
    strict = replace(problem, sites=(replace(problem.sites[0], min_gap=14, max_gap=14),))
    moved = replace(plan, routes=(replace(plan.routes[0], day=0), replace(plan.routes[1], day=7)))
    assert len(days) == 2
    assert "spacing" in codes(strict, moved)
    assert "spacing" not in codes(problem, moved)
