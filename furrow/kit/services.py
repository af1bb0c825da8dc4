"""Every change to what the kit itself stores: the working calendar. Regions are loaded by `places.load_regions`."""

import datetime as dt
from collections.abc import Iterable

import chinese_calendar
from django.db import models, transaction

from furrow.kit.audit import changes_between, record, values_of
from furrow.kit.workcalendar import CalendarYear, DayKind, WorkDay, known_years

SEED_SOURCE = "chinesecalendar"
DAY_FIELDS = ("date", "kind", "name")
YEAR_FIELDS = ("year", "published", "source")


def seed_calendar(years: Iterable[int]) -> list[int]:
    """Fill the calendar of `years` with the published holidays and make-up days; days that people set stay as they are.
    A year the package does not know is marked not published, unless people have published it. Returns the years that
    stayed unpublished."""
    unknown: list[int] = []
    with transaction.atomic():
        for year in sorted(set(years)):
            if year in known_years():
                _seed_year(year)
            else:
                row, _made = CalendarYear.objects.get_or_create(year=year)
                if not row.published:
                    unknown.append(year)
    return unknown


def _seed_year(year: int) -> None:
    days: list[WorkDay] = []
    for source, kind in (
        (chinese_calendar.holidays, DayKind.HOLIDAY),
        (chinese_calendar.workdays, DayKind.MAKE_UP),
    ):
        days += [
            WorkDay(date=date, kind=kind, name=name, seeded=True)
            for date, name in source.items()
            if date.year == year
        ]
    WorkDay.objects.filter(date__year=year, seeded=True).delete()
    WorkDay.objects.bulk_create(days, ignore_conflicts=True)
    CalendarYear.objects.update_or_create(year=year, defaults={"published": True, "source": SEED_SOURCE})


def set_work_day(date: dt.date, kind: str, name: str = "", *, by: models.Model | None) -> WorkDay:
    """Make `date` a holiday, day off, make-up day or extra workday. Raises ValueError for an unknown kind."""
    with transaction.atomic():
        row = WorkDay.objects.select_for_update().filter(date=date).first() or WorkDay(date=date)
        before = values_of(row, DAY_FIELDS) if row.pk else {}
        row.kind, row.name, row.seeded = DayKind(kind), name.strip()[:60], False
        row.save()
        if changes := changes_between(before, values_of(row, DAY_FIELDS)):
            record(row, "set_work_day", by=by, changes=changes)
    return row


def clear_work_day(date: dt.date, *, by: models.Model | None) -> bool:
    """Let `date` be what its weekday says again. False when it was that already."""
    with transaction.atomic():
        row = WorkDay.objects.select_for_update().filter(date=date).first()
        if row is None:
            return False
        record(
            row,
            "clear_work_day",
            by=by,
            changes={k: [v, None] for k, v in values_of(row, DAY_FIELDS).items()},
        )
        row.delete()
    return True


def publish_year(
    year: int, source: str = "", *, by: models.Model | None, published: bool = True
) -> CalendarYear:
    """Say that the days entered for `year` are its published calendar (or that they are not, after all)."""
    with transaction.atomic():
        row = CalendarYear.objects.select_for_update().filter(year=year).first() or CalendarYear(year=year)
        before = values_of(row, YEAR_FIELDS) if row.pk else {}
        row.published, row.source = published, source.strip()[:60]
        row.save()
        if changes := changes_between(before, values_of(row, YEAR_FIELDS)):
            record(row, "publish_year", by=by, changes=changes)
    return row
