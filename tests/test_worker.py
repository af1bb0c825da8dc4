"""A worker that dies in the middle of a job loses nothing: another one takes the job over and it ends once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import Installation, database, end, until

START = """
import django; django.setup()
from furrow.kit import jobs
print(jobs.start("tests.slow", by=None, params={"diary": %r}).pk)
"""
STATUS = """
import django; django.setup()
from furrow.kit.models import Job
from django_q.models import OrmQ
job = Job.objects.get()
print(job.status, job.done, OrmQ.objects.count())
"""


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    with database() as where:
        # A job taken by a worker that died comes back after `retry` seconds; a living one is ended after `timeout`.
        short = {
            "FURROW_JOB_TIMEOUT": "4",
            "FURROW_JOB_RETRY": "5",
            "FURROW_WORKERS": "1",
            "DJANGO_SETTINGS_MODULE": "tests.worker_settings",
        }
        yield Installation(tmp_path, where | short)


def test_a_killed_job_is_taken_over_and_ends_once(installation: Installation) -> None:
    diary = installation.folder / "diary"
    installation.furrow("manage", "migrate", "--verbosity", "0")
    installation.python("-c", START % str(diary))

    worker = installation.start("worker")
    until(diary.exists, 60, "the first worker begins the job\n" + installation.log("worker"))
    end(worker, signal.SIGKILL)
    assert installation.python("-c", STATUS).split()[:2] == ["running", "1"]

    worker = installation.start("worker")
    try:
        until(
            lambda: "end" in diary.read_text(),
            60,
            "the second worker ends the job\n" + installation.log("worker"),
        )
        until(
            lambda: installation.python("-c", STATUS).split() == ["done", "2", "0"],
            20,
            "the job is marked done and left the queue",
        )
    finally:
        end(worker)
    assert worker.returncode == 0, installation.log("worker")
    lines = [line.split()[0] for line in diary.read_text().splitlines()]
    assert lines == ["begin", "begin", "end"]
