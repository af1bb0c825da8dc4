"""Lines of an order as people type them: products by code, barcode or title, quantities in units or cases, prices with two decimals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from furrow.catalog.models import Product
from furrow.catalog.queries import products_written
from furrow.orders.services import Item
from furrow.receivables.money import MOST, NOTHING
from furrow.receivables.parties import one_line
from furrow.team.models import User

NAMES = ("product", "quantity", "price", "discount", "gift")
MOST_ROWS = 200


def rows_of(data: Any) -> list[dict[str, str]]:
    """The rows of a posted form, product_0, quantity_0 and so on; blank ones are left out."""
    found = []
    for number in range(MOST_ROWS):
        if f"product_{number}" not in data:
            break
        row = {name: one_line(data.get(f"{name}_{number}", "")[:250]) for name in NAMES}
        if row["product"] or row["quantity"]:
            found.append(row)
    return found


def read_items(rows: Sequence[Mapping[str, str]], user: User) -> list[Item]:
    """The rows as items; raises ValidationError with one sentence for every wrong row."""
    products = products_written((row.get("product", "") for row in rows), user)
    items, wrong = [], []
    for number, row in enumerate(rows, 1):
        try:
            items.append(read_item(row, products))
        except ValidationError as error:
            wrong += [_("Line %(number)d: ") % {"number": number} + text for text in error.messages]
    if wrong:
        raise ValidationError(wrong)
    return items


def read_item(row: Mapping[str, str], products: Mapping[str, Product]) -> Item:
    """One row; raises ValidationError by the name of the field that is wrong."""
    product = products.get(row.get("product", ""))
    if product is None:
        raise ValidationError({"product": _("no such product: choose one of the list")})
    price = _number("price", row, _("write the price as a number, like 1299.00"))
    discount = _number("discount", row, _("write the discount in percent, like 5"))
    units = units_written(row.get("quantity", ""), product)
    return Item(product, units, price, discount or NOTHING, gift=bool(row.get("gift")))


def units_written(text: str, product: Product) -> int:
    """Whole units, or cases of so many: 3箱. Raises ValidationError."""
    quantity = text.replace(",", "")
    if product.pack_unit and product.pack_size and quantity.endswith(product.pack_unit):
        cases = quantity.removesuffix(product.pack_unit).strip()
        quantity = (
            str(int(cases) * product.pack_size)
            if cases.isascii() and cases.isdigit() and len(cases) < 8
            else ""
        )
    if not quantity.isascii() or not quantity.isdigit() or len(quantity) > 9 or not int(quantity):
        raise ValidationError({"quantity": _("Write the quantity in whole units, 1 or more")})
    return int(quantity)


def _number(name: str, row: Mapping[str, str], said: str) -> Decimal | None:
    text = row.get(name, "")
    if not text:
        return None
    try:
        value = Decimal(text.replace(",", "").lstrip("¥￥"))
    except InvalidOperation as error:
        raise ValidationError({name: said}) from error
    if not value.is_finite() or abs(value) > MOST:
        raise ValidationError({name: said})
    return value
