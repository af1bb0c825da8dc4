"""Benchmark files, made by hand and small enough to know what must be read."""

from __future__ import annotations

from math import hypot
from pathlib import Path

import pytest

from furrow.routing import Problem, Site, Window
from furrow.routing.problem import LATEST
from furrow.routing.read import Instance, ReadError, parse, read_instance

PVRP = """\
1 2 4 5
500 20
500 20
500 20
500 20
500 20
 0   0.000  0.000 0 0 0 0
 1   3.0    4.0   2 5 1 5 1 2 4 8 16
 2  10.5    0.000 3 7 2 2 10 5
 3   0.000 -6.0   4 9 5 1 31
 4   1      1     0 1 3 1 21
"""
SOLOMON = """\
TINY

VEHICLE
NUMBER     CAPACITY
  3         50

CUSTOMER
CUST NO.  XCOORD.  YCOORD.  DEMAND  READY TIME  DUE DATE  SERVICE TIME

    0      0   0    0    0   100    0
    1      3   4   10   20    30   10
    2      6   8   15    0    80    5
"""


def site(problem: Problem, name: str) -> Site:
    return next(site for site in problem.sites if site.id == name)


def test_codes_are_bit_strings_whose_leftmost_bit_is_day_one() -> None:
    problem, notes = parse(PVRP)
    assert notes == ()
    assert site(problem, "1").patterns == ((4,), (3,), (2,), (1,), (0,))
    # 10 is 01010: days 2 and 4; 5 is 00101: days 3 and 5
    assert site(problem, "2").patterns == ((1, 3), (2, 4))
    assert site(problem, "3").patterns == ((0, 1, 2, 3, 4),)
    # 21 is 10101
    assert site(problem, "4").patterns == ((0, 2, 4),)
    assert [s.visits for s in problem.sites] == [1, 2, 5, 3]


def test_the_fleet_is_reps_at_the_depot_and_every_visit_may_be_anothers() -> None:
    problem, _ = parse(PVRP)
    assert [(r.id, r.lng, r.lat, r.capacity, r.start) for r in problem.reps] == [
        ("1", 0, 0, 20, 0),
        ("2", 0, 0, 20, 0),
    ]
    assert [(day.end, day.working) for day in problem.days] == [(500, True)] * 5
    two = site(problem, "2")
    assert (two.same_rep, two.demand, two.service_minutes, two.windows) == (False, 7, 3, ())


def test_travel_is_euclidean_and_costs_its_length_and_nothing_else_costs() -> None:
    problem, _ = parse(PVRP)
    table = problem.travel.table([problem.reps[0].place, site(problem, "1").place, site(problem, "2").place])
    assert table.minutes[0] == [0, 5, 10.5]
    assert table.minutes[1][2] == hypot(7.5, 4)
    weights = problem.weights
    costly = {name for name in weights.__slots__ if getattr(weights, name)}
    assert costly == {"travel_minute", "unserved"}
    assert weights.unserved > 2 * 2 * 10.5  # leaving out is worse than any way there and back


def test_zero_is_no_limit() -> None:
    problem, _ = parse(PVRP.replace("500 20", "0 0"))
    assert {r.capacity for r in problem.reps} == {None}
    assert {day.end for day in problem.days} == {LATEST}


def test_days_with_own_limits_have_own_hours_and_own_sets_of_vehicles() -> None:
    lines = PVRP.splitlines()
    lines[2] = "300 30"
    problem, _ = parse("\n".join(lines))
    assert [day.end for day in problem.days] == [500, 300, 500, 500, 500]
    assert [(r.id, r.capacity, sorted(r.days_off)) for r in problem.reps] == [
        ("1/1", 20, [1]),
        ("2/1", 20, [1]),
        ("1/2", 30, [0, 2, 3, 4]),
        ("2/2", 30, [0, 2, 3, 4]),
    ]


def test_a_frequency_that_contradicts_the_codes_gives_way_to_them() -> None:
    problem, notes = parse(PVRP.replace("2 5 1 5 1 2", "2 5 0 5 1 2"))
    assert site(problem, "1").visits == 1
    assert notes == ("customer 1 has frequency 0: visited as often as its codes say, 1",)


