"""Every grading and its undoing."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from furrow.assessment.models import Assessment, Source
from furrow.assessment.rules import GRADES, Answers, Card, Outcome, grade_of
from furrow.assessment.snapshots import chunks, keep_snapshots, keep_written
from furrow.customers.grades import Grades, set_grades
from furrow.customers.models import Customer
from furrow.team.models import User


class TooFewAnswers(ValueError):
    """A card whose answers do not suffice for a grade; `outcome.lacking` says which factors."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(", ".join(factor.code for factor in outcome.lacking))
        self.outcome = outcome


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
) -> Assessment:
    """Grade one customer by a scorecard (P3.3). Raises TooFewAnswers or WrongAnswer and changes nothing then.

    An assessment made earlier than the customer's latest one (a phone that was offline) is kept but does not set the grade.
    """
    outcome = grade_of(card, answers)
    if not outcome.grade:
        raise TooFewAnswers(outcome)
    locked = Customer.objects.select_for_update().get(pk=customer.pk)
    assessment = Assessment(
        customer=locked,
        source=Source.SCORECARD,
        grade=outcome.grade,
        card_code=card.code,
        card_version=card.version,
        answers={code: points for code, points in answers.items() if points is not None},
        importance_score=outcome.importance.value,
        growth_score=outcome.growth.value,
        completeness=int(outcome.completeness * 100),
        evidence=evidence,
        by=by,
        at=at or timezone.now(),
        batch=uuid.uuid4(),
        before_customer_grade=locked.customer_grade,
        before_visit_grade=locked.visit_grade,
    )
    newer = Assessment.objects.standing().filter(customer=locked, at__gt=assessment.at).exists()
    assessment.save()
    if not newer:
        set_grades({locked.pk: (outcome.grade, outcome.grade)}, by=by)
    return assessment


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
    made = Assessment(source=Source.MANUAL, evidence=reason, by=by, batch=uuid.uuid4())
    for result, ids in alike.items():
        keep_snapshots(_with_result(made, result, card), ids)
    set_grades({pk: (result.grade, result.grade) for result, ids in alike.items() for pk in ids}, by=by)
    return Batch(made.batch, len(within))


def _with_result(made: Assessment, result: Grading, card: Card | None) -> Assessment:
    made.grade, made.importance_score, made.growth_score = result.grade, None, None
    made.card_code, made.card_version = "", 0
    if card and result.importance and result.growth:
        made.importance_score, made.growth_score = Decimal(result.importance), Decimal(result.growth)
        made.card_code, made.card_version = card.code, card.version
    return made


@transaction.atomic
def take_imported_grades(
    grades: Iterable[tuple[int, str]], *, by: User | None, source: uuid.UUID | None = None, **_: Any
) -> Batch:
    """Keep a snapshot of grades that an import has just written, as (customer id, grade); `source` binds those of one import.

    Where the import left an older customer grade as it was, there is nothing to keep. The customers themselves are not
    touched: the import's undo relies on their versions.
    """
    alike: dict[str, list[int]] = defaultdict(list)
    for pk, grade in dict(grades).items():
        alike[grade].append(pk)
    made = Assessment(source=Source.IMPORT, by=by, batch=source or uuid.uuid4())
    count = 0
    for grade, ids in alike.items():
        made.grade = grade
        count += keep_written(made, ids)
    return Batch(made.batch, count)


@transaction.atomic
def withdraw_imported_grades(ids: Sequence[int], *, source: uuid.UUID, **_: Any) -> int:
    """Withdraw the snapshots that this import caused for these customers; returns how many.

    The grades themselves are put back by the import's undo.
    """
    standing = Assessment.objects.standing().filter(batch=source, source=Source.IMPORT)
    now = timezone.now()
    return sum(standing.filter(customer__in=part).update(withdrawn_at=now) for part in chunks(ids))


@transaction.atomic
def undo_batch(batch: uuid.UUID, *, by: User) -> int:
    """Undo what this user graded in one action; returns how many customers got their grades back.

    A customer graded again since, or whose grade was changed since, keeps the later grade.
    """
    mine = Assessment.objects.visible_to(by).standing().filter(batch=batch, by=by)
    later = Assessment.objects.standing().filter(customer=OuterRef("customer"), at__gt=OuterRef("at"))
    overtaken = set(mine.filter(Exists(later)).values_list("pk", flat=True))
    rows = list(mine)
    current = _current_grades([row.customer_id for row in rows])
    back: dict[int, Grades] = {}
    for row in rows:
        customer, visit = current[row.customer_id]
        if row.pk not in overtaken and customer == row.grade:
            back[row.customer_id] = (
                row.before_customer_grade,
                row.before_visit_grade if visit == row.grade else visit,
            )
    mine.update(withdrawn_at=timezone.now())
    set_grades(back, by=by, action="set_grade")
    return len(back)


def _current_grades(ids: Sequence[int]) -> Mapping[int, Grades]:
    found: dict[int, Grades] = {}
    for part in chunks(ids):
        rows = Customer.objects.select_for_update().filter(pk__in=part).order_by("pk")
        found.update(
            (pk, (customer, visit))
            for pk, customer, visit in rows.values_list("pk", "customer_grade", "visit_grade")
        )
    return found
