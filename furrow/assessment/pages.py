"""What other pages show of gradings, and what they offer to do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from furrow.assessment import queries
from furrow.assessment.models import Assessment, Source
from furrow.assessment.rules import Outcome, WrongAnswer, grade_of
from furrow.assessment.scorecards import card as shipped_card
from furrow.customers.models import Customer
from furrow.customers.timeline import Event, Window
from furrow.records.record import Panel
from furrow.team.access import may
from furrow.team.models import User


def grade_panel(request: HttpRequest, customer: Customer) -> Panel | None:
    """Current grades, how the last one came about, and the ones before; for whoever may see assessments."""
    user: Any = request.user
    if not may(user, "assessment.view"):
        return None
    history = queries.latest_assessments(customer)
    # A grade that was changed otherwise since (in an import that was undone, say) is not explained by the last assessment.
    latest = history[0] if history and history[0].grade == customer.customer_grade else None
    context = {
        "customer": customer,
        "latest": latest,
        "outcome": _explained(latest) if latest else None,
        "before": history[1:] if latest else history,
        "may_assess": may(user, "assessment.assess"),
    }
    return Panel("grade", _("Grade"), "assessment/_panel.html", context, wide=False, order=10)


def _explained(assessment: Assessment) -> Outcome | None:
    """The outcome anew from the answers, while the card is still the one that was used."""
    card = shipped_card()
    if assessment.source != Source.SCORECARD or (assessment.card_code, assessment.card_version) != (
        card.code,
        card.version,
    ):
        return None
    try:
        return grade_of(card, assessment.answers)
    except WrongAnswer:
        return None


def timeline_events(customer: Customer, user: User, window: Window, limit: int) -> list[Event]:
    """Source of a customer's timeline: its assessments that stand."""
    if not may(user, "assessment.view"):
        return []
    rows = Assessment.objects.visible_to(user).standing().filter(customer=customer).select_related("by")
    return [
        Event(
            one.at,
            one.pk,
            "award",
            _("Graded %(letter)s") % {"letter": one.grade},
            who=one.by.name if one.by else "",
            text=", ".join(text for text in (one.get_source_display(), one.evidence) if text),
        )
        for one in window.narrow(rows).order_by("-at", "-pk")[:limit]
    ]
