"""Shifts, capacity, skills, pinned hours, profiles, matrices with gaps, lost days: kept by the plan, seen by the judge."""

from __future__ import annotations

from dataclasses import replace

import pytest

from furrow.routing import (
    Iterations,
    Lunch,
    MatrixTravel,
    Pin,
    PlaneTravel,
    Problem,
    Result,
    Shift,
    Window,
    check,
    divide,
    solve,
)
from furrow.routing.patterns import site_patterns
from furrow.routing.tests.small import PLAIN, rep, site, world


def plan(problem: Problem) -> Result:
    result = solve(problem, stop=Iterations(60), seed=1)
    report = check(divide(problem), result)
    assert report.feasible, report.violations
    return result


def codes(problem: Problem, result: Result) -> set[str]:
    return {v.code for v in check(problem, result).violations}


def left(result: Result) -> dict[str, str]:
    return {item.site_id: item.reason for item in result.unplaced}


def test_capacity_splits_the_day_and_what_nothing_carries_is_said() -> None:
    sites = [site(f"s{i}", 10, i, demand=4) for i in range(3)] + [site("big", 1, 0, demand=9)]
    problem = world(sites, [rep(capacity=8)])
    result = plan(problem)
    assert sorted(len(r.visits) for r in result.routes) == [1, 2]
    assert left(result) == {"big": "capacity"}
    assert "capacity" in codes(replace(problem, reps=(rep(capacity=7),)), result)


def test_skills_choose_the_rep() -> None:
    cold = site("a", 1, 0, skills=("cold",))
    result = plan(
        world([cold, site("b", 1, 1, skills=("keys",))], [rep("r"), rep("q", skills=frozenset({"cold"}))])
    )
    assert [r.rep_id for r in result.routes] == ["q"]
    assert left(result) == {"b": "no_rep"}
    swapped = world([cold], [rep("r", skills=frozenset({"cold"})), rep("q")])
    told = check(replace(swapped, sites=(cold,)), replace(result, unplaced=())).violations
    assert any("lacks the skill cold" in v.text and v.rep_id == "q" and v.site_id == "a" for v in told)


def test_shifts_are_routes_of_their_own_from_their_own_places() -> None:
    shifts = (Shift(480, 540), Shift(600, 660, 100, 0))
    sites = [site("near", 10, 0, windows=(Window(480, 540),)), site("far", 90, 0)]
    problem = world(sites, [rep(shifts=shifts, lunch=Lunch(500, 60))], free=(1, 2, 3, 4))
    result = plan(problem)
    assert [(r.day, r.shift, [v.site_id for v in r.visits], r.back) for r in result.routes] == [
        (0, 0, ["near"], 510),
        (0, 1, ["far"], 630),
    ]
    assert "visit_limit" in codes(replace(problem, reps=(rep(shifts=shifts, max_visits=1),)), result)
    assert codes(problem, replace(result, routes=(replace(result.routes[0], shift=7), result.routes[1]))) >= {
        "unknown"
    }


def test_a_pinned_minute_is_waited_for() -> None:
    problem = world([site("a", 10, 0, pins=(Pin(1, None, 700),)), site("b", 20, 0, pins=(Pin(1),))])
    (route,) = plan(problem).routes
    assert next(v.start for v in route.visits if v.site_id == "a") == 700
    later = replace(problem, sites=(replace(problem.sites[0], pins=(Pin(1, None, 701),)), problem.sites[1]))
    assert "pin" in codes(later, plan(problem))
    shut = site("a", 10, 0, pins=(Pin(1, None, 700),), taboos=(Window(690, 720),))
    assert left(plan(world([shut]))) == {"a": "no_day_in_windows"}


def test_half_a_day_of_leave() -> None:
    sites = [site("a", 10, 0, service_minutes=300)]
    problem = world(sites, [rep(days={0: (540, 720), 1: (0, 1440)})], free=(2, 3, 4))
    (route,) = plan(problem).routes
    assert (route.day, route.depart) == (1, 540)  # a day's own hours narrow and never widen
    assert "hours" in codes(problem, replace(plan(problem), routes=(replace(route, day=0),)))


