import math

import pytest

from furrow.kit.positions import (
    CoordinateSystem,
    check_position,
    distance_m,
    from_wgs84,
    outside_china,
    to_wgs84,
)


# The test points of googollee/eviltransform (MIT): WGS-84, then GCJ-02.
@pytest.mark.parametrize(
    ("wgs", "gcj"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
)
def test_shift_matches_the_published_pairs(wgs: tuple[float, float], gcj: tuple[float, float]) -> None:
    assert from_wgs84(*wgs, CoordinateSystem.GCJ02) == pytest.approx(gcj, abs=1e-9)


def test_baidu_shift_matches_its_published_pair() -> None:
    # Tiananmen in the coordtransform documentation: GCJ-02 116.404, 39.915 is BD-09 116.41036949, 39.92133699.
    wgs = to_wgs84(116.404, 39.915, "gcj02")
    assert from_wgs84(*wgs, "bd09") == pytest.approx((116.41036949, 39.92133699), abs=1e-7)


@pytest.mark.parametrize("system", list(CoordinateSystem))
@pytest.mark.parametrize(
    "point", [(114.3055, 30.5931), (121.47, 31.23), (87.61, 43.79), (110.35, 20.02), (126.6, 45.8)]
)
def test_there_and_back_is_the_same_point(system: str, point: tuple[float, float]) -> None:
    there = from_wgs84(*point, system)
    assert to_wgs84(*there, system) == pytest.approx(point, abs=1e-7)


def test_shift_in_wuhan_is_some_five_hundred_meters() -> None:
    shifted = from_wgs84(114.3055, 30.5931, "gcj02")
    assert 300 < distance_m(114.3055, 30.5931, *shifted) < 700


def test_no_shift_outside_china() -> None:
    assert outside_china(2.35, 48.86)
    assert from_wgs84(2.35, 48.86, "gcj02") == (2.35, 48.86)
    assert to_wgs84(2.35, 48.86, "gcj02") == (2.35, 48.86)


def test_unknown_system_is_refused() -> None:
    with pytest.raises(ValueError):
        to_wgs84(114.3, 30.6, "utm")


def test_distance_of_one_degree() -> None:
    assert distance_m(114.0, 30.0, 114.0, 31.0) == pytest.approx(111_195, abs=1)
    assert distance_m(114.0, 60.0, 115.0, 60.0) == pytest.approx(55_597, abs=5)  # cos 60° = ½
    assert distance_m(0, 0, 180, 0) == pytest.approx(math.pi * 6_371_008.8)


@pytest.mark.parametrize("lng, lat", [(114.3, 30.6), (2.35, 48.86), (-73.9, 40.7), (0.0, 51.5)])
def test_real_positions_pass(lng: float, lat: float) -> None:
    assert check_position(lng, lat) is None


@pytest.mark.parametrize(
    ("lng", "lat", "word"),
    [
        (0, 0, "Atlantic"),
        (30.6, 114.3, "swapped"),
        (181, 30, "Longitude must"),
        (114, -91, "Latitude must"),
        (float("nan"), 30, "numbers"),
        (114, float("inf"), "numbers"),
    ],
)
def test_impossible_positions_say_why(lng: float, lat: float, word: str) -> None:
    from django.utils.translation import override

    with override("en"):
        assert word in str(check_position(lng, lat))
