"""Whom to ask for a referral and when (P7.5), and the tree of who named whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from furrow.customers.models import Customer
from furrow.leads import converting, feedback, handover, referring
from furrow.leads.drawing import draw_tree, shortened
from furrow.leads.referral_queries import Branch, referral_tree, whom_to_ask
from furrow.leads.tests.leads import valid
from furrow.team.models import User
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def asked(cast: Cast, customer: Customer, days: int) -> None:
    day = timezone.localdate() - timedelta(days=days)
    referring.ask_referral(
        by=cast.rep, referrer="老板", relation="customer", referrer_customer=customer, asked_on=day
    )


def test_whom_to_ask_and_why(cast: Cast, client_of: Callable[[User | None], Client]) -> None:
    made = {
        name: Customer.objects.create(
            code=f"K{number}", name=name, owner=owner, status="active", visit_grade=grade
        )
        for number, (name, owner, grade) in enumerate(
            [
                ("甲从未请托", cast.rep, "A"),
                ("甲刚请托过", cast.rep, "A"),
                ("甲九十天前", cast.rep, "A"),
                ("乙从未请托", cast.rep, "B"),
                ("乙早先请托", cast.rep, "B"),
                ("丙", cast.rep, "C"),
                ("甲属别队", cast.other_rep, "A"),
            ]
        )
    }
    for name, days in (("甲刚请托过", 89), ("甲九十天前", 90), ("乙早先请托", 200)):
        asked(cast, made[name], days)
    lead = valid(cast, name="丁刚签约")
    converting.convert_lead(lead, by=cast.rep)
    found = {one.customer.name: len(one.reasons) for one in whom_to_ask(cast.rep)}
    assert found == {"甲从未请托": 1, "甲九十天前": 1, "乙从未请托": 1, "丁刚签约": 1}
    assert "甲属别队" in {one.customer.name for one in whom_to_ask(cast.director)}
    page = client_of(cast.rep).get(reverse("leads:whom_to_ask")).text
    assert "甲从未请托" in page and "甲刚请托过" not in page


def test_the_picture_by_hand() -> None:
    """甲 named 乙 and 丙, 丙 named 丁; 戊 stands alone. Leaves 乙, 丁, 戊 at 24, 60, 96; 丙 beside 丁, 甲 halfway between 乙 and 丙."""
    told = [(0, "甲", ""), (1, "乙", "已见面"), (1, "丙", ""), (2, "丁", ""), (0, "戊", "")]
    made = draw_tree([Branch(depth, name, step, "") for depth, name, step in told])
    assert [(one.name, one.x, one.y) for one in made.nodes] == [
        ("甲", 8, 42), ("乙", 248, 24), ("丙", 248, 60), ("丁", 488, 60), ("戊", 8, 96),
    ]  # fmt: skip
    assert made.curves == [
        "M8 42C128 42 128 24 248 24",
        "M8 42C128 42 128 60 248 60",
        "M248 60C368 60 368 60 488 60",
    ]
    assert (made.width, made.height) == (744, 132)
    assert shortened("后湖数码") == "后湖数码" and shortened("后" * 15) == "后" * 14 + "…"
    assert draw_tree([]).nodes == []


def test_the_tree_follows_those_who_were_named_and_named_others(
    cast: Cast, client_of: Callable[[User | None], Client]
) -> None:
    ask = referring.ask_referral(by=cast.rep, referrer="王老板")
    lead = referring.introduce(ask, by=cast.rep, name="后湖数码")
    handover.assign_lead(lead, cast.rep, by=cast.director)
    feedback.report_lead(lead, "valid", by=cast.rep)
    customer = converting.convert_lead(lead, by=cast.rep).customer
    second = referring.ask_referral(
        by=cast.rep, referrer=customer.name, relation="customer", referrer_customer=customer
    )
    referring.introduce(second, by=cast.rep, name="汉阳数码")
    told = [(one.depth, one.name) for one in referral_tree(cast.rep)]
    assert told == [(0, "王老板"), (1, "后湖数码"), (2, "汉阳数码")]
    assert referral_tree(cast.other_rep) == []
    page = client_of(cast.rep).get(reverse("leads:referral_tree")).text
    assert page.count("<path d=") >= 2 and "<title>汉阳数码</title>" in page
