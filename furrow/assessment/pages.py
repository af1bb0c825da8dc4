"""What other pages show of gradings, and what they offer to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from furrow.assessment import board_queries, queries
from furrow.assessment.cards import CREDIT, CUSTOMER_GRADE, RELATIONSHIP
from furrow.assessment.cards import Card as Scorecard
from furrow.assessment.explaining import explained
from furrow.assessment.models import Assessment, Source
from furrow.assessment.rules import Outcome
from furrow.assessment.scorecards import current_cards, versions
from furrow.customers.models import Customer
from furrow.customers.timeline import Event, TimelineRead, Window
from furrow.kit.figures import day, listed, money
from furrow.kit.shell import Card, Figure
from furrow.records.record import Later, Panel
from furrow.team.access import may
from furrow.team.models import User


@dataclass(frozen=True)
class Judged:
    """One card at one customer: the latest snapshot, what explains it, and how the class is called."""

    card: Scorecard
    latest: Assessment | None
    used: Scorecard | None

    @property
    def name(self) -> str:
        if self.latest is None:
            return ""
        known = (self.used or self.card).grade_class(self.latest.grade)
        return str(known) if known else self.latest.grade

    @property
    def known(self) -> Any:
        """The class with its advice and values; None when nobody judged yet."""
        return (self.used or self.card).grade_class(self.latest.grade) if self.latest else None

    @cached_property
    def outcome(self) -> Outcome | None:
        return explained(self.latest, self.used) if self.latest else None


def judged_of(request: HttpRequest, customer: Customer) -> dict[str, Judged]:
    """Every card in force with the customer's latest snapshot; once per request, three queries."""
    known: dict[int, dict[str, Judged]] = request.__dict__.setdefault("judged", {})
    if customer.pk not in known:
        cards = current_cards()
        latest = queries.current_of(customer)
        used = versions((one.card_code, one.card_version) for one in latest.values())
        known[customer.pk] = {
            code: Judged(
                card,
                latest.get(code),
                used.get((code, latest[code].card_version)) if code in latest else None,
            )
            for code, card in cards.items()
        }
    return known[customer.pk]


@Later("grade", gettext_lazy("Grade"), wide=False, order=10)
def grade_panel(request: HttpRequest, customer: Customer) -> Panel | None:
    """Current grades, how the last one came about, and the ones before; for whoever may see assessments."""
    user: Any = request.user
    if not may(user, "assessment.view"):
        return None
    history = queries.latest_assessments(customer)
    # A grade that was changed otherwise since (in an import that was undone, say) is not explained by the last assessment.
    latest = history[0] if history and history[0].grade == customer.customer_grade else None
    card = judged_of(request, customer)[CUSTOMER_GRADE]
    context = {
        "customer": customer,
        "latest": latest,
        "outcome": explained(latest, card.used) if latest else None,
        "before": history[1:] if latest else history,
        "others": _other_cards(request, customer),
        "may_assess": may(user, "assessment.assess"),
    }
    return Panel("grade", gettext_lazy("Grade"), "assessment/_panel.html", context, wide=False, order=10)


def _other_cards(request: HttpRequest, customer: Customer) -> list[Judged]:
    """Cards for customers of this kind other than the customer grade, those judged by a person."""
    return [
        one
        for code, one in judged_of(request, customer).items()
        if code != CUSTOMER_GRADE and one.card.subject == "customer" and fits(one.card, customer)
    ]


def fits(card: Scorecard, customer: Customer) -> bool:
    """Whether a card is meant for customers of this kind."""
    return not card.for_kinds or customer.kind in card.for_kinds


def _group(
    request: HttpRequest, customer: Customer, name: str, title: Any, codes: tuple[str, ...], order: int
) -> Panel | None:
    user: Any = request.user
    if not may(user, "assessment.view"):
        return None
    found = judged_of(request, customer)
    shown = [found[code] for code in codes if code in found]
    context = {"customer": customer, "cards": shown, "may_assess": may(user, "assessment.assess")}
    return Panel(f"group-{name}", title, "assessment/_group.html", context, order=order)


