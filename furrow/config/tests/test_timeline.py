"""The timeline of a customer: every room that something happens in tells it, and each event leads to where it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from furrow.attachments.services import add_file
from furrow.attachments.tests.things import picture
from furrow.books.rules import period_of
from furrow.books.services import Line, save_lines
from furrow.catalog.services import create_product
from furrow.contacts.services import create_contact
from furrow.customers.services import create_customer
from furrow.customers.timeline import events_of
from furrow.leads.models import Lead
from furrow.leads.tests.leads import valid
from furrow.orders import services as orders
from furrow.team.models import User
from furrow.visits.matters import keep_matter
from tests.cast import Cast


def test_every_room_tells_once_what_happened(
    cast: Cast, client_of: Callable[[User | None], Client], settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    shop = create_customer(by=cast.rep, name="江岸通讯", owner=cast.rep)
    phone = create_product(by=cast.manager, brand="鹤鸣", name="X30", price=Decimal("3299.00"))
    create_contact(by=cast.rep, customer=shop, name="周丽", role="shop")
    keep_matter(shop, by=cast.rep, client_id=uuid4(), at=timezone.now(), kind="complaint", text="屏幕有划痕")
    add_file("customers", shop.pk, picture(), "门头.jpg", by=cast.rep)
    orders.create_order(shop, [orders.Item(phone, 4)], by=cast.rep)
    for month in (9, 10):
        lines = [Line(shop.pk, create_product(by=cast.manager, brand="鹤鸣", name=f"{month}-{n}").pk, period_of(date(2026, month, 1), []), bought=n) for n in (1, 2)]  # fmt: skip
        save_lines(lines, by=cast.rep)
    Lead.objects.filter(pk=valid(cast, situation="想做代理").pk).update(customer=shop)

    told, before = [], ""
    while True:
        events, before = events_of(shop, cast.rep, before, limit=3)
        told += events
        if not before:
            break
    words = sorted(f"{event.title} {event.text}" for event in told if event.source)
    order = next(event.text for event in told if event.icon == "clipboard-list")
    assert words == [
        "Complaint 屏幕有划痕",
        "Contact added 周丽 (Shop floor)",
        "File added 门头.jpg",
        "Inquiry 想做代理",
        f"Order {order}",
        "Purchase-sales book 2026-09",
        "Purchase-sales book 2026-10",
    ]
    client = client_of(cast.rep)
    assert {client.get(event.url).status_code for event in told if event.url} == {200}
