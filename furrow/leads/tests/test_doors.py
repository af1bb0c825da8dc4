"""The web form, the API, measures, the weekly list and the rules through their pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest
from django.test import Client
from django.utils import timezone

from furrow.leads import converting, feedback, services, tabling, web
from furrow.leads.measures import measures
from furrow.leads.models import Lead
from furrow.leads.rules import week_of
from furrow.leads.table_models import RoundStop, ValidLine, WebKnock
from furrow.leads.tests.leads import assigned, enter, valid
from furrow.receivables.services import Line, issue_invoice
from furrow.team.models import User
from furrow.team.services import issue_api_token
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User | None], Client]
MESSAGE = {"contact_name": "周丽", "phone": "13800001111", "situation": "想做代理", "name": "光谷数码"}


@pytest.fixture
def on(cast: Cast) -> None:
    tabling.save_settings(by=cast.administrator, web_form=True)


def old_token(seconds: int = 10) -> str:
    import time

    now = time.time()
    with mock.patch("time.time", return_value=now - seconds):
        return web.new_token()


def test_the_web_form_is_off_until_switched_on(cast: Cast, client_of: ClientOf) -> None:
    assert client_of(None).get("/inquiry/").status_code == 404
    tabling.save_settings(by=cast.administrator, web_form=True)
    page = client_of(None).get("/inquiry/?source=首页").content.decode()
    assert 'name="token"' in page and 'value="首页"' in page


def test_a_message_becomes_one_inquiry_however_often_it_is_sent(on: None, client_of: ClientOf) -> None:
    token = old_token()
    for _ in range(2):
        answer = client_of(None).post("/inquiry/", {**MESSAGE, "token": token, "source": "首页"})
        assert answer.status_code == 200 and "Thank you" in answer.content.decode()
    lead = Lead.objects.get()
    assert (lead.name, lead.channel.code, lead.source, lead.entered_by) == (
        "光谷数码",
        "site_message",
        "首页",
        None,
    )


@pytest.mark.parametrize("token", ["", "nonsense", "a:b:c", "young", "stale"])
def test_machines_are_sent_back(on: None, client_of: ClientOf, token: str) -> None:
    known = {"young": web.new_token(), "stale": old_token(4 * 3600)}.get(token, token)
    answer = client_of(None).post("/inquiry/", {**MESSAGE, "token": known})
    assert answer.status_code == 422 and "周丽" in answer.content.decode()  # what was written is kept
    assert not Lead.objects.exists()


def test_the_trap_swallows_and_the_limit_holds(on: None, client_of: ClientOf) -> None:
    client = client_of(None)
    assert client.post("/inquiry/", {**MESSAGE, "token": old_token(), "website": "x"}).status_code == 200
    assert not Lead.objects.exists()
    answers = [client.post("/inquiry/", {**MESSAGE, "token": old_token()}).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]
    assert Lead.objects.count() == 5
    assert "127.0.0.1" not in WebKnock.objects.values_list("origin", flat=True)


def test_the_api_enters_reads_assigns_and_reports(cast: Cast, client_of: ClientOf) -> None:
    services.seed_channels()

    def call(user: User, method: str, path: str, body: Any = None) -> Any:
        token = issue_api_token(user, by=user)
        return getattr(client_of(None), method)(
            f"/api/leads{path}",
            body,
            content_type="application/json",
            headers={"authorization": f"Bearer {token}"},
        )

    body = {"name": "后湖数码", "channel": "hotline", "phone": "13911110000", "client_id": "x1"}
    one = call(cast.clerk, "post", "", body)
    assert one.status_code == 201 and call(cast.clerk, "post", "", body).json()["id"] == one.json()["id"]
    again = call(cast.clerk, "post", "", {**body, "client_id": "x2"})
    assert again.status_code == 422 and "后湖数码" in again.json()["fields"]["name"]
    pk = one.json()["id"]
    assert call(cast.rep, "get", f"/{pk}").status_code == 404
    assert call(cast.rep, "post", f"/{pk}/assign", {"person": cast.rep.pk}).status_code == 403
    assert call(cast.director, "post", f"/{pk}/assign", {"person": cast.rep.pk}).json()["holder"] == "李伟"
    assert call(cast.director, "post", f"/{pk}/assign", {"person": cast.other_rep.pk}).status_code == 409
    assert call(cast.rep, "post", f"/{pk}/report", {"result": "valid"}).json()["state"] == "valid"
    assert call(cast.rep, "post", f"/{pk}/report", {"result": "valid"}).status_code == 409
    assert call(cast.rep, "post", f"/{pk}/report", {"result": "lost"}).status_code == 422
    assert [lead["id"] for lead in call(cast.rep, "get", "?state=valid").json()["items"]] == [pk]


def test_measures_count_what_became_of_the_leads_that_came(cast: Cast, client_of: ClientOf) -> None:
    """Four by hotline: one converted, one more valid, one rejected, one waiting; one by chat, waiting. 70 yuan for this week's hotline."""
    bought = converting.convert_lead(valid(cast), by=cast.rep).customer
    issue_invoice(bought, [Line("手机", 2, Decimal("50.00"), 0)], by=cast.finance)
    valid(cast)
    feedback.report_lead(assigned(cast), "rejected", by=cast.rep, reason="no_need")
    enter(cast.clerk)
    enter(cast.clerk, channel=services.shipped_channel("site_chat"))
    monday = week_of(timezone.localdate())
    hotline = services.shipped_channel("hotline")
    tabling.add_cost(
        by=cast.administrator,
        channel=hotline,
        first=monday,
        last=monday + timedelta(days=6),
        amount=Decimal(70),
        campaign="",
    )
    found = measures(cast.director, timezone.localdate(), 4)
    total, row = found.total, next(row.figures for row in found.rows if row.channel == hotline)
    assert (total.leads, total.valid, total.converted, row.leads) == (5, 2, 1, 4)
    assert (total.revenue, row.revenue) == (Decimal("100.00"), Decimal("100.00"))
    assert (row.valid_rate, row.conversion_rate, row.cost_per_lead) == (0.5, 0.25, Decimal("17.50"))
    assert found.weeks[-1].figures.cost == 70 and found.weeks[0].figures.leads == 0
    client = client_of(cast.director)
    page = client.get("/leads/measures/?weeks=4").content.decode()
    assert f"channel={hotline.pk}&amp;week=" in page.replace("&week", "&amp;week")
    listed = client.get(f"/leads/?channel={hotline.pk}&week={monday}&reached=valid").content.decode()
    assert listed.count('class="lead') == 2
    assert b"xl/" in b"".join(client.get("/leads/measures/?format=xlsx").streaming_content)
    assert measures(cast.rep, timezone.localdate(), 4).total.cost == 0  # costs are not a rep's


