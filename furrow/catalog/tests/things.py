"""A product, its brand and variety, and an import of the manager, for tests/addresses.py."""

from __future__ import annotations

from decimal import Decimal

from furrow.catalog import costs
from furrow.catalog.services import create_product
from furrow.records.importing.services import take_file
from furrow.records.models import SavedView
from tests.cast import Cast

FILE = "品牌,产品名称,规格,价格\n鹤鸣,X20,8+256G,3999\n云雀,Y30,,1299\n".encode()


def things(cast: Cast) -> dict[str, object]:
    product = create_product(
        by=cast.manager,
        brand="鹤鸣",
        name="X10",
        variety="手机 / 智能手机",
        barcode="6901234567892",
        price=Decimal("2999.00"),
    )
    costs.set_cost(product, Decimal("2100.00"), by=cast.manager)
    return {
        "products:pk": product,
        "products:brand.pk": product.brand,
        "products:variety.pk": product.variety,
        "products:batch_id": take_file("products", [FILE], "catalog.csv", by=cast.manager),
        "products:view_id": SavedView.objects.create(
            record="products", name="Mine", query="", owner=cast.rep
        ),
    }
