"""What customers contribute (P1.2 group 11): net of what they were invoiced less what it cost us, credit notes taken off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from furrow.catalog.costs import Costs
from furrow.receivables.models import InvoiceKind, InvoiceLine
from furrow.receivables.money import NOTHING


@dataclass(frozen=True, slots=True)
class Contribution:
    """`margin` of the part `costed` whose cost is known; `net` is all that was invoiced for products, before tax."""

    margin: Decimal
    costed: Decimal
    net: Decimal

    @property
    def rate(self) -> Decimal | None:
        """Margin by what it was earned with."""
        return self.margin / self.costed if self.costed else None


def contributions(customer_ids: Sequence[int], after: date, until: date) -> dict[int, Contribution]:
    """By customer, over invoices dated in a period, each unit at its cost on the day of the invoice; two queries."""
    rows = InvoiceLine.objects.filter(
        invoice__customer__in=customer_ids, invoice__day__gt=after, invoice__day__lte=until, product__isnull=False
    )  # fmt: skip
    groups = rows.order_by().values_list("invoice__customer", "product", "invoice__day", "invoice__kind")
    sums = list(groups.annotate(units=Sum("quantity"), value=Sum("net")))
    costs = Costs(product for _customer, product, *_rest in sums)
    found: dict[int, list[Decimal]] = {}
    for customer, product, day, kind, units, value in sums:
        sign = -1 if kind == InvoiceKind.CREDIT_NOTE else 1
        own = found.setdefault(customer, [NOTHING, NOTHING, NOTHING])
        own[2] += sign * value
        if (cost := costs.on(product, day)) is not None:
            own[0] += sign * (value - units * cost)
            own[1] += sign * value
    return {customer: Contribution(*own) for customer, own in found.items()}
