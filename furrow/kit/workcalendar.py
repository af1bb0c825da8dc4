"""The editable working calendar 工作日历: only days that differ from their weekday are stored, and which years are published.

Seeded from the package chinesecalendar, which knows a year once the State Council has published its holidays;
`services` changes it.
"""

import datetime as dt
from collections.abc import Iterable

import chinese_calendar
from django.db import models
from django.utils.translation import gettext_lazy as _

from furrow.kit.workdays import WEEKEND, Workdays


class DayKind(models.TextChoices):
    """Why a day differs from its weekday."""

    HOLIDAY = "holiday", _("Holiday")
    MAKE_UP = "makeup", _("Make-up workday")
    FREE = "free", _("Day off")
    WORKDAY = "workday", _("Extra workday")

    @property
    def is_working(self) -> bool:
        return self in (DayKind.MAKE_UP, DayKind.WORKDAY)


class WorkDay(models.Model):
    """One day that differs from its weekday, or has a name. `seeded`: it came from the published calendar."""

    date = models.DateField(_("Date"), unique=True)
    kind = models.CharField(_("Kind"), max_length=10, choices=DayKind.choices)
    name = models.CharField(_("Name"), max_length=60, blank=True)
    seeded = models.BooleanField(default=False, editable=False)

    class Meta:
        app_label = "kit"
        ordering = ["date"]
        verbose_name = _("Calendar day")
        verbose_name_plural = _("Calendar days")

    def __str__(self) -> str:
        return f"{self.date} {self.label}"

    @property
    def label(self) -> str:
        """What the day is called, in the reader's language where the name came with the published calendar."""
        return holiday_name(self.name) or str(DayKind(self.kind).label)


class CalendarYear(models.Model):
    """Whether a year's public holidays are known, and from where."""

    year = models.PositiveSmallIntegerField(_("Year"), unique=True)
    published = models.BooleanField(_("Published"), default=False)
    source = models.CharField(_("Source"), max_length=60, blank=True)

    class Meta:
        app_label = "kit"
        ordering = ["year"]
        verbose_name = _("Calendar year")
        verbose_name_plural = _("Calendar years")

    def __str__(self) -> str:
        return str(self.year)


HOLIDAY_NAMES = {
    "New Year's Day": _("New Year's Day"),
    "Spring Festival": _("Spring Festival"),
    "Tomb-sweeping Day": _("Tomb-sweeping Day"),
    "Labour Day": _("Labor Day"),
    "Dragon Boat Festival": _("Dragon Boat Festival"),
    "National Day": _("National Day"),
    "Mid-autumn Festival": _("Mid-Autumn Festival"),
    "Anti-Fascist 70th Day": _("Victory Day"),
}


def holiday_name(name: str) -> str:
    """A stored name in the reader's language; names that people typed stay as they are."""
    return str(HOLIDAY_NAMES.get(name, name))


def known_years() -> range:
    """The years whose calendar the package knows."""
    years = {date.year for date in chinese_calendar.holidays}
    return range(min(years), max(years) + 1)


def workdays(start: dt.date | None = None, end: dt.date | None = None) -> Workdays:
    """The calendar as a pure value, all of it or what falls between two dates; names in the reader's language."""
    days = WorkDay.objects.all()
    if start:
        days = days.filter(date__gte=start)
    if end:
        days = days.filter(date__lte=end)
    rows = list(days)
    return Workdays(
        exceptions={row.date: DayKind(row.kind).is_working for row in rows},
        names={row.date: row.label for row in rows},
        published=frozenset(CalendarYear.objects.filter(published=True).values_list("year", flat=True)),
        weekend=WEEKEND,
    )


def published_workdays(years: Iterable[int]) -> Workdays:
    """The published calendar of `years` without a database, for the command line."""
    wanted = set(years) & set(known_years())
    free = {date: name for date, name in chinese_calendar.holidays.items() if date.year in wanted}
    worked = {date: name for date, name in chinese_calendar.workdays.items() if date.year in wanted}
    return Workdays(
        exceptions=dict.fromkeys(free, False) | dict.fromkeys(worked, True),
        names={date: holiday_name(name) for date, name in (free | worked).items()},
        published=frozenset(wanted),
    )
