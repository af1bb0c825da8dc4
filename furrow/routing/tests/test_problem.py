"""What a problem may look like, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from furrow.routing import (
    CityTravel,
    Earlier,
    Lunch,
    MatrixTravel,
    Pin,
    Place,
    PlaneTravel,
    Problem,
    ProblemError,
    Shift,
    Weights,
    Window,
    working_calendar,
)
from furrow.routing.patterns import MOST, gaps, site_patterns
from furrow.routing.problem import gap_limits, opening
from furrow.routing.tests.small import PLAIN, rep, site, world

CYCLE = working_calendar(4)
WORKED = [day.index for day in CYCLE if day.working]


@pytest.mark.parametrize(
    ("code", "make"),
    [
        ("no_reps", lambda: replace(world([]), reps=())),
        ("no_days", lambda: replace(world([]), days=())),
        ("site_twice", lambda: world([site("a", 0, 0), site("a", 1, 1)])),
        ("rep_twice", lambda: world([], [rep(), rep()])),
        ("rep_unknown", lambda: world([site("a", 0, 0, rep="x")])),
        ("rep_unknown", lambda: world([site("a", 0, 0, pins=(Pin(0, "x"),))])),
        ("visits", lambda: world([site("a", 0, 0, visits=-1)])),
        ("service", lambda: world([site("a", 0, 0, service_minutes=float("nan"))])),
        ("window", lambda: world([site("a", 0, 0, windows=(Window(700, 600),))])),
        ("gap", lambda: world([site("a", 0, 0, min_gap=9, max_gap=5)])),
        ("pin", lambda: world([site("a", 0, 0, pins=(Pin(99),))])),
        ("pin", lambda: world([site("a", 0, 0, rep="r", pins=(Pin(0, "q"),))], [rep("r"), rep("q")])),
        ("done", lambda: world([site("a", 0, 0, visits=1, done=(0, 7))])),
        ("done", lambda: world([site("a", 0, 0, visits=2, done=(0,), pins=(Pin(0),))])),
        ("rep", lambda: world([site("a", 0, 0, rep="r", allowed_reps=("q",))], [rep("r"), rep("q")])),
        ("pattern", lambda: world([site("a", 0, 0, visits=2, patterns=((1,),))])),
        ("hours", lambda: world([], [rep(start=900, end=800)])),
        ("lunch", lambda: world([], [rep(lunch=Lunch(-5))])),
        ("hours", lambda: world([], [rep(end=1_000_001)])),
        ("hours", lambda: world([], [rep(shifts=(Shift(700, 600),))])),
        ("capacity", lambda: world([], [rep(capacity=-1)])),
        ("weight", lambda: world([], weights=Weights(change_day=float("inf")))),
        ("demand", lambda: world([site("a", 0, 0, demand=float("nan"))])),
        ("half", lambda: world([site("a", 0, 0, half="noon")])),
        ("earlier", lambda: world([site("a", 0, 0, earlier=(Earlier(1), Earlier(1)))])),
        ("place", lambda: world([site("a", float("nan"), 0)])),
        ("profile", lambda: replace(world([]), travel=PlaneTravel(profile=((9, 1.0), (9, 2.0))))),
        ("matrix", lambda: replace(world([]), travel=MatrixTravel({}, [[0, 1]], [[0, 1]]))),
        ("matrix", lambda: replace(world([]), travel=MatrixTravel({}, [[-1.0]], [[0]]))),
        ("day_index", lambda: replace(world([]), days=CYCLE[1:])),
    ],
)
def test_contradictions_are_named(code: str, make: Callable[[], Problem]) -> None:
    with pytest.raises(ProblemError) as caught:
        make()
    assert caught.value.code == code
    assert caught.value.reason


@pytest.mark.parametrize(("visits", "limits"), [(4, (5, 9)), (2, (11, 17)), (8, (2, 5))])
def test_default_gaps(visits: int, limits: tuple[int, int]) -> None:
    assert gap_limits(site("a", 0, 0, visits=visits), 28) == limits


@pytest.mark.parametrize("visits", [1, 2, 3, 4, 8, 12, 20])
def test_patterns_keep_days_and_gaps_over_the_wrap(visits: int) -> None:
    wanted = site("a", 0, 0, visits=visits)
    found = site_patterns(wanted, visits, WORKED, CYCLE, PLAIN)
    low, high = gap_limits(wanted, 28)
    assert 0 < len(found) <= MOST
    assert len({p.days for p in found}) == len(found)
    for pattern in found:
        assert set(pattern.days) <= set(WORKED)
        assert len(pattern.days) == visits
        assert all(low <= gap <= high for gap in gaps(pattern.days, 28)) or visits in (12, 20)


def test_single_visits_may_fall_on_any_day_and_weekly_ones_start_on_all_five() -> None:
    assert len(site_patterns(site("a", 0, 0), 1, WORKED, CYCLE, PLAIN)) == 20
    weekly = site_patterns(site("a", 0, 0, visits=4), 4, WORKED, CYCLE, PLAIN)
    assert {p.days[0] for p in weekly} >= {0, 1, 2, 3, 4}
    assert {(d, d + 7, d + 14, d + 21) for d in range(5)} <= {p.days for p in weekly}


def test_preferred_weeks_order_the_patterns() -> None:
    third = site("c", 0, 0, preferred_weeks=(2,))
    found = site_patterns(third, 1, WORKED, CYCLE, replace(PLAIN, preference=1))
    assert {p.days[0] // 7 for p in found[:5]} == {2}
    assert [p.preference for p in found[-5:]] == [2] * 5


def test_taboos_cut_windows() -> None:
    wanted = site(
        "a",
        0,
        0,
        windows=(Window(540, 720), Window(780, 1080, 4)),
        taboos=(Window(600, 630), Window(0, 1440, 6)),
    )
    assert opening(wanted, 4) == ((540, 600), (630, 720), (780, 1080))
    assert opening(wanted, 0) == ((540, 600), (630, 720))
    assert opening(wanted, 6) == ()


def test_city_travel_against_a_known_distance() -> None:
    # one degree of latitude is 111.195 km; × 1.35 are 15 km at 25 km/h and 135.11 km at 60, and 2 min to park
    table = CityTravel().table([Place("a", 121, 31), Place("b", 121, 32), Place("c", 121, 31)])
    assert table.metres[0][1] == pytest.approx(111_195 * 1.35, rel=1e-4)
    assert table.minutes[0][1] == pytest.approx(36 + 135.11 + 2, rel=1e-4)
    assert table.minutes[0][2] == table.metres[0][2] == 0
    assert not CityTravel().known(Place("x", 999, 0))
    assert not CityTravel().known(Place("x", None, None))


def test_matrix_travel_keeps_its_asymmetry() -> None:
    travel = MatrixTravel({"site:a": 0, "rep:r": 1}, [[0, 5], [7, 0]], [[0, 50], [70, 0]])
    table = travel.table([Place("rep:r", None, None), Place("site:a", None, None)])
    assert (table.minutes, table.metres[0][1]) == ([[0, 7], [5, 0]], 70)
