"""Two phones of one person at one visit: nobody is at one place twice at one time, so the second phone's visit joins the first one's record.

What the second phone writes is compared with what stands there field by field, except for what it wrote itself; steps are put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from furrow.customers.models import Customer
from furrow.kit import audit
from furrow.team.models import User
from furrow.visits import rules
from furrow.visits.models import ContactRecord, JoinedVisit, Method


def record_with(client_id: UUID) -> ContactRecord | None:
    """The record that a phone calls so, its own or the one its visit joined; locked."""
    return ContactRecord.objects.select_for_update().called(client_id).first()


class Begun(Protocol):
    """How a visit began, as services.Begin has it."""

    @property
    def client_id(self) -> UUID: ...
    @property
    def customer(self) -> Customer: ...
    @property
    def started_at(self) -> datetime: ...
    @property
    def goal(self) -> str: ...


def join_visit(begin: Begun, by: User) -> ContactRecord | None:
    """The record of the same person at the same customer at that time, which the phone's id names from now on; None when there is none."""
    # two phones at the same moment: the second waits for the first
    User.objects.select_for_update().get(pk=by.pk)
    near = (begin.started_at - rules.LONGEST_VISIT, begin.started_at + rules.SAME_VISIT)
    rows = ContactRecord.objects.alive().filter(
        by=by, customer=begin.customer, method=Method.IN_PERSON, started_at__range=near
    )
    for record in rows.select_for_update().order_by("-started_at"):
        if rules.is_same_visit(record.started_at, record.ended_at, begin.started_at):
            JoinedVisit.objects.create(client_id=begin.client_id, record=record)
            if begin.goal and not record.goal:
                record.goal = begin.goal
                record.save(update_fields=["goal"])
            audit.record(record, "join", by=by)
            return record
    return None


def written_by(client_id: UUID) -> dict[str, Any] | None:
    """What a phone whose visit joined another's wrote into it, as text by field; None for a phone whose record it is."""
    joined = JoinedVisit.objects.filter(client_id=client_id).first()
    return None if joined is None else dict(joined.written)


def note_written(client_id: UUID, values: Mapping[str, Any]) -> None:
    """Remember what this phone wrote, so that its own words are never put against it."""
    joined = JoinedVisit.objects.select_for_update().filter(client_id=client_id).first()
    if joined is not None:
        joined.written = joined.written | {name: str(value) for name, value in values.items()}
        joined.save(update_fields=["written"])


def other_names(records: Sequence[ContactRecord]) -> dict[int, list[str]]:
    """Record -> what other phones of the person call it. One query."""
    found: dict[int, list[str]] = {}
    rows = JoinedVisit.objects.filter(record__in=[record.pk for record in records])
    for record, client_id in rows.values_list("record", "client_id"):
        found.setdefault(record, []).append(str(client_id))
    return found
