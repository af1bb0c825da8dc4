"""Gradings over HTTP."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status
from pydantic import ConfigDict, StrictInt

from furrow.assessment import queries, services
from furrow.assessment.cards import CUSTOMER_GRADE, Card, Method, Subject
from furrow.assessment.facts import closed_to, computed_answers, gather, open_answers
from furrow.assessment.forms import EVIDENCE_LENGTH
from furrow.assessment.models import Assessment
from furrow.assessment.parsing import CardError
from furrow.assessment.rules import Outcome, WrongAnswer
from furrow.assessment.scorecards import current_card, current_cards, versions
from furrow.customers.models import Customer
from furrow.kit.figures import listed
from furrow.kit.sheets.cells import clean_text
from furrow.team.access import require

router = Router(tags=["assessment"])


class AssessmentIn(Schema):
    """Answers by criterion code, null for unknown: the number of the level, a figure as text, or "yes" and "no"."""

    model_config = ConfigDict(extra="forbid")

    card: str = Field(CUSTOMER_GRADE, max_length=40)
    answers: Annotated[
        dict[str, StrictInt | Annotated[str, Field(max_length=40)] | None], Field(max_length=50)
    ]
    evidence: str = Field("", max_length=EVIDENCE_LENGTH)


class AssessmentOut(Schema):
    """A dated snapshot; scores by factor, completeness from 0 to 100, rank 1 for the best class."""

    id: int
    source: str
    grade: str
    card_code: str
    card_version: int
    answers: dict[str, int | str]
    facts: dict[str, dict[str, str]]
    rank: int
    score: Decimal | None
    scores: dict[str, Decimal]
    completeness: int
    evidence: str
    by: str
    at: datetime

    @staticmethod
    def resolve_by(assessment: Assessment) -> str:
        return assessment.by.name if assessment.by else ""


class CriterionOut(Schema):
    """One criterion in the language asked for."""

    code: str
    name: str
    kind: str
    weight: Decimal
    levels: list[str]
    fact: str


class FactorOut(Schema):
    """A group of criteria with one score."""

    code: str
    name: str
    weight: Decimal
    criteria: list[CriterionOut]


class ClassOut(Schema):
    """A class that may come out, the best first; `values` is what follows from it."""

    code: str
    name: str
    start: Decimal | None
    advice: str
    values: dict[str, str | int]


class CardOut(Schema):
    """A scorecard: what an assessment may answer."""

    code: str
    version: int
    name: str
    method: str
    subject: str
    period: str
    factors: list[FactorOut]
    classes: list[ClassOut]


def _customer(request: HttpRequest, pk: int) -> Customer:
    user: Any = request.user
    return get_object_or_404(Customer.objects.visible_to(user), pk=pk)


def _as_out(card: Card) -> dict[str, Any]:
    factors = [
        {
            "code": factor.code,
            "name": str(factor.name),
            "weight": factor.weight,
            "criteria": [
                {
                    "code": one.code,
                    "name": str(one.name),
                    "kind": one.kind.value,
                    "weight": one.weight,
                    "levels": [str(level) for level in one.levels],
                    "fact": one.fact,
                }
                for one in factor.criteria
            ],
        }
        for factor in card.factors
    ]
    classes = [
        {
            "code": one.code,
            "name": str(one),
            "start": one.start,
            "advice": str(one.advice),
            "values": one.values,
        }
        for one in card.classes
    ]
    plain = {"method": card.method.value, "subject": card.subject.value, "period": card.period.value}
    return {
        "code": card.code,
        "version": card.version,
        "name": str(card.name),
        "factors": factors,
        "classes": classes,
        **plain,
    }


def _card(code: str) -> Card:
    try:
        return current_card(code)
    except CardError as error:
        raise Http404 from error


@router.get("/scorecards", response=list[CardOut])
def list_scorecards(request: HttpRequest) -> list[dict[str, Any]]:
    """All scorecards in force."""
    require(request.user, "assessment.view")
    return [_as_out(card) for card in current_cards().values()]


@router.get("/scorecards/{code}", response=CardOut)
def get_scorecard(request: HttpRequest, code: str) -> dict[str, Any]:
    """One scorecard as it is in force."""
    require(request.user, "assessment.view")
    return _as_out(_card(code))


@router.get("/customers/{int:pk}/assessments", response=list[AssessmentOut])
def list_assessments(request: HttpRequest, pk: int, card: str = CUSTOMER_GRADE) -> list[Assessment]:
    """The last few assessments of a customer by one card, newest first."""
    require(request.user, "assessment.view")
    return _open(request, queries.latest_assessments(_customer(request, pk), card[:40]))


@router.post("/customers/{int:pk}/assessments", response={201: AssessmentOut})
def assess_customer(request: HttpRequest, pk: int, body: AssessmentIn) -> Status[Assessment]:
    """Judge a customer by a card; the customer grade card also sets customer grade and visit grade. What the books know is filled in."""
    require(request.user, "assessment.assess")
    user: Any = request.user
    customer, card = _customer(request, pk), _card(body.card)
    if card.method is Method.RANKING or card.subject is not Subject.CUSTOMER:
        raise ValidationError({"card": _("Customers are not judged one by one by this card")})
    found = gather(card.facts(), [customer.pk], timezone.localdate())
    facts = {code: known[customer.pk] for code, known in found.items() if customer.pk in known}
    try:
        made = services.assess_customer(
            customer,
            card=card,
            answers={**computed_answers(card, facts), **body.answers},
            evidence=clean_text(body.evidence),
            facts=facts,
            by=user,
        )
    except WrongAnswer as error:
        problem = _("“%(code)s” is not a criterion of this scorecard, or does not take this answer") % {
            "code": str(error)[:60]
        }
        raise ValidationError({"answers": problem}) from error
    except services.TooFewAnswers as error:
        raise ValidationError({"answers": lacking_text(error.outcome)}) from error
    return Status(201, _open(request, [made])[0])


def _open(request: HttpRequest, rows: list[Assessment]) -> list[Assessment]:
    """The snapshots without the figures that the reader may not see; never to be saved."""
    user: Any = request.user
    closed = closed_to(user)
    telling = [row for row in rows if closed & row.facts.keys()]
    known = versions({(row.card_code, row.card_version) for row in telling})
    for row in telling:
        row.answers = open_answers(known.get((row.card_code, row.card_version)), row.answers, closed)
        row.facts = {code: fact for code, fact in row.facts.items() if code not in closed}
    return rows


def lacking_text(outcome: Outcome) -> str:
    """Why there is no grade, in one sentence."""
    names = listed(factor.name for factor in outcome.lacking)
    return _("Too few points for a grade in: %(names)s. Answer more criteria.") % {"names": names}
