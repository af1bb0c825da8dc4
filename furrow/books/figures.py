"""Quantities of the book as text."""

from __future__ import annotations

from furrow.kit.figures import MINUS, NOTHING, number
from furrow.kit.marks import tag


def units(value: int | None) -> str:
    """A quantity; not known is a dash."""
    return NOTHING if value is None else number(value)


def signed(value: int | None) -> str:
    """+3 or −3; nothing to say is empty."""
    if not value:
        return ""
    return f"+{value:,}" if value > 0 else f"{MINUS}{-value:,}"


def difference(value: int | None) -> str:
    """What does not add up, marked as wrong."""
    return tag(signed(value), "bad") if value else ""
