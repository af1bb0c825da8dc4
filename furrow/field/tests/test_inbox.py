"""What phones send: done once, in any order, refused with a reason, and nothing gets lost on the way."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone, translation
from PIL import Image

from furrow.attachments.models import Attachment
from furrow.customers.models import Customer
from furrow.customers.services import create_customer, delete_customer
from furrow.field.models import Device, FieldCommand
from furrow.field.parts import dues
from furrow.field.services import register_device, revoke_device
from furrow.kit.places import Region
from furrow.leads.table_models import ColdVisit
from furrow.receivables.collecting import set_habit
from furrow.receivables.models import Account
from furrow.receivables.region_hours import set_hours
from furrow.team.access import Role
from furrow.team.models import User
from furrow.visits.check_models import StoreCheck
from furrow.visits.models import ContactRecord, MissedVisit
from furrow.visits.queries import own_records
from furrow.visits.services import Begin, begin_visit, write_record
from tests.cast import Cast


class Phone:
    """A phone of one person, over HTTP."""

    def __init__(self, client: Client, user: User) -> None:
        self.client = client
        self.device, self.token = register_device(user, client_id=uuid4(), name="Phone")

    def ask(self, method: str, path: str, **more: Any) -> Any:
        headers = {"authorization": f"Bearer {self.token}"} | more.pop("headers", {})
        return self.client.generic(method, f"/field/{path}", headers=headers, **more)

    def message(self, name: str, payload: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {"id": str(uuid4()), "name": name, "at": timezone.now().isoformat(), "payload": payload} | more

    def post(self, message: Any) -> Any:
        body = message if isinstance(message, bytes) else json.dumps(message)
        return self.ask("POST", "commands/", data=body, content_type="application/json")

    def send(self, name: str, payload: dict[str, Any], **more: Any) -> dict[str, Any]:
        answer = self.post(self.message(name, payload, **more))
        assert answer.status_code == 200, answer.content
        said: dict[str, Any] = answer.json()
        return said

    def upload(self, content: bytes, *, photo: UUID | None = None, piece: int = 2000) -> Any:
        photo, offset, answer = photo or uuid4(), 0, None
        while offset < len(content):
            headers = {"upload-offset": str(offset), "upload-length": str(len(content))}
            answer = self.ask(
                "PUT", f"photos/{photo}/", data=content[offset : offset + piece], headers=headers
            )
            offset += piece
            if answer.status_code != 200:
                break
        return answer


@pytest.fixture
def shop(cast: Cast) -> Customer:
    return create_customer(
        by=cast.director,
        name="楚翼数码",
        owner=cast.rep,
        longitude=114.30,
        latitude=30.59,
        position_system="wgs84",
    )


@pytest.fixture
def phone(cast: Cast, client_of: Callable[[User | None], Client]) -> Phone:
    return Phone(client_of(None), cast.rep)


def begin(shop: Customer, **more: Any) -> dict[str, Any]:
    at = timezone.now() - timedelta(minutes=30)
    return {"visit": str(uuid4()), "customer": shop.pk, "started_at": at.isoformat()} | more


def picture(number: int = 1) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((80 + number, 60), 60).convert("RGB").save(out, "JPEG")
    return out.getvalue()


SAVED = {
    "content": "看了库存，谈了快充头补货",
    "goal_reached": "partly",
    "goal_why": "店长不在",
    "went_well": "听对方说完",
    "split_trust": 40,
    "split_needs": 30,
    "split_present": 20,
    "split_agree": 10,
    "steps": [{"kind": "observe", "done": True}, {"kind": "stock", "done": False, "reason": "no_time"}],
}


def test_a_visit_arrives_whole(phone: Phone, shop: Customer) -> None:
    visit = begin(shop, goal="补货 40 件", planned=7)
    fix = {"lng": 114.3001, "lat": 30.5901, "accuracy": 15, "at": timezone.now().isoformat()}
    assert phone.send("visit.check_in", visit | {"fix": fix})["outcome"] == "accepted"
    said = phone.send("visit.check_out", visit | SAVED | {"ended_at": timezone.now().isoformat(), "fix": fix})
    assert said["outcome"] == "accepted", said
    record = ContactRecord.objects.get(client_id=visit["visit"])
    assert (record.customer, record.by, record.planned_visit, record.goal) == (
        shop,
        phone.device.user,
        7,
        "补货 40 件",
    )
    assert record.content == SAVED["content"] and record.minutes == 30
    assert record.in_distance == 15 and record.in_signs == [] and record.out_longitude == 114.3001
    assert tuple(record.split or ()) == (40, 30, 20, 10)
    assert record.missing == ["fell_short", "lesson_learnt"]
    assert [(step.kind, step.done, step.reason) for step in record.steps.all()] == [
        ("observe", True, ""),
        ("stock", False, "no_time"),
    ]


def test_any_order_ends_in_the_same_record(phone: Phone, shop: Customer) -> None:
    visit = begin(shop)
    fix = {"lng": 114.3001, "lat": 30.5901, "accuracy": 15}
    assert phone.send("visit.check_out", visit | SAVED)["outcome"] == "accepted"
    assert phone.send("visit.check_in", visit | {"fix": fix})["outcome"] == "accepted"
    record = ContactRecord.objects.get()
    assert record.ended_at is not None and record.in_distance == 15 and record.content == SAVED["content"]


def test_a_second_delivery_gets_the_same_answer_and_changes_nothing(phone: Phone, shop: Customer) -> None:
    message = phone.message("visit.cannot", {"customer": shop.pk, "reason": "closed"})
    first, second = phone.post(message).json(), phone.post(message).json()
    assert first["outcome"] == "accepted" and {**first, "now": 0} == {**second, "now": 0}
    assert MissedVisit.objects.count() == FieldCommand.objects.count() == 1
    refused = phone.message("visit.cannot", {"customer": 0, "reason": "closed"})
    assert phone.post(refused).json()["reason"] == phone.post(refused).json()["reason"] != ""


def test_the_phone_hears_why_something_is_refused(
    phone: Phone, shop: Customer, cast: Cast, client_of: Callable[[User | None], Client]
) -> None:
    others = create_customer(by=cast.director, name="别人的店", owner=cast.other_rep)
    gone = create_customer(by=cast.director, name="关掉的店", owner=cast.rep)
    delete_customer(gone, by=cast.director)
    for customer in (others, gone):
        said = phone.send("visit.check_in", begin(customer))
        assert said["outcome"] == "refused" and "no longer yours" in said["reason"]
        assert customer.name not in said["reason"]
    for year in (1970, 2099):
        said = phone.send("visit.check_in", begin(shop), at=f"{year}-01-01T00:00:00+00:00")
        assert said["outcome"] == "refused" and "clock" in said["reason"]
        said = phone.send("visit.check_in", begin(shop, started_at=f"{year}-01-01T00:00:00+00:00"))
        assert said["outcome"] == "refused" and "clock" in said["reason"]
    with translation.override("zh-hans"):
        answer = phone.ask(
            "POST",
            "commands/",
            data=json.dumps(phone.message("visit.check_in", begin(gone))),
            content_type="application/json",
            headers={"accept-language": "zh-hans"},
        )
        assert "客户" in answer.json()["reason"]
    assert not ContactRecord.objects.exists()
    assert phone.send("visit.check_in", begin(shop))["outcome"] == "accepted"  # the rest of the queue goes on


@pytest.mark.parametrize(
    "wrong",
    [
        {"visit": "no"}, {"customer": "1"}, {"customer": 2**63}, {"customer": True}, {"visit_type": "x"}, {"content": 5},
        {"content": "长" * 4001}, {"split_trust": 100}, {"split_trust": -1, "split_needs": 101, "split_present": 0, "split_agree": 0},
        {"steps": [{}]}, {"steps": [{"kind": "observe", "done": False, "reason": "no_time"}]},
        {"steps": [{"kind": "stock", "done": False}]}, {"steps": "x"}, {"ended_at": "2026"}, {"started_at": 5},
        {"fix": {"lng": 30, "lat": 114}}, {"fix": {"lng": 1e300, "lat": 0}}, {"fix": [1]}, {"appointment_at": "morgen"}, {"planned": 1.5},
    ],
    ids=str,
)  # fmt: skip
def test_hostile_fields_are_refused_with_a_reason(
    phone: Phone, shop: Customer, wrong: dict[str, Any]
) -> None:
    said = phone.send("visit.check_out", begin(shop) | wrong)
    assert said["outcome"] == "refused" and said["reason"], said
    assert not ContactRecord.objects.exists()


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"id": 1}', b"\xff", b"[" * 5000, json.dumps({"id": str(uuid4()), "name": "x", "payload": []}).encode(),
     json.dumps({"id": str(uuid4()), "name": "x", "payload": {"a": "\ud800"}}).encode(), b'{"id": "x", "name": "y", "payload": {}}',
     json.dumps({"id": str(uuid4()), "name": "x", "payload": {"a": "\x00"}}).encode(), b"x" * 300_000],
    ids=range(12),
)  # fmt: skip
def test_what_is_no_message_is_answered_400(phone: Phone, body: bytes) -> None:
    answer = phone.post(body)
    assert answer.status_code == 400 and answer.json()["reason"]
    assert not FieldCommand.objects.exists()


def test_what_someone_else_wrote_meanwhile_is_shown_side_by_side(
    phone: Phone, shop: Customer, cast: Cast
) -> None:
    visit = begin(shop)
    first = phone.message("visit.check_out", visit | SAVED)
    assert phone.post(first).json()["outcome"] == "accepted"
    record = ContactRecord.objects.get()
    write_record(record, by=cast.manager, values={"special": "店长要走", "went_well": "改过"})
    mine = visit | {"went_well": "我的", "special": "店长要走", "fell_short": "太晚"}
    said = phone.send("visit.save", mine, after=first["id"])
    assert said["outcome"] == "conflict" and said["reason"]
    assert [(clash["name"], clash["mine"], clash["theirs"]) for clash in said["answer"]["clashes"]] == [
        ("went_well", "我的", "改过")
    ]
    record.refresh_from_db()
    assert record.fell_short == ""
    chosen = phone.send("visit.save", mine, base=said["answer"]["version"])
    record.refresh_from_db()
    assert chosen["outcome"] == "accepted" and (record.went_well, record.fell_short) == ("我的", "太晚")


def test_two_phones_of_one_person_write_one_record(phone: Phone, shop: Customer, cast: Cast) -> None:
    """Both without a signal at the same visit: one record, what only one of them wrote stands, what both wrote is shown side by side."""
    second = Phone(phone.client, cast.rep)
    one, other = begin(shop), begin(shop, goal="补货")
    mine = one | {"content": "第一部手机", "went_well": "听完", "steps": [{"kind": "observe", "done": True}]}
    ended = timezone.now().isoformat()
    assert phone.send("visit.check_out", mine | {"ended_at": ended})["outcome"] == "accepted"
    arrived = second.message("visit.check_in", other)
    for _turn in range(2):
        assert second.post(arrived).json()["outcome"] == "accepted"
    theirs = other | {
        "content": "第二部手机",
        "fell_short": "没问价",
        "steps": [{"kind": "stock", "done": True}],
    }
    left = second.send("visit.check_out", theirs | {"ended_at": ended}, after=arrived["id"])
    assert left["outcome"] == "conflict"
    assert [(clash["name"], clash["mine"], clash["theirs"]) for clash in left["answer"]["clashes"]] == [
        ("content", "第二部手机", "第一部手机")
    ]
    version = left["answer"]["version"]
    chosen = second.message("visit.check_out", theirs | {"ended_at": ended, "decided": True}, base=version)
    assert second.post(chosen).json()["outcome"] == "accepted"
    record = ContactRecord.objects.get()
    assert (record.content, record.went_well, record.fell_short, record.goal) == (
        "第二部手机", "听完", "没问价", "补货",
    )  # fmt: skip
    assert [step.kind for step in record.steps.all()] == ["observe", "stock"]
    # Its own words are never put against it; a file and a store check of the second phone lie with the one record.
    again = second.send("visit.save", other | {"content": "第二部手机，改"}, after=chosen["id"])
    assert again["outcome"] == "accepted"
    assert second.upload(picture(), photo=UUID(int=7)).status_code == 200
    attach = {"photo": str(UUID(int=7)), "visit": other["visit"]}
    assert second.send("photo.attach", attach)["outcome"] == "accepted"
    items = {"customer": shop.pk, "visit": other["visit"], "items": [{"code": "pop", "points": 4}]}
    assert second.send("store.check", items)["outcome"] == "accepted"
    assert StoreCheck.objects.get().record == record
    told = own_records(cast.rep, timezone.localdate() - timedelta(days=1))
    assert [(row["visit"], row["also"]) for row in told] == [(one["visit"], [other["visit"]])]
    # Later on the same day it is another visit; another person's at the same time, too.
    later = begin(shop, started_at=(timezone.now() + timedelta(minutes=1)).isoformat())
    assert second.send("visit.check_in", later)["outcome"] == "accepted"
    begin_visit(Begin(uuid4(), shop, timezone.now() - timedelta(minutes=30)), by=cast.manager)
    assert ContactRecord.objects.count() == 3


def test_a_message_follows_the_one_before_without_a_conflict(phone: Phone, shop: Customer) -> None:
    visit = begin(shop)
    first = phone.message("visit.check_out", visit | SAVED)
    phone.post(first)
    second = phone.message("visit.save", visit | {"went_well": "改一次"}, after=first["id"])
    assert phone.post(second).json()["outcome"] == "accepted"
    third = phone.message("visit.save", visit | {"went_well": "再改"}, after=second["id"])
    assert phone.post(third).json()["outcome"] == "accepted"
    assert ContactRecord.objects.get().went_well == "再改"


def test_nobody_writes_into_the_record_of_someone_else(
    phone: Phone, shop: Customer, cast: Cast, client_of: Callable[[User | None], Client]
) -> None:
    visit = begin(shop)
    message = phone.message("visit.check_in", visit)
    phone.post(message)
    other = Phone(client_of(None), cast.manager)
    assert other.send("visit.save", visit | {"content": "x"})["outcome"] == "refused"
    assert other.post(message).status_code == 409


def test_a_store_check_is_kept_once(phone: Phone, shop: Customer) -> None:
    visit = begin(shop)
    phone.send("visit.check_in", visit)
    message = phone.message(
        "store.check",
        {
            "customer": shop.pk,
            "visit": visit["visit"],
            "items": [{"code": "pop", "points": 4}, {"code": "price", "points": 3}],
        },
    )
    assert phone.post(message).json()["answer"]["score"] == "70.0"
    phone.post(message)
    check = StoreCheck.objects.get()
    assert (
        check.record is not None
        and check.record.client_id == UUID(visit["visit"])
        and check.items.count() == 2
    )
    wrong = [{"items": [{"code": "pop", "points": 6}]}, {}, {"items": [{"code": "pop", "points": 1}] * 2}, {"lines": [{"product": 999, "stock": 1}]}]  # fmt: skip
    for sent in wrong:
        assert phone.send("store.check", {"customer": shop.pk} | sent)["outcome"] == "refused", sent


def test_a_cold_visit_becomes_a_lead_once(phone: Phone) -> None:
    fix = {"lng": 114.31, "lat": 30.6, "accuracy": 20}
    message = phone.message(
        "lead.cold_visit", {"name": "新开的店", "phone": "13900001111", "situation": "卖配件", "fix": fix}
    )
    assert phone.post(message).json()["outcome"] == phone.post(message).json()["outcome"] == "accepted"
    visit = ColdVisit.objects.select_related("lead").get()
    assert (visit.lead.name, visit.by, visit.longitude) == ("新开的店", phone.device.user, 114.31)
    for wrong in ({"name": ""}, {"name": 5}, {"name": "x", "fix": {"lng": 30, "lat": 114}}):
        assert phone.send("lead.cold_visit", wrong)["outcome"] == "refused", wrong
    assert ColdVisit.objects.count() == 1


def test_photos_and_a_spoken_note_of_a_cold_visit_lie_with_its_lead(phone: Phone) -> None:
    message = phone.message("lead.cold_visit", {"name": "街角手机店"})
    early = uuid4()
    assert phone.upload(picture(), photo=early).status_code == 200
    assert phone.send("photo.attach", {"photo": str(early), "cold": message["id"]})["outcome"] == "refused"
    phone.post(message)
    sound = b"\x1aE\xdf\xa3" + b"\x00" * 20 + b"webm" + b"x" * 900
    for content, name in ((picture(2), "名片.jpg"), (sound, "语音.webm")):
        photo = uuid4()
        assert phone.upload(content, photo=photo).status_code == 200
        said = phone.send("photo.attach", {"photo": str(photo), "cold": message["id"], "name": name})
        assert said["outcome"] == "accepted", said
    lead = ColdVisit.objects.get().lead
    files = Attachment.objects.filter(record="leads", object_id=lead.pk).order_by("pk")
    assert [(row.name, row.media_type) for row in files] == [
        ("名片.jpg", "image/jpeg"),
        ("语音.webm", "audio/webm"),
    ]


def test_answers_and_gaps_travel(phone: Phone, shop: Customer) -> None:
    answers = {"customer": shop.pk, "answers": [{"question": "goods_sells", "text": "快充头"}]}
    assert phone.send("need.answer", answers)["outcome"] == "accepted"
    assert phone.send("need.answer", answers | {"answers": []})["outcome"] == "refused"
    assert phone.send("need.answer", answers | {"customer": 10**12})["outcome"] == "refused"
    item = {"code": "pop", "points": 2, "note": "缺海报", "gap_due": "2026-12-01"}
    check = phone.send("store.check", {"customer": shop.pk, "items": [item]})["answer"]["id"]
    gap = StoreCheck.objects.get(pk=check).items.get()
    assert (str(gap.gap_due), gap.gap_owner, gap.note) == ("2026-12-01", phone.device.user, "缺海报")
    for wrong in ("morgen", "9999-12-31", 5):
        bad = phone.send("store.check", {"customer": shop.pk, "items": [item | {"gap_due": wrong}]})
        assert bad["outcome"] == "refused" and bad["reason"]
    assert phone.send("gap.close", {"item": gap.pk})["outcome"] == "accepted"
    assert phone.send("gap.close", {"item": gap.pk + 99})["outcome"] == "refused"
    gap.refresh_from_db()
    assert gap.gap_closed_by == phone.device.user


def test_money_due_comes_along(phone: Phone, shop: Customer, cast: Cast) -> None:
    due = timezone.localdate() - timedelta(days=12)
    Account.objects.create(customer=shop, owed="8640.00", balance="8640.00", oldest_due=due)
    assert dues(cast.rep, {shop.pk}) == {str(shop.pk): {"amount": "8640.00", "text": "12 days overdue"}}
    assert dues(cast.other_rep, {shop.pk}) == {}


def test_hours_not_to_ask_come_along(phone: Phone, shop: Customer, cast: Cast) -> None:
    """Of the narrowest region; the customer's own go before."""
    province = Region.objects.create(code="42", name="湖北省", level=1, full_name="湖北省")
    Customer.objects.filter(pk=shop.pk).update(region=Region.objects.create(code="4201", name="武汉市", level=2, full_name="湖北省武汉市", parent=province))  # fmt: skip
    Account.objects.create(customer=shop, owed="8.00", balance="8.00")
    set_hours(province, time(7), time(12), by=cast.administrator)
    assert dues(cast.rep, {shop.pk})[str(shop.pk)] == {"amount": "8.00", "text": "", "avoid": ["07:00", "12:00"]}  # fmt: skip
    set_habit(shop, by=cast.rep, avoid_from=time(22, 30), avoid_until=time(6))
    assert dues(cast.rep, {shop.pk})[str(shop.pk)]["avoid"] == ["22:30", "06:00"]


