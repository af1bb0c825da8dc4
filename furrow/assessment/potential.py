"""Market potential of a region in yuan a year, by chain ratio or by index, with every input kept (P3.9). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Input:
    """One figure of an estimate. A `share` is given in percent, 0 to 100; `most` bounds all others."""

    code: str
    name: Any
    share: bool = False
    most: Decimal = Decimal(10) ** 12


CHAIN = (
    Input("buyers", _("Possible buyers")),
    Input("buying_share", _("Of these buy in a year (%)"), share=True),
    Input("frequency", _("Purchases a year each"), most=Decimal(10_000)),
    Input("quantity", _("Units a purchase"), most=Decimal(10) ** 6),
    Input("price", _("Average price (yuan)"), most=Decimal(10) ** 8),
)
INDEX = (
    Input("market", _("Market of the whole (yuan a year)")),
    Input("population_share", _("Share of the population (%)"), share=True),
    Input("income_share", _("Share of the income (%)"), share=True),
    Input("retail_share", _("Share of retail sales (%)"), share=True),
)
INPUTS = {"chain": CHAIN, "index": INDEX}
INDEX_WEIGHTS = {
    "population_share": Decimal(2),
    "income_share": Decimal(5),
    "retail_share": Decimal(3),
}  # of ten: buying power index


def chain_ratio(inputs: Mapping[str, Decimal]) -> Decimal:
    """Buyers × share that buys × purchases a year × units a purchase × price.

    >>> chain_ratio({k: Decimal(v) for k, v in dict(buyers=100000, buying_share=20, frequency=2, quantity=1, price=1500).items()})
    Decimal('60000000.00')
    """
    buyers = inputs["buyers"] * inputs["buying_share"] / 100
    return _cents(buyers * inputs["frequency"] * inputs["quantity"] * inputs["price"])


def index_method(inputs: Mapping[str, Decimal]) -> Decimal:
    """The whole market × the region's buying power index: 0.2 population + 0.5 income + 0.3 retail sales.

    >>> index_method({k: Decimal(v) for k, v in dict(market=1000000, population_share=2, income_share=3, retail_share=4).items()})
    Decimal('31000.00')
    """
    weighed = sum((INDEX_WEIGHTS[code] * inputs[code] for code in INDEX_WEIGHTS), Decimal(0))
    return _cents(inputs["market"] * weighed / 1000)


def estimate(way: str, inputs: Mapping[str, Decimal]) -> Decimal:
    """The potential by either way; raises KeyError for a way or an input there is not."""
    return {"chain": chain_ratio, "index": index_method}[way](inputs)


def _cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, rounding=ROUND_HALF_UP)
