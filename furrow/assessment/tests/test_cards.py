"""Hand-computed cases of the shipped cards: each class boundary, the combinations of M.A.N. and its unknowns, dealer concerns, 532."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from furrow.assessment.cards import Kind
from furrow.assessment.checking import check
from furrow.assessment.facts import known_facts
from furrow.assessment.parsing import card_of, parse_toml, toml_of
from furrow.assessment.ranking import rank_by_share
from furrow.assessment.rules import WrongAnswer, grade_of
from furrow.assessment.scorecards import SHIPPED, card, shipped

ALL = {code: card(code) for code in SHIPPED}


@pytest.mark.parametrize("code", SHIPPED)
def test_shipped_cards_are_sound_in_both_languages_and_survive_export(code: str) -> None:
    one = ALL[code]
    check(one, facts=known_facts(), others={key: value for key, value in ALL.items() if key != code})
    assert card_of(parse_toml(toml_of(shipped(code)))) == one
    names = [one.name, one.about, *(c.name for c in one.criteria()), *(c.name for c in one.classes)]
    names += [level.name for c in one.criteria() for level in c.levels]
    assert all((name.zh and name.en and name.zh != name.en) or name.en == "M.A.N." for name in names)


def levels(code: str, *points: int) -> dict[str, Any]:
    """Levels of the card's choices in their order."""
    return dict(zip((c.code for c in ALL[code].criteria()), points, strict=True))


@pytest.mark.parametrize(
    ("points", "score", "grade"),
    [
        # Weights capital 20, character 25, capacity 20, collateral 10, condition 10, days late 10, promises kept 5; the last two from the books.
        ((5, 5, 5, 5, 5, 0, 100), "5.00", "1"),
        ((4, 5, 4, 3, 4, 1, 100), "4.20", "1"),  # (80 + 125 + 80 + 30 + 40 + 40 + 25) / 100
        ((4, 5, 4, 3, 4, 1, 99), "4.15", "2"),  # one promise broken
        ((4, 3, 4, 1, 4, 7, 60), "3.40", "2"),  # (80 + 75 + 80 + 10 + 40 + 40 + 15) / 100, on the line
        ((4, 3, 4, 1, 4, 8, 60), "3.30", "3"),  # a day later
        ((2, 3, 3, 1, 3, 7, 39), "2.60", "3"),  # (40 + 75 + 60 + 10 + 30 + 40 + 5) / 100
        ((2, 3, 3, 1, 3, 8, 39), "2.50", "4"),
        ((1, 1, 1, 1, 1, 31, 0), "1.00", "4"),
        ((4, 5, 4, 3, 4), "4.18", "2"),  # nothing in the books yet: (80 + 125 + 80 + 30 + 40) / 85
    ],
)
def test_credit_5c(points: tuple[int, ...], score: str, grade: str) -> None:
    codes = (one.code for one in ALL["credit_5c"].criteria())
    outcome = grade_of(ALL["credit_5c"], dict(zip(codes, points, strict=False)))
    assert (outcome.score, outcome.grade) == (Decimal(score), grade)


def test_credit_grades_carry_limit_and_term() -> None:
    found = {one.code: (one.name.zh, dict(one.values)) for one in ALL["credit_5c"].classes}
    assert found == {
        "1": ("甲", {"limit": "200000", "term_days": 60}),
        "2": ("乙", {"limit": "100000", "term_days": 30}),
        "3": ("丙", {"limit": "30000", "term_days": 15}),
        "4": ("丁", {"limit": "0", "term_days": 0}),
    }


MAN = {
    "MAN": "A", "MAn": "B", "MaN": "B", "mAN": "B", "maN": "B", "mAn": "B", "Man": "B", "man": "X",
    # One unknown: what both ways agree on, the worse of A and B, and no dropping before it is known.
    "?AN": "B", "M?N": "B", "MA?": "B", "M?n": "B", "Ma?": "B", "m?N": "B", "mA?": "B", "?An": "B", "?aN": "B",
    "ma?": "C", "m?n": "C", "?an": "C",
    # Two unknowns: on all ways B only where both open ones end so; here too many.
    "M??": "C", "?A?": "C", "??N": "C", "m??": "C", "?a?": "C", "??n": "C", "???": "",
}  # fmt: skip


