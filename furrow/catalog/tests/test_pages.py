"""Pages, API and import of the catalog."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from furrow.catalog.costs import Costs, set_cost
from furrow.catalog.models import Brand, CostPrice, ListPrice, Product
from furrow.catalog.services import create_product
from furrow.records.importing import engine, services
from furrow.records.importing.models import ImportBatch, Outcome
from furrow.team.models import User
from furrow.team.services import issue_api_token
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ClientOf = Callable[..., Client]
FORM = {
    "brand": "云雀",
    "name": "Y30",
    "unit": "台",
    "kind": "competing",
    "price": "1299",
    "currency": "CNY",
    "valid_from": "2026-11-01",
}


def test_new_product_through_the_form(cast: Cast, client_of: ClientOf) -> None:
    answer = client_of(cast.manager).post("/products/new/", FORM)
    product = Product.objects.get()
    assert answer.status_code == 302 and answer.url == f"/products/{product.pk}/"
    page = client_of(cast.rep).get(f"/products/{product.pk}/").content.decode()
    assert "云雀 Y30" in page and "¥1,299.00" in page and "Competing product" in page
    listed = client_of(cast.rep).get("/products/?q=yunque").content.decode()
    assert "¥1,299.00" in listed


def test_products_and_brands_go_by_pinyin(cast: Cast, client_of: ClientOf) -> None:
    # by their code points 万 comes before 中, and 中 before 阿
    for brand in ("中兴", "万和", "阿里"):
        create_product(by=cast.manager, brand=brand, name="A1", unit="台")
    page = client_of(cast.rep).get("/products/").text
    places = [page.index(f">{brand} A1<") for brand in ("阿里", "万和", "中兴")]
    assert places == sorted(places)
    assert [brand.name for brand in Brand.objects.all()] == ["阿里", "万和", "中兴"]
    turned = client_of(cast.rep).get("/products/?sort=-title_order").text
    assert turned.index(">中兴 A1<") < turned.index(">阿里 A1<")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("barcode", "6901234567893", "should be 2"),
        ("price", "-1", "greater than or equal to 0"),
        ("price", "1e400", "less than or equal"),
        ("pack_size", "1", "greater than or equal to 2"),
        ("variety", "/".join("abcdef"), "At most 5 levels"),
        ("brand", "!!!", "Fill in the brand"),
        ("name", "\u202e", "Fill in"),
        ("pack_unit", "箱", "Fill in both"),
        ("name", "x" * 90, "at most 80"),
    ],
)
def test_the_form_says_what_is_wrong(
    cast: Cast, client_of: ClientOf, field: str, value: str, said: str
) -> None:
    answer = client_of(cast.manager).post("/products/new/", {**FORM, field: value})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Product.objects.exists()


def test_reps_look_but_do_not_touch(cast: Cast, client_of: ClientOf) -> None:
    assert client_of(cast.rep).post("/products/new/", FORM).status_code == 403
    assert client_of(cast.rep).get("/products/find/?q=a").json() == {"found": []}


def test_api_creates_changes_and_conflicts(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.manager)
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {issue_api_token(cast.manager, by=cast.manager)}"
    body = {"name": "Y30", "brand": "云雀", "price": "1299.5", "barcode": "73513537"}
    made = client.post("/api/products", body, content_type="application/json")
    assert made.status_code == 201, made.content
    assert (made.json()["price"], made.json()["title"]) == ("1299.50", "云雀 Y30")
    url = f"/api/products/{made.json()['id']}"
    assert (
        client.patch(url, {"version": 1, "price": "1199"}, content_type="application/json").json()["price"]
        == "1199.00"
    )
    assert (
        client.patch(url, {"version": 1, "name": "Y31"}, content_type="application/json").json()["title"]
        == "云雀 Y31"
    )
    assert (
        client.patch(url, {"version": 1, "name": "Y32"}, content_type="application/json").status_code == 409
    )
    wrong = client.post("/api/products", {**body, "name": "Z"}, content_type="application/json")
    assert wrong.status_code == 422 and "barcode" in wrong.json()["fields"]


def imported(cast: Cast, text: str, by: User | None = None) -> ImportBatch:
    by = by or cast.manager
    batch = services.take_file("products", io.BytesIO(text.encode()), "catalog.csv", by=by)
    services.match(batch, batch.columns, {"existing": "overwrite", "kind": "own"}, by=by, at_once=True)
    batch = services.start(batch, by=by, at_once=True)
    engine.advance(batch, seconds=60)
    return ImportBatch.objects.get(pk=batch.pk)


def test_import_creates_updates_and_marks_errors_and_undo_puts_back(cast: Cast) -> None:
    old = create_product(by=cast.manager, brand="鹤鸣", name="X20", price=Decimal("3999.00"))
    batch = imported(
        cast,
        "品牌,产品名称,规格,条码,价格,自有竞品\n"
        "鹤鸣,X20,,6901234567892,3799,\n"
        "云雀,Y30,8+128G,73513537,1299,竞品\n"
        "云雀,Y31,,73513538,1299,竞品\n"
        "云雀,Y30,8+128G,,1299,竞品\n",
    )
    assert [batch.count(outcome) for outcome in (Outcome.CREATED, Outcome.UPDATED, Outcome.ERROR)] == [
        1,
        1,
        2,
    ]
    assert Product.objects.get(name="Y30").kind == "competing"
    assert ListPrice.objects.filter(product=old).count() == 1  # the same day: replaced
    assert ListPrice.objects.get(product=old).price == Decimal("3799.00")
    services.undo(batch, by=cast.manager)
    engine.advance(ImportBatch.objects.get(pk=batch.pk), seconds=60)
    old.refresh_from_db()
    assert old.barcode == ""
    assert ListPrice.objects.get(product=old).price == Decimal("3999.00")
    assert not Product.objects.alive().filter(name="Y30").exists()


def test_costs_by_import_and_back(cast: Cast) -> None:
    """One whose cost changes from today, one with a cost for a day of its own, three that cannot be, one that is so already."""
    old, same = (create_product(by=None, brand="鹤鸣", name=name) for name in ("X20", "X21"))
    for product, cost in ((old, "2600"), (same, "50")):
        set_cost(product, Decimal(cost), valid_from=date(2026, 1, 1), by=cast.finance)
    batch = imported(
        cast,
        "品牌,产品名称,价格生效日,不含税成本,自有竞品\n"
        "鹤鸣,X20,,2500.5,\n鹤鸣,X22,2026-03-01,900,\n鹤鸣,X23,,0.001,\n鹤鸣,X24,,千元,\n云雀,Y30,,800,竞品\n鹤鸣,X21,,50.00,\n",
    )
    rows = {row.number: (row.outcome, [(one["field"], one["text"]) for one in row.messages]) for row in batch.rows.all()}  # fmt: skip
    assert [rows[number][0] for number in range(2, 8)] == ["updated", "created", "error", "error", "error", "unchanged"]  # fmt: skip
    assert all(rows[number][1][0][0] == "cost" for number in (4, 5, 6)) and "Only our own" in rows[6][1][0][1]
    known = Costs(Product.objects.values_list("pk", flat=True))
    new = Product.objects.get(name="X22")
    assert (known.on(old.pk, timezone.localdate()), known.on(old.pk, date(2026, 1, 2))) == (Decimal("2500.50"), 2600)  # fmt: skip
    assert new.costs.get().valid_from == date(2026, 3, 1) and not Product.objects.filter(name="Y30").exists()
    services.undo(batch, by=cast.manager)
    engine.advance(ImportBatch.objects.get(pk=batch.pk), seconds=60)
    assert [row.cost for row in old.costs.all()] == [2600]


def test_costs_by_file_and_api_only_for_those_who_may_see_them(cast: Cast, client_of: ClientOf) -> None:
    """The clerk keeps the catalog, but not what things cost."""
    batch = imported(cast, "品牌,产品名称,成本价\n鹤鸣,X20,2600\n鹤鸣,X21,\n", by=cast.clerk)
    assert [row.outcome for row in batch.rows.order_by("number")] == ["error", "created"]
    assert "Leave “Cost before tax” out" in batch.rows.get(number=2).messages[0]["text"]
    body = {"name": "X30", "brand": "鹤鸣", "cost": "1999.9", "valid_from": "2026-01-01"}

    def ask(by: User, method: str, path: str, data: dict[str, Any] | None = None) -> Any:
        bearer = {"authorization": f"Bearer {issue_api_token(by, by=by)}"}
        return client_of(None).generic(method, path, json.dumps(data or {}), content_type="application/json", headers=bearer)  # fmt: skip

    refused = ask(cast.clerk, "POST", "/api/products", body)
    assert refused.status_code == 422 and "does not set cost prices" in refused.json()["fields"]["cost"]
    made = ask(cast.manager, "POST", "/api/products", body).json()
    assert made["cost"] == "1999.90"
    path = f"/api/products/{made['id']}"
    assert "cost" not in ask(cast.clerk, "GET", path).json()
    assert all("cost" not in one for one in ask(cast.rep, "GET", "/api/products").json()["items"])
    assert ask(cast.manager, "PATCH", path, {"version": 1, "cost": "-1"}).status_code == 422
    changed = ask(cast.manager, "PATCH", path, {"version": 1, "cost": "1888"}).json()
    assert (changed["cost"], changed["name"], CostPrice.objects.count()) == ("1888.00", "X30", 2)


def test_the_column_of_costs(cast: Cast, client_of: ClientOf) -> None:
    set_cost(create_product(by=None, brand="鹤鸣", name="X20"), Decimal("2600.50"), by=cast.finance)

    def told(by: User, address: str) -> str:
        answer = client_of(by).get(address)
        return b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode()

    for address, cost in (("/products/export/?format=csv", "2600.5"), ("/products/?cols=cost", "¥2,600.50")):
        assert cost in told(cast.finance, address)
        assert cost not in told(cast.rep, address)


def test_export_gives_prices_as_numbers(cast: Cast, client_of: ClientOf) -> None:
    create_product(by=cast.manager, brand="鹤鸣", name="=1+1", price=Decimal("3999.50"))
    answer = client_of(cast.rep).get("/products/export/?format=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "3999.5" in text and "鹤鸣 =1+1" in text
    assert ",=1+1" not in text
