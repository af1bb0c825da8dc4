"""Every change of what the company wants of a region: its plan, opening it, closing it again."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.customers.areas.models import AreaPlan
from furrow.customers.areas.queries import area
from furrow.kit import audit
from furrow.kit.places import Region
from furrow.kit.sheets.cells import clean_text
from furrow.team.models import User

FIELDS = ("level_sought", "opening_order", "completeness_needed")
_OPENING = ("opened_on", "opened_by", "completeness_then", "exception")
REASON_LENGTH = 300


class PlanChangedElsewhere(ValidationError):
    """The plan changed since the caller read it."""

    def __init__(self) -> None:
        super().__init__(
            _("Not saved: someone changed this area meanwhile. Load the page again, then repeat your change.")
        )


@transaction.atomic
def plan_area(region: Region, *, by: User, version: int | None = None, **values: Any) -> AreaPlan:
    """Set level sought, opening order and completeness needed. With `version` (0: no plan yet), raises PlanChangedElsewhere unless it
    is still the current one."""
    plan = _locked(region)
    if version is not None and version != (plan.version if plan else 0):
        raise PlanChangedElsewhere
    made = plan is None
    plan = plan or AreaPlan(region=region)
    before = audit.values_of(plan, FIELDS) if not made else {}
    for name in FIELDS:
        if name in values:
            setattr(plan, name, values[name])
    changes = audit.changes_between(before, audit.values_of(plan, FIELDS))
    if changes or made:
        _save(plan, made)
        audit.record(plan, "create" if made else "change", by=by, changes=changes)
    return plan


@transaction.atomic
def open_area(region: Region, *, by: User, reason: str = "") -> AreaPlan:
    """Open a region for selling: with archives complete enough, else only as the opener's exception with a reason. Raises
    ValidationError when it is open already or a reason is missing. Keeps who opened it, when, and how complete it was (P1.1)."""
    plan = _locked(region)
    if plan is not None and plan.opened_on is not None:
        raise ValidationError(_("This area is open already"))
    now = area(region.pk, by)
    text = " ".join(clean_text(reason).split())
    if len(text) > REASON_LENGTH:
        raise ValidationError({"reason": _("At most %(number)s characters") % {"number": REASON_LENGTH}})
    short = now.percent < now.needed
    if short and not text:
        raise ValidationError(
            {
                "reason": _(
                    "The archives are %(percent)s%% complete, %(needed)s%% are needed. Give the reason for the exception."
                )
                % {"percent": now.percent, "needed": now.needed}
            }
        )
    made = plan is None
    plan = plan or AreaPlan(region=region)
    before = audit.values_of(plan, _OPENING)
    plan.opened_on, plan.opened_by = timezone.localdate(), by
    plan.completeness_then, plan.exception = now.percent, text if short else ""
    _save(plan, made)
    audit.record(
        plan, "open_area", by=by, changes=audit.changes_between(before, audit.values_of(plan, _OPENING))
    )
    return plan


@transaction.atomic
def close_area(region: Region, *, by: User) -> AreaPlan:
    """Take an opening back. Raises ValidationError when the area is not open."""
    plan = _locked(region)
    if plan is None or plan.opened_on is None:
        raise ValidationError(_("This area is not open"))
    before = audit.values_of(plan, _OPENING)
    plan.opened_on = plan.opened_by = plan.completeness_then = None
    plan.exception = ""
    _save(plan, made=False)
    audit.record(
        plan, "close_area", by=by, changes=audit.changes_between(before, audit.values_of(plan, _OPENING))
    )
    return plan


def _locked(region: Region) -> AreaPlan | None:
    """The region's plan, locked; the region's own row is the lock while there is none."""
    Region.objects.select_for_update(no_key=True).get(pk=region.pk)
    return AreaPlan.objects.select_for_update().filter(region=region).first()


def _save(plan: AreaPlan, made: bool) -> None:
    if not made:
        plan.version += 1
        plan.updated_at = timezone.now()
    plan.save(force_insert=made)
