"""The count of the archives, in the background: how complete each card is, then the sums per region, kind and owner.

A count takes up what changed since the one before it; asked to, or for the first time, it goes through all customers. Whatever changes a
customer raises `updated_at`, and a confirmation has its own time, so no change has to know about the count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from furrow.customers.archives.models import NO_REGION, ArchiveCount, ArchiveState
from furrow.customers.card.completeness import completeness
from furrow.customers.card.filled import filled
from furrow.customers.card.groups import wanted_of
from furrow.customers.card.models import CardConfirmation
from furrow.customers.models import Customer
from furrow.kit import jobs
from furrow.kit.models import Job
from furrow.kit.rows import Among, insert_rows
from furrow.team.models import User

KIND = "customers.archives"
SLICE = 2000
OVERLAP = timedelta(
    hours=1
)  # longer than any transaction that may still have been open when the last count began
STALE, A_DAY = timedelta(minutes=10), timedelta(days=1)
VISITED_DAYS = 28  # a four-week cycle (P4.2)
_SUMS = ("customers", "graded", "placed", "visited", "percents", "confirmed", "confirmed_days")


def start_count(*, by: User | None, whole: bool = False) -> Job | None:
    """Put a count into the queue; None while one is waiting or running."""
    with transaction.atomic():
        if running() is not None:
            return None
        last = None if whole else last_count()
        since = (last.started_at - OVERLAP).isoformat() if last and last.started_at else None
        return jobs.start(KIND, by=by, params={"after": 0, "since": since})


def running() -> Job | None:
    """The count that is waiting or running."""
    active = [Job.Status.QUEUED, Job.Status.RUNNING]
    return Job.objects.filter(kind=KIND, status__in=active).order_by("-id").first()


def last_count() -> Job | None:
    """The count that was finished last."""
    return Job.objects.filter(kind=KIND, status=Job.Status.DONE).order_by("-id").first()


def is_stale(last: Job | None) -> bool:
    """Whether figures are old enough to be counted again and there is something new; two look-ups in indexes."""
    if last is None or last.started_at is None or last.finished_at is None:
        return Customer.objects.alive().order_by().exists()
    if timezone.now() - last.finished_at < STALE:
        return False
    if timezone.now() - last.finished_at > A_DAY:
        return True  # who was visited within four weeks changes by itself
    since = last.started_at
    return (
        Customer.objects.filter(updated_at__gte=since).order_by().exists()
        or CardConfirmation.objects.filter(at__gte=since).exists()
    )


def count_slice(job: Job) -> bool:
    """Bring the states of the next customers up to date and note the place reached, in one transaction. Returns whether any were left."""
    ids = _next_ids(int(job.params["after"]), job.params.get("since"))
    if not ids:
        return False
    with transaction.atomic():
        count_cards(ids)
        job.params = {**job.params, "after": ids[-1]}
        Job.objects.filter(pk=job.pk, lease=job.lease).update(params=job.params)
        jobs.progress(job, done=job.done + len(ids), message=_("Counting cards"))
    return True


def _next_ids(after: int, since: str | None) -> list[int]:
    rows = Customer.objects.filter(pk__gt=after).order_by("pk")
    if since is None:
        return list(rows.values_list("pk", flat=True)[:SLICE])
    begun = datetime.fromisoformat(since)
    changed = rows.filter(updated_at__gte=begun).values_list("pk", flat=True)
    confirmed = CardConfirmation.objects.filter(at__gte=begun, customer__gt=after).order_by("customer")
    told = confirmed.values_list("customer", flat=True).distinct()
    return sorted({*changed[:SLICE], *told[:SLICE]})[:SLICE]


def count_cards(ids: Iterable[int]) -> None:
    """Write how complete these customers' cards are; what has not changed is left alone, a deleted customer has no state."""
    wanted = list(ids)
    percents = dict(percents_of(wanted))
    days = _confirmed_days(percents)
    there = {
        pk: (percent, day)
        for pk, percent, day in ArchiveState.objects.filter(
            Among(models.F("customer_id"), wanted)
        ).values_list("pk", "percent", "confirmed_day")
    }
    ArchiveState.objects.filter(
        Among(models.F("customer_id"), sorted(there.keys() - percents.keys()))
    ).delete()
    ArchiveState.objects.bulk_create(
        (
            ArchiveState(customer_id=pk, percent=percent, confirmed_day=days.get(pk))
            for pk, percent in percents.items()
            if there.get(pk) != (percent, days.get(pk))
        ),
        batch_size=SLICE,
        update_conflicts=True,
        unique_fields=["customer"],
        update_fields=["percent", "confirmed_day"],
    )


def percents_of(ids: Iterable[int]) -> Iterator[tuple[int, int]]:
    """(id, percent) of each living customer among these, by the same rule as its page."""
    living = Customer.objects.alive().filter(Among(models.F("id"), list(ids))).order_by()
    customers = list(living.only("pk", "kind", "visit_grade"))
    known = filled(customers)
    for one in customers:
        yield one.pk, completeness(wanted_of(one.kind), known.get(one.pk, set()), one.visit_grade).percent


def _confirmed_days(ids: Iterable[int]) -> dict[int, int]:
    """Id -> day of the latest confirmation of any of its groups."""
    rows = CardConfirmation.objects.filter(Among(models.F("customer_id"), list(ids))).order_by()
    latest = rows.values_list("customer").annotate(at=models.Max("at"))
    return {pk: timezone.localtime(at).date().toordinal() for pk, at in latest}


@transaction.atomic
def finish_count() -> int:
    """Replace all sums by what the customers and their states say now; returns the number of customers."""
    sums: dict[tuple[str, str, int | None], Counter[str]] = {}
    living = 0
    for region, kind, owner, *values in _grouped():
        living += values[0]
        for code in _above(region):
            found = sums.setdefault((code, kind, owner), Counter())
            found.update(dict(zip(_SUMS, (int(value or 0) for value in values), strict=True)))
    ArchiveCount.objects.all().delete()
    names = ("region", "kind", "owner_id", *_SUMS)
    insert_rows(
        ArchiveCount, names, ([*key, *(found[name] for name in _SUMS)] for key, found in sums.items())
    )
    return living


def _grouped() -> Iterator[tuple[str | None, str, int | None, int, int, int, int, int, int, int]]:
    since = timezone.now() - timedelta(days=VISITED_DAYS)
    visits = import_string(settings.VISITS_SINCE)(since)
    rows = Customer.objects.alive().order_by().values_list("region_id", "kind", "owner_id")
    counted = rows.annotate(
        n=models.Count("pk"),
        graded=models.Count("pk", filter=~models.Q(visit_grade="")),
        placed=models.Count("longitude"),
        visited=models.Count("pk", filter=models.Exists(visits.filter(customer=models.OuterRef("pk")))),
        percents=models.Sum("archive__percent"),
        confirmed=models.Count("archive__confirmed_day"),
        days=models.Sum("archive__confirmed_day"),
    )
    yield from counted.iterator(chunk_size=SLICE)


def _above(region: str | None) -> tuple[str, ...]:
    """The region, all above it and the whole country."""
    if not region:
        return "", NO_REGION
    return ("", *(region[:length] for length in (2, 4, 6, 9) if length <= len(region)))


def day_of(ordinal: int | None) -> date | None:
    """A day kept as a number."""
    return date.fromordinal(ordinal) if ordinal else None
