"""The grading pages: who may, what they say, what they save."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from furrow.assessment import services
from furrow.assessment.models import Assessment
from furrow.assessment.scorecards import card
from furrow.customers.models import Customer
from furrow.team.models import User
from tests.cast import Cast

pytestmark = pytest.mark.django_db

DOT = '<span class="fr-dot"> </span>'
ClientOf = Callable[[User | None], Client]
CODES = [criterion.code for criterion in card().criteria()]


@pytest.fixture
def shop(cast: Cast) -> Customer:
    return Customer.objects.create(code="K1", name="顺达通讯", owner=cast.rep)


@pytest.fixture
def foreign(cast: Cast) -> Customer:
    return Customer.objects.create(code="K2", name="武昌数码", owner=cast.other_rep)


def points(value: Any) -> dict[str, str]:
    return {f"points_{code}": str(value) for code in CODES}


def test_grading_one_customer_by_the_card(client_of: ClientOf, cast: Cast, shop: Customer) -> None:
    client = client_of(cast.rep)
    page = client.get(reverse("assessment:assess", args=[shop.pk]))
    assert page.status_code == 200 and "Sales network coverage" in page.text
    answer = client.post(
        reverse("assessment:assess", args=[shop.pk]),
        {**points(4), "points_staff": "", "evidence": "看过"},
        follow=True,
    )
    assert "“顺达通讯” is graded A" in answer.text
    shop.refresh_from_db()
    assert shop.visit_grade == "A"
    again = client.get(reverse("assessment:assess", args=[shop.pk])).text
    assert (
        'name="points_credit" value="4" data-meaning="Pays on time as a rule" aria-describedby="points_credit_meaning" checked'
        in again
    )


def test_too_few_points_keep_what_was_ticked(client_of: ClientOf, cast: Cast, shop: Customer) -> None:
    answer = client_of(cast.rep).post(reverse("assessment:assess", args=[shop.pk]), {"points_credit": "5"})
    assert answer.status_code == 422
    assert "Not saved: too few points" in answer.text and "Importance: answer at least 60%" in answer.text
    assert (
        'value="5" data-meaning="Always on time, well spoken of in the trade" aria-describedby="points_credit_meaning" checked'
        in answer.text
    )


def test_the_result_is_shown_before_saving(client_of: ClientOf, cast: Cast, shop: Customer) -> None:
    answer = client_of(cast.rep).post(
        reverse("assessment:outcome", args=[shop.pk]), {**points(2), "points_network": "5"}
    )
    # Importance (80·2 + 20·5) / 100 = 2.60 medium, growth 2.00 low: C.
    assert (
        "Grade C" in answer.text
        and "2.60 / 5" + DOT + "Medium" in answer.text
        and "2.00 / 5" + DOT + "Low" in answer.text
    )
    assert "Sales network coverage <span" in answer.text and "+0.40" in answer.text and "−0.20" in answer.text
    assert not Assessment.objects.exists()


@pytest.mark.parametrize("value", ["9", "x", "-1", "5.0", "\x00"])
def test_points_that_are_none_save_nothing(
    client_of: ClientOf, cast: Cast, shop: Customer, value: Any
) -> None:
    assert (
        client_of(cast.rep)
        .post(reverse("assessment:assess", args=[shop.pk]), {**points(4), "points_credit": value})
        .status_code
        == 422
    )
    assert (
        client_of(cast.rep)
        .post(reverse("assessment:outcome", args=[shop.pk]), {"points_credit": value})
        .status_code
        == 200
    )
    assert not Assessment.objects.exists()


def test_out_of_reach_is_404_and_without_the_right_403(
    client_of: ClientOf, cast: Cast, shop: Customer, foreign: Customer
) -> None:
    for name in ("assess", "outcome"):
        assert (
            client_of(cast.rep).post(reverse(f"assessment:{name}", args=[foreign.pk]), points(5)).status_code
            == 404
        )
        assert (
            client_of(cast.finance).post(reverse(f"assessment:{name}", args=[shop.pk]), points(5)).status_code
            == 403
        )
    assert client_of(cast.read_only).post(reverse("assessment:bulk"), {"ids": [shop.pk]}).status_code == 403
    assert not Assessment.objects.exists()


def test_grading_many_by_rows_and_for_all(
    client_of: ClientOf, cast: Cast, shop: Customer, foreign: Customer
) -> None:
    more = [
        Customer.objects.create(code=f"M{number}", name=f"店{number}", owner=cast.rep) for number in range(3)
    ]
    client, url = client_of(cast.rep), reverse("assessment:bulk")
    ids = [shop.pk, foreign.pk, *(one.pk for one in more)]
    page = client.post(url, {"ids": ids})
    assert page.status_code == 200 and "4 customers" in page.text and "武昌数码" not in page.text
    picked = {f"importance_{more[0].pk}": "5", f"growth_{more[0].pk}": "2", f"grade_{more[1].pk}": "D"}
    answer = client.post(
        url, {"ids": ids, "save": "1", "grade": "C", "reason": "按上年销量", "query": "?grade=none", **picked}
    )
    assert answer.status_code == 302 and answer["Location"] == reverse("customers:list") + "?grade=none"
    assert dict(Customer.objects.values_list("code", "visit_grade")) == {
        "K1": "C",
        "K2": "",
        "M0": "B",
        "M1": "D",
        "M2": "C",
    }
    batch = Assessment.objects.latest("id").batch
    answer = client.post(reverse("assessment:undo", args=[batch]), follow=True)
    assert "4 customers have their grades from before again" in answer.text
    assert set(Customer.objects.values_list("visit_grade", flat=True)) == {""}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"grade": "C"}, "Say why"),
        ({"reason": "x"}, "No grade picked"),
        ({"reason": "x", "importance": "5"}, "has only one of importance and growth potential"),
        ({"reason": "x", "grade": "E"}, "Select a valid choice"),
    ],
)
def test_incomplete_bulk_forms_say_what_is_missing(
    client_of: ClientOf, cast: Cast, shop: Customer, data: dict[str, str], said: str
) -> None:
    if "importance" in data:
        data = {**data, f"importance_{shop.pk}": data["importance"]}
    answer = client_of(cast.rep).post(reverse("assessment:bulk"), {"ids": [shop.pk], "save": "1", **data})
    assert answer.status_code == 422 and said in answer.text
    assert not Assessment.objects.exists()


def test_everything_that_matches_is_graded(
    client_of: ClientOf, cast: Cast, shop: Customer, foreign: Customer
) -> None:
    Customer.objects.create(code="G", name="已评", owner=cast.rep, visit_grade="A", customer_grade="A")
    data = {"all": "1", "query": "?grade=none", "save": "1", "grade": "D", "reason": "暂定"}
    client_of(cast.director).post(reverse("assessment:bulk"), data)
    assert dict(Customer.objects.values_list("code", "visit_grade")) == {"K1": "D", "K2": "D", "G": "A"}


def test_the_customers_page_tells_how_the_grade_came_about(
    client_of: ClientOf, cast: Cast, shop: Customer
) -> None:
    services.assess_many([shop.pk], grade="D", reason="旧", by=cast.manager)
    services.assess_customer(
        shop, card=card(), answers=dict.fromkeys(CODES, 4), evidence="看过仓库", by=cast.rep
    )
    page = client_of(cast.rep).get(reverse("customers:panel", args=[shop.pk, "grade"])).text
    assert (
        "4.00 / 5" + DOT + "High" in page and "看过仓库" in page and "李伟" in page and "Set by hand" in page
    )
