"""The panel of promises and complaints on a customer's page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from furrow.customers.models import Customer
from furrow.records.record import Later, Panel
from furrow.team.access import may
from furrow.visits.matter_models import Matter, MatterKind
from furrow.visits.matters import SOON

SHOWN = 12


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
