"""Reads over the daily round, sweeps and valid-customer lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models

from furrow.leads.models import ChannelCost, Lead
from furrow.leads.table_models import (
    AssignmentRule,
    ColdVisit,
    OwnPost,
    PostTrace,
    RoundStop,
    RoundTick,
    Sweep,
    SweepShop,
    ValidLine,
    ValidList,
)
from furrow.team.models import User


@dataclass(frozen=True)
class Stop:
    """A stop of the round on a day: its tick if it was looked at."""

    stop: RoundStop
    tick: RoundTick | None


@dataclass(frozen=True)
class Post:
    """An own post with its latest trace and what it grew since the one before."""

    post: OwnPost
    trace: PostTrace | None
    grown: int


def round_of(day: date) -> list[Stop]:
    """The stops in use with their ticks of a day."""
    ticks = {tick.stop_id: tick for tick in RoundTick.objects.filter(day=day).select_related("by")}
    stops = RoundStop.objects.filter(models.Q(is_active=True) | models.Q(pk__in=list(ticks)))
    return [Stop(stop, ticks.get(stop.pk)) for stop in stops]


def posts() -> list[Post]:
    """Own posts in use with answers and traces, latest post first."""
    rows = list(OwnPost.objects.filter(is_active=True).select_related("stop", "posted_by")[:200])
    traces: dict[int, list[PostTrace]] = {}
    for trace in PostTrace.objects.filter(post__in=rows).select_related("by").order_by("day", "pk"):
        traces.setdefault(trace.post_id, []).append(trace)
    found = []
    for post in rows:
        last, *before = reversed(traces.get(post.pk, [None]))
        grown = last.answers - before[0].answers if last and before and before[0] else 0
        found.append(Post(post, last, grown))
    return found


@dataclass(frozen=True)
class SweepLine:
    """A sweep with how many shops are done of how many."""

    sweep: Sweep
    shops: int
    done: int

    @property
    def left(self) -> int:
        return self.shops - self.done


def sweeps(user: User) -> list[SweepLine]:
    """Sweeps in reach, latest first."""
    rows = Sweep.objects.visible_to(user).select_related("rep", "region")
    counted: Any = rows.annotate(
        n=models.Count("shops", distinct=True), d=models.Count("shops__visit", distinct=True)
    )
    return [SweepLine(row, row.n, row.d) for row in counted[:100]]


def shops_of(sweep: Sweep) -> list[SweepShop]:
    """The shops of a sweep, those left first."""
    rows = SweepShop.objects.filter(sweep=sweep).select_related("visit__lead")
    return sorted(rows, key=lambda shop: (hasattr(shop, "visit"), shop.pk))


def loose_visits(user: User) -> list[ColdVisit]:
    """Cold visits of the last 30 days outside any sweep whose lead is in reach."""
    rows = ColdVisit.objects.filter(shop=None, lead__in=Lead.objects.visible_to(user))
    return list(rows.select_related("lead", "by")[:50])


@dataclass(frozen=True)
class BrandPart:
    """The lines of one brand on a valid-customer list; brand "" while customer service has not split them."""

    name: str
    director: str
    lines: list[ValidLine]


def valid_lines(listed: ValidList, user: User) -> list[ValidLine]:
    """The lines of a week in the user's reach, by brand."""
    if listed.pk is None:
        return []
    rows = ValidLine.objects.filter(list=listed, lead__in=Lead.objects.visible_to(user))
    rows = rows.select_related(
        "lead__brand__director",
        "lead__product",
        "lead__channel",
        "lead__holder",
        "lead__region",
        "decided_by",
    )
    return list(rows.order_by("lead__brand__name_order", "pk")[:1000])


def by_brand(lines: list[ValidLine]) -> list[BrandPart]:
    """The same, a part per brand; what is not split yet comes first."""
    parts: dict[int | None, list[ValidLine]] = {}
    for line in lines:
        parts.setdefault(line.lead.brand_id, []).append(line)
    found = []
    for key, rows in sorted(
        parts.items(),
        key=lambda part: (part[0] is not None, part[1][0].lead.brand.name if part[1][0].lead.brand else ""),
    ):
        brand = rows[0].lead.brand
        director = brand.director.name if brand and brand.director else ""
        found.append(BrandPart(brand.name if brand and key else "", director, rows))
    return found


def costs() -> models.QuerySet[ChannelCost]:
    """Latest first."""
    return ChannelCost.objects.select_related("channel")


def rules() -> models.QuerySet[AssignmentRule]:
    """All, by region."""
    return AssignmentRule.objects.select_related("region", "brand", "product", "person")