# Photos -----------------------------------------------------------------------------------------


def test_a_photo_goes_on_where_it_stopped(phone: Phone, shop: Customer) -> None:
    visit, photo, content = begin(shop), uuid4(), picture()
    phone.send("visit.check_in", visit)
    attach = {"photo": str(photo), "visit": visit["visit"], "name": "门头.jpg"}
    assert phone.send("photo.attach", attach)["outcome"] == "refused"
    headers = {"upload-offset": "0", "upload-length": str(len(content))}
    assert (
        phone.ask("PUT", f"photos/{photo}/", data=content[:1000], headers=headers).json()["received"] == 1000
    )
    assert phone.ask("GET", f"photos/{photo}/").json()["received"] == 1000
    again = phone.ask("PUT", f"photos/{photo}/", data=content[:1000], headers=headers)
    assert again.status_code == 409 and again.json()["received"] == 1000
    rest = headers | {"upload-offset": "1000"}
    assert phone.ask("PUT", f"photos/{photo}/", data=content[1000:], headers=rest).json()["received"] == len(
        content
    )
    message = phone.message("photo.attach", attach)
    assert phone.post(message).json()["outcome"] == phone.post(message).json()["outcome"] == "accepted"
    kept = Attachment.objects.get()
    assert (kept.record, kept.object_id, kept.size) == (
        "visits",
        ContactRecord.objects.get().pk,
        len(content),
    )


