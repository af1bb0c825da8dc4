"""Coordinates and the systems they come in: WGS-84 (GPS, OpenStreetMap), GCJ-02 (AMap, Tencent), BD-09 (Baidu).

Stored positions are WGS-84 (degrees, longitude first). Within mainland China the other two are shifted by 300-700 m;
elsewhere GCJ-02 equals WGS-84. The shift is the formula published by eviltransform and others (there is no official
one); the way back is iterated until it closes.
"""

from math import asin, atan2, cos, hypot, isfinite, pi, radians, sin, sqrt

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EARTH_RADIUS_M = 6_371_008.8
_KRASOVSKY_AXIS_M = 6_378_245.0
_KRASOVSKY_ECCENTRICITY = 0.00669342162296594323
_BAIDU_PI = pi * 3000 / 180
# When the way back is close enough. A round leaves at most a hundredth of what was off for Baidu's turn, so that the last one is right to
# 1e-9, and a 180th, mostly far less, for the shift, which costs most of an import's row: right to 2e-7, two centimeters.
_CLOSE_DEGREES, _CLOSE_SHIFT = 1e-7, 1e-4
_MOST_ROUNDS = 30

# The box in which the shift is applied, and the box in which a customer is expected (the country with its islands).
_SHIFTED = (72.004, 137.8347, 0.8293, 55.8271)
_CHINA = (73.0, 135.5, 3.0, 54.0)


class CoordinateSystem(models.TextChoices):
    """The system a position was entered in."""

    WGS84 = "wgs84", "WGS-84"
    GCJ02 = "gcj02", "GCJ-02"
    BD09 = "bd09", "BD-09"


Point = tuple[float, float]


def outside_china(lng: float, lat: float) -> bool:
    """Whether the shift does not apply at this point."""
    west, east, south, north = _SHIFTED
    return not (west <= lng <= east and south <= lat <= north)


def _shift(lng: float, lat: float) -> Point:
    """What GCJ-02 adds to a WGS-84 point, in degrees."""
    x, y = lng - 105.0, lat - 35.0
    root = sqrt(abs(x))
    common = (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common
    north += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common
    east += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    slant = 1.0 - _KRASOVSKY_ECCENTRICITY * sin(radians(lat)) ** 2
    meridian = _KRASOVSKY_AXIS_M * (1.0 - _KRASOVSKY_ECCENTRICITY) / (slant * sqrt(slant))
    parallel = _KRASOVSKY_AXIS_M / sqrt(slant) * cos(radians(lat))
    return east * 180.0 / (parallel * pi), north * 180.0 / (meridian * pi)


def _gcj02_from_wgs84(lng: float, lat: float) -> Point:
    if outside_china(lng, lat):
        return lng, lat
    east, north = _shift(lng, lat)
    return lng + east, lat + north


def _wgs84_from_gcj02(lng: float, lat: float) -> Point:
    """The point whose shifted image is this one; off by less than a millionth of a degree."""
    if outside_china(lng, lat):
        return lng, lat
    back_lng, back_lat = lng, lat
    for _round in range(_MOST_ROUNDS):
        image_lng, image_lat = _gcj02_from_wgs84(back_lng, back_lat)
        off_lng, off_lat = image_lng - lng, image_lat - lat
        back_lng, back_lat = back_lng - off_lng, back_lat - off_lat
        if max(abs(off_lng), abs(off_lat)) < _CLOSE_SHIFT:
            break
    return back_lng, back_lat


def _bd09_from_gcj02(lng: float, lat: float) -> Point:
    radius = hypot(lng, lat) + 0.00002 * sin(lat * _BAIDU_PI)
    angle = atan2(lat, lng) + 0.000003 * cos(lng * _BAIDU_PI)
    return radius * cos(angle) + 0.0065, radius * sin(angle) + 0.006


def _gcj02_from_bd09(lng: float, lat: float) -> Point:
    back_lng, back_lat = lng - 0.0065, lat - 0.006
    for _round in range(_MOST_ROUNDS):
        image_lng, image_lat = _bd09_from_gcj02(back_lng, back_lat)
        off_lng, off_lat = image_lng - lng, image_lat - lat
        back_lng, back_lat = back_lng - off_lng, back_lat - off_lat
        if max(abs(off_lng), abs(off_lat)) < _CLOSE_DEGREES:
            break
    return back_lng, back_lat


def to_wgs84(lng: float, lat: float, system: str) -> Point:
    """(longitude, latitude) in WGS-84 of a point given in `system`; its own inverse within a millionth of a degree.

    Raises ValueError for an unknown system.
    """
    match CoordinateSystem(system):
        case CoordinateSystem.GCJ02:
            return _wgs84_from_gcj02(lng, lat)
        case CoordinateSystem.BD09:
            return _wgs84_from_gcj02(*_gcj02_from_bd09(lng, lat))
        case _:
            return lng, lat


def from_wgs84(lng: float, lat: float, system: str) -> Point:
    """(longitude, latitude) in `system` of a WGS-84 point. Raises ValueError for an unknown system."""
    match CoordinateSystem(system):
        case CoordinateSystem.GCJ02:
            return _gcj02_from_wgs84(lng, lat)
        case CoordinateSystem.BD09:
            return _bd09_from_gcj02(*_gcj02_from_wgs84(lng, lat))
        case _:
            return lng, lat


def distance_m(lng1: float, lat1: float, lng2: float, lat2: float) -> float:
    """Great-circle distance in meters between two WGS-84 points (haversine, mean earth radius)."""
    half_lat, half_lng = radians(lat2 - lat1) / 2, radians(lng2 - lng1) / 2
    chord = sin(half_lat) ** 2 + cos(radians(lat1)) * cos(radians(lat2)) * sin(half_lng) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(chord)))


def check_position(lng: float, lat: float) -> "str | Promise | None":
    """What is wrong with a position, for the person who entered it; None when nothing is. A point outside China is a
    position like any other, unless it lies inside with longitude and latitude exchanged."""
    if not (isfinite(lng) and isfinite(lat)):
        return _("Longitude and latitude must be numbers. Enter degrees, for example 114.30 and 30.60.")
    if lng == 0 and lat == 0:
        return _("0, 0 lies in the Atlantic. Enter the position, or leave both empty.")
    west, east, south, north = _CHINA
    if west <= lat <= east and south <= lng <= north:
        return _(
            "Longitude and latitude look swapped. In China the longitude is 73 to 136, the latitude 3 to 54."
        )
    if not -180 <= lng <= 180:
        return _("Longitude must lie between -180 and 180. Enter degrees, for example 114.30.")
    if not -90 <= lat <= 90:
        return _("Latitude must lie between -90 and 90. Enter degrees, for example 30.60.")
    return None
