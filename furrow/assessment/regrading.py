"""Many customers by one card at once: who would change by a new version, re-grading with fresh facts, ranking (P3)."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.assessment.cards import CUSTOMER_GRADE, Answer, Card, Kind, Method
from furrow.assessment.facts import Found, fact_answer, gather
from furrow.assessment.models import Assessment, Source
from furrow.assessment.ranking import rank_by_share
from furrow.assessment.rules import Result, WrongAnswer, result_of
from furrow.assessment.scorecards import keep_shipped
from furrow.assessment.services import ASSESSED
from furrow.customers.grades import set_grades
from furrow.customers.models import Customer
from furrow.kit.facts import Fact
from furrow.kit.reactions import react
from furrow.kit.rows import insert_rows
from furrow.team.models import User

CHUNK = 2000
SHOWN = 50
COLUMNS = (
    "created_at", "updated_at", "version", "customer_id", "source", "card_code", "card_version", "grade", "rank", "score", "scores", "answers",
    "facts", "completeness", "evidence", "by_id", "at", "batch", "before_customer_grade", "before_visit_grade", "is_current", "notes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of one customer by a card: the answers of the last filled-in card and the class now."""

    answers: Mapping[str, Answer]
    grade: str = ""
    rank: int = 0


@dataclass
class Preview:
    """Who would change class by a card: how many were judged, moves (from, to) -> count, and the first of those who change."""

    total: int = 0
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    up: int = 0
    down: int = 0
    changed: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(self.moves.values())

    def add(self, customer_id: int, card: Card, before: Kept, grade: str) -> None:
        """Count one customer."""
        self.total += 1
        if grade == before.grade:
            return
        self.moves[before.grade, grade] += 1
        rank, former = card.ranks.get(grade, 99), card.ranks.get(before.grade, before.rank)
        self.up += bool(former) and rank < former
        self.down += bool(former) and rank > former
        if len(self.changed) < SHOWN:
            self.changed.append((customer_id, before.grade, grade))


def preview(card: Card, user: User) -> Preview:
    """Who in the user's reach would change class if the card were in force now, by the answers they have. Changes nothing."""
    found = Preview()
    if card.method is Method.RANKING:
        ids = list(subjects(card, user).values_list("pk", flat=True))
        before = _kept(card, ids)
        places = _places(card, ids, timezone.localdate())
        for pk in ids:
            if pk in places or pk in before:
                grade = card.classes[places[pk].number].code if pk in places else ""
                found.add(pk, card, before.get(pk, Kept({})), grade)
        return found
    rows = (
        Assessment.objects.visible_to(user)
        .current(card.code)
        .filter(source__in=[Source.SCORECARD, Source.REGRADE])
    )
    for pk, grade, rank, answers in (
        rows.order_by("customer")
        .values_list("customer_id", "grade", "rank", "answers")
        .iterator(chunk_size=CHUNK)
    ):
        result = _judged(card, answers)
        found.add(pk or 0, card, Kept(answers, grade, rank), result.grade if result else "")
    return found


def subjects(card: Card, user: User) -> QuerySet[Customer]:
    """Customers in reach that the card is meant for."""
    rows = Customer.objects.visible_to(user)
    return rows.filter(kind__in=card.for_kinds) if card.for_kinds else rows


def regradable(card: Card, user: User) -> QuerySet[Customer]:
    """Those that can be re-graded without asking anybody: with answers of their own, or all when the books answer everything."""
    rows = subjects(card, user)
    if card.method is Method.RANKING or all(one.kind is Kind.COMPUTED for one in card.criteria()):
        return rows
    answered = Assessment.objects.current(card.code).filter(source__in=[Source.SCORECARD, Source.REGRADE])
    return rows.filter(pk__in=answered.values("customer"))


@dataclass(frozen=True)
class Run:
    """One re-grading: the card, its batch, who asked for it and when."""

    card: Card
    batch: uuid.UUID
    by: User
    at: datetime
    evidence: str

    @property
    def day(self) -> date:
        return timezone.localtime(self.at).date()


@transaction.atomic
def regrade_part(run: Run, ids: Sequence[int]) -> Preview:
    """Re-grade these customers with fresh facts; every one gets a new snapshot, the books' answers as they are now. Up to some thousand."""
    card = run.card
    rows = (
        Customer.objects.visible_to(run.by).select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    )
    grades = {
        pk: (customer, visit)
        for pk, customer, visit in rows.values_list("pk", "customer_grade", "visit_grade")
    }
    found, before = gather(card.facts(), list(grades), run.day), _kept(card, list(grades))
    counted, made = Preview(), []
    for pk in grades:
        kept = before.get(pk, Kept({}))
        answers, facts = _fresh(card, kept, found, pk)
        result = _judged(card, answers)
        if result is None or not result.grade:
            continue
        counted.add(pk, card, kept, result.grade)
        made.append(_row(run, pk, result, answers, facts, grades[pk]))
    _write(run, made, grades)
    return counted


