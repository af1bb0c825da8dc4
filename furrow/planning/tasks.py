"""Background doors: a cycle's job starts one job per rep, waits for them, and takes the result over."""

from __future__ import annotations

from time import monotonic

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from furrow.kit import audit, jobs
from furrow.kit.jobs import Next
from furrow.kit.models import Job
from furrow.planning import run
from furrow.planning.models import VisitCycle, VisitPlan
from furrow.planning.outcome import result_json
from furrow.planning.rows import plans_problem
from furrow.planning.services import stop_planning
from furrow.routing import solve


class RepFailed(Exception):
    """The search of one rep stopped by an error; its own job says more."""


def cycle_step(job: Job) -> Next:
    """Divide and start the reps' jobs; once they are over, write the plan. Raises RepFailed when one of them failed."""
    children = list(job.children.all())
    if not children:
        return _begin(job)
    over = [child for child in children if child.is_over]
    if len(over) < len(children):
        jobs.progress(
            job,
            message=ngettext("%(n)d of %(all)d reps planned", "%(n)d of %(all)d reps planned", len(children))
            % {"n": len(over), "all": len(children)},
        )
        return Next.WAIT
    if any(child.status == Job.Status.FAILED for child in children):
        raise RepFailed
    if any(child.status == Job.Status.CANCELLED for child in children):
        raise jobs.Cancelled
    _finish(job)
    return Next.DONE


def _subject(job: Job) -> int:
    """The id of the cycle or plan the job works for."""
    if job.subject_id is None:
        raise LookupError(job.kind)
    return job.subject_id


def _begin(job: Job) -> Next:
    jobs.progress(job, message=_("Dividing the customers"))
    with transaction.atomic():
        cycle = VisitCycle.objects.select_for_update().get(pk=_subject(job))
        parts = run.prepare(cycle, job.by)
        for plan, params in parts:
            child = jobs.start(
                "planning.rep", by=job.by, subject_id=plan.pk, params=params, parent=job, total=100
            )
            VisitPlan.objects.filter(pk=plan.pk).update(job=child)
        jobs.progress(job, done=0, total=100 * max(1, len(parts)), message=_("Planning routes"))
    if not parts:
        _finish(job)
        return Next.DONE
    return Next.WAIT


def _finish(job: Job) -> None:
    cycle = VisitCycle.objects.get(pk=_subject(job))

    def done(visits: int) -> None:
        audit.record(cycle, "plan", by=job.by, changes={"visits": [None, visits]})
        said = ngettext("%(n)d visit planned", "%(n)d visits planned", visits) % {"n": visits}
        jobs.progress(job, done=job.total, message=said)

    run.finish(cycle, done)


def rep_step(job: Job) -> Next:
    """One rep's search, in one step; run again from the start after a worker was killed."""
    plan = VisitPlan.objects.select_related("cycle").get(pk=_subject(job))
    problem = plans_problem(plan.cycle, [plan], divided=True, ahead=True)
    told = monotonic()

    def watch(iteration: int, best: float, used: float) -> None:
        nonlocal told
        if monotonic() - told >= 1:
            told = monotonic()
            jobs.progress(job, done=round(99 * min(1.0, used)))
            _tell_parent(job)

    result = solve(
        problem,
        stop=run.search_stop(job.params, settings.JOB_SLICE_SECONDS),
        seed=job.params["seed"],
        on_progress=watch,
    )
    with transaction.atomic():
        VisitPlan.objects.filter(pk=plan.pk).update(solution=result_json(result))
        jobs.progress(job, done=100)
    _tell_parent(job)
    return Next.DONE


def _tell_parent(job: Job) -> None:
    if job.parent_id:
        done = Job.objects.filter(parent_id=job.parent_id).aggregate(done=Sum("done"))["done"]
        Job.objects.filter(pk=job.parent_id, status=Job.Status.RUNNING).update(done=done or 0)


def cycle_ended(job: Job) -> None:
    """After a cycle's job was cancelled or failed: the cycle leaves the worker's hands."""
    if job.subject_id is not None:
        stop_planning(job.subject_id, failed=job.status == Job.Status.FAILED)
