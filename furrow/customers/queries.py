"""Reads over customers: the map, look-alikes, Ctrl-K, figures of the home page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models.functions import Floor
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from furrow.customers.models import Customer
from furrow.customers.search import CUSTOMERS
from furrow.kit.figures import listed
from furrow.kit.maps import Bounds, shown
from furrow.kit.regions import region_book
from furrow.kit.shell import Card, Figure, PaletteItem, Step
from furrow.team.access import may
from furrow.team.models import User

SUB_TIERS, SUB_DEALERS = 4, 200


def bounds(rows: models.QuerySet[Customer]) -> tuple[float, float, float, float] | None:
    """West, south, east, north of the customers' positions as the map shows them; None when nobody has one."""
    edges = rows.order_by().aggregate(
        w=models.Min("longitude"),
        s=models.Min("latitude"),
        e=models.Max("longitude"),
        n=models.Max("latitude"),
    )
    if edges["w"] is None:
        return None
    return (*shown(edges["w"], edges["s"]), *shown(edges["e"], edges["n"]))


def on_map(rows: models.QuerySet[Customer], area: Bounds) -> dict[str, Any]:
    """Customers inside `area`: single ones as [id, lng, lat, grade, owner id, name], those too close together counted per
    square as [lng, lat, count, A, B, C, D]; and the totals by grade and by owner."""
    west, south, east, north = area.stored
    inside = rows.order_by().filter(longitude__range=(west, east), latitude__range=(south, north))
    grades = dict(inside.values_list("visit_grade").annotate(n=models.Count("pk")))
    owners = list(
        inside.values_list("owner_id", "owner__name").annotate(n=models.Count("pk")).order_by("-n")[:20]
    )
    squares = (
        inside.annotate(
            x=Floor(models.F("longitude") / area.square), y=Floor(models.F("latitude") / area.square)
        )
        .values_list("x", "y")
        .annotate(
            lng=models.Avg("longitude"),
            lat=models.Avg("latitude"),
            n=models.Count("pk"),
            **{f"n_{letter}": models.Count("pk", filter=models.Q(visit_grade=letter)) for letter in "ABCD"},
            first=models.Min("pk"),
        )
    )
    many: list[tuple[float, ...]] = []
    single: list[int] = []
    for _x, _y, lng, lat, n, a, b, c, d, pk in squares:
        if n == 1:
            single.append(pk)
        else:
            many.append((*shown(lng, lat), n, a, b, c, d))
    return {
        "grades": grades,
        "owners": owners,
        "total": sum(grades.values()),
        "squares": many,
        "points": _points(single),
    }


def _points(ids: list[int]) -> list[tuple[Any, ...]]:
    fields = ("pk", "longitude", "latitude", "visit_grade", "owner_id", "name")
    found = (
        Customer.objects.alive().filter(pk__in=ids).order_by("visit_grade", "name_order").values_list(*fields)
    )
    return [(pk, *shown(lng, lat), grade, owner, name) for pk, lng, lat, grade, owner, name in found]


def region_names(text: str, language: str) -> list[str]:
    """Up to ten full names of regions for what was typed so far."""
    book = region_book()
    code = book.resolve(address=text[:60]) if text.strip() else None
    codes = [code] if code else []
    codes += [division.code for division in book.below(code or "")][:10]
    return [book.full_name(found, language) for found in codes][:10]


def customer_called(rows: models.QuerySet[Customer], text: str) -> Customer | None:
    """The customer with this code, "code name", or name if only one has it."""
    by_code = rows.filter(code__in=[text, text.split(" ")[0]])[:2]
    if len(by_code) == 1:
        return by_code[0]
    by_name = rows.filter(models.Q(name=text) | models.Q(short_name=text))[:2]
    return by_name[0] if len(by_name) == 1 else None


