"""The worker's door to imports."""

from __future__ import annotations

from django.conf import settings

from furrow.kit import jobs
from furrow.kit.jobs import Next
from furrow.kit.models import Job
from furrow.kit.sheets import SheetError
from furrow.records.importing import engine, files
from furrow.records.importing.models import ImportBatch

# Each slice reads the file anew and takes note of all rows before it: a hundred thousand should fit into one. It stays below the queue's
# time limit, and each chunk tells how far it is and whether to stop.
SLICES = 2


def import_step(job: Job) -> Next:
    """One slice of checking, importing or undoing the batch `job.subject_id`."""
    batch = ImportBatch.objects.select_related("by").filter(pk=job.subject_id or 0).first()
    if batch is None or not batch.is_busy:
        return Next.DONE
    try:
        over = engine.advance(
            batch,
            seconds=SLICES * settings.JOB_SLICE_SECONDS,
            tick=lambda done, total: jobs.progress(job, done=done, total=total),
        )
    except engine.Overtaken as error:
        raise jobs.LeaseLost from error
    except SheetError as error:
        jobs.progress(job, message=error.message[:300])
        raise jobs.Cancelled from error
    return Next.DONE if over else Next.AGAIN


def forget_old_files() -> None:
    """What the clock calls once a day: an uploaded list is full of people and not needed for ever."""
    files.forget_old()
