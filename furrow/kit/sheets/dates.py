"""Dates out of cells."""

import re
import unicodedata
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from furrow.kit.sheets.cells import Cell
from furrow.kit.sheets.values import ValueProblem, is_blank, shown

_ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CLOCK = r"(?:[T\s]*\d{1,2}(?::\d{1,2}){1,2}(?:\.\d+)?\s*(?:[AP]M)?(?:Z|[+-]\d\d:?\d\d)?)?"
_YEAR_FIRST = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\s*" + _CLOCK, re.ASCII | re.I
)
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\s*" + _CLOCK, re.ASCII | re.I)
_RUN = re.compile(r"(\d{4})(\d\d)(\d\d)(?:\d{6})?", re.ASCII)
_FIGURE = re.compile(r"\d{1,6}(?:\.\d+)?", re.ASCII)
_SERIAL_ZERO = date(1899, 12, 30)
_LEAP_DAY_THAT_NEVER_WAS = 60
_LAST_SERIAL = 2_958_465
_YEARS = range(1900, 2101)


def parse_date(value: Cell | None) -> date | None:
    """A date from a date cell, an Excel serial, or text; None when blank.

    Text: 2025-12-23, 2025/12/23, 2025.12.23, 2025年12月23日, 20251223, each with or without a time, which is dropped;
    23/12/2025 and 12/23/2025 when only one reading exists. Serials count from 1900 with Excel's extra 29 February 1900
    (https://learn.microsoft.com/office/troubleshoot/excel/wrongly-assumes-1900-is-leap-year); date cells of workbooks
    counting from 1904 arrive as dates. Raises ValueProblem.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        if _ISO.fullmatch(value):
            return _day(int(value[:4]), int(value[5:7]), int(value[8:]))
        return None if is_blank(value) else _written(value)
    if value is None:
        return None
    if isinstance(value, float | int) and not isinstance(value, bool):
        return _from_number(float(value))
    raise ValueProblem(_not_a_date(shown(value)))


def _not_a_date(text: str) -> str:
    return _("“%(value)s” is not a date. Write it like 2025-12-23.") % {"value": text[:40]}


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        if not 1 <= month <= 12:
            message = _("There is no month %(month)d. Write the date like 2025-12-23.") % {"month": month}
        elif year < 1:
            message = _not_a_date(f"{year:04}-{month}-{day}")
        else:
            message = _("Month %(month)d of %(year)d has no day %(day)d. Correct the date.") % {
                "month": month,
                "year": year,
                "day": day,
            }
        raise ValueProblem(message) from error


def _from_number(number: float) -> date:
    whole = int(number) if number == number and abs(number) < 1e15 else 0
    if number == whole and 1_000_01_01 <= whole <= 9999_12_31:
        return _day(whole // 10_000, whole // 100 % 100, whole % 100)
    if number == whole and whole in _YEARS:
        raise ValueProblem(
            _("%(year)d is only a year. Write the whole date, like 2025-12-23.") % {"year": whole}
        )
    if not 1 <= whole <= _LAST_SERIAL or whole == _LEAP_DAY_THAT_NEVER_WAS:
        raise ValueProblem(_not_a_date(shown(number)))
    return _SERIAL_ZERO + timedelta(days=whole + (whole < _LEAP_DAY_THAT_NEVER_WAS))


def _written(written: str) -> date | None:
    text = unicodedata.normalize("NFKC", written[:60]).strip()
    if found := _YEAR_FIRST.fullmatch(text) or _RUN.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _YEAR_LAST.fullmatch(text):
        return _year_last(int(found[1]), int(found[2]), int(found[3]), written)
    if _FIGURE.fullmatch(text):
        return _from_number(float(text))
    raise ValueProblem(_not_a_date(written))


def _year_last(first: int, second: int, year: int, written: str) -> date:
    if first > 12 or first == second:
        return _day(year, second, first)
    if second > 12:
        return _day(year, first, second)
    raise ValueProblem(
        _("“%(value)s” can be read as two different days. Write it like 2025-12-23.")
        % {"value": written[:40]}
    )
