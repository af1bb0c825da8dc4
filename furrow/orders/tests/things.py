"""A held order, a delivered one with its delivery, a price list, for tests/addresses.py."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from furrow.catalog.services import create_product
from furrow.customers.services import create_customer
from furrow.orders import deliveries, prices, services
from furrow.records.importing.services import take_file
from furrow.records.models import SavedView
from tests.cast import Cast

FILE = "订单号,客户,产品,数量\nPO-1,长江数码,Z9,2\n".encode()


def things(cast: Cast) -> dict[str, object]:
    shop = create_customer(by=cast.director, name="长江数码", owner=cast.rep)
    product = create_product(by=cast.manager, brand="鹤鸣", name="Z9", price=Decimal("999.00"))
    listed = prices.save_price_list(
        None, name="长江专价", valid_from=timezone.localdate(), valid_until=None, channel_type="", customer=shop,
        lines=[(product, 1, Decimal("899.00")), (product, 10, Decimal("859.00"))], by=cast.manager,
    )  # fmt: skip
    sent = services.place_order(
        services.create_order(shop, [services.Item(product, 4)], by=cast.rep), by=cast.rep
    )
    delivery = deliveries.deliver(sent, {sent.lines.get().pk: 2}, by=cast.rep)
    held = services.place_order(
        services.create_order(shop, [services.Item(product, 40)], by=cast.rep), by=cast.rep
    )
    return {
        "orders:batch_id": take_file("orders", [FILE], "orders.csv", by=cast.clerk),
        "orders:pk": held,
        "deliveries:pk": delivery,
        "pricelists:pk": listed,
        **{
            f"{name}:view_id": SavedView.objects.create(record=name, name="Mine", query="", owner=cast.rep)
            for name in ("orders", "deliveries", "pricelists")
        },
    }
