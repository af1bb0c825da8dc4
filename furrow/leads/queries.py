"""Reads over leads: what came of one, the desk, what waits for whom, Ctrl-K, the home page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from furrow.customers.checking import masked, masked_phone
from furrow.kit.regions import region_book
from furrow.kit.shell import Card, Figure, PaletteItem
from furrow.leads.course_models import HandoverSheet
from furrow.leads.matching import Found, alike, likeness_of
from furrow.leads.models import ChannelKind, Lead
from furrow.leads.referral_queries import thanks_due
from furrow.leads.search import LEADS
from furrow.leads.states import DUE, GOOD, WAITING, State
from furrow.leads.table_models import Referral
from furrow.team.access import Role, may
from furrow.team.models import User

ON_DESK = 100
REACHED: dict[str, models.Q] = {
    "valid": models.Q(validated_at__isnull=False),
    "talk": models.Q(talks__isnull=False),
    "converted": models.Q(state=State.CONVERTED),
    "rejected": models.Q(state=State.REJECTED),
}
# Talks are many: an EXISTS keeps each lead once.
REACHED["talk"] = models.Q(
    pk__in=models.Subquery(Lead.objects.filter(talks__isnull=False).order_by().values("pk"))
)
REACHED_CHOICES = [
    ("valid", gettext_lazy("Found valid")),
    ("talk", gettext_lazy("Talked to")),
    ("converted", gettext_lazy("Converted")),
    ("rejected", gettext_lazy("Found not valid")),
]


@dataclass(frozen=True)
class Event:
    """A report or a talk."""

    at: datetime
    icon: str
    title: str
    who: str
    text: str
    note: str = ""
    is_late: bool = False
    talk: Any = None


def course_of(lead: Lead) -> list[Event]:
    """Reports and talks of a lead, newest first."""
    found = [
        Event(
            one.at,
            "message-check",
            str(one.get_result_display()),
            one.by.name if one.by else "",
            one.text,
            str(one.get_reason_display()) if one.reason else "",
            one.was_late,
        )
        for one in lead.reports.select_related("by")
    ]
    found += [
        Event(
            talk.at,
            "messages",
            _("Talk: %(method)s") % {"method": talk.get_method_display()},
            talk.by.name if talk.by else "",
            talk.interest,
            talk.next_step,
            talk=talk,
        )
        for talk in lead.talks.select_related("by")
    ]
    return sorted(found, key=lambda event: event.at, reverse=True)


def similar_to(lead: Lead, user: User) -> Found:
    """Leads and customers a lead may be."""
    return alike(likeness_of(lead), user, without=lead.pk)


# The desk ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Desk:
    """What waits for one person: leads to report on, to follow up, to assign, and what was escalated to them."""

    due: list[Lead]
    follow_up: list[Lead]
    to_assign: list[Lead]
    escalated: list[Lead]
    sheets: list[HandoverSheet]
    thanks: list[Referral]


def desk_of(user: User) -> Desk:
    """Everybody's own desk; assigning and escalated lines for those who assign."""
    reach = Lead.objects.visible_to(user).select_related("channel", "holder", "brand", "region")
    own = reach.filter(holder=user)
    assigns = may(user, "leads.assign")
    to_assign = reach.filter(state__in=sorted(WAITING)).exclude(
        channel__kind=ChannelKind.LIST, state=State.ENTERED
    )
    level = 2 if user.role == Role.MANAGER and user.team is not None and user.team.parent_id is None else 1
    escalated = reach.filter(state__in=sorted(DUE), escalation__gte=level).exclude(holder=user)
    sheets = HandoverSheet.objects.visible_to(user).filter(signed_at=None)
    return Desk(
        list(own.filter(state__in=sorted(DUE)).order_by("feedback_due", "pk")[:ON_DESK]),
        list(own.filter(state__in=sorted(GOOD)).order_by("followed_at", "pk")[:ON_DESK]),
        list(to_assign.order_by("-is_urgent", "inquired_at", "pk")[:ON_DESK]) if assigns else [],
        list(escalated.order_by("feedback_due", "pk")[:ON_DESK]) if assigns else [],
        list(sheets[:20]) if assigns or may(user, "leads.hand_over") else [],
        list(thanks_due(user)[:20]),
    )


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The moments a local day begins and ends."""
    start = timezone.make_aware(datetime.combine(day, time()))
    return start, start + timedelta(days=1)


def book_of(user: User, day: date) -> models.QuerySet[Lead]:
    """The inquiry book 客户咨询记录本 of a day: what came through the network, and urgent ones whatever their channel, in order."""
    start, end = day_bounds(day)
    rows = Lead.objects.visible_to(user).filter(inquired_at__gte=start, inquired_at__lt=end)
    rows = rows.filter(models.Q(channel__kind=ChannelKind.NETWORK) | models.Q(is_urgent=True))
    return rows.select_related("channel", "holder", "entered_by", "region", "brand", "product").order_by(
        "inquired_at", "pk"
    )


@dataclass(frozen=True)
class Pooled:
    """A lead in the pool as everybody sees it: masked until taken."""

    pk: int
    name: str
    phone: str
    region: str
    channel: str
    prospect_class: str
    situation: str
    since: datetime


def pool_of(user: User, limit: int = 200) -> list[Pooled]:
    """The pool, latest first; who sees everything anyway sees it unmasked. Of the others' regions no more than the district is told."""
    book, language = region_book(), get_language() or "zh-hans"
    clear = set(Lead.objects.visible_to(user).filter(state=State.POOL).values_list("pk", flat=True)[:5000])
    rows = (
        Lead.objects.pool_within_reach(user).select_related("channel").order_by("-updated_at", "-pk")[:limit]
    )
    return [
        Pooled(
            row.pk,
            row.name if row.pk in clear else masked(row.name),
            row.phone if row.pk in clear else masked_phone(row.phone),
            book.name((row.region_id or "")[: None if row.pk in clear else 6], language),
            str(row.channel),
            row.get_prospect_class_display(),
            row.situation[:80],
            row.updated_at,
        )
        for row in rows
    ]


