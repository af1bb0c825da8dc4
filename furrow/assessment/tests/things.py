"""A customer to grade, gradings by the manager, a strategy with a step, a region, for tests/addresses.py."""

from __future__ import annotations

from datetime import date

from furrow.assessment.models import Strategy
from furrow.assessment.services import assess_many
from furrow.assessment.strategies import pick_targets, write_strategy
from furrow.assessment.versions import start_draft
from furrow.customers.models import Customer
from furrow.kit.places import Region
from tests.cast import Cast


def things(cast: Cast) -> dict[str, object]:
    customer = Customer.objects.visible_to(cast.rep).order_by("pk")[0]
    graded = assess_many([customer.pk], grade="A", reason="扩店", by=cast.manager)
    pick_targets([customer.pk], reason="新开商圈", by=cast.manager)
    values = {
        "aim": Strategy.Aim.WIN,
        "need": "缺货",
        "obstacle": "价格",
        "approach": "先试销",
        "owner": cast.rep,
    }
    strategy = write_strategy(
        customer, values=values, steps=[(date(2026, 12, 1), "送样品")], assessment=None, by=cast.rep
    )
    start_draft("man", by=cast.administrator)
    region = Region.objects.order_by("pk").first() or Region.objects.create(
        code="420102000", name="江岸区", level=3
    )
    return {
        "assessment:pk": customer,
        "assessment:batch": graded.id,
        "assessment:code": "credit_5c",
        "assessment:discard.code": "man",
        "scorecards:code": "credit_5c",
        "assessment:strategy": strategy,
        "assessment:step": strategy.steps.get(),
        "assessment:region": region,
    }
