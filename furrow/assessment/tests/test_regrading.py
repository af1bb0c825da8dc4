"""Everybody at once: preview, re-grading in the background with fresh facts, ranking; and facts of the books."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from furrow.assessment import regrading, services, tasks, versions
from furrow.assessment.facts import gather
from furrow.assessment.models import Assessment
from furrow.assessment.rules import grade_of, result_of
from furrow.assessment.scorecards import SHIPPED, card, current_card, shipped
from furrow.books.models import BookLine
from furrow.catalog.models import Product
from furrow.catalog.services import create_product
from furrow.customers.models import Customer
from furrow.kit import jobs
from furrow.kit.models import Job
from tests.cast import Cast

CREDIT = card("credit_5c")


def fives(points: int = 5) -> dict[str, Any]:
    return dict.fromkeys((one.code for one in CREDIT.criteria() if one.levels), points)


@pytest.fixture
def shops(cast: Cast) -> list[Customer]:
    owners = [cast.rep, cast.rep, cast.rep, cast.other_rep]
    return [
        Customer.objects.create(code=f"K{n}", name=f"店{n}", owner=owner) for n, owner in enumerate(owners)
    ]


def sells(shop: Customer, product: Product, bought: int, start: date, price: str = "10") -> None:
    BookLine.objects.create(
        customer=shop,
        product=product,
        start=start,
        end=start + timedelta(days=27),
        bought=bought,
        sold=bought,
        price=price,
    )


@pytest.fixture
def product(cast: Cast) -> Product:
    return create_product(by=cast.manager, brand="鹤鸣", name="X10", price=Decimal("2999.00"))


def run(job: Job) -> Job:
    while jobs.run_step(job.pk) in ("running", "queued"):
        pass
    job.refresh_from_db()
    return job


def stricter(cast: Cast) -> None:
    definition = copy.deepcopy(shipped("credit_5c"))
    definition["classes"][0]["from"] = "5"
    definition["classes"][1]["from"] = "4.10"
    draft = versions.save_draft(
        versions.start_draft("credit_5c", by=cast.director), definition, by=cast.director
    )
    versions.publish(draft, by=cast.director)


@pytest.mark.django_db
def test_preview_tells_who_would_change_and_changes_nothing(cast: Cast, shops: list[Customer]) -> None:
    for shop, points in zip(shops, (5, 4, 3, 4), strict=True):
        services.assess_customer(shop, card=CREDIT, answers=fives(points), evidence="", by=cast.director)
    definition = copy.deepcopy(shipped("credit_5c"))
    definition["classes"][1]["from"] = "4.10"
    found = regrading.preview(versions.read_card(definition), cast.manager)  # north only
    assert (found.total, found.count, found.up, found.down) == (3, 1, 0, 1)
    assert found.moves == {("2", "3"): 1} and found.changed == [(shops[1].pk, "2", "3")]
    assert Assessment.objects.count() == 4


@pytest.mark.django_db
def test_regrading_in_the_background_keeps_old_snapshots(
    cast: Cast, shops: list[Customer], monkeypatch: Any
) -> None:
    monkeypatch.setattr("furrow.assessment.tasks.CHUNK", 2)
    for shop, points in zip(shops[:3], (5, 4, 3), strict=True):
        services.assess_customer(shop, card=CREDIT, answers=fives(points), evidence="", by=cast.director)
    stricter(cast)
    job = run(tasks.start_regrade("credit_5c", by=cast.director))
    assert (job.status, job.done, job.total, job.message) == ("done", 3, 3, "3 re-graded, 0 up, 1 down")
    rows = Assessment.objects.filter(card_code="credit_5c").order_by("customer", "pk")
    assert [(one.grade, one.card_version, one.is_current) for one in rows] == [
        ("1", 1, False), ("1", 2, True), ("2", 1, False), ("3", 2, True), ("3", 1, False), ("3", 2, True),
    ]  # fmt: skip
    assert rows[1].source == "regrade" and rows[1].answers == fives(5) and rows[1].completeness == 85
    assert services.undo_batch(rows[1].batch, by=cast.director) == 3
    assert [one.grade for one in Assessment.objects.filter(is_current=True).order_by("customer")] == [
        "1",
        "2",
        "3",
    ]


@pytest.mark.django_db
def test_regrading_sets_customer_grades_only_within_reach(cast: Cast, shops: list[Customer]) -> None:
    form = card()
    answers = dict.fromkeys((one.code for one in form.criteria()), 4)
    for shop in shops:
        services.assess_customer(shop, card=form, answers=answers, evidence="", by=cast.director)
    Customer.objects.update(customer_grade="D", visit_grade="D")
    run(tasks.start_regrade("customer_grade", by=cast.manager))
    assert [
        shop.customer_grade for shop in Customer.objects.filter(pk__in=[s.pk for s in shops]).order_by("pk")
    ] == ["A", "A", "A", "D"]


@pytest.mark.django_db
def test_532_from_the_book_and_the_yearly_class_on_it(
    cast: Cast, shops: list[Customer], product: Product
) -> None:
    day = timezone.localdate() - timedelta(days=60)
    for shop, bought in zip(shops, (50, 30, 20, 0), strict=True):
        sells(shop, product, bought, day)
    Customer.objects.filter(pk=shops[0].pk).update(kind="dealer")
    job = run(tasks.start_regrade("class_532", by=cast.director))
    assert job.status == "done"
    rows = {one.customer_id: one for one in Assessment.objects.current("class_532")}
    assert [rows[shop.pk].grade for shop in shops] == ["5", "3", "2", "2"]
    assert rows[shops[0].pk].facts["sales.year"]["value"] == "500.00"
    assert "book" in rows[shops[0].pk].facts["sales.year"]["source"]
    services.assess_customer(shops[0], card=CREDIT, answers=fives(), evidence="", by=cast.rep)
    run(tasks.start_regrade("yearly_class", by=cast.director))
    yearly = Assessment.objects.current("yearly_class").get(customer=shops[0])
    assert (yearly.grade, yearly.answers) == ("core", {"results": 3, "credit": 4})
    assert yearly.facts["card.class_532"]["value"] == "5"
    assert (
        not Assessment.objects.current("yearly_class").filter(customer=shops[1]).exists()
    )  # too little known


@pytest.mark.django_db
def test_growth_and_sell_through_of_the_book(cast: Cast, shops: list[Customer], product: Product) -> None:
    today = date(2026, 11, 26)
    sells(shops[0], product, 40, date(2025, 6, 1))
    sells(shops[0], product, 50, date(2026, 6, 1))
    sells(shops[1], product, 10, date(2026, 6, 1))
    BookLine.objects.filter(start=date(2026, 6, 1)).update(opening=50)
    found = gather(
        ["sales.year", "sales.growth", "sales.sell_through", "payment.late_days"],
        [shop.pk for shop in shops],
        today,
    )
    assert found["sales.year"][shops[0].pk].value == Decimal("500.00")
    assert found["sales.growth"] == {shops[0].pk: found["sales.growth"][shops[0].pk]}
    assert found["sales.growth"][shops[0].pk].value == Decimal("0.25")
    assert found["sales.sell_through"][shops[0].pk].value == Decimal("0.5")
    assert found["payment.late_days"] == {}
    assert found["sales.year"][shops[0].pk].period == "2025-11 – 2026-11"


ANSWER = st.one_of(
    st.none(), st.integers(1, 5), st.sampled_from(["yes", "no", "unknown", "3", "250000", "-1"])
)


@given(
    st.sampled_from([code for code in SHIPPED if code != "class_532"]),
    st.lists(ANSWER, min_size=14, max_size=14),
)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_grading_many_says_what_grading_one_says(code: str, given_answers: list[Any]) -> None:
    form = card(code)
    answers = {one.code: answer for one, answer in zip(form.criteria(), given_answers, strict=False)}
    try:
        outcome = grade_of(form, answers)
    except ValueError:
        with pytest.raises(ValueError):
            result_of(form, answers)
        return
    result = result_of(form, answers)
    assert (result.grade, result.score, result.scores) == (outcome.grade, outcome.score, outcome.scores)
    assert result.grade == "" or result.grade in form.ranks


@pytest.mark.django_db
def test_answers_a_new_version_does_not_take_count_as_unknown(cast: Cast, shops: list[Customer]) -> None:
    services.assess_customer(shops[0], card=CREDIT, answers=fives(), evidence="", by=cast.director)
    definition = copy.deepcopy(shipped("credit_5c"))
    definition["factors"][0]["criteria"][0]["levels"] = definition["factors"][0]["criteria"][0]["levels"][:4]
    definition["factors"][0]["criteria"][4]["code"] = "outlook"
    found = regrading.preview(versions.read_card(definition), cast.director)
    assert found.moves == {
        ("1", ""): 1
    }  # 20 + 10 of 100 are unknown, and 15 of the books: less than three quarters answered
    assert current_card("credit_5c").version == 1
