"""Gradings, bulk gradings, imported grades and their undoing."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from furrow.assessment import services
from furrow.assessment.models import Assessment
from furrow.assessment.scorecards import card
from furrow.customers.models import Customer
from furrow.kit.models import AuditEntry
from tests.cast import Cast

pytestmark = pytest.mark.django_db

CARD = card()
FIVES = {criterion.code: 5 for criterion in CARD.criteria()}
ONES = dict.fromkeys(FIVES, 1)


@pytest.fixture
def shops(cast: Cast) -> list[Customer]:
    owners = [cast.rep, cast.rep, cast.other_rep, None]
    return [
        Customer.objects.create(code=f"K{number}", name=f"店{number}", owner=owner)
        for number, owner in enumerate(owners)
    ]


def grades(*shops: Customer) -> list[tuple[str, str]]:
    for shop in shops:
        shop.refresh_from_db()
    return [(shop.customer_grade, shop.visit_grade) for shop in shops]


def test_a_scorecard_sets_both_grades_with_audit(cast: Cast, shops: list[Customer]) -> None:
    made = services.assess_customer(
        shops[0], card=CARD, answers={**FIVES, "staff": None}, evidence="看过仓库", by=cast.rep
    )
    assert grades(shops[0]) == [("A", "A")]
    assert shops[0].version == 2
    assert (made.card_version, made.completeness, made.evidence, "staff" in made.answers) == (
        1,
        95,
        "看过仓库",
        False,
    )
    entry = AuditEntry.objects.get(model="customers.customer", object_id=shops[0].pk)
    assert (entry.action, entry.by, entry.changes) == (
        "assess",
        cast.rep,
        {"customer_grade": ["", "A"], "visit_grade": ["", "A"]},
    )


def test_too_few_answers_change_nothing(cast: Cast, shops: list[Customer]) -> None:
    with pytest.raises(services.TooFewAnswers):
        services.assess_customer(shops[0], card=CARD, answers={"credit": 5}, evidence="", by=cast.rep)
    assert grades(shops[0]) == [("", "")]
    assert not Assessment.objects.exists()


def test_an_assessment_made_earlier_does_not_replace_a_later_one(cast: Cast, shops: list[Customer]) -> None:
    services.assess_customer(shops[0], card=CARD, answers=FIVES, evidence="", by=cast.rep)
    earlier = timezone.now() - timedelta(days=1)
    services.assess_customer(shops[0], card=CARD, answers=ONES, evidence="", by=cast.rep, at=earlier)
    assert grades(shops[0]) == [("A", "A")]
    assert Assessment.objects.filter(customer=shops[0]).count() == 2


def test_many_get_one_grade_only_within_reach(cast: Cast, shops: list[Customer]) -> None:
    batch = services.assess_many([shop.pk for shop in shops], grade="C", reason="按上年销量", by=cast.manager)
    assert batch.count == 3  # not the other team's
    assert grades(*shops) == [("C", "C"), ("C", "C"), ("", ""), ("C", "C")]
    assert set(Assessment.objects.values_list("source", "evidence", "batch")) == {
        ("manual", "按上年销量", batch.id)
    }


def test_a_wrong_grade_is_refused(cast: Cast, shops: list[Customer]) -> None:
    with pytest.raises(ValueError):
        services.assess_many([shops[0].pk], grade="E", reason="", by=cast.manager)
    assert grades(shops[0]) == [("", "")]


def test_undo_puts_the_grades_of_one_action_back(cast: Cast, shops: list[Customer]) -> None:
    services.assess_many([shops[0].pk], grade="B", reason="一", by=cast.manager)
    batch = services.assess_many(
        [shops[0].pk, shops[1].pk, shops[3].pk], grade="D", reason="二", by=cast.manager
    )
    services.assess_many([shops[3].pk], grade="A", reason="三", by=cast.manager)
    assert services.undo_batch(batch.id, by=cast.rep) == 0  # not theirs to undo
    assert services.undo_batch(batch.id, by=cast.manager) == 2
    assert grades(shops[0], shops[1], shops[3]) == [("B", "B"), ("", ""), ("A", "A")]
    assert services.undo_batch(batch.id, by=cast.manager) == 0
    assert services.undo_batch(uuid.uuid4(), by=cast.manager) == 0


def test_undo_keeps_a_visit_grade_set_since(cast: Cast, shops: list[Customer]) -> None:
    batch = services.assess_many([shops[0].pk], grade="B", reason="一", by=cast.manager)
    Customer.objects.filter(pk=shops[0].pk).update(visit_grade="A")
    assert services.undo_batch(batch.id, by=cast.manager) == 1
    assert grades(shops[0]) == [("", "A")]


def test_imported_grades_are_kept_where_the_import_wrote_them(cast: Cast, shops: list[Customer]) -> None:
    Customer.objects.filter(pk=shops[0].pk).update(customer_grade="A", visit_grade="A")
    Customer.objects.filter(pk=shops[1].pk).update(
        customer_grade="C", visit_grade="B"
    )  # an older grade was kept
    batch = services.take_imported_grades([(shops[0].pk, "A"), (shops[1].pk, "B")], by=cast.manager)
    assert batch.count == 1
    assert [(one.customer, one.grade, one.source) for one in Assessment.objects.all()] == [
        (shops[0], "A", "import")
    ]
    assert grades(*shops[:2]) == [("A", "A"), ("C", "B")]
    assert (shops[0].version, shops[1].version) == (1, 1)  # so that the import can still be undone


def test_assessments_are_seen_through_their_customer(cast: Cast, shops: list[Customer]) -> None:
    services.assess_many([shop.pk for shop in shops], grade="B", reason="", by=cast.director)
    assert Assessment.objects.visible_to(cast.rep).count() == 2
    assert Assessment.objects.visible_to(cast.manager).count() == 3
    assert Assessment.objects.visible_to(cast.finance).count() == 4
    Customer.objects.filter(pk=shops[0].pk).update(deleted_at=timezone.now())
    assert Assessment.objects.visible_to(cast.rep).count() == 1


def test_the_database_refuses_half_a_result(shops: list[Customer]) -> None:
    good: dict[str, Any] = {"customer": shops[0], "batch": uuid.uuid4(), "source": "manual", "grade": "A"}
    wrongs: tuple[dict[str, Any], ...] = (
        {"grade": "E"},
        {"grade": ""},
        {"customer": None},
        {"region_id": "420102"},
        {"source": "scorecard"},
        {"source": "regrade", "card_version": 1},
    )
    for wrong in wrongs:
        with pytest.raises(IntegrityError), transaction.atomic():
            Assessment.objects.create(**{**good, **wrong})
    assert Assessment.objects.create(**good).pk


def test_many_cost_few_queries(cast: Cast, shops: list[Customer], django_assert_max_num_queries: Any) -> None:
    more = [Customer(code=f"N{number}", name="新店", owner=cast.rep) for number in range(300)]
    Customer.objects.bulk_create(more)
    with django_assert_max_num_queries(30):
        assert (
            services.assess_many([one.pk for one in more], grade="B", reason="批量", by=cast.manager).count
            == 300
        )
