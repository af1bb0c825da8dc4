"""What the phone may do here: handlers of settings.PHONE_COMMANDS. Each message of a visit carries how it began, so that any order will do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from furrow.customers.models import Customer
from furrow.kit.phone import Clash, Command, Conflict, Payload
from furrow.team.access import may
from furrow.team.models import User
from furrow.visits import checks, joining, services
from furrow.visits.models import (
    ContactRecord,
    GoalReached,
    Method,
    MissReason,
    SkipReason,
    StepKind,
    VisitType,
)
from furrow.visits.rules import FULL_POINTS, Fix
from furrow.visits.services import Begin, StepDone

T = TypeVar("T", bound=models.Model)
BIGGEST_ID = 2**63 - 1
MOST_STEPS, MOST_ITEMS, MOST_LINES = 30, 30, 300
BIGGEST_COUNT = 1_000_000
LIMITS = {
    "place": 200, "people": 200, "goal": 300, "goal_why": 300, "content": 4000, "special": 2000, "went_well": 1000,
    "fell_short": 1000, "lesson_learnt": 1000, "appointment_note": 300, "new_plan": 1000,
}  # fmt: skip
SPLIT = ("split_trust", "split_needs", "split_present", "split_agree")


def _label(name: str) -> Any:
    return ContactRecord._meta.get_field(name).verbose_name  # type: ignore[union-attr]


def customer_of(command: Command, payload: Payload) -> Customer:
    """The customer a message is about, where it was merged away the one kept. Raises ValidationError for one deleted or out of reach."""
    if not may(command.by, "visits.add"):
        raise ValidationError(_("Your role does not record visits. An administrator can grant it."))
    pk = payload.whole("customer", 1, BIGGEST_ID, _("Customer"))
    customer = Customer.objects.filter(pk=pk).select_related("merged_into").first() if pk else None
    if customer is not None and customer.merged_into is not None:
        customer = customer.merged_into
    if customer is None or not _within_reach(command.by, customer):
        raise ValidationError(_("This customer has been deleted or is no longer yours. Ask your manager."))
    return customer


def _within_reach(user: User, customer: Customer) -> bool:
    """In the person's reach, or where their plan sends them (settings.SENT_TO)."""
    if Customer.objects.visible_to(user).filter(pk=customer.pk).exists():
        return True
    sent_to: Callable[[User, int], bool] = import_string(settings.SENT_TO)
    return customer.deleted_at is None and sent_to(user, customer.pk)


def fix_of(payload: Payload) -> Fix | None:
    """The position a message carries, if any."""
    sent = payload.part("fix", _("Position"))
    if sent is None:
        return None
    label = _("Position")
    lng, lat = sent.number("lng", label), sent.number("lat", label)
    if lng is None or lat is None:
        return None
    return Fix(lng, lat, sent.number("accuracy", label), sent.moment("at", label))


def _begin(command: Command, payload: Payload) -> Begin:
    return Begin(
        client_id=payload.identity("visit", _("Visit")),
        customer=customer_of(command, payload),
        started_at=payload.moment("started_at", _label("started_at")) or command.at,
        visit_type=payload.choice("visit_type", VisitType.values, _label("visit_type"), VisitType.ROUTINE),
        method=payload.choice("method", Method.values, _label("method"), Method.IN_PERSON),
        planned_visit=payload.whole("planned", 1, BIGGEST_ID, _("Planned visit")),
        goal=payload.text("goal", LIMITS["goal"], _label("goal")),
    )


def check_in(command: Command) -> dict[str, Any]:
    """visit.check_in: visit, customer, started_at, visit_type, method, planned, goal, fix."""
    payload = Payload(command.payload)
    record = services.check_in(_begin(command, payload), by=command.by, fix=fix_of(payload))
    return _answer(record)


def save(command: Command) -> dict[str, Any]:
    """visit.save: how the visit began, and only what was written since the last message. Raises Conflict when somebody else wrote
    something different meanwhile."""
    payload = Payload(command.payload)
    record = services.begin_visit(_begin(command, payload), by=command.by)
    values, steps = _values(payload), _steps(payload)
    visit = payload.identity("visit", _("Visit"))
    written = joining.written_by(visit)
    behind = command.base is not None and command.base != record.version
    if behind or (written is not None and payload.data.get("decided") is not True):
        _refuse_clashes(record, values, written or {})
    if behind or written is not None:
        steps = _with_others(record, steps)
    record = services.write_record(record, by=command.by, values=values, steps=steps)
    if written is not None:
        joining.note_written(visit, values)
    return _answer(record)


def check_out(command: Command) -> dict[str, Any]:
    """visit.check_out: as visit.save, with ended_at and fix."""
    payload = Payload(command.payload)
    save(command)
    record = services.begin_visit(_begin(command, payload), by=command.by)
    at = payload.moment("ended_at", _label("ended_at")) or command.at
    return _answer(services.check_out(record, by=command.by, at=at, fix=fix_of(payload)))


def _answer(record: ContactRecord) -> dict[str, Any]:
    return {"id": record.pk, "version": record.version}


