"""Which card is in force: the company's latest published version, else the one that ships in cards/*.toml (P3)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from furrow.assessment.cards import CUSTOMER_GRADE, Card
from furrow.assessment.models import CardVersion
from furrow.assessment.parsing import CardError, Problem, card_of
from furrow.kit.prepared import PreparedRecords

FOLDER = Path(__file__).parent / "cards"
# In the order in which they are shown.
SHIPPED: tuple[str, ...] = (
    "man",
    "four_analyses",
    "customer_grade",
    "credit_5c",
    "class_532",
    "customer_size",
    "relationship_quarter",
    "relationship_year",
    "yearly_class",
    "dealer_selection",
    "dealer_concerns",
    "region_selection",
)


@cache
def shipped(code: str) -> dict[str, Any]:
    """The shipped definition as plain data; raises CardError for a code that does not ship. The same for every company."""
    if code not in SHIPPED or not (FOLDER / f"{code}.toml").exists():
        raise CardError([Problem("", _("There is no card “%(code)s”") % {"code": code[:40]})])
    return tomllib.loads((FOLDER / f"{code}.toml").read_text(encoding="utf-8"))


@cache
def card(code: str = CUSTOMER_GRADE) -> Card:
    """The shipped card of this code; raises CardError."""
    return card_of(shipped(code))


def current_card(code: str) -> Card:
    """The card in force; raises CardError when there is none of that code. One query."""
    row = CardVersion.objects.filter(code=code, state=CardVersion.State.PUBLISHED).first()
    return card_of(row.definition, row.number) if row else card(code)


def current_cards() -> dict[str, Card]:
    """All cards in force by code, the shipped ones first. One query."""
    rows: dict[str, CardVersion] = {row.code: row for row in _PUBLISHED.records()}
    found = {
        code: card_of(rows[code].definition, rows[code].number) if code in rows else card(code)
        for code in SHIPPED
    }
    return found | {
        code: card_of(row.definition, row.number) for code, row in rows.items() if code not in found
    }


_PUBLISHED = PreparedRecords(
    CardVersion, lambda: CardVersion.objects.filter(state=CardVersion.State.PUBLISHED).order_by("number")
)


def versions(wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Card]:
    """Cards as they were, by code and number; what was never kept is the shipped one. One query."""
    pairs = {pair for pair in wanted if pair[1]}
    if not pairs:
        return {}
    rows = CardVersion.objects.filter(code__in={code for code, _number in pairs}).exclude(
        state=CardVersion.State.DRAFT
    )
    found = {
        (row.code, row.number): card_of(row.definition, row.number)
        for row in rows
        if (row.code, row.number) in pairs
    }
    return found | {
        (code, 1): card(code) for code, number in pairs - set(found) if number == 1 and code in SHIPPED
    }


def keep_shipped(used: Card) -> None:
    """Keep the definition that a snapshot is made with, so that a later release of Furrow does not change what explains it."""
    if (
        used.code in SHIPPED
        and not CardVersion.objects.filter(code=used.code).exclude(state=CardVersion.State.DRAFT).exists()
    ):
        CardVersion.objects.get_or_create(
            code=used.code,
            number=used.version,
            defaults={
                "state": CardVersion.State.PUBLISHED,
                "shipped": True,
                "definition": shipped(used.code),
            },
        )
