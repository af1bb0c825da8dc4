"""A fact that a room works out from its books for a room above: the value, of what period, from which book (P3).

Providers are `(customer_ids, as_of) -> {customer_id: Fact}`, wired by name in settings.FACTS; a customer of whom the room knows nothing is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Fact:
    """One value with its period ("2025-12 – 2026-11") and source in the reader's language."""

    value: Decimal | str
    period: str
    source: Any


def months(start: date, end: date) -> str:
    """The period of a fact: 2025-12 – 2026-11."""
    return f"{start:%Y-%m} – {end:%Y-%m}"


Provider = Callable[[Sequence[int], date], dict[int, Fact]]
