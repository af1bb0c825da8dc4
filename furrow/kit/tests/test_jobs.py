"""Background jobs: steps, progress, cancel, errors, children, a second delivery."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.utils import translation

from furrow.kit import jobs
from furrow.kit.models import Job
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)
SEEN: list[str] = []


def counting(job: Job) -> jobs.Next:
    """Three steps, then done."""
    jobs.progress(job, done=job.done + 1, total=3)
    SEEN.append(f"{job.pk}:{job.done}")
    return jobs.Next.DONE if job.done == 3 else jobs.Next.AGAIN


def failing(job: Job) -> jobs.Next:
    raise ZeroDivisionError


def parent(job: Job) -> jobs.Next:
    children = list(job.children.all())
    if not children:
        for _ in range(2):
            jobs.start("count", by=None, parent=job)
        return jobs.Next.WAIT
    return jobs.Next.DONE if all(child.is_over for child in children) else jobs.Next.WAIT


def taken_over(job: Job) -> jobs.Next:
    Job.objects.filter(pk=job.pk).update(lease="another")
    jobs.progress(job, done=9)
    return jobs.Next.DONE


@pytest.fixture(autouse=True)
def _steps(monkeypatch: pytest.MonkeyPatch) -> None:
    SEEN.clear()
    steps = {"count": "counting", "fail": "failing", "parent": "parent", "taken": "taken_over"}
    monkeypatch.setattr(settings, "JOB_STEPS", {kind: f"{__name__}.{name}" for kind, name in steps.items()})


def fresh(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def test_steps_run_until_done(cast: Cast) -> None:
    job = fresh(jobs.start("count", by=cast.rep))
    assert (job.status, job.done, job.total, job.percent) == (Job.Status.DONE, 3, 3, 100)
    assert [f"{job.pk}:{n}" for n in (1, 2, 3)] == SEEN


def test_an_error_is_said_with_a_number_and_ends_the_job() -> None:
    job = fresh(jobs.start("fail", by=None))
    assert job.status == Job.Status.FAILED
    assert str(job.pk) in job.message and "ZeroDivision" not in job.message


def test_parent_ends_after_its_children() -> None:
    job = fresh(jobs.start("parent", by=None))
    assert job.status == Job.Status.DONE
    assert [child.status for child in job.children.all()] == [Job.Status.DONE] * 2


def test_a_finished_job_is_not_run_again() -> None:
    job = jobs.start("count", by=None)
    assert jobs.run_step(job.pk) == "over"
    assert len(SEEN) == 3


def test_cancel_before_the_next_step() -> None:
    job = Job.objects.create(kind="count", status=Job.Status.RUNNING, done=1)
    jobs.request_cancel(job)
    assert fresh(job).status == Job.Status.CANCELLED
    assert SEEN == []


def test_who_lost_the_lease_writes_nothing_more() -> None:
    job = fresh(jobs.start("taken", by=None))
    assert (job.status, job.done) == (Job.Status.RUNNING, 0)


def test_the_worker_speaks_the_language_of_who_started_it() -> None:
    with translation.override("zh-hans"):
        job = jobs.start("fail", by=None)
    assert fresh(job).message.startswith("因错误停止")


def test_company_travels_along(settings: Any) -> None:
    settings.COMPANY = "elsewhere"
    assert jobs.start("count", by=None).company == "elsewhere"
