"""Background jobs in steps.

A job's step is a function `step(job) -> Next` named in settings.JOB_STEPS. A step ends by itself within JOB_SLICE_SECONDS, keeps its
progress in the database and may be run again from the start after a worker was killed: it must be idempotent. A second delivery of the same
step while the first still runs is turned away by the lease.
"""

from __future__ import annotations

import enum
import logging
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from furrow.kit.models import Job
from furrow.kit.reactions import react

log = logging.getLogger(__name__)


class Next(enum.Enum):
    """What follows a step: another one, nothing, or a wait for the job's children."""

    AGAIN = "again"
    DONE = "done"
    WAIT = "wait"


class Cancelled(Exception):
    """Raised inside a step once somebody asked to stop."""


class LeaseLost(Exception):
    """Another worker runs this job now; this one must write nothing more."""


def start(
    kind: str,
    *,
    by: models.Model | None,
    subject_id: int | None = None,
    params: dict[str, Any] | None = None,
    parent: Job | None = None,
    total: int = 0,
) -> Job:
    """Put a job into the queue once the current transaction is committed."""
    job = Job.objects.create(
        kind=kind,
        company=settings.COMPANY,
        language=translation.get_language() or settings.LANGUAGE_CODE,
        by_id=by.pk if by else None,
        subject_id=subject_id,
        params=params or {},
        parent=parent,
        total=total,
    )
    _enqueue(job.pk)
    return job


def progress(
    job: Job, *, done: int | None = None, total: int | None = None, message: str | None = None
) -> None:
    """Say how far a step is; raises Cancelled when the user asked to stop and LeaseLost when another worker took over."""
    values = {"done": done, "total": total, "message": message}
    values = {name: value for name, value in values.items() if value is not None}
    for name, value in values.items():
        setattr(job, name, value)
    if not Job.objects.filter(pk=job.pk, lease=job.lease, status=Job.Status.RUNNING).update(
        **(values or {"message": job.message})
    ):
        raise LeaseLost
    if Job.objects.filter(pk=job.pk, cancel_requested=True).exists():
        raise Cancelled


def request_cancel(job: Job) -> None:
    """Ask a job and its children to stop; a job that has not begun stops at once."""
    with transaction.atomic():
        family = Job.objects.filter(models.Q(pk=job.pk) | models.Q(parent_id=job.pk))
        family.update(cancel_requested=True)
        if family.filter(pk=job.pk, status=Job.Status.QUEUED).exists():
            react(f"{job.kind}.stopped", job)
        family.filter(status=Job.Status.QUEUED).update(
            status=Job.Status.CANCELLED, finished_at=timezone.now()
        )
        _enqueue(job.pk)


def run_step(job_id: int) -> str:
    """The worker's door: run one step of a job and queue what follows. Returns the job's status."""
    job = _take(job_id)
    if job is None:
        return "over"
    step: Callable[[Job], Next] = import_string(settings.JOB_STEPS[job.kind])
    with translation.override(job.language or settings.LANGUAGE_CODE):
        try:
            if job.cancel_requested:
                raise Cancelled
            follows = step(job)
        except Cancelled:
            _finish(job, Job.Status.CANCELLED)
        except LeaseLost:
            log.warning("job %s: another worker took over", job.pk)
        except Exception:
            log.exception("job %s failed", job.pk)
            _finish(
                job,
                Job.Status.FAILED,
                _(
                    "Stopped by an error; nothing half-done was kept. Try again, and give number %(number)s to support."
                )
                % {"number": job.pk},
            )
        else:
            if follows is Next.DONE:
                _finish(job, Job.Status.DONE)
            elif follows is Next.AGAIN:
                _enqueue(job.pk)
    return job.status


def _take(job_id: int) -> Job | None:
    lease = uuid.uuid4().hex
    running = {"status": Job.Status.RUNNING, "lease": lease}
    taken = Job.objects.filter(pk=job_id, status__in=[Job.Status.QUEUED, Job.Status.RUNNING]).update(
        **running
    )
    if not taken:
        return None
    Job.objects.filter(pk=job_id, started_at=None).update(started_at=timezone.now())
    return Job.objects.select_related("by", "parent").get(pk=job_id)


def _finish(job: Job, status: Job.Status, message: str | None = None) -> None:
    job.status, job.finished_at = status, timezone.now()
    if message is not None:
        job.message = message
    with transaction.atomic():
        over = Job.objects.filter(pk=job.pk, lease=job.lease).update(
            status=job.status, finished_at=job.finished_at, message=job.message
        )
        if over and status is not Job.Status.DONE:
            react(f"{job.kind}.stopped", job)
        if job.parent_id:
            _enqueue(job.parent_id)


def _enqueue(job_id: int) -> None:
    transaction.on_commit(lambda: async_task("furrow.kit.jobs.run_step", job_id, task_name=f"job-{job_id}"))
