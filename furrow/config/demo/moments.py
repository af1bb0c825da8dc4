"""When the demo company's past took place. Its papers, ledger lines and changes carry the moment they were written, which no service lets a
caller choose; so the story is told with Django's clock put back, here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from django.utils import timezone

FIRST_DAY = timedelta(days=300)
"""How long before today the customer list was taken over."""


def moment(on: date, hour: int, minute: int = 0) -> datetime:
    """A time of that day where the company is."""
    return timezone.make_aware(datetime.combine(on, time(hour, minute)))


@contextmanager
def told_at(at: datetime) -> Iterator[None]:
    """What is done inside was done at `at`; what would lie ahead is done now. For a process that builds and does nothing else."""
    at = min(at, timezone.now())

    class Then(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return at.astimezone(tz)

    clock: Any = timezone
    kept, clock.datetime = clock.datetime, Then
    try:
        yield
    finally:
        clock.datetime = kept
