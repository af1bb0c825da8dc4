"""Background doors of the customers room."""

from __future__ import annotations

from time import monotonic

from django.conf import settings
from django.utils.translation import ngettext

from furrow.customers.archives.counting import count_slice, finish_count
from furrow.customers.scanning import PARTS, finish_scan, scan_slice
from furrow.kit import jobs
from furrow.kit.jobs import Next
from furrow.kit.models import Job


def scan_step(job: Job) -> Next:
    """Slices of the scan until the step's time is over."""
    until = monotonic() + settings.JOB_SLICE_SECONDS
    while scan_slice(job):
        if monotonic() > until:
            return Next.AGAIN
    left = finish_scan(job)
    said = ngettext("%(n)s possible duplicate", "%(n)s possible duplicates", left) % {"n": f"{left:,}"}
    jobs.progress(job, done=PARTS, total=PARTS, message=said)
    return Next.DONE


def count_step(job: Job) -> Next:
    """Slices of the count of the archives until the step's time is over."""
    until = monotonic() + settings.JOB_SLICE_SECONDS
    while count_slice(job):
        if monotonic() > until:
            return Next.AGAIN
    living = finish_count()
    said = ngettext("%(n)s customer counted", "%(n)s customers counted", living) % {"n": f"{living:,}"}
    jobs.progress(job, message=said)
    return Next.DONE
