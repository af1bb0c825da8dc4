"""Products: create, change, delete, restore, list prices, duplicates, search."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from furrow.catalog import services
from furrow.catalog.models import Brand, Product, Variety
from furrow.catalog.queries import products_written, suggestions
from furrow.catalog.search import PRODUCTS
from furrow.kit.audit import history
from tests.cast import Cast

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def made(cast: Cast, **values: Any) -> Product:
    given = {"brand": "鹤鸣", "name": "X20", "specification": "8+256G 黑", **values}
    return services.create_product(by=cast.manager, **given)


def test_create_names_codes_and_indexes(cast: Cast) -> None:
    product = made(cast, barcode="036000291452", variety="手机 > 智能手机")
    assert product.title == "鹤鸣 X20 8+256G 黑"
    assert product.code == f"P-{product.pk:06d}"
    assert product.variety is not None and product.variety.path == "手机 / 智能手机"
    assert Variety.objects.count() == 2
    for query in ("鹤鸣", "heming", "hm", "X20", "0036000291452", "036000291452", product.code):
        assert PRODUCTS.match(query, limit=5) == [product.pk], query
    assert history(product).get().changes["name"] == [None, "X20"]


def test_brand_is_one_in_every_spelling(cast: Cast) -> None:
    one = made(cast, brand="Apricot")
    other = made(cast, brand="ＡＰＲＩＣＯＴ", name="X21")
    assert one.brand == other.brand
    assert Brand.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "X21", "code": "A1"}, "code"),
        ({"name": "X21", "barcode": "0036000291452"}, "barcode"),
        ({"name": "x２０", "specification": "8+256g 黑"}, "name"),
    ],
)
def test_duplicates_are_refused(cast: Cast, values: dict[str, Any], field: str) -> None:
    made(cast, code="A1", barcode="036000291452")
    with pytest.raises(ValidationError) as caught:
        made(cast, **values)
    assert list(caught.value.message_dict) == [field]
    assert Product.objects.count() == 1


def test_a_deleted_products_barcode_is_free_until_it_comes_back(cast: Cast) -> None:
    old = made(cast, barcode="73513537")
    services.delete_product(old, by=cast.manager)
    assert PRODUCTS.match("X20", limit=5) == []
    made(cast, name="X22", barcode="73513537")
    with pytest.raises(ValidationError, match="has this barcode already"):
        services.restore_product(old, by=cast.manager)


def test_list_price_is_the_latest_that_has_begun(cast: Cast) -> None:
    product = made(cast, price=Decimal("3999"), currency="CNY", valid_from=TODAY - timedelta(days=30))
    services.change_product(product, by=cast.manager, price=Decimal("3799.00"), valid_from=TODAY)
    services.change_product(
        product, by=cast.manager, price=Decimal("3599.00"), valid_from=TODAY + timedelta(days=1)
    )

    def price(on: date) -> Any:
        return Product.objects.priced(on).get(pk=product.pk).price_now

    assert price(TODAY - timedelta(days=31)) is None
    assert price(TODAY - timedelta(days=1)) == Decimal("3999.00")
    assert price(TODAY) == Decimal("3799.00")
    assert price(TODAY + timedelta(days=9)) == Decimal("3599.00")
    services.withdraw_price(product, TODAY, by=cast.manager)
    assert price(TODAY) == Decimal("3999.00")


def test_the_same_price_again_is_no_change(cast: Cast) -> None:
    product = made(cast, price=Decimal("3999.00"))
    services.change_product(
        product, by=cast.manager, price=Decimal("3999.00"), valid_from=timezone.localdate()
    )
    assert product.prices.count() == 1


def test_change_with_an_old_version_is_refused(cast: Cast) -> None:
    product = made(cast)
    services.change_product(product, by=cast.manager, version=1, name="X20 Pro")
    with pytest.raises(services.ChangedElsewhere):
        services.change_product(product, by=cast.manager, version=1, name="X20 Max")
    assert PRODUCTS.match("X20 Pro", limit=5) == [product.pk]


def test_renaming_a_brand_renames_its_products(cast: Cast) -> None:
    product = made(cast)
    services.rename_brand(product.brand, "鹤羽", by=cast.manager)
    product.refresh_from_db()
    assert product.title == "鹤羽 X20 8+256G 黑"
    assert PRODUCTS.match("heyu", limit=5) == [product.pk]
    assert PRODUCTS.match("heming", limit=5) == []


def test_renaming_a_variety_moves_what_is_below(cast: Cast) -> None:
    product = made(cast, variety="手机 / 智能手机")
    top = Variety.objects.get(parent=None)
    services.rename_variety(top, "通讯", by=cast.manager)
    assert Product.objects.get(pk=product.pk).variety.path == "通讯 / 智能手机"
    with pytest.raises(ValidationError, match="in use"):
        services.delete_node(top, by=cast.manager)


def test_what_people_write_names_a_product(cast: Cast) -> None:
    product = made(cast, code="HM-20", barcode="036000291452")
    texts = ["HM-20", "036000291452", "0036000291452", "鹤鸣X20 8+256G黑", "X20", ""]
    found = products_written(texts, cast.rep)
    assert {text for text, one in found.items() if one == product} == set(texts[:4])
    assert suggestions("hmx2", cast.rep) == [product]
