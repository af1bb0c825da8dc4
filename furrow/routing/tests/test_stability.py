"""Planning anew: free where a change weighs nothing, unmoved where it weighs much, and monotone in between."""

from __future__ import annotations

from dataclasses import replace

import pytest

from furrow.routing import Earlier, Iterations, Problem, check, solve
from furrow.routing.tests.small import PLAIN, rep, site, world

# Each pair lies together, but the earlier plan drives to it on two days: joining one saves 19 minutes, the other 59.
NEAR_SAVES, FAR_SAVES = 20 + 2 * 101**0.5 - (11 + 101**0.5), 60 + 2 * 901**0.5 - (31 + 901**0.5)
BEFORE = {"near1": 0, "near2": 1, "far1": 2, "far2": 3}
PLACES = {"near1": (10, 0), "near2": (10, 1), "far1": (-30, 0), "far2": (-30, 1)}


def problem(weight: float, days_off: frozenset[int] = frozenset()) -> Problem:
    sites = [site(name, *PLACES[name], earlier=(Earlier(day, "r"),)) for name, day in BEFORE.items()]
    return world(sites, [rep(days_off=days_off)], weights=replace(PLAIN, change_day=weight))


def moved(asked: Problem) -> set[str]:
    """Sites that are no longer on their day, in a plan that the checker passes."""
    result = solve(asked, stop=Iterations(2000), seed=1)
    report = check(asked, result)
    assert report.feasible, report.violations
    assert not report.unplaced_visits
    gone = {v.site_id for route in result.routes for v in route.visits if BEFORE[v.site_id] != route.day}
    assert report.cost.changes == pytest.approx(asked.weights.change_day * len(gone))
    return gone


def test_what_a_change_saves_must_be_worth_its_weight() -> None:
    assert (round(NEAR_SAVES), round(FAR_SAVES)) == (19, 59)
    assert len(moved(problem(5))) == 2
    assert moved(problem(30)) in ({"far1"}, {"far2"})
    assert moved(problem(100)) == set()


def test_the_more_a_change_weighs_the_fewer_visits_move() -> None:
    counts = [len(moved(problem(weight))) for weight in (1, 10, 18, 22, 55, 65, 1000)]
    assert counts == sorted(counts, reverse=True)
    assert (counts[0], counts[-1]) == (2, 0)


def test_only_what_stands_on_a_lost_day_moves_when_changes_weigh_much() -> None:
    assert moved(problem(1000, frozenset({0}))) == {"near1"}
