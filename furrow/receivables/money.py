"""Money: Decimal with two places in Python, whole fen in the database, so that sums and constraints are exact on both databases."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

CURRENCY = "CNY"  # the company's books are kept in one currency; everything else is refused at the door
OURS = frozenset(
    {CURRENCY, "RMB", "人民币", "人民币元", "元", "¥", "￥", "156"}
)  # as lists and banks write it
CENT = Decimal("0.01")
NOTHING = Decimal("0.00")
MOST = Decimal("999999999999.99")


def rounded(amount: Decimal) -> Decimal:
    """To 0.01, half up: the one place where money is rounded."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def fen(amount: Any) -> int:
    """Whole fen of an exact amount. Raises ValueError when it has parts of a fen."""
    value = (amount if isinstance(amount, Decimal) else Decimal(str(amount))) * 100
    whole = int(value)
    if value != whole:
        raise ValueError(f"{amount} is no whole number of fen")
    return whole


class MoneyField(models.BigIntegerField):  # type: ignore[type-arg]  # generic only in the stubs
    """An amount in yuan: Decimal outside, fen inside."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any
    _pyi_lookup_exact_type: Any

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-2)

    def to_python(self, value: Any) -> Any:
        if value is None or isinstance(value, Decimal):
            return value
        try:
            return Decimal(str(value)).quantize(CENT)
        except ArithmeticError as error:
            raise ValidationError(_("Write the amount as a number, like 1234.50")) from error

    def get_prep_value(self, value: Any) -> Any:
        return value if value is None or hasattr(value, "resolve_expression") else fen(value)

    def formfield(self, **kwargs: Any) -> Any:
        given = {"form_class": AmountField, "label": self.verbose_name, "required": not self.blank}
        return models.Field.formfield(self, **(given | kwargs))


class AmountField(forms.DecimalField):
    """An amount as people type it: thousands with commas, two decimals, at most MOST."""

    def __init__(self, **kwargs: Any) -> None:
        limits: dict[str, Any] = {"max_digits": 14, "decimal_places": 2, "max_value": MOST, "min_value": CENT}
        super().__init__(**(limits | kwargs))
        self.widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip().lstrip("¥￥").replace(",", "").replace("，", "")
        return super().to_python(text)
