"""当日数据: what a phone keeps so that a day needs no signal. Today ±3 days in full, keys of own customers, whatever else the parts of
settings.PHONE_PARTS add. Everything is plain JSON; positions are [lng, lat] in WGS-84 with GCJ-02 and BD-09 beside them for the maps
that people drive by.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.module_loading import import_string

from furrow.catalog.models import Product
from furrow.catalog.models import Status as ProductStatus
from furrow.contacts.models import ContactLink
from furrow.contacts.queries import upcoming_birthdays
from furrow.customers.models import Customer
from furrow.field.models import FieldPolicy, PositionNotice
from furrow.kit.positions import CoordinateSystem, from_wgs84
from furrow.planning.models import PlannedVisit, Route
from furrow.planning.queries import Stop, stops_of
from furrow.team.access import may
from furrow.team.models import User
from furrow.visits import queries as visits
from furrow.visits.services import all_steps

DAYS_FULL = 3
DAYS_KEYS = 14
MOST_KEYS = 600
MOST_PRODUCTS = 120
MOST_PEOPLE = 4
BIRTHDAY_DAYS = 7


def day_package(user: User, today: date | None = None) -> dict[str, Any]:
    """All of it; a constant number of queries."""
    today = today or timezone.localdate()
    stops = _stops(user, today)
    near = [stop for stop in stops if abs((stop.date - today).days) <= DAYS_FULL]
    full = {stop.customer_id for stop in near}
    return {
        "user": {"id": user.pk, "name": user.name},
        "today": today.isoformat(),
        "made_at": timezone.now().isoformat(),
        "days": _days(user, near),
        "ahead": [
            [stop.date.isoformat(), stop.customer_id, f"{stop.start:%H:%M}"]
            for stop in stops
            if stop not in near
        ],
        "customers": _customers(user, full, {stop.customer_id for stop in stops}),
        "records": visits.own_records(user, today - timedelta(days=DAYS_FULL)),
        "missed": visits.own_missed(user, today - timedelta(days=DAYS_FULL)),
        "comments": visits.comments_for(user),
        "steps": {
            kind: [[step.kind, step.mandatory] for step in steps] for kind, steps in all_steps().items()
        },
        "products": _products(user),
        "positions": _positions(user),
        "parts": {name: _part(path, user, full) for name, path in settings.PHONE_PARTS.items()},
        "birthdays": _birthdays(user, today),
        "commands": sorted(settings.PHONE_COMMANDS),
    }


def _part(path: str, user: User, customers: set[int]) -> Any:
    """What another room adds: `(user, customer ids) -> JSON`."""
    provider: Callable[[User, set[int]], Any] = import_string(path)
    return provider(user, customers)


def _stops(user: User, today: date) -> list[Stop]:
    window = (today - timedelta(days=DAYS_KEYS), today + timedelta(days=DAYS_KEYS))
    rows = PlannedVisit.objects.visible_to(user).published().filter(plan__rep=user, date__range=window)
    return stops_of(rows.filter(customer__deleted_at=None))


def _days(user: User, stops: Iterable[Stop]) -> dict[str, Any]:
    """Date -> the day's line: where it begins, its stops in order, the drive home."""
    by_day: dict[date, list[Stop]] = defaultdict(list)
    for stop in stops:
        by_day[stop.date].append(stop)
    plans = {stop.plan_id for found in by_day.values() for stop in found}
    rows = Route.objects.filter(plan__in=plans, date__in=by_day).select_related("plan")
    routes = {row.date: row for row in rows}
    return {on.isoformat(): _day(found, routes.get(on)) for on, found in sorted(by_day.items())}


def _day(stops: list[Stop], route: Route | None) -> dict[str, Any]:
    made: dict[str, Any] = {"stops": [_stop(stop) for stop in stops]}
    if route is not None:
        if route.plan.longitude is not None and route.plan.latitude is not None:
            made["base"] = [round(route.plan.longitude, 6), round(route.plan.latitude, 6)]
        made |= {"back": f"{route.back:%H:%M}", "back_km": round(route.back_metres / 1000, 1)}
    return made


