"""The card: facts in tables beside the customer, lists, confirmations, undo, timeline, doors and hostile input."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from furrow.customers.card.filled import filled
from furrow.customers.card.groups import facts_of
from furrow.customers.card.models import CardConfirmation, CarriedLine, CustomerCard, DealerFacts, RetailPrice
from furrow.customers.card.services import change_facts, confirm_group, undo_change
from furrow.customers.models import Customer, Kind
from furrow.customers.queries import sub_dealers
from furrow.customers.services import ChangedElsewhere, change_customer, create_customer
from furrow.customers.timeline import Cursor, Window, events_of
from furrow.kit import audit
from furrow.team.models import User
from tests.cast import Cast

ClientOf = Callable[[User | None], Client]


@pytest.fixture
def shop(cast: Cast) -> Customer:
    return create_customer(by=cast.director, name="新华通讯", phone="13871234567", owner=cast.rep)


def dealer(cast: Cast, name: str, owner: User | None = None) -> Customer:
    return create_customer(by=cast.director, name=name, kind=Kind.DEALER, owner=owner or cast.rep)


def latest(customer: Customer) -> audit.AuditEntry:
    return audit.history(customer)[0]


def test_facts_of_several_tables_are_one_entry(cast: Cast, shop: Customer) -> None:
    changed = change_facts(
        shop,
        {
            "phone": "027-85550000",
            "card.outlet_count": 3,
            "card.contract_end": date(2027, 3, 1),
            "outlet.counters": 4,
        },
        by=cast.rep,
        version=shop.version,
    )
    assert changed.version == shop.version + 1
    card = CustomerCard.objects.get(customer=shop)
    assert (card.outlet_count, card.contract_end) == (3, date(2027, 3, 1))
    assert latest(shop).changes == {
        "phone": ["13871234567", "027-85550000"],
        "card.outlet_count": [None, 3],
        "card.contract_end": [None, "2027-03-01"],
        "outlet.counters": [None, 4],
    }
    with pytest.raises(ChangedElsewhere):
        change_facts(shop, {"card.outlet_count": 5}, by=cast.rep, version=shop.version)
    assert CustomerCard.objects.get(customer=shop).outlet_count == 3


def test_the_same_facts_again_change_nothing(cast: Cast, shop: Customer) -> None:
    once = change_facts(shop, {"card.main_products": "快充头"}, by=cast.rep)
    twice = change_facts(shop, {"card.main_products": "快充头"}, by=cast.rep)
    assert once.version == twice.version == 2
    assert audit.history(shop).filter(action="change").count() == 1


def test_lists_are_replaced_as_a_whole(cast: Cast, shop: Customer) -> None:
    change_facts(
        shop, {"lines.carried": "倍思, 快充头, 65W\n绿联\t数据线\n\n", "lines.prices": "2026/11/20, 65W 快充头, ¥129"}, by=cast.rep
    )  # fmt: skip
    assert list(CarriedLine.objects.values_list("brand", "variety", "specification")) == [
        ("倍思", "快充头", "65W"),
        ("绿联", "数据线", ""),
    ]
    price = RetailPrice.objects.get()
    assert (price.seen_on, price.price) == (date(2026, 11, 20), Decimal("129.00"))
    change_facts(shop, {"lines.carried": "绿联"}, by=cast.rep)
    assert CarriedLine.objects.count() == 1
    assert latest(shop).changes == {"lines.carried": ["倍思, 快充头, 65W\n绿联, 数据线", "绿联"]}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("lines.carried", ", 快充头"),
        ("lines.carried", "a,b,c,d"),
        ("lines.carried", "长" * 61),
        ("lines.carried", "\n".join(["倍思"] * 201)),
        ("lines.prices", "昨天, 快充头, 12"),
        ("lines.prices", "2999-01-01, 快充头, 12"),
        ("lines.prices", "2026-11-20, 快充头, NaN"),
        ("lines.prices", "2026-11-20, 快充头, -1"),
        ("lines.prices", "2026-11-20, , 1"),
    ],
)
def test_a_wrong_line_changes_nothing(cast: Cast, shop: Customer, path: str, text: str) -> None:
    with pytest.raises(ValidationError):
        change_facts(shop, {path: text}, by=cast.rep)
    assert not CarriedLine.objects.exists() and not RetailPrice.objects.exists()
    shop.refresh_from_db()
    assert shop.version == 1


def test_dealers_form_a_tree_without_cycles(cast: Cast) -> None:
    top, middle, low = dealer(cast, "总代"), dealer(cast, "二级"), dealer(cast, "三级")
    change_facts(middle, {"dealer.parent": top, "dealer.tier": 2}, by=cast.rep)
    change_facts(low, {"dealer.parent": middle}, by=cast.rep)
    assert [(row.depth, row.customer) for row in sub_dealers(top, cast.rep)] == [(0, middle), (1, low)]
    for child in (low, middle, top):
        with pytest.raises(ValidationError, match="already stands below"):
            change_facts(top, {"dealer.parent": child}, by=cast.rep)
    assert not DealerFacts.objects.filter(customer=top).exists()


def test_a_dealer_out_of_reach_is_neither_taken_nor_named(cast: Cast, client_of: ClientOf) -> None:
    foreign, mine = dealer(cast, "武昌总代", owner=cast.other_rep), dealer(cast, "汉口分销")
    with pytest.raises(ValidationError, match="No such dealer"):
        change_facts(mine, {"dealer.parent": foreign}, by=cast.rep)
    change_facts(mine, {"dealer.parent": foreign}, by=cast.director)
    page = client_of(cast.rep).get(f"/customers/{mine.pk}/?tab=facts").content.decode()
    assert "A dealer of another team" in page and "武昌总代" not in page
    timeline = client_of(cast.rep).get(f"/customers/{mine.pk}/?tab=timeline").content.decode()
    assert "武昌总代" not in timeline


def test_undo_puts_back_and_refuses_what_changed_since(cast: Cast, shop: Customer) -> None:
    change_facts(
        shop,
        {"phone": "02785550000", "card.began_on": date(2020, 1, 2), "lines.carried": "绿联"},
        by=cast.rep,
    )
    entry = latest(shop)
    undone = undo_change(shop, entry.pk, by=cast.rep)
    assert undone.phone == "13871234567"
    assert CustomerCard.objects.get(customer=shop).began_on is None
    assert not CarriedLine.objects.exists()
    assert latest(shop).action == "undo"
    with pytest.raises(ValidationError, match="changed again since"):
        undo_change(shop, entry.pk, by=cast.rep)
    with pytest.raises(ValidationError, match="cannot be undone"):
        undo_change(shop, latest(shop).pk, by=cast.rep)


def test_undo_of_another_customers_entry_is_refused(cast: Cast, shop: Customer) -> None:
    other = create_customer(by=cast.director, name="汉正数码", owner=cast.rep)
    change_customer(other, by=cast.rep, note="一")
    with pytest.raises(ValidationError, match="cannot be undone"):
        undo_change(shop, latest(other).pk, by=cast.rep)


def test_undo_of_owner_asks_for_the_right_again(cast: Cast, shop: Customer) -> None:
    change_customer(shop, by=cast.manager, owner=cast.second_rep)
    with pytest.raises(ValidationError):
        undo_change(shop, latest(shop).pk, by=cast.second_rep)
    assert undo_change(shop, latest(shop).pk, by=cast.manager).owner == cast.rep


def test_confirmation_names_who_and_when(cast: Cast, shop: Customer, client_of: ClientOf) -> None:
    client = client_of(cast.rep)
    assert "Never confirmed" in client.get(f"/customers/{shop.pk}/?tab=terms").content.decode()
    answer = client.post(
        reverse("customers:confirm", args=[shop.pk, "settlement"]), headers={"HX-Request": "true"}
    )
    assert "Confirmed Just now, 李伟" in answer.content.decode()
    confirm_group(shop, "settlement", by=cast.manager)
    assert CardConfirmation.objects.get().by == cast.manager
    for name in ("results", "company_banks", "nothing"):
        assert client.post(reverse("customers:confirm", args=[shop.pk, name])).status_code == 404
    with pytest.raises(ValidationError):
        confirm_group(shop, "company_banks", by=cast.rep)


def test_one_fact_is_edited_in_place_with_undo(cast: Cast, shop: Customer, client_of: ClientOf) -> None:
    client, url = client_of(cast.rep), reverse("customers:fact", args=[shop.pk, "phone"])
    form = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in form and 'value="13871234567"' in form
    answer = client.post(url, {"phone": "027-85550000", "version": 1}, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert "027-85550000" in text and 'id="card-ring"' in text and "/undo/" in text
    late = client.post(url, {"phone": "027-85550001", "version": 1}, headers={"HX-Request": "true"})
    assert late.status_code == 422 and "someone changed this customer" in late.content.decode()
    undo = reverse("customers:undo", args=[shop.pk, latest(shop).pk])
    assert client.post(undo, follow=True).status_code == 200
    shop.refresh_from_db()
    assert shop.phone == "13871234567"


def test_without_javascript_the_form_is_a_page(cast: Cast, shop: Customer, client_of: ClientOf) -> None:
    client, url = client_of(cast.rep), reverse("customers:fact", args=[shop.pk, "card.floor_area"])
    assert "<html" in client.get(url).content.decode()
    assert client.post(url, {"card.floor_area": "82.5", "version": 1}).status_code == 302
    assert CustomerCard.objects.get(customer=shop).floor_area == Decimal("82.5")


def test_saving_a_group_confirms_it(cast: Cast, shop: Customer, client_of: ClientOf) -> None:
    url = reverse("customers:group", args=[shop.pk, "settlement"])
    answer = client_of(cast.rep).post(
        url, {"card.settlement_time": "每月25日对账", "card.settlement_method": "transfer", "version": 1}
    )
    assert answer.status_code == 302
    assert CardConfirmation.objects.get().group == "settlement"
    card = CustomerCard.objects.get(customer=shop)
    assert (card.settlement_time, card.settlement_method, card.invoice_use) == (
        "每月25日对账",
        "transfer",
        "",
    )


HOSTILE = {
    "card.main_people": ["长" * 1001, "x" * 2_000_000],
    "card.network_reach": ["长" * 201],
    "card.outlet_count": ["-1", "1e9", "三", "99999999999999999999"],
    "card.sales_capacity": ["-1", "NaN", "Infinity", "1" * 20, "1.234"],
    "card.began_on": [(timezone.localdate() + timedelta(days=1)).isoformat(), "0001-01-01", "31.02.2020", "9999-99-99"],
    "card.contract_end": ["2500-01-01"],
    "card.goodwill": ["excellent"],
    "card.opened_by_us": ["999999", "x", "9" * 40],
    "outlet.supplied_by": ["无此经销商", "\x00"],
    "phone": ["1", "138", "\x00", "电" * 200],
    "region": ["Atlantis"],
    "kind": ["planet"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "text"), [(path, text) for path, texts in HOSTILE.items() for text in texts]
)
def test_bad_input_is_told_at_the_fact(
    cast: Cast, shop: Customer, client_of: ClientOf, path: str, text: str
) -> None:
    url = reverse("customers:fact", args=[shop.pk, path])
    answer = client_of(cast.rep).post(url, {path: text, "version": 1})
    assert answer.status_code == 422
    assert "fr-field bad" in answer.content.decode()
    shop.refresh_from_db()
    assert shop.version == 1


def test_emoji_stay_and_marks_of_direction_go(cast: Cast, shop: Customer, client_of: ClientOf) -> None:
    url = reverse("customers:fact", args=[shop.pk, "card.network_reach"])
    client_of(cast.rep).post(url, {"card.network_reach": "\u202e汉口\u200f 📱\x07 武昌", "version": 1})
    assert CustomerCard.objects.get(customer=shop).network_reach == "汉口 📱 武昌"


@pytest.mark.parametrize(
    "path",
    [
        "name",
        "position",
        "dealer.tier",
        "id",
        "owner__password",
        "card",
        "custom.1",
        "custom.x",
        "card.customer",
    ],
)
def test_a_fact_this_card_does_not_have_is_not_found(
    cast: Cast, shop: Customer, client_of: ClientOf, path: str
) -> None:  # fmt: skip
    assert client_of(cast.rep).get(reverse("customers:fact", args=[shop.pk, path])).status_code == 404


@pytest.mark.parametrize("kind", Kind.values)
def test_every_fact_of_every_kind_opens_and_saves(cast: Cast, client_of: ClientOf, kind: str) -> None:
    thing = create_customer(by=cast.director, name="样本", kind=kind, owner=cast.rep)
    client = client_of(cast.administrator)
    for tab in ("", "facts", "company", "terms", "results", "people", "timeline", "nothing"):
        assert client.get(f"/customers/{thing.pk}/?tab={tab}").status_code == 200
    groups = {group.name for group, _fact in facts_of(kind)}
    for name in groups:
        assert client.get(reverse("customers:group", args=[thing.pk, name])).status_code == 200
    for _group, fact in facts_of(kind):
        if fact.path not in {"name", "position"}:
            url = reverse("customers:fact", args=[thing.pk, fact.path])
            assert client.get(url, headers={"HX-Request": "true"}).status_code == 200


def test_timeline_pages_through_everything_once(cast: Cast, shop: Customer) -> None:
    for number in range(25):
        change_customer(shop, by=cast.rep, note=f"第 {number} 次")
    seen, before = [], ""
    for _page in range(9):
        events, before = events_of(shop, cast.rep, before, limit=4)
        seen += [event.id for event in events]
        if not before:
            break
    assert len(seen) == len(set(seen)) == 26
    assert seen == sorted(seen, reverse=True)


def test_timeline_survives_events_at_the_same_moment(cast: Cast, shop: Customer) -> None:
    for number in range(9):
        change_customer(shop, by=cast.rep, note=f"第 {number} 次")
    audit.AuditEntry.objects.filter(object_id=shop.pk).update(at=timezone.now())
    seen, before = [], ""
    for _page in range(9):
        events, before = events_of(shop, cast.rep, before, limit=3)
        seen += [event.id for event in events]
        if not before:
            break
    assert len(seen) == len(set(seen)) == 10


@pytest.mark.parametrize("text", ["x", "W10=", "bnVsbA==", "WyIyMDI2LTAxLTAxIiwwLDFd", "é", "[" * 300])
def test_a_cursor_that_is_none_shows_the_latest(cast: Cast, shop: Customer, text: str) -> None:
    assert Cursor.parse(text) is None
    assert events_of(shop, cast.rep, text)[0]


def test_a_window_decides_between_equal_times() -> None:
    at = timezone.now()
    cursor = Cursor(at, 1, 7)
    assert cursor.window(0) == Window(at, 0)
    assert cursor.window(1) == Window(at, 7)
    assert cursor.window(2).ties_below > 10**18
    assert Cursor.parse(cursor.text()) == cursor


def test_page_costs_the_same_whatever_is_known(cast: Cast, shop: Customer, client_of: ClientOf) -> None:
    client = client_of(cast.director)
    counts = {}
    for round_ in range(2):
        for tab in ("", "facts", "terms", "results", "timeline"):
            client.get(f"/customers/{shop.pk}/?tab={tab}")
            with CaptureQueriesContext(connection) as queries:
                client.get(f"/customers/{shop.pk}/?tab={tab}")
            counts[tab, round_] = len(queries)
        change_facts(
            shop, {"card.outlet_count": 3, "lines.carried": "绿联\n倍思", "outlet.counters": 2}, by=cast.rep
        )
        for number in range(8):
            change_customer(shop, by=cast.rep, note=f"{number}")
        confirm_group(shop, "settlement", by=cast.rep)
    for tab in ("", "facts", "terms", "results", "timeline"):
        assert counts[tab, 1] <= counts[tab, 0] + 1, (
            tab
        )  # names of a group in the history are read when there are any


@pytest.mark.parametrize("kind", Kind.values)
def test_what_is_filled_in_is_told_by_one_statement(cast: Cast, kind: str) -> None:
    """Nothing beyond the defaults is known of a new customer; afterwards what was typed is, zero included."""
    thing = create_customer(by=cast.director, name="样本", kind=kind)
    before = filled([thing])[thing.pk]
    assert before <= {"status", "kind"}
    if kind in {Kind.RETAILER, Kind.DEALER}:
        facts = {"card.outlet_count": 0, "lines.carried": "绿联", "card.house_rules": ""}
        thing = change_facts(thing, facts, by=cast.director)
        with CaptureQueriesContext(connection) as queries:
            assert filled([thing])[thing.pk] - before == {"card.outlet_count", "lines.carried"}
        assert len(queries) == 1


def test_panels_that_come_later(cast: Cast, shop: Customer, client_of: ClientOf) -> None:
    client = client_of(cast.rep)
    page = client.get(f"/customers/{shop.pk}/").content.decode()
    address = reverse("customers:panel", args=[shop.pk, "timeline"])
    assert f'hx-get="{address}"' in page and 'id="timeline"' not in page
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<section class="fr-panel" id="panel-timeline">')
    assert "<h1" in client.get(address).content.decode(), "without JavaScript it is a page"
    assert client.get(reverse("customers:panel", args=[shop.pk, "group-basics"])).status_code == 404
    assert client_of(cast.other_rep).get(address).status_code == 404


def test_values_of_a_card_are_escaped(cast: Cast, shop: Customer, client_of: ClientOf) -> None:
    change_facts(shop, {"address": '<b>"1&2"</b>', "phone": '13"><i>', "note": "一\n<二>"}, by=cast.rep)
    page = client_of(cast.rep).get(f"/customers/{shop.pk}/").content.decode()
    assert "<b>&quot;1" not in page and "&lt;b&gt;" in page
    assert "<i>" not in page
    assert "一<br>&lt;二&gt;" in page
