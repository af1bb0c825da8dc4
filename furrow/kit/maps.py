"""What every map needs: the part shown, positions in the tiles' coordinate system, names of districts for maps without tiles."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from furrow.kit.divisions import counties_and_above
from furrow.kit.positions import CoordinateSystem, from_wgs84, to_wgs84
from furrow.kit.regions import region_book

LABELS_AT_MOST = 60
SQUARE_PIXELS = 40


def shown(lng: float, lat: float) -> tuple[float, float]:
    """A stored (WGS-84) position as the map's tiles want it."""
    lng, lat = from_wgs84(lng, lat, tiles_system())
    return round(lng, 6), round(lat, 6)


def tiles_system() -> str:
    """Coordinate system of the map: that of its tiles, WGS-84 without tiles."""
    return (
        str(settings.MAP_TILES_SYSTEM).lower().replace("-", "")
        if settings.MAP_TILES
        else CoordinateSystem.WGS84
    )


@dataclass(frozen=True, slots=True)
class Bounds:
    """A stretch of map in the map's own coordinates, and its zoom."""

    west: float
    south: float
    east: float
    north: float
    zoom: int

    @classmethod
    def parse(cls, text: str, zoom: str) -> Bounds | None:
        """From "west,south,east,north" and a whole number; None for anything else."""
        try:
            west, south, east, north = (float(part) for part in text.split(","))
            level = int(zoom)
        except (ValueError, OverflowError):
            return None
        sound = (
            all(map(math.isfinite, (west, south, east, north)))
            and west <= east
            and south <= north
            and 0 <= level <= 22
        )
        return cls(max(-180, west), max(-90, south), min(180, east), min(90, north), level) if sound else None

    @property
    def stored(self) -> tuple[float, float, float, float]:
        """The same stretch in stored coordinates."""
        west, south = to_wgs84(self.west, self.south, tiles_system())
        east, north = to_wgs84(self.east, self.north, tiles_system())
        return west, south, east, north

    @property
    def square(self) -> float:
        """Degrees of one counting square: about 40 pixels."""
        return 360.0 / 2.0**self.zoom * SQUARE_PIXELS / 256


@cache
def _seats() -> list[tuple[str, int, float, float]]:
    """(code, level, lng, lat) of provinces, cities and counties that have a position, in stored coordinates."""
    return [
        (d.code, d.level, *to_wgs84(d.lng, d.lat, CoordinateSystem.GCJ02))
        for d in counties_and_above()
        if d.lng is not None and d.lat is not None
    ]


def labels_within(bounds: Bounds, language: str) -> list[tuple[float, float, str, int]]:
    """(lng, lat, name, level) of the divisions to name: provinces far out, then cities, then districts."""
    level = 1 if bounds.zoom < 6 else 2 if bounds.zoom < 9 else 3
    west, south, east, north = bounds.stored
    book = region_book()
    inside = [
        seat
        for seat in _seats()
        if seat[1] == level and west <= seat[2] <= east and south <= seat[3] <= north
    ]
    return [
        (*shown(lng, lat), book.name(code, language), level)
        for code, level, lng, lat in inside[:LABELS_AT_MOST]
    ]