@pytest.mark.parametrize(
    "content",
    [b"<script>alert(1)</script>" * 50, b"\xff\xd8\xff" + b"x" * 500, b"plain text" * 20, b"%PDF-1.7 x"],
)
def test_a_photo_that_is_none_is_refused_with_a_reason(phone: Phone, content: bytes) -> None:
    photo = uuid4()
    answer = phone.upload(content, photo=photo)
    assert answer.status_code == 422 and answer.json()["reason"]
    assert phone.ask("GET", f"photos/{photo}/").json()["reason"]


def test_a_photo_of_fifty_megabytes_is_refused_before_it_comes(phone: Phone) -> None:
    headers = {"upload-offset": "0", "upload-length": str(50 * 1024 * 1024)}
    answer = phone.ask("PUT", f"photos/{uuid4()}/", data=b"x" * 1000, headers=headers)
    assert answer.status_code == 422 and "20 MB" in answer.json()["reason"]
    for odd in ("-1", "x", "9" * 30, ""):
        answer = phone.ask(
            "PUT", f"photos/{uuid4()}/", data=b"x", headers={"upload-offset": odd, "upload-length": odd}
        )
        assert answer.status_code in {400, 422}


# Devices ----------------------------------------------------------------------------------------


def test_a_phone_taken_out_of_service_is_told_to_erase_itself(
    phone: Phone, shop: Customer, cast: Cast
) -> None:
    revoke_device(phone.device, by=cast.manager)
    for answer in (phone.post(phone.message("visit.check_in", begin(shop))), phone.ask("GET", "package/")):
        assert answer.status_code == 410 and answer.json()["wipe"] is True and answer.json()["reason"]
    assert Device.objects.get().wiped_at is not None and not ContactRecord.objects.exists()


