"""Every change of contact records, their steps, reviews and comments, store checks, and visits that could not be made.

What a phone writes has an id of its own, so that nothing is written twice whatever the order in which it arrives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.customers.models import Customer
from furrow.kit import audit
from furrow.kit.positions import check_position
from furrow.kit.reactions import react
from furrow.team.models import User
from furrow.visits import joining, rules
from furrow.visits.models import (
    ContactRecord,
    GoalReached,
    Method,
    MissedVisit,
    RecordComment,
    StepKind,
    StepPlan,
    StepResult,
    VisitType,
)
from furrow.visits.rules import Fix, Step

TEXTS = (
    "place", "people", "goal", "goal_reached", "goal_why", "content", "special", "went_well", "fell_short", "lesson_learnt",
    "appointment_at", "appointment_note", "new_plan", "split_trust", "split_needs", "split_present", "split_agree",
)  # fmt: skip
MOST_TO_TAKE = 20
FIELDS = ("visit_type", "method", "started_at", "ended_at", *TEXTS)


class ChangedElsewhere(ValidationError):
    """The record changed since the caller read it."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Not saved: someone changed this record meanwhile. Load the page again, then repeat your change."
            )
        )


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step as the rep marked it."""

    kind: str
    done: bool
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Begin:
    """How a visit began: enough to make its record, whichever of its messages arrives first."""

    client_id: UUID
    customer: Customer
    started_at: datetime
    visit_type: str = VisitType.ROUTINE
    method: str = Method.IN_PERSON
    planned_visit: int | None = None
    goal: str = ""


# On the way -------------------------------------------------------------------------------------


@transaction.atomic
def begin_visit(begin: Begin, *, by: User) -> ContactRecord:
    """The record of a visit, made unless it is there; locked. Raises ValidationError for one that is somebody else's, of another
    customer, or deleted, and for a time that cannot be."""
    found = joining.record_with(begin.client_id)
    if found is not None:
        if found.by_id != by.pk or found.deleted_at is not None:
            raise ValidationError(_("This contact record has been deleted or is not yours"))
        if found.customer_id != begin.customer.pk and begin.customer.merged_into_id is None:
            raise ValidationError(_("This contact record belongs to another customer"))
        return found
    _check_time(begin.started_at)
    if begin.method == Method.IN_PERSON and (joined := joining.join_visit(begin, by)):
        return joined
    record = ContactRecord.objects.create(
        client_id=begin.client_id,
        customer=begin.customer,
        by=by,
        visit_type=begin.visit_type,
        method=begin.method,
        planned_visit=begin.planned_visit,
        started_at=begin.started_at,
        goal=begin.goal,
    )
    audit.record(record, "check_in", by=by)
    return record


@transaction.atomic
def check_in(begin: Begin, *, by: User, fix: Fix | None = None) -> ContactRecord:
    """Arrive: place and time. The distance to the outlet and signs of a false position are kept and shown, they never block."""
    record = begin_visit(begin, by=by)
    if fix is None or record.in_longitude is not None:
        return record
    _check_fix(fix)
    customer = record.customer
    outlet = (
        (customer.longitude, customer.latitude)
        if customer.longitude is not None and customer.latitude is not None
        else None
    )
    record.in_longitude, record.in_latitude, record.in_accuracy = fix.lng, fix.lat, fix.accuracy
    record.in_distance = round(fix.meters_to(*outlet)) if outlet else None
    record.in_signs = rules.spoofing_signs(fix, record.started_at, outlet, _fix_before(record))
    record.save(update_fields=["in_longitude", "in_latitude", "in_accuracy", "in_distance", "in_signs"])
    return record


def _fix_before(record: ContactRecord) -> Fix | None:
    rows = ContactRecord.objects.alive().filter(by=record.by, started_at__lt=record.started_at)
    before = rows.exclude(in_longitude=None).order_by("-started_at").first()
    if before is None or before.in_longitude is None or before.in_latitude is None:
        return None
    return Fix(before.in_longitude, before.in_latitude, before.in_accuracy, before.started_at)


@transaction.atomic
def check_out(record: ContactRecord, *, by: User, at: datetime, fix: Fix | None = None) -> ContactRecord:
    """Leave: place and time. A second one changes nothing."""
    record = ContactRecord.objects.select_for_update().get(pk=record.pk)
    if record.ended_at is not None:
        return record
    _check_time(at)
    _check_length(record.started_at, at)
    record.ended_at = at
    if fix is not None:
        _check_fix(fix)
        record.out_longitude, record.out_latitude, record.out_accuracy = fix.lng, fix.lat, fix.accuracy
    record.version += 1
    record.updated_at = timezone.now()
    record.save()
    audit.record(record, "check_out", by=by, changes={"ended_at": [None, audit.plain(at)]})
    react("visits.finished", record, by=by)
    return record


def _check_time(at: datetime) -> None:
    now = timezone.now()
    if at > now + rules.FUTURE_ALLOWED:
        raise ValidationError(
            _("The time lies ahead: %(time)s. Set the clock of the phone, then enter it again.")
            % {"time": f"{timezone.localtime(at):%Y-%m-%d %H:%M}"}
        )
    if not rules.is_believable(at, now):
        raise ValidationError(
            _(
                "The time is more than %(days)d days ago: %(time)s. Set the clock of the phone, then enter it again."
            )
            % {"days": rules.PAST_ALLOWED.days, "time": f"{timezone.localtime(at):%Y-%m-%d %H:%M}"}
        )


def _check_length(start: datetime, end: datetime | None) -> None:
    if end is not None and end < start:
        raise ValidationError({"ended_at": _("The end lies before the begin")})
    if end is not None and end - start > rules.LONGEST_VISIT:
        raise ValidationError({"ended_at": _("A visit takes at most 24 hours")})


def _check_fix(fix: Fix) -> None:
    if wrong := check_position(fix.lng, fix.lat):
        raise ValidationError(str(wrong))


# What was written -------------------------------------------------------------------------------


@transaction.atomic
def write_record(
    record: ContactRecord,
    *,
    by: User,
    values: Mapping[str, Any],
    steps: Sequence[StepDone] | None = None,
    version: int | None = None,
) -> ContactRecord:
    """Write what was said and done, and how the steps went. With `version`, raises ChangedElsewhere unless it is still the current
    one. Raises ValidationError for a mandatory step that was skipped, a skip without a reason, parts that do not make 100%."""
    record = ContactRecord.objects.select_for_update().get(pk=record.pk)
    if version is not None and version != record.version:
        raise ChangedElsewhere
    before = audit.values_of(record, FIELDS)
    for name, value in values.items():
        if name not in FIELDS:
            raise ValueError(name)
        setattr(record, name, value)
    _check_record(record)
    changes = audit.changes_between(before, audit.values_of(record, FIELDS))
    stepped = steps is not None and _write_steps(record, steps)
    if changes or stepped:
        record.version += 1
        record.updated_at = timezone.now()
        record.save()
        audit.record(record, "change", by=by, changes=changes)
    return record


def _check_record(record: ContactRecord) -> None:
    _check_length(record.started_at, record.ended_at)
    parts = [record.split_trust, record.split_needs, record.split_present, record.split_agree]
    given = [part for part in parts if part is not None]
    if given and not rules.is_whole(given):
        raise ValidationError(_("Where the time went: four parts that make 100% together"))
    if record.goal_reached == GoalReached.YES:
        record.goal_why = ""


def _write_steps(record: ContactRecord, steps: Sequence[StepDone]) -> bool:
    mandatory = {step.kind for step in steps_of(record.visit_type) if step.mandatory}
    for step in steps:
        if not step.done and step.kind in mandatory:
            raise ValidationError(_("This step of the visit cannot be skipped"))
        if not step.done and not step.reason:
            raise ValidationError(_("A skipped step needs a reason"))
    now = [(row.kind, row.done, row.reason, row.note) for row in record.steps.all()]
    if now == [(step.kind, step.done, step.reason, step.note) for step in steps]:
        return False
    record.steps.all().delete()
    StepResult.objects.bulk_create(
        StepResult(
            record=record,
            order=order,
            kind=step.kind,
            done=step.done,
            reason="" if step.done else step.reason,
            note=step.note,
        )
        for order, step in enumerate(steps)
    )
    return True


@transaction.atomic
def save_step_plan(
    visit_type: str, *, by: User, steps: Sequence[Step], checklist: Sequence[str] = (), script: str = ""
) -> StepPlan:
    """What the company asks of a visit type from now on; visits under way keep what was marked. Raises ValidationError for no steps at
    all, a step twice, and a list to take along beyond MOST_TO_TAKE."""
    kinds = [step.kind for step in steps]
    if not kinds or len(set(kinds)) < len(kinds) or not set(kinds) <= set(StepKind.values):
        raise ValidationError(_("Keep at least one step, each of them once"))
    if len(checklist) > MOST_TO_TAKE or any(not 0 < len(item) <= 60 for item in checklist):
        raise ValidationError(
            {"checklist": _("At most %(most)d things of 60 characters each") % {"most": MOST_TO_TAKE}}
        )
    plan, made = StepPlan.objects.select_for_update().get_or_create(visit_type=visit_type)
    names = ("steps", "checklist", "script")
    before = {} if made else audit.values_of(plan, names)
    plan.steps, plan.checklist, plan.script = [[s.kind, s.mandatory] for s in steps], list(checklist), script
    plan.version += 1
    plan.updated_at = timezone.now()
    plan.save()
    audit.record(
        plan,
        "create" if made else "change",
        by=by,
        changes=audit.changes_between(before, audit.values_of(plan, names)),
    )
    return plan


@transaction.atomic
def reset_step_plan(visit_type: str, *, by: User) -> None:
    """Back to what is shipped."""
    for plan in StepPlan.objects.select_for_update().filter(visit_type=visit_type):
        audit.record(plan, "delete", by=by)
        plan.delete()


def steps_of(visit_type: str) -> tuple[Step, ...]:
    """The steps of a visit type: the company's own, else as shipped."""
    return all_steps().get(visit_type, ())


