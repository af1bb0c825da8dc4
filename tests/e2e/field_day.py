"""The day that tests/e2e/test_field.py drives: python -m tests.e2e.field_day prepare [outlets] | dump. Prepares the cast and a published plan of
today for `second_rep` with nine stores; dumps every row that came of it as JSON."""

from __future__ import annotations

import json
import os
import sys
from datetime import time, timedelta

import django

STORES = 10  # nine in the plan, one outside it
PLANNED = 9


def prepare(count: int = STORES) -> dict[str, object]:
    from django.utils import timezone

    from furrow.catalog.services import create_product
    from furrow.customers.services import create_customer
    from furrow.planning.models import PlannedVisit, Route, VisitCycle, VisitPlan
    from furrow.team.models import User
    from tests.cast import build_cast

    build_cast()
    rep, boss = User.objects.get(username="second_rep"), User.objects.get(username="manager")
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    create_product(by=boss, brand="山岚", name="65W 快充头", price="59")
    stores = [
        create_customer(
            by=boss, name=f"楚翼数码 {number} 店", owner=rep, visit_grade="ABCD"[number % 4], phone=f"1390000{number:04}",
            longitude=114.27 + 0.01 * number, latitude=30.58 + 0.004 * (number % 3), position_system="wgs84", address=f"江汉路 {number} 号",
        )
        for number in range(1, count + 1)
    ]  # fmt: skip
    cycle = VisitCycle.objects.create(
        start=monday,
        weeks=1,
        name="today",
        status=VisitCycle.Status.PUBLISHED,
        published_at=timezone.now(),
        created_by=boss,
    )
    plan = VisitPlan.objects.create(cycle=cycle, rep=rep, longitude=114.29, latitude=30.59, status="planned")
    Route.objects.create(
        plan=plan, date=today, depart=time(9), back=time(17), back_minutes=9, back_metres=4000
    )
    for order, store in enumerate(stores[:PLANNED], 1):
        begin = time(9 + order // 2, 30 * (order % 2))
        PlannedVisit.objects.create(
            plan=plan, customer=store, date=today, order=order, arrive=begin, start=begin, leave=begin.replace(minute=begin.minute + 25),
            drive_minutes=6, drive_metres=1500, grade=store.visit_grade, placed_on=today,
        )  # fmt: skip
    return {"stores": [[store.pk, store.name] for store in stores]}


def dump() -> dict[str, object]:
    from furrow.attachments.models import Attachment
    from furrow.field.models import FieldCommand
    from furrow.leads.table_models import ColdVisit
    from furrow.visits.check_models import StoreCheck, StoreCheckPhoto
    from furrow.visits.models import ContactRecord, MissedVisit

    rows = (
        ContactRecord.objects.filter(by__username="second_rep")
        .order_by("started_at")
        .prefetch_related("steps")
    )
    return {
        "records": [
            {
                "store": row.customer.name,
                "planned": row.planned_visit is not None,
                "content": row.content,
                "goal": row.goal_reached,
                "went_well": row.went_well,
                "fell_short": row.fell_short,
                "lesson": row.lesson_learnt,
                "ended": row.ended_at is not None,
                "steps": [[step.kind, step.done, step.reason] for step in row.steps.all()],
                "photos": Attachment.objects.alive().filter(record="visits", object_id=row.pk).count(),
                "distance": row.in_distance,
                "version": row.version,
            }
            for row in rows
        ],
        "missed": [
            [row.customer.name, row.reason, row.note]
            for row in MissedVisit.objects.filter(by__username="second_rep")
        ],
        "checks": [
            [
                row.customer.name,
                str(row.score),
                row.record_id is not None,
                [line.stock for line in row.lines.all()],
            ]
            for row in StoreCheck.objects.filter(by__username="second_rep")
        ],
        "item_photos": list(StoreCheckPhoto.objects.values_list("item__code", flat=True)),
        "cold": [
            [row.lead.name, row.lead.situation] for row in ColdVisit.objects.filter(by__username="second_rep")
        ],
        "commands": [
            [row.name, row.outcome] for row in FieldCommand.objects.filter(by__username="second_rep")
        ],
    }


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "furrow.config.settings")
    django.setup()
    done = prepare(*map(int, sys.argv[2:])) if sys.argv[1] == "prepare" else dump()
    print(json.dumps(done, ensure_ascii=False))


if __name__ == "__main__":
    main()
