"""The job of tests/test_worker.py."""

from __future__ import annotations

import os
import time
from pathlib import Path

from furrow.kit.jobs import Next, progress
from furrow.kit.models import Job


def slow_step(job: Job) -> Next:
    """Writes a line when it begins and when it ends. The first run hangs, so that it can be killed in the middle."""
    diary = Path(job.params["diary"])
    first = not diary.exists()
    with diary.open("a") as file:
        file.write(f"begin {os.getpid()}\n")
    progress(job, done=1, total=2)
    if first:
        time.sleep(300)
    progress(job, done=2)
    with diary.open("a") as file:
        file.write("end\n")
    return Next.DONE
