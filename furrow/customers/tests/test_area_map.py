"""The sketch of regions: every one drawn once, where it lies, and coloured by what is asked."""

from __future__ import annotations

from collections.abc import Callable
from math import isclose

import pytest
from django.test import Client
from django.urls import reverse

from furrow.customers.archives import counting
from furrow.customers.areas.picture import map_of, tone_of
from furrow.customers.areas.queries import areas_below
from furrow.customers.areas.sketch import WIDTH, Polygon, middle_of, sketch
from furrow.customers.models import Customer
from furrow.customers.services import create_customer
from furrow.kit.places import Region
from furrow.kit.regions import region_book
from furrow.team.models import User
from tests.cast import Cast


def size(land: Polygon) -> float:
    pairs = zip(land, [*land[1:], *land[:1]], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


def test_four_seats_of_a_square_get_a_quarter_each() -> None:
    """On the equator, where a degree is as long east as north."""
    lands, height = sketch([(0, 1), (1, 1), (0, -1), (1, -1)])
    assert isclose(size(lands[0]), size(lands[3]), rel_tol=0.01) and height <= 440
    (ax, ay), (bx, by), (cx, cy), _d = (middle_of(land) for land in lands)
    assert ax < bx and isclose(ay, by, abs_tol=0.5)  # east is right
    assert ay < cy and isclose(ax, cx, abs_tol=0.5)  # north is up
    assert sketch([(0, 0), (1, 1)]) == ([], 0.0)


@pytest.mark.parametrize("parent", ["4201", "42", "51", "11", "4690"])
def test_no_region_is_lost_or_too_small_for_its_name(parent: str) -> None:
    seats = [(row.lng, row.lat) for row in region_book().below(parent) if row.lng and row.lat]
    lands, height = sketch(seats)
    if len(seats) < 3:
        assert lands == []
        return
    sizes = [size(land) for land in lands]
    assert len(lands) == len(seats) and max(x for land in lands for x, _y in land) <= WIDTH + 0.01
    assert min(sizes) > 0.25 * sum(sizes) / len(sizes)
    assert sum(sizes) < WIDTH * height + 1


def test_seats_at_one_place_and_in_a_line_are_drawn() -> None:
    assert all(size(land) > 0 for land in sketch([(114, 30)] * 4)[0])
    assert all(size(land) > 0 for land in sketch([(114, 30), (115, 30), (116, 30)])[0])


def test_tones_are_even_steps_and_nothing_is_none() -> None:
    assert [tone_of(value, 7) for value in (0, 1, 2, 7)] == [0, 1, 2, 5]
    assert tone_of(3, 0) == 0


@pytest.mark.django_db
def test_the_browser_colours_the_districts_of_a_city(
    cast: Cast, client_of: Callable[[User | None], Client]
) -> None:
    parents = [("42", None, 1), ("4201", "42", 2)]
    rows = [*parents, *((row.code, "4201", 3) for row in region_book().below("4201"))]
    Region.objects.bulk_create(Region(code=code, parent_id=above, level=level) for code, above, level in rows)
    place = Region.objects.get(pk="420103")
    for number in range(5):
        create_customer(by=cast.director, name=f"江汉通讯 {number}", region=place, owner=cast.rep)
    counting.count_cards(Customer.objects.values_list("pk", flat=True))
    counting.finish_count()
    drawn = map_of(areas_below("4201", cast.director), "customers")
    assert drawn is not None and len(drawn.lands) == 13 and drawn.bounds == ("1", "2", "3", "4", "5")
    tones = {land.code: (land.tone, land.figure) for land in drawn.lands}
    assert tones["420103"] == (5, "5") and tones["420102"] == (0, "—")
    client, url = client_of(cast.director), reverse("customers:area", args=["4201"])
    page = client.get(url + "?by=complete").content.decode()
    assert page.count("<polygon") == 13 and "Jianghan" in page
    assert 'aria-current="true">Archives complete' in page
    assert client.get(url + "?by=%00").status_code == 200
    assert "<polygon" not in client.get(reverse("customers:areas")).content.decode()
    assert "<polygon" not in client.get(reverse("customers:area", args=["420103"])).content.decode()
