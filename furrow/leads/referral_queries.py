"""Reads over referrals: their steps, whom to ask, who named whom (P7.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from furrow.customers.models import Customer
from furrow.kit.folding import fold
from furrow.leads.course_models import Conversion
from furrow.leads.rules import ASK_AGAIN_DAYS, JUST_SIGNED_DAYS, AskFacts, ask_reasons
from furrow.leads.table_models import Referral, ReferralStep
from furrow.team.models import User

MOST_BRANCHES = 1000
REASONS = {
    "named_before": gettext_lazy("Named someone who signed"),
    "just_signed": gettext_lazy("Signed within the last 30 days"),
    "best_grade": gettext_lazy("Grade A"),
    "never_asked": gettext_lazy("Grade B, never asked"),
}


@dataclass(frozen=True)
class Step:
    """One step from ask to thanks: done, now (the next one), or still to come."""

    label: str
    state: str
    on: date | None


def steps_of(referral: Referral) -> list[Step]:
    """The five steps of a referral with what is known of each."""
    order = list(ReferralStep)
    at = order.index(ReferralStep(referral.step))
    days = {"asked": referral.asked_on, "signed": referral.signed_on, "thanked": referral.thanked_on}
    return [
        Step(
            str(step.label),
            "done" if number <= at else "now" if number == at + 1 else "",
            days.get(step.value),
        )
        for number, step in enumerate(order)
    ]


def thanks_due(user: User) -> models.QuerySet[Referral]:
    """Referrals whose customer has signed and whose referrer waits for thanks."""
    return Referral.objects.visible_to(user).filter(step=ReferralStep.SIGNED).order_by("signed_on", "pk")


@dataclass(frozen=True)
class ToAsk:
    """A customer worth asking for a referral, and why."""

    customer: Customer
    reasons: tuple[str, ...]
    asked_on: date | None


def whom_to_ask(user: User, limit: int = 100) -> list[ToAsk]:
    """Customers in reach to ask for a referral now, best reasons first."""
    today, now = timezone.localdate(), timezone.now()
    mine = Referral.objects.alive().filter(referrer_customer=models.OuterRef("pk"))
    signed = mine.filter(step__in=[ReferralStep.SIGNED, ReferralStep.THANKED]).order_by()
    since = Conversion.objects.filter(customer=models.OuterRef("pk"), undone_at=None)
    rows: Any = (
        Customer.objects.visible_to(user)
        .exclude(status="lost")
        .select_related("owner")
        .annotate(
            asked=models.Subquery(mine.order_by("-asked_on").values("asked_on")[:1]),
            led=models.Subquery(
                signed.values("referrer_customer").annotate(n=models.Count("pk")).values("n")[:1]
            ),
            since=models.Subquery(since.values("at")[:1]),
        )
        .filter(
            models.Q(visit_grade__in=["A", "B"])
            | models.Q(led__gt=0)
            | models.Q(since__gte=now - timedelta(days=JUST_SIGNED_DAYS))
        )
        .filter(models.Q(asked=None) | models.Q(asked__lte=today - timedelta(days=ASK_AGAIN_DAYS)))
    )
    found = []
    for row in rows.order_by("visit_grade", "name_order", "pk")[: limit * 3]:
        known = (now - row.since).days if row.since else None
        asked = (today - row.asked).days if row.asked else None
        if why := ask_reasons(AskFacts(row.visit_grade, known, asked, row.led or 0)):
            found.append(ToAsk(row, tuple(str(REASONS[reason]) for reason in why), row.asked))
    return sorted(found, key=lambda one: -len(one.reasons))[:limit]


@dataclass(frozen=True)
class Branch:
    """A node of the referral tree: who named whom. Depth 0 is a referrer nobody named."""

    depth: int
    name: str
    step: str
    url: str


def referral_tree(user: User) -> list[Branch]:
    """Referrers and whom they named, depth first; someone named who named others carries them below."""
    rows = Referral.objects.visible_to(user).select_related("referrer_customer", "lead")
    below: dict[str, list[Referral]] = {}
    named: set[str] = set()
    for row in rows.order_by("asked_on", "pk")[:MOST_BRANCHES]:
        below.setdefault(_node(row.referrer_customer_id, row.referrer), []).append(row)
        if child := _child(row):
            named.add(child)
    told: list[Branch] = []

    def tell(key: str, depth: int, seen: frozenset[str]) -> None:
        for row in below.get(key, ()):
            label = row.lead.name if row.lead else _("nobody named yet")
            url = reverse("referrals:page", args=[row.pk])
            told.append(Branch(depth, label, str(row.get_step_display()), url))
            child = _child(row)
            if child and child not in seen:
                tell(child, depth + 1, seen | {child})

    for key, (top, *_rest) in below.items():
        if key not in named:
            customer = top.referrer_customer
            url = reverse("customers:page", args=[customer.pk]) if customer else ""
            told.append(Branch(0, customer.name if customer else top.referrer, "", url))
            tell(key, 1, frozenset({key}))
    return told


def _child(row: Referral) -> str:
    return f"c{row.lead.customer_id}" if row.lead is not None and row.lead.customer_id else ""


def _node(customer: int | None, name: str) -> str:
    return f"c{customer}" if customer else f"n{fold(name)}"
