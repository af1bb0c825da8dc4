"""Longitudes and latitudes out of cells, in degrees, in whatever coordinate system the list uses."""

import re
import unicodedata

from django.utils.translation import gettext as _

from furrow.kit.sheets.cells import Cell
from furrow.kit.sheets.values import ValueProblem, is_blank, shown

_PLAIN = re.compile(r"-?\d{1,3}(?:\.\d{1,20})?", re.ASCII)
_DEGREES = re.compile(
    r"""(?P<before>[NSEW东西南北])?[经纬度:]*(?P<sign>-)?
    (?P<degrees>\d{1,3}(?:\.\d+)?)(?:[°º度]?)
    (?:(?P<minutes>\d{1,2}(?:\.\d+)?)['′’分])?
    (?:(?P<seconds>\d{1,2}(?:\.\d+)?)(?:["″”秒]|''))?
    (?P<after>[NSEW东西南北])?[经纬]?""",
    re.ASCII | re.VERBOSE | re.IGNORECASE,
)
_EAST_WEST = frozenset("EW东西")
_NEGATIVE = frozenset("SW南西")


class SwappedPosition(ValueProblem):
    """Longitude and latitude stand in each other's place; `longitude` and `latitude` are the values put right."""

    def __init__(self, longitude: float, latitude: float) -> None:
        super().__init__(
            _(
                "Longitude and latitude are swapped. Swap the two columns: longitude %(longitude)s, latitude %(latitude)s."
            )
            % {"longitude": f"{longitude:g}", "latitude": f"{latitude:g}"}
        )
        self.longitude = longitude
        self.latitude = latitude


def parse_longitude(value: Cell | None) -> float | None:
    """Degrees east, −180 to 180, from 121.48, 121°28'48"E or 东经121.48. None when blank. Raises ValueProblem."""
    degrees = _degrees(value)[0]
    if degrees is not None and abs(degrees) > 180:
        raise ValueProblem(
            _("Longitude %(value)s is out of range. It lies between −180 and 180.")
            % {"value": f"{degrees:g}"}
        )
    return degrees


def parse_latitude(value: Cell | None) -> float | None:
    """Degrees north, −90 to 90, from 31.2, 31°12'N or 北纬31.2. None when blank. Raises ValueProblem."""
    degrees = _degrees(value)[0]
    if degrees is not None and abs(degrees) > 90:
        raise ValueProblem(
            _("Latitude %(value)s is out of range. It lies between −90 and 90.") % {"value": f"{degrees:g}"}
        )
    return degrees


def parse_position(longitude: Cell | None, latitude: Cell | None) -> tuple[float, float] | None:
    """(longitude, latitude) in degrees; None when both are blank.

    Raises SwappedPosition when the pair only makes sense the other way round, ValueProblem when one half is missing,
    out of range, or when both are 0, which is what devices write without a fix.
    """
    east, east_axis = _degrees(longitude)
    north, north_axis = _degrees(latitude)
    if east is None and north is None:
        return None
    if east is None:
        raise ValueProblem(_("The longitude is missing. Fill in both longitude and latitude, or neither."))
    if north is None:
        raise ValueProblem(_("The latitude is missing. Fill in both longitude and latitude, or neither."))
    turned = north_axis == "x" or east_axis == "y" or 90 < abs(north) <= 180
    if turned and abs(east) <= 90 and abs(north) <= 180:
        raise SwappedPosition(north, east)
    if east == 0 and north == 0:
        raise ValueProblem(_("0, 0 is not a place. Leave both cells empty when the position is not known."))
    return parse_longitude(east) or 0.0, parse_latitude(north) or 0.0


def _degrees(value: Cell | None) -> tuple[float | None, str]:
    """(degrees, axis the cell itself names: "x", "y" or "")."""
    if isinstance(value, float) and value == value:
        return value, ""
    if is_blank(value):
        return None, ""
    text = shown(value)
    if _PLAIN.fullmatch(text):
        return float(text), ""
    compact = re.sub(r"\s", "", unicodedata.normalize("NFKC", text[:60]))
    found = _DEGREES.fullmatch(compact)
    if found is None:
        raise ValueProblem(
            _("“%(value)s” is not a coordinate. Write degrees like 121.4737.") % {"value": text[:40]}
        )
    minutes, seconds = float(found["minutes"] or 0), float(found["seconds"] or 0)
    if minutes >= 60 or seconds >= 60:
        raise ValueProblem(
            _("Minutes and seconds of a coordinate stay below 60: “%(value)s”.") % {"value": text[:40]}
        )
    side = (found["before"] or found["after"] or "").upper()
    degrees = float(found["degrees"]) + minutes / 60 + seconds / 3600
    if found["sign"] or side in _NEGATIVE:
        degrees = -degrees
    axis = "" if not side else "x" if side in _EAST_WEST else "y"
    return degrees, axis
