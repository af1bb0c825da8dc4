"""The worker's part of planning: who gets which customers, one rep's search, and the whole plan written at once.

Nothing of a run shows until `finish` writes everything in one transaction; a run that is cancelled or killed leaves the
plan there was untouched, and each step may be run again from its start.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, time
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from furrow.customers.models import Customer, Status
from furrow.kit.workcalendar import workdays
from furrow.planning.models import PlannedVisit, Route, UnplacedVisit, VisitCycle, VisitPlan
from furrow.planning.outcome import compare, figures_json, reason_of, result_from_json
from furrow.planning.problem import Outlet, Traveler, planning_problem
from furrow.planning.rules import PolicyRules
from furrow.planning.services import hours_of, save_cycle, worker_lanes
from furrow.routing import Any as AnyStop
from furrow.routing import (
    Cost,
    Iterations,
    Problem,
    Result,
    Seconds,
    Site,
    Stop,
    check,
    divide,
    figures,
    merge,
    split,
)
from furrow.routing import Day as PlanDay
from furrow.routing import Route as PlanRoute
from furrow.routing import Visit as PlanVisit
from furrow.team.models import User

EMPTY = Result((), (), Cost())


def stop_of(cycle: VisitCycle) -> Stop:
    """The search budget of the whole cycle."""
    options = cycle.options
    if options.get("iterations"):
        return Iterations(int(options["iterations"]))
    return Seconds(float(options.get("seconds") or 30))


def days_of(cycle: VisitCycle) -> tuple[PlanDay, ...]:
    """The cycle's days as the work calendar had them when planning began."""
    return tuple(
        PlanDay(index, index % 7, index // 7, working=bool(works))
        for index, works in enumerate(cycle.options["working"])
    )


def candidates(reps: Iterable[int]) -> Any:
    """Customers that a plan of these reps may hold: theirs and those without an owner, not lost, in the order they were added."""
    return (
        Customer.objects.alive()
        .filter(Q(owner__in=list(reps)) | Q(owner=None))
        .exclude(status=Status.LOST)
        .order_by("pk")
    )


def prepare(cycle: VisitCycle, by: User | None) -> list[tuple[VisitPlan, dict[str, Any]]]:
    """Take calendar, people and customers as they are now; give each plan its customers.

    Returns (plan, parameters of its search) for every plan that has something to do. `by` narrows customers without an
    owner to those in reach. Pinned visits and days gone by stay as they are.
    """
    plans = list(cycle.plans.select_related("rep").order_by("rep_id"))
    working, years = _calendar(cycle)
    for plan in plans:
        plan.hours, plan.longitude, plan.latitude = hours_of(plan.rep), plan.rep.longitude, plan.rep.latitude
    save_cycle(
        cycle,
        options={**cycle.options, "working": working, "unpublished_years": years, **_left_out(plans, by)},
    )
    problem = divide(_problem(cycle, plans, _outlets(cycle, plans, by)))
    reps = {rep.id: rep for rep in problem.reps}
    owners = {str(pk): owner for pk, owner in _reachable(plans, by).values_list("pk", "owner_id")}
    for plan in plans:
        mine = [site for site in problem.sites if site.rep == str(plan.rep_id)]
        plan.customers = [{"id": int(site.id), "grade": site.grade, "visits": site.visits} for site in mine]
        plan.proposed = [int(site.id) for site in mine if owners[site.id] is None]
        if plan.longitude is None:
            plan.hours["no_start_point"] = True
            plan.longitude, plan.latitude = reps[str(plan.rep_id)].lng, reps[str(plan.rep_id)].lat
        plan.status, plan.solution = VisitPlan.Status.WAITING, None
    fields = ["hours", "longitude", "latitude", "customers", "proposed", "status", "solution"]
    VisitPlan.objects.bulk_update(plans, fields, batch_size=100)
    by_rep = {str(plan.rep_id): plan for plan in plans}
    parts = split(problem, stop=stop_of(cycle), seed=int(cycle.options.get("seed", 0)), lanes=worker_lanes())
    return [
        (by_rep[part.rep_id], {"share": part.share, "seed": part.seed, **_budget(part.stop)})
        for part in parts
    ]


def _budget(stop: Stop) -> dict[str, float]:
    if isinstance(stop, Iterations):
        return {"iterations": max(1, stop.iterations)}
    return {"seconds": stop.seconds if isinstance(stop, Seconds) else 1.0}


def _calendar(cycle: VisitCycle) -> tuple[list[bool], list[int]]:
    """Which days can be planned: working days, and of those gone by only the ones with visits already, if the cycle says so."""
    calendar, days = (
        workdays(cycle.start, cycle.end),
        [cycle.day_of(index) for index in range(7 * cycle.weeks)],
    )
    first = timezone.localdate() if cycle.options.get("skip_past") else cycle.start
    used = set(PlannedVisit.objects.filter(plan__cycle=cycle, date__lt=first).values_list("date", flat=True))
    working = [calendar.is_working(day) and (day >= first or day in used) for day in days]
    return working, calendar.unpublished_years(cycle.start, cycle.end)


def _reachable(plans: list[VisitPlan], by: User | None) -> Any:
    rows = candidates(plan.rep_id for plan in plans)
    return rows if by is None else rows.filter(pk__in=Customer.objects.visible_to(by).values("pk"))


def _left_out(plans: list[VisitPlan], by: User | None) -> dict[str, int]:
    counted = (
        _reachable(plans, by)
        .order_by()
        .aggregate(
            ungraded=Count("pk", filter=Q(visit_grade="")),
            without_position=Count("pk", filter=~Q(visit_grade="") & (Q(longitude=None) | Q(latitude=None))),
        )
    )
    return {"ungraded": counted["ungraded"], "without_position": counted["without_position"]}


def _outlets(cycle: VisitCycle, plans: list[VisitPlan], by: User | None) -> list[Outlet]:
    """Graded customers; those an earlier run of this cycle gave to a rep stay with that rep, their pins too."""
    given = {pk: plan.rep_id for plan in plans for pk in plan.proposed}
    pins = _pins(cycle)
    rows = _reachable(plans, by).exclude(visit_grade="")
    fields = ("pk", "longitude", "latitude", "visit_grade", "channel_type", "owner_id")
    made = []
    for pk, lng, lat, grade, channel, owner_id in rows.values_list(*fields):
        rep, days = pins.get(pk, (None, ()))
        owner = owner_id or given.get(pk)
        pinned = tuple(days) if rep == owner or owner is None else ()
        owner = owner or rep
        made.append(Outlet(str(pk), lng, lat, grade, channel, str(owner) if owner else None, pinned=pinned))
    return made


def _pins(cycle: VisitCycle) -> dict[int, tuple[int, list[int]]]:
    """customer -> (rep, day indexes) of visits that a new run may not touch: pinned by a person, or on a day gone by."""
    pins: dict[int, tuple[int, list[int]]] = {}
    kept = Q(pinned=True) | Q(date__lt=timezone.localdate())
    rows = PlannedVisit.objects.filter(kept, plan__cycle=cycle).order_by("date")
    for customer_id, rep_id, on in rows.values_list("customer_id", "plan__rep_id", "date"):
        pins.setdefault(customer_id, (rep_id, []))[1].append(cycle.index_of(on))
    return pins


def _traveler(plan: VisitPlan) -> Traveler:
    hours = {name: value for name, value in plan.hours.items() if name != "no_start_point"}
    return Traveler(str(plan.rep_id), plan.longitude, plan.latitude, **hours)


def _problem(
    cycle: VisitCycle, plans: list[VisitPlan], outlets: list[Outlet], overtime: int | None = None
) -> Problem:
    return planning_problem(
        outlets,
        [_traveler(plan) for plan in plans],
        PolicyRules.from_json(cycle.policy_rules),
        days_of(cycle),
        number=int(cycle.options["number"]),
        overtime=int(cycle.options.get("overtime", 0)) if overtime is None else overtime,
    )


def plans_problem(
    cycle: VisitCycle, plans: list[VisitPlan], *, divided: bool, overtime: int | None = None
) -> Problem:
    """The problem of plans whose customers are settled; with `divided` False, proposed customers have no rep (for baselines)."""
    kept = {entry["id"]: (entry, plan) for plan in plans for entry in plan.customers}
    proposed = {pk for plan in plans for pk in plan.proposed}
    pins = _pins(cycle)
    rows = Customer.objects.filter(pk__in=list(kept)).order_by("pk")
    outlets = []
    for pk, lng, lat, channel in rows.values_list("pk", "longitude", "latitude", "channel_type"):
        entry, plan = kept[pk]
        owner = str(plan.rep_id) if divided or pk not in proposed else None
        pinned = tuple(pins[pk][1]) if pk in pins and pins[pk][0] == plan.rep_id else ()
        outlets.append(Outlet(str(pk), lng, lat, entry["grade"], channel, owner, entry["visits"], pinned))
    return _problem(cycle, plans, outlets, overtime)


def search_stop(params: dict[str, Any], longest: float) -> Stop:
    """The budget of one rep's search, in any case over within `longest` seconds so that a step ends by itself."""
    if "iterations" in params:
        return AnyStop(Iterations(int(params["iterations"])), Seconds(longest))
    return Seconds(min(float(params["seconds"]), longest))


def finish(cycle: VisitCycle, done: Callable[[int], None]) -> None:
    """Take over the reps' solutions: visits, routes, what found no day, figures against the baselines, all at once.

    `done` is called with the number of visits as the last act of the transaction, and may still undo it by raising.
    """
    plans = list(cycle.plans.select_related("rep"))
    results = {plan.pk: result_from_json(plan.solution) if plan.solution else EMPTY for plan in plans}
    problem = plans_problem(cycle, plans, divided=True)
    whole = merge([EMPTY, *results.values()])
    made = compare(plans_problem(cycle, plans, divided=False), whole.routes)
    made |= {
        "unplaced_visits": sum(left.visits for left in whole.unplaced),
        "unplaced_customers": len(whole.unplaced),
        "feasible": check(problem, whole).feasible,
        "iterations": whole.iterations,
    }
    sites = {site.id: site for site in problem.sites}
    for plan in plans:
        own = problem.for_rep(str(plan.rep_id))
        plan.figures = figures_json(figures(own, results[plan.pk].routes))
        plan.status, plan.solution = VisitPlan.Status.PLANNED, None
    with transaction.atomic():
        row = VisitCycle.objects.select_for_update().get(pk=cycle.pk)
        pinned = set(
            PlannedVisit.objects.filter(plan__cycle=row, pinned=True).values_list(
                "plan_id", "customer_id", "date"
            )
        )
        for model in (PlannedVisit, Route, UnplacedVisit):
            model.objects.filter(plan__cycle=row).delete()
        for plan in plans:
            _write(row, plan, results[plan.pk], pinned, sites)
        VisitPlan.objects.bulk_update(plans, ["figures", "status", "solution"], batch_size=100)
        save_cycle(row, figures=made, status=VisitCycle.Status.READY)
        done(made["visits"])


def clock_time(minutes: float) -> time:
    """A clock time from minutes after midnight, to the minute; a day never shows later than 23:59."""
    whole = min(max(0, round(minutes)), 24 * 60 - 1)
    return time(whole // 60, whole % 60)


def minutes_of(at: time) -> int:
    """Minutes after midnight."""
    return at.hour * 60 + at.minute


def _write(
    cycle: VisitCycle,
    plan: VisitPlan,
    result: Result,
    pinned: set[tuple[int, int, date]],
    sites: Mapping[str, Site],
) -> None:
    grades = {entry["id"]: entry["grade"] for entry in plan.customers}
    routes, visits = [], []
    for route in result.routes:
        on = cycle.day_of(route.day)
        routes.append(route_row(plan, on, route))
        visits += visit_rows(plan, on, route, grades)
    for visit in visits:
        visit.pinned = (plan.pk, visit.customer_id, visit.date) in pinned
    Route.objects.bulk_create(routes, batch_size=500)
    PlannedVisit.objects.bulk_create(visits, batch_size=500)
    UnplacedVisit.objects.bulk_create(
        UnplacedVisit(
            plan=plan,
            customer_id=int(left.site_id),
            visits=left.visits,
            grade=grades[int(left.site_id)],
            reason=reason_of(left, sites[left.site_id]),
            detail=f"{sites[left.site_id].visits - left.visits}/{sites[left.site_id].visits}",
        )
        for left in result.unplaced
    )


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


def stored_result(cycle: VisitCycle, plans: list[VisitPlan]) -> Result:
    """The plans' rows as the planner's result, times to the minute."""
    reps = {plan.pk: str(plan.rep_id) for plan in plans}
    stops: dict[tuple[int, date], list[PlanVisit]] = defaultdict(list)
    for visit in PlannedVisit.objects.filter(plan__in=plans).order_by("date", "order"):
        arrive, start, leave = (minutes_of(at) for at in (visit.arrive, visit.start, visit.leave))
        stops[visit.plan_id, visit.date].append(
            PlanVisit(str(visit.customer_id), arrive, start, leave, visit.drive_minutes, visit.drive_metres)
        )
    routes = []
    for route in Route.objects.filter(plan__in=plans).order_by("plan", "date"):
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
