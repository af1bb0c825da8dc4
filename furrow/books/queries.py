"""Reads over the book: a customer's periods, the trend of one product, what a customer's page shows of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import models

from furrow.books.models import BookLine, PeriodCut
from furrow.books.rules import Period, Totals, days_of_stock, sell_through, totals
from furrow.catalog.models import Kind, Product
from furrow.customers.models import Customer

PERIODS_SHOWN = 36
PERIODS_COMPARED = 4


@dataclass(frozen=True, slots=True)
class Row:
    """A line with what follows from it."""

    line: BookLine
    sell_through: Decimal | None
    days_of_stock: int | None

    @classmethod
    def of(cls, line: BookLine) -> Row:
        return cls(
            line,
            sell_through(line.opening, line.bought, line.sold),
            days_of_stock(line.stock, line.sold, line.period.days),
        )


def periods_of(customer: Customer) -> list[Period]:
    """The periods with entries, the latest first; one query."""
    found = BookLine.objects.alive().filter(customer=customer).order_by("-start").values_list("start", "end")
    return [Period(*pair) for pair in found.distinct()[:PERIODS_SHOWN]]


def rows_of(customer: Customer, period: Period) -> list[Row]:
    """The lines of one period by title; one query."""
    lines = (
        BookLine.objects.alive()
        .filter(customer=customer, start=period.start)
        .select_related("product__brand", "product__variety", "customer")
        .order_by("product__title_order", "product")
    )
    return [Row.of(line) for line in lines]


def latest_rows(customer_ids: Sequence[int]) -> dict[int, list[Row]]:
    """The lines of each customer's latest period; one query."""
    latest = BookLine.objects.alive().filter(customer=models.OuterRef("customer")).order_by("-start")
    lines = (
        BookLine.objects.alive()
        .filter(customer__in=customer_ids, start=models.Subquery(latest.values("start")[:1]))
        .select_related("product")
    )
    found: dict[int, list[Row]] = {}
    for line in lines.order_by("customer", "product__title_order", "product"):
        found.setdefault(line.customer_id, []).append(Row.of(line))
    return found


def sums(rows: Iterable[Row], period: Period) -> Totals:
    """The period's totals."""
    return totals([(row.line.derived, row.line.entry) for row in rows], period.days)


def trend(customer: Customer, product: Product) -> list[Row]:
    """The product's lines at this customer, the earliest first."""
    lines = BookLine.objects.alive().filter(customer=customer, product=product).order_by("-start")
    return [Row.of(line) for line in reversed(lines[:PERIODS_SHOWN])]


def chart_of(rows: Sequence[Row], list_prices: Sequence[tuple[date, Decimal]]) -> dict[str, object]:
    """What books/charts.js draws: names of the periods, quantities, retail prices and the list price then valid."""
    return {
        "names": [row.line.period.label for row in rows],
        "bought": [row.line.bought for row in rows],
        "sold": [row.line.sold for row in rows],
        "stock": [row.line.stock for row in rows],
        "price": [_number(row.line.price) for row in rows],
        "list": [_number(_valid(list_prices, row.line.end)) for row in rows],
    }


def _valid(prices: Sequence[tuple[date, Decimal]], day: date) -> Decimal | None:
    return next((price for start, price in sorted(prices, reverse=True) if start <= day), None)


def _number(price: Decimal | None) -> float | None:
    return None if price is None else float(price)


# A customer's page ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BrandCarried:
    """One brand in a customer's latest period: how many products, what was sold on, and its share of all sold on."""

    name: str
    own: bool
    products: int
    varieties: tuple[str, ...]
    sold: int
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class PriceMove:
    """The last change of a retail price that the book knows."""

    product: Product
    period: Period
    old: Decimal
    new: Decimal

    @property
    def share(self) -> Decimal | None:
        return (self.new - self.old) / self.old if self.old else None


@dataclass(frozen=True, slots=True)
class BookSummary:
    """What the latest periods of a customer's book come to."""

    period: Period
    rows: list[Row]
    totals: Totals
    before: Totals | None
    brands: list[BrandCarried]
    moves: list[PriceMove]


def summary(customer: Customer) -> BookSummary | None:
    """The customer's latest periods; None for an empty book. Two queries."""
    periods = periods_of(customer)[:PERIODS_COMPARED]
    if not periods:
        return None
    lines = (
        BookLine.objects.alive()
        .filter(customer=customer, start__gte=periods[-1].start)
        .select_related("product__brand", "product__variety")
        .order_by("product__title_order", "product", "start")
    )
    rows = [Row.of(line) for line in lines]
    by_start: dict[date, list[Row]] = defaultdict(list)
    for row in rows:
        by_start[row.line.start].append(row)
    now = by_start[periods[0].start]
    before = sums(by_start[periods[1].start], periods[1]) if len(periods) > 1 else None
    return BookSummary(periods[0], now, sums(now, periods[0]), before, _brands(now), _moves(rows))


def _brands(rows: Sequence[Row]) -> list[BrandCarried]:
    """Group 7 of the card: brands, varieties and specifications carried, the best selling first."""
    carried: dict[tuple[str, bool], list[BookLine]] = defaultdict(list)
    for row in rows:
        line = row.line
        if line.bought or line.sold or line.stock:
            carried[line.product.brand.name, line.product.kind == Kind.OWN].append(line)
    whole = sum(line.sold or 0 for lines in carried.values() for line in lines)
    found = []
    for (name, own), lines in carried.items():
        sold = sum(line.sold or 0 for line in lines)
        varieties = dict.fromkeys(line.product.variety.path for line in lines if line.product.variety)
        share = Decimal(sold) / whole if whole > 0 else None
        found.append(BrandCarried(name, own, len(lines), tuple(varieties), sold, share))
    return sorted(found, key=lambda brand: (-brand.sold, brand.name))


def _moves(rows: Sequence[Row]) -> list[PriceMove]:
    """Group 10 of the card: the latest change of each product's retail price, the latest first."""
    moves: list[PriceMove] = []
    last: dict[int, Decimal] = {}
    for row in rows:  # by product, then by period
        line = row.line
        if line.price is None:
            continue
        old = last.get(line.product_id)
        if old is not None and old != line.price:
            moves = [move for move in moves if move.product.pk != line.product_id]
            moves.append(PriceMove(line.product, line.period, old, line.price))
        last[line.product_id] = line.price
    return sorted(moves, key=lambda move: move.period.start, reverse=True)


def cuts_made() -> models.QuerySet[PeriodCut]:
    """How the company has cut its periods, the latest first."""
    return PeriodCut.objects.order_by("-start")
