"""Goods leave, come back, are swapped and invoiced (P6.1). `deliver` is the only place where goods leave."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.books import services as books
from furrow.books.models import Source
from furrow.books.rules import period_of
from furrow.kit import audit
from furrow.orders import hold
from furrow.orders.hold import Held, fresh
from furrow.orders.models import (
    Delivery,
    DeliveryKind,
    DeliveryLine,
    Order,
    OrderLine,
    ReleaseState,
    Status,
)
from furrow.orders.services import lines_of, refigure
from furrow.receivables import credit, ledger, rules
from furrow.receivables import services as receivables
from furrow.receivables.models import Invoice
from furrow.receivables.money import NOTHING
from furrow.receivables.numbering import next_number
from furrow.team.models import User

PREFIX = {DeliveryKind.DELIVERY: "DN", DeliveryKind.RETURN: "RTN", DeliveryKind.EXCHANGE: "EXC"}
_PATH = re.compile(r"[ML0-9 .,-]{0,20000}")


def deliver(
    order: Order, quantities: Mapping[int, int] | None = None, *, by: User | None, day: date | None = None, driver: str = "", note: str = ""
) -> Delivery:  # fmt: skip
    """Send units of an order (line id -> units; None: all that is left). Raises Held, and the order is held from then on, when credit
    does not bear it and nobody released it; ValidationError for an order that was never placed and for more than is left."""
    with transaction.atomic():
        made = _deliver(order, quantities, by, day or timezone.localdate(), driver, note)
    if isinstance(made, Order):
        raise Held(made)
    return made


def _deliver(
    order: Order, quantities: Mapping[int, int] | None, by: User | None, day: date, driver: str, note: str
) -> Delivery | Order:
    ledger.check_day(day)
    order = fresh(order)
    if order.status not in (Status.CONFIRMED, Status.HELD):
        raise ValidationError(
            _("%(number)s is %(state)s; this cannot be done now.")
            % {"number": order, "state": order.get_status_display()}
        )
    why, release = hold.gate(order)
    if why and release is None:
        hold.settle(order)
        return order
    delivery = _write(order, DeliveryKind.DELIVERY, _send(_wanted(order, quantities)), by, day, note, driver=driver[:60], held_for=why, release=release)  # fmt: skip
    if not any(line.left for line in refigure(order)):
        order.status = Status.DONE
        if release is not None:
            release.state = ReleaseState.USED
            release.save(update_fields=["state"])
    elif release is None:
        order.status, order.hold = Status.CONFIRMED, ""
    order.save(update_fields=["status", "hold"])
    return delivery


def _wanted(order: Order, quantities: Mapping[int, int] | None) -> list[tuple[OrderLine, int]]:
    found = []
    for line in lines_of(order):
        units = line.left if quantities is None else quantities.get(line.pk, 0)
        if not 0 <= units <= line.left:
            raise ValidationError(
                _("%(product)s: between 0 and %(n)d are left.") % {"product": line.product, "n": line.left}
            )
        if units:
            found.append((line, units))
    if not found:
        raise ValidationError(_("Nothing to deliver: write at least one quantity."))
    return found


def _send(wanted: Sequence[tuple[OrderLine, int]]) -> list[tuple[OrderLine, int, Decimal]]:
    """Note the units as delivered, each with its exact share of the line's value."""
    sent = []
    for line, units in wanted:
        before = rules.line_gross(line.delivered, line.price, line.discount)
        line.delivered += units
        line.save(update_fields=["delivered"])
        sent.append((line, units, rules.line_gross(line.delivered, line.price, line.discount) - before))
    return sent


def _write(
    order: Order, kind: DeliveryKind, moved: Sequence[tuple[OrderLine, int, Decimal]], by: User | None, day: date, note: str, **values: object
) -> Delivery:  # fmt: skip
    """The paper with its lines, and the customer's book."""
    gross = sum((value for _line, _units, value in moved), NOTHING)
    delivery = Delivery.objects.create(
        number=next_number(PREFIX[kind], day), kind=kind, order=order, customer_id=order.customer_id, day=day, note=note[:300], gross=gross, by=by,
        to_bill=gross if kind == DeliveryKind.DELIVERY else NOTHING, **values
    )  # fmt: skip
    DeliveryLine.objects.bulk_create(
        DeliveryLine(delivery=delivery, line=line, quantity=units, gross=value)
        for line, units, value in moved
    )
    audit.record(delivery, "create", by=by, note=str(order))
    if kind != DeliveryKind.EXCHANGE:
        sign = 1 if kind == DeliveryKind.DELIVERY else -1
        _book(order.customer_id, [(line.product_id, sign * units) for line, units, _value in moved], day, by)
    return delivery


def _book(customer_id: int, moved: Sequence[tuple[int, int]], day: date, by: User | None) -> None:
    """What arrived is bought, in the purchase-sales book (P1.6)."""
    period = period_of(day, books.cuts())
    units: dict[int, int] = {}
    for product_id, number in moved:
        units[product_id] = units.get(product_id, 0) + number
    now = books.lines_now([(customer_id, product_id, period.start) for product_id in units], lock=True)
    lines = []
    for product_id, number in units.items():
        row = now.get((customer_id, product_id, period.start))
        figures = {} if row is None else {name: getattr(row, name) for name in books.FIGURES}
        figures["bought"] = (figures.get("bought") or 0) + number
        lines.append(books.Line(customer_id, product_id, period, **figures))
    books.save_lines(lines, by=by, source=Source.ORDER)


