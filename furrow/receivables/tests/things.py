"""An account with an open and a paid invoice, a payment, a promise, for tests/addresses.py."""

from __future__ import annotations

from datetime import time, timedelta
from decimal import Decimal

from django.utils import timezone

from furrow.customers.services import create_customer
from furrow.kit.places import Region
from furrow.receivables import collecting, services
from furrow.receivables.models import Account, Allocation
from furrow.receivables.region_hours import set_hours
from furrow.receivables.write_offs import ask_write_off
from furrow.records.importing.services import take_file
from furrow.records.models import SavedView
from tests.cast import Cast

FILE = "交易日期,对方户名,贷方发生额,流水号\n2026-11-02,顺达通讯,120.00,A1\n".encode()


def things(cast: Cast) -> dict[str, object]:
    shop = create_customer(by=cast.director, name="顺达通讯", owner=cast.rep)
    day = timezone.localdate() - timedelta(days=50)
    late = services.issue_invoice(
        shop, [services.Line("手机", 3, Decimal("1299.00"), 13)], day=day, term_days=30, by=cast.finance
    )
    services.issue_invoice(
        shop, [services.Line("耳机", 1, Decimal("199.00"), 13)], day=day, term_days=15, by=cast.finance
    )
    paid = services.record_payment(shop, Decimal("250.00"), pays=services.OLDEST, by=cast.rep)
    free = services.record_payment(shop, Decimal("80.00"), by=cast.rep)
    promise = collecting.promise(
        shop, Decimal("500.00"), timezone.localdate() + timedelta(days=5), by=cast.rep
    )
    account = Account.objects.get(customer=shop)
    region = Region.objects.order_by("pk").first() or Region.objects.create(
        code="42", name="湖北省", level=1, full_name="湖北省"
    )
    found: dict[str, object] = {
        "accounts:pk": account, "invoices:pk": late, "payments:pk": free, "promises:pk": promise, "level": 1,
        "hours:pk": set_hours(region, time(7), time(10), by=cast.director),
        "write-offs:pk": ask_write_off(late, Decimal("10.00"), reason="破损", by=cast.finance),
        "allocations:pk": Allocation.objects.filter(payment=paid).first(),
        "payments:batch_id": take_file("payments", [FILE], "bank.csv", by=cast.finance),
    }  # fmt: skip
    found["receivables:customer"] = found["accounts:customer"] = found["credit:customer"] = shop
    for name, right in (
        ("receivables:limit", account),
        ("receivables:end_limit", account),
        ("receivables:stop", account),
    ):
        found[f"{name}.pk"] = right
    for name in ("accounts", "invoices", "payments"):
        found[f"{name}:view_id"] = SavedView.objects.create(
            record=name, name="Mine", query="", owner=cast.rep
        )
    return found
