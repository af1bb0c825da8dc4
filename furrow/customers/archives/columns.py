"""What the archives add to the customer list: completeness, last confirmation, the facts each kind is told apart by, a tab per archive."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.customers.archives.counting import day_of
from furrow.customers.archives.models import ArchiveState
from furrow.customers.card.groups import column_of
from furrow.customers.models import Kind
from furrow.kit.figures import NOTHING, money
from furrow.records.record import NONE, Column, Filter, View, plain

STEPS = {"0": (0, 29), "30": (30, 59), "60": (60, 79), "80": (80, 100)}
AGES = {"90": 90, "180": 180, "365": 365}


def _percent(value: int | None) -> str:
    return NOTHING if value is None else f"{value}%"


def _choice(path: str) -> Column:
    """A fact of one kind that is one of several choices."""
    field = column_of(path)
    labels = dict(field.flatchoices)
    return Column(
        path.replace(".", "_"),
        field.verbose_name,
        (path.replace(".", "__"),),
        show=lambda value: plain(labels.get(value, "")),
        export=lambda value: str(labels.get(value, "")),
        default=False,
    )


def _fact(path: str) -> Column:
    return Column(
        path.replace(".", "_"),
        column_of(path).verbose_name,
        (path.replace(".", "__"),),
        show=money if path.endswith("_price") else plain,
        export=lambda value: value,
        numeric=path.endswith("_price"),
        default=False,
    )


COLUMNS = (
    Column(
        "complete",
        _("Completeness"),
        ("archive__percent",),
        show=_percent,
        export=lambda value: value,
        numeric=True,
        default=False,
    ),
    Column(
        "confirmed",
        _("Last confirmed"),
        ("archive__confirmed_day",),
        show=lambda value: plain(day_of(value)),
        export=day_of,
        default=False,
    ),
    _choice("dealer.tier"),
    _choice("dealer.tie"),
    _choice("carrier_hall.carrier"),
    _fact("rival.maker"),
    _fact("rival.rival_brand"),
    _fact("rival.trade_price"),
    _fact("rival.retail_price"),
    _choice("public_body.body"),
    _fact("consumer.bought"),
    _fact("company.industry"),
)


def _complete(rows: models.QuerySet[Any], values: list[str]) -> models.QuerySet[Any]:
    condition = models.Q(pk__in=[])
    for value in values:
        condition |= models.Q(percent__range=STEPS[value])
    return rows.filter(pk__in=ArchiveState.objects.filter(condition).values("customer"))


def _confirmed(rows: models.QuerySet[Any], values: list[str]) -> models.QuerySet[Any]:
    """Those not confirmed for so many days, or never."""
    condition = models.Q(pk__in=[])
    for value in values:
        if value == NONE:
            condition |= models.Q(confirmed_day=None)
        else:
            day = timezone.localdate() - timedelta(days=AGES[value])
            condition |= models.Q(confirmed_day__lt=day.toordinal())
    return rows.filter(pk__in=ArchiveState.objects.filter(condition).values("customer"))


FILTERS = (
    Filter(
        "complete",
        _("Completeness"),
        lambda user: [
            ("0", _("Under 30%")),
            ("30", _("30 to 59%")),
            ("60", _("60 to 79%")),
            ("80", _("80% and more")),
        ],
        _complete,
    ),
    Filter(
        "confirmed",
        _("Last confirmed"),
        lambda user: [
            ("90", _("Over 90 days ago")),
            ("180", _("Over 180 days ago")),
            ("365", _("Over a year ago")),
            (NONE, pgettext_lazy("confirmed", "never")),
        ],
        _confirmed,
    ),
)


def _view(label: Any, kinds: tuple[Kind, ...], *columns: str) -> View:
    chosen = ("grade", "code", *columns, "region", "owner", "complete", "confirmed")
    return View(label, "&".join([f"kind={kind}" for kind in kinds] + [f"cols={name}" for name in chosen]))


VIEWS = (
    _view(pgettext_lazy("archive", "Dealers"), (Kind.DEALER,), "dealer_tier", "dealer_tie", "phone"),
    _view(pgettext_lazy("archive", "Retailers"), (Kind.RETAILER, Kind.CARRIER), "channel", "phone"),
    _view(_("Key accounts"), (Kind.KEY_ACCOUNT,), "company_industry", "phone"),
    _view(pgettext_lazy("archive", "Consumers"), (Kind.CONSUMER,), "phone", "consumer_bought"),
    _view(_("Competing products"), (Kind.RIVAL,), "rival_maker", "rival_rival_brand", "rival_trade_price", "rival_retail_price"),
    _view(_("PR environment"), (Kind.PUBLIC,), "public_body_body", "contact", "phone"),
)  # fmt: skip
