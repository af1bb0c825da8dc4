"""Facts that fill in criteria (P3): which there are, which room knows them now, and their values for customers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from furrow.assessment.cards import CARD_FACT, Answer, Card, Criterion, Kind
from furrow.assessment.models import Assessment
from furrow.kit.facts import Fact
from furrow.kit.figures import day
from furrow.team.access import may
from furrow.team.models import User

# What a fact is called; which room fills it in stands in settings.FACTS.
NAMES: dict[str, Any] = {
    "sales.year": _("Sales of the last twelve months"),
    "sales.growth": _("Growth of sales against the year before"),
    "sales.sell_through": _("Sell-through rate"),
    "payment.late_days": _("Average days paid late"),
    "contribution.year": _("Contribution of the last twelve months"),
    "receivables.overdue": _("Money overdue"),
    "promises.kept": _("Promises to pay kept"),
    "complaints.year": _("Complaints of the last twelve months"),
    "customer.contacts": _("Contacts known"),
    "customer.years": _("Years since business began"),
    "customer.completeness": _("Completeness of the customer card"),
}
CHUNK = 2000

Found = dict[str, dict[int, Fact]]


def known_facts() -> frozenset[str]:
    """All facts a card may name."""
    return frozenset(settings.FACTS)


def guarded_facts() -> frozenset[str]:
    """Facts whose figures take a right to see; a criterion on them is never typed."""
    return frozenset(settings.FACT_RIGHTS)


def closed_to(user: User) -> frozenset[str]:
    """Facts whose figures this reader may not see, though they count."""
    return frozenset(code for code, right in settings.FACT_RIGHTS.items() if not may(user, right))


def open_answers(
    card: Card | None, answers: Mapping[str, Answer], closed: Collection[str]
) -> dict[str, Answer]:
    """The answers without those that a closed fact gave; none of a card that is not known any more."""
    if not closed:
        return dict(answers)
    hidden = {one.code for one in card.criteria() if one.fact in closed} if card else set(answers)
    return {code: answer for code, answer in answers.items() if code not in hidden}


def unfilled(codes: Iterable[str]) -> list[str]:
    """Those of the facts that no room knows yet."""
    return [code for code in codes if not code.startswith(CARD_FACT) and not settings.FACTS.get(code)]


def name_of(code: str) -> str:
    """A fact in the reader's words."""
    return str(NAMES.get(code, code))


def gather(codes: Iterable[str], ids: Sequence[int], as_of: date) -> Found:
    """fact -> customer id -> Fact, of those that are known. A fact that no room knows yet is empty; nothing is made up."""
    found: Found = {}
    for code in dict.fromkeys(codes):
        if code.startswith(CARD_FACT):
            found[code] = _classes(code.removeprefix(CARD_FACT), ids, as_of)
        elif path := settings.FACTS.get(code):
            provider = import_string(path)
            found[code] = {}
            for start in range(0, len(ids), CHUNK):
                found[code].update(provider(ids[start : start + CHUNK], as_of))
        else:
            found[code] = {}
    return found


def _classes(card_code: str, ids: Sequence[int], as_of: date) -> dict[int, Fact]:
    """The customers' current classes by another card."""
    found: dict[int, Fact] = {}
    for start in range(0, len(ids), CHUNK):
        rows = Assessment.objects.current(card_code).filter(
            customer__in=ids[start : start + CHUNK], at__date__lte=as_of
        )
        for pk, grade, at in rows.values_list("customer_id", "grade", "at"):
            found[pk] = Fact(grade, day(at), _("Assessment"))
    return found


def fact_answer(criterion: Criterion, fact: Fact) -> Answer:
    """A fact as the answer to a criterion; None when it fits no level."""
    if criterion.levels:
        return criterion.by_code.get(str(fact.value))
    return str(fact.value)


def computed_answers(card: Card, facts: Mapping[str, Fact]) -> dict[str, Answer]:
    """The answers that are never typed, from one customer's facts."""
    return {
        one.code: fact_answer(one, facts[one.fact])
        for one in card.criteria()
        if one.kind is Kind.COMPUTED and one.fact in facts
    }
