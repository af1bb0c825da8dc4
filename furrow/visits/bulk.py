"""Many contact records at once: what an import or the demo company brings. Callers have checked reach and values."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from furrow.kit import audit
from furrow.visits.models import ContactRecord, MissedVisit, StepResult
from furrow.visits.services import StepDone

BATCH = 500


@transaction.atomic
def record_many(
    records: Sequence[tuple[ContactRecord, Sequence[StepDone]]], missed: Sequence[MissedVisit] = ()
) -> list[ContactRecord]:
    """Write records with their steps, and visits that were not made, each with its audit entry under the name of its rep."""
    made = ContactRecord.objects.bulk_create([record for record, _steps in records], batch_size=BATCH)
    StepResult.objects.bulk_create(
        [
            StepResult(
                record=record, order=order, kind=step.kind, done=step.done, reason=step.reason, note=step.note
            )
            for record, (_same, steps) in zip(made, records, strict=True)
            for order, step in enumerate(steps)
        ],
        batch_size=BATCH,
    )
    absent = MissedVisit.objects.bulk_create(missed, batch_size=BATCH)
    for by_id in {record.by_id for record in made}:
        own: list[tuple[int, audit.Changes]] = [(record.pk, {}) for record in made if record.by_id == by_id]
        audit.record_many(ContactRecord, "create", own, by_id=by_id)
    for by_id in {row.by_id for row in absent}:
        audit.record_many(
            MissedVisit, "create", ((row.pk, {}) for row in absent if row.by_id == by_id), by_id=by_id
        )
    return made
