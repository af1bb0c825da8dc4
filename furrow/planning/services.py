"""The life of a visit cycle: create, plan, publish, take back, delete. Moving single visits: moves.py; the worker's part: run.py."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.customers.models import Customer
from furrow.customers.services import set_owners
from furrow.kit import audit, jobs
from furrow.kit.figures import day
from furrow.kit.models import Job
from furrow.kit.services import seed_calendar
from furrow.kit.workcalendar import CalendarYear
from furrow.planning.models import PlannedVisit, VisitCycle, VisitPlan, VisitPolicy
from furrow.planning.policies import rules_of
from furrow.planning.remarks import changes_since_planned
from furrow.planning.rows import first_open_day
from furrow.planning.rules import cycle_number
from furrow.team.models import User
from furrow.team.queries import reps_of
from furrow.team.services import create_open_posts

LONGEST_SEARCH = 600
FIRST_YEAR, LAST_YEAR = 2020, 2100
FIELDS = ("start", "weeks", "name", "status", "policy")


class ChangedElsewhere(ValidationError):
    """The cycle changed since the caller read it."""

    def __init__(self) -> None:
        super().__init__(
            _("Not saved: someone changed this plan meanwhile. Load the page again, then repeat your change.")
        )


def locked_cycle(cycle: VisitCycle, *, by: User | None, version: int | None = None) -> VisitCycle:
    """The cycle's row, locked until the transaction ends.

    Raises PermissionDenied when one of its reps is out of reach, ChangedElsewhere when `version` is not the current one.
    """
    row = VisitCycle.objects.select_for_update().get(pk=cycle.pk)
    if by is not None:
        reps = set(row.plans.values_list("rep_id", flat=True))
        if reps - set(User.objects.visible_to(by).filter(pk__in=reps).values_list("pk", flat=True)):
            raise PermissionDenied
    if version is not None and version != row.version:
        raise ChangedElsewhere
    return row


def save_cycle(cycle: VisitCycle, **values: Any) -> VisitCycle:
    """Write columns of a locked cycle; its version rises."""
    for name, value in values.items():
        setattr(cycle, name, value)
    cycle.version += 1
    cycle.updated_at = timezone.now()
    cycle.save(update_fields=[*values, "version", "updated_at"])
    return cycle


def hours_of(rep: User) -> dict[str, int]:
    """The rep's day in minutes from midnight, as a plan keeps it."""
    start, end, lunch = ((at.hour * 60 + at.minute) for at in (rep.work_start, rep.work_end, rep.lunch_start))
    return {
        "start": start,
        "end": end,
        "lunch_start": lunch,
        "lunch_minutes": rep.lunch_minutes,
        "max_visits": rep.daily_visit_limit,
    }


def _check_wanted(start: date, reps: Sequence[User], by: User | None) -> None:
    if start.weekday():
        raise ValidationError({"start": _("A cycle starts on a Monday")})
    if not FIRST_YEAR <= start.year <= LAST_YEAR:
        raise ValidationError({"start": _("Choose a year from 2020 to 2100")})
    if not reps:
        raise ValidationError({"reps": _("Choose at least one rep")})
    wanted = {rep.pk for rep in reps}
    if by is not None and set(reps_of(by).filter(pk__in=wanted).values_list("pk", flat=True)) != wanted:
        raise ValidationError({"reps": _("Not found among your people")})


def _seed_years(first: date, last: date) -> None:
    """Take the shipped calendar of years nobody has entered yet."""
    known = set(CalendarYear.objects.values_list("year", flat=True))
    seed_calendar(set(range(first.year, last.year + 1)) - known)


