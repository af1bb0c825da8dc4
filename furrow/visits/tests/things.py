"""A contact record of the rep with a comment and a store check, for tests/addresses.py."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from furrow.contacts.services import create_contact
from furrow.customers.services import create_customer
from furrow.records.models import SavedView
from furrow.visits import charts, checks, matters, needs, services
from furrow.visits.services import StepDone
from tests.cast import Cast


def things(cast: Cast) -> dict[str, object]:
    customer = create_customer(by=cast.director, name="常去的店", owner=cast.rep)
    at = timezone.now() - timedelta(hours=2)
    record = services.create_record(
        by=cast.rep, customer=customer, started_at=at, ended_at=at + timedelta(minutes=25), content="谈了补货"
    )
    split = {"split_trust": 40, "split_needs": 30, "split_present": 20, "split_agree": 10}
    services.write_record(
        record,
        by=cast.rep,
        values=split,
        steps=[StepDone("observe", True), StepDone("stock", False, "no_time")],
    )
    services.comment_on(record, "下次约店长", by=cast.manager)
    items = [
        checks.Item("pop", 4),
        checks.Item("price", 2, "价签缺 3 个", timezone.localdate() + timedelta(days=7)),
    ]
    check = checks.check_store(customer, by=cast.rep, client_id=uuid4(), at=at, items=items, record=record)
    gone = services.create_record(by=cast.rep, customer=customer, started_at=at, content="删掉的")
    services.delete_record(gone, by=cast.manager)
    needs.answer_needs(
        customer, {"goods_sells": "快充头"}, by=cast.rep, client_id=uuid4(), at=at, record=record
    )
    today = timezone.localdate()
    case = needs.examine(
        customer, by=cast.rep, need="display", findings="货架在角落", day=today, owner=cast.rep
    )
    matter = matters.keep_matter(
        customer, by=cast.rep, client_id=uuid4(), at=at, kind="complaint", text="接头松", record=record
    )
    contact = create_contact(by=cast.rep, customer=customer, name="何店长")
    charts.save_chart(contact, {"inner_wish": "把店做成街上最好的"}, by=cast.rep)
    return {
        "visits:new_matter.pk": customer,
        "visits:exclusive.pk": customer,
        "visits:close_matter.pk": matter,
        "visits:chart.pk": contact,
        "visits:question_set.code": "goods",
        "visits:needs.pk": customer,
        "needs:pk": customer,
        "visits:new_case.pk": customer,
        "visits:move_case.pk": case,
        "visits:gap.pk": check.items.get(code="price"),
        "visits:step_plan.kind": "routine",
        "visits:pk": record,
        "visits:restore.pk": gone,
        "visits:new_for.pk": customer,
        "visits:view_id": SavedView.objects.create(record="visits", name="Mine", query="", owner=cast.rep),
    }
