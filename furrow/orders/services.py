"""Every change of quotations and orders. All doors (pages, API, import, phone) come through here; whatever makes an order deliverable, or
larger, goes through hold.settle again. Callers have checked rights and reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import BigIntegerField
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.catalog.models import Currency, Product
from furrow.customers.card.models import CustomerCard
from furrow.customers.models import Customer
from furrow.kit import audit
from furrow.kit.figures import day as day_text
from furrow.kit.prepared import PreparedRecords
from furrow.orders import hold
from furrow.orders.hold import fresh
from furrow.orders.models import Kind, Order, OrderLine, Release, Status
from furrow.orders.prices import prices_for
from furrow.receivables import ledger, rules
from furrow.receivables.money import MOST, NOTHING, rounded
from furrow.receivables.numbering import next_number
from furrow.receivables.services import check_line
from furrow.team.models import User

MOST_LINES = 200
PREFIX = {Kind.ORDER: "SO", Kind.QUOTATION: "QTN"}
DEFAULT_RATE = 13
VALID_DAYS = 30
"""How long a quotation's prices are valid unless another day is written."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line as it is wanted; without a price the price lists decide."""

    product: Product
    quantity: int
    price: Decimal | None = None
    discount: Decimal = NOTHING
    tax_rate: int = DEFAULT_RATE
    gift: bool = False


@transaction.atomic
def create_order(
    customer: Customer,
    items: Sequence[Item],
    *,
    by: User | None,
    kind: str = Kind.ORDER,
    day: date | None = None,
    wanted_on: date | None = None,
    valid_until: date | None = None,
    note: str = "",
    reference: str = "",
    imported: UUID | None = None,
    came_from: Order | None = None,
) -> Order:
    """A draft with the customer's delivery times and requirements from its card. Raises ValidationError naming the line."""
    day = day or timezone.localdate()
    ledger.check_day(day)
    if wanted_on is not None and wanted_on < day:
        raise ValidationError({"wanted_on": _("The day wanted lies before the order.")})
    valid_until = _validity(kind, day, valid_until)
    card = CustomerCard.objects.filter(customer=customer).first()
    lines = lines_for(customer, items, day)
    gross = sum((line.gross for line in lines), NOTHING)
    order = Order.objects.create(
        number=next_number(PREFIX[Kind(kind)], day), kind=kind, customer=customer, day=day, wanted_on=wanted_on, valid_until=valid_until, note=note[:300], reference=reference[:40], imported=imported,
        delivery_times=card.delivery_times if card else "", requirements=card.delivery_requirements if card else "",
        came_from=came_from, by=by, gross=gross, undelivered=gross,
    )  # fmt: skip
    _write_lines(order, lines)
    audit.record(order, "create", by=by, note=str(came_from or ""))
    return order


def _validity(kind: str, day: date, until: date | None) -> date | None:
    """The last day of a quotation's prices; an order has none. Raises ValidationError."""
    if kind != Kind.QUOTATION:
        if until is not None:
            raise ValidationError({"valid_until": _("Only the prices of a quotation are valid until a day.")})
        return None
    if until is not None and until < day:
        raise ValidationError({"valid_until": _("The prices cannot end before the quotation.")})
    return until or day + timedelta(days=VALID_DAYS)


def lines_for(customer: Customer, items: Sequence[Item], day: date) -> list[OrderLine]:
    """Lines with their prices, not saved; raises ValidationError naming the line."""
    if not items or len(items) > MOST_LINES:
        raise ValidationError(_("An order needs between 1 and %(most)d lines.") % {"most": MOST_LINES})
    prices = prices_for(customer, {item.product.pk: item.quantity for item in items}, day)
    lines = []
    for number, item in enumerate(items, 1):
        row = _("Line %(number)d: ") % {"number": number}
        price, currency = prices.get(item.product.pk, (None, Currency.CNY))
        if item.gift:
            price = NOTHING
        elif item.price is not None:
            price = item.price
        elif currency != Currency.CNY:
            raise ValidationError(
                row + _("the list price is in %(currency)s; write the price in CNY") % {"currency": currency}
            )
        if price is None:
            raise ValidationError(
                row + _("there is no price for %(product)s; write one") % {"product": item.product}
            )
        if not price.is_finite() or price != rounded(price):
            raise ValidationError(row + _("At most two decimals"))
        check_line(item.quantity, price, item.discount, item.tax_rate, row)
        gross = rules.line_gross(item.quantity, price, item.discount)
        lines.append(
            OrderLine(product=item.product, quantity=item.quantity, price=price, discount=item.discount, tax_rate=item.tax_rate, gift=item.gift, gross=gross)
        )  # fmt: skip
    if sum((line.gross for line in lines), NOTHING) > MOST:
        raise ValidationError(_("The order is too large for the books."))
    return lines


