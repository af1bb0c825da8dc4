"""Plans small enough to know the best one."""

from __future__ import annotations

from dataclasses import replace
from math import cos, hypot, sin
from time import perf_counter, sleep

import pytest

from furrow.routing import (
    Any,
    Cancelled,
    CpuSeconds,
    Deadline,
    Iterations,
    Lunch,
    NoImprovement,
    Pin,
    Problem,
    Result,
    Seconds,
    Weights,
    Window,
    check,
    divide,
    merge,
    solve,
    split,
)
from furrow.routing.model import Model
from furrow.routing.parallel import solve_parallel
from furrow.routing.polish import better_order, day_cost
from furrow.routing.tests.small import PLAIN, SQUARE, rep, site, world


def plan(problem: Problem, iterations: int = 300) -> Result:
    result = solve(problem, stop=Iterations(iterations), seed=1)
    report = check(divide(problem), result)
    assert report.feasible, report.violations
    return result


def days_of(result: Result, site_id: str) -> list[int]:
    return [route.day for route in result.routes for visit in route.visits if visit.site_id == site_id]


def reasons(result: Result) -> dict[str, tuple[int, str]]:
    return {item.site_id: (item.visits, item.reason) for item in result.unplaced}


def test_square_is_driven_round_on_one_day() -> None:
    result = plan(world(SQUARE))
    (route,) = result.routes
    assert [v.site_id for v in route.visits] in (["a", "b", "d", "c"], ["c", "d", "b", "a"])
    assert route.travel_minutes == 40
    assert result.cost.travel == result.cost.total == 40
    first = route.visits[0]
    assert (first.arrive, first.start, first.leave) == (550, 550, 560)
    assert route.back == 540 + 40 + 40


def test_weekly_pair_shares_its_days() -> None:
    sites = [site("a", 30, 0, visits=4), site("b", 30, 1, visits=4)]
    result = plan(world(sites, weeks=4))
    assert days_of(result, "a") == days_of(result, "b")
    assert result.cost.travel == pytest.approx(4 * (30 + 1 + hypot(30, 1)))


def test_spacing_counts_over_the_end_of_the_cycle() -> None:
    # exactly 14 days apart both ways: only the same weekday two weeks on is left
    result = plan(world([site("a", 10, 0, visits=2, min_gap=14, max_gap=14)], weeks=4))
    first, second = days_of(result, "a")
    assert second - first == 14


def test_windows_order_the_day_and_make_the_rep_wait() -> None:
    sites = [
        site("late", 10, 0, windows=(Window(600, 700),)),
        site("early", 20, 0, windows=(Window(560, 575),)),
    ]
    (route,) = plan(world(sites)).routes
    assert [(v.site_id, v.arrive, v.start) for v in route.visits] == [("early", 560, 560), ("late", 580, 600)]


def test_first_stop_that_opens_late_is_left_for_in_time() -> None:
    (route,) = plan(world([site("a", 10, 0, windows=(Window(600, 700),))])).routes
    assert (route.depart, route.visits[0].arrive, route.visits[0].start) == (590, 600, 600)


def test_closed_weekdays_and_taboos_are_kept() -> None:
    only_tuesday = site("a", 10, 0, windows=(Window(540, 1080, weekday=1),), taboos=(Window(540, 720),))
    (route,) = plan(world([only_tuesday])).routes
    assert (route.day, route.visits[0].start) == (1, 720)


def test_lunch_comes_at_the_first_free_moment() -> None:
    noon = Lunch(start=600, minutes=60)
    (route,) = plan(
        world([site("a", 55, 0, windows=(Window(540, 606),)), site("b", 56, 0)], [rep(lunch=noon)])
    ).routes
    # 540 leave, 595 a until 605, then lunch until 665, b at 666 until 676, back at 732
    assert route.lunch == (605, 665)
    assert route.back == 732


def test_overload_serves_by_priority_and_says_why() -> None:
    sites = [site(f"s{i}", 10, i, service_minutes=200, priority=1 + i) for i in range(4)]
    result = plan(world(sites, [rep(start=540, end=800)], weeks=1, free=(2, 3, 4)))
    assert {visit.site_id for route in result.routes for visit in route.visits} == {"s2", "s3"}
    assert reasons(result) == {"s0": (1, "day_full"), "s1": (1, "day_full")}
    assert result.cost.unserved == PLAIN.unserved * (1 + 2)


