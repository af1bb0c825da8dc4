"""Pure rules of the contact profile: what may be asked, how complete it is, what is worth learning next (P1.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from furrow.contacts.catalogue import GROUPS, WEIGHTS, Question, questions
from furrow.kit.sheets.phones import parse_phones
from furrow.kit.sheets.values import ValueProblem

STALE = timedelta(days=365)  # an answer of the group that matters most is asked again after a year
MATTERS_MOST = "customer_and_us"


def phone_key(phone: str) -> str:
    """The first number's last eleven digits, by which two entries of one person are recognized; empty below seven digits."""
    try:
        numbers = parse_phones(phone)
    except ValueProblem:
        return ""
    digits = "".join(filter(str.isdigit, numbers[0])) if numbers else ""
    return digits[-11:] if len(digits) >= 7 else ""


@dataclass(frozen=True, slots=True)
class GroupShare:
    """How much of a group is answered. `known` of `askable` questions; weight: share of the whole, of 100."""

    group: str
    known: int
    askable: int
    weight: int

    @property
    def percent(self) -> int:
        return round(100 * self.known / self.askable) if self.askable else 0


def askable(switched_on: Iterable[str], agreed: Iterable[str]) -> list[Question]:
    """The questions that may be asked about a contact: all but the sensitive ones, and of these those the company has switched on and
    the contact has agreed to."""
    allowed = set(switched_on) & set(agreed)
    return [
        question for question in questions().values() if not question.is_sensitive or question.code in allowed
    ]


def shares(may_ask: Iterable[Question], answered: Iterable[str]) -> list[GroupShare]:
    """Each group with what is known in it; answers to questions that may not be asked do not count."""
    known, asked = set(answered), list(may_ask)
    found = []
    for group in GROUPS:
        own = [question.code for question in asked if question.group == group]
        found.append(GroupShare(group, len(known & set(own)), len(own), WEIGHTS[group]))
    return found


def completeness(found: Iterable[GroupShare]) -> int:
    """Percent: the groups' shares by weight; groups in which nothing may be asked are left out."""
    groups = [share for share in found if share.askable]
    whole = sum(share.weight for share in groups)
    if not whole:
        return 0
    part = sum(share.weight * share.known / share.askable for share in groups)
    return round(100 * part / whole)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The question worth learning next. Reasons: `matters` (unknown in the group that matters most), `stale` (of that group, known for
    more than a year), `gain` (brings the profile on most). `gain`: points of completeness, with one decimal."""

    question: Question
    reason: str
    gain: float = 0.0


def worth_learning(
    may_ask: Iterable[Question], answered_at: Mapping[str, datetime], now: datetime
) -> Suggestion | None:
    """What to ask next: first what is unknown of the group that matters most, in its order; then its oldest answer if older than a
    year; then the unknown question that brings the profile on most, earlier ones first. None when everything is known."""
    asked = list(may_ask)
    total = sum(WEIGHTS[group] for group in {question.group for question in asked}) or 1
    size = {group: sum(1 for question in asked if question.group == group) for group in GROUPS}

    def gain(question: Question) -> float:
        return round(100 * WEIGHTS[question.group] / total / size[question.group], 1)

    unknown = [question for question in asked if question.code not in answered_at]
    first = [question for question in unknown if question.group == MATTERS_MOST]
    if first:
        best = min(first, key=lambda question: question.order)
        return Suggestion(best, "matters", gain(best))
    own = [question for question in asked if question.group == MATTERS_MOST]
    stale = [question for question in own if now - answered_at[question.code] > STALE]
    if stale:
        return Suggestion(min(stale, key=lambda question: answered_at[question.code]), "stale")
    if unknown:
        best = min(unknown, key=lambda question: (-gain(question), question.order))
        return Suggestion(best, "gain", gain(best))
    return None
