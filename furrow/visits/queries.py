"""Reads over visits: what the phone keeps, the last visit of a customer, a day's visits of many reps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from furrow.books.models import BookLine
from furrow.customers.models import Customer
from furrow.kit.prepared import Prepared
from furrow.team.access import may
from furrow.team.models import User
from furrow.visits.check_models import StoreCheck, StoreCheckLine, StoreCheckPhoto
from furrow.visits.joining import other_names
from furrow.visits.models import ContactRecord, MissedVisit, RecordComment
from furrow.visits.services import TEXTS

LAST_SHOWN = 2
MOST_SHELF = 8
MOST_CHECKS = 3
COMMENT_DAYS = 7
MOST_OWN = 200


def day_bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """First moment of one day and first moment after another, in the company's zone."""
    begin = timezone.make_aware(datetime.combine(first, time.min))
    return begin, timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


# For the phone ----------------------------------------------------------------------------------


def own_records(user: User, since: date) -> list[dict[str, Any]]:
    """The person's own records since a day, with the version that a change is made on; empty fields are left out."""
    own = ContactRecord.objects.visible_to(user).filter(by=user, started_at__gte=day_bounds(since, since)[0])
    rows = list(own.order_by("-started_at")[:MOST_OWN])
    others = other_names(rows)
    return [
        {
            "visit": str(row.client_id),
            **({"also": others[row.pk]} if row.pk in others else {}),
            "customer": row.customer_id,
            "planned": row.planned_visit,
            "visit_type": row.visit_type,
            "method": row.method,
            "started_at": row.started_at.isoformat(),
            "ended_at": _plain(row.ended_at),
            "version": row.version,
            **{name: _plain(value) for name in TEXTS if (value := getattr(row, name)) not in ("", None)},
        }
        for row in rows
    ]


def own_missed(user: User, since: date) -> list[dict[str, Any]]:
    """What the person said could not be done since a day."""
    rows = MissedVisit.objects.visible_to(user).filter(by=user, at__gte=day_bounds(since, since)[0])
    return [
        {
            "customer": row.customer_id,
            "date": timezone.localtime(row.at).date().isoformat(),
            "reason": row.reason,
        }
        for row in rows
    ]


def comments_for(user: User) -> list[dict[str, Any]]:
    """What others said about the person's records in the last days, latest first."""
    since = timezone.now() - timedelta(days=COMMENT_DAYS)
    rows = RecordComment.objects.visible_to(user).filter(record__by=user, at__gte=since).exclude(by=user)
    rows = rows.select_related("by", "record__customer").order_by("-at")
    return [
        {
            "at": row.at.isoformat(),
            "by": row.by.name if row.by else "",
            "customer": row.record.customer_id,
            "name": row.record.customer.short_name or row.record.customer.name,
            "text": row.text,
        }
        for row in rows[:20]
    ]


