"""动态: what happened to one customer, from all rooms, latest first; older events by cursor.

Each room gives a source in settings.TIMELINE: `(customer, user, window, limit) -> list[Event]`, latest first, at most `limit`, only what
the user may see.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string

from furrow.customers.models import Customer
from furrow.kit.prepared import Prepared
from furrow.team.models import User

PAGE = 20
BIGGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `fields`: label, old and new value of what changed; `text`: a sentence; `undo`: the change to take back."""

    at: datetime
    id: int
    icon: str
    title: Any
    who: str = ""
    text: str = ""
    fields: tuple[tuple[str, str, str], ...] = ()
    url: str = ""
    undo: int = 0
    source: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """What a source may give: before `at`, or at that very moment with an id below `ties_below`. Without `at` everything."""

    at: datetime | None = None
    ties_below: int = 0

    def narrow(self, rows: models.QuerySet[Any], at: str = "at") -> models.QuerySet[Any]:
        """Rows in the window by the time column `at`."""
        if self.at is None:
            return rows
        return rows.filter(
            models.Q(**{f"{at}__lt": self.at}) | models.Q(**{at: self.at, "pk__lt": self.ties_below})
        )


class TimelineRead:
    """What a source reads: of `rows(user)`, those of the customer in the window as tuples of time, id and `columns`, latest first."""

    def __init__(
        self, rows: Callable[[User], models.QuerySet[Any, Any]], *columns: str, at: str = "at"
    ) -> None:
        self._rows, self._columns, self._at = rows, columns, at
        self._read = Prepared(
            self._build,
            customer=models.BigIntegerField(),
            at=models.DateTimeField(),
            ties=models.BigIntegerField(),
        )

    def of(self, customer: Customer, user: User, window: Window, limit: int) -> list[tuple[Any, ...]]:
        """At most `limit` rows that the user may see."""
        return self._read.rows(
            user, window.at is not None, limit, customer=customer.pk, at=window.at, ties=window.ties_below
        )

    def _build(
        self, user: User, begun: bool, limit: int, *, customer: Any, at: Any, ties: Any
    ) -> models.QuerySet[Any, Any]:
        rows = self._rows(user).filter(customer=customer).values_list(self._at, "pk", *self._columns)
        return latest(rows, Window(at, ties) if begun else Window(), limit, self._at)


def latest(
    rows: models.QuerySet[Any, Any], window: Window, limit: int, at: str = "at"
) -> models.QuerySet[Any, Any]:
    """The first rows in the window by the time column `at`, latest first."""
    return window.narrow(rows, at).order_by(f"-{at}", "-pk")[:limit]


Source = Callable[[Customer, User, Window, int], list[Event]]


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last event shown: its time, its source and its id."""

    at: datetime
    source: int
    id: int

    def window(self, source: int) -> Window:
        """Events follow each other by time, then by source, then by id, latest first."""
        if source < self.source:
            return Window(self.at, 0)
        return Window(self.at, self.id if source == self.source else BIGGEST_ID)

    def text(self) -> str:
        """For an address."""
        raw = json.dumps([self.at.isoformat(), self.source, self.id])
        return base64.urlsafe_b64encode(raw.encode()).decode()

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        """Out of an address; None for anything else."""
        try:
            at, source, pk = json.loads(base64.urlsafe_b64decode(text[:200].encode()))
            when = datetime.fromisoformat(at)
            sound = when.tzinfo is not None and 1 < when.year < 9998 and abs(int(pk)) <= BIGGEST_ID
            return cls(when, int(source), int(pk)) if sound else None
        except (ValueError, TypeError, binascii.Error, RecursionError, OverflowError):
            return None


def events_of(customer: Customer, user: User, before: str = "", limit: int = PAGE) -> tuple[list[Event], str]:
    """The latest events, or those before a cursor, and the cursor of the next ones ("" when there are none)."""
    cursor = Cursor.parse(before) if before else None
    found: list[Event] = []
    for number, path in enumerate(settings.TIMELINE):
        source: Source = import_string(path)
        window = cursor.window(number) if cursor else Window()
        found += [replace(event, source=number) for event in source(customer, user, window, limit + 1)]
    found.sort(key=lambda event: (-event.at.timestamp(), event.source, -event.id))
    shown = found[:limit]
    more = Cursor(shown[-1].at, shown[-1].source, shown[-1].id).text() if len(found) > limit else ""
    return shown, more
