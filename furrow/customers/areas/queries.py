"""Reads of the regions browser: what is known of a region and of those right below it. A constant number of queries, whatever their size.

How complete the archives are is a matter of the company and the same for everybody; customers and shares are those in the reader's reach.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from furrow.customers.archives.models import NO_REGION, ArchiveCount
from furrow.customers.archives.rules import (
    ARCHIVES,
    BESIDE,
    SHARED_KINDS,
    Archive,
    Sums,
    area_completeness,
    of_archive,
    total,
)
from furrow.customers.areas.models import AreaPlan
from furrow.customers.areas.rules import Standing, standing
from furrow.customers.models import Customer
from furrow.kit.places import Region
from furrow.kit.regions import region_book
from furrow.team.models import User

DEFAULT_NEEDED: int = AreaPlan._meta.get_field("completeness_needed").default
ByKind = dict[str, Sums]


@dataclass(frozen=True, slots=True)
class ArchiveLine:
    """One archive of an area or of the whole company."""

    archive: Archive
    sums: Sums
    today: date

    @property
    def percent(self) -> int:
        return self.sums.percent or 0

    @property
    def age(self) -> int | None:
        return self.sums.age(self.today)

    @property
    def confirmed(self) -> int:
        return self.sums.share("confirmed") or 0


@dataclass(frozen=True, slots=True)
class Area:
    """One region: its plan (None: none yet), the sums over customers in reach, and how complete its archives are."""

    code: str
    name: str
    level: int
    plan: AreaPlan | None
    sums: Sums
    percent: int
    archives: tuple[ArchiveLine, ...]

    @property
    def needed(self) -> int:
        return self.plan.completeness_needed if self.plan else DEFAULT_NEEDED

    @property
    def standing(self) -> Standing:
        plan = self.plan
        return standing(
            opened=plan is not None and plan.opened_on is not None,
            planned=plan is not None,
            percent=self.percent,
            needed=self.needed,
        )

    @property
    def order(self) -> int | None:
        return self.plan.opening_order if self.plan else None

    @property
    def owned(self) -> int | None:
        return self.sums.share("owned")

    @property
    def graded(self) -> int | None:
        return self.sums.share("graded")

    @property
    def placed(self) -> int | None:
        return self.sums.share("placed")

    @property
    def visited(self) -> int | None:
        return self.sums.share("visited")


@dataclass(frozen=True, slots=True)
class AreaBar:
    """One region in the picture of customers and coverage: `parts` as the house draws them, beside `longest`, the most customers of any."""

    code: str
    name: str
    customers: int
    visited: int
    owned: int
    parts: tuple[tuple[str, float], ...]
    longest: int


def bars(found: Iterable[Area], most: int = 12) -> list[AreaBar]:
    """The regions with most customers: visited within the cycle, owned but not visited, without owner. The longest fills the line."""
    rows = sorted(
        (one for one in found if one.sums.customers), key=lambda one: (-one.sums.customers, one.code)
    )
    longest = rows[0].sums.customers if rows else 0
    told = []
    for one in rows[:most]:
        visited, owned = one.sums.visited, one.sums.owned
        waiting, nobodys = max(0, owned - visited), max(0, one.sums.customers - max(owned, visited))
        parts = (("1", visited), ("5", waiting), ("6", nobodys))
        told.append(AreaBar(one.code, one.name, one.sums.customers, visited, owned, parts, longest))
    return told


def region_or_none(code: str) -> Region | None:
    """The region of a code."""
    return Region.objects.filter(pk=code).first() if code.isascii() and code.isdigit() else None


def plan_of(code: str) -> AreaPlan | None:
    """The plan of a region; None while it has none."""
    return AreaPlan.objects.filter(pk=code).first()


def without_region(user: User) -> int:
    """How many customers in reach stand in no region."""
    return total(sums_of([NO_REGION], user).get(NO_REGION, {}).values()).customers


def area(code: str, user: User) -> Area:
    """One region by its code."""
    return _areas([code], user)[0]


def areas_below(code: str, user: User) -> list[Area]:
    """The regions right below one (provinces for ""), in the order of their codes."""
    codes = [row.code for row in region_book().below(code)]
    if not codes and code:
        codes = list(Region.objects.filter(parent=code).order_by("code").values_list("code", flat=True))
    return _areas(codes, user)


def opening_list(user: User) -> list[Area]:
    """All areas with a place in the opening order, first to be opened first, opened ones last."""
    rows = AreaPlan.objects.exclude(opening_order=None).order_by("opening_order", "region_id")[:500]
    found = _areas([plan.region_id for plan in rows], user)
    return sorted(found, key=lambda one: (one.standing is Standing.OPEN, one.order or 0, one.code))


def _areas(codes: Sequence[str], user: User) -> list[Area]:
    if not codes:
        return []
    book, language = region_book(), get_language() or ""
    plans = AreaPlan.objects.select_related("opened_by").in_bulk(list(codes))
    whole, mine = sums_of(codes), sums_of(codes, user)
    shared = _shared({above for code in codes for above in _line_above(code)})
    today = timezone.localdate()
    found = []
    for code in codes:
        by_kind = dict(whole.get(code, {}))
        for above in _line_above(code):
            for kind, sums in shared.get(above, {}).items():
                by_kind[kind] = by_kind.get(kind, Sums()) + sums
        row = book.division(code)
        found.append(
            Area(
                code,
                book.name(code, language),
                row.level if row else 0,
                plans.get(code),
                total(mine.get(code, {}).values()),
                area_completeness(by_kind),
                tuple(ArchiveLine(one, of_archive(one, by_kind), today) for one in ARCHIVES),
            )
        )
    return found


def sums_of(codes: Iterable[str], user: User | None = None) -> dict[str, ByKind]:
    """Region code -> kind -> sums, from the last count; with a user over the customers in reach."""
    rows = ArchiveCount.objects.visible_to(user) if user else ArchiveCount.objects.all()
    counted = (
        rows.filter(region__in=list(codes))
        .order_by()
        .values_list("region", "kind")
        .annotate(
            all_=models.Sum("customers"),
            owned_=models.Sum("customers", filter=models.Q(owner__isnull=False), default=0),
            graded_=models.Sum("graded"),
            placed_=models.Sum("placed"),
            visited_=models.Sum("visited"),
            percents_=models.Sum("percents"),
            confirmed_=models.Sum("confirmed"),
            days_=models.Sum("confirmed_days"),
        )
    )
    found: dict[str, ByKind] = {}
    for region, kind, *values in counted:
        sums = Sums(*(int(value) for value in values))
        found.setdefault(region, {})[kind] = sums
    return found


def _line_above(code: str) -> list[str]:
    return [row.code for row in region_book().line(code)[:-1]]


def _shared(codes: Iterable[str]) -> dict[str, ByKind]:
    """What the shared archives hold of these very regions, not of those below them."""
    wanted = list(codes)
    if not wanted:
        return {}
    rows = Customer.objects.alive().filter(region__in=wanted, kind__in=SHARED_KINDS).order_by()
    counted = rows.values_list("region_id", "kind").annotate(
        n=models.Count("pk"),
        percents=models.Sum("archive__percent", default=0),
        confirmed=models.Count("archive__confirmed_day"),
        days=models.Sum("archive__confirmed_day", default=0),
    )
    found: dict[str, ByKind] = {}
    for region, kind, n, percents, confirmed, days in counted:
        found.setdefault(str(region), {})[kind] = Sums(
            customers=n, percents=percents, confirmed=confirmed, confirmed_days=days
        )
    return found


def archive_lines(user: User, region: str = "") -> list[ArchiveLine]:
    """The five archives and the key accounts over the customers in reach, in one region or all of them."""
    by_kind = sums_of([region], user).get(region, {})
    today = timezone.localdate()
    return [ArchiveLine(one, of_archive(one, by_kind), today) for one in (*ARCHIVES, BESIDE)]


@dataclass(frozen=True, slots=True)
class OwnerLine:
    """What one owner's part of the archives is worth; nobody's has no id."""

    owner_id: int | None
    name: str
    sums: Sums
    today: date

    @property
    def percent(self) -> int:
        return self.sums.percent or 0

    @property
    def age(self) -> int | None:
        return self.sums.age(self.today)

    @property
    def confirmed(self) -> int:
        return self.sums.share("confirmed") or 0


def owner_lines(user: User, region: str = "", most: int = 100) -> list[OwnerLine]:
    """The archives by owner, those with most customers first."""
    rows = ArchiveCount.objects.visible_to(user).filter(region=region).order_by()
    counted = rows.values_list("owner_id", "owner__name").annotate(
        n=models.Sum("customers"),
        graded_=models.Sum("graded"),
        placed_=models.Sum("placed"),
        visited_=models.Sum("visited"),
        percents_=models.Sum("percents"),
        confirmed_=models.Sum("confirmed"),
        days_=models.Sum("confirmed_days"),
    )
    today = timezone.localdate()
    found = [
        OwnerLine(owner, name or _("No owner"), Sums(n, n if owner else 0, *values), today)
        for owner, name, n, *values in counted
    ]
    return sorted(found, key=lambda line: (-line.sums.customers, line.name))[:most]