# Shell ------------------------------------------------------------------------------------------


def palette(user: User, text: str, limit: int) -> list[PaletteItem]:
    """Leads for Ctrl-K."""
    if not may(user, "leads.view"):
        return []
    ids = LEADS.match(text, limit=limit, within=Lead.objects.visible_to(user))
    rows = Lead.objects.visible_to(user).in_bulk(ids)
    return [
        PaletteItem(
            rows[pk].name,
            reverse("leads:page", args=[pk]),
            sub=str(rows[pk].get_state_display()),
            icon="filter-plus",
        )
        for pk in ids
        if pk in rows
    ]


def home_card(user: User) -> Card | None:
    """What waits: to assign for those who assign, to report, overdue, thanks; None when nothing does."""
    if not may(user, "leads.view"):
        return None
    now = timezone.now()
    rows = Lead.objects.visible_to(user).order_by()
    due = models.Q(state__in=sorted(DUE))
    waiting = models.Q(state__in=sorted(WAITING)) & ~models.Q(
        channel__kind=ChannelKind.LIST, state=State.ENTERED
    )
    counted = rows.aggregate(
        waiting=models.Count("pk", filter=waiting),
        urgent=models.Count("pk", filter=waiting & models.Q(is_urgent=True)),
        due=models.Count("pk", filter=due),
        overdue=models.Count("pk", filter=due & models.Q(feedback_due__lt=now)),
        good=models.Count("pk", filter=models.Q(state__in=sorted(GOOD))),
    )
    thanks = thanks_due(user).count()
    if not any(counted.values()) and not thanks:
        return None
    figures = [
        Figure(_("Awaiting feedback"), _listed(counted["due"], "attention=due")),
        Figure(_("Overdue"), _listed(counted["overdue"], "attention=overdue")),
        Figure(_("In follow-up"), _listed(counted["good"], "state=valid&state=talk")),
    ]
    if may(user, "leads.assign") or may(user, "leads.hand_over"):
        urgent = _("%(number)d urgent") % {"number": counted["urgent"]} if counted["urgent"] else ""
        figures.insert(
            0, Figure(_("To be assigned"), _listed(counted["waiting"], "attention=waiting"), sub=urgent)
        )
    if thanks:
        figures.append(
            Figure(
                _("Thanks due"),
                format_html('<a href="{}?step=signed">{}</a>', reverse("referrals:list"), thanks),
            )
        )
    return Card(_("Leads"), tuple(figures), reverse("leads:desk"), _("Open your desk"))


def _listed(number: int, query: str) -> str:
    return (
        format_html('<a href="{}?{}">{}</a>', reverse("leads:list"), query, f"{number:,}") if number else "0"
    )