@transaction.atomic
def invoice_deliveries(
    deliveries: Sequence[Delivery], *, by: User | None, day: date | None = None
) -> Invoice:
    """One invoice for deliveries of one customer, less what came back before; due by the customer's term."""
    ids = {delivery.customer_id for delivery in deliveries}
    if len(ids) != 1:
        raise ValidationError(_("Choose deliveries of one customer."))
    customer_id = ids.pop()
    ledger.locked(customer_id)
    rows = list(
        Delivery.objects.select_for_update(of=("self",)).select_related("order__customer").filter(
            pk__in=[delivery.pk for delivery in deliveries], kind=DeliveryKind.DELIVERY, invoice=None
        ).order_by("pk")
    )  # fmt: skip
    lines = [line for row in rows for line in _bill(row)]
    if len(rows) != len(deliveries) or not lines:
        raise ValidationError(_("Nothing to invoice: these deliveries were invoiced, or all came back."))
    term = credit.terms([customer_id])[customer_id].term_days
    source = ", ".join(map(str, rows))
    invoice = receivables.issue_invoice(rows[0].order.customer, lines, by=by, day=day, term_days=term, source=source if len(source) <= 60 else f"{source[:57]}...")  # fmt: skip
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(invoice=invoice, to_bill=NOTHING)
    return invoice


def _bill(delivery: Delivery) -> list[receivables.Line]:
    """What was delivered and kept, gifts left out."""
    found = []
    for row in delivery.lines.select_related("line__product").order_by("id"):
        kept = row.gross - rules.share_of(row.gross, row.returned, row.quantity)
        if kept:
            found.append(_billed(row.line, row.quantity - row.returned, kept))
    return found


def _billed(line: OrderLine, units: int, gross: Decimal) -> receivables.Line:
    product = line.product
    return receivables.Line(
        product.title, units, line.price, line.tax_rate, line.discount, product, product.unit, gross
    )


@transaction.atomic
def take_back(
    delivery: Delivery, quantities: Mapping[int, int], *, reason: str, by: User | None, exchange: bool = False
) -> Delivery:
    """退货 or 换货: units of a delivery's lines (delivery line id -> units). A return lowers what is to be invoiced, or brings a credit
    note that pays the invoice first; an exchange moves no money."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why")})
    ledger.locked(delivery.customer_id)
    delivery = Delivery.objects.select_related("order", "customer", "invoice__customer").get(pk=delivery.pk)
    if delivery.kind != DeliveryKind.DELIVERY:
        raise ValidationError(_("Only goods of a delivery can come back."))
    wanted = _coming_back(delivery, quantities)
    kind = DeliveryKind.EXCHANGE if exchange else DeliveryKind.RETURN
    values = [NOTHING if exchange else _value_back(row, units) for row, units in wanted]
    moved = [(row.line, units, value) for (row, units), value in zip(wanted, values, strict=True)]
    paper = _write(delivery.order, kind, moved, by, timezone.localdate(), reason, of=delivery)
    if not exchange:
        for row, units in wanted:
            row.returned += units
            row.save(update_fields=["returned"])
        _credit(delivery, [_billed(line, units, value) for line, units, value in moved if value], reason, by)
    return paper


def _coming_back(delivery: Delivery, quantities: Mapping[int, int]) -> list[tuple[DeliveryLine, int]]:
    wanted = []
    for row in delivery.lines.select_related("line__product").order_by("id"):
        units, left = quantities.get(row.pk, 0), row.quantity - row.returned
        if not 0 <= units <= left:
            raise ValidationError(
                _("%(product)s: between 0 and %(n)d can come back.")
                % {"product": row.line.product, "n": left}
            )
        if units:
            wanted.append((row, units))
    if not wanted:
        raise ValidationError(_("Nothing comes back: write at least one quantity."))
    return wanted


def _value_back(row: DeliveryLine, units: int) -> Decimal:
    after = rules.share_of(row.gross, row.returned + units, row.quantity)
    return after - rules.share_of(row.gross, row.returned, row.quantity)


def _credit(delivery: Delivery, lines: Sequence[receivables.Line], reason: str, by: User | None) -> None:
    if delivery.invoice is None:
        kept = _bill(delivery)
        delivery.to_bill = sum((line.sums.gross for line in kept), NOTHING)
        delivery.save(update_fields=["to_bill"])
        return
    if not lines:
        return
    note = receivables.issue_invoice(delivery.invoice.customer, lines, by=by, source=delivery.number, note=reason, corrects=delivery.invoice)  # fmt: skip
    owed = Invoice.objects.get(pk=delivery.invoice.pk).open
    if owed:
        receivables.allocate(note, [(delivery.invoice.pk, min(owed, note.gross))], by=by)


@transaction.atomic
def sign_delivery(delivery: Delivery, *, signed_by: str, signature: str = "", by: User | None, at: datetime | None = None) -> Delivery:  # fmt: skip
    """The customer signs for the goods, with the name and, on the phone, the pen's path."""
    row: Delivery = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if row.signed_at is not None:
        raise ValidationError(_("This delivery was signed already."))
    if not signed_by.strip():
        raise ValidationError({"signed_by": _("Write who signs")})
    row.signed_by, row.signed_at = signed_by.strip()[:60], at or timezone.now()
    row.signature = signature if _PATH.fullmatch(signature) else ""
    row.version += 1
    row.save()
    audit.record(row, "sign", by=by, note=row.signed_by)
    return row


def merge_undone(merge: Any) -> None:
    """Two customers that were one are two again (settings.REACTIONS): what was delivered meanwhile goes with its order."""
    strays = Delivery.objects.filter(customer__in=[merge.kept_id, merge.gone_id]).exclude(order__customer=F("customer"))  # fmt: skip
    strays.update(customer=Subquery(Order.objects.filter(pk=OuterRef("order")).values("customer")[:1]))
