"""Whom to ask today, and what collecting tells the plan and the credit card."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time, timedelta
from decimal import Decimal as D

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone, translation

from furrow.customers.services import create_customer
from furrow.kit.places import Region
from furrow.receivables import collecting, collecting_plan, collecting_today, facts, region_hours, services
from furrow.receivables.models import Account
from furrow.team.models import User
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_the_first_delay_is_always_among_those_to_ask_today(cast: Cast) -> None:
    """Five late payers leave a place of four to the one that was never late before; a promise, and asking again later, take two out."""
    today = timezone.localdate()
    shops = [create_customer(by=cast.director, name=f"汉口 {n} 店", owner=cast.rep) for n in range(6)]
    for number, one in enumerate(shops):
        line = services.Line("手机", 1, D(900 - 100 * number), 0)
        paid = services.issue_invoice(one, [line], day=today - timedelta(days=80), by=None)
        if number < 5:  # paid late before
            services.record_payment(one, paid.gross, day=today - timedelta(days=40), pays=services.OLDEST, by=None)  # fmt: skip
        else:
            services.record_payment(one, paid.gross, day=paid.due, pays=services.OLDEST, by=None)
        services.issue_invoice(one, [line], day=today - timedelta(days=2), by=None)
    found = collecting_today.to_collect(cast.rep, limit=4)
    assert [one.customer for one in found] == [*shops[:3], shops[5]]
    assert [one.late.first_delay for one in found] == [False, False, False, True]
    assert found[3].late.level == 1 and found[3].late.overdue == D("400.00")
    collecting.promise(shops[0], D("5.00"), today, by=cast.rep)
    collecting.take_step(shops[1], 1, result="x", ask_again=today + timedelta(days=3), by=cast.rep)
    assert [one.customer for one in collecting_today.to_collect(cast.rep)] == [*shops[2:5], shops[5]]
    assert collecting_today.to_collect(cast.other_rep) == []


def test_what_collecting_tells_the_plan_and_the_credit_card(cast: Cast) -> None:
    """A broken promise, one that runs, an invoice overdue and one that is not."""
    today = timezone.localdate()
    broken, running, late, well, none = (create_customer(by=cast.director, name=f"江岸 {n} 店", owner=cast.rep) for n in range(5))  # fmt: skip
    line = services.Line("手机", 1, D("500.00"), 0)
    for shop in (broken, running, late):
        services.issue_invoice(shop, [line], day=today - timedelta(days=12), by=None)
    services.issue_invoice(well, [line], day=today, term_days=30, by=None)
    collecting.promise(broken, D("300.00"), today - timedelta(days=1), given_on=today - timedelta(days=9), by=cast.rep)  # fmt: skip
    collecting.promise(running, D("200.00"), today + timedelta(days=2), by=cast.rep)
    ids = [shop.pk for shop in (broken, running, late, well, none)]
    assert collecting_plan.to_visit(ids) == {broken.pk, running.pk, late.pk}
    with translation.override("en"):
        told = collecting_plan.visit_reasons(cast.rep, ids)
    assert told[late.pk] == "Collect ¥500.00, 12 days overdue"
    assert told[broken.pk] == f"Collect ¥500.00, 12 days overdue; ¥300.00 promised for {today - timedelta(days=1)} did not come"  # fmt: skip
    assert told[running.pk] == f"Collect ¥500.00, 12 days overdue; ¥200.00 promised for {today + timedelta(days=2)}"  # fmt: skip
    assert set(told) == {broken.pk, running.pk, late.pk}
    assert collecting_plan.visit_reasons(cast.other_rep, ids) == {}
    found = facts.promises_kept(ids, today)
    assert {pk: one.value for pk, one in found.items()} == {broken.pk: D("0.00")}
    services.record_payment(running, D("200.00"), by=None, pays=services.OLDEST)
    assert facts.promises_kept(ids, today)[running.pk].value == D("100.00")


def test_hours_of_the_region_unless_the_customer_said_otherwise(cast: Cast) -> None:
    """Over midnight until noon, so that the present hour lies in them or not at will."""
    region = Region.objects.create(code="42", name="湖北省", level=1, full_name="湖北省")
    city = Region.objects.create(code="4201", name="武汉市", level=2, full_name="湖北省武汉市", parent=region)
    shops = [create_customer(by=None, name=f"汉口 {n} 店", owner=cast.rep, region=city) for n in range(2)]
    collecting.set_habit(shops[0], by=None, avoid_from=time(1), avoid_until=time(2))
    for one in shops:
        services.issue_invoice(one, [services.Line("手机", 1, D(900), 0)], day=timezone.localdate() - timedelta(days=2), by=None)  # fmt: skip
    assert [one.avoid for one in collecting_today.to_collect(cast.rep)] == [(time(1), time(2)), None]
    now = timezone.localtime()
    hour = now.replace(minute=0, second=0, microsecond=0).time()
    region_hours.set_hours(region, hour, (now + timedelta(hours=2)).replace(minute=0, second=0, microsecond=0).time(), by=cast.administrator)  # fmt: skip
    (row,) = [one for one in collecting_today.to_collect(cast.rep) if one.customer == shops[1]]
    assert (row.avoid and row.avoid[0], row.avoid_in, row.now) == (hour, str(region), False)
    with pytest.raises(ValidationError, match="end when they begin"):
        region_hours.set_hours(city, time(8), time(8), by=cast.administrator)


def test_a_letter_is_written_only_where_something_is_overdue(
    cast: Cast, client_of: Callable[[User | None], Client]
) -> None:
    """Without it the page of the account says why there is none."""
    shop = create_customer(by=cast.director, name="汉阳店", owner=cast.rep)
    line, today = services.Line("手机", 1, D("500.00"), 0), timezone.localdate()
    services.issue_invoice(shop, [line], day=today, term_days=30, by=None)
    address = f"/receivables/accounts/{Account.objects.get(customer=shop).pk}/letter/1/"
    client = client_of(cast.manager)
    refused = client.get(address, follow=True)
    assert refused.redirect_chain and "Nothing is overdue" in refused.content.decode()
    services.issue_invoice(shop, [line], day=today - timedelta(days=12), by=None)
    assert "¥500.00" in client.get(address).content.decode()


def test_the_credit_policy_is_read_by_all_and_changed_by_its_keepers(
    cast: Cast, client_of: Callable[[User | None], Client]
) -> None:
    """Who may not change it sees fields that cannot be typed into, and no button."""
    field = re.compile(r'<input[^>]*name="default_limit"[^>]*>')
    for user, may in ((cast.manager, False), (cast.administrator, True)):
        page = client_of(user).get("/receivables/policy/").content.decode()
        found = field.search(page)
        assert found and ("disabled" not in found[0]) is may
        assert (">Save<" in page) is may
