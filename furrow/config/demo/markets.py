"""Areas of the demo company on their way to being opened, two custom fields, and the archives counted."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from furrow.config.demo.moments import moment, told_at
from furrow.customers.archives.counting import start_count
from furrow.customers.areas.models import SoughtLevel
from furrow.customers.areas.services import open_area, plan_area
from furrow.customers.card.services import change_facts
from furrow.customers.custom.services import create_field
from furrow.customers.models import Customer, Kind
from furrow.kit import jobs
from furrow.kit.places import Region
from furrow.team.models import User

# Code, completeness needed; in their opening order. The first is open, by exception.
AREAS = (("420103", 60), ("420102", 60), ("420104", 10), ("420111", 60))
FILLED = 30


def open_markets(people: dict[str, User]) -> None:
    """Plans of four districts and of the city; custom fields of shops."""
    director = people["director"]
    today = timezone.localdate()
    with told_at(moment(today - timedelta(days=70), 10)):
        _plans(director)
    with told_at(moment(today - timedelta(days=14), 13, 45)):
        _fields(people)


def open_first(people: dict[str, User]) -> None:
    """The archives counted with everything that is in them, and the first area opened."""
    director = people["director"]
    if job := start_count(by=director):
        jobs.run_step(job.pk)
    open_area(
        Region.objects.get(pk=AREAS[0][0]), by=director, reason="总部所在区，首批门店随厂家新品上市进场"
    )


def _plans(director: User) -> None:
    plan_area(Region.objects.get(pk="4201"), by=director, level_sought=SoughtLevel.PREFECTURE)
    for order, (code, needed) in enumerate(AREAS, start=1):
        plan_area(
            Region.objects.get(pk=code),
            by=director,
            level_sought=SoughtLevel.COUNTY,
            opening_order=order,
            completeness_needed=needed,
        )


def _fields(people: dict[str, User]) -> None:
    admin = people["admin"]
    shelf = create_field(
        by=admin, label="货架米数", type="number", kind=Kind.RETAILER, help_text="我司产品所占货架"
    )
    wish = create_field(by=admin, label="合作意向", type="choice", choices=("高", "中", "低"))
    shops = Customer.objects.alive().filter(kind=Kind.RETAILER).select_related("owner").order_by("pk")
    for number, shop in enumerate(shops.exclude(owner=None)[:FILLED]):
        facts = {shelf.name: f"{1 + number % 5}.{number % 2 * 5}", wish.name: "高中低"[number % 3]}
        change_facts(shop, facts, by=shop.owner)
