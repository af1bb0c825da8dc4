"""One customer as it is after some months of work: people, facts, confirmations, gradings, visits made and to come."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

PEOPLE = [("周丽", "店长", "13800007788"), ("陈建国", "老板", "13800007789")]
FACTS = {
    "contact_name": "周丽",
    "ownership_type": "sole",
    "legal_representative": "陈建国",
    "card.main_people": "陈建国 决定，周丽 下单",
    "card.main_products": "手机、配件",
    "card.settlement_time": "每月 10 日",
    "lines.carried": "华为, 手机\n小米, 配件",
    "lines.prices": "2026-10-08, 充电器, 59",
}
WEEKS_BACK, WEEKS_AHEAD = 6, 4


def live_in(customer: Any, *, director: Any, rep: Any) -> None:
    """Give the customer what the rooms would have written by now, through their services where a person would."""
    from furrow.assessment.services import assess_many
    from furrow.contacts.services import create_contact
    from furrow.customers.card.services import change_facts, confirm_group

    for name, position, phone in PEOPLE:
        create_contact(by=director, customer=customer, name=name, position=position, phone=phone)
    for path, value in FACTS.items():
        customer = change_facts(customer, {path: value}, by=director)
    for group in ("basics", "business", "settlement"):
        confirm_group(customer, group, by=director)
    for grade in "CBA":
        assess_many([customer.pk], grade=grade, reason="按年销售额", by=director)
    _visits(customer, rep)


def _visits(customer: Any, rep: Any) -> None:
    from django.utils import timezone

    from furrow.planning.models import PlannedVisit, VisitCycle, VisitPlan

    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday(), weeks=WEEKS_BACK)
    cycle = VisitCycle.objects.create(
        start=monday, weeks=8, name="bench", status="published", published_at=timezone.now()
    )
    plan = VisitPlan.objects.create(cycle=cycle, rep=rep, status="planned")
    PlannedVisit.objects.bulk_create(
        PlannedVisit(
            plan=plan, customer=customer, date=day, placed_on=day, order=1, arrive=time(9), start=time(9), leave=time(9, 30),
            drive_minutes=12, drive_metres=5000, grade="A",
        )
        for day in (monday + timedelta(weeks=week) for week in range(WEEKS_BACK + WEEKS_AHEAD))
    )  # fmt: skip
