"""The panel of needs on a customer's page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from furrow.customers.models import Customer
from furrow.records.record import Later, Panel
from furrow.team.access import may
from furrow.visits import need_queries


@Later("needs", _("Needs"), wide=False, order=47)
def needs_panel(request: HttpRequest, customer: Customer) -> Panel | None:
    """What is known of each need, what to ask next, the sales doctor's open cases, gaps of store checks."""
    user: Any = request.user
    if not may(user, "visits.view"):
        return None
    states = need_queries.needs_of(customer, user)
    context = {
        "customer": customer,
        "states": states,
        "next": next((state.next for state in states if state.answered and state.next), states[0].next),
        "cases": [case for case in need_queries.cases_of(customer, user) if not case.closed_on][:3],
        "gaps": len(need_queries.gaps_due(user, customer)),
    }
    return Panel("needs", _("Needs"), "visits/_needs.html", context, wide=False, order=47)
