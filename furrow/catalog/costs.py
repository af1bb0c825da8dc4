"""Cost prices (P1.2 group 11): set by those who may see costs, read by the rooms that work out what a customer contributes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.catalog.models import HIGHEST_PRICE, CostPrice, Kind, Product
from furrow.kit import audit
from furrow.team.access import may
from furrow.team.models import User


@transaction.atomic
def set_cost(product: Product, cost: Decimal, *, by: User | None, valid_from: date | None = None) -> CostPrice:  # fmt: skip
    """What one unit costs from a day on; one given for the same day is replaced. Raises ValidationError for a figure that cannot be. The
    audit entry is the cost price's own, so that the product's history does not tell it."""
    day = valid_from or timezone.localdate()
    if product.kind != Kind.OWN:
        raise ValidationError({"cost": not_ours()})
    if not cost.is_finite() or not 0 <= cost <= HIGHEST_PRICE or cost != cost.quantize(Decimal("0.01")):
        raise ValidationError({"cost": _("Write the cost as an amount with at most two decimals")})
    if not 2000 <= day.year <= 2100:
        raise ValidationError({"valid_from": _("Choose a day between 2000 and 2100")})
    Product.objects.select_for_update().get(pk=product.pk)
    row = CostPrice.objects.filter(product=product, valid_from=day).first() or CostPrice(product=product, valid_from=day)  # fmt: skip
    before = audit.values_of(row, ["cost"]) if row.pk else {}
    row.cost, row.by, row.updated_at = cost, by, timezone.now()
    row.version += 1
    row.save()
    audit.record(row, "change" if before else "create", by=by, changes=audit.changes_between(before, audit.values_of(row, ["cost"])))  # fmt: skip
    return row


@transaction.atomic
def withdraw_cost(product: Product, valid_from: date, *, by: User | None) -> None:
    """Take back the cost price given for a day; the one before it holds again."""
    Product.objects.select_for_update().get(pk=product.pk)
    row = CostPrice.objects.filter(product=product, valid_from=valid_from).first()
    if row is not None:
        audit.record(row, "delete", by=by, changes={"cost": [audit.plain(row.cost), None]})
        row.delete()


def refused(user: User) -> str:
    """What is said to those who write a cost price and may not; empty for those who may."""
    if may(user, "catalog.costs"):
        return ""
    return _("Your role does not set cost prices. Leave “%(field)s” out, or ask an administrator for the right.") % {"field": CostPrice._meta.get_field("cost").verbose_name}  # fmt: skip


def not_ours() -> str:
    """What is said of a competing product's cost."""
    return _("Only our own products have a cost price")


class Costs:
    """Cost prices of products by day; one query."""

    def __init__(self, product_ids: Iterable[int]) -> None:
        self._known: dict[int, tuple[list[date], list[Decimal]]] = {}
        rows = CostPrice.objects.filter(product__in=set(product_ids)).order_by("valid_from")
        for product, day, cost in rows.values_list("product", "valid_from", "cost"):
            days, costs = self._known.setdefault(product, ([], []))
            days.append(day)
            costs.append(cost)

    def on(self, product_id: int, day: date) -> Decimal | None:
        """What a unit cost on a day; before the first price, the first; None for a product without any."""
        days, costs = self._known.get(product_id, ([], []))
        return costs[max(0, bisect_right(days, day) - 1)] if costs else None