def _write_lines(order: Order, lines: Sequence[OrderLine]) -> None:
    for line in lines:
        line.order = order
    OrderLine.objects.bulk_create(lines)


def refigure(order: Order, *also: str) -> list[OrderLine]:
    """Work out the order's amounts from its lines and save them, and these fields; returns the lines."""
    lines = lines_of(order)
    order.gross = sum((line.gross for line in lines), NOTHING)
    order.undelivered = sum((left_value(line) for line in lines), NOTHING)
    order.version += 1
    order.updated_at = timezone.now()
    order.save(update_fields=["gross", "undelivered", "version", "updated_at", *also])
    return lines


def lines_of(order: Order) -> list[OrderLine]:
    """The order's lines as they stand, in their order; each product is asked for when it is used."""
    return _LINES.records(order=order.pk)


_LINES = PreparedRecords(
    OrderLine, lambda order: OrderLine.objects.filter(order=order).order_by("id"), order=BigIntegerField()
)


def left_value(line: OrderLine) -> Decimal:
    """What of a line is still to be delivered; together with what was delivered it is always the line's gross."""
    left: Decimal = line.gross - rules.line_gross(line.delivered, line.price, line.discount)
    return left


def _needs(order: Order, *statuses: Status) -> None:
    if order.status not in statuses:
        raise ValidationError(
            _("%(number)s is %(state)s; this cannot be done now.")
            % {"number": order, "state": order.get_status_display()}
        )


@transaction.atomic
def place_order(order: Order, *, by: User | None) -> Order:
    """The customer's word stands: confirmed, or held when its credit does not bear it."""
    order = fresh(order)
    _needs(order, Status.DRAFT)
    if order.kind == Kind.QUOTATION:
        raise ValidationError(_("A quotation becomes an order first."))
    if not order.undelivered and not order.lines.exists():
        raise ValidationError(_("This order has no lines."))
    hold.settle(order)
    audit.record(order, "place", by=by, note=order.hold)
    return order


@transaction.atomic
def recheck(order: Order, *, by: User | None) -> Order:
    """Ask the gate again, after money came in."""
    order = fresh(order)
    _needs(order, Status.HELD, Status.CONFIRMED)
    hold.settle(order)
    return order


@transaction.atomic
def change_order(
    order: Order,
    items: Sequence[Item],
    *,
    by: User | None,
    wanted_on: date | None = None,
    valid_until: date | None = None,
    note: str = "",
) -> Order:
    """Write the lines anew. Nothing may fall below what was delivered. A larger order loses its release; one that was placed goes
    through the gate again."""
    order = fresh(order)
    _needs(order, Status.DRAFT, Status.HELD, Status.CONFIRMED)
    before = order.gross
    delivered: dict[int, list[OrderLine]] = {}
    for line in lines_of(order):
        if line.delivered:
            delivered.setdefault(line.product_id, []).append(line)
    lines = lines_for(order.customer, items, order.day)
    for line in lines:
        if sent := delivered.get(line.product_id):
            was = sent.pop(0)
            if line.quantity < was.delivered:
                raise ValidationError(
                    _("%(product)s: %(n)d were delivered already.")
                    % {"product": line.product, "n": was.delivered}
                )
            was.quantity, was.gross = line.quantity, rules.line_gross(line.quantity, was.price, was.discount)
            was.save(update_fields=["quantity", "gross"])
            line.quantity = 0
    if any(delivered.values()):
        raise ValidationError(_("A product that was delivered already cannot be taken out."))
    order.lines.filter(delivered=0).delete()
    order.note, order.wanted_on = note[:300], wanted_on
    order.valid_until = _validity(order.kind, order.day, valid_until)
    _write_lines(order, [line for line in lines if line.quantity])
    refigure(order, "note", "wanted_on", "valid_until")
    if order.gross > before:
        hold.void_releases(order)
    if order.status != Status.DRAFT:
        hold.settle(order)
    audit.record(order, "change", by=by, changes={"gross": [str(before), str(order.gross)]})
    return order


def items_of(order: Order) -> list[Item]:
    """The order's lines as wanted anew, at their prices."""
    return [
        Item(line.product, line.quantity, line.price, line.discount, line.tax_rate, line.gift)
        for line in order.lines.select_related("product").order_by("id")
    ]


@transaction.atomic
def copy_order(order: Order, *, by: User | None) -> Order:
    """A new draft with the same lines; no release comes along."""
    return create_order(
        order.customer, items_of(order), by=by, kind=order.kind, came_from=order, note=order.note
    )


