"""Every grading and its undoing."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from furrow.assessment.cards import CUSTOMER_GRADE, Answers, Card, Subject
from furrow.assessment.facts import computed_answers, gather
from furrow.assessment.models import Assessment, Source
from furrow.assessment.rules import Outcome, grade_of
from furrow.assessment.scorecards import keep_shipped
from furrow.assessment.snapshots import chunks, keep_new, keep_snapshots, keep_written, refresh_current
from furrow.customers.grades import Grades, set_grades
from furrow.customers.models import Customer
from furrow.customers.models import Grade as Letter
from furrow.kit.facts import Fact
from furrow.kit.places import Region
from furrow.kit.reactions import react
from furrow.team.models import User

ASSESSED = "assessment.assessed"
GRADES = tuple(Letter.values)


class TooFewAnswers(ValueError):
    """A card whose answers do not suffice for a class; `outcome.lacking` says which factors."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(", ".join(factor.code for factor in outcome.lacking))
        self.outcome = outcome


class NotForThis(ValueError):
    """A card that judges something else: regions, or customers all together (ranking)."""


class NobodyJudges(ValueError):
    """A card with criteria that only a named person can answer, and no person."""


@dataclass(frozen=True)
class Grading:
    """A grade given without the card's answers; both scores (1 to 5) when it came from importance and growth picked as a whole."""

    customer_id: int
    grade: str
    importance: int | None = None
    growth: int | None = None


@dataclass(frozen=True)
class Batch:
    """What one action graded: its id for undoing and how many customers."""

    id: uuid.UUID
    count: int


@transaction.atomic
def assess_customer(
    customer: Customer,
    *,
    card: Card,
    answers: Answers,
    evidence: str,
    by: User | None,
    at: datetime | None = None,
    facts: Mapping[str, Fact] | None = None,
    notes: Mapping[str, str] | None = None,
) -> Assessment:
    """Grade one customer by a scorecard (P3). Raises TooFewAnswers, WrongAnswer, NotForThis or NobodyJudges and changes nothing then.

    `facts` are what the books filled in, fact -> Fact, kept with the answers. An assessment made earlier than the customer's latest
    one by the card (a phone that was offline) is kept but does not set the class.
    """
    if card.subject is not Subject.CUSTOMER:
        raise NotForThis(card.code)
    made = _snapshot(card, answers, evidence, by, at)
    locked = Customer.objects.select_for_update().get(pk=customer.pk)
    made.customer, made.facts, made.notes = locked, facts_json(facts or {}), dict(notes or {})
    made.before_customer_grade, made.before_visit_grade = locked.customer_grade, locked.visit_grade
    newer = (
        Assessment.objects.standing().filter(customer=locked, card_code=card.code, at__gt=made.at).exists()
    )
    if not newer:
        Assessment.objects.current(card.code).filter(customer=locked).update(is_current=False)
        made.is_current = True
    keep_shipped(card)
    made.save()
    if not newer:
        if card.code == CUSTOMER_GRADE:
            set_grades({locked.pk: (made.grade, made.grade)}, by=by)
        react(ASSESSED, [locked.pk], card.code, by=by)
    return made


@transaction.atomic
def assess_lines(card: Card, lines: Sequence[tuple[Customer, Answers]], *, evidence: str, by: User) -> int:
    """Judge the customers of a grid, each with its answers and what the books say today; all of them or none. Raises as `assess_customer`."""
    day = timezone.localdate()
    found = gather(card.facts(), [customer.pk for customer, _answers in lines], day)
    for customer, answers in lines:
        facts = {code: known[customer.pk] for code, known in found.items() if customer.pk in known}
        assess_customer(
            customer,
            card=card,
            answers={**computed_answers(card, facts), **answers},
            evidence=evidence,
            by=by,
            facts=facts,
        )
    return len(lines)


