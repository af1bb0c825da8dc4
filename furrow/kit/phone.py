"""What the phone sends and what rooms answer: the contract between the outbox endpoint and the handlers of settings.PHONE_COMMANDS.

A handler is a function `handle(command) -> dict`: it reads the payload, calls the room's service and returns what the phone must know (`version`
of what it changed). It raises ValidationError to refuse with a reason and Conflict when somebody else changed the thing meanwhile.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from furrow.kit.sheets.cells import clean_text


@dataclass(frozen=True, slots=True)
class Command:
    """One change made on a phone. `at`: when it happened there; `base`: the version of the thing it was made on, None for a new thing;
    `by`: the person whose phone it is."""

    name: str
    client_id: UUID
    by: Any
    at: datetime
    payload: Mapping[str, Any]
    base: int | None = None


@dataclass(frozen=True, slots=True)
class Clash:
    """One field that both sides wrote: its name in the payload, its label, and both texts."""

    name: str
    label: str
    mine: str
    theirs: str


class Conflict(Exception):
    """Somebody else changed the thing, or it may be there already; nothing was written. `version` is the one to decide on, `reason` what to
    decide where it is not who wrote what."""

    def __init__(self, version: int, clashes: list[Clash], reason: str = "") -> None:
        super().__init__(version)
        self.version = version
        self.clashes = clashes
        self.reason = reason


class Payload:
    """Reads what a phone sent, field by field; nothing in it is trusted. Every reader raises ValidationError naming the field by `label`."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data

    def __contains__(self, name: str) -> bool:
        return name in self.data

    def _wrong(self, label: Any) -> ValidationError:
        return ValidationError(_("%(field)s: what the phone sent cannot be read") % {"field": label})

    def text(self, name: str, limit: int, label: Any) -> str:
        """Cleaned text, "" when it is missing."""
        value = self.data.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self._wrong(label)
        cleaned = clean_text(value)
        if len(cleaned) > limit:
            raise ValidationError(
                _("%(field)s: at most %(limit)d characters, these are %(number)d")
                % {"field": label, "limit": limit, "number": len(cleaned)}
            )
        return cleaned

    def choice(self, name: str, values: Container[str], label: Any, default: str | None = None) -> str:
        """One of the values; the default when it is missing or empty, if there is one."""
        value = self.data.get(name)
        if default is not None and (value is None or value == ""):
            return default
        if not isinstance(value, str) or value not in values:
            raise self._wrong(label)
        return value

    def whole(self, name: str, low: int, high: int, label: Any) -> int | None:
        """A whole number between two bounds, both included."""
        value = self.data.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._wrong(label)
        if not low <= value <= high:
            raise ValidationError(
                _("%(field)s: a whole number from %(low)d to %(high)d")
                % {"field": label, "low": low, "high": high}
            )
        return value

    def number(self, name: str, label: Any) -> float | None:
        """Any finite number."""
        value = self.data.get(name)
        if value is None:
            return None
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or abs(value) > 1e15
            or value != value
        ):
            raise self._wrong(label)
        return float(value)

    def amount(self, name: str, digits: int, label: Any) -> Decimal | None:
        """Money as text or number: not negative, at most `digits` before the point, two after it."""
        value = self.data.get(name)
        if value is None or value == "":
            return None
        try:
            exact = Decimal(str(value).strip()) if isinstance(value, str | int | float) else None
        except InvalidOperation:
            exact = None
        if exact is None or isinstance(value, bool) or not exact.is_finite():
            raise self._wrong(label)
        if exact < 0 or exact >= Decimal(10) ** digits or exact != exact.quantize(Decimal("0.01")):
            raise ValidationError(_("%(field)s: an amount with at most two decimals") % {"field": label})
        return exact

    def identity(self, name: str, label: Any) -> UUID:
        """The id that the phone gave to a thing."""
        try:
            return UUID(str(self.data.get(name)))
        except ValueError as error:
            raise self._wrong(label) from error

    def moment(self, name: str, label: Any) -> datetime | None:
        """A point in time with its offset from UTC."""
        value = self.data.get(name)
        if value is None or value == "":
            return None
        try:
            at = datetime.fromisoformat(value) if isinstance(value, str) else None
            if at is None or at.tzinfo is None or not 1900 < at.year < 2200:
                raise ValueError(value)
        except ValueError as error:
            raise self._wrong(label) from error
        return at

    def rows(self, name: str, most: int, label: Any) -> list[Payload]:
        """A list of objects, [] when it is missing."""
        value = self.data.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise self._wrong(label)
        if len(value) > most:
            raise ValidationError(_("%(field)s: at most %(limit)d rows") % {"field": label, "limit": most})
        return [Payload(row) for row in value]

    def part(self, name: str, label: Any) -> Payload | None:
        """An object inside; None when it is missing."""
        value = self.data.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self._wrong(label)
        return Payload(value)