def palette(user: User, text: str, limit: int) -> list[PaletteItem]:
    """Customers for Ctrl-K."""
    if not may(user, "customers.view"):
        return []
    ids = CUSTOMERS.match(text, limit=limit, within=Customer.objects.visible_to(user), slips=True)
    rows = {
        row[0]: row
        for row in Customer.objects.visible_to(user)
        .filter(pk__in=ids)
        .values_list("pk", "name", "code", "region_id")
    }
    book, language = region_book(), get_language() or ""
    return [
        PaletteItem(
            name,
            reverse("customers:page", args=[pk]),
            sub=f"{code} {book.name(region, language) if region else ''}".strip(),
            icon="building-store",
        )
        for pk, name, code, region in (rows[pk] for pk in ids if pk in rows)
    ]


def home_card(user: User) -> Card | None:
    """Customers in reach by grade, and how many cannot be planned yet."""
    if not may(user, "customers.view"):
        return None
    rows = Customer.objects.visible_to(user).order_by()
    counted = rows.aggregate(
        total=models.Count("pk"),
        ungraded=models.Count("pk", filter=models.Q(visit_grade="")),
        unplaced=models.Count("pk", filter=models.Q(longitude=None)),
        unowned=models.Count("pk", filter=models.Q(owner=None)),
        **{letter: models.Count("pk", filter=models.Q(visit_grade=letter)) for letter in "ABCD"},
    )
    if not counted["total"]:
        return None
    figures = (
        Figure(
            _("Customers"),
            f"{counted['total']:,}",
            sub=listed(f"{letter}\u00a0{counted[letter]:,}" for letter in "ABCD"),
        ),
        Figure(_("Not graded"), _listed(counted["ungraded"], "grade=none")),
        Figure(_("No position"), _listed(counted["unplaced"], "without=position")),
        Figure(_("No owner"), _listed(counted["unowned"], "owner=none")),
    )
    return Card(_("Customers"), figures, reverse("customers:list"), _("Open customers"))


def _listed(number: int, query: str) -> str:
    """The number, leading to the customers it counts."""
    if not number:
        return "0"
    return format_html('<a href="{}?{}">{}</a>', reverse("customers:list"), query, f"{number:,}")


def import_step(user: User) -> Step | None:
    """First step of a new company: bring the customers in."""
    if not may(user, "customers.import"):
        return None
    number = Customer.objects.visible_to(user).order_by()[:100_000].count()
    return Step(
        _("Import your customers"),
        _("An Excel or CSV list as it lies on your disk: columns are recognized by themselves."),
        reverse("customers:import"),
        _("Import a list"),
        "file-import",
        number > 0,
        ngettext("%(number)s customer", "%(number)s customers", number) % {"number": f"{number:,}"},
    )


def grade_step(user: User) -> Step | None:
    """Second step: grades, because they set how often a customer is visited."""
    if not may(user, "assessment.assess"):
        return None
    rows = Customer.objects.visible_to(user).order_by()
    graded = rows.exclude(visit_grade="")[:100_000].count()
    return Step(
        _("Grade them"),
        _("A to D: the grade sets how often a customer is visited. Tick rows in the list, then Grade."),
        reverse("customers:list") + "?grade=none",
        _("Grade customers"),
        "award",
        graded > 0,
        ngettext("%(number)s graded", "%(number)s graded", graded) % {"number": f"{graded:,}"},
    )


@dataclass(frozen=True, slots=True)
class BelowDealer:
    """A dealer below another: how many tiers down, and whom."""

    depth: int
    customer: Customer


def sub_dealers(customer: Customer, user: User) -> list[BelowDealer]:
    """The tree of dealers below one, depth first, as far as the user may see; one query a tier, at most SUB_TIERS."""
    children: dict[int, list[Customer]] = {}
    tier, seen = [customer.pk], {customer.pk}
    for _tier in range(SUB_TIERS):
        rows = Customer.objects.visible_to(user).filter(dealer__parent__in=tier).select_related("dealer")
        found = [row for row in rows.order_by("name_order")[:SUB_DEALERS] if row.pk not in seen]
        for row in found:
            children.setdefault(row.dealer.parent_id or 0, []).append(row)
        tier = [row.pk for row in found]
        seen.update(tier)
        if not tier:
            break
    told: list[BelowDealer] = []

    def tell(pk: int, depth: int) -> None:
        for row in children.get(pk, ()):
            told.append(BelowDealer(depth, row))
            tell(row.pk, depth + 1)

    tell(customer.pk, 0)
    return told