def test_without_a_token_the_phone_keeps_what_it_has(phone: Phone, cast: Cast) -> None:
    phone.token = "unknown"
    answer = phone.ask("GET", "package/")
    assert answer.status_code == 401 and "stays" in answer.json()["reason"]
    assert phone.client.post("/field/commands/").status_code == 401


def test_the_phone_of_somebody_who_left_erases_itself(phone: Phone, cast: Cast) -> None:
    User.objects.filter(pk=cast.rep.pk).update(is_active=False)
    for method, path in (("GET", "package/"), ("POST", "commands/")):
        answer = phone.ask(method, path)
        assert (answer.status_code, answer.json()["wipe"]) == (410, True)
    assert Device.objects.get().wiped_at is not None


def test_who_may_no_longer_use_the_phone_keeps_what_waits(phone: Phone, cast: Cast) -> None:
    User.objects.filter(pk=cast.rep.pk).update(role=Role.FINANCE)
    assert phone.ask("GET", "package/").status_code == 401


def test_a_phone_is_registered_by_whoever_is_signed_in(
    cast: Cast, client_of: Callable[[User | None], Client]
) -> None:
    device = str(uuid4())
    client = client_of(cast.rep)
    first = client.post("/field/device/", {"device": device}).json()
    second = client.post("/field/device/", {"device": device}).json()
    assert Device.objects.count() == 1 and first["token"] != second["token"]
    assert client.post("/field/device/", {"device": "x"}).status_code == 400
    assert client_of(cast.finance).post("/field/device/", {"device": device}).status_code == 403
    assert settings.PHONE_COMMANDS["visit.check_in"]


def test_times_with_an_offset_stay_the_same_moment(phone: Phone, shop: Customer) -> None:
    at = timezone.now().replace(microsecond=0) - timedelta(hours=1)
    phone.send(
        "visit.check_in", begin(shop, started_at=at.astimezone(timezone.get_default_timezone()).isoformat())
    )
    found: datetime = ContactRecord.objects.get().started_at
    assert found == at
