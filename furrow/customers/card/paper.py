"""The customer card 客户资料卡 as the paper form: seventeen groups on the two sides of one A4 sheet, a further sheet for a key account (P1.2, P1.3).

What is not known stays an empty cell to write into. Groups that other rooms keep have their columns here; the rooms give the rows by
settings.CARD_PAPER.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.customers.card.groups import Group, column_of, label_of
from furrow.customers.card.lines import LISTS
from furrow.customers.card.reading import CardReading, Confirmed, cards_of
from furrow.customers.custom import queries as custom
from furrow.customers.models import Customer
from furrow.kit.figures import day
from furrow.team.models import User

Rows = Mapping[int, Sequence[Sequence[str]]]  # customer id -> lines of a group that another room keeps

ACROSS = 3  # facts side by side
ROOM = (
    0,
    18,
    54,
)  # half-width characters that fit beside a label over one and over two places; more takes the whole row
LAST_OF_FRONT = 7
MOST_LINES = {"lines.carried": 10, "lines.prices": 8, "stakeholders": 8}
EMPTY_LINES = {"lines.carried": 3, "lines.prices": 2, "stakeholders": 4, "complaints": 2}

HEADS: dict[str, tuple[Any, ...]] = {
    "results": (pgettext_lazy("paper", "Year"), _("Annual sales"), _("532 class"), pgettext_lazy("results", "Large, medium or small"), pgettext_lazy("paper", "Remark")),
    "credit": (_("Capital"), _("Character"), _("Capacity"), _("Collateral"), _("Condition"), _("Credit grade"), _("Limit and term")),
    "lines.carried": (_("Brand"), _("Variety"), _("Specification")),
    "lines.prices": (_("Date"), _("Product"), _("Retail price")),
    "contribution": (pgettext_lazy("book", "Period"), _("Volume"), _("Value"), _("Money collected"), pgettext_lazy("money", "Receivable")),
    "complaints": (_("Date"), _("Complaint"), _("How it ended")),
    "relationship": (pgettext_lazy("book", "Period"), _("Familiarity"), _("Closeness"), _("Support"), _("Complaints"), _("Receivables"), _("Grade")),
    "yearly": (pgettext_lazy("paper", "Year"), pgettext_lazy("yearly", "Results"), pgettext_lazy("yearly", "Relationship"), pgettext_lazy("yearly", "Credit"), _("Combined class")),
    "stakeholders": (
        pgettext_lazy("person", "Name"), pgettext_lazy("job", "Position"), pgettext_lazy("contact", "Role"), _("Phone"), _("Birthday"),
        _("Education, home town, family, temperament, interests"),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """A label and what is known, over `across` columns of the form."""

    label: str
    words: str
    across: int


@dataclass(frozen=True, slots=True)
class Section:
    """One group on paper: rows of facts, or a small table of `lines` below `heads`; `more` lines did not fit."""

    name: str
    number: int
    title: str
    confirmed: str
    rows: tuple[tuple[Cell, ...], ...] = ()
    heads: tuple[str, ...] = ()
    lines: tuple[tuple[str, ...], ...] = ()
    more: int = 0

    @property
    def height(self) -> int:
        """Rows of the form that the group's own cell spans."""
        return len(self.rows) or len(self.lines) + 1 + bool(self.more)

    @property
    def columns(self) -> int:
        return len(self.heads)


@dataclass(frozen=True, slots=True)
class PaperCard:
    """One customer's card: front, back, and the company facts of a key account."""

    customer: Customer
    complete: int
    front: tuple[Section, ...]
    back: tuple[Section, ...]
    company: tuple[Section, ...]


def papers_of(customers: Iterable[Customer], user: User) -> list[PaperCard]:
    """The cards in the given order; a constant number of queries. Callers have checked reach."""
    readings = cards_of(customers, user)
    people = [reading.customer for reading in readings]
    kept: dict[str, Rows] = {
        group: import_string(path)(user, people) for group, path in settings.CARD_PAPER.items()
    }
    return [_paper(reading, kept) for reading in readings]


def _paper(reading: CardReading, kept: Mapping[str, Rows]) -> PaperCard:
    front: list[Section] = []
    back: list[Section] = []
    company: list[Section] = []
    business = sum(group.number > LAST_OF_FRONT for group in reading.groups) > 1
    for group in reading.groups:
        section = _section(reading, group, kept.get(group.name, {}).get(reading.customer.pk, ()))
        turned = business and group.number > LAST_OF_FRONT
        (company if group.tab == "company" else back if turned else front).append(section)
    if reading.custom_fields:
        cells = [
            (field.label, custom.shown(reading.custom_values.get(field.pk)), 1)
            for field in reading.custom_fields
        ]
        front.append(Section("custom", 0, str(_("Further fields")), "", rows=_packed(cells)))
    return PaperCard(reading.customer, reading.complete.percent, tuple(front), tuple(back), tuple(company))


def _section(reading: CardReading, group: Group, kept: Sequence[Sequence[str]]) -> Section:
    confirmed = _confirmed(reading.confirmed.get(group.name))
    paths = [fact.path for fact in group.facts if fact.path != "position"]
    listed = next((path for path in paths if path in LISTS), "")
    if listed:
        kept = [LISTS[listed].cells(row) for row in reading.lists[listed]]
    if not listed and paths:
        rows = _packed([(label_of(path), reading.words(path), _least(path)) for path in paths])
        return Section(group.name, group.number, str(group.title), confirmed, rows=rows)
    name = listed or group.name
    heads = tuple(str(head) for head in HEADS[name])
    most = MOST_LINES.get(name, 4)
    lines = [tuple([*line, *[""] * len(heads)][: len(heads)]) for line in kept[:most]]
    lines += [("",) * len(heads)] * (EMPTY_LINES.get(name, 1) - len(lines))
    more = max(0, len(kept) - most)
    return Section(group.name, group.number, str(group.title), confirmed, (), heads, tuple(lines), more)


def _confirmed(last: Confirmed | None) -> str:
    return f"{day(last.at)} {last.by}".strip() if last else ""


def _least(path: str) -> int:
    """Places a fact takes at least, so that there is room to write."""
    return ACROSS if isinstance(column_of(path), models.TextField) else 1


def _packed(cells: Iterable[tuple[str, str, int]]) -> tuple[tuple[Cell, ...], ...]:
    """Facts into rows of ACROSS places, in order; the last one of a row takes what is left."""
    rows: list[list[tuple[str, str, int]]] = [[]]
    for label, words, least in cells:
        places = max(least, _places(words))
        if sum(one[2] for one in rows[-1]) + places > ACROSS:
            rows.append([])
        rows[-1].append((label, words, places))
    return tuple(tuple(_row(row)) for row in rows if row)


def _row(row: Sequence[tuple[str, str, int]]) -> Iterable[Cell]:
    left = ACROSS - sum(places for _label, _words, places in row)
    for number, (label, words, places) in enumerate(row, start=1):
        yield Cell(label, words, 2 * (places + (left if number == len(row) else 0)) - 1)


def _places(words: str) -> int:
    wide = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in words)
    return next((places for places, room in enumerate(ROOM) if places and wide <= room), ACROSS)
