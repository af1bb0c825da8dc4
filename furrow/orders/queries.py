"""Reads over orders: their part of the exposure, what to order next, what a driver takes along."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Prefetch, Sum

from furrow.books import queries as books
from furrow.catalog.models import Kind as ProductKind
from furrow.catalog.models import Product
from furrow.customers.models import Customer
from furrow.kit.prepared import AmongIds, Ids, Prepared
from furrow.orders.models import Delivery, DeliveryKind, DeliveryLine, Kind, Order, OrderLine, Status
from furrow.orders.rules import suggested_quantity
from furrow.receivables.credit import Parts
from furrow.receivables.money import NOTHING
from furrow.team.models import User

MOST_SUGGESTED = 40
MOST_DRIVEN = 100


def exposure_parts(customer_ids: Sequence[int]) -> dict[int, Parts]:
    """Delivered and not invoiced, ordered and not delivered (settings.EXPOSURE_PARTS); two queries."""
    delivered = dict(_DELIVERED.rows(None, customers=customer_ids))
    ordered = dict(_ORDERED.rows(None, customers=customer_ids))
    return {
        pk: Parts(delivered.get(pk, NOTHING), ordered.get(pk, NOTHING))
        for pk in delivered.keys() | ordered.keys()
    }


_DELIVERED = Prepared(
    lambda _reader, customers: (
        Delivery.objects.filter(AmongIds(F("customer"), customers), to_bill__gt=0)
        .values_list("customer")
        .annotate(Sum("to_bill"))
        .order_by()
    ),
    customers=Ids(),
)
_ORDERED = Prepared(
    lambda _reader, customers: (
        Order.objects.filter(AmongIds(F("customer"), customers), status=Status.CONFIRMED, kind=Kind.ORDER)
        .values_list("customer")
        .annotate(Sum("undelivered"))
        .order_by()
    ),
    customers=Ids(),
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to order of one product, and the figures it follows from."""

    product: Product
    quantity: int
    stock: int | None
    sold: int | None
    days: int
    on_order: int


def suggestions(customer: Customer) -> list[Suggestion]:
    """What one customer should order next; two queries."""
    return suggestions_of([customer.pk]).get(customer.pk, [])


def suggestions_of(customer_ids: Sequence[int]) -> dict[int, list[Suggestion]]:
    """From the latest period of each purchase-sales book: sell-through, stock and what is on its way. Largest first; two queries."""
    coming = _coming(customer_ids)
    found: dict[int, list[Suggestion]] = {}
    for pk, rows in books.latest_rows(customer_ids).items():
        for row in rows:
            line, product = row.line, row.line.product
            if product.kind != ProductKind.OWN or product.deleted_at is not None:
                continue
            on_order = coming.get((pk, product.pk), 0)
            quantity = suggested_quantity(line.sold, line.period.days, line.stock, on_order, None)
            if quantity:
                one = Suggestion(product, quantity, line.stock, line.sold, line.period.days, on_order)
                found.setdefault(pk, []).append(one)
    return {pk: sorted(rows, key=lambda one: -one.quantity)[:MOST_SUGGESTED] for pk, rows in found.items()}


def _coming(customer_ids: Sequence[int]) -> dict[tuple[int, int], int]:
    """(customer, product) -> units ordered and not delivered."""
    placed = OrderLine.objects.filter(
        order__customer__in=customer_ids, order__kind=Kind.ORDER, order__status__in=[Status.HELD, Status.CONFIRMED]
    )  # fmt: skip
    sums = placed.values_list("order__customer", "product").order_by()
    return {(pk, product): units for pk, product, units in sums.annotate(units=Sum(F("quantity") - F("delivered")))}  # fmt: skip


def to_drive(user: User) -> tuple[list[Delivery], list[tuple[Product, int]]]:
    """Deliveries in reach that nobody signed for, by driver, with their lines, and how many units of each product they are; two queries."""
    lines = DeliveryLine.objects.select_related("line__product").order_by("id")
    found = Delivery.objects.visible_to(user).filter(kind=DeliveryKind.DELIVERY, signed_at=None)
    found = found.select_related("customer", "order").prefetch_related(Prefetch("lines", lines))
    rows = list(found.order_by("driver", "day", "id")[:MOST_DRIVEN])
    load: Counter[Product] = Counter()
    for row in rows:
        for line in row.lines.all():
            load[line.line.product] += line.quantity
    return rows, sorted(load.items(), key=lambda one: one[0].title)
