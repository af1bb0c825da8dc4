"""Pure rules of orders (P6.1): which price holds, what to order next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

EVERYBODY, CHANNEL, CUSTOMER = 0, 1, 2
COVER_DAYS = 30


@dataclass(frozen=True, slots=True)
class Offer:
    """A price of a list that is valid on the day, for everybody, a channel or the customer itself."""

    price: Decimal
    reach: int
    min_quantity: int
    valid_from: date


def choose_price(offers: Sequence[Offer], quantity: int, list_price: Decimal | None) -> Decimal | None:
    """The narrowest list whose minimum quantity is reached; among equals the newest list, then the larger quantity. Without one the
    catalog's list price."""
    fitting = [offer for offer in offers if offer.min_quantity <= quantity]
    if not fitting:
        return list_price
    return max(fitting, key=lambda offer: (offer.reach, offer.valid_from, offer.min_quantity)).price


def suggested_quantity(
    sold: int | None, days: int, stock: int | None, on_order: int, pack: int | None, cover: int = COVER_DAYS
) -> int:
    """What to order so that stock and what is on its way last `cover` days at the pace of the last period, in whole cases.
    0 when the pace is not known or enough is there."""
    if not sold or sold <= 0 or days <= 0:
        return 0
    wanted = -(-sold * cover // days) - (stock or 0) - on_order
    if wanted <= 0:
        return 0
    return -(-wanted // pack) * pack if pack else wanted
