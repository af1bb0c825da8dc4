"""Shares: equal, compact, and existing owners kept."""

from __future__ import annotations

from math import hypot
from typing import Any

from furrow.routing import (
    CityTravel,
    Iterations,
    Pin,
    Problem,
    Rep,
    Site,
    divide,
    place_bases,
    solve,
    working_calendar,
)

DAYS = working_calendar(1)


def town(name: str, lng: float, lat: float, count: int, **more: Any) -> list[Site]:
    return [Site(f"{name}{i}", lng + i % 4 * 0.002, lat + i // 4 * 0.002, **more) for i in range(count)]


def problem(sites: list[Site], reps: list[Rep]) -> Problem:
    return Problem(tuple(sites), tuple(reps), DAYS, travel=CityTravel())


def owners(divided: Problem) -> dict[str, str | None]:
    return {site.id: site.rep for site in divided.sites}


def test_two_towns_two_reps() -> None:
    divided = divide(
        problem([*town("a", 121.0, 31.0, 12), *town("b", 121.5, 31.2, 12)], [Rep("r"), Rep("q")])
    )
    by_town = {prefix: {o for s, o in owners(divided).items() if s[0] == prefix} for prefix in "ab"}
    assert all(len(reps) == 1 for reps in by_town.values())
    assert by_town["a"] != by_town["b"]
    assert all(rep.lng is not None for rep in divided.reps)
    for rep in divided.reps:
        mine = [s for s in divided.sites if s.rep == rep.id]
        assert all(hypot((s.lng or 0) - (rep.lng or 0), (s.lat or 0) - (rep.lat or 0)) < 0.02 for s in mine)


def test_one_grid_is_cut_evenly() -> None:
    grid = [Site(f"s{i}", 121 + i % 20 * 0.01, 31 + i // 20 * 0.01, service_minutes=20) for i in range(400)]
    divided = divide(problem(grid, [Rep(str(k)) for k in range(5)]))
    counts = [list(owners(divided).values()).count(str(k)) for k in range(5)]
    assert sum(counts) == 400
    assert max(counts) - min(counts) <= 8
    assert divide(problem(grid, [Rep(str(k)) for k in range(5)])) == divided


def test_owners_and_named_reps_are_kept_and_count() -> None:
    sites = [
        *town("old", 121.0, 31.0, 10, rep="r"),
        *town("new", 121.02, 31.0, 10),
        Site("only", 121.3, 31.3, allowed_reps=("q",)),
        Site("pinned", 121.0, 31.0, pins=(Pin(0, "q"),)),
        Site("lost", None, None),
    ]
    divided = divide(problem(sites, [Rep("r"), Rep("q")]))
    got = owners(divided)
    assert {got[f"old{i}"] for i in range(10)} == {"r"}
    assert sum(got[f"new{i}"] == "q" for i in range(10)) >= 7
    assert (got["only"], got["pinned"]) == ("q", "q")
    assert got["lost"] in ("r", "q")
    assert divide(divided) is divided


def test_shares_lie_around_the_bases_that_are_given() -> None:
    sites = [*town("a", 121.0, 31.0, 8), *town("b", 121.5, 31.2, 8)]
    divided = divide(problem(sites, [Rep("east", 121.5, 31.2), Rep("west", 121.0, 31.0)]))
    assert {owners(divided)[f"a{i}"] for i in range(8)} == {"west"}
    assert (divided.reps[0].lng, divided.reps[0].lat) == (121.5, 31.2)


def test_reps_from_one_office_still_get_compact_shares() -> None:
    sites = [*town("a", 121.0, 31.0, 8), *town("b", 121.5, 31.2, 8)]
    got = owners(divide(problem(sites, [Rep("r", 121.2, 31.1), Rep("q", 121.2, 31.1)])))
    assert len({got[f"a{i}"] for i in range(8)}) == len({got[f"b{i}"] for i in range(8)}) == 1


def test_bases_for_invented_reps() -> None:
    bases = place_bases(2, [*town("a", 121.0, 31.0, 8), *town("b", 121.5, 31.2, 8)])
    assert sorted(round(lng, 1) for lng, _ in bases) == [121.0, 121.5]
    assert len(place_bases(3, [])) == 3
    assert len(place_bases(3, town("a", 121.0, 31.0, 1))) == 3
    divided = divide(problem(town("a", 121.0, 31.0, 1), [Rep("r"), Rep("q"), Rep("p")]))
    assert all(rep.lng is not None for rep in divided.reps)


WUHAN, SHANGHAI = (114.3, 30.6), (121.47, 31.23)


def test_nobody_gets_what_the_day_does_not_suffice_for() -> None:
    sites = [*town("w", *WUHAN, 4), *town("s", *SHANGHAI, 40)]
    reps = [Rep("wuhan", 114.3, 30.6), Rep("east", 121.5, 31.2), Rep("west", 121.4, 31.25)]
    got = owners(divide(problem(sites, reps)))
    assert {got[f"w{i}"] for i in range(4)} == {"wuhan"}
    assert sorted(list(got.values()).count(name) for name in ("east", "west")) == [20, 20]


def test_reps_without_a_base_go_where_the_customers_are() -> None:
    own = [*town("a", 114.31, 30.6, 8, rep="r"), *town("b", 114.2, 30.6, 8, rep="q")]
    sites = [*own, *town("w", *WUHAN, 4), *town("s", *SHANGHAI, 40)]
    divided = divide(problem(sites, [Rep("r", 114.3, 30.6), Rep("q", 114.2, 30.6), Rep("new1"), Rep("new2")]))
    got = owners(divided)
    assert {got[f"s{i}"] for i in range(40)} == {"new1", "new2"}
    assert {got[f"w{i}"] for i in range(4)} <= {"r", "q"}
    assert all(abs((rep.lng or 0) - 121.47) < 0.05 for rep in divided.reps if rep.id.startswith("new"))


def test_far_outliers_spoil_no_share_and_are_said_to_be_too_far() -> None:
    sites = [*town("w", *WUHAN, 3), *town("s", *SHANGHAI, 40)]
    divided = divide(problem(sites, [Rep("r"), Rep("q")]))
    got = owners(divided)
    assert [sum(got[f"s{i}"] == name for i in range(40)) for name in ("r", "q")] == [20, 20]
    assert all(abs((rep.lng or 0) - 121.47) < 0.05 for rep in divided.reps)
    left = solve(divided, stop=Iterations(20), seed=1).unplaced
    assert {(one.site_id, one.reason) for one in left} == {
        (f"w{i}", "unreachable_coordinates") for i in range(3)
    }


def test_a_base_is_the_median_of_the_share_not_the_mean() -> None:
    divided = divide(
        problem([*town("s", *SHANGHAI, 20, rep="r"), *town("w", *WUHAN, 8, rep="r")], [Rep("r")])
    )
    assert abs((divided.reps[0].lng or 0) - 121.47) < 0.02


def test_a_rep_without_a_base_but_with_customers_stays_near_them() -> None:
    sites = [*town("own", *WUHAN, 4, rep="r"), *town("w", *WUHAN, 4), *town("s", *SHANGHAI, 8)]
    got = owners(divide(problem(sites, [Rep("r"), Rep("new")])))
    assert {got[f"w{i}"] for i in range(4)} == {"r"}
    assert {got[f"s{i}"] for i in range(8)} == {"new"}