@transaction.atomic
def assess_region(
    region: Region, *, card: Card, answers: Answers, evidence: str, by: User, at: datetime | None = None
) -> Assessment:
    """Judge a region by a card for regions (P3.9). Raises as `assess_customer` does."""
    if card.subject is not Subject.REGION:
        raise NotForThis(card.code)
    made = _snapshot(card, answers, evidence, by, at)
    locked = Region.objects.select_for_update().get(pk=region.pk)
    mine = Assessment.objects.standing().filter(region=locked, card_code=card.code)
    made.region = locked
    if not mine.filter(at__gt=made.at).exists():
        mine.filter(is_current=True).update(is_current=False)
        made.is_current = True
    keep_shipped(card)
    made.save()
    return made


def _snapshot(
    card: Card, answers: Answers, evidence: str, by: User | None, at: datetime | None
) -> Assessment:
    """The result of a card's answers, not saved yet."""
    outcome = grade_of(card, answers)
    if by is None and any(card.by_code[code].judged for code, given in answers.items() if given is not None):
        raise NobodyJudges(card.code)
    if not outcome.grade:
        raise TooFewAnswers(outcome)
    return Assessment(
        source=Source.SCORECARD,
        card_code=card.code,
        card_version=card.version,
        answers={code: given for code, given in answers.items() if given not in (None, "", "unknown")},
        evidence=evidence,
        by=by,
        at=at or timezone.now(),
        batch=uuid.uuid4(),
        **columns_of(outcome),
    )


def columns_of(outcome: Outcome) -> dict[str, Any]:
    """The columns of a snapshot that hold what a card said."""
    return {
        "grade": outcome.grade,
        "rank": outcome.card.ranks.get(outcome.grade, 0),
        "score": outcome.score,
        "scores": {one.factor.code: str(one.value) for one in outcome.scores if one.value is not None},
        "completeness": int(outcome.completeness * 100),
    }


def facts_json(facts: Mapping[str, Fact]) -> dict[str, dict[str, str]]:
    """What the books filled in, as a snapshot keeps it."""
    return {
        code: {"value": str(fact.value), "period": fact.period, "source": str(fact.source)}
        for code, fact in facts.items()
    }


def assess_many(ids: Iterable[int], *, grade: str, reason: str, by: User) -> Batch:
    """One grade, A to D, for many customers in the user's reach, with the reason why."""
    return assess_rows([Grading(pk, grade) for pk in ids], reason=reason, by=by)


@transaction.atomic
def assess_rows(gradings: Sequence[Grading], *, reason: str, by: User, card: Card | None = None) -> Batch:
    """A grade each for many customers; those out of the user's reach are left out. Raises ValueError for a grade not A to D."""
    if any(grading.grade not in GRADES for grading in gradings):
        raise ValueError("a grade is A, B, C or D")
    within: set[int] = set()
    for part in chunks([grading.customer_id for grading in gradings]):
        rows = (
            Customer.objects.visible_to(by).select_for_update(of=("self",)).filter(pk__in=part).order_by("pk")
        )
        within.update(rows.values_list("pk", flat=True))
    alike: dict[Grading, list[int]] = defaultdict(list)
    for grading in gradings:
        if grading.customer_id in within:
            alike[replace(grading, customer_id=0)].append(grading.customer_id)
    made = Assessment(source=Source.MANUAL, evidence=reason, by=by, batch=uuid.uuid4(), is_current=True)
    if card:
        keep_shipped(card)
    for result, ids in alike.items():
        keep_snapshots(_with_result(made, result, card), ids)
    set_grades({pk: (result.grade, result.grade) for result, ids in alike.items() for pk in ids}, by=by)
    react(ASSESSED, sorted(within), CUSTOMER_GRADE, by=by)
    return Batch(made.batch, len(within))


def _with_result(made: Assessment, result: Grading, card: Card | None) -> Assessment:
    """The template of one kind of grading; scores only where importance and growth were picked."""
    made.grade, made.rank, made.scores, made.card_version = (
        result.grade,
        GRADES.index(result.grade) + 1,
        {},
        0,
    )
    if card and result.importance and result.growth:
        picked = zip(card.factors, (result.importance, result.growth), strict=True)
        made.scores = {factor.code: f"{points}.00" for factor, points in picked}
        made.card_version = card.version
    return made