def _stop(stop: Stop) -> dict[str, Any]:
    return {
        "planned": stop.id,
        "customer": stop.customer_id,
        "order": stop.order,
        "start": f"{stop.start:%H:%M}",
        "leave": f"{stop.leave:%H:%M}",
        "km": round(stop.drive_km, 1),
        "min": round(stop.drive_minutes),
    }


def _customers(user: User, full: set[int], planned: set[int]) -> dict[str, Any]:
    """Id -> what is known: keys of own customers and of those the plan sends to, the planned first; all of it for the days in full."""
    own = Customer.objects.alive().filter(models.Q(owner=user) | models.Q(pk__in=planned))
    first = models.Case(models.When(pk__in=planned, then=0), default=1, output_field=models.IntegerField())
    rows = list(own.order_by(first, "name_order", "pk")[:MOST_KEYS])
    known = {str(row.pk): _key(row) for row in rows}
    inside = [row.pk for row in rows if row.pk in full]
    people, last, checks, shelf = (
        _people(user, inside),
        visits.last_records(user, inside),
        visits.last_checks(user, inside),
        visits.last_shelf(user, inside),
    )
    for row in rows:
        if row.pk in full:
            known[str(row.pk)] |= {
                "full": True,
                "address": row.address,
                "people": people.get(row.pk, []),
                "last": last.get(row.pk, []),
                "check": checks.get(row.pk),
                "shelf": shelf.get(row.pk, []),
            }
    return known


def _key(row: Customer) -> dict[str, Any]:
    """What the list of customers needs."""
    key: dict[str, Any] = {
        "name": row.short_name or row.name,
        "grade": row.visit_grade,
        "phone": row.phone,
        "code": row.code,
    }
    if row.longitude is not None and row.latitude is not None:
        key["at"] = _point(row.longitude, row.latitude)
        key["gcj"] = _point(*from_wgs84(row.longitude, row.latitude, CoordinateSystem.GCJ02))
        key["bd"] = _point(*from_wgs84(row.longitude, row.latitude, CoordinateSystem.BD09))
    return key


def _point(lng: float, lat: float) -> list[float]:
    return [round(lng, 6), round(lat, 6)]


def _people(user: User, customers: list[int]) -> dict[int, list[list[Any]]]:
    """Customer -> [name, position, phone] of its contacts, the main one first."""
    found: dict[int, list[list[Any]]] = defaultdict(list)
    if may(user, "contacts.view"):
        links = ContactLink.objects.visible_to(user).filter(customer__in=customers).select_related("contact")
        for link in links.order_by("customer", "-is_main", "pk"):
            if len(found[link.customer_id]) < MOST_PEOPLE:
                found[link.customer_id].append([link.contact.name, link.contact.position, link.contact.phone])
    return found


def _products(user: User) -> list[list[Any]]:
    """[id, title, own] for the grid of a store check: ours first, then rivals'."""
    if not may(user, "catalog.view"):
        return []
    rows = (
        Product.objects.visible_to(user)
        .filter(status=ProductStatus.SOLD)
        .order_by("-kind", "title_order", "pk")
    )
    return [
        [pk, title, kind == "own"]
        for pk, title, kind in rows.values_list("pk", "title", "kind")[:MOST_PRODUCTS]
    ]


def _birthdays(user: User, today: date) -> list[list[Any]]:
    """[date, name, customer id, customer name] of the coming days."""
    if not may(user, "contacts.view"):
        return []
    coming = upcoming_birthdays(user, today, BIRTHDAY_DAYS)
    return [[one.day.isoformat(), one.contact.name, one.customer_pk, one.customer_name] for one in coming]


def _positions(user: User) -> dict[str, bool]:
    """Whether positions are shown in the live view, and whether this person has been told."""
    policy = FieldPolicy.objects.filter(pk=1).first()
    shown = bool(policy and policy.show_positions)
    return {"shown": shown, "told": shown and PositionNotice.objects.filter(user=user).exists()}
