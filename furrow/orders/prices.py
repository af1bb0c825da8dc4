"""Which price holds for a customer on a day, and every change of price lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import BigIntegerField, CharField, DateField, F, Q, QuerySet
from django.utils.translation import gettext as _

from furrow.catalog.models import Currency, Product
from furrow.customers.models import Customer
from furrow.kit import audit
from furrow.kit.prepared import AmongIds, Ids, Prepared
from furrow.orders.models import PriceLine, PriceList
from furrow.orders.rules import CHANNEL, CUSTOMER, EVERYBODY, Offer, choose_price
from furrow.receivables.services import MOST_UNITS, checked_amount
from furrow.team.models import User


def prices_for(
    customer: Customer, quantities: Mapping[int, int], day: date
) -> dict[int, tuple[Decimal | None, str]]:
    """Product -> (price of one unit with tax, currency) at these quantities; None where there is none. Two queries."""
    offers: dict[int, list[Offer]] = {}
    reached = _OFFERED.rows(None, products=quantities, customer=customer.pk, channel=customer.channel_type, day=day)  # fmt: skip
    for product, price, min_quantity, whose, channel, valid_from in reached:
        reach = CUSTOMER if whose else CHANNEL if channel else EVERYBODY
        offers.setdefault(product, []).append(Offer(price, reach, min_quantity, valid_from))
    found: dict[int, tuple[Decimal | None, str]] = {}
    for product, listed, currency in _LISTED.rows(None, products=quantities, day=day):
        chosen = choose_price(offers.get(product, []), quantities[product], None)
        found[product] = (listed, currency or Currency.CNY) if chosen is None else (chosen, Currency.CNY)
    return found


def _offered(_reader: None, products: Any, customer: Any, channel: Any, day: Any) -> QuerySet[Any, Any]:
    reach = Q(price_list__customer=customer)
    reach |= Q(price_list__customer=None) & (
        Q(price_list__channel_type="") | Q(price_list__channel_type=channel)
    )
    lines = PriceLine.objects.filter(
        reach, AmongIds(F("product"), products), Q(price_list__valid_until=None) | Q(price_list__valid_until__gte=day), price_list__valid_from__lte=day
    )  # fmt: skip
    return lines.values_list("product", "price", "min_quantity", "price_list__customer", "price_list__channel_type", "price_list__valid_from")  # fmt: skip


_OFFERED = Prepared(_offered, products=Ids(), customer=BigIntegerField(), channel=CharField(), day=DateField())  # fmt: skip


def _listed(_reader: None, products: Any, day: Any) -> QuerySet[Any, Any]:
    rows: Any = Product.objects.filter(AmongIds(F("id"), products)).priced(day)
    found: QuerySet[Any, Any] = rows.values_list("pk", "price_now", "currency_now")
    return found


_LISTED = Prepared(_listed, products=Ids(), day=DateField())


def first_prices(customers: Sequence[Customer], product_ids: Sequence[int], day: date) -> dict[int, dict[int, Decimal]]:  # fmt: skip
    """Customer -> product -> price of a single unit by the price lists; what only the catalog prices is left out. One query."""
    ids = [customer.pk for customer in customers]
    lines = PriceLine.objects.filter(
        Q(price_list__customer=None) | Q(price_list__customer__in=ids), Q(price_list__valid_until=None) | Q(price_list__valid_until__gte=day),
        product__in=product_ids, price_list__valid_from__lte=day, min_quantity=1,
    ).select_related("price_list")  # fmt: skip
    offers: dict[tuple[int | None, str], dict[int, list[Offer]]] = {}
    for line in lines:
        own = line.price_list
        reach = CUSTOMER if own.customer_id else CHANNEL if own.channel_type else EVERYBODY
        of_whom = offers.setdefault((own.customer_id, own.channel_type), {})
        of_whom.setdefault(line.product_id, []).append(Offer(line.price, reach, 1, own.valid_from))
    found: dict[int, dict[int, Decimal]] = {}
    for customer in customers:
        reached = [
            offers.get(whom, {}) for whom in {(None, ""), (None, customer.channel_type), (customer.pk, "")}
        ]
        for product in {pk for lists in reached for pk in lists}:
            price = choose_price([one for lists in reached for one in lists.get(product, [])], 1, None)
            if price is not None:
                found.setdefault(customer.pk, {})[product] = price
    return found


@transaction.atomic
def save_price_list(
    price_list: PriceList | None, *, name: str, valid_from: date, valid_until: date | None, channel_type: str, customer: Customer | None,
    lines: Sequence[tuple[Product, int, Decimal]], by: User | None,
) -> PriceList:  # fmt: skip
    """A new list, or one written anew with its lines (product, from quantity, price). Orders placed before keep their prices."""
    if valid_until is not None and valid_until < valid_from:
        raise ValidationError({"valid_until": _("It ends before it begins.")})
    if channel_type and customer is not None:
        raise ValidationError({"channel_type": _("A list holds for one channel or for one customer.")})
    seen: set[tuple[int, int]] = set()
    for product, quantity, price in lines:
        checked_amount(price, "lines")
        if not 1 <= quantity <= MOST_UNITS or (product.pk, quantity) in seen:
            raise ValidationError(
                {"lines": _("%(product)s: each quantity once, from 1 on.") % {"product": product}}
            )
        seen.add((product.pk, quantity))
    values = {"name": name[:60], "valid_from": valid_from, "valid_until": valid_until, "channel_type": channel_type, "customer": customer}  # fmt: skip
    row = price_list or PriceList()
    before = audit.values_of(row, values) if row.pk else {}
    for field, value in values.items():
        setattr(row, field, value)
    row.version += 1
    row.save()
    row.lines.all().delete()
    PriceLine.objects.bulk_create(
        PriceLine(price_list=row, product=product, min_quantity=quantity, price=price)
        for product, quantity, price in lines
    )
    audit.record(row, "change" if before else "create", by=by, changes=audit.changes_between(before, audit.values_of(row, values)))  # fmt: skip
    return row
