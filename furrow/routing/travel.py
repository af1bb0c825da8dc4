"""How long and how far from place to place: one protocol, three ways to answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import asin, cos, hypot, inf, isfinite, radians, sin, sqrt
from typing import NamedTuple, Protocol

EARTH_METRES = 6_371_008.8


class Place(NamedTuple):
    """Where a site or rep is. `key` is `site:ID` or `rep:ID`; a place without coordinates has None twice."""

    key: str
    lng: float | None
    lat: float | None


Profile = tuple[tuple[int, float], ...]
"""(from minute, factor), ascending: what a drive that begins from then on takes, times its minutes in the table.
Before the first entry the factor is 1; metres never change."""


class Table(NamedTuple):
    """Minutes and metres from row to column; need not be symmetric. Infinite in both: no way leads there."""

    minutes: list[list[float]]
    metres: list[list[float]]


class Travel(Protocol):
    """Answers for many places at once, so that a road service needs one call per rep."""

    @property
    def profile(self) -> Profile:
        """How drives lengthen over the day; empty: not at all."""
        ...

    def known(self, place: Place) -> bool:
        """Whether the place can be reached at all."""
        ...

    def table(self, places: Sequence[Place]) -> Table:
        """Minutes and metres between all `places`, each of them `known`."""
        ...


@dataclass(frozen=True, slots=True)
class CityTravel:
    """WGS-84 great circle × `detour`, driven at `kmh`, what exceeds `far_km` at `far_kmh`, plus `park_minutes`.

    Defaults are for city driving: streets are about 1.35 times the straight line, daytime traffic flows at
    25 km/h, a long way is mostly trunk road at 60 km/h, and leaving and finding the car takes 2 minutes on each
    drive. The same spot is 0.
    """

    detour: float = 1.35
    kmh: float = 25
    park_minutes: float = 2
    far_km: float = 15
    far_kmh: float = 60
    profile: Profile = ()

    def known(self, place: Place) -> bool:
        lng, lat = place.lng, place.lat
        return lng is not None and lat is not None and -180 <= lng <= 180 and -90 <= lat <= 90

    def table(self, places: Sequence[Place]) -> Table:
        points = [(radians(p.lng or 0), radians(p.lat or 0)) for p in places]
        cosines = [cos(lat) for _, lat in points]
        metres: list[list[float]] = [[0.0] * len(points) for _ in points]
        minutes: list[list[float]] = [[0.0] * len(points) for _ in points]
        across, pace = 2 * EARTH_METRES * self.detour, 60 / (1000 * self.kmh)
        far, far_pace = 1000 * self.far_km, 60 / (1000 * max(self.kmh, self.far_kmh))
        for i, (lng, lat) in enumerate(points):
            for j, (x, y) in enumerate(points[:i]):
                if (x, y) == (lng, lat):
                    continue
                half = sin((y - lat) / 2) ** 2 + cosines[i] * cosines[j] * sin((x - lng) / 2) ** 2
                length = across * asin(min(1.0, sqrt(half)))
                metres[i][j] = metres[j][i] = length
                time = min(length, far) * pace + max(0.0, length - far) * far_pace
                minutes[i][j] = minutes[j][i] = time + self.park_minutes
        return Table(minutes, metres)


@dataclass(frozen=True, slots=True)
class PlaneTravel:
    """Straight lines on a plane: coordinates in metres. For benchmarks and hand-checked cases."""

    metres_per_minute: float = 1
    profile: Profile = ()

    def known(self, place: Place) -> bool:
        return place.lng is not None and place.lat is not None

    def table(self, places: Sequence[Place]) -> Table:
        points = [(p.lng or 0.0, p.lat or 0.0) for p in places]
        metres = [[hypot(a - c, b - d) for c, d in points] for a, b in points]
        return Table([[m / self.metres_per_minute for m in row] for row in metres], metres)


@dataclass(frozen=True, slots=True)
class MatrixTravel:
    """A table made elsewhere (road network, map service), looked up by place key; need not be symmetric.

    None or an infinity, in minutes or in metres, means that no way leads there. The same place is 0.
    """

    rows: Mapping[str, int]
    minutes: Sequence[Sequence[float | None]]
    metres: Sequence[Sequence[float | None]]
    profile: Profile = ()

    def known(self, place: Place) -> bool:
        return place.key in self.rows

    def table(self, places: Sequence[Place]) -> Table:
        order = [self.rows[p.key] for p in places]
        pairs = [[self._drive(i, j) for j in order] for i in order]
        return Table([[t for t, _ in row] for row in pairs], [[m for _, m in row] for row in pairs])

    def _drive(self, i: int, j: int) -> tuple[float, float]:
        minutes, metres = self.minutes[i][j], self.metres[i][j]
        if i == j:
            return 0.0, 0.0
        if minutes is None or metres is None or not isfinite(minutes) or not isfinite(metres):
            return inf, inf
        return minutes, metres