@transaction.atomic
def accept_quotation(quotation: Order, *, by: User | None) -> Order:
    """The customer said yes: a draft order at the quoted prices, as long as they are valid."""
    quotation = fresh(quotation)
    _needs(quotation, Status.DRAFT)
    if quotation.kind != Kind.QUOTATION:
        raise ValidationError(_("This is an order already."))
    if quotation.valid_until and quotation.valid_until < timezone.localdate():
        raise ValidationError(
            _("The prices of %(number)s were valid until %(day)s. Edit it and write a later day first.")
            % {"number": quotation, "day": day_text(quotation.valid_until)}
        )
    order = create_order(quotation.customer, items_of(quotation), by=by, came_from=quotation, note=quotation.note, wanted_on=_ahead(quotation))  # fmt: skip
    quotation.status = Status.DONE
    quotation.save(update_fields=["status"])
    audit.record(quotation, "accept", by=by, note=str(order))
    return order


def _ahead(order: Order) -> date | None:
    return order.wanted_on if order.wanted_on and order.wanted_on >= timezone.localdate() else None


@transaction.atomic
def cancel_order(order: Order, *, reason: str, by: User | None) -> Order:
    """Nothing more of it will be delivered; what was delivered stays."""
    order = fresh(order)
    _needs(order, Status.DRAFT, Status.HELD, Status.CONFIRMED)
    hold.void_releases(order)
    order.status, order.hold = Status.CANCELLED, ""
    order.version += 1
    order.save(update_fields=["status", "hold", "version"])
    audit.record(order, "cancel", by=by, note=reason[:300])
    return order


@transaction.atomic
def reopen_order(order: Order, *, by: User | None) -> Order:
    """Back to a draft; to be delivered it has to be placed again, and no former release counts."""
    order = fresh(order)
    _needs(order, Status.CANCELLED, Status.DONE, Status.HELD, Status.CONFIRMED)
    if order.kind == Kind.QUOTATION and order.status == Status.DONE:
        raise ValidationError(_("This quotation became an order."))
    hold.void_releases(order)
    order.status, order.hold = Status.DRAFT, ""
    order.save(update_fields=["status", "hold"])
    refigure(order)
    audit.record(order, "reopen", by=by)
    return order


@transaction.atomic
def split_order(order: Order, quantities: Mapping[int, int], *, by: User | None) -> Order:
    """Move undelivered units (line id -> units) to an order of their own, which goes through the gate by itself. Returns the new one."""
    order = fresh(order)
    _needs(order, Status.DRAFT, Status.HELD, Status.CONFIRMED)
    items = []
    for line in order.lines.select_related("product").order_by("id"):
        units = quantities.get(line.pk, 0)
        if not 0 <= units <= line.left:
            raise ValidationError(
                _("%(product)s: between 0 and %(n)d can be moved.")
                % {"product": line.product, "n": line.left}
            )
        if not units:
            continue
        items.append(Item(line.product, units, line.price, line.discount, line.tax_rate, line.gift))
        line.quantity -= units
        if line.quantity:
            line.gross = rules.line_gross(line.quantity, line.price, line.discount)
            line.save(update_fields=["quantity", "gross"])
        else:
            line.delete()
    if not items or not order.lines.exists():
        raise ValidationError(_("Both orders need at least one line."))
    refigure(order)
    new = create_order(
        order.customer, items, by=by, kind=order.kind, came_from=order, wanted_on=_ahead(order)
    )
    if order.status != Status.DRAFT:
        hold.settle(order)
        new = place_order(new, by=by)
    audit.record(order, "split", by=by, note=str(new))
    return new


@transaction.atomic
def merge_orders(order: Order, others: Sequence[Order], *, by: User | None) -> Order:
    """Take the undelivered lines of other orders of the same customer over. All releases are void: it is another order now."""
    order = fresh(order)
    _needs(order, Status.DRAFT, Status.HELD, Status.CONFIRMED)
    for other in others:
        other = fresh(other)
        if other.customer_id != order.customer_id or other.kind != order.kind or other.pk == order.pk:
            raise ValidationError(_("Only orders of one customer can be merged."))
        _needs(other, Status.DRAFT, Status.HELD, Status.CONFIRMED)
        if other.deliveries.exists():
            raise ValidationError(
                _("%(number)s was delivered in part; it cannot be merged.") % {"number": other}
            )
        other.lines.update(order=order)
        refigure(other)
        cancel_order(other, reason=str(order), by=by)
    hold.void_releases(order)
    refigure(order)
    if order.status != Status.DRAFT:
        hold.settle(order)
    audit.record(order, "merge", by=by, note=", ".join(map(str, others))[:300])
    return order


def waiting_release(order: Order) -> Release | None:
    """The release asked for and not decided."""
    return order.releases.filter(state="asked").select_related("asked_by").first()