@pytest.mark.parametrize("pattern", ["".join(signs) for signs in product("Mm?", "Aa?", "Nn?")])
def test_man_combinations_and_unknowns(pattern: str) -> None:
    names = dict(zip("man", ("money", "authority", "need"), strict=True))
    answers = {
        names[letter]: "unknown" if sign == "?" else "yes" if sign.isupper() else "no"
        for letter, sign in zip("man", pattern, strict=True)
    }
    outcome = grade_of(ALL["man"], answers)
    assert (outcome.pattern, outcome.grade) == (pattern, MAN[pattern])
    assert len(outcome.possible) == 2 ** pattern.count("?")
    if "?" not in pattern:
        assert outcome.possible[0].advice.zh and outcome.completeness == 1


@pytest.mark.parametrize(
    ("quarter", "score", "grade"),
    [
        # familiarity 20, closeness 25, support 30, complaints 10, receivables 15.
        # On each line and the next score below that can be reached; complaints 0, 1 are 5, 4 points, money overdue 0, 1 likewise.
        ((5, 5, 5, "0", "0"), "5.00", "close"),
        ((1, 5, 5, "0", "0"), "4.20", "close"),  # (20 + 125 + 150 + 50 + 75) / 100
        ((2, 4, 5, "0", "0"), "4.15", "good"),  # (40 + 100 + 150 + 50 + 75) / 100
        ((1, 3, 4, "0", "0"), "3.40", "good"),  # (20 + 75 + 120 + 50 + 75) / 100
        ((1, 2, 5, "1", "0"), "3.35", "plain"),  # (20 + 50 + 150 + 40 + 75) / 100
        ((1, 1, 3, "1", "0"), "2.50", "plain"),  # (20 + 25 + 90 + 40 + 75) / 100
        ((1, 1, 3, "0", "1"), "2.45", "tense"),  # (20 + 25 + 90 + 50 + 60) / 100
        ((2, 3, 3, "2", "16"), "2.65", "plain"),  # (40 + 75 + 90 + 30 + 30) / 100
    ],
)
def test_relationship(quarter: tuple[Any, ...], score: str, grade: str) -> None:
    for code in ("relationship_quarter", "relationship_year"):
        outcome = grade_of(ALL[code], levels(code, *quarter))
        assert (outcome.score, outcome.grade) == (Decimal(score), grade)


@pytest.mark.parametrize(
    ("classes", "score", "grade"),
    [
        (("5", "close", "1"), "5.00", "core"),
        (("5", "good", "2"), "4.40", "core"),  # (40·5 + 30·4 + 30·4) / 100
        (("3", "close", "1"), "4.20", "core"),
        (("5", "plain", "1"), "4.10", "key"),  # (40·5 + 30·2 + 30·5) / 100
        (("3", "good", "2"), "3.60", "key"),
        (("3", "plain", "1"), "3.30", "key"),  # (40·3 + 30·2 + 30·5) / 100
        (("5", "plain", "3"), "3.20", "plain"),
        (("2", "close", "2"), "3.10", "plain"),
        (("3", "plain", "3"), "2.40", "plain"),  # nothing lies between 2.20 and 2.40; the line is 2.30
        (("2", "tense", "1"), "2.20", "watch"),  # (40·1 + 30·1 + 30·5) / 100
        (("2", "plain", "3"), "1.60", "watch"),
    ],
)
def test_yearly_class(classes: tuple[str, str, str], score: str, grade: str) -> None:
    answers = dict(zip(("results", "relationship", "credit"), classes, strict=True))
    outcome = grade_of(ALL["yearly_class"], answers)
    assert (outcome.score, outcome.grade) == (Decimal(score), grade)


def test_contribution_is_part_of_the_results() -> None:
    three = {"results": "3", "relationship": "good", "credit": "2"}  # (36·3 + 27·4 + 27·4) = 324 of 90
    for margin, score in (
        ("-1", "3.34"),
        ("0.99", "3.34"),
        ("1", "3.44"),
        ("30000", "3.64"),
        ("100000", "3.74"),
    ):
        assert grade_of(ALL["yearly_class"], three | {"contribution": margin}).score == Decimal(score)
    assert grade_of(ALL["yearly_class"], {"results": "5", "contribution": "100000"}).grade == ""


