"""What the phone sends beside visits: promises and complaints, need charts, new customers, checks against the store standard; where a plan sends people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from furrow.attachments.models import Attachment
from furrow.attachments.services import delete_file
from furrow.contacts.models import Contact
from furrow.contacts.person import person_of
from furrow.contacts.services import create_contact
from furrow.customers.models import Customer
from furrow.customers.services import create_customer, delete_customer
from furrow.field.package import day_package
from furrow.field.tests.test_inbox import Phone, begin, phone, picture, shop  # noqa: F401
from furrow.kit.models import AuditEntry
from furrow.team.models import User
from furrow.visits import checks
from furrow.visits.chart_models import NeedChart
from furrow.visits.charts import save_chart
from furrow.visits.check_models import StoreCheckItem, StoreCheckPhoto
from furrow.visits.doctor_phone import cases
from furrow.visits.matter_models import Matter
from furrow.visits.models import ContactRecord
from furrow.visits.need_models import NeedCase
from furrow.visits.person import CHARTS
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_promise_is_kept_shown_and_closed(shop: Customer, phone: Phone, cast: Cast) -> None:  # noqa: F811
    said = phone.message(
        "matter.add", {"customer": shop.pk, "kind": "complaint", "text": "接头松", "due": "2026-13-40"}
    )
    assert phone.post(said).json()["outcome"] == "refused"
    good = {"customer": shop.pk, "kind": "complaint", "text": "接头松"}
    message = phone.message("matter.add", good)
    for _turn in range(2):
        assert phone.post(message).json()["outcome"] == "accepted"
    matter = Matter.objects.get()
    assert (matter.owner, matter.due) == (cast.rep, timezone.localdate() + timedelta(days=3))
    told = day_package(cast.rep)["parts"]["matters"]
    assert [row[:3] + row[4:6] for row in told] == [
        [matter.pk, message["id"], shop.pk, "complaint", "接头松"]
    ]
    assert day_package(cast.other_rep)["parts"]["matters"] == []
    wordless = phone.send("matter.close", {"added": message["id"], "outcome": " "})
    assert wordless["outcome"] == "refused" and wordless["reason"]
    closed = phone.send("matter.close", {"added": message["id"], "outcome": "换了新的"})
    assert closed["outcome"] == "accepted"
    matter.refresh_from_db()
    assert (matter.closed_by, matter.outcome) == (cast.rep, "换了新的")
    assert day_package(cast.rep)["parts"]["matters"] == []
    for payload in ({"item": 2**62}, {"item": "x"}, {"added": "x"}, {}):
        assert phone.send("matter.close", payload)["outcome"] == "refused"


def test_a_need_chart_is_written_by_two_and_goes_with_the_person(
    shop: Customer,  # noqa: F811
    phone: Phone,  # noqa: F811
    cast: Cast,
) -> None:
    contact = create_contact(by=cast.rep, customer=shop, name="何店长")
    first = phone.send("chart.save", {"contact": contact.pk, "inner_wish": "开第二家店"}, base=0)
    assert first["outcome"] == "accepted"
    save_chart(contact, {"inner_wish": "早点退休", "post": "店长"}, by=cast.manager)
    clash = phone.send("chart.save", {"contact": contact.pk, "inner_wish": "开三家店"}, base=1)
    assert clash["outcome"] == "conflict" and clash["answer"]["clashes"][0]["theirs"] == "早点退休"
    beside = phone.send("chart.save", {"contact": contact.pk, "interests": "钓鱼"}, base=1)
    assert beside["outcome"] == "accepted"  # nobody else wrote that part
    assert phone.send("chart.save", {"contact": contact.pk, "post": "长" * 301})["outcome"] == "refused"
    mine = Phone(phone.client, cast.other_rep)
    assert mine.send("chart.save", {"contact": contact.pk, "post": "x"})["outcome"] == "refused"
    assert not AuditEntry.objects.filter(changes__icontains="退休").exists()
    person = person_of(Contact.objects.get(pk=contact.pk))
    assert CHARTS.export(person) == {"inner_wish": "早点退休", "post": "店长", "interests": "钓鱼"}
    assert (CHARTS.count(person), CHARTS.erase(person)) == (1, 1) and not NeedChart.objects.exists()


def test_a_new_customer_comes_once_with_its_first_visit_and_photo(phone: Phone, cast: Cast) -> None:  # noqa: F811
    fix = {"lng": 114.31, "lat": 30.58, "accuracy": 12}
    payload = {"name": "新开的数码店", "phone": "13900001234", "situation": "老板要样品", "fix": fix}
    message = phone.message("customer.add", payload)
    for _turn in range(2):
        assert phone.post(message).json()["outcome"] == "accepted"
    made = Customer.objects.get(name="新开的数码店")
    assert (made.owner, made.longitude, made.phone) == (cast.rep, 114.31, "13900001234")
    assert [row.content for row in ContactRecord.objects.filter(customer=made)] == ["老板要样品"]
    photo = uuid4()
    assert phone.upload(picture(), photo=photo).status_code == 200
    attached = phone.send("photo.attach", {"photo": str(photo), "added": message["id"], "name": "门头.jpg"})
    assert attached["outcome"] == "accepted"
    assert Attachment.objects.filter(record="customers", object_id=made.pk).count() == 1
    again = phone.send("customer.add", payload)
    assert again["outcome"] == "conflict" and again["reason"]
    assert phone.send("customer.add", {"name": " "})["outcome"] == "refused"
    orphan = phone.send("photo.attach", {"photo": str(photo), "added": again["id"]})
    assert orphan["outcome"] == "refused"


def test_a_new_customer_that_may_be_there_is_asked_about_and_masked(phone: Phone, cast: Cast) -> None:  # noqa: F811
    """The duplicate check of the desk (P2.3): nothing is told of a customer out of reach but its owner and masked data."""
    create_customer(by=cast.director, name="光谷星河通讯", owner=cast.other_rep, phone="13900005678")
    mine = create_customer(by=cast.director, name="江岸小站通讯", owner=cast.rep, phone="13900009999")
    payload = {"name": "光谷星河通讯", "phone": "13900005678"}
    said = phone.send("customer.add", payload)
    clash = said["answer"]["clashes"][0]
    assert said["outcome"] == "conflict" and "光谷星河通讯" in clash["mine"]
    assert clash["theirs"].startswith("光** 139****5678 赵磊") and "星河" not in clash["theirs"]
    assert Customer.objects.filter(name="光谷星河通讯").count() == 1
    assert phone.send("customer.add", payload | {"anyway": "yes"})["outcome"] == "conflict"
    assert phone.send("customer.add", payload | {"anyway": True})["outcome"] == "accepted"
    near = {"name": "江岸小站通讯", "phone": "13900009999"}
    assert mine.code in phone.send("customer.add", near)["answer"]["clashes"][0]["theirs"]
    for others in ("x", [[]], [2**70]):
        assert phone.send("customer.add", near | {"other_than": others})["outcome"] == "conflict"
    assert phone.send("customer.add", near | {"other_than": [mine.pk]})["outcome"] == "accepted"


def test_a_photo_of_a_scored_item_stands_beside_it_on_page_and_paper(
    shop: Customer,  # noqa: F811
    phone: Phone,  # noqa: F811
    client_of: Callable[[User | None], Client],
    cast: Cast,
) -> None:
    visit = begin(shop)
    phone.send("visit.check_in", visit)
    scored = {"visit": visit["visit"], "customer": shop.pk, "items": [{"code": "pop", "points": 2}]}
    check = phone.message("store.check", scored)
    phone.post(check)
    photo = str(uuid4())
    assert phone.upload(picture(), photo=UUID(photo)).status_code == 200
    to = {"visit": visit["visit"], "photo": photo, "name": "POP.jpg"}
    for more in ({"check": check["id"], "item": "stock"}, {"check": str(uuid4()), "item": "pop"}, {"check": "x", "item": "pop"}):  # fmt: skip
        assert phone.send("photo.attach", to | more)["outcome"] == "refused"
    message = phone.message("photo.attach", to | {"check": check["id"], "item": "pop"})
    for _turn in range(2):
        assert phone.post(message).json()["outcome"] == "accepted"
    shown = StoreCheckPhoto.objects.get()
    assert (shown.item.code, shown.attachment.record) == ("pop", "visits")
    address = f"/files/{shown.attachment_id}/thumb.jpg"
    record = ContactRecord.objects.get()
    desk = client_of(cast.manager)  # who reviews
    assert address in desk.get(f"/visits/{record.pk}/").content.decode()
    assert "data:image/jpeg;base64,/9j/" in desk.get(f"/visits/{record.pk}/print/").content.decode()
    delete_file(shown.attachment, by=cast.rep)
    assert address not in desk.get(f"/visits/{record.pk}/").content.decode()


def test_the_doctor_on_the_phone_keeps_the_day_of_each_stage(
    shop: Customer,  # noqa: F811
    phone: Phone,  # noqa: F811
    cast: Cast,
) -> None:
    two_days_ago = (timezone.now() - timedelta(days=2)).isoformat()
    opened = phone.message(
        "doctor.examine", {"customer": shop.pk, "need": "margin", "findings": "毛利低"}, at=two_days_ago
    )
    for _turn in range(2):
        assert phone.post(opened).json()["outcome"] == "accepted"
    case = NeedCase.objects.get()
    today = timezone.localdate()
    assert (case.owner, case.examined_on) == (cast.rep, today - timedelta(days=2))
    same = {"opened": opened["id"], "customer": shop.pk}
    early = {"prescription": "换陈列", "act_on": today.isoformat()}
    assert phone.send("doctor.prescribe", same | early)["outcome"] == "refused"  # not diagnosed yet
    said = phone.send("doctor.diagnose", same | {"diagnosis": "进价高"}, at=two_days_ago)
    assert said["outcome"] == "accepted"
    pitched = phone.send("doctor.prescribe", same | early, at=two_days_ago)
    assert pitched["outcome"] == "refused" and "first call" in pitched["reason"]
    told = day_package(cast.rep)["parts"]["cases"]
    assert told == {}  # the shop is not in the plan of these days
    assert cases(cast.rep, {shop.pk})[str(shop.pk)][0] | {"case": 0} == {
        "case": 0, "opened": opened["id"], "need": "margin", "findings": "毛利低", "diagnosis": "进价高", "prescription": "",
        "examined_on": case.examined_on.isoformat(), "diagnosed_on": case.examined_on.isoformat(),
    }  # fmt: skip
    by_pk = {"case": case.pk, "customer": shop.pk}
    assert phone.send("doctor.prescribe", by_pk | early)["outcome"] == "accepted"
    assert cases(cast.other_rep, {shop.pk}) == {}
    stranger = Phone(phone.client, cast.other_rep)
    for payload in (by_pk, {"case": 2**62}, {"case": "x"}, {"opened": "x"}, {}):
        assert stranger.send("doctor.close", payload | {"outcome": "x"})["outcome"] == "refused"
    for act, more in (("close", {"outcome": " "}), ("examine", {"findings": "x", "need": "none"}), ("examine", {"findings": "长" * 1001, "need": "margin"}), ("prescribe", early | {"act_on": "2026-13-01"})):  # fmt: skip
        assert phone.send(f"doctor.{act}", by_pk | more)["outcome"] == "refused", act
    assert phone.send("doctor.close", by_pk | {"outcome": "已换陈列"})["outcome"] == "accepted"
    assert cases(cast.rep, {shop.pk}) == {} and NeedCase.objects.get().act_on == today


def test_an_exclusive_shop_is_scored_against_the_standard(shop: Customer, phone: Phone, cast: Cast) -> None:  # noqa: F811
    checks.save_standard([("", "灯箱完好", 5), ("", "六个体验台", 4)], by=cast.manager, days=10)
    assert day_package(cast.rep)["parts"]["standard"]["shops"] == []
    checks.mark_exclusive(shop, True, by=cast.manager)
    part = day_package(cast.rep)["parts"]["standard"]
    assert part["shops"] == [shop.pk] and [row[1:] for row in part["items"]] == [
        ["灯箱完好", 5],
        ["六个体验台", 4],
    ]
    sign, tables = (row[0] for row in part["items"])
    checks.save_standard(
        [(tables, "六个体验台", 4)], by=cast.manager, days=10
    )  # the phone has not heard of it
    items = [{"code": sign, "points": 4}, {"code": tables, "points": 4}, {"code": "pop", "points": 3}]
    assert phone.send("store.check", {"customer": shop.pk, "items": items})["outcome"] == "accepted"
    found = {item.words: item for item in StoreCheckItem.objects.all()}
    gap = found["灯箱完好"]
    assert gap.is_gap and gap.gap_owner == cast.rep
    assert gap.gap_due == timezone.localdate() + timedelta(days=10)
    assert not found["六个体验台"].is_gap and found["六个体验台"].gap_due is None
    pop = StoreCheckItem.objects.get(code="pop")
    assert pop.is_gap and pop.gap_due is None  # what is looked at everywhere leaves the day to whoever checks
    unknown = phone.send("store.check", {"customer": shop.pk, "items": [{"code": "nonsense", "points": 1}]})
    assert unknown["outcome"] == "refused"


def test_who_is_sent_somewhere_by_a_plan_may_record_the_visit(
    phone: Phone,  # noqa: F811
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    free = create_customer(by=cast.director, name="没有负责人的店")
    assert phone.send("visit.check_in", begin(free))["outcome"] == "refused"
    monkeypatch.setattr(
        "furrow.planning.ahead.planned_for", lambda user, pk: (user, pk) == (cast.rep, free.pk)
    )
    assert phone.send("visit.check_in", begin(free))["outcome"] == "accepted"
    delete_customer(free, by=cast.director)
    assert phone.send("visit.check_in", begin(free))["outcome"] == "refused"
