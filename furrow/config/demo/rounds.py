"""Two weeks of visits of the demo company, and today's up to this hour: contact records with their steps, some missed ones, store checks,
comments of those who lead. Invented; they follow the published plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from django.utils import timezone

from furrow.config.demo.moments import moment, told_at
from furrow.config.demo.needs import make_needs
from furrow.config.demo.shelves import photograph
from furrow.planning.models import PlannedVisit
from furrow.team.models import User
from furrow.visits import bulk, checks, services
from furrow.visits.check_models import CheckItem
from furrow.visits.models import ContactRecord, GoalReached, MissedVisit, MissReason
from furrow.visits.rules import STEPS
from furrow.visits.services import StepDone

WEEKS_BACK = timedelta(weeks=2)
MISSED_SHARE = 0.08
CHECKS, COMMENTS = 24, 12
PHOTOGRAPHED = 10
# (what was said and done, went well, fell short, learnt, new plan)
TALKS = (
    ("清点快充头库存，只够卖 5 天；店长同意补 20 件。", "用实际销量算账，对方接受", "没带价格表", "先看货架再开口", "周四前送 20 件快充头"),
    ("核对上月对账单，差一笔退货，约定周五补单。", "账目当面核清", "退货单没随身带", "对账前先打印退货明细", "周五带退货单再来"),
    ("新款钢化膜上架 10 片，摆在收银台旁。", "争取到收银台位置", "没量货架尺寸", "位置比数量重要", "下周看动销"),
    ("店长不在，店员反映数据线接触不良两例，已登记。", "当场试了同批次的线", "没约好店长", "出发前先打电话", "带新批次样品换货"),
    ("教店员介绍 65W 快充，演示充电 10 分钟。", "店员能自己演示", "演示用的手机型号太旧", "带客人常用的机型", "下次看店员成交几单"),
    ("对方嫌进价高，竞品每件便宜 3 元；谈到陈列支持。", "没有直接降价", "不清楚竞品的返利", "先问对方看重什么", "带陈列方案来谈"),
    ("续签陈列协议，门头位置保留到年底。", "协议当场签字", "照片角度不好", "协议放在文件夹最上面", "月底拍陈列照片"),
    ("店里盘货，只聊了十分钟，约下周二上午。", "没有打扰盘货", "没看成库存", "月底上午不宜拜访", "下周二上午再来"),
)  # fmt: skip
MISSING = {
    "pop": "海报过期",
    "display": "新品没上架",
    "shelf": "只占半节货架",
    "price": "三款没有价签",
    "stock": "快充头只剩 2 件",
}
SAID = ("先约好店长再去，省一趟。", "这家快充头卖得好，建议加到 40 件。", "对账的事请财务一起看。")


@dataclass
class _Day:
    records: list[tuple[ContactRecord, Sequence[StepDone]]] = field(default_factory=list)
    missed: list[MissedVisit] = field(default_factory=list)


def make_rounds(people: dict[str, User], seed: int) -> int:
    """Returns how many visits were made."""
    now = timezone.now()
    rows = (
        PlannedVisit.objects.published()
        .select_related("plan__rep", "customer")
        .order_by("date", "plan", "order")
    )
    dice = Random(seed)
    days: defaultdict[date, _Day] = defaultdict(_Day)
    first = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    for visit in rows.filter(date__lt=first + WEEKS_BACK):
        for on, planned in ((visit.date - WEEKS_BACK, None), (visit.date, visit.pk)):
            begin = timezone.make_aware(datetime.combine(on, visit.start)) + timedelta(
                minutes=dice.randint(-4, 14)
            )
            if begin > now:
                continue
            if dice.random() < MISSED_SHARE:
                days[on].missed.append(_missed(visit, begin, planned, dice))
            else:
                days[on].records.append(_record(visit, begin, planned, now, dice))
    made: list[ContactRecord] = []
    for on, day in sorted(days.items()):
        with told_at(moment(on, 18, 30)):
            made += bulk.record_many(day.records, day.missed)
    _check_stores(made, dice)
    make_needs(made, dice, by=people["director"])
    for record in dice.sample(made, min(COMMENTS, len(made))):
        evening = moment(timezone.localdate(record.started_at), 18, dice.randint(0, 50))
        with told_at(evening):
            services.comment_on(record, dice.choice(SAID), by=people["director"])
            services.review_record(record, by=people["director"])
    return len(made)


def _id(dice: Random) -> UUID:
    return UUID(int=dice.getrandbits(128), version=4)


def _missed(visit: PlannedVisit, at: datetime, planned: int | None, dice: Random) -> MissedVisit:
    reason = dice.choice([MissReason.CLOSED, MissReason.AWAY, MissReason.NO_TIME, MissReason.THEIR_WISH])
    return MissedVisit(
        client_id=_id(dice),
        customer=visit.customer,
        by=visit.plan.rep,
        at=at,
        planned_visit=planned,
        reason=reason,
    )


def _record(
    visit: PlannedVisit, begin: datetime, planned: int | None, now: datetime, dice: Random
) -> tuple[ContactRecord, Sequence[StepDone]]:
    customer, talk = visit.customer, dice.choice(TALKS)
    end = begin + timedelta(minutes=dice.randint(14, 46))
    under_way = end > now
    reflected = not under_way and dice.random() < 0.8
    placed = customer.longitude is not None and customer.latitude is not None
    distance = dice.randint(3, 60)
    record = ContactRecord(
        client_id=_id(dice),
        customer=customer,
        by=visit.plan.rep,
        planned_visit=planned,
        started_at=begin,
        ended_at=None if under_way else end,
        people=customer.contact_name,
        place=customer.address,
        in_longitude=customer.longitude + distance / 100_000 if placed and customer.longitude else None,
        in_latitude=customer.latitude if placed else None,
        in_accuracy=float(dice.randint(8, 40)) if placed else None,
        in_distance=float(distance) if placed else None,
        content="" if under_way else talk[0],
        went_well=talk[1] if reflected else "",
        fell_short=talk[2] if reflected else "",
        lesson_learnt=talk[3] if reflected else "",
        new_plan="" if under_way else talk[4],
        goal_reached="" if under_way else dice.choices(GoalReached.values, [6, 3, 1])[0],
    )
    if reflected and dice.random() < 0.5:
        trust, needs, present = dice.choice([(40, 30, 20), (30, 30, 30), (25, 25, 30), (50, 30, 10)])
        record.split_trust, record.split_needs, record.split_present = trust, needs, present
        record.split_agree = 100 - trust - needs - present
    return record, _steps(under_way, dice)


def _steps(under_way: bool, dice: Random) -> list[StepDone]:
    steps = [
        StepDone(step.kind, True)
        if step.mandatory or dice.random() < 0.85
        else StepDone(step.kind, False, dice.choice(["no_time", "not_needed"]))
        for step in STEPS["routine"]
    ]
    return steps[:2] if under_way else steps


def _item(code: str, points: int, due: date) -> checks.Item:
    """What is poor has a day by which the rep puts it right."""
    return checks.Item(code, points, MISSING.get(code, ""), due) if points == 2 else checks.Item(code, points)


def _check_stores(made: Sequence[ContactRecord], dice: Random) -> None:
    ended = [record for record in made if record.ended_at is not None]
    for number, record in enumerate(dice.sample(ended, min(CHECKS, len(ended)))):
        due = timezone.localdate() + timedelta(days=dice.randint(-3, 12))
        items = [_item(code, dice.choice([2, 3, 3, 4, 4, 5]), due) for code in CheckItem.values]
        check = checks.check_store(
            record.customer,
            by=record.by,
            client_id=_id(dice),
            at=record.started_at,
            items=items,
            record=record,
        )
        if number < PHOTOGRAPHED:
            with told_at(record.started_at + timedelta(minutes=6)):
                photograph(check, record)
