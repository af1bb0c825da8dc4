"""What a phone may do about orders, offline too (settings.PHONE_COMMANDS), and what it keeps of them (settings.PHONE_PARTS). An order taken
without a signal meets the hold when it arrives: the answer says so, and the release is asked for and given by messages of their own."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.catalog.models import Currency, Product
from furrow.catalog.models import Kind as ProductKind
from furrow.catalog.models import Status as ProductStatus
from furrow.customers.models import Customer
from furrow.kit.phone import Command, Payload
from furrow.orders import hold, services
from furrow.orders.models import Kind, Order, Release, ReleaseState, Status
from furrow.orders.prices import first_prices
from furrow.orders.queries import suggestions_of
from furrow.orders.services import MOST_LINES, Item
from furrow.receivables.money import NOTHING, rounded
from furrow.receivables.services import MOST_UNITS
from furrow.team.access import may
from furrow.team.models import User

BIGGEST_ID = 2**63 - 1
MOST_SHOWN = 60


def place(command: Command) -> dict[str, Any]:
    """order.place: customer, lines [product, quantity, price, discount in percent, gift], wanted_on, note. Confirmed, or held with the reason."""
    if not may(command.by, "orders.add"):
        raise ValidationError(_("Your role does not take orders. An administrator can grant it."))
    payload = Payload(command.payload)
    customer = _customer(command, payload)
    rows = payload.rows("lines", MOST_LINES, _("Lines"))
    items = _items(rows, command.by)
    wanted = payload.moment("wanted_on", _("Wanted on"))
    order = services.create_order(
        customer, items, by=command.by, wanted_on=timezone.localdate(wanted) if wanted else None,
        note=payload.text("note", 300, _("Note")),
    )  # fmt: skip
    return _answer(services.place_order(order, by=command.by))


def _customer(command: Command, payload: Payload) -> Customer:
    """Where it was merged away, the one kept. Raises ValidationError for one deleted or out of reach."""
    pk = payload.whole("customer", 1, BIGGEST_ID, _("Customer"))
    customer = Customer.objects.filter(pk=pk).select_related("merged_into").first() if pk else None
    customer = customer.merged_into if customer and customer.merged_into else customer
    if customer is None or not Customer.objects.visible_to(command.by).filter(pk=customer.pk).exists():
        raise ValidationError(_("This customer has been deleted or is no longer yours. Ask your manager."))
    return customer


def _items(rows: list[Payload], user: User) -> list[Item]:
    """Raises ValidationError naming the line."""
    wanted = [row.whole("product", 1, BIGGEST_ID, _("Product")) for row in rows]
    products = Product.objects.visible_to(user).in_bulk([pk for pk in wanted if pk])
    items = []
    for number, (row, pk) in enumerate(zip(rows, wanted, strict=True), 1):
        product = products.get(pk or 0)
        if product is None:
            line = _("Line %(number)d: ") % {"number": number}
            raise ValidationError(line + _("no such product: choose one of the list"))
        quantity = row.whole("quantity", 1, MOST_UNITS, _("Quantity")) or 0
        discount = row.amount("discount", 3, _("Discount")) or NOTHING
        items.append(Item(product, quantity, row.amount("price", 12, _("Unit price")), discount, gift=row.data.get("gift") is True))  # fmt: skip
    return items


def _order(command: Command, payload: Payload) -> Order:
    pk = payload.whole("order", 1, BIGGEST_ID, _("Order"))
    order: Order | None = Order.objects.visible_to(command.by).filter(pk=pk).first() if pk else None
    if order is None:
        raise ValidationError(_("This order is not known, or no longer yours."))
    return order


def ask_release(command: Command) -> dict[str, Any]:
    """order.ask_release: order, reason."""
    if not may(command.by, "orders.add"):
        raise ValidationError(_("Your role does not take orders. An administrator can grant it."))
    payload = Payload(command.payload)
    order = _order(command, payload)
    hold.ask_release(order, request=payload.text("reason", 200, _("Reason")), by=command.by)
    return _answer(order)


def decide_release(command: Command) -> dict[str, Any]:
    """order.release: order, release (true or false), reason, amount: what the person saw. An order that became another one meanwhile is
    left alone: the release is for what was seen."""
    if not may(command.by, "orders.release"):
        raise ValidationError(_("Your role does not release orders. An administrator can grant it."))
    payload = Payload(command.payload)
    order = hold.fresh(_order(command, payload))
    if order.gross != payload.amount("amount", 12, _("Amount with tax")):
        raise ValidationError(_("%(number)s was changed meanwhile. Look at it again.") % {"number": order})
    released = payload.data.get("release") is True
    hold.decide_release(order, release=released, reason=payload.text("reason", 200, _("Reason")), by=command.by)  # fmt: skip
    return _answer(Order.objects.get(pk=order.pk))


def _answer(order: Order) -> dict[str, Any]:
    return {"id": order.pk, "version": order.version, "number": order.number, "status": order.status, "hold": order.hold_words, "gross": str(order.gross)}  # fmt: skip


def held_orders(user: User, customers: set[int]) -> dict[str, Any]:
    """Orders in reach that are held, the latest first, with what was asked for; two queries. `mine`: the person cannot release it."""
    if not may(user, "orders.view"):
        return {"held": [], "release": False}
    rows = Order.objects.visible_to(user).filter(status=Status.HELD, kind=Kind.ORDER)
    orders = list(rows.select_related("customer").order_by("-id")[:MOST_SHOWN])
    asked = {row.order_id: row for row in Release.objects.filter(order__in=orders, state=ReleaseState.ASKED).select_related("asked_by")}  # fmt: skip
    return {"held": [_held(order, asked.get(order.pk), user) for order in orders], "release": may(user, "orders.release")}  # fmt: skip


def order_parts(user: User, customers: set[int]) -> dict[str, Any]:
    """All of it: orders held in reach; for the customers kept in full what to order next, and what one unit costs them."""
    if not may(user, "orders.add"):
        return held_orders(user, customers) | {"list": {}, "prices": {}, "suggested": {}}
    shops = list(Customer.objects.visible_to(user).filter(pk__in=customers))
    products = Product.objects.visible_to(user).filter(kind=ProductKind.OWN, status=ProductStatus.SOLD)
    priced: list[Any] = list(products.priced(timezone.localdate()))
    listed = {
        one.pk: str(rounded(one.price_now))
        for one in priced
        if one.price_now is not None and one.currency_now == Currency.CNY
    }
    prices = first_prices(shops, [one.pk for one in priced], timezone.localdate())
    return held_orders(user, customers) | {
        "list": listed,
        "prices": {pk: {product: str(price) for product, price in own.items()} for pk, own in prices.items()},
        "suggested": {
            pk: [[one.product.pk, one.quantity] for one in found[:MOST_SHOWN]]
            for pk, found in suggestions_of([shop.pk for shop in shops]).items()
        },
    }


def _held(order: Order, asked: Release | None, user: User) -> dict[str, Any]:
    return {
        "id": order.pk, "number": order.number, "customer": order.customer.short_name or order.customer.name, "of": order.customer_id,
        "gross": str(order.gross), "why": order.hold_words, "asked": asked.request if asked else "",
        "asked_by": asked.asked_by.name if asked and asked.asked_by else "",
        "mine": user.pk in (order.by_id, asked.asked_by_id if asked else None),
    }  # fmt: skip
