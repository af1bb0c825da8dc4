"""Promises and complaints on a customer's page: their panel, the card's group and the figure in the head."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db.models import BigIntegerField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from furrow.customers.models import Customer
from furrow.customers.timeline import Event, TimelineRead, Window
from furrow.kit.figures import NOTHING, number
from furrow.kit.prepared import Prepared
from furrow.kit.shell import Figure
from furrow.records.record import Later, Panel
from furrow.team.access import may
from furrow.team.models import User
from furrow.visits.matter_models import Matter, MatterKind
from furrow.visits.matters import SOON

SHOWN, MOST_COUNTED = 12, 99


@Later("matters", _("Promises and complaints"), wide=False, order=48)
def matters_panel(request: HttpRequest, customer: Customer) -> Panel | None:
    """What is open, the latest that is done, and room for another."""
    user: Any = request.user
    if not may(user, "visits.view"):
        return None
    rows = Matter.objects.visible_to(user).filter(customer=customer).select_related("owner")
    today = timezone.localdate()
    context = {
        "customer": customer,
        "open": list(rows.open().order_by("due", "pk")[:SHOWN]),
        "closed": list(rows.exclude(closed_at=None).order_by("-closed_at")[:3]),
        "kinds": MatterKind.choices,
        "today": today,
        "soon": today + SOON,
        "last": today + timedelta(days=366),
        "sent": uuid4(),
        "may": may(user, "visits.add"),
    }
    return Panel(
        "matters", _("Promises and complaints"), "visits/_matters.html", context, wide=False, order=48
    )


def complaints_group(request: HttpRequest, customer: Customer) -> Panel | None:
    """Group of the card that is never typed (P1.2): what the customer complained of, the latest first, and how it ended."""
    if not may(request.user, "visits.view"):
        return None
    rows = Matter.objects.filter(customer=customer, kind=MatterKind.COMPLAINT).select_related("owner")
    context = {"rows": rows.order_by("-at", "-pk")[:SHOWN], "today": timezone.localdate()}
    return Panel("complaints", _("Complaints"), "visits/_complaints.html", context, wide=False, order=33)


def complaints_figure(request: HttpRequest, customer: Customer) -> Figure | None:
    """Open complaints, for the strip below the head of the customer's page."""
    label = gettext("Open complaints")
    if not may(request.user, "visits.view"):
        return Figure(label, NOTHING)
    days = [due for (due,) in _OPEN_COMPLAINTS.rows(None, customer=customer.pk)]
    late = sum(1 for due in days if due < timezone.localdate())
    sub = gettext("%(number)s overdue") % {"number": number(late)} if late else ""
    return Figure(label, number(len(days)), sub=sub)


_OPEN_COMPLAINTS = Prepared(
    lambda _reader, customer: (
        Matter.objects.open()
        .filter(customer=customer, kind=MatterKind.COMPLAINT)
        .order_by()
        .values_list("due")[:MOST_COUNTED]
    ),
    customer=BigIntegerField(),
)


def timeline_events(customer: Customer, user: User, window: Window, limit: int) -> list[Event]:
    """Source of a customer's timeline: what was promised and what was complained of."""
    if not may(user, "visits.view"):
        return []
    return [
        Event(at, pk, _ICONS[kind], MatterKind(kind).label, who=who, text=f"{text} ({outcome})" if outcome else text)
        for at, pk, kind, who, text, outcome in _EVENTS.of(customer, user, window, limit)
    ]  # fmt: skip


_ICONS = {MatterKind.PROMISE: "checklist", MatterKind.COMPLAINT: "message-exclamation"}
_EVENTS = TimelineRead(Matter.objects.visible_to, *("kind", "by__name", "text", "outcome"))