@transaction.atomic
def create_cycle(
    *,
    by: User | None,
    start: date,
    weeks: int,
    reps: Sequence[User],
    policy: VisitPolicy,
    name: str = "",
    seconds: float | None = 30,
    iterations: int | None = None,
    seed: int = 0,
    overtime: int = 0,
    skip_past: bool = False,
    new_reps: int = 0,
    cities: Sequence[str] | None = None,
) -> VisitCycle:
    """A draft cycle with an empty plan per rep. `seconds` or `iterations` bound the search of the whole cycle.

    With `skip_past` a cycle that has begun is planned from today on. `new_reps` are added to the own team as reps to be
    named later. Of the customers without an owner those in `cities` (codes of free.free_cities; None: all) take part.

    Raises ValidationError for a start that is no Monday or far away, for no reps, or for reps out of reach.
    """
    if new_reps and by is not None:
        reps = [*reps, *create_open_posts(new_reps, team=by.team, by=by)]
    _check_wanted(start, reps, by)
    _seed_years(start, start + timedelta(days=7 * weeks))
    cycle = VisitCycle.objects.create(
        start=start,
        weeks=weeks,
        name=name or f"{day(start)} – {day(start + timedelta(days=7 * weeks - 1))}",
        policy=policy,
        policy_rules=rules_of(policy).as_json(),
        options={
            "seconds": min(seconds, LONGEST_SEARCH) if seconds and not iterations else None,
            "iterations": iterations,
            "seed": seed,
            "overtime": overtime,
            "number": cycle_number(start, weeks),
            "skip_past": skip_past,
            "cities": list(cities) if cities is not None else None,
        },
        created_by=by,
    )
    VisitPlan.objects.bulk_create(
        VisitPlan(cycle=cycle, rep=rep, longitude=rep.longitude, latitude=rep.latitude, hours=hours_of(rep))
        for rep in reps
    )
    made = audit.changes_between({}, audit.values_of(cycle, FIELDS))
    audit.record(cycle, "create", by=by, changes={**made, "reps": [None, sorted(rep.pk for rep in reps)]})
    return cycle


@transaction.atomic
def start_planning(cycle: VisitCycle, *, by: User | None, version: int | None = None) -> Job:
    """Put the cycle into the worker's hands.

    A cycle that has a plan is planned anew around its pinned visits and the days gone by; until that is done, and when
    it is cancelled or stopped by an error, the plan there is stays as it was. Raises ValidationError while it is being
    planned, for a published plan, and when no day is left.
    """
    row = locked_cycle(cycle, by=by, version=version)
    if row.is_published:
        raise ValidationError(_("This plan is published. Take it back first, then plan again."))
    if first_open_day(row) > row.end:
        raise ValidationError(_("This cycle is over: no day is left to plan."))
    if row.status == VisitCycle.Status.PLANNING and row.job and not row.job.is_over:
        raise ValidationError(_("This plan is being made right now. Wait, or cancel it first."))
    job = jobs.start("planning.cycle", by=by, subject_id=row.pk, total=100 * max(1, row.plans.count()))
    save_cycle(row, status=VisitCycle.Status.PLANNING, job=job)
    audit.record(row, "start_planning", by=by)
    return job


@transaction.atomic
def stop_planning(cycle_id: int, *, failed: bool = False) -> None:
    """After a job that was cancelled or failed: back to the plan there was, else to draft (failed: marked so)."""
    row = (
        VisitCycle.objects.select_for_update().filter(pk=cycle_id, status=VisitCycle.Status.PLANNING).first()
    )
    if row is None:
        return
    empty = VisitCycle.Status.FAILED if failed else VisitCycle.Status.DRAFT
    save_cycle(row, status=VisitCycle.Status.READY if row.figures else empty)
    row.plans.update(solution=None)


def publish_conflicts(cycle: VisitCycle) -> list[VisitPlan]:
    """Published plans of the same reps whose days overlap with this cycle's."""
    others = VisitPlan.objects.filter(
        rep__in=cycle.plans.values("rep_id"),
        cycle__status=VisitCycle.Status.PUBLISHED,
        cycle__start__lte=cycle.end,
    ).exclude(cycle=cycle)
    return [plan for plan in others.select_related("cycle", "rep") if plan.cycle.end >= cycle.start]


