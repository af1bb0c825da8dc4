"""The Chinese lunar calendar 农历 from 1901 to 2100, and the next occurrence of a birthday kept in it. Pure.

No library: lunardate is under the GPL, zhdate has not been kept since 2023, LunarCalendar since 2018, and lunar_python brings almanacs
of which one table is needed. The table follows GB/T 33661-2017 (the Hong Kong Observatory publishes the same years); it was made
with lunar_python 1.4.8 and compared month by month with ICU, whose fourteen deviating years (1917, 1922, 1953-1955, 1987, 1998,
2012, 2018, 2026, 2027, 2029, 2030, 2070) are ICU's own known errors; the tests hold published dates of those years.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

FIRST, LAST = 1901, 2100
_NEW_YEAR = date(1901, 2, 19)
# Per year: bits 0-12 say which of its months, in order, have 30 days (else 29); the bits above, after which month a leap month follows.
_YEARS = (
    0x00752, 0x00ea5, 0x0b64a, 0x0064b, 0x00a9b, 0x09556, 0x0056a, 0x00b59, 0x05752, 0x00752,  # 1901
    0x0db25, 0x00b25, 0x00a4b, 0x0b4ab, 0x002ad, 0x0056b, 0x04b69, 0x00da9, 0x0fd92, 0x00e92,  # 1911
    0x00d25, 0x0ba4d, 0x00a56, 0x002b6, 0x095b5, 0x006d4, 0x00ea9, 0x05e92, 0x00e92, 0x0cd26,  # 1921
    0x0052b, 0x00a57, 0x0b2b6, 0x00b5a, 0x006d4, 0x06ec9, 0x00749, 0x0f693, 0x00a93, 0x0052b,  # 1931
    0x0ca5b, 0x00aad, 0x0056a, 0x09b55, 0x00ba4, 0x00b49, 0x05a93, 0x00a95, 0x0f52d, 0x00536,  # 1941
    0x00aad, 0x0b5aa, 0x005b2, 0x00da5, 0x07d4a, 0x00d4a, 0x10a95, 0x00a97, 0x00556, 0x0cab5,  # 1951
    0x00ad5, 0x006d2, 0x08ea5, 0x00ea5, 0x0064a, 0x06c97, 0x00a9b, 0x0f55a, 0x0056a, 0x00b69,  # 1961
    0x0b752, 0x00b52, 0x00b25, 0x0964b, 0x00a4b, 0x114ab, 0x002ad, 0x0056d, 0x0cb69, 0x00da9,  # 1971
    0x00d92, 0x09d25, 0x00d25, 0x15a4d, 0x00a56, 0x002b6, 0x0c5b5, 0x006d5, 0x00ea9, 0x0be92,  # 1981
    0x00e92, 0x00d26, 0x06a56, 0x00a57, 0x114d6, 0x0035a, 0x006d5, 0x0b6c9, 0x00749, 0x00693,  # 1991
    0x0952b, 0x0052b, 0x00a5b, 0x0555a, 0x0056a, 0x0fb55, 0x00ba4, 0x00b49, 0x0ba93, 0x00a95,  # 2001
    0x0052d, 0x08aad, 0x00ab5, 0x135aa, 0x005d2, 0x00da5, 0x0dd4a, 0x00d4a, 0x00c95, 0x0952e,  # 2011
    0x00556, 0x00ab5, 0x055b2, 0x006d2, 0x0cea5, 0x00725, 0x0064b, 0x0ac97, 0x00cab, 0x0055a,  # 2021
    0x06ad6, 0x00b69, 0x17752, 0x00b52, 0x00b25, 0x0da4b, 0x00a4b, 0x004ab, 0x0a55b, 0x005ad,  # 2031
    0x00b6a, 0x05b52, 0x00d92, 0x0fd25, 0x00d25, 0x00a55, 0x0b4ad, 0x004b6, 0x005b5, 0x06daa,  # 2041
    0x00ec9, 0x11e92, 0x00e92, 0x00d26, 0x0ca56, 0x00a57, 0x004d6, 0x086d5, 0x00755, 0x00749,  # 2051
    0x06e93, 0x00693, 0x0f52b, 0x0052b, 0x00a5b, 0x0b55a, 0x0056a, 0x00b65, 0x0974a, 0x00b4a,  # 2061
    0x11a95, 0x00a95, 0x0052d, 0x0caad, 0x00ab5, 0x005aa, 0x08ba5, 0x00da5, 0x00d4a, 0x07c95,  # 2071
    0x00c96, 0x0f94e, 0x00556, 0x00ab5, 0x0b5b2, 0x006d2, 0x00ea5, 0x08e4a, 0x0068b, 0x10c97,  # 2081
    0x004ab, 0x0055b, 0x0cad6, 0x00b6a, 0x00752, 0x09725, 0x00b45, 0x00a8b, 0x0549b, 0x004ab,  # 2091
)  # fmt: skip
_MONTHS = ("正月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "冬月", "腊月")
_TENS = ("初", "十", "廿", "三")
_DIGITS = ("十", "一", "二", "三", "四", "五", "六", "七", "八", "九")


@dataclass(frozen=True, slots=True)
class LunarDay:
    """A day of the lunar calendar; `leap` is the second month of its number in a year with a leap month 闰月."""

    year: int
    month: int
    day: int
    leap: bool = False


@dataclass(frozen=True, slots=True)
class _Month:
    start: date
    days: int
    number: int
    leap: bool


def leap_month(year: int) -> int:
    """After which month of the lunar year a leap month follows; 0 for none. Raises ValueError outside 1901 to 2100."""
    return _row(year) >> 13


def month_days(year: int, month: int, leap: bool = False) -> int:
    """29 or 30; 0 when the year has no such month."""
    return next((m.days for m in _months(year) if (m.number, m.leap) == (month, leap)), 0)


def _row(year: int) -> int:
    if not FIRST <= year <= LAST:
        raise ValueError(f"lunar years are known from {FIRST} to {LAST}, not {year}")
    return _YEARS[year - FIRST]


@cache
def _months(year: int) -> tuple[_Month, ...]:
    row, start = _row(year), _new_year(year)
    leap, number, found = row >> 13, 0, []
    for index in range(13 if leap else 12):
        is_leap = bool(leap) and index == leap
        number += not is_leap
        days = 30 if row >> index & 1 else 29
        found.append(_Month(start, days, number, is_leap))
        start += timedelta(days)
    return tuple(found)


@cache
def _new_year(year: int) -> date:
    _row(year)
    if year == FIRST:
        return _NEW_YEAR
    last = _months(year - 1)[-1]
    return last.start + timedelta(last.days)


def to_solar(day: LunarDay) -> date:
    """The day in the common calendar. Raises ValueError for a month or day the year does not have.

    >>> to_solar(LunarDay(2025, 6, 1, leap=True))
    datetime.date(2025, 7, 25)
    """
    for month in _months(day.year):
        if (month.number, month.leap) == (day.month, day.leap) and 1 <= day.day <= month.days:
            return month.start + timedelta(day.day - 1)
    raise ValueError(f"{day} does not exist")


def to_lunar(day: date) -> LunarDay:
    """The day in the lunar calendar. Raises ValueError before 19 February 1901 and after the lunar year 2100.

    >>> to_lunar(date(2026, 2, 17))
    LunarDay(year=2026, month=1, day=1, leap=False)
    """
    year = day.year if day.year <= LAST and day >= _new_year(max(day.year, FIRST)) else day.year - 1
    for month in _months(year):
        if month.start <= day < month.start + timedelta(month.days):
            return LunarDay(year, month.number, (day - month.start).days + 1, month.leap)
    raise ValueError(f"{day} lies outside the known lunar years")


def day_in_year(year: int, month: int, day: int, leap: bool = False) -> date:
    """When a lunar birthday is kept in a lunar year: in the leap month only if born in one and the year has it; the 30th of a short
    month on the 29th."""
    kept_leap = leap and leap_month(year) == month
    return to_solar(LunarDay(year, month, min(day, month_days(year, month, kept_leap)), kept_leap))


def month_name(month: int, leap: bool = False) -> str:
    """闰六月, 腊月."""
    return ("闰" if leap else "") + _MONTHS[month - 1]


def day_name(day: int) -> str:
    """初八, 十五, 廿三, 三十."""
    if day in (10, 20, 30):
        return {10: "初十", 20: "二十", 30: "三十"}[day]
    return _TENS[day // 10] + _DIGITS[day % 10]
