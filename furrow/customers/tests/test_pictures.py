"""Pictures drawn from the archive: customers and coverage of regions, the tree of dealers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from furrow.customers.areas import queries
from furrow.customers.card.services import change_facts
from furrow.customers.card.tree import BOX, GAP, HEIGHT, MOST_DRAWN, STEP, drawn, shortened
from furrow.customers.models import Kind
from furrow.customers.services import create_customer
from furrow.customers.tests.test_areas import JIANGHAN, WUCHANG, count, customer, regions
from furrow.kit.marks import seg
from furrow.team.models import User
from furrow.visits.models import ContactRecord
from tests.cast import Cast

ClientOf = Callable[[User | None], Client]
__all__ = ["regions"]


def test_regions_are_drawn_by_visited_owned_and_nobodys(
    cast: Cast, client_of: ClientOf, regions: None
) -> None:
    shops = [customer(cast, f"江汉 {number}") for number in range(3)]
    customer(cast, "江汉无人", owner=None)
    customer(cast, "武昌", WUCHANG)
    now = timezone.now()
    for shop, days in ((shops[0], 1), (shops[0], 2), (shops[1], 29)):
        ContactRecord.objects.create(customer=shop, by=cast.rep, started_at=now - timedelta(days=days))
    count()
    found = {bar.code: bar for bar in queries.bars(queries.areas_below("4201", cast.director))}
    bar = found[JIANGHAN]
    assert (bar.customers, bar.visited, bar.owned, bar.longest) == (4, 1, 3, 4)
    assert bar.parts == (("1", 1), ("5", 2), ("6", 1))
    assert (found[WUCHANG].customers, found[WUCHANG].longest) == (1, 4)
    assert queries.areas_below("42", cast.director)[0].visited == 20
    page = client_of(cast.director).get(reverse("customers:area", args=["4201"])).content.decode()
    assert page.count('class="fr-seg"') == 2 and "fr-areabars" in page
    assert "fr-areabars" not in client_of(cast.director).get(reverse("customers:areas")).content.decode()


def test_a_bar_leaves_room_for_what_the_longest_has_more() -> None:
    drawn_widths = [float(width) for width in re.findall(r'width="([\d.]+)"', seg([("1", 1)], 4))]
    assert drawn_widths == [25.0]
    assert re.findall(r'width="([\d.]+)"', seg([("1", 1)])) == ["100.00"]


def test_the_tree_is_laid_out_by_tiers() -> None:
    """A above B and E, B above C and D: leaves C, D, E one below the other, B between C and D, A between B and E."""
    picture = drawn("A", [(0, "B"), (1, "C"), (1, "D"), (0, "E")])
    assert picture is not None
    where = {box.name: (box.x, box.y) for box in picture.boxes}
    step = BOX + GAP
    assert where == {
        "A": (0, 1.25 * STEP), "B": (step, 0.5 * STEP), "C": (2 * step, 0), "D": (2 * step, STEP), "E": (step, 2 * STEP),
    }  # fmt: skip
    assert (picture.width, picture.height) == (3 * BOX + 2 * GAP, 2 * STEP + HEIGHT)
    lines = {box.name: box.line for box in picture.boxes}
    assert lines["A"] == "" and lines["E"] == f"M176 {1.25 * STEP + 22:g}H196V{2 * STEP + 22}H{step}"


def test_nothing_and_too_much_are_not_drawn() -> None:
    assert drawn("A", []) is None
    assert drawn("A", [(0, "B")] * (MOST_DRAWN + 1)) is None
    assert shortened("顺达通讯") == "顺达通讯"
    assert shortened("长" * 40) == "长" * 10 + "…"


@pytest.mark.django_db
def test_a_dealers_page_shows_those_below_in_reach(cast: Cast, client_of: ClientOf) -> None:
    top, mine, others = (
        create_customer(by=cast.director, name=name, owner=owner, kind=Kind.DEALER)
        for name, owner in (("总代<b>", cast.rep), ("二级甲", cast.rep), ("二级乙", cast.other_rep))
    )
    for below in (mine, others):
        change_facts(below, {"dealer.parent": top}, by=cast.director)
    page = (
        client_of(cast.rep).get(reverse("customers:page", args=[top.pk]), {"tab": "facts"}).content.decode()
    )
    svg = page[page.index("fr-treepic") :].partition("</svg>")[0]
    assert svg.count("<rect") == 2 and "二级甲" in svg and "二级乙" not in page and "<b>" not in svg
