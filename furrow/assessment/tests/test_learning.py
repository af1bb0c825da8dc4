"""The learning check by hand, and the two ways of estimating a market."""

from __future__ import annotations

import doctest
from decimal import Decimal
from math import sqrt

import pytest

from furrow.assessment import potential
from furrow.assessment.learning import auc, by_grade, in_order, wilson


def test_auc_by_hand() -> None:
    # Good 5, 4, 2; bad 3, 1. Pairs: 5>3, 5>1, 4>3, 4>1, 2<3, 2>1: five of six.
    found = auc([5, 4, 3, 2, 1], [True, True, False, True, False])
    assert found is not None and found.value == pytest.approx(5 / 6)
    # Per good: 1, 1, 1/2; mean 5/6, variance (1/36 + 1/36 + 1/9) / 2 = 1/12. Per bad: 2/3, 1; variance 1/18. Error √(1/36 + 1/36).
    assert found.low == pytest.approx(5 / 6 - 1.959964 * sqrt(1 / 18)) and found.high == 1.0
    assert not found.tells


def test_ties_count_half_and_chance_is_one_half() -> None:
    found = auc([3, 3, 3, 3], [True, False, True, False])
    assert found is not None and (found.value, found.low, found.high) == (0.5, 0.5, 0.5)
    perfect = auc([2, 2, 1, 1], [True, True, False, False])
    assert perfect is not None and perfect.value == 1.0 and perfect.tells
    assert auc([1, 2, 3], [True, True, False]) is None


def test_lift_and_calibration_by_class() -> None:
    grades = ["A"] * 4 + ["B"] * 4 + ["C"] * 2
    good = [True, True, True, False, True, True, False, False, False, False]
    rows = by_grade(grades, good, ["A", "B", "C", "D"])
    assert [(one.grade, one.cases, one.good, one.rate) for one in rows] == [
        ("A", 4, 3, 0.75),
        ("B", 4, 2, 0.5),
        ("C", 2, 0, 0.0),
    ]
    assert [one.lift for one in rows] == [pytest.approx(1.5), pytest.approx(1.0), 0.0]
    assert in_order(rows) and not in_order(rows[::-1])
    low, high = wilson(3, 4)
    assert (round(low, 3), round(high, 3)) == (0.301, 0.954)


def test_market_potential_by_both_ways() -> None:
    assert doctest.testmod(potential).failed == 0
    with pytest.raises(KeyError):
        potential.estimate("guess", {})
    assert potential.estimate("chain", dict.fromkeys((one.code for one in potential.CHAIN), Decimal(0))) == 0
