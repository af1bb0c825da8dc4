"""Orders over HTTP: write and place them, read where they stand. The hold is the same as everywhere."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status
from pydantic import ConfigDict

from furrow.customers.models import Customer
from furrow.orders import services
from furrow.orders.models import Order
from furrow.orders.reading import read_items
from furrow.receivables.parties import one_line
from furrow.team.access import require

router = Router(tags=["orders"])

MOST = 200
BIGGEST_ID = 2**63 - 1
Id = Annotated[int, Field(ge=1, le=BIGGEST_ID)]


class LineIn(Schema):
    """A product by code, barcode or title. Without a price the price lists decide."""

    model_config = ConfigDict(extra="forbid")

    product: str = Field(max_length=250)
    quantity: int = Field(ge=1, le=10_000_000)
    price: Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)] | None = None
    discount: Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)] = Decimal(0)
    gift: bool = False


class OrderIn(Schema):
    """An order is placed at once; a quotation stays a draft, its prices valid for 30 days or until `valid_until`."""

    model_config = ConfigDict(extra="forbid")

    customer: Id
    kind: Literal["order", "quotation"] = "order"
    currency: Literal["CNY"] = "CNY"
    wanted_on: date | None = None
    valid_until: date | None = None
    note: str = Field("", max_length=300)
    lines: list[LineIn] = Field(min_length=1, max_length=200)


class OrderOut(Schema):
    """Where an order stands; `hold` says why it is held."""

    id: int
    number: str
    kind: str
    customer: int
    day: date
    status: str
    hold: str
    gross: str
    undelivered: str
    valid_until: date | None


class OrderFilter(Schema):
    """`after` is the `next` of the page before."""

    customer: Id | None = None
    status: str = Field("", max_length=10)
    after: int = Field(0, ge=0, le=BIGGEST_ID)
    limit: int = Field(50, ge=1, le=MOST)


class OrderPage(Schema):
    """One page; `next` is None on the last."""

    items: list[OrderOut]
    next: int | None


def _out(row: Order) -> dict[str, Any]:
    return {
        "id": row.pk, "number": row.number, "kind": row.kind, "customer": row.customer_id, "day": row.day, "status": row.status, "hold": row.hold_words,
        "gross": str(row.gross), "undelivered": str(row.undelivered), "valid_until": row.valid_until,
    }  # fmt: skip


@router.get("", response=OrderPage)
def list_orders(request: HttpRequest, wanted: Query[OrderFilter]) -> dict[str, Any]:
    """Orders of customers in reach, by id."""
    require(request.user, "orders.view")
    user: Any = request.user
    rows = Order.objects.visible_to(user).filter(pk__gt=wanted.after).order_by("pk")
    if wanted.customer:
        rows = rows.filter(customer=wanted.customer)
    if wanted.status and "\x00" not in wanted.status:
        rows = rows.filter(status=wanted.status)
    found = list(rows[: wanted.limit + 1])
    items = [_out(row) for row in found[: wanted.limit]]
    return {"items": items, "next": items[-1]["id"] if len(found) > wanted.limit else None}


@router.post("", response={201: OrderOut})
def add_order(request: HttpRequest, body: OrderIn) -> Status[dict[str, Any]]:
    """Write an order and place it: confirmed, or held with the reason."""
    require(request.user, "orders.add")
    user: Any = request.user
    customer = get_object_or_404(Customer.objects.visible_to(user), pk=body.customer)
    rows = [
        {"product": one_line(line.product), "quantity": str(line.quantity), "price": "" if line.price is None else str(line.price), "discount": str(line.discount), "gift": "1" if line.gift else ""}
        for line in body.lines
    ]  # fmt: skip
    order = services.create_order(customer, read_items(rows, user), by=user, kind=body.kind, wanted_on=body.wanted_on, valid_until=body.valid_until, note=one_line(body.note))  # fmt: skip
    if body.kind == "order":
        order = services.place_order(order, by=user)
    return Status(201, _out(order))
