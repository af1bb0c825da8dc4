"""Background doors: re-grading many customers by one card, in parts."""

from __future__ import annotations

import uuid
from datetime import datetime
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.assessment.cards import Method
from furrow.assessment.regrading import CHUNK, Preview, Run, evidence_of, rank_all, regradable, regrade_part
from furrow.assessment.scorecards import current_card
from furrow.kit import jobs
from furrow.kit.jobs import Next
from furrow.kit.models import Job
from furrow.team.models import User

KIND = "assessment.regrade"


def start_regrade(code: str, *, by: User) -> Job:
    """Re-grade everybody in the user's reach by the card in force; raises CardError for an unknown card."""
    card = current_card(code)
    total = regradable(card, by).order_by().count()
    params = {
        "code": code,
        "batch": str(uuid.uuid4()),
        "at": timezone.now().isoformat(),
        "after": 0,
        "up": 0,
        "down": 0,
        "done": 0,
    }
    return jobs.start(KIND, by=by, params=params, total=total)


def regrade_step(job: Job) -> Next:
    """Parts of the customers, by id, until the step's time is over; each part and how far it got are one transaction."""
    by: Any = job.by
    if by is None:
        return Next.DONE
    card = current_card(job.params["code"])
    run = Run(
        card, uuid.UUID(job.params["batch"]), by, datetime.fromisoformat(job.params["at"]), evidence_of(card)
    )
    if card.method is Method.RANKING:
        ids = list(regradable(card, by).order_by("pk").values_list("pk", flat=True))
        jobs.progress(job, total=len(ids), message=_("Ranking"))
        with transaction.atomic():
            _kept(job, rank_all(run, ids), len(ids), 0)
        return _end(job)
    until = monotonic() + settings.JOB_SLICE_SECONDS
    while True:
        part = list(
            regradable(card, by)
            .filter(pk__gt=job.params["after"])
            .order_by("pk")
            .values_list("pk", flat=True)[:CHUNK]
        )
        if not part:
            return _end(job)
        with transaction.atomic():
            _kept(job, regrade_part(run, part), len(part), part[-1])
        if monotonic() > until:
            return Next.AGAIN


def _kept(job: Job, counted: Preview, count: int, after: int) -> None:
    """How far the job is, in the transaction of the part."""
    params = job.params
    params |= {
        "after": after,
        "done": params["done"] + count,
        "up": params["up"] + counted.up,
        "down": params["down"] + counted.down,
    }
    if not Job.objects.filter(pk=job.pk, lease=job.lease).update(params=params):
        raise jobs.LeaseLost
    jobs.progress(job, done=params["done"], message=_said(job))


def _said(job: Job) -> str:
    figures = {name: f"{job.params[name]:,}" for name in ("done", "up", "down")}
    return _("%(done)s re-graded, %(up)s up, %(down)s down") % figures


def _end(job: Job) -> Next:
    jobs.progress(job, done=max(job.total, job.params["done"]), message=_said(job))
    return Next.DONE