def test_a_full_vehicle_that_stays_at_the_depot_is_dropped() -> None:
    problem, notes = parse(PVRP.replace("4   1      1     0 1 3 1 21", "4   0 0 0 20 1 1 2"))
    assert [s.id for s in problem.sites] == ["1", "2", "3"]
    assert notes == ("customer 4 at the depot fills a vehicle: dropped",)
    problem, notes = parse(PVRP.replace("4   1      1     0 1 3 1 21", "4   0 0 0 19 1 1 2"))
    assert len(problem.sites) == 4


def test_windows_of_cordeau_are_times_to_begin() -> None:
    text = "4 1 1 1\n0 9\n0 0 0 0 0 0 0 0 90\n1 3 4 10 5 1 1 1 20 30\n"
    problem, _ = parse(text)
    (only,) = problem.sites
    assert (only.windows, only.patterns, only.visits) == ((Window(20, 40),), ((0,),), 1)


def test_solomon() -> None:
    problem, _ = parse(SOLOMON)
    assert [(s.id, s.demand, s.service_minutes, s.windows) for s in problem.sites] == [
        ("1", 10, 10, (Window(20, 40),)),
        ("2", 15, 5, (Window(0, 85),)),
    ]
    # a vehicle per customer is as many as can be of use
    assert [(r.capacity, r.start) for r in problem.reps] == [(50, 0)] * 2
    assert [(day.start, day.end) for day in problem.days] == [(None, 100)]


def test_the_best_known_value_stands_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "tiny.txt").write_text(PVRP)
    (tmp_path / "other.txt").write_text(PVRP)
    (tmp_path / "best_known.csv").write_text("instance,best_known\ntiny,12.5\nbroken,x\n")
    instance = read_instance(tmp_path / "tiny.txt")
    assert isinstance(instance, Instance)
    assert (instance.name, instance.best_known) == ("tiny", 12.5)
    assert read_instance(str(tmp_path / "other.txt")).best_known is None
    (tmp_path / "broken.txt").write_text(PVRP)
    with pytest.raises(ReadError, match="no number for broken"):
        read_instance(tmp_path / "broken.txt")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("1 2", "line 1: 4 numbers are due, there are 2"),
        ("hello\n", "line 1: 4 numbers are due, there are 1"),
        ("a b c d\n", "line 1: holds something that is no number"),
        ("1 2 4 nan\n", "line 1: holds something that is no number"),
        ("1 2.5 4 5\n", "line 1: whole numbers are due"),
        (PVRP.replace("1 2 4 5", "2 2 4 5"), "line 1: type 2 is not read"),
        (PVRP.replace("1 2 4 5", "1 0 4 5"), "line 1: needs vehicles"),
        (PVRP.replace("1 2 4 5", "1 2 4 999999999"), "line 1: needs vehicles and 1 to 50 days"),
        (PVRP.replace("1 2 4 5", "1 2 9 5"), "line 11: the file ends early: 9 customers"),
        (PVRP.replace("500 20", "-5 20", 1), "line 2: limits must not be negative"),
        (PVRP.replace("500 20", "2000000 20", 1), "line 2: times must be whole numbers up to a million"),
        (PVRP.replace("2 2 10 5", "2 3 10 5"), "line 9: has fewer codes than it says"),
        (PVRP.replace("2 2 10 5", "2 2 10 32"), "line 9: a code does not fit 5 days"),
        (PVRP.replace("2 2 10 5", "2 2 10 4"), "line 9: its codes have no common number of days"),
        (PVRP.replace("5 1 31", "5 0"), "line 10: its codes have no common number of days"),
        ("4 1 1 1\n0 9\n0 0 0 0 0 0 0\n1 3 4 10 5 1 1 1 30 20\n", "line 4: the window is empty"),
        ("\n".join(SOLOMON.splitlines()[:5]), "line 5: the file ends early"),
        (SOLOMON.replace("20    30   10", "20    x   10"), "line 11: holds something that is no number"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, said: str) -> None:
    with pytest.raises(ReadError) as caught:
        parse(text)
    assert str(caught.value).startswith(said)


def test_what_is_no_text_is_said(tmp_path: Path) -> None:
    (tmp_path / "noise.txt").write_bytes(bytes(range(256)))
    with pytest.raises(ReadError, match="no text"):
        read_instance(tmp_path / "noise.txt")
