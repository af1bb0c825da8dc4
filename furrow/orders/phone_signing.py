"""The customer signs for goods on the rep's phone, offline too (settings.PHONE_COMMANDS), and what of it the phone keeps (settings.PHONE_PARTS)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.kit.phone import Command, Payload
from furrow.orders.deliveries import sign_delivery
from furrow.orders.models import Delivery, DeliveryKind
from furrow.orders.phone import BIGGEST_ID
from furrow.team.access import may
from furrow.team.models import User

KEPT_DAYS, MOST_SHOWN, LONGEST_PATH = 30, 60, 20_000


def sign(command: Command) -> dict[str, Any]:
    """delivery.sign: delivery, signed_by, signature (the pen's path, may be missing). Signed when it was signed on the phone."""
    if not may(command.by, "orders.deliver"):
        raise ValidationError(_("Your role does not hand goods over. An administrator can grant it."))
    payload = Payload(command.payload)
    pk = payload.whole("delivery", 1, BIGGEST_ID, _("Delivery"))
    delivery = Delivery.objects.visible_to(command.by).filter(pk=pk, kind=DeliveryKind.DELIVERY).first()
    if delivery is None:
        raise ValidationError(_("This delivery is not known, or no longer yours."))
    signed = sign_delivery(
        delivery, signed_by=payload.text("signed_by", 60, _("Signed by")), by=command.by, at=command.at,
        signature=payload.text("signature", LONGEST_PATH, _("Signature")),
    )  # fmt: skip
    return {"id": signed.pk, "version": signed.version, "number": signed.number}


def to_sign(user: User, customers: set[int]) -> list[dict[str, Any]]:
    """Goods of the last weeks for these customers that nobody signed for, the latest first; two queries."""
    if not may(user, "orders.deliver"):
        return []
    since = timezone.localdate() - timedelta(days=KEPT_DAYS)
    rows = Delivery.objects.visible_to(user).filter(
        customer__in=customers, kind=DeliveryKind.DELIVERY, signed_at=None, day__gte=since
    )  # fmt: skip
    found = rows.select_related("order").prefetch_related("lines__line__product").order_by("-id")[:MOST_SHOWN]
    return [
        {
            "id": row.pk, "of": row.customer_id, "number": row.number, "day": row.day.isoformat(),
            "wishes": " ".join(filter(None, (row.order.delivery_times, row.order.requirements))),
            "lines": [[one.line.product.title, one.quantity, one.line.product.unit, one.line.gift] for one in row.lines.all()],
        }
        for row in found
    ]  # fmt: skip
