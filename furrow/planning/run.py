"""The worker's part of planning: who gets which customers, one rep's search, and the whole plan written at once.

Nothing of a run shows until `finish` writes everything in one transaction; a run that is cancelled or killed leaves the
plan there was untouched, and each step may be run again from its start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from furrow.customers.models import Customer, Status
from furrow.kit.workcalendar import workdays
from furrow.planning.free import taking_part
from furrow.planning.models import PlannedVisit, Route, UnplacedVisit, VisitCycle, VisitPlan
from furrow.planning.outcome import compare, figures_json, reason_of, result_from_json
from furrow.planning.problem import Outlet
from furrow.planning.reasons import collecting
from furrow.planning.rows import (
    EMPTY,
    cycle_problem,
    first_open_day,
    gone_by,
    pins_of,
    plans_problem,
    route_row,
    stored_result,
    visit_rows,
)
from furrow.planning.services import hours_of, save_cycle, worker_lanes
from furrow.routing import Any as AnyStop
from furrow.routing import (
    Deadline,
    Iterations,
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
from furrow.team.models import User


def stop_of(cycle: VisitCycle) -> Stop:
    """The search budget of the whole cycle."""
    options = cycle.options
    if options.get("iterations"):
        return Iterations(int(options["iterations"]))
    return Seconds(float(options.get("seconds") or 30))


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
    owner to those in reach. Pinned visits stay on their days; days gone by stay exactly as they are, and get no new visits.
    """
    plans = list(cycle.plans.select_related("rep").order_by("rep_id"))
    working, years = _calendar(cycle)
    for plan in plans:
        plan.hours, plan.longitude, plan.latitude = hours_of(plan.rep), plan.rep.longitude, plan.rep.latitude
    seen = {
        "working": working,
        "unpublished_years": years,
        "first_day": (first_open_day(cycle) - cycle.start).days,
    }
    save_cycle(cycle, options={**cycle.options, **seen, **_left_out(cycle, plans, by)})
    outlets = _outlets(cycle, plans, by)
    problem = divide(cycle_problem(cycle, plans, outlets, ahead=True))
    late = {outlet.id for outlet in outlets if outlet.collect}
    reps = {rep.id: rep for rep in problem.reps}
    owners = {str(pk): owner for pk, owner in _reachable(cycle, plans, by).values_list("pk", "owner_id")}
    for plan in plans:
        mine = [site for site in problem.sites if site.rep == str(plan.rep_id)]
        plan.customers = [
            {
                "id": int(site.id),
                "grade": site.grade,
                "visits": site.visits,
                "at": (site.lng, site.lat) if site.lng is not None else None,
                **({"collect": True} if site.id in late else {}),
            }
            for site in mine
        ]
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


def _reachable(cycle: VisitCycle, plans: list[VisitPlan], by: User | None) -> Any:
    rows = candidates(plan.rep_id for plan in plans).filter(taking_part(cycle.options.get("cities")))
    return rows if by is None else rows.filter(pk__in=Customer.objects.visible_to(by).values("pk"))


def _left_out(cycle: VisitCycle, plans: list[VisitPlan], by: User | None) -> dict[str, int]:
    counted = (
        _reachable(cycle, plans, by)
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
    pins, made = pins_of(cycle, ahead=True), gone_by(cycle)
    rows = _reachable(cycle, plans, by).exclude(visit_grade="")
    fields = ("pk", "longitude", "latitude", "visit_grade", "channel_type", "owner_id")
    found, known = [], list(rows.values_list(*fields))
    late = collecting([row[0] for row in known])
    for pk, lng, lat, grade, channel, owner_id in known:
        rep, days = pins.get(pk, (None, ()))
        last, done = made.get(pk, (None, ()))
        owner = owner_id or given.get(pk)
        pinned = tuple(days) if rep == owner or owner is None else ()
        owner = owner or rep or last
        found.append(
            Outlet(
                str(pk),
                lng,
                lat,
                grade,
                channel,
                str(owner) if owner else None,
                pinned=pinned,
                done=tuple(done),
                collect=pk in late,
            )
        )
    return found


def search_stop(params: dict[str, Any], longest: float) -> Stop:
    """The budget of one rep's search, in any case over within `longest` seconds so that a step ends by itself."""
    if "iterations" in params:
        return AnyStop(Iterations(int(params["iterations"])), Deadline(longest))
    return Seconds(min(float(params["seconds"]), longest))


def finish(cycle: VisitCycle, done: Callable[[int], None]) -> None:
    """Take over the reps' solutions: visits, routes, what found no day, figures against the baselines, all at once.

    Rows of days gone by are not touched; figures and baselines speak of the whole cycle.

    `done` is called with the number of visits as the last act of the transaction, and may still undo it by raising.
    """
    plans = list(cycle.plans.select_related("rep"))
    results = {plan.pk: result_from_json(plan.solution) if plan.solution else EMPTY for plan in plans}
    problem, ahead = (plans_problem(cycle, plans, divided=True, ahead=part) for part in (False, True))
    whole = merge([EMPTY, *results.values()])
    routes = [*stored_result(cycle, plans, gone=True).routes, *whole.routes]
    made = compare(plans_problem(cycle, plans, divided=False), routes)
    made |= {
        "unplaced_visits": sum(left.visits for left in whole.unplaced),
        "unplaced_customers": len(whole.unplaced),
        "feasible": check(ahead, whole).feasible,
        "iterations": whole.iterations,
    }
    sites = {site.id: site for site in ahead.sites}
    for plan in plans:
        own = problem.for_rep(str(plan.rep_id))
        mine = [route for route in routes if route.rep_id == str(plan.rep_id)]
        plan.figures = figures_json(figures(own, mine))
        plan.status, plan.solution = VisitPlan.Status.PLANNED, None
    with transaction.atomic():
        row = VisitCycle.objects.select_for_update().get(pk=cycle.pk)
        pinned = set(
            PlannedVisit.objects.filter(plan__cycle=row, pinned=True).values_list(
                "plan_id", "customer_id", "date"
            )
        )
        first = row.day_of(row.options["first_day"])
        PlannedVisit.objects.filter(plan__cycle=row, date__gte=first).delete()
        Route.objects.filter(plan__cycle=row, date__gte=first).delete()
        UnplacedVisit.objects.filter(plan__cycle=row).delete()
        for plan in plans:
            _write(row, plan, results[plan.pk], pinned, sites)
        VisitPlan.objects.bulk_update(plans, ["figures", "status", "solution"], batch_size=100)
        save_cycle(row, figures=made, status=VisitCycle.Status.READY)
        done(made["visits"])


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
