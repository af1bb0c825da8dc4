"""A sketch of regions side by side: each is the land nearest to its seat, all drawn about equally large so that every name can be read.

It shows which region lies where and touches which. Official boundaries are not drawn: a map of them needs a licence of its own to be shown.
Pure: degrees in, polygons out."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, hypot, pi, radians, sin

Point = tuple[float, float]
Polygon = list[Point]
WIDTH, TALLEST = 640.0, 440.0
MARGIN = 0.6  # of the middle distance between neighbours: how far the land reaches beyond the outermost seats
# Rounds that draw each seat to the middle of its land; with more of them places lose their places.
EVENINGS = 5
CORNERS = 12
APART = 0.01  # degrees between two seats at one place
FEWEST = 3  # regions that make a picture


def sketch(seats: Sequence[Point]) -> tuple[list[Polygon], float]:
    """The land of each seat (longitude, latitude in degrees) in a picture WIDTH wide, north up, and the height of the picture. No land for
    fewer than FEWEST seats."""
    if len(seats) < FEWEST:
        return [], 0.0
    sites = _apart(_flat(seats))
    edge = _around(sites)
    for _round in range(EVENINGS):
        sites = [middle_of(land) for land in _lands(sites, edge)]
    left, low = min(x for x, _y in edge), min(y for _x, y in edge)
    wide, tall = max(x for x, _y in edge) - left, max(y for _x, y in edge) - low
    scale = min(WIDTH / wide, TALLEST / tall)
    inset = (WIDTH - wide * scale) / 2
    drawn = [
        [(inset + (x - left) * scale, (tall - (y - low)) * scale) for x, y in land]
        for land in _lands(sites, edge)
    ]
    return drawn, tall * scale


def _flat(seats: Sequence[Point]) -> list[Point]:
    """Degrees from the middle of all, on a plane: east and north equally long at the middle latitude."""
    east, north = (sum(values) / len(seats) for values in zip(*seats, strict=True))
    return [((lng - east) * cos(radians(north)), lat - north) for lng, lat in seats]


def _apart(sites: list[Point]) -> list[Point]:
    """No two at one place: seats of a city and its district may share one."""
    seen: set[Point] = set()
    found = []
    for x, y in sites:
        while (x, y) in seen:
            x += APART
        seen.add((x, y))
        found.append((x, y))
    return found


def _around(sites: Sequence[Point]) -> Polygon:
    """The edge of the picture: the hull of a circle about every seat."""
    nearest = sorted(min(hypot(x - a, y - b) for a, b in sites if (a, b) != (x, y)) for x, y in sites)
    reach = max(nearest[len(nearest) // 2] * MARGIN, nearest[-1] * MARGIN / 2)
    turns = [2 * pi * corner / CORNERS for corner in range(CORNERS)]
    return _hull([(x + reach * cos(turn), y + reach * sin(turn)) for x, y in sites for turn in turns])


def _hull(points: Sequence[Point]) -> Polygon:
    """The smallest convex polygon about the points, counter-clockwise."""
    rows = sorted(set(points))

    def half(ordered: Sequence[Point]) -> Polygon:
        kept: Polygon = []
        for point in ordered:
            while len(kept) > 1 and _turn(kept[-2], kept[-1], point) <= 0:
                kept.pop()
            kept.append(point)
        return kept[:-1]

    return half(rows) + half(rows[::-1])


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _lands(sites: Sequence[Point], edge: Polygon) -> list[Polygon]:
    """What of the picture lies nearest to each site."""
    found = []
    for x, y in sites:
        land = edge
        for a, b in sites:
            if (a, b) != (x, y):
                land = _nearer(land, (x, y), (a, b))
        found.append(land)
    return found


def _nearer(land: Polygon, one: Point, other: Point) -> Polygon:
    """The part of the land nearer to one than to the other."""
    across, up = other[0] - one[0], other[1] - one[1]
    limit = (other[0] ** 2 + other[1] ** 2 - one[0] ** 2 - one[1] ** 2) / 2

    def beyond(point: Point) -> float:
        return point[0] * across + point[1] * up - limit

    kept: Polygon = []
    for point, following in zip(land, [*land[1:], *land[:1]], strict=True):
        here, there = beyond(point), beyond(following)
        if here <= 0:
            kept.append(point)
        if (here < 0 < there) or (there < 0 < here):
            share = here / (here - there)
            kept.append(
                (
                    point[0] + share * (following[0] - point[0]),
                    point[1] + share * (following[1] - point[1]),
                )
            )
    return kept


def middle_of(land: Polygon) -> Point:
    """The centre of gravity; there its name is written."""
    whole = x = y = 0.0
    for a, b in zip(land, [*land[1:], *land[:1]], strict=True):
        cross = a[0] * b[1] - b[0] * a[1]
        whole += cross
        x += (a[0] + b[0]) * cross
        y += (a[1] + b[1]) * cross
    return (x / (3 * whole), y / (3 * whole))
