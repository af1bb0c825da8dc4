"""The day in the field, phones at the desk, and the day package."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from furrow.customers.models import Customer
from furrow.customers.services import create_customer, delete_customer
from furrow.field import services
from furrow.field.live import live_day, plan_against_actual
from furrow.field.models import Device, PositionNotice
from furrow.field.package import day_package
from furrow.kit.phone import Command
from furrow.planning.models import PlannedVisit, VisitCycle, VisitPlan
from furrow.team.models import User
from furrow.visits import checks, rules
from furrow.visits import services as visits
from furrow.visits.models import ContactRecord
from furrow.visits.services import Begin
from tests.cast import Cast

TODAY = timezone.localdate()
NOON = timezone.make_aware(datetime.combine(TODAY, time(12)))


def planned_day(cast: Cast, number: int) -> list[PlannedVisit]:
    """A published plan of today with a visit every half hour from nine."""
    monday = TODAY - timedelta(days=TODAY.weekday())
    cycle = VisitCycle.objects.create(
        start=monday,
        weeks=1,
        name="w",
        status="published",
        published_at=timezone.now(),
        created_by=cast.manager,
    )
    plan = VisitPlan.objects.create(cycle=cycle, rep=cast.rep, status="planned")
    found = []
    for order in range(number):
        shop = create_customer(
            by=cast.director, name=f"远帆 {order} 店", owner=cast.rep, longitude=114.3, latitude=30.5 + order / 100, position_system="wgs84",
            phone="13800000000", address="江汉路 1 号",
        )  # fmt: skip
        begin = time(9 + order // 2 % 9, 30 * (order % 2))
        found.append(
            PlannedVisit.objects.create(
                plan=plan, customer=shop, date=TODAY, order=order, arrive=begin, start=begin, leave=begin, drive_minutes=5,
                drive_metres=900, grade="A", placed_on=TODAY,
            )
        )  # fmt: skip
    return found


def record(
    cast: Cast, shop: Customer, at: datetime, end: datetime | None = None, **more: object
) -> ContactRecord:
    return ContactRecord.objects.create(customer=shop, by=cast.rep, started_at=at, ended_at=end, **more)


def test_the_day_is_told_stop_by_stop(cast: Cast) -> None:
    plan = planned_day(cast, 8)  # 9:00 to 12:30
    record(
        cast,
        plan[0].customer,
        NOON - timedelta(hours=3),
        NOON - timedelta(hours=2),
        in_longitude=114.3,
        in_latitude=30.5,
    )
    record(cast, plan[1].customer, NOON - timedelta(minutes=20))
    visits.report_missed(plan[2].customer, by=cast.rep, client_id=uuid4(), at=timezone.now(), reason="closed")
    extra = create_customer(by=cast.director, name="路过的店", owner=cast.rep)
    record(cast, extra, NOON - timedelta(hours=1), NOON, goal_reached="yes")
    (row,) = live_day(cast.manager, TODAY, NOON)
    states = [stop.state for stop in row.stops]
    assert states == [
        rules.DONE,
        rules.RUNNING,
        rules.MISSED,
        rules.LATE,
        rules.LATE,
        rules.LATE,
        rules.AHEAD,
        rules.AHEAD,
    ]
    assert (row.done, row.late, row.missed, row.extra, row.place) == (1, 3, 1, 1, None)
    assert row.stops[2].reason == "Shop was closed" and row.running == row.stops[1]
    evening = timezone.make_aware(datetime.combine(TODAY, time(20)))
    assert live_day(cast.manager, TODAY, evening)[0].missed == 6
    (actual,) = plan_against_actual(cast.manager, TODAY, TODAY)
    assert (actual.planned, actual.made, actual.extra, actual.said, actual.open, actual.goals) == (
        8,
        2,
        1,
        1,
        5,
        1,
    )
    assert actual.minutes == 120 and actual.share == 0.25
    assert (
        live_day(cast.other_manager, TODAY, NOON)
        == []
        == plan_against_actual(cast.other_manager, TODAY, TODAY)
    )


def test_positions_are_shown_only_switched_on_told_and_in_working_hours(cast: Cast) -> None:
    (visit,) = planned_day(cast, 1)
    record(cast, visit.customer, NOON - timedelta(hours=1), in_longitude=114.3, in_latitude=30.5)

    def shown(now: datetime = NOON) -> bool:
        return live_day(cast.manager, TODAY, now)[0].place is not None

    assert not shown()
    services.set_positions(True, by=cast.administrator)
    assert not shown()
    services.acknowledge_positions(Command("positions.told", uuid4(), cast.rep, NOON, {}))
    assert shown() and not shown(NOON + timedelta(hours=8))
    services.set_positions(False, by=cast.administrator)
    assert not shown()
    services.set_positions(True, by=cast.administrator)
    assert not PositionNotice.objects.exists() and not shown()


def test_a_day_of_forty_outlets_is_small_and_asks_the_same_number_of_queries(cast: Cast) -> None:
    def made() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as asked:
            size = len(json.dumps(day_package(cast.rep), ensure_ascii=False, separators=(",", ":")).encode())
        return size, len(asked)

    def fill(visits: list[PlannedVisit]) -> None:
        for visit in visits:
            at, text = NOON - timedelta(days=7), {"content": "谈补货" * 60, "new_plan": "送货" * 40}
            one = record(cast, visit.customer, at, at, **text)
            items = [checks.Item("pop", 3)]
            checks.check_store(visit.customer, by=cast.rep, client_id=uuid4(), at=at, items=items, record=one)

    plan = planned_day(cast, 40)
    fill(plan[:2])
    few = made()[1]
    fill(plan[2:])
    size, many = made()
    assert size < 300_000 and many == few
    package = day_package(cast.rep)
    assert len(package["days"][TODAY.isoformat()]["stops"]) == 40
    told = package["customers"][str(plan[0].customer_id)]
    assert told["last"][0]["new_plan"].startswith("送货") and told["check"]["items"] == {"pop": 3}
    assert told["gcj"] != told["at"] != told["bd"]
    assert day_package(cast.other_rep)["customers"] == {}


def test_a_deleted_customer_leaves_the_package(cast: Cast) -> None:
    plan = planned_day(cast, 2)
    delete_customer(plan[0].customer, by=cast.director)
    package = day_package(cast.rep)
    assert str(plan[0].customer_id) not in package["customers"]
    assert len(package["days"][TODAY.isoformat()]["stops"]) == 1


def test_who_leads_takes_a_phone_out_of_service(
    cast: Cast, client_of: Callable[[User | None], Client]
) -> None:
    device, _token = services.register_device(cast.rep, client_id=uuid4(), name="Android")
    path = f"/field/devices/{device.pk}/revoke/"
    assert client_of(cast.second_rep).post(path).status_code == 404
    assert client_of(cast.other_manager).post(path).status_code == 404
    assert client_of(cast.manager).post(path).status_code == 302
    assert Device.objects.get().revoked_by == cast.manager
    assert client_of(cast.manager).get("/field/devices/").status_code == 200
    assert client_of(cast.manager).post("/field/devices/positions/", {"shown": "yes"}).status_code == 403
    assert (
        client_of(cast.administrator).post("/field/devices/positions/", {"shown": "yes"}).status_code == 302
    )


def test_records_at_the_desk(cast: Cast, client_of: Callable[[User | None], Client]) -> None:
    shop = create_customer(by=cast.director, name="小满通讯", owner=cast.rep)
    client = client_of(cast.rep)
    at = timezone.localtime() - timedelta(hours=1)
    given = {
        "customer": shop.code,
        "visit_type": "routine",
        "method": "phone",
        "started_at": f"{at:%Y-%m-%dT%H:%M}",
        "content": "问到货",
    }
    assert client.post("/visits/new/", given).status_code == 302
    made = ContactRecord.objects.get()
    assert (made.method, made.content, made.minutes) == ("phone", "问到货", 0)
    for wrong in (
        {"customer": "没有这家"},
        {"started_at": "2099-01-01T10:00"},
        {"started_at": "1970-01-01T10:00"},
        {"split_trust": "40"},
        {"appointment_at": "0001-01-01T00:00"},
    ):
        assert client.post("/visits/new/", given | wrong).status_code == 422, wrong
    assert (
        client_of(cast.manager).post(f"/visits/{made.pk}/comment/", {"text": "下次早点"}).status_code == 302
    )
    assert client_of(cast.manager).post(f"/visits/{made.pk}/review/").status_code == 302
    made.refresh_from_db()
    assert made.reviewed_by == cast.manager and made.comments.get().text == "下次早点"
    assert day_package(cast.rep)["comments"][0]["text"] == "下次早点"
    with pytest.raises(ValidationError):
        visits.review_record(made, by=cast.rep)
    for path in ("", "print/", "edit/"):
        assert client.get(f"/visits/{made.pk}/{path}").status_code == 200
    assert "小满通讯" in client.get("/visits/book/").content.decode()
    assert client_of(cast.other_rep).get(f"/visits/{made.pk}/").status_code == 404


def test_a_visit_that_others_began_is_not_begun_again(cast: Cast) -> None:
    shop = create_customer(by=cast.director, name="小满通讯", owner=cast.rep)
    begin = Begin(uuid4(), shop, timezone.now())
    first = visits.begin_visit(begin, by=cast.rep)
    assert visits.begin_visit(begin, by=cast.rep).pk == first.pk
    with pytest.raises(ValidationError):
        visits.begin_visit(begin, by=cast.second_rep)
    visits.delete_record(first, by=cast.manager)
    with pytest.raises(ValidationError):
        visits.begin_visit(begin, by=cast.rep)
