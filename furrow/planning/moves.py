"""Changes a person makes to a plan that is ready: move a visit, take a move back, pin. The price comes first (P4.6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from furrow import routing
from furrow.kit import audit
from furrow.kit.figures import day_words
from furrow.planning import rows
from furrow.planning.models import PlannedVisit, Route, VisitCycle, VisitPlan
from furrow.planning.services import locked_cycle, save_cycle
from furrow.team.models import User

LATEST_BACK = 180
"""Minutes of overtime a person may accept by moving a visit; the planner itself keeps to the cycle's own limit."""

REASONS = {
    "not_planned": gettext_lazy("This visit is no longer in the plan. Load the page again."),
    "same_day_twice": gettext_lazy("This customer is already visited on that day"),
    "no_working_day": gettext_lazy("The rep does not work on that day"),
    "gone_by": gettext_lazy("Days gone by stay as they are"),
    "pinned": gettext_lazy("This visit is pinned"),
    "visit_limit": gettext_lazy("The daily visit limit is exceeded"),
    "closed_that_day": gettext_lazy("This grade is not visited on that weekday"),
    "outside_windows": gettext_lazy("No time of that day fits the visiting hours"),
    "day_full": gettext_lazy("That day has no room left"),
    "spacing": gettext_lazy("Too close to, or too far from, the other visits to this customer"),
    "unreachable_coordinates": gettext_lazy("The customer has no usable position"),
    "overtime": gettext_lazy("The rep is back after working hours"),
}
BARRED = {"not_planned", "gone_by", "same_day_twice", "no_working_day", "unreachable_coordinates"}


@dataclass(frozen=True, slots=True)
class Price:
    """What a move costs: differences in minutes and metres of driving, and overtime of the new day in minutes.

    `possible`: it can be done at all. `fits`: it breaks no rule; otherwise `reasons` say in words what it breaks.
    `start` is the visit's new time (HH:MM) and `order` its place in that day from 1.
    """

    possible: bool
    fits: bool
    reasons: tuple[str, ...]
    codes: tuple[str, ...]
    minutes: float = 0
    metres: float = 0
    overtime: float = 0
    start: str = ""
    order: int = 0


def price_move(visit: PlannedVisit, to: date) -> Price:
    """What moving this visit to another day of the cycle would cost. Changes nothing."""
    cycle = visit.plan.cycle
    return _as_price(_priced(_scene(cycle, visit), cycle, visit, to), visit, cycle)


def price_days(visit: PlannedVisit, days: Iterable[date]) -> dict[date, Price]:
    """What moving this visit to each of these days would cost; the plan is read once."""
    cycle = visit.plan.cycle
    scene = _scene(cycle, visit)
    return {day: _as_price(_priced(scene, cycle, visit, day), visit, cycle) for day in days}


def _scene(cycle: VisitCycle, visit: PlannedVisit) -> tuple[routing.Problem, routing.Result]:
    plan = VisitPlan.objects.get(pk=visit.plan_id)
    problem = rows.plans_problem(
        cycle, [plan], divided=True, overtime=max(_overtime_limit(cycle), LATEST_BACK)
    )
    return problem, rows.stored_result(cycle, [plan])


def _overtime_limit(cycle: VisitCycle) -> int:
    return int(cycle.options.get("overtime", 0))


def _priced(
    scene: tuple[routing.Problem, routing.Result], cycle: VisitCycle, visit: PlannedVisit, to: date
) -> routing.MovePrice:
    if min(visit.date, to) < timezone.localdate():
        return routing.MovePrice(False, ("gone_by",))
    try:
        target = cycle.index_of(to)
    except ValueError:
        return routing.MovePrice(False, ("no_working_day",))
    return routing.price_move(*scene, str(visit.customer_id), cycle.index_of(visit.date), target)


def _as_price(found: routing.MovePrice, visit: PlannedVisit, cycle: VisitCycle) -> Price:
    site, limit = str(visit.customer_id), _overtime_limit(cycle)
    codes = list(found.reasons)
    possible = bool(found.routes) and not BARRED & set(codes)
    route = found.routes[-1] if found.routes else None
    overtime = route.overtime if route else 0.0
    if overtime > limit + 0.5:
        codes.append("overtime")
    stop = next((stop for stop in route.visits if stop.site_id == site), None) if route else None
    return Price(
        possible,
        possible and not codes,
        tuple(str(REASONS[code]) for code in codes),
        tuple(codes),
        found.delta_minutes,
        found.delta_metres,
        overtime,
        f"{rows.clock_time(stop.start):%H:%M}" if stop else "",
        found.position + 1,
    )


