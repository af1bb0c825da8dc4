"""The price of a move equals working the plan out again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from furrow.routing import (
    Iterations,
    Pin,
    Shift,
    Weights,
    Window,
    check,
    moved,
    price_add,
    price_move,
    price_remove,
    solve,
)
from furrow.routing.tests.small import rep, site, world

PROBLEM = world(
    [
        site("a", 10, 0, pins=(Pin(0),)),
        site("b", 20, 0, pins=(Pin(0),)),
        site("c", 0, 10, pins=(Pin(1),)),
        site("d", 0, 30, pins=(Pin(1),)),
    ]
)
PLAN = solve(PROBLEM, stop=Iterations(50))
FREE = replace(PROBLEM, sites=tuple(replace(s, pins=()) for s in PROBLEM.sites))


def test_price_is_the_difference_of_the_two_days() -> None:
    price = price_move(FREE, PLAN, "a", 0, 1)
    assert price.fits
    before, after = PLAN, moved(PLAN, price)
    assert price.delta_minutes == pytest.approx(
        sum(r.travel_minutes for r in after.routes) - sum(r.travel_minutes for r in before.routes)
    )
    # Monday stays 40 with b alone; Tuesday takes a between d and the base: hypot(10, 30) + 10 - 30
    assert price.delta_minutes == pytest.approx(1000**0.5 - 20)
    assert price.delta_metres == pytest.approx(price.delta_minutes)


def test_the_moved_plan_stands_before_the_judge() -> None:
    after = moved(PLAN, price_move(FREE, PLAN, "b", 0, 2))
    report = check(FREE, after)
    assert {v.code for v in report.violations} <= {"total"}
    assert check(FREE, replace(after, cost=report.cost)).feasible
    assert [r.day for r in after.routes] == [0, 1, 2]


def test_an_emptied_day_goes_away() -> None:
    alone = world([site("a", 10, 0, pins=(Pin(0),))])
    plan = solve(alone, stop=Iterations(5))
    free = replace(alone, sites=(replace(alone.sites[0], pins=()),))
    price = price_move(free, plan, "a", 0, 3)
    assert (price.fits, price.delta_minutes) == (True, 0)
    assert [r.day for r in moved(plan, price).routes] == [3]


def test_move_within_the_day_to_a_given_place() -> None:
    order = [v.site_id for v in PLAN.routes[0].visits]
    price = price_move(FREE, PLAN, order[0], 0, 0, position=1)
    assert [v.site_id for v in price.routes[0].visits] == order[::-1]
    assert price.delta_minutes == pytest.approx(0)


@pytest.mark.parametrize(
    ("reason", "change", "to_day"),
    [
        ("pinned", {"pins": (Pin(0),)}, 1),
        ("no_working_day", {}, 5),
        ("no_working_day", {}, 99),
        ("closed_that_day", {"windows": (Window(540, 1080, 0),)}, 1),
        ("outside_windows", {"windows": (Window(540, 1080, 0), Window(400, 551, 1))}, 1),
        ("day_full", {"service_minutes": 520}, 1),
        ("spacing", {"visits": 1, "patterns": ((0,),)}, 1),
    ],
)
def test_reasons(reason: str, change: dict[str, object], to_day: int) -> None:
    sites = tuple(replace(s, **change) if s.id == "a" else s for s in FREE.sites)
    price = price_move(replace(FREE, sites=sites), PLAN, "a", 0, to_day)
    assert not price.fits
    assert reason in price.reasons


def test_limit_spacing_and_same_day() -> None:
    crowded = replace(FREE, reps=(replace(FREE.reps[0], max_visits=2),))
    assert price_move(crowded, PLAN, "a", 0, 1).reasons == ("visit_limit",)
    assert price_move(FREE, PLAN, "a", 3, 1).reasons == ("not_planned",)
    weekly = world([site("a", 10, 0, visits=2)], weeks=2)
    plan = solve(weekly, stop=Iterations(20))
    first, second = (r.day for r in plan.routes)
    assert price_move(weekly, plan, "a", first, second).reasons == ("same_day_twice",)
    near = second - 1 if (second - 1) % 7 < 5 else second + 1
    price = price_move(weekly, plan, "a", first, near)
    assert price.reasons == ("spacing",)
    assert price.routes


def test_rep_q_is_not_touched() -> None:
    problem = world([site("a", 1, 0, rep="r"), site("b", 1, 1, rep="q")], [rep("r"), rep("q")])
    plan = solve(problem, stop=Iterations(20))
    day = next(r.day for r in plan.routes if r.rep_id == "r")
    price = price_move(problem, plan, "a", day, (day + 1) % 5)
    after = moved(plan, price)
    assert [r for r in after.routes if r.rep_id == "q"] == [r for r in plan.routes if r.rep_id == "q"]


def test_taking_out_and_adding_are_each_others_opposite() -> None:
    out = price_remove(FREE, PLAN, "a", 0)
    without = moved(PLAN, out)
    assert (out.fits, out.delta_minutes, out.delta_cost.unserved) == (True, 0, PROBLEM.weights.unserved)
    assert [(u.site_id, u.visits, u.reason) for u in without.unplaced] == [("a", 1, "taken_out")]
    back = price_add(FREE, without, "a", 0, rep_id="r")
    after = moved(without, back)
    assert back.fits and back.delta_cost.total == pytest.approx(-out.delta_cost.total)
    assert check(FREE, after).feasible and not after.unplaced
    assert price_remove(PROBLEM, PLAN, "a", 0).reasons == ("pinned",)


def test_difference_of_cost_is_the_judges() -> None:
    weekly = world(
        [site("a", 10, 0, visits=2), site("b", 0, 10, visits=2, half="afternoon")],
        [rep(overtime=60)],
        weeks=2,
        weights=Weights(compactness=1, easy_day=10, change_day=5),
    )
    plan = solve(weekly, stop=Iterations(30), seed=2)
    first, second = (r.day for r in plan.routes if any(v.site_id == "a" for v in r.visits))
    near = second + 1 if (second + 1) % 7 < 5 else second - 1
    price = price_move(weekly, plan, "a", second, near)
    after = check(weekly, moved(plan, price)).cost.parts()
    before = check(weekly, plan).cost.parts()
    for name, value in price.delta_cost.parts().items():
        assert value == pytest.approx(after[name] - before[name]), name
    assert price.gaps == ((second - first, 14 - second + first), (near - first, 14 - near + first))


def test_another_rep_and_another_shift() -> None:
    shifts = (Shift(540, 600), Shift(700, 800))
    problem = world([site("a", 10, 0), site("b", 10, 0, pins=(Pin(0),))], [rep("r"), rep("q", shifts=shifts)])
    problem = replace(problem, sites=tuple(replace(s, rep="r") for s in problem.sites))
    plan = solve(problem, stop=Iterations(30))
    day = next(r.day for r in plan.routes if any(v.site_id == "a" for v in r.visits))
    assert price_move(problem, plan, "a", day, 2, rep_id="q").reasons == ("wrong_rep",)
    free = replace(
        problem, sites=tuple(replace(s, rep=None, windows=(Window(700, 800),)) for s in problem.sites)
    )
    lone = replace(free, sites=(free.sites[0], problem.sites[1]))
    assert [(r.rep_id, r.shift) for r in price_move(lone, plan, "a", day, 2, rep_id="q").routes][-1] == (
        "q",
        1,
    )
