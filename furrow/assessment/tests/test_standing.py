"""Current classes by any card: what the rooms above ask for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from furrow.assessment import queries, services
from furrow.assessment.models import Assessment, CardVersion
from furrow.assessment.pages import relationship_figure
from furrow.assessment.scorecards import card, current_card
from furrow.customers.models import Customer
from furrow.team.models import User
from tests.cast import Cast

pytestmark = pytest.mark.django_db

CREDIT = card("credit_5c")
FIVES = {criterion.code: 5 for criterion in CREDIT.criteria() if criterion.levels}
ONES = dict.fromkeys(FIVES, 1)
heard: list[Any] = []


def hear(ids: list[int], card_code: str, *, by: Any) -> None:
    heard.append((ids, card_code, by))


@pytest.fixture
def shop(cast: Cast) -> Customer:
    return Customer.objects.create(code="K1", name="顺达通讯", owner=cast.rep)


@override_settings(REACTIONS={"assessment.assessed": [f"{__name__}.hear"]})
def test_standing_is_the_latest_class_with_its_values(
    cast: Cast, shop: Customer, django_assert_num_queries: Any
) -> None:
    heard.clear()
    assert queries.standing("credit_5c", [shop.pk]) == {}
    services.assess_customer(shop, card=CREDIT, answers=ONES, evidence="", by=cast.rep)
    made = services.assess_customer(shop, card=CREDIT, answers=FIVES, evidence="看过报表", by=cast.manager)
    with django_assert_num_queries(2), translation.override("zh-hans"):
        one = queries.standing("credit_5c", [shop.pk, 0])[shop.pk]
    assert (one.grade, one.name, one.values, one.by_id, one.version) == (
        "1",
        "甲",
        {"limit": "200000", "term_days": 60},
        cast.manager.pk,
        1,
    )
    assert heard == [([shop.pk], "credit_5c", cast.rep), ([shop.pk], "credit_5c", cast.manager)]
    assert services.undo_batch(made.batch, by=cast.manager) == 1
    assert queries.standing("credit_5c", [shop.pk])[shop.pk].grade == "4"
    shop.refresh_from_db()
    assert shop.customer_grade == ""  # a credit grade is no customer grade


def test_a_class_is_found_without_reading_all_of_the_card(cast: Cast, shop: Customer) -> None:
    """By the index of current classes, also in a SQLite that never counted its rows; other databases count by themselves."""
    services.assess_customer(shop, card=CREDIT, answers=FIVES, evidence="", by=cast.rep)
    with CaptureQueriesContext(connection) as captured:
        assert queries.standing("credit_5c", [shop.pk])[shop.pk].grade == "1"
        assert queries.standing_of(shop)["credit_5c"].grade == "1"
    for sql in [
        one["sql"] for one in captured if "is_current" in one["sql"] and connection.vendor == "sqlite"
    ]:
        with connection.cursor() as cursor:
            plan = " ".join(str(row) for row in cursor.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall())
        assert "assessment_current (customer_id=?" in plan, plan


def test_a_late_arrival_is_kept_but_not_current(cast: Cast, shop: Customer) -> None:
    services.assess_customer(shop, card=CREDIT, answers=FIVES, evidence="", by=cast.rep)
    earlier = timezone.now() - timedelta(days=3)
    services.assess_customer(shop, card=CREDIT, answers=ONES, evidence="", by=cast.rep, at=earlier)
    assert queries.standing("credit_5c", [shop.pk])[shop.pk].grade == "1"
    assert Assessment.objects.filter(is_current=True).count() == 1


def test_a_changed_threshold_never_alters_an_old_snapshot(cast: Cast, shop: Customer) -> None:
    fours = dict.fromkeys(FIVES, 4)
    services.assess_customer(shop, card=CREDIT, answers=fours, evidence="", by=cast.rep)
    kept = CardVersion.objects.get(code="credit_5c")
    definition = {**kept.definition, "classes": [dict(one) for one in kept.definition["classes"]]}
    definition["classes"][0]["from"] = "4.00"
    definition["classes"][0]["values"] = {"limit": "500000", "term_days": 90}
    CardVersion.objects.create(code="credit_5c", number=2, state="published", definition=definition)
    now = current_card("credit_5c")
    assert now.version == 2
    old = queries.standing("credit_5c", [shop.pk])[shop.pk]
    assert (old.grade, old.values["limit"], old.version) == ("2", "100000", 1)
    past = queries.history(shop, now)[0]
    assert past.outcome is not None and (past.outcome.grade, past.outcome.card.version) == ("2", 1)
    services.assess_customer(shop, card=now, answers=fours, evidence="", by=cast.rep)
    assert queries.standing("credit_5c", [shop.pk])[shop.pk].values == {"limit": "500000", "term_days": 90}
    assert [one.assessment.grade for one in queries.history(shop, now)] == ["1", "2"]


def test_what_only_a_person_can_judge_needs_one(shop: Customer) -> None:
    with pytest.raises(services.NobodyJudges):
        services.assess_customer(shop, card=CREDIT, answers=FIVES, evidence="", by=None)
    with pytest.raises(services.NotForThis):
        services.assess_customer(shop, card=card("region_selection"), answers={}, evidence="", by=None)


def test_the_strip_shows_the_newest_relationship_grade(cast: Cast, shop: Customer, rf: Any) -> None:
    request = rf.get("/")
    request.user = cast.rep
    assert relationship_figure(request, shop) is None
    now = timezone.now()
    for code, value, days in (("relationship_year", 5, 40), ("relationship_quarter", 1, 2)):
        form = card(code)
        answers = {one.code: value for one in form.criteria() if one.levels}
        services.assess_customer(
            shop, card=form, answers=answers, evidence="", by=cast.rep, at=now - timedelta(days=days)
        )
    request = rf.get("/")  # what the strip knows is kept for one request
    request.user = cast.rep
    figure = relationship_figure(request, shop)
    quarter = queries.standing("relationship_quarter", [shop.pk])[shop.pk]
    assert figure is not None
    assert (figure.value, figure.sub) == (quarter.name, f"{timezone.localdate(quarter.at):%Y-%m-%d}")
    assert quarter.grade != queries.standing("relationship_year", [shop.pk])[shop.pk].grade
    other = rf.get("/")
    other.user = User(role="nobody")
    assert relationship_figure(other, shop) is None
