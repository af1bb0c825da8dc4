"""Shares: equal, compact, and existing owners kept."""

from __future__ import annotations

from math import hypot
from typing import Any

from furrow.routing import CityTravel, Pin, Problem, Rep, Site, divide, place_bases, working_calendar

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
