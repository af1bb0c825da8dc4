"""How long and how far from place to place: one protocol, three ways to answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import asin, cos, dist, inf, isfinite, radians, sin
from typing import Any, NamedTuple, Protocol, TypeVar

T = TypeVar("T")

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

    minutes: Sequence[Sequence[float]]
    metres: Sequence[Sequence[float]]


MOST_KEPT = 1_000
"""Places up to which drives between points are kept for every pair. Beyond, each is worked out when it is asked
for, so that memory grows with the places and not with their square."""


class Asked(Sequence[T]):
    """A row whose entries are worked out when they are asked for."""

    def __init__(self, size: int, of: Callable[[int], T]) -> None:
        self.size = size
        self.of = of

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return [self.of(place) for place in range(*at.indices(self.size))]
        if not 0 <= at < self.size:
            raise IndexError(at)
        return self.of(at)


def pairs(size: int, of: Callable[[int, int], float]) -> Asked[Asked[float]]:
    """`rows[i][j]`, worked out when it is asked for."""
    return Asked(size, lambda i: Asked(size, partial(of, i)))


class Points(NamedTuple):
    """Places in space, and how a drive follows from the distance: metres on a plane, or from the middle of the earth."""

    at: list[tuple[float, float, float]]
    diameter: float
    """Of the sphere in metres; 0 on a plane."""
    detour: float
    pace: float
    """Minutes a metre up to `far` metres; beyond, `far_pace`."""
    far: float
    far_pace: float
    park: float
    """Minutes that every drive takes besides. The same spot is 0."""

    def drive(self, i: int, j: int) -> tuple[float, float]:
        """Minutes and metres."""
        chord = dist(self.at[i], self.at[j])
        if chord == 0:
            return 0.0, 0.0
        arc = self.diameter * asin(min(1.0, chord / self.diameter)) if self.diameter else chord
        metres = arc * self.detour
        minutes = min(metres, self.far) * self.pace + max(0.0, metres - self.far) * self.far_pace
        return minutes + self.park, metres

    def table(self) -> Table:
        """All pairs, kept or worked out when asked."""
        count = len(self.at)
        if count > MOST_KEPT:
            return Table(
                pairs(count, lambda i, j: self.drive(i, j)[0]), pairs(count, lambda i, j: self.drive(i, j)[1])
            )
        minutes = [[0.0] * count for _ in self.at]
        metres = [[0.0] * count for _ in self.at]
        for i in range(count):
            for j in range(i):
                time, length = self.drive(i, j)
                minutes[i][j] = minutes[j][i] = time
                metres[i][j] = metres[j][i] = length
        return Table(minutes, metres)


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

    def points(self, places: Sequence[Place]) -> Points | None:
        """The same as points in space, each drive as long as the one back; None where a table alone can tell."""
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
        return self.points(places).table()

    def points(self, places: Sequence[Place]) -> Points:
        pace, far_pace = 60 / (1000 * self.kmh), 60 / (1000 * max(self.kmh, self.far_kmh))
        at = [_in_space(radians(p.lng or 0), radians(p.lat or 0)) for p in places]
        return Points(
            at, 2 * EARTH_METRES, self.detour, pace, 1000 * self.far_km, far_pace, self.park_minutes
        )


def _in_space(lng: float, lat: float) -> tuple[float, float, float]:
    flat = EARTH_METRES * cos(lat)
    return flat * cos(lng), flat * sin(lng), EARTH_METRES * sin(lat)


@dataclass(frozen=True, slots=True)
class PlaneTravel:
    """Straight lines on a plane: coordinates in metres. For benchmarks and hand-checked cases."""

    metres_per_minute: float = 1
    profile: Profile = ()

    def known(self, place: Place) -> bool:
        return place.lng is not None and place.lat is not None

    def table(self, places: Sequence[Place]) -> Table:
        return self.points(places).table()

    def points(self, places: Sequence[Place]) -> Points:
        pace = 1 / self.metres_per_minute
        return Points([(p.lng or 0.0, p.lat or 0.0, 0.0) for p in places], 0.0, 1.0, pace, inf, pace, 0.0)


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

    def points(self, places: Sequence[Place]) -> None:
        return None

    def _drive(self, i: int, j: int) -> tuple[float, float]:
        minutes, metres = self.minutes[i][j], self.metres[i][j]
        if i == j:
            return 0.0, 0.0
        if minutes is None or metres is None or not isfinite(minutes) or not isfinite(metres):
            return inf, inf
        return minutes, metres
