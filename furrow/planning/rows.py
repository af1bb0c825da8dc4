"""A cycle's rows as the planner's problem and result, and the planner's routes as rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, time
from typing import Any

from django.db import transaction
from django.utils import timezone

from furrow.customers.models import Customer
from furrow.planning.models import PlannedVisit, Route, VisitCycle, VisitPlan
from furrow.planning.outcome import figures_json
from furrow.planning.problem import Outlet, Traveler, planning_problem
from furrow.planning.rules import PolicyRules
from furrow.routing import Cost, Problem, Result, figures
from furrow.routing import Day as PlanDay
from furrow.routing import Route as PlanRoute
from furrow.routing import Visit as PlanVisit

EMPTY = Result((), (), Cost())


def first_open_day(cycle: VisitCycle) -> date:
    """The first day a planning that begins now may touch: today where days gone by hold visits or are to be left out, else the start.

    It lies after the cycle's end when the whole cycle has gone by.
    """
    today = timezone.localdate()
    kept = cycle.options.get("skip_past") or PlannedVisit.objects.filter(plan__cycle=cycle, date__lt=today)
    return max(cycle.start, today) if kept else cycle.start


def _first_index(cycle: VisitCycle) -> int:
    """`first_open_day` as it was when the last planning began; 0 before."""
    return int(cycle.options.get("first_day", 0))


def days_of(cycle: VisitCycle, *, ahead: bool) -> tuple[PlanDay, ...]:
    """The cycle's days as the work calendar had them when planning began; with `ahead`, days gone by are closed."""
    first = _first_index(cycle) if ahead else 0
    return tuple(
        PlanDay(index, index % 7, index // 7, working=bool(works) and index >= first)
        for index, works in enumerate(cycle.options["working"])
    )


def pins_of(cycle: VisitCycle, *, ahead: bool) -> dict[int, tuple[int, list[int]]]:
    """customer -> (rep, day indexes) of visits pinned by a person; with `ahead`, not those gone by, which cannot move anyway."""
    pins: dict[int, tuple[int, list[int]]] = {}
    first = cycle.day_of(_first_index(cycle) if ahead else 0)
    rows = PlannedVisit.objects.filter(plan__cycle=cycle, pinned=True, date__gte=first).order_by("date")
    for customer_id, rep_id, on in rows.values_list("customer_id", "plan__rep_id", "date"):
        pins.setdefault(customer_id, (rep_id, []))[1].append(cycle.index_of(on))
    return pins


def gone_by(cycle: VisitCycle) -> dict[int, tuple[int, list[int]]]:
    """customer -> (rep of the last one, day indexes) of visits on days gone by, whoever the rep was."""
    made: dict[int, tuple[int, list[int]]] = {}
    first = cycle.day_of(_first_index(cycle))
    rows = PlannedVisit.objects.filter(plan__cycle=cycle, date__lt=first).order_by("date")
    for customer_id, rep_id, on in rows.values_list("customer_id", "plan__rep_id", "date"):
        days = made.get(customer_id, (rep_id, []))[1]
        if cycle.index_of(on) not in days:
            days.append(cycle.index_of(on))
        made[customer_id] = rep_id, days
    return made


def _traveler(plan: VisitPlan) -> Traveler:
    hours = {name: value for name, value in plan.hours.items() if name != "no_start_point"}
    return Traveler(str(plan.rep_id), plan.longitude, plan.latitude, **hours)


def cycle_problem(
    cycle: VisitCycle,
    plans: list[VisitPlan],
    outlets: list[Outlet],
    *,
    ahead: bool,
    overtime: int | None = None,
) -> Problem:
    """The problem of these outlets and plans under the cycle's own rules and calendar."""
    return planning_problem(
        outlets,
        [_traveler(plan) for plan in plans],
        PolicyRules.from_json(cycle.policy_rules),
        days_of(cycle, ahead=ahead),
        number=int(cycle.options["number"]),
        overtime=int(cycle.options.get("overtime", 0)) if overtime is None else overtime,
    )


def plans_problem(
    cycle: VisitCycle,
    plans: list[VisitPlan],
    *,
    divided: bool,
    ahead: bool = False,
    overtime: int | None = None,
) -> Problem:
    """The problem of plans whose customers are settled; with `divided` False, proposed customers have no rep (for baselines).

    With `ahead` it is what is left to plan: days gone by are closed, and their visits are made. Else it is the whole
    cycle, to judge and change all the rows there are.
    """
    kept = {entry["id"]: (entry, plan) for plan in plans for entry in plan.customers}
    proposed = {pk for plan in plans for pk in plan.proposed}
    pins, made = pins_of(cycle, ahead=ahead), gone_by(cycle) if ahead else {}
    rows = Customer.objects.filter(pk__in=list(kept)).order_by("pk")
    outlets = []
    for pk, lng, lat, channel in rows.values_list("pk", "longitude", "latitude", "channel_type"):
        entry, plan = kept[pk]
        owner = str(plan.rep_id) if divided or pk not in proposed else None
        pinned = tuple(pins[pk][1]) if pk in pins and pins[pk][0] == plan.rep_id else ()
        done = tuple(made[pk][1]) if pk in made else ()
        outlets.append(
            Outlet(
                str(pk),
                lng,
                lat,
                entry["grade"],
                channel,
                owner,
                entry["visits"],
                pinned,
                done,
                entry.get("collect", False),
            )
        )
    return cycle_problem(cycle, plans, outlets, ahead=ahead, overtime=overtime)


def clock_time(minutes: float) -> time:
    """A clock time from minutes after midnight, to the minute; a day never shows later than 23:59."""
    whole = min(max(0, round(minutes)), 24 * 60 - 1)
    return time(whole // 60, whole % 60)


def minutes_of(at: time) -> int:
    """Minutes after midnight."""
    return at.hour * 60 + at.minute


def route_row(plan: VisitPlan, on: date, route: PlanRoute) -> Route:
    """A planner's route as a row."""
    lunch = route.lunch
    return Route(
        plan=plan,
        date=on,
        depart=clock_time(route.depart),
        back=clock_time(route.back),
        back_minutes=route.back_minutes,
        back_metres=route.back_metres,
        lunch_start=clock_time(lunch[0]) if lunch else None,
        lunch_end=clock_time(lunch[1]) if lunch else None,
        overtime_minutes=route.overtime,
    )


def visit_rows(plan: VisitPlan, on: date, route: PlanRoute, grades: dict[int, str]) -> list[PlannedVisit]:
    """A planner's stops as rows, numbered from 1."""
    return [
        PlannedVisit(
            plan=plan,
            customer_id=int(stop.site_id),
            date=on,
            placed_on=on,
            order=order,
            arrive=clock_time(stop.arrive),
            start=clock_time(stop.start),
            leave=clock_time(stop.leave),
            drive_minutes=stop.drive_minutes,
            drive_metres=stop.drive_metres,
            grade=grades[int(stop.site_id)],
        )
        for order, stop in enumerate(route.visits, start=1)
    ]


def stored_result(cycle: VisitCycle, plans: list[VisitPlan], *, gone: bool = False) -> Result:
    """The plans' rows as the planner's result, times to the minute; with `gone`, only those of days gone by."""
    last = cycle.day_of(_first_index(cycle) - 1) if gone else cycle.end
    reps = {plan.pk: str(plan.rep_id) for plan in plans}
    stops: dict[tuple[int, date], list[PlanVisit]] = defaultdict(list)
    for visit in PlannedVisit.objects.filter(plan__in=plans, date__lte=last).order_by("date", "order"):
        arrive, start, leave = (minutes_of(at) for at in (visit.arrive, visit.start, visit.leave))
        stops[visit.plan_id, visit.date].append(
            PlanVisit(str(visit.customer_id), arrive, start, leave, visit.drive_minutes, visit.drive_metres)
        )
    routes = []
    for route in Route.objects.filter(plan__in=plans, date__lte=last).order_by("plan", "date"):
        lunch = (route.lunch_start, route.lunch_end)
        routes.append(
            PlanRoute(
                reps[route.plan_id],
                cycle.index_of(route.date),
                minutes_of(route.depart),
                tuple(stops[route.plan_id, route.date]),
                minutes_of(route.back),
                route.back_minutes,
                route.back_metres,
                (minutes_of(lunch[0]), minutes_of(lunch[1])) if lunch[0] and lunch[1] else None,
                route.overtime_minutes,
            )
        )
    return replace(EMPTY, routes=tuple(routes))


@transaction.atomic
def recount(cycle: VisitCycle, plans: list[VisitPlan]) -> dict[str, Any]:
    """Figures anew after visits were moved: the plans' own are stored, the cycle's returned; baselines stay."""
    everyone = list(VisitPlan.objects.filter(cycle=cycle).select_related("rep"))
    touched = {plan.pk for plan in plans}
    problem = plans_problem(cycle, everyone, divided=True)
    result = stored_result(cycle, everyone)
    for plan in everyone:
        if plan.pk in touched:
            own = [route for route in result.routes if route.rep_id == str(plan.rep_id)]
            plan.figures = figures_json(figures(problem.for_rep(str(plan.rep_id)), own))
            plan.save(update_fields=["figures"])
    return {**cycle.figures, **figures_json(figures(problem, result.routes))}
