"""The regions below one as a sketch map, coloured by customers, coverage or completeness (P1.1, P1.7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext_lazy

from furrow.customers.areas.queries import Area
from furrow.customers.areas.sketch import middle_of, sketch
from furrow.kit.figures import NOTHING
from furrow.kit.regions import english_name, region_book, short_of

TONES = 5
BY: dict[str, Any] = {
    "customers": gettext_lazy("Customers"),
    "visited": gettext_lazy("Visited in four weeks"),
    "complete": gettext_lazy("Archives complete"),
}
LONGEST_NAME = 12


@dataclass(frozen=True, slots=True)
class Land:
    """One region in the picture: its outline as SVG writes it, its tone from 0 (nothing) to TONES, its name and figure and where they stand."""

    code: str
    name: str
    label: str
    figure: str
    tone: int
    points: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Map:
    """The regions of a picture so many units tall; `bounds` is from where on each tone is used."""

    lands: tuple[Land, ...]
    height: int
    by: str
    bounds: tuple[str, ...]


def map_of(areas: Iterable[Area], by: str) -> Map | None:
    """The picture of these regions; None where too few have a seat on record (townships have none)."""
    rows = [(one, row) for one in areas if (row := region_book().division(one.code)) and row.lng and row.lat]
    lands, height = sketch([(row.lng or 0.0, row.lat or 0.0) for _one, row in rows])
    if not lands:
        return None
    most = max((one.sums.customers for one, _row in rows), default=0)
    chinese = (get_language() or "zh").startswith("zh")
    found = []
    for (one, row), land in zip(rows, lands, strict=True):
        label = short_of(row.name) if chinese else english_name(row.name, row.pinyin, short=True)
        x, y = middle_of(land)
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in land)
        found.append(
            Land(
                one.code,
                one.name,
                label if len(label) <= LONGEST_NAME else f"{label[: LONGEST_NAME - 1]}…",
                _figure(one, by),
                tone_of(_value(one, by), most if by == "customers" else 100),
                points,
                round(x),
                round(y),
            )
        )
    return Map(tuple(found), round(height), by, _bounds(by, most))


def _value(area: Area, by: str) -> int:
    """What the colour says: customers, or a share in percent."""
    if by == "customers":
        return area.sums.customers
    return area.percent if by == "complete" else area.visited or 0


def _figure(area: Area, by: str) -> str:
    if by == "customers":
        return f"{area.sums.customers:,}" if area.sums.customers else NOTHING
    if by == "visited" and area.visited is None:
        return NOTHING
    return f"{_value(area, by)}%"


def tone_of(value: int, most: int) -> int:
    """0 for nothing, else 1 to TONES in even steps up to the most.

    >>> [tone_of(value, 100) for value in (0, 1, 20, 21, 80, 81, 100)]
    [0, 1, 1, 2, 4, 5, 5]
    """
    return 0 if value <= 0 or most <= 0 else min(TONES, -(-value * TONES // most))


def _bounds(by: str, most: int) -> tuple[str, ...]:
    """The least value of each tone, as the key shows it."""
    whole = most if by == "customers" else 100
    if whole <= 0:
        return ()
    starts = dict.fromkeys(tone * whole // TONES + 1 for tone in range(TONES))
    return tuple(f"{start:,}" if by == "customers" else f"{start}%" for start in starts)
