"""The product a lead asks for, from the inquiry to the customer (P2.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from furrow.catalog.models import Brand, Product
from furrow.catalog.services import create_product, delete_product
from furrow.leads import converting, handover, services, tabling
from furrow.leads.importing import DirectorySession
from furrow.leads.models import Lead
from furrow.leads.table_models import AssignmentRule
from furrow.leads.tests.leads import enter, sheet, valid
from furrow.records.importing.importer import SourceRow
from furrow.team.models import User
from furrow.team.services import issue_api_token
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User | None], Client]


@pytest.fixture
def goods(cast: Cast) -> dict[str, Product]:
    """Two of ours of two brands with a word in common, and a rival's."""
    wanted = (("鹤鸣", "X30 畅享版", "own"), ("云雀", "P9 畅享版", "own"), ("灰雁", "G5", "competing"))
    return {
        name.split()[0]: create_product(by=cast.administrator, brand=brand, name=name, kind=kind)
        for brand, name, kind in wanted
    }


def post(client: Client, **values: Any) -> Any:
    fixed = {"name": "顺达通讯", "channel": services.shipped_channel("hotline").pk, "confirm": "1"}
    return client.post("/leads/inquiries/", {**fixed, **values})


def test_part_of_a_name_is_enough_and_the_brand_follows(
    cast: Cast, client_of: ClientOf, goods: dict[str, Product]
) -> None:
    client = client_of(cast.clerk)
    offered = client.get("/products/find/?product=x30", headers={"HX-Request": "true"}).content.decode()
    assert f'<option value="{goods["X30"].title}">' in offered
    assert post(client, product="x30").status_code == 302
    lead = Lead.objects.get()
    assert (lead.product, lead.brand) == (goods["X30"], goods["X30"].brand)
    for values, said in (
        ({"product": "畅享版"}, "Several products may be meant"),
        ({"product": "月球车"}, "No product of ours is called “月球车”"),
        ({"product": "G5"}, "No product of ours is called “G5”"),
        ({"product": "x30", "brand": goods["P9"].brand_id}, "is of another brand"),
    ):
        answer = post(client, **values)
        assert answer.status_code == 422 and said in answer.content.decode(), values
    page = client.get(f"/leads/{lead.pk}/").content.decode()
    assert goods["X30"].title in page
    enter(cast.clerk, product=goods["P9"])
    listed = client.get(f"/leads/?product={goods['X30'].pk}").content.decode()
    assert listed.count('class="lead') == 1 and "顺达通讯</a>" in listed


def test_a_rule_names_a_product_and_the_sheet_follows_it(
    cast: Cast, client_of: ClientOf, goods: dict[str, Product]
) -> None:
    rules = client_of(cast.administrator)
    for _ in range(2):  # one rule for each product and person
        rules.post("/leads/rules/", {"part": "rule", "product": "X30", "person": cast.other_rep.pk})
    tabling.add_rule(by=cast.administrator, brand=goods["X30"].brand, person=cast.second_rep)
    rule = AssignmentRule.objects.get(product=goods["X30"])
    assert rule.brand is None and goods["X30"].title in rules.get("/leads/rules/").content.decode()
    lead = enter(cast.clerk, product=goods["X30"])
    other = enter(cast.clerk, brand=goods["X30"].brand)
    made = sheet(cast)
    found = handover.suggestions([lead, other], cast.director)
    assert [found[one.pk].person for one in (lead, other)] == [cast.other_rep.pk, cast.second_rep.pk]
    head, path = client_of(cast.director), f"/leads/sheets/{made.pk}/"
    assert goods["X30"].title in head.get(path).content.decode()
    assert goods["X30"].title in head.get(f"{path}print/").content.decode()
    table = b"".join(head.get(f"{path}print/?format=csv").streaming_content).decode("utf-8-sig")
    assert "Product wanted" in table and goods["X30"].title in table


def test_brand_and_product_stay_in_agreement(cast: Cast, goods: dict[str, Product]) -> None:
    lead = enter(cast.clerk, product=goods["X30"])
    services.change_lead(lead, by=cast.clerk, brand=goods["P9"].brand)
    lead.refresh_from_db()
    assert (lead.product, lead.brand) == (None, goods["P9"].brand)
    gone = enter(cast.clerk, product=goods["X30"])
    assert (
        services.merge_lead(gone, lead, by=cast.director).product is None
    )  # of another brand than the kept one
    bare = enter(cast.clerk)
    services.unmerge_lead(gone, by=cast.director)
    assert services.merge_lead(gone, bare, by=cast.director).brand == goods["X30"].brand


def test_a_product_no_longer_sold_stays_and_goes_along_to_the_customer(
    cast: Cast, client_of: ClientOf, goods: dict[str, Product]
) -> None:
    lead = valid(cast, product=goods["X30"], situation="两家门店")
    delete_product(goods["X30"], by=cast.administrator)
    client = client_of(cast.rep)
    form = {
        "name": lead.name,
        "channel": lead.channel_id,
        "product": goods["X30"].title,
        "situation": "三家门店",
    }
    assert client.post(f"/leads/{lead.pk}/edit/", form).status_code == 302
    customer = converting.convert_lead(lead, by=cast.rep).customer
    assert customer.note == f"三家门店\nAsked for: {goods['X30'].title}"
    assert goods["X30"].title in client.get(f"/customers/{customer.pk}/panel/lead/").content.decode()


def test_lists_and_programs_name_products(
    cast: Cast, client_of: ClientOf, goods: dict[str, Product], django_assert_max_num_queries: Any
) -> None:
    from uuid import uuid4

    session = DirectorySession(cast.manager, {}, uuid4())
    cells = [
        {"product": "X30"},
        {"product": goods["P9"].code},
        {"product": goods["P9"].title, "brand": "鹤鸣"},
    ]
    rows = [SourceRow(at, {"name": f"江岸 {at}", **one}) for at, one in enumerate(cells, 1)]
    with django_assert_max_num_queries(12):
        bare, good, torn = session.check(rows)
    assert "No product of ours" in bare.messages[0]["text"] and torn.messages[0]["field"] == "brand"
    assert good.values["product_id"] == goods["P9"].pk and good.values["brand_id"] == goods["P9"].brand_id
    token = issue_api_token(cast.clerk, by=cast.clerk)
    call = {"content_type": "application/json", "headers": {"authorization": f"Bearer {token}"}}
    body = {"name": "后湖数码", "channel": "hotline", "product": "x30"}
    made = client_of(None).post("/api/leads", body, **call)
    assert (made.json()["product"], made.json()["brand"]) == (goods["X30"].code, "鹤鸣")
    wrong = client_of(None).post("/api/leads", body | {"brand": "月球"}, **call)
    assert wrong.status_code == 422 and "brand" in wrong.json()["fields"]
    assert Brand.objects.count() == 3
