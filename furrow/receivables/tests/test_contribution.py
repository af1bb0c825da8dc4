"""What customers contribute, against figures worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from furrow.catalog import costs
from furrow.catalog.services import create_product
from furrow.customers.services import create_customer
from furrow.receivables.contribution import Contribution, contributions
from furrow.receivables.facts import contribution
from furrow.receivables.services import Line, issue_invoice
from tests.cast import Cast


def test_each_unit_at_its_cost_on_the_day_of_the_invoice(cast: Cast) -> None:
    """2 × 113 at a cost of 60: net 200 less 120; 1 × 113 at a cost of 70: 100 less 70, taken back again; the rest has no cost."""
    today = timezone.localdate()
    shop = create_customer(by=None, name="汉江通讯", owner=cast.rep)
    known, unknown = (create_product(by=None, brand="鹤鸣", name=name) for name in ("X30", "X40"))
    costs.set_cost(known, D("60"), valid_from=today - timedelta(days=90), by=cast.finance)
    costs.set_cost(known, D("70"), valid_from=today, by=cast.finance)
    day = today - timedelta(days=30)
    issue_invoice(shop, [Line("X30", 2, D(113), 13, product=known), Line("X40", 1, D(226), 13, product=unknown), Line("运费", 1, D(50), 9)], by=None, day=day)  # fmt: skip
    now = issue_invoice(shop, [Line("X30", 1, D(113), 13, product=known)], by=None)
    found = contributions([shop.pk], today - timedelta(days=365), today)
    assert found == {shop.pk: Contribution(D("110.00"), D("300.00"), D("500.00"))}
    issue_invoice(shop, [Line("X30", 1, D(113), 13, product=known)], by=None, corrects=now)
    (after,) = contributions([shop.pk], today - timedelta(days=365), today).values()
    assert (after.margin, after.rate) == (D("80.00"), D("0.4"))
    assert contribution([shop.pk], today)[shop.pk].value == D("80.00")


def test_the_cost_of_a_day(cast: Cast) -> None:
    product = create_product(by=None, brand="鹤鸣", name="X30")
    assert costs.Costs([product.pk]).on(product.pk, date(2026, 1, 1)) is None
    for day, cost in ((date(2026, 3, 1), "60"), (date(2026, 6, 1), "70"), (date(2026, 6, 1), "71")):
        costs.set_cost(product, D(cost), valid_from=day, by=cast.finance)
    known = costs.Costs([product.pk])
    days = (date(2026, 1, 1), date(2026, 5, 31), date(2026, 6, 1))
    assert [known.on(product.pk, day) for day in days] == [D(60), D(60), D(71)]


@pytest.mark.parametrize("cost", ["-1", "0.001", "NaN", "1e15"])
def test_a_cost_that_cannot_be(cast: Cast, cost: str) -> None:
    product = create_product(by=None, brand="鹤鸣", name="X30")
    with pytest.raises(ValidationError, match="cost as an amount"):
        costs.set_cost(product, D(cost), by=cast.finance)


def test_costs_are_for_those_who_may_see_them(cast: Cast, client_of: Callable[..., Client]) -> None:
    product = create_product(by=None, brand="鹤鸣", name="X30")
    answer = client_of(cast.finance).post(f"/products/{product.pk}/cost/", {"cost": "61.50", "valid_from": timezone.localdate().isoformat()}, follow=True)  # fmt: skip
    assert "¥61.50" in answer.content.decode()
    seen = client_of(cast.rep).get(f"/products/{product.pk}/").content.decode()
    assert "61.50" not in seen and "Cost" not in seen
    assert client_of(cast.rep).get(f"/products/{product.pk}/cost/").status_code == 403