def test_drives_lengthen_with_the_hour_they_begin_in() -> None:
    travel = PlaneTravel(profile=((540, 2.0), (570, 3.0)))
    problem = replace(world([site("a", 10, 0)]), travel=travel)
    (route,) = plan(problem).routes
    # 540: 10 × 2 there, visit 560 to 570, 10 × 3 back
    assert (route.visits[0].arrive, route.back, route.travel_minutes) == (560, 600, 50)
    assert "drive" in codes(replace(problem, travel=PlaneTravel()), plan(problem))


def test_matrix_with_gaps_and_one_way_streets() -> None:
    inf, none = float("inf"), None
    rows = {"rep:r": 0, "site:a": 1, "site:b": 2, "site:island": 3}
    # a can only be left for b, b only be reached from a
    minutes = [[0, 5, none, inf], [inf, 0, 7, inf], [20, inf, 0, inf], [inf, inf, inf, 0]]
    travel = MatrixTravel(rows, minutes, minutes)
    sites = [site(n, None, None) for n in ("a", "b", "island")]
    problem = replace(world(sites), travel=travel)
    result = plan(problem)
    assert set(left(result).values()) == {"unreachable_coordinates"}
    # neither can be visited alone, so no first visit is found; a plan that has both is allowed nevertheless
    both = replace(
        problem, travel=MatrixTravel(rows, [[0, 5, 9, inf], [9, 0, 7, inf], *minutes[2:]], minutes)
    )
    assert "island" in left(plan(both))


def test_different_reps_may_share_a_customer_only_where_that_is_allowed() -> None:
    shared = site("a", 1, 0, visits=2, same_rep=False)
    problem = world([shared], [rep("r"), rep("q")], weeks=4)
    first, second = plan(problem).routes
    split = replace(plan(problem), routes=(replace(first, rep_id="q"), replace(second, rep_id="r")))
    assert codes(problem, split) == set()
    assert codes(replace(problem, sites=(replace(shared, same_rep=True),)), split) == {"rep"}


def test_lost_day_gets_replacement_days_instead_of_falling_out() -> None:
    # Mondays only, and the second Monday is free
    listed = site("a", 10, 0, visits=4, patterns=((0, 7, 14, 21),))
    result = plan(world([listed], weeks=4, free=(7,), weights=replace(PLAIN, stretch=20)))
    days = [r.day for r in result.routes]
    assert (days[:1], days[2:], days[1] in (4, 8)) == ([0], [14, 21], True)
    assert result.cost.spacing == 20 * abs(days[1] - 7)
    narrow = site("b", 10, 0, visits=4, min_gap=7, max_gap=7)
    problem = world([narrow], weeks=4, free=(7,), weights=replace(PLAIN, stretch=20))
    found = {
        p.days: p.spacing
        for p in site_patterns(
            narrow, 4, [d.index for d in problem.days if d.working], problem.days, problem.weights
        )
    }
    assert found[1, 8, 15, 22] == 0
    assert found[0, 8, 14, 21] == 40  # gaps of 8 and 6 instead of 7


def test_compactness_is_the_longest_drive_between_stops() -> None:
    sites = [site("a", 30, 0), site("b", 30, 40), site("c", 30, 10)]
    weights = replace(PLAIN, compactness=2)
    assert plan(world(sites, weights=weights, free=(1, 2, 3, 4))).cost.compactness == 2 * 40
    # one day for all costs 120 + 80, b on a day of its own 71.6 + 100 + 20
    assert plan(world(sites, weights=weights)).cost.compactness == 2 * 10


@pytest.mark.parametrize("weeks", [52])
def test_a_year_of_patterns_is_counted_and_not_listed(weeks: int) -> None:
    problem = world([site("a", 1, 0, visits=100, min_gap=1, max_gap=300)], weeks=weeks)
    days = [d.index for d in problem.days if d.working]
    found = site_patterns(problem.sites[0], 100, days, problem.days, PLAIN)
    assert 100 < len(found) <= 240
    assert all(len(p.days) == 100 for p in found)