@transaction.atomic
def rank_all(run: Run, ids: Sequence[int]) -> Preview:
    """Rank these customers against each other and keep everybody's class (532)."""
    card = run.card
    rows = (
        Customer.objects.visible_to(run.by).filter(pk__in=ids)
        if len(ids) < CHUNK
        else Customer.objects.visible_to(run.by)
    )
    wanted = set(ids)
    grades = {
        pk: (customer, visit)
        for pk, customer, visit in rows.order_by("pk").values_list("pk", "customer_grade", "visit_grade")
        if pk in wanted
    }
    facts = gather([card.ranked_by], list(grades), run.day)[card.ranked_by]
    places = _ranked(card, facts)
    before = _kept(card, list(places))
    counted, made = Preview(), []
    for pk, place in places.items():
        grade = card.classes[place.number].code
        counted.add(pk, card, before.get(pk, Kept({})), grade)
        kept_facts = {
            card.ranked_by: facts[pk],
            "rank": Fact(str(place.rank), facts[pk].period, ""),
            "reached": Fact(str(round(place.reached, 4)), facts[pk].period, ""),
        }
        made.append(_row(run, pk, Result(grade, None, ()), {}, kept_facts, grades[pk]))
    for start in range(0, len(made), CHUNK):
        _write(run, made[start : start + CHUNK], grades)
    return counted


def _places(card: Card, ids: Sequence[int], day: date) -> dict[int, Any]:
    return _ranked(card, gather([card.ranked_by], ids, day)[card.ranked_by])


def _ranked(card: Card, facts: Mapping[int, Fact]) -> dict[int, Any]:
    figures = {pk: fact.value for pk, fact in facts.items() if not isinstance(fact.value, str)}
    return rank_by_share(figures, card.shares)


def _kept(card: Card, ids: Sequence[int]) -> dict[int, Kept]:
    """Current class and answers; one query a chunk."""
    found: dict[int, Kept] = {}
    for start in range(0, len(ids), CHUNK):
        rows = Assessment.objects.current(card.code).filter(customer__in=ids[start : start + CHUNK])
        for pk, grade, rank, answers in rows.values_list("customer_id", "grade", "rank", "answers"):
            found[pk or 0] = Kept(answers, grade, rank)
    return found


def _fresh(card: Card, kept: Kept, found: Found, pk: int) -> tuple[dict[str, Answer], dict[str, Fact]]:
    """The last answers as far as the card still asks them, with what the books say now."""
    answers: dict[str, Answer] = {}
    facts: dict[str, Fact] = {}
    for criterion in card.criteria():
        fact = found.get(criterion.fact, {}).get(pk) if criterion.fact else None
        if fact is not None:
            facts[criterion.fact] = fact
            answers[criterion.code] = fact_answer(criterion, fact)
        elif criterion.kind is not Kind.COMPUTED and criterion.code in kept.answers:
            answers[criterion.code] = kept.answers[criterion.code]
    return {code: answer for code, answer in answers.items() if answer is not None}, facts


def _judged(card: Card, answers: Mapping[str, Answer]) -> Result | None:
    """The class by the card; an answer it does not take any more (a level gone, a criterion gone) counts as unknown."""
    try:
        return result_of(card, answers)
    except WrongAnswer:
        known = {}
        for code, answer in answers.items():
            try:
                result_of(card, {code: answer})
            except WrongAnswer:
                continue
            known[code] = answer
        return result_of(card, known)


def _row(
    run: Run,
    pk: int,
    result: Result,
    answers: Mapping[str, Answer],
    facts: Mapping[str, Fact],
    grades: tuple[str, str],
) -> tuple[Any, ...]:
    """One snapshot as plain values, in the order of COLUMNS."""
    card = run.card
    share = sum(score.share * score.factor.weight for score in result.scores)
    whole = sum(score.factor.weight for score in result.scores)
    kept = {
        code: {"value": str(one.value), "period": one.period, "source": str(one.source)}
        for code, one in facts.items()
    }
    return (
        run.at, run.at, 1, pk, Source.REGRADE.value, card.code, card.version, result.grade, card.ranks[result.grade], result.score,
        {score.factor.code: str(score.value) for score in result.scores if score.value is not None}, dict(answers), kept,
        int(100 * share / whole) if whole else 100, run.evidence, run.by.pk, run.at, run.batch, *grades, True, {},
    )  # fmt: skip


def _write(run: Run, rows: list[tuple[Any, ...]], grades: Mapping[int, tuple[str, str]]) -> None:
    """Insert snapshots, current now; the customers' own grades follow."""
    ids = [row[3] for row in rows]
    Assessment.objects.current(run.card.code).filter(customer__in=ids).update(is_current=False)
    insert_rows(Assessment, COLUMNS, rows)
    keep_shipped(run.card)
    if run.card.code == CUSTOMER_GRADE:
        set_grades({row[3]: (row[7], row[7]) for row in rows if grades[row[3]][0] != row[7]}, by=run.by)
    if ids:
        react(ASSESSED, ids, run.card.code, by=run.by)


def evidence_of(card: Card) -> str:
    """What a re-graded snapshot rests on."""
    return _("Re-graded by version %(number)s with the figures of the day") % {"number": card.version}
