"""Why a snapshot came out as it did: its answers once more through the very version of the card that was used (P3)."""

from __future__ import annotations

from furrow.assessment.cards import Card
from furrow.assessment.models import Assessment, Source
from furrow.assessment.rules import Outcome, WrongAnswer, grade_of


def explained(assessment: Assessment, used: Card | None) -> Outcome | None:
    """The outcome anew from the answers kept; None when the class was given without answers, or its card is not kept."""
    if used is None or assessment.source not in (Source.SCORECARD, Source.REGRADE) or not used.factors:
        return None
    try:
        return grade_of(used, assessment.answers)
    except WrongAnswer:
        return None
