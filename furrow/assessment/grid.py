"""A territory judged in a grid: rows of customers, columns of criteria, as typed or pasted (P3). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from furrow.assessment.cards import Answer, Card, Criterion, Kind
from furrow.assessment.rules import NO, UNKNOWN, YES, WrongAnswer, answer_points

SIGNS = {
    "y": YES,
    "yes": YES,
    "有": YES,
    "是": YES,
    "+": YES,
    "n": NO,
    "no": NO,
    "无": NO,
    "否": NO,
    "-": NO,
    "?": UNKNOWN,
    "？": UNKNOWN,
}


@dataclass
class Line:
    """One customer's cells as written, the answers they come to, and what is wrong with which."""

    customer_id: int
    cells: dict[str, str]
    answers: dict[str, Answer] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        return not any(self.cells.values())


def asked(card: Card) -> list[Criterion]:
    """The criteria that people answer."""
    return [one for one in card.criteria() if one.kind is not Kind.COMPUTED]


def read(card: Card, customer_id: int, cells: Mapping[str, str]) -> Line:
    """One row: every cell is an answer, or says what it should be."""
    line = Line(customer_id, {one.code: cells.get(one.code, "").strip()[:20] for one in asked(card)})
    for criterion in asked(card):
        text = line.cells[criterion.code]
        answer = _answer(criterion, text)
        try:
            answer_points(criterion, answer, card)
        except WrongAnswer:
            line.problems[criterion.code] = hint(criterion)
        else:
            line.answers[criterion.code] = answer
    return line


def _answer(criterion: Criterion, text: str) -> Answer:
    if not text:
        return None
    if criterion.kind is Kind.YES_NO:
        return SIGNS.get(text.lower(), text)
    if criterion.kind is Kind.CHOICE:
        return int(text) if text.isascii() and text.isdecimal() else text
    return text.replace(",", "")


def hint(criterion: Criterion) -> str:
    """What a cell of this criterion takes."""
    if criterion.kind is Kind.YES_NO:
        return _("y, n or ?")
    if criterion.kind is Kind.CHOICE:
        return _("1 to %(most)d") % {"most": len(criterion.levels)}
    return _("A figure")


def shown(criterion: Criterion, answer: Answer) -> str:
    """An answer as a cell shows it."""
    if answer is None:
        return ""
    return (
        {YES: "y", NO: "n", UNKNOWN: "?"}.get(str(answer), str(answer))
        if criterion.kind is Kind.YES_NO
        else str(answer)
    )


def changed(line: Line, before: Mapping[str, Answer], criteria: Sequence[Criterion]) -> bool:
    """Whether the row says something else than the last assessment."""
    return any(line.cells[one.code] != shown(one, before.get(one.code)) for one in criteria)
