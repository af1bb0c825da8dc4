"""How long and how far from place to place: one protocol, three ways to answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import asin, cos, hypot, radians, sin, sqrt
from typing import NamedTuple, Protocol

EARTH_METRES = 6_371_008.8


class Place(NamedTuple):
    """Where a site or rep is. `key` is `site:ID` or `rep:ID`; a place without coordinates has None twice."""

    key: str
    lng: float | None
    lat: float | None


class Table(NamedTuple):
    """Minutes and metres from row to column; need not be symmetric."""

    minutes: list[list[float]]
    metres: list[list[float]]


class Travel(Protocol):
    """Answers for many places at once, so that a road service needs one call per rep."""

    def known(self, place: Place) -> bool:
        """Whether the place can be reached at all."""
        ...

    def table(self, places: Sequence[Place]) -> Table:
        """Minutes and metres between all `places`, each of them `known`."""
        ...


@dataclass(frozen=True, slots=True)
class CityTravel:
    """WGS-84 great circle × `detour` at `kmh`, plus `park_minutes` to park and walk on each drive.

    Defaults are for city driving: streets are about 1.35 times the straight line, door to door traffic
    flows at 25 km/h in daytime, and leaving and finding the car takes 2 minutes. The same spot is 0.
    """

    detour: float = 1.35
    kmh: float = 25
    park_minutes: float = 2

    def known(self, place: Place) -> bool:
        lng, lat = place.lng, place.lat
        return lng is not None and lat is not None and -180 <= lng <= 180 and -90 <= lat <= 90

    def table(self, places: Sequence[Place]) -> Table:
        points = [(radians(p.lng or 0), radians(p.lat or 0)) for p in places]
        cosines = [cos(lat) for _, lat in points]
        metres: list[list[float]] = [[0.0] * len(points) for _ in points]
        minutes: list[list[float]] = [[0.0] * len(points) for _ in points]
        across, pace = 2 * EARTH_METRES * self.detour, 60 / (1000 * self.kmh)
        for i, (lng, lat) in enumerate(points):
            for j in range(i):
                far = points[j]
                if far == (lng, lat):
                    continue
                half = sin((far[1] - lat) / 2) ** 2 + cosines[i] * cosines[j] * sin((far[0] - lng) / 2) ** 2
                length = across * asin(min(1.0, sqrt(half)))
                metres[i][j] = metres[j][i] = length
                minutes[i][j] = minutes[j][i] = length * pace + self.park_minutes
        return Table(minutes, metres)


@dataclass(frozen=True, slots=True)
class PlaneTravel:
    """Straight lines on a plane: coordinates in metres. For benchmarks and hand-checked cases."""

    metres_per_minute: float = 1

    def known(self, place: Place) -> bool:
        return place.lng is not None and place.lat is not None

    def table(self, places: Sequence[Place]) -> Table:
        points = [(p.lng or 0.0, p.lat or 0.0) for p in places]
        metres = [[hypot(a - c, b - d) for c, d in points] for a, b in points]
        return Table([[m / self.metres_per_minute for m in row] for row in metres], metres)


@dataclass(frozen=True, slots=True)
class MatrixTravel:
    """A table made elsewhere (road network, map service), looked up by place key."""

    rows: Mapping[str, int]
    minutes: Sequence[Sequence[float]]
    metres: Sequence[Sequence[float]]

    def known(self, place: Place) -> bool:
        return place.key in self.rows

    def table(self, places: Sequence[Place]) -> Table:
        order = [self.rows[p.key] for p in places]
        return Table(
            [[self.minutes[i][j] for j in order] for i in order],
            [[self.metres[i][j] for j in order] for i in order],
        )