def test_the_weekly_list_is_split_and_given_out_on_its_page(cast: Cast, client_of: ClientOf) -> None:
    from furrow.catalog.services import brand_named, set_director

    brand = brand_named("云雀", by=cast.administrator)
    set_director(brand, cast.manager, by=cast.administrator)
    valid(cast, name="江岸通讯")
    page = client_of(cast.clerk).get("/leads/valid/").content.decode()
    assert "Not split by brand yet" in page
    line = ValidLine.objects.get()
    assert client_of(cast.rep).post(f"/leads/valid/{line.pk}/", {"brand": brand.pk}).status_code == 403
    client_of(cast.clerk).post(f"/leads/valid/{line.pk}/", {"brand": brand.pk})
    client_of(cast.manager).post(f"/leads/valid/{line.pk}/", {"person": cast.second_rep.pk})
    line.refresh_from_db()
    assert (line.lead.brand, line.lead.holder, line.decided_by) == (brand, cast.second_rep, cast.manager)
    assert "江岸通讯" in client_of(cast.clerk).get("/leads/valid/print/").content.decode()


def test_the_round_is_ticked_off_and_posts_are_traced(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.clerk)
    client.post(
        "/leads/round/", {"add": "stop", "stop-kind": "website", "stop-name": "官网", "stop-address": ""}
    )
    stop = RoundStop.objects.get()
    client.post(f"/leads/round/{stop.pk}/tick/", {"found": "2"})
    client.post(f"/leads/round/{stop.pk}/tick/", {"found": "x"})  # refused, the tick stands
    assert "1 of 1 looked at" in client.get("/leads/round/").content.decode()
    day = timezone.localdate()
    client.post(
        "/leads/round/", {"add": "post", "post-stop": stop.pk, "post-title": "招募", "post-posted_on": day}
    )
    post = stop.posts.get()
    for answers in (3, 5):
        client.post(f"/leads/round/posts/{post.pk}/", {"answers": answers, "text": "有人问价"})
    assert post.traces.get().answers == 5
    assert client_of(cast.rep).get("/leads/round/").status_code == 403


def test_a_sweep_shows_shops_done_and_left(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.rep)
    form = {
        "name": "后湖大道",
        "rep": cast.rep.pk,
        "begins_on": timezone.localdate(),
        "shops": "后湖数码，1 号\n三镇手机\n",
    }
    address = client.post("/leads/sweeps/new/", form)["Location"]
    shop = client.get(address).context["shops"][0]
    for _ in range(2):
        client.post(address, {"shop": shop.pk, "once": "a", "name": shop.name, "phone": "13800001234"})
    assert "1 done, 1 left" in client.get(address).content.decode()
    assert Lead.objects.get().address == "1 号"
    assert client_of(cast.other_rep).get(address).status_code == 404


def test_rules_are_refused_with_words(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.administrator)
    day = timezone.localdate()
    for part, values in (
        ("rule", {"person": cast.rep.pk}),
        ("rule", {"person": cast.rep.pk, "product": "月球车"}),
        (
            "cost",
            {
                "k-channel": services.shipped_channel("hotline").pk,
                "k-first": day,
                "k-last": day - timedelta(days=1),
                "k-amount": "5",
            },
        ),
        ("channel", {"c-kind": "network", "c-name": ""}),
        ("settings", {"s-closing": "25:00"}),
    ):
        answer = client.post("/leads/rules/", {"part": part, **values})
        assert answer.status_code == 422 and "bad" in answer.content.decode(), part
    assert client_of(cast.rep).get("/leads/rules/").status_code == 403