@transaction.atomic
def publish_cycle(
    cycle: VisitCycle, *, by: User, version: int | None = None, make_owners: bool = False
) -> VisitCycle:
    """The reps see the plan from now on, as it stands at this moment.

    With `make_owners` customers that had no owner get the rep who visits them. Raises ValidationError when there is
    no plan, when a rep has another published plan on the same days, or for grave `changes_since_planned`, naming them.
    """
    row = locked_cycle(cycle, by=by, version=version)
    if not row.is_editable:
        raise ValidationError(_("There is nothing to publish: make the plan first."))
    if clash := publish_conflicts(row):
        raise ValidationError(
            _("%(rep)s already has a published plan on these days: “%(cycle)s”. Take that one back first.")
            % {"rep": clash[0].rep.name, "cycle": clash[0].cycle.name}
        )
    if grave := changes_since_planned(row, list(row.plans.select_related("rep"))).grave:
        raise ValidationError(list(grave))
    told = _tell_reps(row)
    if make_owners:
        _make_owners(row, by=by)
    save_cycle(row, status=VisitCycle.Status.PUBLISHED, published_at=timezone.now(), published_by=by)
    audit.record(row, "publish", by=by, changes={"visits": [None, told]})
    return row


def _tell_reps(cycle: VisitCycle) -> int:
    """Keep what the reps are told now, to say later what changed; the number of visits."""
    plans = list(cycle.plans.select_for_update())
    told = _told(cycle)
    for plan in plans:
        plan.published = told.get(plan.pk, [])
    VisitPlan.objects.bulk_update(plans, ["published"], batch_size=200)
    return sum(map(len, told.values()))


def _make_owners(cycle: VisitCycle, *, by: User) -> None:
    visited = set(PlannedVisit.objects.filter(plan__cycle=cycle).values_list("customer_id", flat=True))
    wanted: dict[int, int | None] = {
        pk: plan.rep_id for plan in cycle.plans.all() for pk in plan.proposed if pk in visited
    }
    free = Customer.objects.alive().filter(pk__in=list(wanted), owner=None).values_list("pk", flat=True)
    set_owners({pk: wanted[pk] for pk in free}, by=by)


def _told(cycle: VisitCycle) -> dict[int, list[list[Any]]]:
    """plan id -> [customer id, day, time] of every visit."""
    told: dict[int, list[list[Any]]] = {}
    rows = PlannedVisit.objects.filter(plan__cycle=cycle).order_by("date", "order")
    for plan_id, customer_id, on, start in rows.values_list("plan_id", "customer_id", "date", "start"):
        told.setdefault(plan_id, []).append([customer_id, on.isoformat(), f"{start:%H:%M}"])
    return told


@transaction.atomic
def unpublish_cycle(cycle: VisitCycle, *, by: User, version: int | None = None) -> VisitCycle:
    """Take a published plan back to change it: the reps see it no more until it is published again with its changes listed."""
    row = locked_cycle(cycle, by=by, version=version)
    if not row.is_published:
        raise ValidationError(_("This plan is not published."))
    save_cycle(row, status=VisitCycle.Status.READY, published_at=None, published_by=None)
    audit.record(row, "unpublish", by=by)
    return row


@transaction.atomic
def delete_cycle(cycle: VisitCycle, *, by: User, version: int | None = None) -> None:
    """Delete a plan that is not published, with all its visits. A plan being made has to be cancelled first."""
    row = locked_cycle(cycle, by=by, version=version)
    if row.is_published:
        raise ValidationError(_("A published plan can't be deleted. Take it back first."))
    if row.status == VisitCycle.Status.PLANNING and row.job and not row.job.is_over:
        raise ValidationError(_("This plan is being made right now. Wait, or cancel it first."))
    audit.record(row, "delete", by=by, note=row.name)
    row.delete()


def worker_lanes() -> int:
    """How many reps are planned at the same time."""
    return max(1, int(settings.Q_CLUSTER.get("workers", 1)))
