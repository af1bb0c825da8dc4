"""The scan of all customers for duplicates (P2.3): walks the kept keys in their order, so that it needs the memory of one slice only, can
stop after any slice and goes on where it was."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.customers.duplicate_models import DuplicatePair, LikenessKey
from furrow.customers.duplicates import Likeness, Match, pairs_within
from furrow.customers.matching import likenesses
from furrow.kit import jobs
from furrow.kit.models import Job
from furrow.team.models import User

KIND = "customers.duplicates"
SLICE = 5_000  # keys read at once
WINDOW = 20  # how far along one key's customers each is compared
PARTS = 1000  # of the way through the keys
_LOWEST, _KEYS = -(2**63), 2**64
Pairs = dict[tuple[int, int], Match]


def start_scan(*, by: User | None) -> Job | None:
    """Put a scan into the queue; None while one is waiting or running."""
    if running() is not None:
        return None
    return jobs.start(KIND, by=by, params={"after": None}, total=PARTS)


def running() -> Job | None:
    """The scan that is waiting or running."""
    active = [Job.Status.QUEUED, Job.Status.RUNNING]
    return Job.objects.filter(kind=KIND, status__in=active).order_by("-id").first()


def last_scan() -> Job | None:
    """The scan that was finished last."""
    return Job.objects.filter(kind=KIND, status=Job.Status.DONE).order_by("-id").first()


def scan_slice(job: Job) -> bool:
    """Compare the customers of the next keys and keep the pairs found; the place reached is written in the same transaction, so that a
    slice done twice changes nothing. Returns whether keys are left."""
    after = job.params.get("after")
    keys = LikenessKey.objects.order_by("key", "customer_id")
    if after is not None:
        keys = keys.filter(key__gt=after)
    rows = list(keys.values_list("key", "customer_id")[:SLICE])
    if not rows:
        return False
    whole, last = _whole_groups(rows)
    with transaction.atomic():
        _keep(_pairs(whole), job)
        job.params = {**job.params, "after": last}
        Job.objects.filter(pk=job.pk, lease=job.lease).update(params=job.params)
        done = PARTS * (last - _LOWEST) // _KEYS
        jobs.progress(job, done=done, total=PARTS, message=_("Comparing customers"))
    return True


def _whole_groups(rows: list[tuple[int, int]]) -> tuple[list[tuple[int, int]], int]:
    """The rows of keys read to their end, and the last such key; a key with more customers than a slice is cut off."""
    last = rows[-1][0]
    if len(rows) == SLICE and rows[0][0] != last:
        rows = [row for row in rows if row[0] != last]
    return rows, rows[-1][0]


def _pairs(rows: list[tuple[int, int]]) -> Pairs:
    groups = [[pk for _key, pk in group] for _key, group in groupby(rows, key=itemgetter(0))]
    groups = [group for group in groups if len(group) > 1]
    known = likenesses(pk for group in groups for pk in group)
    found: Pairs = {}
    for group in groups:
        for first, second, match in _compared(group, known):
            found[first, second] = match
    return found


def _compared(group: list[int], known: dict[int, Likeness]) -> Iterator[tuple[int, int, Match]]:
    return pairs_within([(pk, known[pk]) for pk in group if pk in known], WINDOW)


def _keep(found: Pairs, job: Job) -> None:
    """Write pairs; what somebody decided on one stays."""
    DuplicatePair.objects.bulk_create(
        (
            DuplicatePair(
                first_id=first, second_id=second, score=match.score, reasons=list(match.reasons), found_by=job
            )
            for (first, second), match in sorted(found.items())
        ),
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["first", "second"],
        update_fields=["score", "reasons", "found_by"],
    )


def finish_scan(job: Job) -> int:
    """Forget undecided pairs that this scan did not find again; returns how many are left to decide."""
    DuplicatePair.objects.undecided().exclude(found_by=job).delete()
    return DuplicatePair.objects.undecided().filter(first__deleted_at=None, second__deleted_at=None).count()


@transaction.atomic
def decide_pair(pair: DuplicatePair, *, by: User | None, two: bool) -> None:
    """Keep that these are two customers, or take that back. Later scans leave decided pairs alone."""
    values = (
        {"decided_at": timezone.now(), "decided_by": by} if two else {"decided_at": None, "decided_by": None}
    )
    DuplicatePair.objects.filter(pk=pair.pk).update(**values)