def results_panel(request: HttpRequest, customer: Customer) -> Panel | None:
    """Group 5 of the card: this period's class by results (532, size)."""
    return _group(
        request,
        customer,
        "results",
        gettext_lazy("Classification by results"),
        ("class_532", "customer_size"),
        25,
    )


def credit_panel(request: HttpRequest, customer: Customer) -> Panel | None:
    """Group 6 of the card: the credit grade with its limit and term."""
    return _group(request, customer, "credit", gettext_lazy("Credit grade"), (CREDIT,), 26)


def relationship_panel(request: HttpRequest, customer: Customer) -> Panel | None:
    """Group 15 of the card: the relationship grades of the quarter and of the year."""
    return _group(request, customer, "relationship", gettext_lazy("Relationship grade"), RELATIONSHIP, 35)


def yearly_panel(request: HttpRequest, customer: Customer) -> Panel | None:
    """Group 16 of the card: the combined class of the year."""
    return _group(
        request, customer, "yearly", gettext_lazy("Combined class of the year"), ("yearly_class",), 36
    )


def relationship_figure(request: HttpRequest, customer: Customer) -> Figure | None:
    """The latest relationship grade, for the strip below the page's head."""
    found = _standing_of(request, customer)
    known = [found[code] for code in RELATIONSHIP if code in found]
    if not known:
        return None
    newest = max(known, key=lambda one: one.at)
    return Figure(_("Relationship grade"), newest.name, sub=day(newest.at))


def credit_figure(request: HttpRequest, customer: Customer) -> Figure | None:
    """The credit grade with its limit, for the strip below the page's head."""
    one = _standing_of(request, customer).get(CREDIT)
    if one is None:
        return None
    limit = one.values.get("limit")
    sub = _("Limit %(limit)s") % {"limit": money(limit)} if limit is not None else day(one.at)
    return Figure(_("Credit grade"), one.name, sub=sub)


def _standing_of(request: HttpRequest, customer: Customer) -> dict[str, queries.Standing]:
    """What the strip tells, as far as the user may see it; once a request."""
    user: Any = request.user
    known: dict[int, dict[str, queries.Standing]] = request.__dict__.setdefault("standing", {})
    if customer.pk not in known:
        may_see = may(user, "assessment.view")
        known[customer.pk] = queries.standing_of(customer) if may_see else {}
    return known[customer.pk]


def home_card(user: User) -> Card | None:
    """Assessments due this quarter and this year; None when nothing is."""
    if not may(user, "assessment.assess"):
        return None
    found = [one for one in board_queries.due(user, timezone.localdate()) if one.customers]
    if not found:
        return None
    figures = tuple(
        Figure(
            str(one.card.name),
            f"{len(one.customers)}+" if one.more else f"{len(one.customers)}",
            sub=_("since %(day)s") % {"day": day(one.since)},
        )
        for one in found[:4]
    )
    return Card(_("Assessments due"), figures, reverse("assessment:due"), _("Open the list"))


def timeline_events(customer: Customer, user: User, window: Window, limit: int) -> list[Event]:
    """Source of a customer's timeline: its assessments that stand."""
    if not may(user, "assessment.view"):
        return []
    rows = _EVENTS.of(customer, user, window, limit)
    used = versions((code, version) for *_row, code, version in rows if code != CUSTOMER_GRADE)
    return [
        Event(
            at,
            pk,
            "award",
            _event_title(used.get((code, version)), grade),
            who=who or "",
            text=listed(text for text in (Source(source).label, evidence) if text),
        )
        for at, pk, grade, who, source, evidence, code, version in rows
    ]


_EVENTS = TimelineRead(
    lambda user: Assessment.objects.visible_to(user).standing(),
    *("grade", "by__name", "source", "evidence", "card_code", "card_version"),
)


def _event_title(used: Scorecard | None, grade: str) -> str:
    if used is None:
        return _("Graded %(letter)s") % {"letter": grade}
    return _("%(card)s: %(grade)s") % {"card": used.name, "grade": used.grade_class(grade) or grade}
