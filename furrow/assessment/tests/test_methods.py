"""New cards and cards turned to another method: what they are given, what they keep, and what comes of their answers."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from furrow.assessment.cards import Method
from furrow.assessment.checking import check
from furrow.assessment.facts import known_facts
from furrow.assessment.methods import Definition, fitted, new_card, of_method, turned
from furrow.assessment.parsing import CardError, card_of
from furrow.assessment.rules import grade_of
from furrow.assessment.scorecards import SHIPPED, card, shipped

NAME = {"zh": "渠道评估", "en": "Channel"}


def problems(definition: Definition) -> set[str]:
    others = {code: card(code) for code in SHIPPED if code != definition["code"]}
    try:
        check(card_of(of_method(definition)), facts=known_facts(), others=others)
    except CardError as error:
        return {one.where for one in error.problems}
    return set()


@pytest.mark.parametrize("method", Method)
def test_a_new_card_of_any_method_is_sound(method: Method) -> None:
    made = new_card("channel", NAME, method)
    assert problems(made) == set() and fitted(made) == made
    assert made["classes"][0]["name"] == {"zh": "好", "en": "Good"}


@pytest.mark.parametrize("code", SHIPPED)
def test_shipped_cards_have_all_they_need_and_nothing_more(code: str) -> None:
    assert fitted(shipped(code)) == of_method(shipped(code)) == shipped(code)


# A combination of ten criteria would be 1,024 rows, a matrix has two groups, no figure ranks regions: that is said, not bent.
REFUSED = {
    ("region_selection", "ranking"): {"method"},
    ("four_analyses", "matrix"): {"factors"},
    **{(code, "combination"): {"factors"} for code in SHIPPED if len(card(code).by_code) > 5},
}


@pytest.mark.parametrize(("code", "method"), list(product(SHIPPED, Method)))
def test_any_card_turns_to_any_method_and_back(code: str, method: Method) -> None:
    before = shipped(code)
    there = turned({**before, "method": method.value}, before["method"])
    assert problems(there) == REFUSED.get((code, method.value), set())
    back = turned({**there, "method": before["method"]}, method.value)
    assert problems(back) == set()
    if before["method"] == "score" and len(back["factors"]) == len(before["factors"]):
        assert grades(back) == grades(before)


def grades(definition: Definition) -> list[str]:
    made = card_of(of_method(definition))
    found = []
    for number in (1, 2):
        answers: dict[str, Any] = {one.code: number for one in made.criteria() if one.levels}
        found.append(grade_of(made, answers).grade)
    return found


def test_what_a_turned_card_is_given() -> None:
    # Four classes on a scale from 1 to 5: lines at 4, 3 and 2; two groups weigh 50 each.
    score = turned({**shipped("customer_grade"), "method": "score"}, "matrix")
    assert [one.get("from") for one in score["classes"]] == ["4", "3", "2", None]
    assert [one["weight"] for one in score["factors"]] == ["50", "50"]
    assert grade_of(card_of(of_method(score)), dict.fromkeys(card().by_code, 3)).grade == "B"
    # Bands at 3.50 and 2.50; four steps down over four classes: 0, 0.75, 1.5, 2.25, 3 rounded half up.
    matrix = turned({**shipped("credit_5c"), "method": "matrix"}, "score")
    assert [list(row.values()) for row in matrix["matrix"].values()] == [
        ["1", "2", "3"],
        ["2", "3", "3"],
        ["3", "3", "4"],
    ]
    assert (matrix["factors"][1]["high_from"], matrix["factors"][1]["medium_from"]) == ("3.5", "2.5")
    # The first letter that is free; the fewer yes, the lower the class; three shares as 532 has them.
    combined = turned({**shipped("dealer_selection"), "method": "combination"}, "score")
    assert [one["letter"] for one in combined["factors"][0]["criteria"]] == ["E", "A", "R", "C"]
    assert {row["pattern"]: row["class"] for row in combined["combinations"]} | {
        "EARC": "first",
        "earc": "no",
    } == {row["pattern"]: row["class"] for row in combined["combinations"]}
    assert turned({**shipped("customer_size"), "method": "ranking"}, "score")["shares"] == ["50", "30", "20"]


def test_letters_and_scales_that_say_nothing_are_refused() -> None:
    same = new_card("channel", NAME, Method.COMBINATION)
    one, two = same["factors"][0]["criteria"]
    one["letter"], two["letter"] = "M", "M"
    assert "factors" in problems(same)
    one["letter"] = "钱"  # has no small form: yes and no would look alike
    assert "factors.group1.criteria.item1_1.letter" in problems(same)
    many = new_card("channel", NAME, Method.COMBINATION)
    many["factors"][0]["criteria"] *= 20
    assert "factors" in problems(many)
    flat = {**new_card("channel", NAME, Method.SCORE), "scale": {"low": "3", "high": "3"}}
    assert "scale" in problems(fitted(flat))
    assert card_of({**flat, "scale": {}}).scale.high == Decimal(5)
