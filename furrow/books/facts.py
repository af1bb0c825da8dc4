"""What the purchase-sales book tells the scorecards: value bought in twelve months, its growth, sell-through (P3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from furrow.books.models import BookLine
from furrow.catalog.models import Kind, ListPrice
from furrow.kit.facts import Fact, months

FOUR = Decimal("0.0001")


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _bought(ids: Sequence[int], start: date, end: date) -> dict[int, Decimal]:
    """Value of our own products bought in periods that began after `start` up to `end`: units at the retail price of the line, else at the
    list price valid when the period ended. A line with neither is left out."""
    valid = ListPrice.objects.filter(
        product=models.OuterRef("product"), valid_from__lte=models.OuterRef("end")
    )
    price = Coalesce(
        models.F("price"),
        models.Subquery(valid.order_by("-valid_from").values("price")[:1]),
        output_field=models.DecimalField(max_digits=12, decimal_places=2),
    )
    lines = BookLine.objects.alive().filter(
        customer__in=ids, product__kind=Kind.OWN, start__gt=start, start__lte=end, bought__isnull=False
    )
    value = models.ExpressionWrapper(
        models.F("bought") * price, output_field=models.DecimalField(max_digits=20, decimal_places=2)
    )
    sums = lines.order_by().values("customer").annotate(value=models.Sum(value))
    return {
        row["customer"]: Decimal(row["value"]).quantize(Decimal("0.01"))
        for row in sums
        if row["value"] is not None
    }


def sales_year(ids: Sequence[int], as_of: date) -> dict[int, Fact]:
    """What the customers bought of us in the last twelve months."""
    start = _year_before(as_of)
    period, source = months(start, as_of), _("Purchase-sales book, at retail prices")
    return {pk: Fact(value, period, source) for pk, value in _bought(ids, start, as_of).items()}


def sales_growth(ids: Sequence[int], as_of: date) -> dict[int, Fact]:
    """How much more they bought than in the twelve months before, as a share; only for those who bought then."""
    start = _year_before(as_of)
    now, before = _bought(ids, start, as_of), _bought(ids, _year_before(start), start)
    period, source = months(start, as_of), _("Purchase-sales book, at retail prices")
    return {
        pk: Fact(((now.get(pk, Decimal(0)) - value) / value).quantize(FOUR, ROUND_HALF_UP), period, source)
        for pk, value in before.items()
        if value > 0
    }


def sell_through_year(ids: Sequence[int], as_of: date) -> dict[int, Fact]:
    """Sold on ÷ (opening stock + bought) of our products over the lines of twelve months for which all three are known."""
    start = _year_before(as_of)
    sums = (
        BookLine.objects.alive()
        .filter(customer__in=ids, product__kind=Kind.OWN, start__gt=start, start__lte=as_of)
        .exclude(opening=None)
        .exclude(bought=None)
        .exclude(sold=None)
        .order_by()
        .values("customer")
        .annotate(there=models.Sum(models.F("opening") + models.F("bought")), gone=models.Sum("sold"))
    )
    period, source = months(start, as_of), _("Purchase-sales book")
    return {
        row["customer"]: Fact(
            (Decimal(row["gone"]) / row["there"]).quantize(FOUR, ROUND_HALF_UP), period, source
        )
        for row in sums
        if row["there"] > 0
    }


def sales_grew(ids: Sequence[int], as_of: date) -> dict[int, bool]:
    """Whether sales of twelve months are at least those of the year before; an outcome to check scorecards against."""
    return {
        pk: fact.value >= 0
        for pk, fact in sales_growth(ids, as_of).items()
        if isinstance(fact.value, Decimal)
    }
