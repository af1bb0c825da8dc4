"""Drives between points: kept for every pair, or worked out when asked where there are very many."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from random import Random

import pytest

from furrow.routing import (
    CityTravel,
    Iterations,
    Place,
    PlaneTravel,
    Problem,
    Travel,
    Weights,
    check,
    solve,
    travel,
)
from furrow.routing.model import Model
from furrow.routing.tests.small import PLAIN, rep, site, world


def scattered(sites: int, ways: Travel, weights: Weights = PLAIN) -> Problem:
    chance = Random(3)
    places = [site(f"s{i}", chance.random() / 10, chance.random() / 10, visits=1) for i in range(sites)]
    return replace(world(places, [rep(max_visits=8)], weights=weights), travel=ways)


def test_a_degree_of_latitude_and_the_pace_of_a_long_way() -> None:
    ways = CityTravel(detour=1, kmh=30, park_minutes=2, far_km=100, far_kmh=60)
    places = [Place("a", 121, 31), Place("b", 121, 32), Place("c", 121, 31)]
    minutes, metres = ways.table(places)
    assert metres[0][1] == pytest.approx(111_195, abs=1)  # 6,371,008.8 m × π / 180
    assert minutes[0][1] == pytest.approx(200 + 11.195 + 2, abs=1e-3)
    assert (minutes[0][2], metres[0][2]) == (0, 0)


@pytest.mark.parametrize("ways", [CityTravel(), PlaneTravel(0.001)])
@pytest.mark.parametrize("weights", [PLAIN, replace(PLAIN, travel_km=2)])
def test_measured_drives_give_the_plan_of_kept_ones(
    ways: Travel, weights: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = scattered(30, ways, weights)
    kept = solve(problem, stop=Iterations(2000), seed=1)
    monkeypatch.setattr(travel, "MOST_KEPT", 10)
    asked = solve(problem, stop=Iterations(2000), seed=1)
    assert check(problem, asked).feasible
    assert asked.routes == kept.routes
    assert asked.cost.total == pytest.approx(kept.cost.total)


def test_memory_grows_with_the_places_and_not_with_their_square() -> None:
    problem = scattered(1500, CityTravel())
    tracemalloc.start()
    try:
        model = Model(problem)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert model.count == 1500
    # a table of minutes alone has 2.25 million entries of 8 bytes
    assert peak < 5e6


def test_rows_are_sequences() -> None:
    minutes = PlaneTravel().table([Place(f"p{i}", i, 0) for i in range(travel.MOST_KEPT + 1)]).minutes
    assert len(minutes) == len(minutes[0]) == travel.MOST_KEPT + 1
    assert list(minutes[2][:4]) == [2, 1, 0, 1]
    with pytest.raises(IndexError):
        minutes[0][travel.MOST_KEPT + 1]
