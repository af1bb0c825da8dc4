"""Documents: what goes out comes back the same, what is wrong is named with its path, and the schema is true."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any

import pytest

from furrow.routing import (
    CityTravel,
    Earlier,
    Iterations,
    Lunch,
    MatrixTravel,
    Pin,
    Place,
    PlaneTravel,
    Problem,
    Shift,
    Table,
    Weights,
    Window,
    check,
    exchange,
    schema,
    solve,
    working_calendar,
)
from furrow.routing.exchange import (
    ExchangeError,
    problem_document,
    read_problem,
    read_result,
    result_document,
)
from furrow.routing.schema_words import DESCRIPTIONS
from furrow.routing.tests.small import SQUARE, rep, site, world

FOLDER = Path(exchange.__file__).parent
RICH = replace(
    world(
        [
            site("甲", 10, 0, visits=4, windows=(Window(540, 800, 2), Window(600, 700)), pins=(Pin(1),)),
            site("b", 20.5, 0, visits=2, taboos=(Window(0, 1080),), preferred_weeks=(0, 2), priority=0.5),
            site("c", None, None, patterns=((0,), (4,)), done=(), allowed_reps=("r", "q")),
            site(
                "d",
                1,
                1,
                demand=2.5,
                skills=("a",),
                same_rep=False,
                earlier=(Earlier(3, "r", 600.5),),
                half="morning",
            ),
        ],
        [
            rep(
                "r",
                lunch=Lunch(720, 45),
                class_limits={"modern": 1},
                overtime=60,
                days_off=frozenset({11, 2}),
            ),
            rep("q", None, None, max_visits=3, days={1: (600, 700), 11: (540, 900)}, skills=frozenset("ba")),
            rep("p", 1, 1, shifts=(Shift(400, 600), Shift(700, 900, 5, 5)), capacity=7.5),
        ],
        weeks=4,
        weights=Weights(easy_day=60),
    ),
    travel=CityTravel(kmh=30),
)


def document(**change: Any) -> dict[str, Any]:
    made = problem_document(world(SQUARE))
    return json.loads(json.dumps(made)) | change


@pytest.mark.parametrize("problem", [world([]), world(SQUARE), RICH], ids=["empty", "square", "rich"])
def test_a_problem_comes_back_the_same(problem: Problem) -> None:
    assert read_problem(json.dumps(problem_document(problem))) == problem


def test_defaults_are_left_out_and_days_may_be_told_in_weeks() -> None:
    assert document()["sites"][0] == {"id": "a", "lng": 10, "lat": 0, "service_minutes": 10}
    short = document(days={"weeks": 2, "free": [4], "extra": [5]})
    assert read_problem(json.dumps(short)).days == working_calendar(2, free=[4], extra=[5])


def test_null_in_a_table_is_no_way() -> None:
    travel = MatrixTravel({"rep:r": 0, "site:a": 1}, ((0.0, inf), (7.0, 0.0)), ((0.0, inf), (70.0, 0.0)))
    problem = replace(world([site("a", None, None)]), travel=travel)
    written = problem_document(problem)
    assert written["travel"]["minutes"] == [[0.0, None], [7.0, 0.0]]
    read = read_problem(json.dumps(written, allow_nan=False))
    places = [Place("rep:r", None, None), Place("site:a", None, None)]
    assert read.travel.table(places) == Table([[0.0, inf], [7.0, 0.0]], [[0.0, inf], [70.0, 0.0]])


def test_travel_of_an_own_kind_is_written_as_a_matrix() -> None:
    class Slow(PlaneTravel):
        def table(self, places: Any) -> Table:
            return Table([[9.0] * len(places)] * len(places), [[1.0] * len(places)] * len(places))

    problem = replace(world([site("a", 1, 0), site("lost", None, None)]), travel=Slow())
    travel = read_problem(json.dumps(problem_document(problem))).travel
    assert isinstance(travel, MatrixTravel)
    assert set(travel.rows) == {"rep:r", "site:a"}
    assert travel.minutes == ((9.0, 9.0), (9.0, 9.0))


def test_a_plan_comes_back_the_same_and_is_judged_beside() -> None:
    problem = world([*SQUARE, site("far", 5000, 0)])
    result = solve(problem, stop=Iterations(50), seed=1)
    written = result_document(result, check(problem, result), {"seed": 1})
    assert (written["judged"]["feasible"], written["made"]) == (True, {"seed": 1})
    assert written["judged"]["cost"]["travel"] == 40
    assert written["unplaced"] == [
        {"site_id": "far", "visits": 1, "reason": "unreachable_coordinates", "rep_id": "r"}
    ]
    assert read_result(json.dumps(written)) == result


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": 1}, "format: must be “furrow-routing-problem-1”"),
        ({"sites": {}}, "sites: must be a list"),
        ({"sites": [7]}, "sites[0]: must be an object"),
        ({"sites": [{}]}, "sites[0]: lacks the field “id”"),
        ({"sites": [{"id": 5}]}, "sites[0].id: must be a text"),
        ({"sites": [{"id": "\ud800"}]}, "sites[0].id: holds half a character"),
        ({"sites": [{"id": "a", "vists": 2}]}, "sites[0]: has no field “vists”; did you mean “visits”?"),
        ({"sites": [{"id": "a", "visits": 1.5}]}, "sites[0].visits: must be a whole number"),
        ({"sites": [{"id": "a", "visits": True}]}, "sites[0].visits: must be a whole number"),
        ({"sites": [{"id": "a", "visits": 2**31}]}, "sites[0].visits: is too large"),
        ({"sites": [{"id": "a", "visits": 99}]}, "sites[0]: visits must be 0 to 7"),
        ({"sites": [{"id": "a", "lng": "1"}]}, "sites[0].lng: must be a number"),
        ({"sites": [{"id": "a", "windows": [{"start": 1}]}]}, "sites[0].windows[0]: lacks the field “end”"),
        ({"sites": [{"id": "a", "patterns": [[0], "1"]}]}, "sites[0].patterns[1]: must be a list"),
        ({"sites": [{"id": "a"}, {"id": "a"}]}, "document: two sites have the same id"),
        (
            {"reps": [{"id": "r", "class_limits": {"x": "1"}}]},
            "reps[0].class_limits.x: must be a whole number",
        ),
        ({"reps": [{"id": "r", "start": 900, "end": 800}]}, "reps[0]: hours"),
        ({"reps": [{"id": "r", "days": {"1.0": [1, 2]}}]}, "reps[0].days.1.0: must be a day index"),
        ({"reps": [{"id": "r", "days": {"1": [1]}}]}, "reps[0].days.1: must have 2 values"),
        ({"reps": []}, "document: there is no rep"),
        ({"days": {"weeks": 10**9}}, "days.weeks: must be 1 to 104"),
        ({"days": {"weeks": 1, "holidays": []}}, "days: has no field “holidays”"),
        ({"days": [{"index": 0, "weekday": 9, "week": 0}]}, "days[0]: weekday"),
        (
            {"travel": {"kind": "boat"}},
            "travel: must be an object whose “kind” is one of city, plane, matrix",
        ),
        ({"travel": {"kind": ["city"]}}, "travel: must be an object whose"),
        ({"travel": {"kind": "city", "kmh": 0}}, "travel.kmh: must be greater than 0"),
        ({"travel": {"kind": "matrix", "minutes": []}}, "travel: lacks the field “rows”"),
        (
            {"travel": {"kind": "matrix", "rows": {"rep:r": 1}, "minutes": [[0]], "metres": [[0]]}},
            "travel: ",
        ),
        (
            {"travel": {"kind": "matrix", "rows": {}, "minutes": [[0, 1]], "metres": [[0]]}},
            "travel: minutes and metres must be square and of one size",
        ),
        (
            {"travel": {"kind": "matrix", "rows": {}, "minutes": [[0]], "metres": [[-1]]}},
            "travel: ",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_path(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ExchangeError) as caught:
        read_problem(json.dumps(document(**change)))
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not JSON"),
        ("[1]", "must be an object"),
        ("null", "must be an object"),
        (b"\xff\xfe", "is not UTF-8"),
        ("[" * 100_000, "is nested too deeply"),
        ('{"format": NaN}', "NaN is no number"),
        ('{"format": ' + "9" * 5000 + "}", "holds a number that is too long"),
        ('{"format": "x", "format": "y"}', "has the field “format” twice"),
    ],
)
def test_what_is_no_document_is_said(text: str | bytes, said: str) -> None:
    with pytest.raises(ExchangeError, match=said):
        read_problem(text)


def test_too_large_numbers_are_refused() -> None:
    text = json.dumps(document()).replace('"lng": 10,', '"lng": 1e999,')
    with pytest.raises(ExchangeError, match=r"sites\[0\].lng: is too large"):
        read_problem(text)


@pytest.mark.parametrize(
    ("name", "made"), [("problem", schema.problem_schema()), ("result", schema.result_schema())]
)
def test_the_schema_file_is_what_the_dataclasses_say(name: str, made: dict[str, Any]) -> None:
    """FURROW_WRITE=1 writes the files anew."""
    file = FOLDER / f"{name}.schema.json"
    text = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("FURROW_WRITE"):
        file.write_text(text, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == text


def test_every_field_is_described_and_nothing_else() -> None:
    assert schema.described() == set(DESCRIPTIONS)
