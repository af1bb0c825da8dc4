"""Whether a scorecard tells what happens (P3): discrimination with its uncertainty, lift and calibration by class. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import sqrt

Z = 1.959964  # two-sided 95%


@dataclass(frozen=True, slots=True)
class Auc:
    """Area under the curve: how often a good case stands above a bad one, ties half; with its 95% interval."""

    value: float
    low: float
    high: float
    good: int
    bad: int

    @property
    def tells(self) -> bool:
        """Whether chance is ruled out: the interval lies above one half."""
        return self.low > 0.5


def auc(scores: Sequence[float], good: Sequence[bool]) -> Auc | None:
    """AUC by the rank sum (Mann-Whitney), with the interval of DeLong, DeLong and Clarke-Pearson (1988) at 95%.

    Higher scores stand for better. None unless both outcomes occur at least twice. O(n log n)."""
    count = len(scores)
    positives = sum(good)
    negatives = count - positives
    if positives < 2 or negatives < 2:
        return None
    order = sorted(range(count), key=lambda index: scores[index])
    above = [0.0] * count  # for a good case: bad ones below it; for a bad one: good ones above it; ties half
    bad_below = good_below = 0
    for _score, tied in groupby(order, key=lambda index: scores[index]):
        same = list(tied)
        goods = sum(good[index] for index in same)
        bads = len(same) - goods
        for index in same:
            above[index] = bad_below + bads / 2 if good[index] else positives - good_below - goods / 2
        bad_below, good_below = bad_below + bads, good_below + goods
    first = [above[index] / negatives for index in range(count) if good[index]]
    second = [above[index] / positives for index in range(count) if not good[index]]
    value = sum(first) / positives
    error = sqrt(_variance(first, value) / positives + _variance(second, value) / negatives)
    return Auc(value, max(0.0, value - Z * error), min(1.0, value + Z * error), positives, negatives)


def _variance(values: Sequence[float], mean: float) -> float:
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1)


@dataclass(frozen=True, slots=True)
class Row:
    """One class: cases, how many came out well, the rate with its 95% interval (Wilson), and the lift over all."""

    grade: str
    cases: int
    good: int
    rate: float
    low: float
    high: float
    lift: float | None


def by_grade(grades: Sequence[str], good: Sequence[bool], order: Sequence[str]) -> list[Row]:
    """Calibration and lift by class, in the order given; classes without a case are left out."""
    overall = sum(good) / len(good) if good else 0.0
    rows = []
    for grade in order:
        outcomes = [came for known, came in zip(grades, good, strict=True) if known == grade]
        if not outcomes:
            continue
        hits = sum(outcomes)
        rate = hits / len(outcomes)
        low, high = wilson(hits, len(outcomes))
        rows.append(Row(grade, len(outcomes), hits, rate, low, high, rate / overall if overall else None))
    return rows


def wilson(hits: int, cases: int) -> tuple[float, float]:
    """95% interval of a rate (Wilson)."""
    rate, square = hits / cases, Z * Z
    middle = (rate + square / (2 * cases)) / (1 + square / cases)
    half = Z * sqrt(rate * (1 - rate) / cases + square / (4 * cases * cases)) / (1 + square / cases)
    return max(0.0, middle - half), min(1.0, middle + half)


def in_order(rows: Sequence[Row]) -> bool:
    """Whether a better class always came out at least as well: what a card with sensible weights shows."""
    return all(one.rate >= two.rate for one, two in pairwise(rows))