def _values(payload: Payload) -> dict[str, Any]:
    """What was sent of the card, by field."""
    values: dict[str, Any] = {
        name: payload.text(name, limit, _label(name))
        for name, limit in LIMITS.items()
        if name in payload and name != "goal"
    }
    if "goal_reached" in payload:
        values["goal_reached"] = payload.choice(
            "goal_reached", GoalReached.values, _label("goal_reached"), ""
        )
    if "appointment_at" in payload:
        values["appointment_at"] = payload.moment("appointment_at", _label("appointment_at"))
    if any(name in payload for name in SPLIT):
        values |= {name: payload.whole(name, 0, 100, _label(name)) for name in SPLIT}
    return values


def _steps(payload: Payload) -> list[StepDone] | None:
    if "steps" not in payload:
        return None
    label = _("Visit steps")
    return [
        StepDone(
            row.choice("kind", StepKind.values, label),
            row.data.get("done") is not False,
            row.choice("reason", SkipReason.values, label, ""),
            row.text("note", 300, label),
        )
        for row in payload.rows("steps", MOST_STEPS, label)
    ]


def _with_others(record: ContactRecord, steps: list[StepDone] | None) -> list[StepDone] | None:
    """Beside the steps sent, those that another phone marked meanwhile."""
    if steps is None:
        return None
    sent = {step.kind for step in steps}
    others = [row for row in record.steps.all() if row.kind not in sent]
    return [*(StepDone(row.kind, row.done, row.reason, row.note) for row in others), *steps]


def _refuse_clashes(record: ContactRecord, values: dict[str, Any], written: dict[str, str]) -> None:
    """Where the card already says something else, the rep decides; what is empty there, says the same or was `written` by this very phone
    is no conflict."""
    clashes = [
        Clash(name, str(_label(name)), _words(mine), _words(theirs))
        for name, mine in values.items()
        if (theirs := getattr(record, name)) not in ("", None)
        and theirs != mine
        and written.get(name) != str(theirs)
    ]
    if clashes:
        raise Conflict(record.version, clashes)


def _words(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return "" if value is None else str(value)


def cannot_visit(command: Command) -> dict[str, Any]:
    """visit.cannot: customer, reason, note, planned."""
    payload = Payload(command.payload)
    missed = services.report_missed(
        customer_of(command, payload),
        by=command.by,
        client_id=command.client_id,
        at=command.at,
        reason=payload.choice("reason", MissReason.values, _("Reason"), MissReason.OTHER),
        note=payload.text("note", 300, _("Note")),
        planned_visit=payload.whole("planned", 1, BIGGEST_ID, _("Planned visit")),
    )
    return {"id": missed.pk, "version": missed.version}


def check_store(command: Command) -> dict[str, Any]:
    """store.check: customer, visit, items [code, points, note, gap_due], lines [product, facings, price, stock, activity]."""
    payload = Payload(command.payload)
    customer = customer_of(command, payload)
    label = _("Store check")
    items = [
        checks.Item(
            row.text("code", 12, label),
            row.whole("points", 0, FULL_POINTS, label) or 0,
            row.text("note", 200, label),
            day_of(row, "gap_due", label),
        )
        for row in payload.rows("items", MOST_ITEMS, label)
    ]
    check = checks.check_store(
        customer,
        by=command.by,
        client_id=command.client_id,
        at=command.at,
        items=items,
        lines=[_line(row) for row in payload.rows("lines", MOST_LINES, label)],
        record=record_in(command, payload, label),
    )
    return {
        "id": check.pk,
        "version": check.version,
        "score": str(check.score) if check.score is not None else None,
    }


def day_of(row: Payload, name: str, label: Any) -> date | None:
    """A day, None when there is none. Raises ValidationError for what is no day."""
    text = row.text(name, 10, label)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ValidationError(_("%(field)s: the day cannot be read") % {"field": label}) from error


def _line(row: Payload) -> checks.Line:
    return checks.Line(
        row.whole("product", 1, BIGGEST_ID, _("Product")) or 0,
        row.whole("facings", 0, BIGGEST_COUNT, _("Facings")),
        row.amount("price", 8, _("Retail price")),
        row.whole("stock", 0, BIGGEST_COUNT, _("Stock")),
        row.text("activity", 200, _("Activity")),
    )


def record_of(user: Any, client_id: UUID) -> ContactRecord | None:
    """The person's own living record that the phone calls so."""
    return ContactRecord.objects.alive().filter(by=user).called(client_id).first()


def record_in(command: Command, payload: Payload, label: Any) -> ContactRecord | None:
    """The record of the `visit` that a message names, if it names one."""
    visit = payload.data.get("visit")
    return record_of(command.by, payload.identity("visit", label)) if visit else None


def known_or_sent(command: Command, payload: Payload, rows: models.QuerySet[T], known: str, sent: str, label: Any) -> T:  # fmt: skip
    """One of the rows: by its id in the field `known`, or in the field `sent` by that of the message that made it, which the phone may not
    have been answered yet. Raises ValidationError where it is gone or may not be changed."""
    if payload.data.get(sent):
        row = rows.filter(client_id=payload.identity(sent, label)).first()
    else:
        row = rows.filter(pk=payload.whole(known, 1, BIGGEST_ID, label) or 0).first()
    if row is None or not may(command.by, "visits.add"):
        raise ValidationError(_("This is not there any more or is no longer yours"))
    return row