def all_steps() -> dict[str, tuple[Step, ...]]:
    """Visit type -> its steps. One query."""
    own = {
        row.visit_type: tuple(Step(kind, bool(must)) for kind, must in row.steps)
        for row in StepPlan.objects.all()
    }
    return rules.STEPS | own


# At the desk ------------------------------------------------------------------------------------


@transaction.atomic
def create_record(*, by: User, customer: Customer, started_at: datetime, **values: Any) -> ContactRecord:
    """Write a contact record at the desk: a call, or a visit entered afterwards. Without an end it is as long as a moment."""
    _check_time(started_at)
    record = ContactRecord(customer=customer, by=by, started_at=started_at, **values)
    record.ended_at = record.ended_at or started_at
    _check_time(record.ended_at)
    _check_record(record)
    record.save(force_insert=True)
    audit.record(record, "create", by=by)
    react("visits.finished", record, by=by)
    return record


@transaction.atomic
def delete_record(record: ContactRecord, *, by: User) -> None:
    """Delete softly."""
    _set_deleted(record, timezone.now())
    audit.record(record, "delete", by=by)


@transaction.atomic
def restore_record(record: ContactRecord, *, by: User) -> ContactRecord:
    """Take a deletion back."""
    _set_deleted(record, None)
    audit.record(record, "restore", by=by)
    return record


