"""Gradings over HTTP."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from ninja import Field, Router, Schema, Status
from pydantic import ConfigDict

from furrow.assessment import queries, services
from furrow.assessment.forms import EVIDENCE_LENGTH
from furrow.assessment.models import Assessment
from furrow.assessment.rules import Card, Outcome, WrongAnswer
from furrow.assessment.scorecards import card as shipped_card
from furrow.customers.models import Customer
from furrow.team.access import require

router = Router(tags=["assessment"])


class AssessmentIn(Schema):
    """Points from 1 to 5 by criterion code, null for unknown."""

    model_config = ConfigDict(extra="forbid")

    answers: Annotated[dict[str, int | None], Field(max_length=50)]
    evidence: str = Field("", max_length=EVIDENCE_LENGTH)


class AssessmentOut(Schema):
    """A dated snapshot; scores run from 1 to 5, completeness from 0 to 100."""

    id: int
    source: str
    grade: str
    card_code: str
    card_version: int
    answers: dict[str, int]
    importance_score: Decimal | None
    growth_score: Decimal | None
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
    weight: Decimal
    levels: list[str]


class CardOut(Schema):
    """A scorecard: what an assessment may answer."""

    code: str
    version: int
    name: str
    importance: list[CriterionOut]
    growth: list[CriterionOut]


def _customer(request: HttpRequest, pk: int) -> Customer:
    user: Any = request.user
    return get_object_or_404(Customer.objects.visible_to(user), pk=pk)


def _as_out(card: Card) -> dict[str, Any]:
    factors = {
        factor.code: [
            {
                "code": one.code,
                "name": str(one.name),
                "weight": one.weight,
                "levels": [str(text) for text in one.levels],
            }
            for one in factor.criteria
        ]
        for factor in card.factors
    }
    return {"code": card.code, "version": card.version, "name": str(card.name), **factors}


@router.get("/scorecard", response=CardOut)
def get_scorecard(request: HttpRequest) -> dict[str, Any]:
    """The scorecard of the customer grade."""
    require(request.user, "assessment.view")
    return _as_out(shipped_card())


@router.get("/customers/{int:pk}/assessments", response=list[AssessmentOut])
def list_assessments(request: HttpRequest, pk: int) -> list[Assessment]:
    """The last few assessments of a customer, newest first."""
    require(request.user, "assessment.view")
    return queries.latest_assessments(_customer(request, pk))


@router.post("/customers/{int:pk}/assessments", response={201: AssessmentOut})
def assess_customer(request: HttpRequest, pk: int, body: AssessmentIn) -> Status[Assessment]:
    """Grade a customer by the scorecard; sets customer grade and visit grade."""
    require(request.user, "assessment.assess")
    user: Any = request.user
    card = shipped_card()
    try:
        made = services.assess_customer(
            _customer(request, pk), card=card, answers=body.answers, evidence=body.evidence, by=user
        )
    except WrongAnswer as error:
        problem = _("“%(code)s” is not a criterion of this scorecard, or its points are not 1 to 5") % {
            "code": str(error)[:60]
        }
        raise ValidationError({"answers": problem}) from error
    except services.TooFewAnswers as error:
        raise ValidationError({"answers": lacking_text(error.outcome)}) from error
    return Status(201, made)


def lacking_text(outcome: Outcome) -> str:
    """Why there is no grade, in one sentence."""
    names = pgettext("list", ", ").join(str(factor.name) for factor in outcome.lacking)
    return _("Too few points for a grade in: %(names)s. Answer more criteria.") % {"names": names}