def last_records(user: User, customers: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Customer -> the last records in reach, latest first: what was done and what was promised."""
    newer = ContactRecord.objects.alive().filter(
        models.Q(started_at__gt=models.OuterRef("started_at")), customer=models.OuterRef("customer")
    )
    rank = models.functions.Coalesce(
        models.Subquery(
            newer.order_by().values("customer").annotate(n=models.Count("pk")).values("n"),
            output_field=models.IntegerField(),
        ),
        0,
    )
    rows = ContactRecord.objects.visible_to(user).filter(customer__in=customers).annotate(newer=rank)
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.filter(newer__lt=LAST_SHOWN).select_related("by").order_by("customer", "-started_at"):
        found[row.customer_id].append(_told(row))
    return found


def _told(row: ContactRecord) -> dict[str, Any]:
    told = {
        "at": row.started_at.isoformat(),
        "by": row.by.name,
        "content": row.content[:300],
        "new_plan": row.new_plan[:200],
        "appointment_at": _plain(row.appointment_at),
        "appointment_note": row.appointment_note,
        "goal_reached": row.goal_reached,
    }
    return {name: value for name, value in told.items() if value}


def last_checks(user: User, customers: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Customer -> the last store check: its score, items and lines, to prefill the next."""
    rows = StoreCheck.objects.visible_to(user).filter(customer__in=customers)
    latest = (
        rows.order_by().values("customer").annotate(last=models.Max("at")).values_list("customer", "last")
    )
    at = dict(latest)
    found: dict[int, dict[str, Any]] = {}
    for row in rows.filter(at__in=set(at.values())).prefetch_related("items", "lines"):
        if at.get(row.customer_id) == row.at:
            found[row.customer_id] = {
                "at": row.at.isoformat(),
                "score": str(row.score) if row.score is not None else None,
                "items": {item.code: item.points for item in row.items.all()},
                "lines": {
                    str(line.product_id): [
                        line.facings,
                        str(line.price) if line.price is not None else None,
                        line.stock,
                        line.activity,
                    ]
                    for line in row.lines.all()
                },
            }
    return found


def last_shelf(user: User, customers: Sequence[int]) -> dict[int, list[list[Any]]]:
    """Customer -> [product, stock, sold, price] of the latest period of the purchase-sales book, the best selling first."""
    if not may(user, "books.view"):
        return {}
    rows = BookLine.objects.visible_to(user).filter(customer__in=customers)
    last = dict(
        rows.order_by().values("customer").annotate(last=models.Max("start")).values_list("customer", "last")
    )
    found: dict[int, list[list[Any]]] = defaultdict(list)
    lines = rows.filter(start__in=set(last.values())).select_related("product")
    for row in lines.order_by("customer", models.F("sold").desc(nulls_last=True), "pk"):
        if last.get(row.customer_id) == row.start and len(found[row.customer_id]) < MOST_SHELF:
            price = str(row.price) if row.price is not None else None
            found[row.customer_id].append([row.product.title, row.stock, row.sold, price])
    return found


# For the desk -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Made:
    """What was made of one customer's visit on a day."""

    record_id: int
    by_id: int
    customer_id: int
    started_at: datetime
    ended_at: datetime | None
    planned_visit: int | None
    goal_reached: str
    distance: float | None
    signs: tuple[str, ...]
    lng: float | None
    lat: float | None


def made_between(user: User, first: date, last: date) -> list[Made]:
    """Visits in person in the user's reach that began on these days, by time. One query."""
    begin, end = day_bounds(first, last)
    rows = ContactRecord.objects.visible_to(user).filter(
        started_at__gte=begin, started_at__lt=end, method="person"
    )
    return [
        Made(
            row.pk,
            row.by_id,
            row.customer_id,
            row.started_at,
            row.ended_at,
            row.planned_visit,
            row.goal_reached,
            row.in_distance,
            tuple(row.in_signs),
            row.in_longitude,
            row.in_latitude,
        )
        for row in rows.order_by("started_at", "pk")
    ]


def missed_between(user: User, first: date, last: date) -> list[MissedVisit]:
    """What people in reach said they could not do on these days. One query."""
    begin, end = day_bounds(first, last)
    return list(MissedVisit.objects.visible_to(user).filter(at__gte=begin, at__lt=end).order_by("at", "pk"))


def last_of(customer: Customer, user: User, limit: int = 3) -> list[ContactRecord]:
    """The customer's last records in reach."""
    rows = ContactRecord.objects.visible_to(user).filter(customer=customer).select_related("by", "customer")
    return list(rows.order_by("-started_at", "-pk")[:limit])


def visits_since(moment: datetime) -> models.QuerySet[ContactRecord]:
    """All records begun since a moment, whoever made them: for sums that name nobody."""
    return ContactRecord.objects.alive().filter(started_at__gte=moment).order_by()


def last_time_at(customer: Customer, user: User) -> tuple[datetime, str] | None:
    """When and by whom the customer was last visited, as far as the user may see."""
    found = _LAST_TIME.rows(user, customer=customer.pk)
    return found[0] if found else None


_LAST_TIME = Prepared(
    lambda user, customer: (
        ContactRecord.objects.visible_to(user)
        .filter(customer=customer)
        .order_by("-started_at", "-pk")
        .values_list("started_at", "by__name")[:1]
    ),
    customer=models.BigIntegerField(),
)


def checks_of(customer: Customer, user: User, limit: int = 6) -> list[StoreCheck]:
    """The customer's store checks in reach, latest first."""
    rows = StoreCheck.objects.visible_to(user).filter(customer=customer)
    return list(rows.order_by("-at", "-pk")[:limit])


def checks_in(record: ContactRecord) -> list[StoreCheck]:
    """The store checks of a visit with their items and, on each item as `shown`, its photos."""
    photos = StoreCheckPhoto.objects.filter(attachment__deleted_at=None).select_related("attachment")
    items = models.Prefetch("items__photos", photos, to_attr="shown")
    return list(record.store_checks.prefetch_related("items__gap_owner", items).order_by("pk")[:MOST_CHECKS])


def check_lines(check: StoreCheck) -> list[StoreCheckLine]:
    """The grid of one store check, our products first."""
    return list(
        check.lines.select_related("product").order_by("-product__kind", "product__title_order", "product")
    )
