"""Birthdays, kept by the common calendar or by the lunar one 农历: checked, read, written and found again each year (P1.4, P7.4). Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from furrow.contacts import lunar

EARLIEST = lunar.FIRST
_HAS_LUNAR = re.compile(r"农历|農曆|阴历|陰曆|旧历|lunar", re.IGNORECASE)
_NOISE = re.compile(
    r"公历|阳历|新历|国历|农历|農曆|阴历|陰曆|旧历|lunar|solar|生日|生于|[:：\s]", re.IGNORECASE
)
_FULL = re.compile(r"(\d{4})(?:[-/.年])(闰|闰月)?(\d{1,2})(?:[-/.月])(\d{1,2})日?号?", re.ASCII)
_PLAIN = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_SHORT = re.compile(r"(?:--)?(闰)?(\d{1,2})(?:[-/.月])(\d{1,2})日?号?|--(\d{2})(\d{2})", re.ASCII)
_WORDS = re.compile(
    r"(?:(\d{4})年?)?(闰)?(正|冬|腊|[一二三四五六七八九十]{1,2})月([初十廿卅二三一四五六七八九]{1,3})日?"
)
_MONTH_WORDS = {"正": 1, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "十一": 11, "冬": 11, "十二": 12, "腊": 12}  # fmt: skip
_DAY_WORDS = {lunar.day_name(day): day for day in range(1, 31)} | {
    "二十一": 21, "二十二": 22, "二十三": 23, "二十四": 24, "二十五": 25, "二十六": 26, "二十七": 27, "二十八": 28, "二十九": 29,
}  # fmt: skip


class Calendar(models.TextChoices):
    """By which calendar a birthday is kept."""

    SOLAR = "solar", gettext_lazy("Common calendar")
    LUNAR = "lunar", gettext_lazy("Lunar calendar")


class NoBirthday(ValueError):
    """The day does not exist, lies in the future or cannot be read; the text says which."""


@dataclass(frozen=True, slots=True)
class Birthday:
    """A birthday; the year may be unknown. `leap`: born in a lunar leap month."""

    calendar: str
    month: int
    day: int
    year: int | None = None
    leap: bool = False

    def check(self, today: date) -> None:
        """Raises NoBirthday, in words, for a day that does not exist or has not come yet."""
        if not 1 <= self.month <= 12 or not 1 <= self.day <= 31:
            raise NoBirthday(_("There is no such day. Write the birthday like 1980-05-12 or 农历八月十五."))
        if self.year is not None and not EARLIEST <= self.year <= today.year:
            raise NoBirthday(
                _("The year of birth must lie between %(first)s and this year") % {"first": EARLIEST}
            )
        born = self._solar_checked() if self.calendar == Calendar.SOLAR else self._lunar_checked()
        if born is not None and born > today:
            raise NoBirthday(_("The birthday lies in the future"))

    def _solar_checked(self) -> date | None:
        if self.leap:
            raise NoBirthday(_("Only the lunar calendar has leap months"))
        if self.day > monthrange(self.year or 2024, self.month)[1]:
            raise NoBirthday(_("Month %(month)s has no day %(day)s") % {"month": self.month, "day": self.day})
        return date(self.year, self.month, self.day) if self.year else None

    def _lunar_checked(self) -> date | None:
        if self.day > 30:
            raise NoBirthday(_("A lunar month has at most 30 days"))
        if self.year is None:
            return None
        days = lunar.month_days(self.year, self.month, self.leap)
        if not days:
            name = lunar.month_name(self.month, self.leap)
            raise NoBirthday(
                _("The lunar year %(year)s has no %(month)s") % {"year": self.year, "month": name}
            )
        if self.day > days:
            name = lunar.month_name(self.month, self.leap)
            raise NoBirthday(
                _("%(month)s of the lunar year %(year)s has only 29 days")
                % {"year": self.year, "month": name}
            )
        return lunar.to_solar(lunar.LunarDay(self.year, self.month, self.day, self.leap))

    def born_on(self) -> date | None:
        """The day of birth in the common calendar; None without a year."""
        if self.year is None:
            return None
        if self.calendar == Calendar.SOLAR:
            return date(self.year, self.month, self.day)
        return lunar.to_solar(lunar.LunarDay(self.year, self.month, self.day, self.leap))

    def next_on(self, today: date) -> date | None:
        """The next day it is kept, today included; 29 February on the 28th in a common year. None beyond the known lunar years."""
        if self.calendar == Calendar.SOLAR:
            this_year = self._solar_in(today.year)
            return this_year if this_year >= today else self._solar_in(today.year + 1)
        try:
            year = lunar.to_lunar(today).year
            found = (lunar.day_in_year(year + later, self.month, self.day, self.leap) for later in (0, 1))
            return next((day for day in found if day >= today), None)
        except ValueError:
            return None

    def _solar_in(self, year: int) -> date:
        return date(year, self.month, min(self.day, monthrange(year, self.month)[1]))

    def written(self) -> str:
        """1980-05-12, 05-12, 农历八月十五, 农历1975年闰四月初三; read again by `parse`."""
        if self.calendar == Calendar.SOLAR:
            short = f"{self.month:02}-{self.day:02}"
            return f"{self.year}-{short}" if self.year else short
        year = f"{self.year}年" if self.year else ""
        return f"农历{year}{lunar.month_name(self.month, self.leap)}{lunar.day_name(self.day)}"

    def shown(self) -> str:
        """As a reader of the present language writes it."""
        if self.calendar == Calendar.SOLAR or (get_language() or "").startswith("zh"):
            return self.written()
        text = _("lunar %(month)s-%(day)s") if not self.leap else _("lunar, leap month %(month)s-%(day)s")
        return (f"{self.year}, " if self.year else "") + text % {"month": self.month, "day": self.day}


def kept_on(day: date) -> list[tuple[str, int, int, bool | None]]:
    """(calendar, month, day, leap) of every birthday that may be kept on `day`; leap None: whatever it is. `next_on` decides."""
    found: list[tuple[str, int, int, bool | None]] = [(Calendar.SOLAR, day.month, day.day, None)]
    if (day.month, day.day) == (2, 28):
        found.append((Calendar.SOLAR, 2, 29, None))
    try:
        kept = lunar.to_lunar(day)
    except ValueError:
        return found
    found.append((Calendar.LUNAR, kept.month, kept.day, None))
    if kept.day == lunar.month_days(kept.year, kept.month, kept.leap) == 29:
        found.append((Calendar.LUNAR, kept.month, 30, None))
    return found


def window(first: date, days: int) -> list[tuple[str, int, int, bool | None]]:
    """`kept_on` for every day from `first` on, without repeats."""
    return list(dict.fromkeys(key for later in range(days) for key in kept_on(first + timedelta(later))))


def parse(text: str) -> Birthday | None:
    """A birthday as people and vCards write it; None when blank. Raises NoBirthday for what cannot be read."""
    if not text.strip():
        return None
    calendar = Calendar.LUNAR if _HAS_LUNAR.search(text) else Calendar.SOLAR
    body = _NOISE.sub("", text.split("T")[0])[:30]
    if found := _WORDS.fullmatch(body):
        year, leap, month, day = found.groups()
        if month in _MONTH_WORDS and day in _DAY_WORDS:
            numbers = (_MONTH_WORDS[month], _DAY_WORDS[day], int(year) if year else None)
            return Birthday(Calendar.LUNAR, *numbers, leap=bool(leap))
    if found := _PLAIN.fullmatch(body):
        return Birthday(calendar, int(found[2]), int(found[3]), int(found[1]))
    if found := _FULL.fullmatch(body):
        return Birthday(calendar, int(found[3]), int(found[4]), int(found[1]), leap=bool(found[2]))
    if found := _SHORT.fullmatch(body):
        month, day = (found[2], found[3]) if found[2] else (found[4], found[5])
        return Birthday(calendar, int(month), int(day), leap=bool(found[1]))
    raise NoBirthday(
        _("“%(value)s” is not a birthday. Write it like 1980-05-12, 05-12 or 农历八月十五.")
        % {"value": text[:40]}
    )