def test_yearly_class_needs_two_of_three() -> None:
    assert grade_of(ALL["yearly_class"], {"results": "5", "credit": "1"}).grade == "core"
    outcome = grade_of(ALL["yearly_class"], {"relationship": "close", "credit": "1"})
    assert outcome.grade == "" and [factor.code for factor in outcome.lacking] == ["year"]


@pytest.mark.parametrize(
    ("code", "points", "score", "grade"),
    [
        # enthusiasm 30, ability 35, reputation 20, connections 15.
        ("dealer_selection", (4, 4, 4, 4), "4.00", "first"),
        ("dealer_selection", (3, 5, 3, 5), "4.00", "first"),  # (90 + 175 + 60 + 75) / 100
        ("dealer_selection", (2, 5, 5, 4), "3.95", "spare"),  # (60 + 175 + 100 + 60) / 100
        ("dealer_selection", (3, 3, 3, 3), "3.00", "spare"),
        ("dealer_selection", (1, 3, 5, 4), "2.95", "no"),  # (30 + 105 + 100 + 60) / 100
        # potential 25, five others 15 each.
        (
            "region_selection",
            ("5000", 4, 4, 3, 3, 3),
            "3.80",
            "first",
        ),  # (125 + 60 + 60 + 45 + 45 + 45) / 100
        ("region_selection", ("4999.99", 4, 4, 3, 3, 3), "3.55", "next"),
        ("region_selection", ("500", 1, 4, 5, 5, 5), "3.75", "next"),  # (75 + 15·20) / 100
        ("region_selection", ("99.99", 1, 1, 5, 5, 5), "2.80", "next"),  # (25 + 15·17) / 100
        ("region_selection", ("100", 1, 1, 3, 5, 5), "2.75", "later"),  # (50 + 15·15) / 100
        # Sales steps at 100,000 and 500,000.
        ("customer_size", ("500000",), "5.00", "L"),
        ("customer_size", ("499999.99",), "3.00", "M"),
        ("customer_size", ("100000",), "3.00", "M"),
        ("customer_size", ("99999.99",), "1.00", "S"),
        ("customer_size", ("-5",), "1.00", "S"),
        # The first: 4.00·25 + 4.00·25 + 3.50·20 + 3.35·30 = 370.5, half up 3.71. Strength 25 (size 40, years 25, team 35), needs 25 (60, 40), problems 20 (50, 50), likelihood 30 (35, 40, 25).
        ("four_analyses", (4, "6", 4, 4, 4, 3, 4, 4, 3, 3), "3.71", "A"),
        # 3.40·25 + 4.00·25 + 4.00·20 + 3.50·30 = 370; with 3.35 for 3.40 it is 368.75, half up 3.69.
        ("four_analyses", (4, "3", 3, 4, 4, 4, 4, 4, 4, 2), "3.70", "A"),
        ("four_analyses", (3, "3", 4, 4, 4, 4, 4, 4, 4, 2), "3.69", "B"),
        ("four_analyses", (3, "3", 3, 3, 3, 3, 3, 2, 2, 2), "2.70", "B"),
        # 3.00·25 + 2.40·25 + 2.50·20 + 2.80·30 = 269
        ("four_analyses", (3, "3", 3, 2, 3, 2, 3, 2, 4, 2), "2.69", "C"),
    ],
)
def test_selections_size_and_analyses(code: str, points: tuple[Any, ...], score: str, grade: str) -> None:
    outcome = grade_of(ALL[code], levels(code, *points))
    assert (outcome.score, outcome.grade) == (Decimal(score), grade)


