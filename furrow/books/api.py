"""The purchase-sales book over HTTP: the same reading and services as the grid."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from pydantic import ConfigDict

from furrow.books import services
from furrow.books.models import BookLine, Source
from furrow.books.queries import Row
from furrow.books.reading import RowReader
from furrow.team.access import require

router = Router(tags=["books"])

MOST = 500
BIGGEST_ID = 2**63 - 1


class BookFilter(Schema):
    """What a list is narrowed by: ids of customer and product, first and last day a period may begin. `after` is the `next` of the
    page before."""

    customer: int | None = Field(None, ge=1, le=BIGGEST_ID)
    product: int | None = Field(None, ge=1, le=BIGGEST_ID)
    start: date | None = None
    end: date | None = None
    after: int = Field(0, ge=0, le=BIGGEST_ID)
    limit: int = Field(100, ge=1, le=MOST)


class LineIn(Schema):
    """A line: customer by code or name, product by code, barcode or title, period like 2026-11 or a day in it. Figures in units,
    prices as text; without any figure an existing line is deleted."""

    model_config = ConfigDict(extra="forbid")

    customer: str = Field(max_length=200)
    product: str = Field(max_length=250)
    period: str = Field("", max_length=30)
    opening: int | None = None
    bought: int | None = None
    sold: int | None = None
    stock: int | None = None
    price: str | None = Field(None, max_length=30)


class LinesIn(Schema):
    """All of them are written, or none."""

    lines: list[LineIn] = Field(max_length=2000)


class LineOut(Schema):
    """A line with what follows from it; `difference` is what should be left less what was counted."""

    id: int
    customer: int
    product: int
    product_title: str
    start: date
    end: date
    opening: int | None
    bought: int | None
    sold: int | None
    stock: int | None
    difference: int | None
    price: str | None
    sell_through: str | None
    days_of_stock: int | None
    source: str


class LinePage(Schema):
    """One page; `next` is None on the last."""

    items: list[LineOut]
    next: int | None


class SavedOut(Schema):
    """How many lines were new, changed and deleted."""

    created: int
    changed: int
    deleted: int


def _out(line: BookLine) -> dict[str, Any]:
    row = Row.of(line)
    return {
        "id": line.pk,
        "customer": line.customer_id,
        "product": line.product_id,
        "product_title": line.product.title,
        "price": None if line.price is None else str(Decimal(line.price).quantize(Decimal("0.01"))),
        "sell_through": None if row.sell_through is None else str(row.sell_through),
        "days_of_stock": row.days_of_stock,
        **{
            name: getattr(line, name)
            for name in ("start", "end", "opening", "bought", "sold", "stock", "difference", "source")
        },
    }


@router.get("", response=LinePage)
def list_lines(request: HttpRequest, wanted: Query[BookFilter]) -> dict[str, Any]:
    """Lines of customers in reach, by id."""
    require(request.user, "books.view")
    user: Any = request.user
    rows: models.QuerySet[BookLine] = BookLine.objects.visible_to(user).select_related("product")
    if wanted.customer:
        rows = rows.filter(customer=wanted.customer)
    if wanted.product:
        rows = rows.filter(product=wanted.product)
    if wanted.start:
        rows = rows.filter(start__gte=wanted.start)
    if wanted.end:
        rows = rows.filter(start__lte=wanted.end)
    items = list(rows.filter(pk__gt=wanted.after).order_by("pk")[: wanted.limit + 1])
    more = len(items) > wanted.limit
    items = items[: wanted.limit]
    return {"items": [_out(line) for line in items], "next": items[-1].pk if more else None}


@router.put("", response=SavedOut)
def put_lines(request: HttpRequest, body: LinesIn) -> dict[str, int]:
    """Write lines as they shall be; 422 names every row that cannot be taken, and nothing is written."""
    require(request.user, "books.change")
    user: Any = request.user
    rows = [
        (number, {name: value for name, value in line.model_dump().items() if value is not None})
        for number, line in enumerate(body.lines, 1)
    ]
    read = RowReader(user).read(rows)
    wrong = {f"lines.{one.number}.{problem.column}": problem.text for one in read for problem in one.problems}
    if wrong:
        raise ValidationError({name: [text] for name, text in wrong.items()})
    saved = services.save_lines([one.line for one in read if one.line], by=user, source=Source.API)
    return {"created": len(saved.created), "changed": len(saved.changed), "deleted": len(saved.deleted)}
