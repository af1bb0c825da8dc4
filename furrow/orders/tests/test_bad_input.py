"""Orders that cannot be, by every door: form, API, phone, list. Each is refused with a sentence naming the line, field or row; nothing is
half-saved."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from furrow.catalog.models import Product
from furrow.catalog.services import create_product
from furrow.customers.models import Customer
from furrow.customers.services import create_customer
from furrow.kit.phone import Command
from furrow.orders import phone as door
from furrow.orders.deliveries import deliver
from furrow.orders.models import Delivery, Order, PriceLine, Status
from furrow.orders.services import Item, create_order, place_order
from furrow.receivables import credit
from furrow.records.importing import engine
from furrow.records.importing import services as importing
from furrow.records.importing.models import ImportBatch
from furrow.team.models import User
from furrow.team.services import issue_api_token
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User | None], Client]


@pytest.fixture
def shop(cast: Cast) -> Customer:
    made = create_customer(by=cast.director, name="汉江通讯", owner=cast.rep)
    credit.set_limit(made, limit=D("1000.00"), term_days=30, expires=timezone.localdate(), reason="x", by=None)  # fmt: skip
    return made


@pytest.fixture
def phone(cast: Cast) -> Product:
    return create_product(by=cast.manager, brand="鹤鸣", name="X30", price=D("100.00"))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("quantity", "0", "Line 2: Write the quantity in whole units, 1 or more"),
        ("quantity", "-3", "Line 2: Write the quantity in whole units, 1 or more"),
        ("quantity", "1.5", "Line 2: Write the quantity"),
        ("quantity", "99999999", "Line 2: The quantity must be between 1 and"),
        ("price", "1000000000000000", "Line 2: write the price as a number"),
        ("price", "-1", "Line 2: The price must be between"),
        ("price", "US$5", "Line 2: write the price as a number"),
        ("price", "0.001", "Line 2: At most two decimals"),
        ("discount", "101", "Line 2: The discount must be between"),
        ("product", "Y99", "Line 2: no such product"),
    ],
)
def test_a_line_typed_in(cast: Cast, shop: Customer, phone: Product, client_of: ClientOf, name: str, value: str, said: str) -> None:  # fmt: skip
    sent = {"customer": shop.code, "kind": "order", "do": "place", "product_0": phone.code, "quantity_0": "1", "product_1": phone.code, "quantity_1": "1"}  # fmt: skip
    answer = client_of(cast.rep).post("/orders/new/", sent | {f"{name}_1": value})
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [("quantity", 0), ("quantity", -3), ("quantity", 10**15), ("price", "1000000000000000"), ("price", "-1"), ("currency", "USD"), ("product", "Y99")],
)  # fmt: skip
def test_a_line_by_the_api(cast: Cast, shop: Customer, phone: Product, client_of: ClientOf, name: str, value: Any) -> None:  # fmt: skip
    line = {"product": phone.code, "quantity": 1} | ({} if name == "currency" else {name: value})
    said = (
        name if name == "currency" else f"lines 1 {name}" if name != "product" else "Line 1: no such product"
    )
    body = {"customer": shop.pk, "lines": [line]} | ({name: value} if name == "currency" else {})
    bearer = {"authorization": f"Bearer {issue_api_token(cast.rep, by=cast.rep)}"}
    answer = client_of(None).generic("POST", "/api/orders", json.dumps(body), content_type="application/json", headers=bearer)  # fmt: skip
    assert answer.status_code in (400, 422) and said in answer.content.decode()
    assert not Order.objects.exists()


def command(by: User, name: str, **payload: Any) -> Command:
    return Command(name, uuid4(), by, timezone.now(), payload)


def test_an_order_from_the_phone_meets_the_hold_when_it_arrives(cast: Cast, shop: Customer, phone: Product) -> None:  # fmt: skip
    lines = [{"product": phone.pk, "quantity": 11}]
    said = door.place(command(cast.rep, "order.place", customer=shop.pk, lines=lines, note="电话订货"))
    assert said["status"] == "held" and "¥100.00" in said["hold"] and said["gross"] == "1100.00"
    (told,) = door.held_orders(cast.manager, set())["held"]
    assert (told["id"], told["asked"], told["mine"]) == (said["id"], "", False)
    door.ask_release(command(cast.rep, "order.ask_release", order=said["id"], reason="店庆备货"))
    (told,) = door.held_orders(cast.rep, set())["held"]
    assert (told["asked"], told["asked_by"], told["mine"]) == ("店庆备货", cast.rep.name, True)
    release = {"order": said["id"], "release": True, "reason": "已收承兑"}
    for by, more, why in ((cast.rep, {"amount": "1100.00"}, "does not release"), (cast.manager, {"amount": "1099.99"}, "changed meanwhile"), (cast.other_manager, {"amount": "1100.00"}, "no longer yours")):  # fmt: skip
        with pytest.raises(ValidationError, match=why):
            door.decide_release(command(by, "order.release", **release, **more))
    done = door.decide_release(command(cast.manager, "order.release", **release, amount="1100.00"))
    assert done["status"] == Status.CONFIRMED and door.held_orders(cast.manager, set())["held"] == []


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ({"lines": []}, "between 1 and"),
        ({"lines": "x"}, "Lines: what the phone sent"),
        ({"lines": [{"product": 0, "quantity": 1}]}, "Product"),
        ({"lines": [{"product": 10**9, "quantity": 1}]}, "Line 1: no such product"),
        ({"lines": [{"quantity": 0}]}, "Quantity|Line 1"),
        ({"quantity": -1}, "Quantity"),
        ({"quantity": 10**15}, "Quantity"),
        ({"price": "1000000000000000"}, "Unit price"),
        ({"customer": 10**12}, "no longer yours"),
        ({"customer": "x"}, "Customer"),
    ],
)
def test_what_a_phone_sends_is_not_trusted(cast: Cast, shop: Customer, phone: Product, payload: dict[str, Any], said: str) -> None:  # fmt: skip
    line = {"product": phone.pk, "quantity": 1} | {name: payload[name] for name in ("quantity", "price") if name in payload}  # fmt: skip
    sent = {"customer": shop.pk, "lines": [line]} | {name: payload[name] for name in ("customer", "lines") if name in payload}  # fmt: skip
    with pytest.raises(ValidationError, match=said):
        door.place(command(cast.rep, "order.place", **sent))
    assert not Order.objects.exists()


@pytest.mark.parametrize("units", ["-1", "1.5", "0", "3", "1000000000000000", "①"])
def test_goods_that_cannot_leave_or_come_back(cast: Cast, shop: Customer, phone: Product, client_of: ClientOf, units: str) -> None:  # fmt: skip
    """Two were ordered, one of them is gone; a line of somebody else counts as nothing."""
    order = place_order(create_order(shop, [Item(phone, 2)], by=cast.rep), by=cast.rep)
    sent = deliver(order, {order.lines.get().pk: 1}, by=cast.rep)
    client = client_of(cast.rep)
    for path, line in ((f"/orders/{order.pk}/deliver/", order.lines.get().pk), (f"/deliveries/{sent.pk}/back/", sent.lines.get().pk)):  # fmt: skip
        for name in (f"units_{line}", f"units_{line + 99}"):
            answer = client.post(path, {name: units, "reason": "压坏"})
            assert answer.status_code == 422 and re.search("uantity|between 0 and 1", answer.content.decode())  # fmt: skip
    assert Delivery.objects.count() == 1


# Lists ----------------------------------------------------------------------------------------------


def imported(text: str, by: User) -> tuple[ImportBatch, dict[int, tuple[str, str]]]:
    """The batch after the run, and row -> (outcome, its messages)."""
    batch = importing.take_file("orders", [text.encode()], "orders.csv", by=by)
    importing.match(batch, batch.columns, {"then": "place"}, by=by, at_once=True)
    engine.advance(importing.start(ImportBatch.objects.get(pk=batch.pk), by=by, at_once=True), seconds=60)
    batch = ImportBatch.objects.get(pk=batch.pk)
    rows = batch.rows.order_by("number")
    return batch, {row.number: (row.outcome, " ".join(one["text"] for one in row.messages)) for row in rows}


@pytest.fixture
def files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_a_list_of_orders(cast: Cast, shop: Customer, phone: Product, files: None) -> None:
    """Rows of one number are one order; held where credit does not bear it; the same list again brings nothing; undone, they are cancelled."""
    text = f"订单号,客户,产品,数量,单价\nA1,汉江通讯,{phone.code},2,\nA1,汉江通讯,{phone.code},1,90\nA2,{shop.code},鹤鸣 X30,11,\n"
    batch, found = imported(text, cast.rep)
    assert {outcome for outcome, _said in found.values()} == {"created"}, found
    one, two = Order.objects.order_by("pk")
    assert (one.reference, one.gross, one.status) == ("A1", D("290.00"), Status.CONFIRMED)
    assert (two.reference, two.gross, two.status) == ("A2", D("1100.00"), Status.HELD)
    _batch, again = imported(text, cast.rep)
    assert {outcome for outcome, _said in again.values()} == {"unchanged"} and Order.objects.count() == 2
    importing.undo(batch, by=cast.rep)
    engine.advance(ImportBatch.objects.get(pk=batch.pk), seconds=60)
    assert set(Order.objects.values_list("status", flat=True)) == {Status.CANCELLED}


def test_a_list_says_row_by_row_what_is_wrong(cast: Cast, shop: Customer, phone: Product, files: None) -> None:  # fmt: skip
    wrong = [
        ("B1", "汉江通讯", phone.code, "0", "", "", "1 or more"), ("B2", "汉江通讯", phone.code, "-4", "", "", "1 or more"),
        ("B3", "汉江通讯", phone.code, "1", "1000000000000000", "", "price"), ("B4", "汉江通讯", phone.code, "1", "", "USD", "CNY"),
        ("B5", "天外", phone.code, "1", "", "", "No customer"), ("B6", "汉江通讯", "Y99", "1", "", "", "no such product"),
        ("", "汉江通讯", phone.code, "1", "", "", "one order"), ("B7", "汉江通讯", phone.code, "99999999", "", "", "must be between"),
        ("B8", "汉江通讯", phone.code, "1", "-5", "", "must be between"),
    ]  # fmt: skip
    good = [("B9", "汉江通讯", phone.code, "1", "", ""), ("B9", "汉江通讯", phone.code, "x", "", "")]
    text = "\n".join(",".join(row[:6]) for row in [("订单号", "客户", "产品", "数量", "单价", "币种"), *wrong, *good])  # fmt: skip
    batch, found = imported(text, cast.rep)
    for number, row in enumerate(wrong, 2):
        assert found[number][0] == "error" and row[6] in found[number][1], (row, found[number])
    assert found[11][0] == "created" and "stays a draft" in found[11][1]
    (order,) = Order.objects.all()
    assert (order.status, order.gross) == (Status.DRAFT, D("100.00"))
    importing.settle(batch, {}, {12: {"quantity": "2"}}, by=cast.rep)
    engine.advance(ImportBatch.objects.get(pk=batch.pk), seconds=60)
    assert Order.objects.get().gross == D("300.00") and Order.objects.get().status == Status.CONFIRMED


@pytest.mark.parametrize(
    ("line", "said"),
    [("3箱, 90.00", ""), ("60, 90.00", ""), ("0, 90.00", "Row 1"), ("-1, 90.00", "Row 1"), ("1.5, 90.00", "Row 1"), ("1, 1000000000000000", "Row 1"), ("1, -90", "Row 1"), ("1, USD 90", "Row 1"), ("99999999, 90.00", "each quantity once"), ("9999999箱, 90.00", "each quantity once")],
)  # fmt: skip
def test_a_price_from_a_quantity_on(cast: Cast, client_of: ClientOf, line: str, said: str) -> None:
    """Units or cases of twenty; sixty either way."""
    product = create_product(by=cast.manager, brand="鹤鸣", name="X40", pack_unit="箱", pack_size=20)
    sent = {"name": "批发", "valid_from": "2026-01-01", "lines": f"{product.code}, {line}"}
    answer = client_of(cast.manager).post("/price-lists/new/", sent)
    if said:
        assert answer.status_code == 422 and said in answer.content.decode()
    else:
        assert PriceLine.objects.get().min_quantity == 60