def test_what_a_dealer_cares_about_weighs_as_much_as_they_care() -> None:
    # Margin matters most and we are behind: (5·2 + 1·5·5) / (5 + 5·1) = 35 / 10.
    outcome = grade_of(ALL["dealer_concerns"], levels("dealer_concerns", 5, 1, 1, 1, 1, 1, 2, 5, 5, 5, 5, 5))
    assert (outcome.score, outcome.grade) == (Decimal("3.50"), "mend")
    assert (outcome.lowering[0].criterion.code, outcome.lowering[0].effect) == ("we_margin", Decimal("-0.50"))
    # The same doings where they do not mind the margin: (1·2 + 5·5·5) / 26 = 127 / 26.
    outcome = grade_of(ALL["dealer_concerns"], levels("dealer_concerns", 1, 5, 5, 5, 5, 5, 2, 5, 5, 5, 5, 5))
    assert (outcome.score, outcome.grade) == (Decimal("4.88"), "firm")
    # On the lines: five cares of 1, one of 5, so (sum of five + 5 · the sixth) / 10. Just below: five of 5, one of 4: (5 · sum + 4 · sixth) / 29.
    light, heavy = (1, 1, 1, 1, 1, 5), (5, 5, 5, 5, 5, 4)
    for cares, doings, score, grade in (
        (light, (4, 4, 4, 3, 3, 4), "3.80", "firm"),  # 38 / 10
        (heavy, (4, 4, 4, 3, 3, 5), "3.79", "mend"),  # 110 / 29 = 3.793
        (light, (3, 3, 3, 2, 2, 3), "2.80", "mend"),  # 28 / 10
        (heavy, (3, 3, 3, 2, 2, 4), "2.79", "risk"),  # 81 / 29 = 2.793
    ):
        outcome = grade_of(ALL["dealer_concerns"], levels("dealer_concerns", *cares, *doings))
        assert (outcome.score, outcome.grade) == (Decimal(score), grade)


@pytest.mark.parametrize("answer", ["", "x", "1e999", "NaN", "Infinity", "9" * 17, True, 1.5, "１２"])
def test_figures_that_are_none(answer: Any) -> None:
    kind = next(c for c in ALL["relationship_year"].criteria() if c.kind is Kind.NUMBER)
    if answer == "":
        assert kind.code in {c.code for c in grade_of(ALL["relationship_year"], {kind.code: answer}).missing}
    elif answer == "１２":
        assert not grade_of(ALL["relationship_year"], {kind.code: answer}).grade
    else:
        with pytest.raises(WrongAnswer):
            grade_of(ALL["relationship_year"], {kind.code: answer})


def classes(figures: dict[int, int], shares: tuple[int, ...] = (50, 30, 20)) -> dict[int, int]:
    found = rank_by_share({pk: Decimal(v) for pk, v in figures.items()}, [Decimal(s) for s in shares])
    return {pk: (5, 3, 2)[place.number] for pk, place in found.items()}


def test_532_by_hand() -> None:
    # Sum 100: lines at 50 and 80. 40 begins at 0, 20 at 40, 15 at 60, 10 at 75, 8 at 85, 7 at 93.
    assert classes({1: 40, 2: 20, 3: 15, 4: 10, 5: 8, 6: 7}) == {1: 5, 2: 5, 3: 3, 4: 3, 5: 2, 6: 2}
    # Exactly on the line: the next one begins at 50, which is the second part.
    assert classes({1: 50, 2: 30, 3: 20}) == {1: 5, 2: 3, 3: 2}
    assert classes({1: 90, 2: 10}) == {1: 5, 2: 2}


def test_532_ties_share_rank_and_class() -> None:
    figures = {1: 30, 2: 25, 3: 25, 4: 10, 5: 10}
    places = rank_by_share(
        {pk: Decimal(v) for pk, v in figures.items()}, [Decimal(50), Decimal(30), Decimal(20)]
    )
    # The two with 25 begin together at 30, below 50, although the second alone would begin at 55.
    assert classes(figures) == {1: 5, 2: 5, 3: 5, 4: 2, 5: 2}
    assert [places[pk].rank for pk in sorted(places)] == [1, 2, 2, 4, 4]


def test_532_negative_sales_and_no_sales() -> None:
    # Returns of 20 count as nothing: the sum is 100, not 80.
    assert classes({1: 50, 2: 30, 3: 20, 4: -20, 5: 0}) == {1: 5, 2: 3, 3: 2, 4: 2, 5: 2}
    assert classes({1: 0, 2: -5}) == {}
    assert classes({}) == {}


def test_532_percentages_are_settings() -> None:
    assert classes({1: 40, 2: 20, 3: 15, 4: 10, 5: 8, 6: 7}, (70, 20, 10)) == {
        1: 5,
        2: 5,
        3: 5,
        4: 3,
        5: 3,
        6: 2,
    }
