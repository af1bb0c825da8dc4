"""The customer card on paper: all seventeen groups, rows packed, a constant number of queries, no row out of reach."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from furrow.contacts.services import create_contact
from furrow.customers import services
from furrow.customers.card.choices import Tie
from furrow.customers.card.paper import PaperCard, _packed, papers_of
from furrow.customers.card.services import change_facts, confirm_group
from furrow.customers.models import Customer, Kind
from furrow.kit.pdf import _stylesheet
from furrow.team.models import User
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def _card(customer: Customer, by: User) -> PaperCard:
    (card,) = papers_of([Customer.objects.get(pk=customer.pk)], by)
    return card


def test_facts_are_packed_into_rows_of_three_places_and_the_last_takes_what_is_left() -> None:
    rows = _packed([("a", "短", 1), ("b", "九个汉字加上一个字才", 1), ("c", "x", 1), ("d", "", 3)])
    assert [[(cell.label, cell.across) for cell in row] for row in rows] == [
        [("a", 1), ("b", 3)],
        [("c", 5)],
        [("d", 5)],
    ]


def test_all_seventeen_groups_stand_on_front_and_back(cast: Cast) -> None:
    customer = services.create_customer(by=None, name="顺达通讯", owner=cast.rep, kind=Kind.DEALER)
    change_facts(
        customer,
        {
            "card.settlement_time": "每月25日对账",
            "dealer.tie": Tie.CONTRACTUAL,
            "lines.prices": "2026-11-20, 快充头, 79",
        },
        by=cast.rep,
    )
    confirm_group(customer, "settlement", by=cast.rep)
    create_contact(by=cast.rep, customer=customer, name="王建国", position="老板", role="head", is_main=True)
    card = _card(customer, cast.rep)
    sections = {section.name: section for section in (*card.front, *card.back)}
    assert sorted({one.number for one in sections.values()} - {0}) == list(range(1, 18))
    assert {one.number for one in card.front} - {0} == set(range(1, 8)) and not card.company
    words = {cell.label: cell.words for one in sections.values() for row in one.rows for cell in row}
    assert words["Settlement time"] == "每月25日对账" and words["Form of tie"] == "Contractual"
    assert sections["prices"].lines == (("2026-11-20", "快充头", "79.00"), ("", "", ""))
    assert sections["stakeholders"].lines[0][:3] == ("王建国", "老板", "Head")
    assert sections["settlement"].confirmed.endswith("李伟") and not sections["delivery"].confirmed
    assert all(one.height == len(one.rows) for one in sections.values() if one.rows)


def test_long_lists_say_how_many_lines_are_left_out(cast: Cast) -> None:
    customer = services.create_customer(by=None, name="顺达通讯", owner=cast.rep)
    change_facts(customer, {"lines.carried": "\n".join(f"品牌{number}" for number in range(13))}, by=cast.rep)
    (carried,) = (one for one in _card(customer, cast.rep).front if one.name == "carried")
    assert len(carried.lines) == 10 and carried.more == 3 and carried.height == 12


def test_a_key_account_has_its_company_sheet_and_a_rival_one_side_only(cast: Cast) -> None:
    made = {
        kind: services.create_customer(by=None, name=str(kind), kind=kind, owner=cast.rep) for kind in Kind
    }
    cards = {kind: _card(made[kind], cast.director) for kind in Kind}
    assert len(cards[Kind.KEY_ACCOUNT].company) == 8 and cards[Kind.KEY_ACCOUNT].back
    assert not cards[Kind.RIVAL].back and not cards[Kind.CONSUMER].back and not cards[Kind.RETAILER].company
    assert any(one.name == "stakeholders" for one in cards[Kind.PUBLIC].front)


def test_a_dealer_out_of_reach_is_not_named_and_queries_do_not_grow(cast: Cast, client_of: Any) -> None:
    above = services.create_customer(by=None, name="远山商贸", kind=Kind.DEALER, owner=cast.other_rep)
    made = [
        services.create_customer(by=None, name=f"店{number}", kind=Kind.DEALER, owner=cast.rep)
        for number in range(6)
    ]
    for one in made:
        change_facts(one, {"dealer.parent": above, "lines.carried": "鹤禾"}, by=None)
    client, url = client_of(cast.rep), reverse("customers:print_cards")
    counts = []
    for ids in ([made[0].pk], [one.pk for one in made]):
        with CaptureQueriesContext(connection) as queries:
            page = client.post(url, {"ids": ids}).content.decode()
        counts.append(len(queries))
        assert "远山商贸" not in page and "A dealer of another team" in page
    assert counts[0] == counts[1], counts


def test_the_pdf_is_laid_out_with_our_stylesheets(
    cast: Cast, client_of: Any, settings: Any, tmp_path: Any
) -> None:
    """Also under the names that the server gives them once they are collected; no other address is ever read."""
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "kit").mkdir()
    (tmp_path / "kit/print.0123456789ab.css").write_text("@page { size: A4 }")
    assert _stylesheet("http://print/static/kit/print.0123456789ab.css") == b"@page { size: A4 }"
    assert b"fr-paper" in _stylesheet("http://print/static/kit/print.css")
    for address in (
        "http://print/static/../furrow.sqlite3.css",
        "file:///etc/passwd",
        "http://x/static/nothing.css",
    ):
        with pytest.raises(ValueError, match="not one of our stylesheets"):
            _stylesheet(address)


def test_markup_in_facts_stays_text_on_paper(cast: Cast, client_of: Any) -> None:
    customer = services.create_customer(
        by=None, name="<b>店</b>", owner=cast.rep, note="<script>alert(1)</script>"
    )
    with translation.override("en"):
        page = client_of(cast.rep).get(reverse("customers:print", args=[customer.pk])).content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page and "<b>店" not in page
