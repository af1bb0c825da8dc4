"""Pure rules of the purchase-sales book (P1.6): periods, opening stock, sell-through, days of stock, what does not add up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

MONTH, WEEK = "month", "week"
ONE_DAY = timedelta(days=1)

# (first day, kind) of each way the periods were cut, in order; before the first one they are months.
Cuts = Sequence[tuple[date, str]]


class Period(NamedTuple):
    """A stretch of days, both ends included."""

    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def label(self) -> str:
        """2026-11 for a whole month, 2026-W47 for a whole week, else its days: 2026-12-01–12-06."""
        if _month_of(self.start) == self:
            return f"{self.start:%Y-%m}"
        if _week_of(self.start) == self:
            year, week, _day = self.start.isocalendar()
            return f"{year}-W{week:02}"
        return f"{self.start}–{self.end:%m-%d}"


def _month_of(day: date) -> Period:
    start = day.replace(day=1)
    return Period(start, (start + timedelta(days=31)).replace(day=1) - ONE_DAY)


def _week_of(day: date) -> Period:
    start = day - timedelta(days=day.weekday())
    return Period(start, start + timedelta(days=6))


def period_of(day: date, cuts: Cuts) -> Period:
    """The one period a day lies in. Where the way of cutting changes, the periods beside the change are shorter, so that no day
    lies in two and none in no period."""
    begun = [cut for cut in cuts if cut[0] <= day]
    coming = [cut[0] for cut in cuts if cut[0] > day]
    natural = _week_of(day) if begun and begun[-1][1] == WEEK else _month_of(day)
    start = max(natural.start, begun[-1][0]) if begun else natural.start
    end = min(natural.end, min(coming) - ONE_DAY) if coming else natural.end
    return Period(start, end)


def periods_until(day: date, count: int, cuts: Cuts) -> list[Period]:
    """The period of a day and those before it, the latest first."""
    found = [period_of(day, cuts)]
    while len(found) < count and found[-1].start > date(2000, 1, 1):
        found.append(period_of(found[-1].start - ONE_DAY, cuts))
    return found


_MONTH_WRITTEN = re.compile(r"(\d{4})\s*(?:[-/.]|年)?\s*(\d{1,2})\s*月?份?", re.ASCII)
_WEEK_WRITTEN = re.compile(r"(\d{4})\s*(?:-?\s*W|年\s*第)\s*(\d{1,2})\s*周?", re.ASCII | re.IGNORECASE)
_RANGE_WRITTEN = re.compile(r"(\d{4}-\d\d-\d\d)\s*[–~至-]\s*(?:\d{4}-)?\d\d-\d\d", re.ASCII)


def written_period(text: str) -> tuple[date, str] | None:
    """(a day in it, MONTH or WEEK) of a month or week in words: 2026-11, 2026年11月, 2026-W47, 2026年第47周; the first day of a
    range as `Period.label` writes it, with "". None for anything else, and for a month or week there is not."""
    text = text.strip()
    try:
        if found := _RANGE_WRITTEN.fullmatch(text):
            return date.fromisoformat(found[1]), ""
        if found := _WEEK_WRITTEN.fullmatch(text):
            return date.fromisocalendar(int(found[1]), int(found[2]), 1), WEEK
        if found := _MONTH_WRITTEN.fullmatch(text):
            return date(int(found[1]), int(found[2]), 1), MONTH
    except ValueError:
        return None
    return None


# Figures ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """What was written for one period, in units; None is not known. `given` is the opening stock somebody wrote."""

    bought: int | None = None
    sold: int | None = None
    stock: int | None = None
    given: int | None = None


@dataclass(frozen=True, slots=True)
class Derived:
    """What follows from the period before: the opening stock, and by how much the entry does not add up."""

    opening: int | None
    difference: int | None


def expected_stock(opening: int | None, entry: Entry) -> int | None:
    """opening + bought − sold; None while one of them is not known."""
    if opening is None or entry.bought is None or entry.sold is None:
        return None
    return opening + entry.bought - entry.sold


def chain(entries: Iterable[Entry]) -> list[Derived]:
    """Opening stock and difference of consecutive entries of one product at one customer, the earliest first.

    The opening stock is the stock counted at the end of the entry before, else what should have been left then; where neither is
    known, what was written. The difference is what should be left less what was counted: above zero, goods are missing.
    """
    derived = []
    closing: int | None = None
    for entry in entries:
        opening = entry.given if closing is None else closing
        expected = expected_stock(opening, entry)
        counted = entry.stock
        derived.append(Derived(opening, None if expected is None or counted is None else expected - counted))
        closing = expected if counted is None else counted
    return derived


def sell_through(opening: int | None, bought: int | None, sold: int | None) -> Decimal | None:
    """动销率: sold on ÷ (opening stock + bought), a share to four places; None when something is not known or there was nothing to sell."""
    if opening is None or bought is None or sold is None or opening + bought <= 0:
        return None
    return (Decimal(sold) / (opening + bought)).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def days_of_stock(stock: int | None, sold: int | None, days: int) -> int | None:
    """Days the stock lasts at the period's average sales a day, rounded; None when not known or nothing was sold."""
    if stock is None or sold is None or sold <= 0:
        return None if stock != 0 else 0
    return int((Decimal(stock) * days / sold).quantize(Decimal(1), ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Totals:
    """A book's period in sum; None where no line knows it. Rates are taken over the lines for which everything is known."""

    lines: int
    bought: int | None
    sold: int | None
    stock: int | None
    sell_through: Decimal | None
    days_of_stock: int | None
    unequal: int


def totals(lines: Sequence[tuple[Derived, Entry]], days: int) -> Totals:
    """Sums over lines of one period of `days` days."""
    known = [(d.opening, e.bought, e.sold) for d, e in lines if None not in (d.opening, e.bought, e.sold)]
    opening, bought, sold = (
        (sum(values) for values in zip(*known, strict=True)) if known else (None, None, None)
    )
    counted = [(e.stock, e.sold) for _d, e in lines if e.stock is not None and e.sold is not None]
    return Totals(
        lines=len(lines),
        bought=_sum_of_known(e.bought for _d, e in lines),
        sold=_sum_of_known(e.sold for _d, e in lines),
        stock=_sum_of_known(e.stock for _d, e in lines),
        sell_through=sell_through(opening, bought, sold),
        days_of_stock=days_of_stock(sum(c[0] for c in counted), sum(c[1] for c in counted), days)
        if counted
        else None,
        unequal=sum(1 for d, _e in lines if d.difference),
    )


def _sum_of_known(values: Iterable[int | None]) -> int | None:
    """0 means counted and none; None that nobody counted."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None
