"""Scorecards, with figures computed by hand from cards/customer_grade.toml: weights 20 20 10 10 10 10 20 and 40 40 20."""

from decimal import Decimal
from typing import Any

import pytest

from furrow.assessment.cards import Band
from furrow.assessment.checking import check
from furrow.assessment.parsing import CardError, card_of, parse_toml
from furrow.assessment.rules import WrongAnswer, grade_of
from furrow.assessment.scorecards import card

CARD = card()
IMPORTANCE = ("credit", "scale", "staff", "storage", "transport", "management", "network")
GROWTH = ("opening", "share", "surroundings")
ALL_THREE = dict.fromkeys((*IMPORTANCE, *GROWTH), 3)


def test_all_in_the_middle_is_a_b_that_nothing_moves() -> None:
    outcome = grade_of(CARD, ALL_THREE)
    assert (outcome.score_of("importance").value, outcome.score_of("growth").value) == (
        Decimal("3.00"),
        Decimal("3.00"),
    )
    assert (outcome.grade, outcome.completeness, outcome.missing) == ("B", Decimal("1.00"), ())
    assert outcome.raising == outcome.lowering == ()


def test_scores_are_weighted_means() -> None:
    # (20·5 + 20·4 + 10·3 + 10·2 + 10·2 + 10·3 + 20·4) / 100 = 360 / 100; (40·4 + 40·5 + 20·1) / 100 = 380 / 100
    answers = dict(zip((*IMPORTANCE, *GROWTH), (5, 4, 3, 2, 2, 3, 4, 4, 5, 1), strict=True))
    outcome = grade_of(CARD, answers)
    assert (outcome.score_of("importance").value, outcome.score_of("growth").value) == (
        Decimal("3.60"),
        Decimal("3.80"),
    )
    assert (outcome.score_of("importance").band, outcome.score_of("growth").band, outcome.grade) == (
        Band.HIGH,
        Band.HIGH,
        "A",
    )
    # Pull from the middle: share 40·2/100, opening 40·1/100, credit 20·2/100, surroundings 20·−2/100.
    assert [(move.criterion.code, move.effect) for move in outcome.moves[:4]] == [
        ("share", Decimal("0.80")),
        ("credit", Decimal("0.40")),
        ("opening", Decimal("0.40")),
        ("surroundings", Decimal("-0.40")),
    ]
    assert str(outcome.lowering[0].criterion.levels[0]) in {
        "商圈衰退，客流持续减少",
        "Declining area, fewer and fewer people",
    }


def test_unknown_lowers_completeness_but_not_the_grade() -> None:
    answers: dict[str, int | None] = {**dict.fromkeys(IMPORTANCE, 5), **dict.fromkeys(GROWTH, 5)}
    for code in ("staff", "storage", "surroundings"):
        answers[code] = None
    outcome = grade_of(CARD, answers)
    # Known weight 80 + 80 of 200.
    assert (outcome.grade, outcome.score_of("importance").value, outcome.completeness) == (
        "A",
        Decimal("5.00"),
        Decimal("0.80"),
    )
    assert [criterion.code for criterion in outcome.missing] == ["staff", "storage", "surroundings"]


@pytest.mark.parametrize(
    ("known", "lacking"),
    [
        (("credit", "scale", "network", "opening", "surroundings"), []),  # exactly 60% and 60%
        (("credit", "scale", "staff", "opening", "share"), ["importance"]),  # 50%
        ((*IMPORTANCE, "share"), ["growth"]),  # 40%
        ((), ["importance", "growth"]),
    ],
)
def test_too_few_answers_give_no_grade_and_say_where(known: tuple[str, ...], lacking: list[str]) -> None:
    outcome = grade_of(CARD, dict.fromkeys(known, 4))
    assert [factor.code for factor in outcome.lacking] == lacking
    assert outcome.grade == ("" if lacking else "A")


@pytest.mark.parametrize(
    ("importance", "growth", "grade"),
    [
        (Decimal("3.50"), Decimal("2.50"), "A"),
        (Decimal("3.49"), Decimal("2.50"), "B"),
        (Decimal("3.50"), Decimal("2.49"), "B"),
        (Decimal("2.50"), Decimal("5"), "B"),
        (Decimal("2.50"), Decimal("1"), "C"),
        (Decimal("2.49"), Decimal("3.50"), "C"),
        (Decimal("2.49"), Decimal("3.49"), "D"),
        (Decimal("1"), Decimal("1"), "D"),
    ],
)
def test_thresholds_and_matrix(importance: Decimal, growth: Decimal, grade: str) -> None:
    assert CARD.grade(importance, growth) == grade


def test_rounding_is_half_up_before_the_threshold() -> None:
    # Known: scale 20·4, staff 10·3, storage 10·3, transport 10·3, management 10·3 → 200/60 = 3.333…
    answers = {
        "scale": 4,
        "staff": 3,
        "storage": 3,
        "transport": 3,
        "management": 3,
        "opening": 3,
        "share": 3,
    }
    assert grade_of(CARD, answers).score_of("importance").value == Decimal("3.33")


@pytest.mark.parametrize(
    "answers",
    [{"nonsense": 3}, {"credit": 0}, {"credit": 6}, {"credit": True}, {"credit": "3"}, {"credit": 3.0}],
)
def test_wrong_answers_are_refused(answers: dict[str, Any]) -> None:
    with pytest.raises(WrongAnswer):
        grade_of(CARD, answers)


def test_the_shipped_card_has_the_criteria_of_the_playbook() -> None:
    assert [criterion.code for criterion in CARD.factors[0].criteria] == list(IMPORTANCE)
    texts = [
        text
        for criterion in CARD.criteria()
        for text in (criterion.name, *(level.name for level in criterion.levels))
    ]
    assert all(text.zh and text.en for text in texts)
    assert len({text.zh for text in texts}) == len(texts)


def test_a_damaged_card_is_refused() -> None:
    from furrow.assessment.scorecards import FOLDER

    good = (FOLDER / "customer_grade.toml").read_text(encoding="utf-8")
    for old, new in [
        ("weight = 20", "weight = 0"),
        ('low = { high = "C", medium = "D", low = "D" }', 'low = { high = "C", medium = "D" }'),
        ('low = { high = "C"', 'low = { high = "E"'),
        ('high_from = "3.50"', 'high_from = "2.00"'),
        ('code = "scale"', 'code = "credit"'),
        ('method = "matrix"', 'method = "magic"'),
    ]:
        assert old in good
        with pytest.raises(CardError):
            check(card_of(parse_toml(good.replace(old, new, 1))), facts=(), others={})
