"""What reps do with goods on their phones: gifts and discounts at the counter, the customer's signature."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from furrow.catalog.models import Product
from furrow.catalog.services import create_product
from furrow.customers.models import Customer
from furrow.customers.services import create_customer
from furrow.kit.phone import Command
from furrow.orders import deliveries, phone_signing, services
from furrow.orders import phone as door
from furrow.orders.models import Delivery, Order
from furrow.team.models import User
from tests.cast import Cast

SIGNED = {"signed_by": "李店长", "signature": "M1.0,2.0 L3.0,4.0 "}


@pytest.fixture
def shop(cast: Cast) -> Customer:
    return create_customer(by=cast.director, name="汉江通讯", owner=cast.rep)


@pytest.fixture
def phone(cast: Cast) -> Product:
    return create_product(by=cast.manager, brand="鹤鸣", name="X30", price=D("100.00"))


def sent(name: str, by: User, payload: dict[str, Any], hours: int = 0) -> Command:
    return Command(name, uuid4(), by, timezone.now() - timedelta(hours=hours), payload)


def test_ten_with_a_discount_and_one_for_nothing(shop: Customer, phone: Product, cast: Cast) -> None:
    lines = [{"product": phone.pk, "quantity": 10, "discount": "7.5"}, {"product": phone.pk, "quantity": 1, "gift": True}]  # fmt: skip
    answer = door.place(sent("order.place", cast.rep, {"customer": shop.pk, "lines": lines}))
    assert answer["gross"] == "925.00"
    told = Order.objects.get(pk=answer["id"]).lines.order_by("pk").values_list("quantity", "price", "discount", "gift", "gross")  # fmt: skip
    assert list(told) == [
        (10, D("100.00"), D("7.50"), False, D("925.00")), (1, D("0.00"), D("0.00"), True, D("0.00")),
    ]  # fmt: skip


@pytest.mark.parametrize("discount", ["-1", "101", "7.555", "x", True, "NaN"])
def test_a_discount_that_cannot_be(shop: Customer, phone: Product, cast: Cast, discount: Any) -> None:
    lines = [{"product": phone.pk, "quantity": 1, "discount": discount}]
    with pytest.raises(ValidationError, match=r"[Dd]iscount"):
        door.place(sent("order.place", cast.rep, {"customer": shop.pk, "lines": lines}))
    assert not Order.objects.exists()


def delivered(shop: Customer, phone: Product, cast: Cast) -> Delivery:
    order = services.create_order(shop, [services.Item(phone, 2)], by=cast.rep)
    return deliveries.deliver(services.place_order(order, by=cast.rep), by=cast.rep)


def test_goods_are_signed_for_on_the_phone(shop: Customer, phone: Product, cast: Cast) -> None:
    row = delivered(shop, phone, cast)
    (told,) = phone_signing.to_sign(cast.rep, {shop.pk})
    assert told["number"] == row.number
    assert told["lines"] == [[phone.title, 2, phone.unit, False]]
    assert phone_signing.to_sign(cast.other_rep, {shop.pk}) == []
    message = sent("delivery.sign", cast.rep, {"delivery": row.pk, **SIGNED}, hours=4)
    phone_signing.sign(message)
    row.refresh_from_db()
    assert (row.signed_by, row.signature.strip(), row.signed_at) == (
        "李店长",
        "M1.0,2.0 L3.0,4.0",
        message.at,
    )
    assert phone_signing.to_sign(cast.rep, {shop.pk}) == []
    with pytest.raises(ValidationError, match="signed already"):
        phone_signing.sign(message)


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ({"delivery": 10**30}, "Delivery"), ({"delivery": "1"}, "Delivery"), ({}, "not known"), ({"signed_by": " "}, "Write who signs"),
        ({"signed_by": 7}, "Signed by"), ({"signature": "M" * 20_001}, "Signature"),
    ],
)  # fmt: skip
def test_a_signature_that_cannot_be_taken(shop: Customer, phone: Product, cast: Cast, payload: dict[str, Any], said: str) -> None:  # fmt: skip
    row = delivered(shop, phone, cast)
    given = {"delivery": row.pk, **SIGNED, **payload} if payload else SIGNED
    with pytest.raises(ValidationError, match=said):
        phone_signing.sign(sent("delivery.sign", cast.rep, given))
    with pytest.raises(ValidationError, match="no longer yours"):
        phone_signing.sign(sent("delivery.sign", cast.other_rep, {"delivery": row.pk, **SIGNED}))
    row.refresh_from_db()
    assert row.signed_at is None
