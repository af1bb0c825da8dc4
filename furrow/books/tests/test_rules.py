"""Periods and figures of the book, computed by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from furrow.books.rules import (
    Derived,
    Entry,
    Period,
    chain,
    days_of_stock,
    period_of,
    periods_until,
    sell_through,
    totals,
    written_period,
)

D = date


def test_months_unless_said_otherwise() -> None:
    assert period_of(D(2026, 2, 10), []) == Period(D(2026, 2, 1), D(2026, 2, 28))
    assert period_of(D(2024, 2, 29), []).days == 29
    assert period_of(D(2026, 12, 31), []).label == "2026-12"


def test_weeks_begin_on_monday() -> None:
    weekly = [(D(2026, 1, 1), "week")]
    assert period_of(D(2026, 11, 24), weekly) == Period(D(2026, 11, 23), D(2026, 11, 29))
    assert period_of(D(2026, 11, 29), weekly).label == "2026-W48"
    # 1 January 2026 is a Thursday: the first week is short
    assert period_of(D(2026, 1, 2), weekly) == Period(D(2026, 1, 1), D(2026, 1, 4))


def test_no_day_lies_in_two_periods_or_in_none() -> None:
    cuts = [(D(2026, 4, 1), "week"), (D(2026, 6, 15), "month"), (D(2026, 9, 1), "week")]
    day, end = D(2026, 1, 1), D(2026, 12, 31)
    while day <= end:
        period = period_of(day, cuts)
        assert period.start == day
        for offset in range(period.days):
            assert period_of(day + timedelta(days=offset), cuts) == period
        day = period.end + timedelta(days=1)
    # 15 to 30 June is what is left of the month
    assert period_of(D(2026, 6, 20), cuts).label == "2026-06-15–06-30"


def test_periods_run_backwards() -> None:
    assert [one.label for one in periods_until(D(2026, 1, 20), 3, [])] == ["2026-01", "2025-12", "2025-11"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-11", (D(2026, 11, 1), "month")),
        ("2026年11月", (D(2026, 11, 1), "month")),
        ("202611", (D(2026, 11, 1), "month")),
        ("2026/1", (D(2026, 1, 1), "month")),
        ("2026-W48", (D(2026, 11, 23), "week")),
        ("2026年第48周", (D(2026, 11, 23), "week")),
        ("2026-06-15–06-30", (D(2026, 6, 15), "")),
        ("2026-13", None),
        ("2026-W60", None),
        ("2026-11-24", None),
        ("November", None),
        ("0000-01", None),
    ],
)
def test_periods_in_words(text: str, read: tuple[date, str] | None) -> None:
    assert written_period(text) == read


def test_opening_stock_comes_from_the_period_before() -> None:
    entries = [
        Entry(bought=20, sold=22, stock=8, given=10),  # 10 + 20 − 22 = 8: adds up
        Entry(bought=5, sold=4, stock=7),  # 8 + 5 − 4 = 9, 7 counted: 2 are missing
        Entry(bought=0, sold=3),  # not counted: 7 − 3 = 4 should be left
        Entry(
            bought=6, sold=1, stock=10, given=99
        ),  # opening 4, not the 99 written; 4 + 6 − 1 = 9, 10 counted
        Entry(stock=2),  # bought and sold not known: nothing to compare
        Entry(bought=1, sold=1, stock=2),
    ]
    assert chain(entries) == [
        Derived(10, 0),
        Derived(8, 2),
        Derived(7, None),
        Derived(4, -1),
        Derived(10, None),
        Derived(2, 0),
    ]


def test_opening_stays_unknown_until_something_was_counted() -> None:
    assert chain([Entry(bought=5, sold=2), Entry(stock=4, given=3), Entry()]) == [
        Derived(None, None),
        Derived(3, None),
        Derived(4, None),
    ]


@pytest.mark.parametrize(
    ("opening", "bought", "sold", "rate"),
    [
        (10, 20, 22, "0.7333"),
        (0, 8, 8, "1.0000"),
        (8, 0, 0, "0.0000"),
        (0, 0, 0, None),
        (5, -5, 1, None),
        (None, 20, 2, None),
        (10, None, 2, None),
        (10, 20, None, None),
    ],
)
def test_sell_through(opening: int | None, bought: int | None, sold: int | None, rate: str | None) -> None:
    assert sell_through(opening, bought, sold) == (Decimal(rate) if rate else None)


@pytest.mark.parametrize(
    ("stock", "sold", "days", "lasts"),
    [
        (8, 22, 31, 11),  # 8 ÷ (22 ÷ 31) = 11.27
        (30, 30, 30, 30),
        (1, 3, 30, 10),
        (0, 0, 30, 0),
        (5, 0, 30, None),
        (None, 4, 30, None),
        (5, None, 30, None),
        (5, -2, 30, None),
    ],
)
def test_days_of_stock(stock: int | None, sold: int | None, days: int, lasts: int | None) -> None:
    assert days_of_stock(stock, sold, days) == lasts


def test_totals_rate_only_what_is_known() -> None:
    lines = [
        (Derived(10, 0), Entry(20, 22, 8)),
        (Derived(10, 2), Entry(0, 5, 3)),
        (Derived(None, None), Entry(4, 2, None)),
    ]
    found = totals(lines, 30)
    assert (found.lines, found.bought, found.sold, found.stock, found.unequal) == (3, 24, 29, 11, 1)
    assert found.sell_through == Decimal("0.6750")  # 27 of 40
    assert found.days_of_stock == 12  # 11 ÷ (27 ÷ 30)
    assert totals([], 30).sell_through is None
    nothing = totals([(Derived(None, None), Entry(bought=4))], 30)
    assert (nothing.bought, nothing.sold, nothing.stock) == (4, None, None)
