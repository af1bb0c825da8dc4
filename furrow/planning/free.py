"""Customers without an owner: where they are, which cities take part in a plan, and whether the chosen reps get there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import get_language

from furrow.customers.models import Customer, Status
from furrow.kit.regions import region_book
from furrow.planning.problem import PRIORITIES
from furrow.planning.rules import PolicyRules
from furrow.routing.problem import Rep, Site
from furrow.routing.reach import day_minutes, round_trips
from furrow.routing.travel import CityTravel
from furrow.team.models import User

NOWHERE = "-"
"""Stands for customers whose region is not known."""


@dataclass(frozen=True, slots=True)
class City:
    """A city with its customers without an owner. `code` is the beginning of its region codes."""

    code: str
    name: str
    customers: int
    ungraded: int


def free_customers(user: User) -> Any:
    """Customers without an owner that the user may plan."""
    return Customer.objects.visible_to(user).filter(owner=None).exclude(status=Status.LOST).order_by()


def free_cities(user: User) -> tuple[City, ...]:
    """Cities with customers without an owner, most customers first. One query."""
    found: dict[str, Counter[bool]] = defaultdict(Counter)
    rows = free_customers(user).values_list("region_id", "visit_grade").annotate(n=Count("pk"))
    for region, grade, n in rows:
        found[city_code(region or "")][not grade] += n
    language = get_language() or "zh-hans"
    cities = [
        City(
            code,
            "" if code == NOWHERE else region_book().name(code, language),
            counted.total(),
            counted[True],
        )
        for code, counted in found.items()
    ]
    return tuple(sorted(cities, key=lambda city: (-city.customers, city.code)))


def city_code(region: str) -> str:
    """The prefecture's four digits; two where the province itself is the city."""
    line = [division.code for division in region_book().line(region)]
    if not line:
        return NOWHERE
    return next((code for code in line if len(code) == 4), line[0])


def taking_part(codes: Iterable[str] | None) -> Q:
    """Condition on customers: with an owner, or in one of the cities; None stands for all."""
    if codes is None:
        return Q()
    wanted = ~Q(owner=None)
    for code in codes:
        wanted |= Q(region=None) if code == NOWHERE else Q(region__code__startswith=code)
    return wanted


def too_far(
    user: User, reps: Sequence[User], rules: PolicyRules, cities: Iterable[str] | None = None
) -> tuple[tuple[User, ...], tuple[City, ...]]:
    """Reps whose start point is farther than a day from every customer without an owner, and cities with such
    customers none of whom has a start point within a day; only customers in `cities` count, None stands for all. Two queries.

    Places are rounded to a kilometer, so that many customers of one city are asked about once.
    """
    based = [rep for rep in reps if rep.has_start_point]
    rows = free_customers(user).filter(taking_part(cities)).exclude(longitude=None).exclude(latitude=None)
    places = rows.values_list("longitude", "latitude", "region_id")
    spots = sorted({(round(lng, 2), round(lat, 2), city_code(region or "")) for lng, lat, region in places})
    if not based or not spots:
        return (), ()
    shortest = min(rules.lines[grade].service_minutes for grade in PRIORITIES)
    travel = CityTravel(rules.travel.detour, rules.travel.speed_kmh, rules.travel.park_minutes)
    sites = [Site(str(n), lng, lat) for n, (lng, lat, _city) in enumerate(spots)]
    who = [
        Rep(
            str(rep.pk),
            rep.longitude,
            rep.latitude,
            rep.work_start.hour * 60 + rep.work_start.minute,
            rep.work_end.hour * 60 + rep.work_end.minute,
        )
        for rep in based
    ]
    near = [
        {k for k, rep in enumerate(who) if trip[k] + shortest <= day_minutes(rep)}
        for trip in round_trips(travel, who, sites)
    ]
    reaching = set().union(*near)
    reached = {city for (_lng, _lat, city), reps_near in zip(spots, near, strict=True) if reps_near}
    unreached = {city for _lng, _lat, city in spots} - reached
    return (
        tuple(rep for k, rep in enumerate(based) if k not in reaching),
        tuple(city for city in free_cities(user) if city.code in unreached),
    )
