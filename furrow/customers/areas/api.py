"""Areas over HTTP: regions with their figures, the plan of one, opening and closing it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema
from pydantic import ConfigDict

from furrow.customers.areas import queries, services
from furrow.customers.areas.forms import PlanForm
from furrow.customers.areas.models import SoughtLevel
from furrow.customers.areas.queries import Area
from furrow.kit.places import Region
from furrow.team.access import require

router = Router(tags=["areas"])


class AreasBelow(Schema):
    """`under`: the code of the region whose parts are wanted; provinces without."""

    under: str = Field("", pattern=r"^([0-9]{2,9})?$")


class ArchiveOut(Schema):
    """One archive of an area: entries, percent complete, days since it was last confirmed on average (None: never)."""

    name: str
    entries: int
    percent: int
    age_days: int | None


class AreaOut(Schema):
    """A region. Customers and shares (percent) are those in the caller's reach; completeness is the company's."""

    code: str
    name: str
    level_sought: str
    opening_order: int | None
    completeness_needed: int
    completeness: int
    standing: str
    opened_on: date | None
    customers: int
    owned: int | None
    graded: int | None
    placed: int | None
    archives: list[ArchiveOut]
    version: int


class PlanIn(Schema):
    """What is wanted of a region; `version` is the area's that was read, 0 without a plan."""

    model_config = ConfigDict(extra="forbid")

    level_sought: SoughtLevel | Literal[""] = ""
    opening_order: Annotated[int, Field(ge=1, le=9999)] | None = None
    completeness_needed: int = Field(queries.DEFAULT_NEEDED, ge=0, le=100)
    version: int = Field(ge=0, le=2**31 - 1)


class OpenIn(Schema):
    """The reason, needed when the archives are not complete enough."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field("", max_length=services.REASON_LENGTH)


def _told(area: Area) -> dict[str, Any]:
    plan = area.plan
    return {
        "code": area.code, "name": area.name, "level_sought": plan.level_sought if plan else "", "opening_order": area.order,
        "completeness_needed": area.needed, "completeness": area.percent, "standing": area.standing.value,
        "opened_on": plan.opened_on if plan else None, "customers": area.sums.customers, "owned": area.owned, "graded": area.graded,
        "placed": area.placed, "version": plan.version if plan else 0,
        "archives": [
            {"name": line.archive.name, "entries": line.sums.customers, "percent": line.percent, "age_days": line.age}
            for line in area.archives
        ],
    }  # fmt: skip


def _region(code: str) -> Region:
    region = queries.region_or_none(code[:9])
    if region is None or region.pk != code:
        raise Http404
    return region


@router.get("", response=list[AreaOut])
def list_areas(request: HttpRequest, wanted: Query[AreasBelow]) -> list[dict[str, Any]]:
    """The regions right below one; provinces without `under`."""
    require(request.user, "customers.view")
    user: Any = request.user
    if wanted.under:
        _region(wanted.under)
    return [_told(area) for area in queries.areas_below(wanted.under, user)]


@router.get("/{code}", response=AreaOut)
def get_area(request: HttpRequest, code: str) -> dict[str, Any]:
    """One region."""
    require(request.user, "customers.view")
    user: Any = request.user
    return _told(queries.area(_region(code).pk, user))


@router.put("/{code}", response=AreaOut)
def plan_area(request: HttpRequest, code: str, body: PlanIn) -> dict[str, Any]:
    """Set the plan of a region; 409 when it changed since `version`."""
    require(request.user, "customers.open_areas")
    user: Any = request.user
    region = _region(code)
    values = {name: "" if value is None else value for name, value in body.model_dump(mode="json").items()}
    form = PlanForm(values, instance=queries.plan_of(code))
    if not form.is_valid():
        raise ValidationError({name: list(errors) for name, errors in form.errors.items()})
    services.plan_area(region, by=user, **form.cleaned_data)
    return _told(queries.area(code, user))


@router.post("/{code}/open", response=AreaOut)
def open_area(request: HttpRequest, code: str, body: OpenIn) -> dict[str, Any]:
    """Open a region for selling."""
    require(request.user, "customers.open_areas")
    user: Any = request.user
    services.open_area(_region(code), by=user, reason=body.reason)
    return _told(queries.area(code, user))


@router.post("/{code}/close", response=AreaOut)
def close_area(request: HttpRequest, code: str) -> dict[str, Any]:
    """Take an opening back."""
    require(request.user, "customers.open_areas")
    user: Any = request.user
    services.close_area(_region(code), by=user)
    return _told(queries.area(code, user))