def test_every_other_reason() -> None:
    sites = [
        site("nowhere", None, None, visits=2),
        site("far", 5000, 0),
        site("shut", 1, 1, windows=(Window(0, 300),)),
        site("crowd1", 2, 2, visits=2, classes=("modern",), priority=9, min_gap=1, max_gap=6),
        site("crowd2", 2, 3, classes=("modern",)),
        site("sunday", 1, 0, pins=(Pin(6),)),
        site("apart", 1, 0, visits=2, patterns=((0, 2),)),
        site("often", 1, 0, visits=3, min_gap=1, max_gap=6),
    ]
    result = plan(world(sites, [rep(class_limits={"modern": 1})], free=(1, 2, 4)))
    assert reasons(result) == {
        "nowhere": (2, "unreachable_coordinates"),
        "far": (1, "unreachable_coordinates"),
        "shut": (1, "no_day_in_windows"),
        "crowd2": (1, "visit_limit"),
        "sunday": (1, "no_working_day"),
        "apart": (2, "spacing"),
        "often": (1, "no_working_day"),
    }


def test_no_working_day_leaves_everything_out() -> None:
    result = plan(world([site("a", 1, 1, visits=2)], free=range(7)))
    assert reasons(result) == {"a": (2, "no_working_day")}
    assert not result.routes


def test_what_finds_no_pattern_gets_the_visits_that_fit() -> None:
    # every first-half day is filled by a full-day customer of higher priority
    full = [site(f"f{i}", 1, i, service_minutes=500, priority=50, pins=(Pin(i),)) for i in range(5)]
    result = plan(
        world([*full, site("a", 10, 0, visits=2, service_minutes=60)], weeks=2, free=(8, 9, 10, 11))
    )
    assert len(days_of(result, "a")) == 1
    assert reasons(result)["a"][0] == 1


def test_holiday_stretches_the_gap_at_a_cost_instead_of_dropping_the_visit() -> None:
    # weekly, but the whole second week is free: 5 to 9 days cannot be kept
    problem = world([site("a", 10, 0, visits=4)], weeks=4, free=range(7, 14), weights=Weights())
    result = plan(problem)
    assert len(days_of(result, "a")) == 4
    assert not result.unplaced
    assert result.cost.spacing >= Weights().stretch


def test_grade_a_comes_in_its_first_week_and_before_noon() -> None:
    weights = replace(PLAIN, preference=5, morning=5)
    sites = [
        site("a", 0, 10, service_minutes=100, half="morning", preferred_weeks=(0,)),
        *(site(f"b{i}", 0, 10 + i, service_minutes=100) for i in range(2)),
    ]
    result = plan(world(sites, weeks=2, weights=weights))
    (day,) = days_of(result, "a")
    start = next(v.start for r in result.routes for v in r.visits if v.site_id == "a")
    assert day < 7
    assert start < 720
    assert result.cost.preference == 0


def test_pins_hold_even_against_the_shortest_way() -> None:
    sites = [site("a", 50, 0, pins=(Pin(3),)), site("b", 50, 0, pins=(Pin(1),)), site("c", 50, 0)]
    result = plan(world(sites))
    assert days_of(result, "a") == [3]
    assert days_of(result, "b") == [1]
    assert days_of(result, "c") in ([1], [3])


def test_visits_already_made_count_for_the_spacing_and_are_not_planned_again() -> None:
    gone = frozenset(range(7))
    sites = [
        site("weekly", 9, 0, visits=4, done=(2,)),  # Wednesday
        site("twice", 9, 0, visits=2, done=(0,)),
        site("over", 9, 0, visits=1, done=(4,)),
        site("broken", 9, 0, visits=3, done=(0, 1)),  # a day apart: no later day mends that
    ]
    problem = world(sites, weeks=4, weights=replace(PLAIN, spacing=100), free=sorted(gone))
    result = plan(problem)
    assert result.unplaced == () and all(route.day not in gone for route in result.routes)
    assert days_of(result, "weekly") == [9, 16, 23]
    assert days_of(result, "twice") == [14]
    assert days_of(result, "over") == []
    assert len(days_of(result, "broken")) == 1


def test_many_visits_already_made_do_not_hide_the_patterns_of_the_rest() -> None:
    made = tuple(range(0, 14, 2))
    sites = [site("often", 9, 0, visits=16, done=made)]
    result = plan(world(sites, weeks=8, free=range(14)), iterations=5)
    assert len(days_of(result, "often")) == 9


def test_identical_coordinates_cost_nothing_between() -> None:
    result = plan(world([site(f"s{i}", 7, 0) for i in range(12)]))
    assert result.cost.travel == 14


