"""The two plans without a planner, worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot

import pytest

from furrow.routing import Coverage, Problem, Rep, Route, Site, figures, listed, swept, working_calendar
from furrow.routing.tests.small import rep, site, world

# one rep in the middle, two worked days; file order jumps across, angle order goes round from west over south
CROSS = (site("e", 10, 0), site("w", -10, -1), site("e2", 10, 1), site("w2", -10, -2))
TWO_DAYS = (2, 3, 4)


def stops(routes: Sequence[Route]) -> list[tuple[int, list[str]]]:
    return [(route.day, [v.site_id for v in route.visits]) for route in routes]


def test_listed_cuts_the_file_over_the_days_in_its_order() -> None:
    problem = world(CROSS, free=TWO_DAYS)
    routes = listed(problem)
    assert stops(routes) == [(0, ["e", "w"]), (1, ["e2", "w2"])]
    assert routes[0].travel_minutes == pytest.approx(10 + hypot(20, 1) + hypot(10, 1))
    assert routes[0].visits[0].start == 550


def test_swept_goes_round_and_to_the_nearest() -> None:
    routes = swept(world(CROSS, free=TWO_DAYS))
    assert stops(routes) == [(0, ["w", "w2"]), (1, ["e", "e2"])]
    assert routes[0].travel_minutes == pytest.approx(hypot(10, 1) + 1 + hypot(10, 2))


def test_frequency_classes_are_spread_apart_over_their_periods() -> None:
    weekly = [site(f"a{i}", i, 0, visits=2) for i in range(5)]
    once = [site(f"c{i}", i, 1) for i in range(5)]
    routes = listed(world([*weekly, *once], weeks=2))
    days = {
        name: [day for day, names in stops(routes) if name in names]
        for name in ("a0", "a4", "c0", "c1", "c4")
    }
    assert days == {"a0": [0, 7], "a4": [4, 11], "c0": [0], "c1": [2], "c4": [10]}


def test_shares_are_equal_and_owned_sites_stay() -> None:
    sites = [site(f"s{i}", i, 0, rep="q" if i < 3 else None) for i in range(8)]
    problem = world(sites, [rep("r", 0, 0), rep("q", 7, 0)])
    for routes in (listed(problem), swept(problem)):
        mine = [v.site_id for r in routes if r.rep_id == "q" for v in r.visits]
        assert set(mine) >= {"s0", "s1", "s2"}
        assert len(mine) == 4
        assert sum(len(r.visits) for r in routes) == 8


def test_rep_without_base_starts_from_the_middle_of_the_share() -> None:
    routes = listed(world([site("a", 0, 0), site("b", 10, 0)], [rep("r", None, None)], free=range(1, 5)))
    assert routes[0].travel_minutes == 5 + 10 + 5


def test_unusable_sites_are_left_out() -> None:
    assert listed(world([site("a", None, None), site("b", 1, 1, visits=0)])) == ()
    assert swept(world([])) == ()


def test_figures_by_hand() -> None:
    problem = world([*CROSS, site("x", 0, 5, visits=2, grade="A")], free=TWO_DAYS)
    routes = listed(world(CROSS, free=TWO_DAYS))
    got = figures(problem, routes)
    assert got.customer_minutes == 40
    assert (got.visits, got.rep_days, got.rep_days_used, got.visits_per_day) == (4, 2, 2, 2)
    assert got.kilometres == pytest.approx(got.travel_minutes / 1000)
    assert got.coverage == {"": Coverage(4, 4, 4, 4), "A": Coverage(0, 2, 0, 1)}
    assert got.longest_day == pytest.approx(max(r.travel_minutes for r in routes) + 20)


def test_nobody_is_sent_to_another_city() -> None:
    far = [Site(f"s{i}", 121.4 + i * 0.01, 31.2) for i in range(6)]
    near = [Site(f"w{i}", 114.3 + i * 0.01, 30.6) for i in range(2)]
    reps = (Rep("wuhan", 114.3, 30.6), Rep("shanghai", 121.4, 31.2))
    nowhere = Site("x", 100.0, 40.0)
    problem = Problem((*far, *near, nowhere), reps, working_calendar(1))
    for routes in (listed(problem), swept(problem)):
        got = {(route.rep_id, visit.site_id[0]) for route in routes for visit in route.visits}
        assert got == {("wuhan", "w"), ("shanghai", "s")}
