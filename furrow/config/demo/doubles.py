"""Shops the demo company has entered twice, as it happens everywhere, and the scan that found them (P2.3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from furrow.config.demo.moments import moment, told_at
from furrow.customers.models import Customer, Kind
from furrow.customers.scanning import start_scan
from furrow.customers.services import create_customer
from furrow.kit import jobs
from furrow.team.models import User

OFTEN_TRADITIONAL = str.maketrans("讯机电数码华兴东长广云达丰汇业", "訊機電數碼華興東長廣雲達豐匯業")
FIRST = 24  # earlier ones have cards, contacts and money, which a first look should not lose in a merge


def enter_twice(people: dict[str, User]) -> None:
    """One with a legal suffix, one in traditional characters, one under the number of its shop with the branch left out."""
    shops = list(
        Customer.objects.filter(kind=Kind.RETAILER).exclude(phone="").order_by("pk")[FIRST : FIRST + 3]
    )
    ways: list[Callable[[str], str]] = [
        lambda name: f"{name}有限公司",
        lambda name: name.translate(OFTEN_TRADITIONAL),
        lambda name: name.partition("（")[0][:4],
    ]
    at = moment(timezone.localdate() - timedelta(days=1), 16, 40)
    for shop, again in zip(shops, ways, strict=False):
        with told_at(at):
            create_customer(
                by=people["clerk"],
                name=again(shop.name),
                phone=shop.phone,
                region=shop.region,
                note="展会名片",
            )
    if job := start_scan(by=people["director"]):
        while jobs.run_step(job.pk) == job.Status.RUNNING:
            pass