@transaction.atomic(savepoint=False)  # an import's rows are still being written, see kit.rows.writing_behind
def take_imported_grades(
    grades: Iterable[tuple[int, str]],
    *,
    by: User | None,
    source: uuid.UUID | None = None,
    new: Container[int] = (),
    **_: Any,
) -> Batch:
    """Keep a snapshot of grades that an import has just written, as (customer id, grade); `source` binds those of one import, `new` are
    the customers it made.

    Where the import left an older customer grade as it was, there is nothing to keep. The customers themselves are not
    touched: the import's undo relies on their versions.
    """
    alike: dict[str, list[int]] = defaultdict(list)
    for pk, grade in dict(grades).items():
        alike[grade].append(pk)
    made = Assessment(source=Source.IMPORT, by=by, batch=source or uuid.uuid4(), is_current=True)
    count = 0
    for grade, ids in alike.items():
        made.grade, made.rank = grade, GRADES.index(grade) + 1
        made_now = [pk for pk in ids if pk in new]
        count += keep_new(made, made_now) + keep_written(made, [pk for pk in ids if pk not in new])
    react(ASSESSED, sorted(pk for ids in alike.values() for pk in ids), CUSTOMER_GRADE, by=by)
    return Batch(made.batch, count)


@transaction.atomic
def withdraw_imported_grades(ids: Sequence[int], *, source: uuid.UUID, **_: Any) -> int:
    """Withdraw the snapshots that this import caused for these customers; returns how many.

    The grades themselves are put back by the import's undo.
    """
    standing = Assessment.objects.standing().filter(batch=source, source=Source.IMPORT)
    now = timezone.now()
    count = sum(standing.filter(customer__in=part).update(withdrawn_at=now) for part in chunks(ids))
    refresh_current(CUSTOMER_GRADE, ids)
    return count


@transaction.atomic
def undo_batch(batch: uuid.UUID, *, by: User) -> int:
    """Undo what this user graded in one action; returns how many snapshots were taken back.

    A customer whose customer grade was given or changed again since keeps the later one; by other cards the class before simply holds again.
    """
    mine = Assessment.objects.visible_to(by).standing().filter(batch=batch, by=by)
    later = Assessment.objects.standing().filter(
        customer=OuterRef("customer"), card_code=OuterRef("card_code"), at__gt=OuterRef("at")
    )
    overtaken = set(mine.filter(Exists(later)).values_list("pk", flat=True))
    rows = list(mine)
    mine.update(withdrawn_at=timezone.now())
    by_card: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        if row.customer_id is not None:
            by_card[row.card_code].append(row.customer_id)
    graded = [row for row in rows if row.card_code == CUSTOMER_GRADE]
    back = _grades_before(graded, overtaken)
    set_grades(back, by=by, action="set_grade")
    for code, ids in by_card.items():
        refresh_current(code, ids)
        react(ASSESSED, ids, code, by=by)
    return len(back) + len(rows) - len(graded)


def _grades_before(rows: Sequence[Assessment], overtaken: set[int]) -> dict[int, Grades]:
    """The grades to go back to: where nothing later holds, and with a visit grade set since kept."""
    current = _current_grades([row.customer_id for row in rows if row.customer_id])
    back: dict[int, Grades] = {}
    for row in rows:
        customer, visit = current[row.customer_id or 0]
        if row.pk not in overtaken and customer == row.grade:
            before = row.before_visit_grade if visit == row.grade else visit
            back[row.customer_id or 0] = (row.before_customer_grade, before)
    return back


def customers_merged(merge: Any, **_: Any) -> None:
    """Reaction: two records became one or two again, and the snapshots have moved; the latest by each card is the current one."""
    ids = [merge.kept_id, merge.gone_id]
    codes = (
        Assessment.objects.filter(customer__in=ids).order_by().values_list("card_code", flat=True).distinct()
    )
    for code in codes:
        refresh_current(code, ids)


def _current_grades(ids: Sequence[int]) -> Mapping[int, Grades]:
    found: dict[int, Grades] = {}
    for part in chunks(ids):
        rows = Customer.objects.select_for_update().filter(pk__in=part).order_by("pk")
        found.update(
            (pk, (customer, visit))
            for pk, customer, visit in rows.values_list("pk", "customer_grade", "visit_grade")
        )
    return found
