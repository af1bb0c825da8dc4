"""What the books of money tell other rooms: revenue of a channel's customers, and who paid well."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from furrow.customers.models import Customer
from furrow.customers.services import create_customer
from furrow.receivables import facts, services
from furrow.receivables.models import Invoice
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def bill(shop: Customer, cast: Cast, amount: str, days_ago: int) -> Invoice:
    """An invoice without tax, due the day it was written."""
    lines = [services.Line("手机", 1, Decimal(amount), 0)]
    return services.issue_invoice(
        shop, lines, day=timezone.localdate() - timedelta(days=days_ago), by=cast.finance
    )


def test_billed_takes_credit_notes_off(cast: Cast) -> None:
    one, two = (create_customer(by=cast.director, name=name, owner=cast.rep) for name in ("甲", "乙"))
    bill(one, cast, "300.00", 10)
    services.reverse_invoice(bill(one, cast, "120.00", 5), reason="开错", by=cast.finance)
    assert facts.billed([one.pk, two.pk]) == {one.pk: Decimal("300.00")}


def test_paid_well_until_one_invoice_waits_more_than_thirty_days(cast: Cast) -> None:
    good, bad, young = (
        create_customer(by=cast.director, name=name, owner=cast.rep) for name in ("甲", "乙", "丙")
    )
    today = timezone.localdate()
    paid = bill(good, cast, "100.00", 40)
    Invoice.objects.filter(pk=paid.pk).update(paid_on=today - timedelta(days=10))  # 30 days late
    bill(bad, cast, "100.00", 31)
    bill(young, cast, "100.00", 30)  # too young to tell
    ids = [good.pk, bad.pk, young.pk]
    assert facts.paid_well(ids, today) == {good.pk: True, bad.pk: False}
