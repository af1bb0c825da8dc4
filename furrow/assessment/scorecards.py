"""Reads the scorecards that ship with Furrow from cards/*.toml and checks them."""

from __future__ import annotations

import tomllib
from decimal import Decimal, InvalidOperation
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from furrow.assessment.rules import GRADES, POINTS, Band, Card, Criterion, Factor, Text

FOLDER = Path(__file__).parent / "cards"
CUSTOMER_GRADE = "customer_grade"


class CardError(ValueError):
    """A scorecard file that cannot be used; the text names the file's part that is wrong."""


@cache
def card(code: str = CUSTOMER_GRADE) -> Card:
    """The shipped card of this code; raises CardError. The same for every company, so it may stay in memory."""
    path = FOLDER / f"{code}.toml"
    if not path.exists():
        raise CardError(f"there is no scorecard {code!r}")
    return parse(path.read_text(encoding="utf-8"))


def parse(text: str) -> Card:
    """A card from TOML; raises CardError when something is missing, doubled or out of range."""
    try:
        raw = tomllib.loads(text)
        found = Card(
            code=raw["code"],
            version=raw["version"],
            name=Text(**raw["name"]),
            importance=_factor("importance", raw["importance"]),
            growth=_factor("growth", raw["growth"]),
            grades={
                (Band(one), Band(two)): grade
                for one, row in raw["grades"].items()
                for two, grade in row.items()
            },
        )
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise CardError(f"the scorecard cannot be read: {error!r}") from error
    _check(found)
    return found


def _factor(code: str, raw: dict[str, Any]) -> Factor:
    return Factor(
        code=code,
        name=Text(**raw["name"]),
        criteria=tuple(
            Criterion(
                one["code"],
                Text(**one["name"]),
                Decimal(one["weight"]),
                tuple(Text(**level) for level in one["levels"]),
            )
            for one in raw["criteria"]
        ),
        least_share=Decimal(raw["least_share"]),
        high_from=Decimal(raw["high_from"]),
        medium_from=Decimal(raw["medium_from"]),
    )


def _check(found: Card) -> None:
    codes = [criterion.code for criterion in found.criteria()]
    if len(set(codes)) != len(codes):
        raise CardError("a criterion stands twice")
    for criterion in found.criteria():
        if criterion.weight <= 0 or len(criterion.levels) != len(POINTS):
            raise CardError(f"{criterion.code} needs a weight above 0 and {len(POINTS)} levels")
    for factor in found.factors:
        if not (
            1 < factor.medium_from < factor.high_from <= 5 and 0 < factor.least_share <= 1 and factor.criteria
        ):
            raise CardError(
                f"{factor.code}: thresholds must rise within 1 to 5 and the least share lie within 0 to 1"
            )
    if set(found.grades) != set(product(Band, Band)) or not set(found.grades.values()) <= set(GRADES):
        raise CardError("grades needs a grade A to D for every pair of bands")
