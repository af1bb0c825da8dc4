"""Which days are working days (P4.4). Pure: `workcalendar` keeps the table this is filled from."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

WEEKEND = frozenset({5, 6})  # Saturday, Sunday, as date.weekday() counts


@dataclass(frozen=True, slots=True)
class Workdays:
    """The working calendar of a company as it is known now.

    `exceptions`: days that differ from their weekday, True for worked (make-up day), False for free (holiday).
    `names`: what a day is called, for those that have a name. `published`: the years whose holidays are known; outside
    them only weekends are free, and `unpublished_years` says so.
    """

    exceptions: Mapping[dt.date, bool] = field(default_factory=dict)
    names: Mapping[dt.date, str] = field(default_factory=dict)
    published: frozenset[int] = frozenset()
    weekend: frozenset[int] = WEEKEND

    def is_working(self, date: dt.date) -> bool:
        """Whether people work on this day."""
        known = self.exceptions.get(date)
        return date.weekday() not in self.weekend if known is None else known

    def name_of(self, date: dt.date) -> str:
        """What the day is called in the calendar, "" for an ordinary one."""
        return self.names.get(date, "")

    def between(self, start: dt.date, end: dt.date) -> list[dt.date]:
        """The working days from `start` to `end`, both included."""
        return [date for date in _days(start, end) if self.is_working(date)]

    def working_days(self, start: dt.date, weeks: int) -> list[dt.date]:
        """The working days of the `weeks` calendar weeks (Monday to Sunday) that `start` begins, from `start` on."""
        return self.between(start, last_day(start, weeks))

    def unpublished_years(self, start: dt.date, end: dt.date) -> list[int]:
        """The years that a period reaches into although their calendar is not published."""
        return [year for year in range(start.year, end.year + 1) if year not in self.published]


def last_day(start: dt.date, weeks: int) -> dt.date:
    """The Sunday that ends `weeks` calendar weeks, the one `start` lies in being the first. Raises ValueError below 1."""
    if weeks < 1:
        raise ValueError("a period has at least one week")
    return start - dt.timedelta(days=start.weekday()) + dt.timedelta(days=7 * weeks - 1)


def _days(start: dt.date, end: dt.date) -> Iterator[dt.date]:
    for offset in range((end - start).days + 1):
        yield start + dt.timedelta(days=offset)
