"""Visit cycles over HTTP: list, read with visits, begin a plan."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status
from pydantic import ConfigDict

from furrow.planning import services
from furrow.planning.comparison import CycleLine, lines_in_reach
from furrow.planning.models import PlannedVisit, VisitCycle
from furrow.planning.policies import policy_in_use
from furrow.team.access import require
from furrow.team.queries import reps_of

router = Router(tags=["planning"])

MOST = 200
MOST_REPS = 500
BIGGEST_ID = 2**63 - 1


class CycleFilter(Schema):
    """A page of cycles, newest first; `before` is the `next` of the page before."""

    before: int = Field(BIGGEST_ID, ge=1, le=BIGGEST_ID)
    limit: int = Field(20, ge=1, le=MOST)


class CycleIn(Schema):
    """What to plan: from a Monday on, for some reps (all in reach when none are named), within a time or a number of iterations."""

    model_config = ConfigDict(extra="forbid")

    start: date
    weeks: int = Field(4, ge=1, le=8)
    reps: Annotated[list[Annotated[int, Field(ge=1, le=BIGGEST_ID)]], Field(max_length=MOST_REPS)] = []
    name: str = Field("", max_length=60)
    seconds: float = Field(30, ge=1, le=services.LONGEST_SEARCH)
    iterations: int | None = Field(None, ge=1, le=100_000_000)
    seed: int = Field(0, ge=0, le=2**31 - 1)


class JobOut(Schema):
    """How far the planning is: `done` of `total`."""

    status: str
    done: int
    total: int
    message: str


class CycleOut(Schema):
    """A cycle and its figures."""

    id: int
    name: str
    start: date
    weeks: int
    status: str
    version: int
    figures: dict[str, Any]
    job: JobOut | None


class CyclePage(Schema):
    """One page; `next` is None on the last."""

    items: list[CycleOut]
    next: int | None


class VisitOut(Schema):
    """A planned visit: who visits whom when, in which order of the day."""

    id: int
    rep: int
    customer: int
    customer_name: str
    date: date
    order: int
    arrive: time
    start: time
    leave: time
    grade: str
    pinned: bool

    @staticmethod
    def resolve_rep(visit: PlannedVisit) -> int:
        return visit.plan.rep_id

    @staticmethod
    def resolve_customer(visit: PlannedVisit) -> int:
        return visit.customer_id

    @staticmethod
    def resolve_customer_name(visit: PlannedVisit) -> str:
        return visit.customer.name


class CycleWithVisits(CycleOut):
    """A cycle with all visits in reach, by rep, day and order."""

    visits: list[VisitOut]


def _out(line: CycleLine) -> dict[str, Any]:
    """The fields of CycleOut."""
    own = {name: getattr(line.cycle, name) for name in ("id", "name", "start", "weeks", "status", "version")}
    return own | {"figures": line.figures, "job": line.job}


@router.get("", response=CyclePage)
def list_cycles(request: HttpRequest, wanted: Query[CycleFilter]) -> dict[str, Any]:
    """Cycles in reach, the one made last first; figures tell only of the plans in reach."""
    require(request.user, "planning.view")
    user: Any = request.user
    rows = (
        VisitCycle.objects.visible_to(user).filter(pk__lt=wanted.before).select_related("job").order_by("-pk")
    )
    items = list(rows[: wanted.limit + 1])
    more = len(items) > wanted.limit
    items = items[: wanted.limit]
    return {
        "items": [_out(line) for line in lines_in_reach(items, user)],
        "next": items[-1].pk if more else None,
    }


@router.get("/{int:pk}", response=CycleWithVisits)
def get_cycle(request: HttpRequest, pk: int) -> dict[str, Any]:
    """One cycle with its visits; while it is being planned, with how far that is."""
    require(request.user, "planning.view")
    user: Any = request.user
    cycle = get_object_or_404(VisitCycle.objects.visible_to(user).select_related("job"), pk=pk)
    visits = (
        PlannedVisit.objects.visible_to(user).filter(plan__cycle=cycle).select_related("plan", "customer")
    )
    (line,) = lines_in_reach([cycle], user)
    return _out(line) | {"visits": visits.order_by("plan__rep__name_order", "plan", "date", "order")}


@router.post("", response={202: CycleOut})
def start_cycle(request: HttpRequest, body: CycleIn) -> Status[VisitCycle]:
    """A new cycle, handed to the worker at once; read it again to see how far it is."""
    require(request.user, "planning.plan")
    user: Any = request.user
    reps = list(reps_of(user).filter(pk__in=body.reps) if body.reps else reps_of(user)[:MOST_REPS])
    if len(reps) < len(set(body.reps)):
        raise ValidationError({"reps": _("Not found among your people")})
    wanted = body.model_dump(exclude={"reps"})
    with transaction.atomic():
        cycle = services.create_cycle(by=user, reps=reps, policy=policy_in_use(), skip_past=True, **wanted)
        services.start_planning(cycle, by=user)
    return Status(202, VisitCycle.objects.visible_to(user).select_related("job").get(pk=cycle.pk))
