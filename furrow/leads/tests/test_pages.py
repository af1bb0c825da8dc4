"""The pages as people use them, through the front door."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from furrow.customers.models import Customer
from furrow.customers.services import create_customer
from furrow.kit.places import Region, load_regions
from furrow.leads import converting, feedback, handover, services
from furrow.leads.importing import DirectoryImporter
from furrow.leads.models import ChannelCost, Lead, LeadList
from furrow.leads.states import State
from furrow.leads.tabling import add_rule
from furrow.leads.tests.leads import assigned, enter, sheet, valid
from furrow.records.importing.engine import advance
from furrow.records.importing.models import ImportBatch
from furrow.records.importing.services import match, start, take_file, undo
from furrow.team.models import User
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User | None], Client]


def inquiry(**values: Any) -> dict[str, Any]:
    return {
        "name": "顺达通讯",
        "phone": "13800001234",
        "situation": "想做代理",
        "channel": services.shipped_channel("hotline").pk,
        **values,
    }


def test_the_inquiry_book_enters_once_and_asks_about_duplicates(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.clerk)
    page = client.get("/leads/inquiries/").content.decode()
    assert "data-inquiry" in page and 'name="once"' in page
    for _ in range(2):  # the button pressed twice
        assert client.post("/leads/inquiries/", inquiry(once="a1")).status_code in (302, 422)
    lead = Lead.objects.get()
    again = client.post("/leads/inquiries/", inquiry(name="順達通訊", situation="又来电"))
    assert again.status_code == 422 and "Add to this lead" in again.content.decode()
    client.post("/leads/inquiries/", inquiry(situation="又来电", add_to=lead.pk))
    lead.refresh_from_db()
    assert Lead.objects.count() == 1 and lead.remark.endswith("又来电")
    client.post("/leads/inquiries/", inquiry(confirm="1"))
    assert Lead.objects.count() == 2
    found = client.get("/leads/inquiries/similar/", {"phone": "13800001234"}).content.decode()
    assert "Possible duplicate" in found


def test_the_person_is_found_by_pinyin_and_names_go_by_it(cast: Cast, client_of: ClientOf) -> None:
    last = enter(cast.clerk, "重庆路手机", contact_name="欧阳语嫣")
    first = enter(cast.clerk, "安康数码", contact_name="王敏")
    client = client_of(cast.director)
    for text in ("ouyang", "oyyy", "语嫣"):
        found = client.get("/leads/", {"q": text}).text
        assert last.name in found and first.name not in found, text
    services.change_lead(first, by=cast.clerk, name="中山数码")
    rows = client.get("/leads/", {"sort": "name_order"}).text
    assert 0 < rows.index(last.name) < rows.index("中山数码")


def test_a_customer_is_told_while_typing_and_masked_out_of_reach(cast: Cast, client_of: ClientOf) -> None:
    create_customer(by=cast.director, name="光谷数码", phone="13911112222", owner=cast.other_rep)
    seen = client_of(cast.rep).get("/leads/inquiries/similar/", {"phone": "13911112222"}).content.decode()
    assert "光**" in seen and "光谷数码" not in seen


def test_wrong_input_is_said_beside_its_field(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.clerk)
    for values in ({"name": ""}, {"phone": "1380000123"}, {"region": "月球"}, {"channel": "99999"}):
        answer = client.post("/leads/inquiries/", inquiry(**values))
        assert answer.status_code == 422 and "fr-field bad" in answer.content.decode()
    assert not Lead.objects.exists()


def test_a_sheet_is_assigned_signed_printed_and_exported(cast: Cast, client_of: ClientOf) -> None:
    one, two = enter(cast.clerk, "江岸通讯"), enter(cast.clerk, "后湖数码", is_urgent=True)
    assert client_of(cast.clerk).post("/leads/sheets/make/").status_code == 302
    made = one.line.sheet
    head = client_of(cast.director)
    page = head.get(f"/leads/sheets/{made.pk}/").content.decode()
    assert page.index("后湖数码") < page.index("江岸通讯") and "next in turn" in page
    posted = {f"to_{one.pk}": cast.rep.pk, f"to_{two.pk}": "", "sign": "1"}
    assert (
        "still to be assigned"
        in head.post(f"/leads/sheets/{made.pk}/assign/", posted, follow=True).content.decode()
    )
    head.post(f"/leads/sheets/{made.pk}/assign/", {f"to_{two.pk}": cast.other_rep.pk, "sign": "1"})
    made.refresh_from_db()
    assert made.signed_by == cast.director
    assert b"xl/" in b"".join(head.get(f"/leads/sheets/{made.pk}/print/?format=xlsx").streaming_content)
    paper = head.get(f"/leads/sheets/{made.pk}/print/").content.decode()
    assert "江岸通讯" in paper and "赵磊" in paper
    mine = client_of(cast.rep).get(f"/leads/sheets/{made.pk}/").content.decode()
    assert "江岸通讯" in mine and "后湖数码" not in mine  # a rep sees the own lines only
    assert client_of(cast.second_rep).get(f"/leads/sheets/{made.pk}/").status_code == 404


def test_report_talk_convert_and_undo_through_the_pages(cast: Cast, client_of: ClientOf) -> None:
    lead = assigned(cast, name="光谷数码", contact_name="周丽")
    client, to = client_of(cast.rep), f"/leads/{lead.pk}/act"
    assert client.post(f"{to}/report/", {"result": "rejected"}).status_code == 422
    assert (
        client.post(f"{to}/convert/", {"visit_grade": "A", "kind": "retailer"}).status_code == 302
    )  # not yet
    assert not Customer.objects.exists()
    client.post(f"{to}/report/", {"result": "valid", "prospect_class": "A", "text": "要 20 台"})
    when = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    talk = {"method": "phone", "at": when, "next_step": "寄样机"}
    assert client.post(f"{to}/talk/", talk).status_code == 422
    assert client.post(f"{to}/talk/", talk | {"method_reason": "对方在外地"}).status_code == 302
    assert client.post(f"{to}/talk/", talk).status_code == 302  # asked for the first talk only
    form = client.get(f"{to}/convert/").content.decode()
    assert 'value="光谷数码"' in form and 'value="周丽"' in form
    answer = client.post(
        f"{to}/convert/", {"name": "光谷数码", "contact_name": "周丽", "kind": "retailer", "visit_grade": "A"}
    )
    customer = Customer.objects.get()
    assert answer["Location"] == f"/customers/{customer.pk}/" and customer.visit_grade == "A"
    assert "Came as a lead" in client.get(f"/customers/{customer.pk}/panel/lead/").content.decode()
    told = client.get(f"/leads/{lead.pk}/history/").content.decode()
    read = re.sub(r'datetime="[^"]*"', "", told)
    assert (
        "Converted" in read and "光谷数码" in read and not re.search(r"\dT\d\d:", read)
    )  # names and times, no ids
    client.post(f"{to}/undo/")
    lead.refresh_from_db()
    assert lead.state == State.TALK and not Customer.objects.alive().exists()
    assert "对方在外地" in client.get(f"/leads/{lead.pk}/print/").content.decode()


def test_only_who_answers_for_a_lead_acts_on_it(cast: Cast, client_of: ClientOf) -> None:
    lead = assigned(cast, cast.other_rep)
    Lead.objects.filter(pk=lead.pk).update(entered_by=cast.rep)
    assert client_of(cast.rep).get(f"/leads/{lead.pk}/").status_code == 200
    client_of(cast.rep).post(f"/leads/{lead.pk}/act/report/", {"result": "valid"})
    lead.refresh_from_db()
    assert lead.state == State.ASSIGNED
    assert (
        client_of(cast.second_rep).post(f"/leads/{lead.pk}/act/report/", {"result": "valid"}).status_code
        == 404
    )
    assert (
        client_of(cast.read_only).post(f"/leads/{lead.pk}/act/report/", {"result": "valid"}).status_code
        == 403
    )
    assert client_of(cast.rep).get(f"/leads/{lead.pk}/act/nothing/").status_code == 404


def test_overdue_lines_stand_on_both_desks(cast: Cast, client_of: ClientOf) -> None:
    lead = assigned(cast, name="逾期通讯")
    Lead.objects.filter(pk=lead.pk).update(feedback_due=timezone.now() - timedelta(days=1))
    feedback.escalate_overdue(timezone.now())
    assert "Overdue" in client_of(cast.rep).get("/leads/desk/").content.decode()
    assert "Overdue in your team" in client_of(cast.manager).get("/leads/desk/").content.decode()
    assert "逾期通讯" not in client_of(cast.other_manager).get("/leads/desk/").content.decode()
    assert "逾期通讯" in client_of(cast.director).get("/leads/?attention=overdue").content.decode()


def test_the_pool_hides_who_it_is_until_taken(cast: Cast, client_of: ClientOf) -> None:
    place = Region.objects.create(code="420102", name="江岸区", full_name="江岸区", level=3)
    lead = feedback.release_lead(
        assigned(cast, name="江滩通讯", phone="13866667777", region=place), by=cast.rep
    )
    client = client_of(cast.other_rep)
    page = client.get("/leads/pool/").content.decode()
    assert "江**" in page and "138****7777" in page and "江滩通讯" not in page
    assert "Jiang&#x27;an District" in page
    assert client.get(f"/leads/{lead.pk}/").status_code == 404
    assert client.post(f"/leads/pool/{lead.pk}/pick/")["Location"] == f"/leads/{lead.pk}/"
    late = client_of(cast.second_rep).post(f"/leads/pool/{lead.pk}/pick/", follow=True).content.decode()
    assert "Somebody else took it first" in late
    assert client_of(cast.finance).post(f"/leads/pool/{lead.pk}/pick/").status_code == 403


def test_many_are_assigned_at_once(cast: Cast, client_of: ClientOf) -> None:
    rows = [enter(cast.clerk) for _ in range(3)]
    converted = valid(cast)
    converting.convert_lead(converted, by=cast.rep)
    client, ids = client_of(cast.director), [lead.pk for lead in rows] + [converted.pk]
    assert client.post("/leads/assign/", {"ids": ids}).status_code == 200
    answer = client.post(
        "/leads/assign/", {"ids": ids, "person": cast.other_rep.pk}, follow=True
    ).content.decode()
    assert "3 leads assigned" in answer and "1 left as they are" in answer
    assert Lead.objects.filter(holder=cast.other_rep).count() == 3


def test_a_list_comes_in_with_its_cost_and_goes_again(cast: Cast) -> None:
    load_regions(townships=False)
    known = enter(cast.clerk, "后湖数码", phone="13900001111")
    create_customer(by=cast.director, name="三镇手机", phone="13900002222", owner=cast.rep)
    file = "客户名称,电话,地区\n后湖数码,13900001111,武汉市江岸区\n三镇手机,13900002222,\n青山通讯,13900003333,\n青山通讯,13900003333,\n坏号码,12,\n"
    batch = take_file("leads", [file.encode()], "list.csv", by=cast.manager)
    channel = services.shipped_channel("trade_fair")
    options = {
        "name": "武汉手机展",
        "channel": channel,
        "campaign": "秋季",
        "cost": "600",
        "received_on": "2026-11-20",
    }
    form = DirectoryImporter().options_form(cast.manager, {**options, "channel": channel.pk})
    assert form.is_valid()
    match(
        batch,
        columns=batch.columns or {"name": 0, "phone": 1, "region": 2},
        options=DirectoryImporter().plain_options(form.cleaned_data),
        by=cast.manager,
    )
    for begin in (None, start):
        batch = ImportBatch.objects.get(pk=batch.pk)
        if begin:
            begin(batch, by=cast.manager)
            batch = ImportBatch.objects.get(pk=batch.pk)
        while not advance(batch, seconds=10):
            pass
    made = Lead.objects.exclude(pk=known.pk)
    assert [lead.name for lead in made] == ["青山通讯"]
    assert (made[0].list.name, made[0].source, made[0].state) == ("武汉手机展", "武汉手机展", "entered")
    assert ChannelCost.objects.get().amount == 600 and LeadList.objects.count() == 1
    undo(ImportBatch.objects.get(pk=batch.pk), by=cast.manager)
    batch = ImportBatch.objects.get(pk=batch.pk)
    while not advance(batch, seconds=10):
        pass
    assert not Lead.objects.alive().exclude(pk=known.pk).exists()


def test_a_rule_decides_and_the_sheet_says_so(cast: Cast, client_of: ClientOf) -> None:
    load_regions(townships=False)
    lead = enter(cast.clerk, region_id="420103")
    add_rule(by=cast.administrator, region=Region.objects.get(pk="4201"), person=cast.other_rep)
    made = sheet(cast)
    assert handover.suggestions([lead], cast.director)[lead.pk].person == cast.other_rep.pk
    assert "by rule" in client_of(cast.director).get(f"/leads/sheets/{made.pk}/").content.decode()
