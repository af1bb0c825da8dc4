"""Every grading and its undoing."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from furrow.assessment.models import Assessment, Source
from furrow.assessment.rules import GRADES, Answers, Card, Outcome, grade_of
from furrow.customers.grades import Grades, set_grades
from furrow.customers.models import Customer
from furrow.team.models import User

CHUNK = 2000


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
    ids = [grading.customer_id for grading in gradings]
    within: set[int] = set()
    for start in range(0, len(ids), CHUNK):
        within.update(
            Customer.objects.visible_to(by)
            .filter(pk__in=ids[start : start + CHUNK])
            .values_list("pk", flat=True)
        )
    return _write(
        [grading for grading in gradings if grading.customer_id in within], Source.MANUAL, reason, by, card
    )


@transaction.atomic
def take_imported_grades(grades: Iterable[tuple[int, str]], *, by: User | None, **_: Any) -> Batch:
    """Grades that came in an import's grade column, (customer id, grade); whoever has that grade already is left as is."""
    wanted = dict(grades)
    same: set[int] = set()
    ids = list(wanted)
    for start in range(0, len(ids), CHUNK):
        known = Customer.objects.filter(pk__in=ids[start : start + CHUNK]).values_list(
            "pk", "customer_grade", "visit_grade"
        )
        same.update(pk for pk, customer, visit in known if customer == visit == wanted[pk])
    return _write(
        [Grading(pk, grade) for pk, grade in wanted.items() if pk not in same], Source.IMPORT, "", by, None
    )


def _write(
    gradings: Sequence[Grading], source: Source, reason: str, by: User | None, card: Card | None
) -> Batch:
    if any(grading.grade not in GRADES for grading in gradings):
        raise ValueError("a grade is A, B, C or D")
    batch, at = uuid.uuid4(), timezone.now()
    before = set_grades({grading.customer_id: (grading.grade, grading.grade) for grading in gradings}, by=by)
    found = [grading for grading in gradings if grading.customer_id in before]
    Assessment.objects.bulk_create(
        (
            Assessment(
                customer_id=grading.customer_id,
                source=source,
                grade=grading.grade,
                card_code=card.code if card and grading.importance else "",
                card_version=card.version if card and grading.importance else 0,
                importance_score=_points(grading.importance),
                growth_score=_points(grading.growth),
                evidence=reason,
                by=by,
                at=at,
                batch=batch,
                before_customer_grade=before[grading.customer_id][0],
                before_visit_grade=before[grading.customer_id][1],
            )
            for grading in found
        ),
        batch_size=CHUNK,
    )
    return Batch(batch, len(found))


def _points(points: int | None) -> Decimal | None:
    return None if points is None else Decimal(points)


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
    for start in range(0, len(ids), CHUNK):
        rows = Customer.objects.select_for_update().filter(pk__in=ids[start : start + CHUNK]).order_by("pk")
        found.update(
            (pk, (customer, visit))
            for pk, customer, visit in rows.values_list("pk", "customer_grade", "visit_grade")
        )
    return found