def test_nobody_to_visit() -> None:
    assert plan(world([])).routes == ()
    result = plan(world([site("a", 1, 1, visits=0)]))
    assert (result.routes, result.unplaced, result.cost.total) == ((), (), 0)


def test_overtime_is_used_when_allowed_and_charged() -> None:
    sites = [site("a", 10, 0, service_minutes=60, priority=5)]
    result = plan(world(sites, [rep(start=540, end=600, overtime=30)]))
    assert result.routes[0].overtime == 20
    assert result.cost.overtime == 20 * PLAIN.overtime_minute


def test_longest_day_weighs() -> None:
    sites = [site(f"s{i}", 1, 0, service_minutes=60) for i in range(5)]
    assert len(plan(world(sites)).routes) == 1
    assert len(plan(world(sites, weights=replace(PLAIN, workload=1, easy_day=0))).routes) == 5
    assert len(plan(world(sites, weights=replace(PLAIN, workload=1, easy_day=302))).routes) == 1


def test_same_seed_same_plan_and_another_seed_another_search() -> None:
    sites = [
        site(
            f"s{i}", i * 37 % 101, i * 61 % 97, visits=(1, 2, 4)[i % 3], half="morning" if i % 4 == 0 else ""
        )
        for i in range(30)
    ]
    problem = world(sites, [rep(f"r{k}", None, None) for k in range(2)], weeks=4, weights=Weights())
    first = plan(problem, 200)
    assert first == solve(problem, stop=Iterations(200), seed=1)
    parts = split(problem, stop=Iterations(200), seed=1)
    assert first == merge([solve(p.problem, stop=p.stop, seed=p.seed) for p in parts])
    assert first != solve(problem, stop=Iterations(200), seed=2)
    assert first == solve_parallel(problem, stop=Iterations(200), seed=1, processes=2)


def test_cancelling_several_processes_gives_the_best_so_far() -> None:
    problem = world(SQUARE, [rep("r"), rep("q", 9, 9)])
    result = solve_parallel(problem, stop=Seconds(600), cancelled=lambda: True)
    assert check(divide(problem), result).feasible


def test_long_day_is_untangled() -> None:
    ring = [site(f"s{i}", 20 * cos(i / 3), 20 * sin(i / 3), service_minutes=0) for i in range(18)]
    model = Model(world(ring, [rep(start=0, end=1440)]))
    tangled = (*range(9, 0, -1), 0, 12, 11, 10, 14, 13, 17, 15, 16)
    best = better_order(tangled, 0, model)
    assert sorted(best) == list(range(18))
    assert day_cost(best, 0, model) == pytest.approx(day_cost(tuple(range(18)), 0, model))


def test_stop_rules() -> None:
    problem = world(SQUARE)
    assert solve(problem, stop=Iterations(7)).iterations == 7
    assert solve(problem, stop=Cancelled(lambda: True)).iterations == 0
    assert solve(problem, stop=Any(Iterations(500), NoImprovement(3))).iterations < 500
    began = perf_counter()
    solve(problem, stop=Seconds(0.05))
    assert perf_counter() - began < 5
    counted = CpuSeconds(0.05).begin()
    assert counted(0, 0) < 1
    sleep(0.06)
    assert counted(0, 0) < 1, "waiting is no processor time"
    steered = Any(Iterations(8), Deadline(60)).begin()
    assert steered(2, 0) == 1 / 4, "the seconds that have passed say nothing before they are over"
    assert Any(Iterations(8), Deadline(0)).begin()(2, 0) == 1
    halves = [
        part.stop for part in split(world(SQUARE, [rep("r"), rep("q", 9, 9)]), stop=Any(Seconds(4)), lanes=2)
    ]
    assert all(stop.begin()(0, 0) < 1 for stop in halves)


def test_progress_grows_and_cost_falls() -> None:
    seen: list[float] = []
    sites = [site(f"s{i}", i * 37 % 101, i * 61 % 97) for i in range(12)]
    solve(
        world(sites, [rep("r"), rep("q", 100, 100)]),
        stop=Iterations(100),
        on_progress=lambda iteration, best, part: seen.append(part),
    )
    assert seen == sorted(seen)
    assert seen[-1] <= 1


def test_allowed_rep_visits() -> None:
    sites = [site("a", 1, 1, allowed_reps=("q", "p")), site("b", 2, 2, rep="r", allowed_reps=("q", "r"))]
    result = plan(world(sites, [rep("r"), rep("q", 9, 9), rep("p", 99, 99)]))
    assert {r.rep_id for r in result.routes} == {"r", "q"}
