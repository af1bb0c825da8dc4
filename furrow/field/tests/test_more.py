"""What the phone sends beside visits: promises and complaints, need charts, new customers, checks against the store standard; where a plan sends people."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from furrow.attachments.models import Attachment
from furrow.contacts.models import Contact
from furrow.contacts.person import person_of
from furrow.contacts.services import create_contact
from furrow.customers.models import Customer
from furrow.customers.services import create_customer, delete_customer
from furrow.field.package import day_package
from furrow.field.tests.test_inbox import Phone, begin, phone, picture, shop  # noqa: F401
from furrow.kit.models import AuditEntry
from furrow.visits import checks
from furrow.visits.chart_models import NeedChart
from furrow.visits.charts import save_chart
from furrow.visits.check_models import StoreCheckItem
from furrow.visits.matter_models import Matter
from furrow.visits.models import ContactRecord
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
        "furrow.planning.queries.planned_for", lambda user, pk: (user, pk) == (cast.rep, free.pk)
    )
    assert phone.send("visit.check_in", begin(free))["outcome"] == "accepted"
    delete_customer(free, by=cast.director)
    assert phone.send("visit.check_in", begin(free))["outcome"] == "refused"
