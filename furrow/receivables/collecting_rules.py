"""Pure rules of collecting (P6.3): promises, the ladder, paying habits, how likely money is late, whom to ask first."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

# Promises -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Promise:
    """A sum by a day, given on a day."""

    id: int
    amount: Decimal
    given_on: date
    due: date


@dataclass(frozen=True, slots=True)
class Filled:
    """What came in for a promise, and the day it was kept on; None: not in time."""

    received: Decimal
    kept_on: date | None


def fill(promises: Sequence[Promise], payments: Sequence[tuple[date, Decimal]]) -> dict[int, Filled]:
    """Each yuan counts for one promise: the earliest due one that had been given when it came."""
    left = {promise.id: promise.amount for promise in promises}
    kept: dict[int, date] = {}
    for day, amount in sorted(payments):
        for promise in sorted(promises, key=lambda one: (one.due, one.id)):
            if promise.given_on > day or not left[promise.id]:
                continue
            part = min(amount, left[promise.id])
            left[promise.id] -= part
            amount -= part
            if not left[promise.id] and day <= promise.due:
                kept[promise.id] = day
    return {one.id: Filled(one.amount - left[one.id], kept.get(one.id)) for one in promises}


# The ladder ---------------------------------------------------------------------------------------

REMIND, CALL, VISIT, MANAGER, STOP, LEGAL = range(1, 7)
# Days overdue from which each rung is due.
RUNGS: tuple[tuple[int, int], ...] = (
    (REMIND, 1),
    (CALL, 8),
    (VISIT, 15),
    (MANAGER, 31),
    (STOP, 46),
    (LEGAL, 91),
)


def next_level(days_overdue: int, last: int, broken_promises: int) -> int:
    """The rung to take now: what the days ask for, one more for a promise broken, never below what was done and never two rungs at
    once. 0 while nothing is overdue: the first delay is never the last, so the first day overdue asks for a reminder."""
    if days_overdue <= 0:
        return 0
    asked = max(level for level, days in RUNGS if days <= days_overdue)
    if broken_promises:
        asked = min(LEGAL, max(asked, CALL) + 1)
    return max(last, min(asked, last + 1)) or REMIND


# Paying habits ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Habit:
    """Days of the month and hours a customer pays."""

    pay_days: tuple[int, ...] = ()
    pay_from: time | None = None
    pay_until: time | None = None
    wage_day: int | None = None


def pay_days(text: str) -> tuple[int, ...]:
    """Days of the month out of "10、25" or "1-3, 20". Raises ValueError for anything else."""
    days: set[int] = set()
    for part in text.replace("，", ",").replace("、", ",").replace("日", "").replace("号", "").split(","):
        if part.strip():
            first, _dash, last = part.partition("-")
            days.update(range(int(first), int(last or first) + 1))
    if any(not 1 <= day <= 31 for day in days):
        raise ValueError(text)
    return tuple(sorted(days))


PAY_DAY, NEAR, WAGES, PLAIN = "pay_day", "near", "wages", "plain"


def fit_of(habit: Habit, today: date) -> tuple[Decimal, str]:
    """How good a day today is to ask, and why: the paying day 1.5, up to two days before it 1.2, on the wage day and the day before
    (the till is empty) 0.6, any other day 1; where paying days are known, days far from them 0.8."""
    if today.day in habit.pay_days:
        return Decimal("1.5"), PAY_DAY
    if any(0 < day - today.day <= 2 for day in habit.pay_days):
        return Decimal("1.2"), NEAR
    if habit.wage_day is not None and 0 <= habit.wage_day - today.day <= 1:
        return Decimal("0.6"), WAGES
    return (Decimal("0.8") if habit.pay_days else Decimal(1)), PLAIN


def narrowest(code: str, known: Collection[str]) -> str | None:
    """The region of `known` that `code` lies in, the narrowest of several; codes of what lies within begin with the code of the whole."""
    return next((code[:length] for length in range(len(code), 1, -1) if code[:length] in known), None)


def may_ask_at(hour: time, avoid_from: time, avoid_until: time) -> bool:
    """Whether the hour lies outside the hours to avoid; these may run over midnight."""
    if avoid_from <= avoid_until:
        return not avoid_from <= hour < avoid_until
    return avoid_until <= hour < avoid_from


# Lateness -----------------------------------------------------------------------------------------

PRIOR_LATE, PRIOR_WEIGHT, HALF_LIFE = 0.25, 3.0, 180.0


@dataclass(frozen=True, slots=True)
class Risk:
    """How likely the next payment is late, 0 to 1, with what it is made of."""

    probability: float
    paid: int
    late: int
    recent_late: float  # weighted share, recent payments count more
    parts: dict[str, float] = field(default_factory=dict)


def lateness_risk(
    history: Sequence[tuple[int, int]],
    days_overdue: int = 0,
    broken_promises: int = 0,
    *,
    base: float = PRIOR_LATE,
) -> Risk:
    """From a customer's own history [(days ago, days late; 0 or less is in time)].

    The share paid late, recent payments counting double those half a year older, pulled towards the company's `base` as if three
    payments of it had been seen. Being overdue now and broken promises raise the odds: each part is told as a factor of the odds.
    """
    weights = [(0.5 ** (ago / HALF_LIFE), late) for ago, late in history]
    seen = sum(weight for weight, _late in weights)
    bad = sum(weight for weight, late in weights if late > 0)
    share = (bad + PRIOR_WEIGHT * base) / (seen + PRIOR_WEIGHT)
    depth = sum(weight * min(max(late, 0), 90) for weight, late in weights) / seen if seen else 0.0
    parts = {
        "history": share / (1 - share),
        "depth": math.exp(0.3 * min(depth / 30, 3)),
        "overdue": math.exp(0.5 * min(days_overdue / 30, 3)),
        "promises": math.exp(0.4 * min(broken_promises, 3)),
    }
    odds = math.prod(parts.values())
    late = sum(1 for _ago, days in history if days > 0)
    return Risk(odds / (1 + odds), len(history), late, bad / seen if seen else base, parts)


def priority(overdue: Decimal, risk: float, fit: Decimal) -> Decimal:
    """Whom to ask first: amount × risk × whether today is a good day."""
    return overdue * Decimal(str(round(risk, 4))) * fit
