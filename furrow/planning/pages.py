"""What planning shows on other rooms' pages: the customer's next visits, the home card, the first step."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from furrow.customers.models import Customer
from furrow.customers.timeline import Event, Window
from furrow.kit.figures import clock, day_words, hours, number
from furrow.kit.shell import Card, Figure, Step
from furrow.planning import ahead, queries, remarks
from furrow.planning.comparison import figures_in_reach
from furrow.planning.models import VisitCycle
from furrow.records.record import Panel
from furrow.team.access import Role, may
from furrow.team.models import User


def next_visits_panel(request: HttpRequest, customer: Customer) -> Panel | None:
    """The customer's planned visits from today on; nothing for those who may not see plans."""
    user = request.user
    if not isinstance(user, User) or not may(user, "planning.view"):
        return None
    visits = ahead.next_visits(customer, user)
    return Panel(
        "next_visits",
        gettext_lazy("Next visits"),
        "planning/_next_visits.html",
        {"visits": visits},
        wide=False,
        order=40,
        stats=(_next_stat(visits[0] if visits else None),),
    )


def _next_stat(visit: ahead.PlannedFor | None) -> Figure:
    if visit is None:
        return Figure(_("Next visit"), _("None planned"))
    return Figure(_("Next visit"), day_words(visit.date), sub=f"{clock(visit.start)} {visit.rep}")


def timeline_events(customer: Customer, user: User, window: Window, limit: int) -> list[Event]:
    """Source of a customer's timeline: published visits up to now; what lies ahead stands in the panel of next visits."""
    if not may(user, "planning.view"):
        return []
    return [
        Event(
            timezone.make_aware(datetime.combine(visit.date, visit.start)),
            visit.id,
            "calendar-event",
            _("Visit planned"),
            who=visit.rep,
        )
        for visit in ahead.past_visits(customer, user, window, limit)
    ]


def home_card(user: User) -> Card | None:
    """A rep's day by the published plan, or the current cycle for those who plan. None when there is no plan."""
    if not may(user, "planning.view"):
        return None
    return _rep_card(user) if user.role == Role.REP else _planner_card(user)


def _rep_card(user: User) -> Card | None:
    today = timezone.localdate()
    current = ahead.plan_on(user, today)
    route = queries.day_route(current, today) if current else None
    following = ahead.next_visit_of(user, today)
    plan = current or (following.plan if following else None)
    if plan is None:
        return None
    said = ""
    if following:
        said = _("Next visit: %(day)s, %(time)s") % {
            "day": day_words(following.date),
            "time": clock(following.start),
        }
    address = reverse("planning:cycle", args=[plan.cycle_id])
    if route is None or not route.stops:
        link = f"{address}?day={following.date.isoformat()}" if following else address
        return Card(
            _("No visits today"), (), link, _("Open the plan"), said or _("No more visits in this plan")
        )
    figures = (
        Figure(_("Visits today"), number(len(route.stops))),
        Figure(_("Distance"), number(route.km, 1), _("km")),
        Figure(_("With customers"), hours(route.customer_minutes), _("h")),
    )
    return Card(_("Today's route"), figures, f"{address}?day={today.isoformat()}", _("Open the plan"))


def _planner_card(user: User) -> Card | None:
    today = timezone.localdate()
    rows = VisitCycle.objects.visible_to(user).exclude(figures={})
    cycle = (
        next((row for row in rows.filter(start__lte=today) if row.end >= today), None)
        or rows.filter(start__gt=today).last()
    )
    if cycle is None:
        return None
    found = figures_in_reach(cycle, queries.plans_of(cycle, user), cycle.plans.count())
    figures = (
        Figure(_("Visits"), number(found.get("visits", 0))),
        Figure(_("Visits a day"), number(found.get("visits_per_day", 0), 1)),
        Figure(_("On the road"), hours(found.get("travel_minutes", 0)), _("h")),
        Figure(_("With customers"), hours(found.get("customer_minutes", 0)), _("h")),
        Figure(_("Not placed"), number(len(remarks.unplaced(cycle, user)))),
    )
    title = _("Visit plan %(name)s") % {"name": cycle.name}
    return Card(
        title,
        figures,
        reverse("planning:cycle", args=[cycle.pk]),
        _("Open the plan"),
        str(cycle.get_status_display()),
    )


def plan_step(user: User) -> Step | None:
    """First steps: make and publish a plan. None for those who do not plan."""
    if not may(user, "planning.plan"):
        return None
    counted = VisitCycle.objects.visible_to(user).aggregate(
        made=Count("pk"), published=Count("pk", filter=Q(status=VisitCycle.Status.PUBLISHED))
    )
    return Step(
        _("Plan four weeks of visits"),
        _(
            "Furrow chooses who is visited on which day in which order. You check, move what you know better, and publish."
        ),
        reverse("planning:cycles") if counted["made"] else reverse("planning:new"),
        _("Open visit plans") if counted["made"] else _("New plan"),
        "route",
        bool(counted["published"]),
        _("Published") if counted["published"] else "",
    )