def _editable(visit: PlannedVisit, by: User | None, version: int | None) -> tuple[VisitCycle, PlannedVisit]:
    cycle = locked_cycle(visit.plan.cycle, by=by, version=version)
    if cycle.is_published:
        raise ValidationError(
            _("This plan is published. Take it back before changing it, then publish it again.")
        )
    if not cycle.is_editable:
        raise ValidationError(_("This plan is being made right now. Wait, or cancel it first."))
    row = PlannedVisit.objects.select_for_update().select_related("customer").filter(pk=visit.pk).first()
    if row is None:
        raise ValidationError(str(REASONS["not_planned"]))
    return cycle, row


@transaction.atomic
def move_visit(
    visit: PlannedVisit, to: date, *, by: User | None, version: int | None = None, anyway: bool = False
) -> tuple[PlannedVisit, Price]:
    """Put a visit on another day, at its cheapest place in that day's order; times of both days follow.

    Returns the visit as it is now, with what it cost. Raises ValidationError for a published plan, for a day on which it
    cannot be at all, and, unless `anyway`, for a move that breaks a rule.
    """
    cycle, row = _editable(visit, by, version)
    return _move(cycle, row, to, by=by, anyway=anyway, action="move_visit")


def _move(
    cycle: VisitCycle, row: PlannedVisit, to: date, *, by: User | None, anyway: bool, action: str
) -> tuple[PlannedVisit, Price]:
    if to == row.date:
        raise ValidationError(_("The visit is already on %(day)s") % {"day": day_words(to)})
    found = _priced(_scene(cycle, row), cycle, row, to)
    price = _as_price(found, row, cycle)
    if not price.possible or (price.reasons and not anyway):
        raise ValidationError(list(price.reasons) or [str(REASONS["day_full"])])
    before = row.date
    plan = VisitPlan.objects.get(pk=row.plan_id)
    row.date, row.moved_from = to, before
    row.save(update_fields=["date", "moved_from"])
    for route in found.routes:
        _keep_route(cycle, plan, route)
    save_cycle(cycle, figures=rows.recount(cycle, [plan]))
    note = f"{row.customer_id}: {before.isoformat()} - {to.isoformat()}"
    audit.record(cycle, action, by=by, changes={"visit": [before.isoformat(), to.isoformat()]}, note=note)
    return PlannedVisit.objects.get(pk=row.pk), price


def _keep_route(cycle: VisitCycle, plan: VisitPlan, route: routing.Route) -> None:
    """Write one day's new order and times onto the rows there are."""
    on = cycle.day_of(route.day)
    Route.objects.filter(plan=plan, date=on).delete()
    if not route.visits:
        return
    rows.route_row(plan, on, route).save(force_insert=True)
    visits = {row.customer_id: row for row in PlannedVisit.objects.filter(plan=plan, date=on)}
    fresh = rows.visit_rows(plan, on, route, {pk: row.grade for pk, row in visits.items()})
    fields = ("order", "arrive", "start", "leave", "drive_minutes", "drive_metres")
    for new in fresh:
        for name in fields:
            setattr(visits[new.customer_id], name, getattr(new, name))
    PlannedVisit.objects.bulk_update(visits.values(), fields, batch_size=200)


@transaction.atomic
def undo_move(
    visit: PlannedVisit, *, by: User | None, version: int | None = None
) -> tuple[PlannedVisit, Price]:
    """Put a visit back where it was before its last move, whatever rule that breaks. Raises ValidationError when it was not moved."""
    cycle, row = _editable(visit, by, version)
    if row.moved_from is None:
        raise ValidationError(_("This visit has not been moved."))
    moved, price = _move(cycle, row, row.moved_from, by=by, anyway=True, action="undo_move")
    moved.moved_from = None
    moved.save(update_fields=["moved_from"])
    return moved, price


@transaction.atomic
def pin_visits(
    visits: Iterable[PlannedVisit], pinned: bool = True, *, by: User | None, version: int | None = None
) -> int:
    """Pin visits of one cycle to their days, or let go of them; re-planning leaves pinned visits where they are. Returns how many changed."""
    chosen = list(visits)
    if not chosen:
        return 0
    cycle, _row = _editable(chosen[0], by, version)
    turned = PlannedVisit.objects.filter(
        pk__in=[visit.pk for visit in chosen], plan__cycle=cycle, pinned=not pinned
    )
    ids = sorted(turned.values_list("pk", flat=True))
    PlannedVisit.objects.filter(pk__in=ids).update(pinned=pinned)
    if ids:
        save_cycle(cycle)
        audit.record(cycle, "pin" if pinned else "unpin", by=by, changes={"visits": [None, ids]})
    return len(ids)