def _set_deleted(record: ContactRecord, at: datetime | None) -> None:
    record.deleted_at = at
    record.version += 1
    record.updated_at = timezone.now()
    record.save(update_fields=["deleted_at", "version", "updated_at"])


@transaction.atomic
def comment_on(record: ContactRecord, text: str, *, by: User) -> RecordComment:
    """Say something about a record; the rep sees it on the phone."""
    said = text.strip()
    if not said:
        raise ValidationError(_("Write the comment first"))
    if len(said) > 1000:
        raise ValidationError(_("A comment has at most 1,000 characters"))
    comment = RecordComment.objects.create(record=record, by=by, text=said)
    audit.record(record, "comment", by=by)
    return comment


@transaction.atomic
def review_record(record: ContactRecord, *, by: User) -> ContactRecord:
    """Mark as read by who leads; nobody reviews their own."""
    if record.by_id == by.pk:
        raise ValidationError(_("Your own records are reviewed by someone else"))
    if record.reviewed_at is None:
        record.reviewed_by, record.reviewed_at = by, timezone.now()
        record.save(update_fields=["reviewed_by", "reviewed_at"])
        audit.record(record, "review", by=by)
    return record


# Visits that could not be made ------------------------------------------------------------------


@transaction.atomic
def report_missed(
    customer: Customer,
    *,
    by: User,
    client_id: UUID,
    at: datetime,
    reason: str,
    note: str = "",
    planned_visit: int | None = None,
) -> MissedVisit:
    """Say that a visit cannot be made and why; the same one a second time changes nothing."""
    found = MissedVisit.objects.filter(client_id=client_id).first()
    if found is not None:
        return found
    _check_time(at)
    missed = MissedVisit.objects.create(
        client_id=client_id,
        customer=customer,
        by=by,
        at=at,
        reason=reason,
        note=note,
        planned_visit=planned_visit,
    )
    audit.record(missed, "create", by=by)
    react("visits.missed", missed, by=by)
    return missed
