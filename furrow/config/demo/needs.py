"""What the demo company knows of its customers' needs: answers to the guide, cases of the sales doctor at each stage, a script of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from uuid import UUID

from django.utils import timezone

from furrow.contacts.models import Contact
from furrow.team.models import User
from furrow.visits import charts, checks, matters, needs, services
from furrow.visits.models import ContactRecord

ANSWERS = {
    "goods_sells": ("20W 快充头和编织线，常有人问磁吸充电宝", "钢化膜最好卖，折叠屏的壳没有货"),
    "goods_who": ("附近写字楼的人多，进货由老板娘定", "学生多，店长自己定"),
    "margin_counts": ("先看能不能退换，再看价格", "看单件利润，少于 15 元不做"),
    "supply_when": ("每周一订，周三前要到", "缺了才订，最好当天到"),
    "display_draws": ("门口的试用架", "收银台旁边的小挂架"),
    "service_trouble": ("去年一批线接头松，退了一个月", "没有"),
}
CASES = (
    ("display", "新品放在最里面的货架，客人看不到", "店员按进货先后摆，没人管陈列", "把试用架移到门口，配 3 款快充头", "试用架已移，两周多卖 18 件"),
    ("supply", "周末断货两次", "只在周一订货，周末卖得多", "改成周一、周五各订一次，安全库存 12 件", ""),
    ("goods", "磁吸充电宝常有人问，店里没有", "担心压货", "", ""),
    ("margin", "嫌快充头每件只赚 8 元", "", "", ""),
)  # fmt: skip
SCRIPT = "开场：先问近况，不谈货。\n对方说“不缺货”：请对方带着看一眼货架，边看边数。\n对方说“太贵”：先问跟谁比、比的是哪一款，再谈退换和陈列支持。"
TO_TAKE = ("样品：20W、65W 快充头", "产品册", "价格表", "订货单", "名片")
ANSWERED = 12


STANDARD = (
    ("", "门头灯箱完好，品牌标志清晰", 5),
    ("", "体验台不少于 6 个真机位，全部开机联网", 4),
    ("", "店员穿工装，胸牌在左胸", 4),
    ("", "促销海报为当期，无破损", 5),
)
MATTERS = (
    ("promise", "下次带 20W 快充头样品 5 个", -1),
    ("complaint", "编织线接头松，退了 6 条，等换货", 2),
    ("promise", "请市场部出一张门头设计图", 4),
    ("promise", "把返利对账单发给老板", 0),
    ("complaint", "上批钢化膜到货少 10 张", -2),
)
CHARTS = (
    {"development": "明年再开一家分店", "company": "单件利润稳在 18 元", "post": "把店长带出来，自己少站柜台", "interests": "钓鱼", "inner_wish": "女儿毕业前换一套大房子"},
    {"department": "手机柜台月销 120 台", "life_role": "家里三个孩子的父亲", "interests": "周末打羽毛球"},
)  # fmt: skip


def _make_matters(records: Sequence[ContactRecord], *, by: User) -> None:
    """Promises and complaints of the last days, need charts of two people, and two exclusive shops with their standard."""
    today = timezone.localdate()
    checks.save_standard(STANDARD, by=by, days=14)
    for place, record in enumerate(records[-len(MATTERS) :]):
        kind, text, days = MATTERS[place]
        due = max(today + timedelta(days=days), timezone.localdate(record.started_at))
        key = UUID(int=0xF0 + place)
        matters.keep_matter(record.customer, by=record.by, client_id=key, at=record.started_at, kind=kind, text=text, due=due, record=record)  # fmt: skip
        if place < 2:
            checks.mark_exclusive(record.customer, True, by=by)
    people = Contact.objects.filter(links__customer__in=[record.customer_id for record in records[-20:]])
    for contact, chart in zip(people.order_by("pk").distinct(), CHARTS, strict=False):
        charts.save_chart(contact, chart, by=by)


def make_needs(records: Sequence[ContactRecord], dice: Random, *, by: User) -> None:
    """Some of the customers that were visited have answered; the first few are cases."""
    talked = {record.customer_id: record for record in records if record.ended_at is not None}
    chosen = dice.sample(sorted(talked), min(ANSWERED, len(talked)))
    for pk in chosen:
        record = talked[pk]
        codes = dice.sample(sorted(ANSWERS), 3)
        said = {code: dice.choice(ANSWERS[code]) for code in codes}
        key = UUID(int=dice.getrandbits(128), version=4)
        needs.answer_needs(
            record.customer, said, by=record.by, client_id=key, at=record.started_at, record=record
        )
    today = timezone.localdate()
    for pk, (need, findings, diagnosis, prescription, outcome) in zip(chosen, CASES, strict=False):
        record, begun = talked[pk], today - timedelta(days=12)
        case = needs.examine(
            record.customer, by=record.by, need=need, findings=findings, day=begun, owner=record.by
        )
        if diagnosis:
            case = needs.diagnose(case, by=record.by, diagnosis=diagnosis, day=begun + timedelta(days=3))
        if prescription:
            day = begun + timedelta(days=6)
            case = needs.prescribe(
                case, by=record.by, prescription=prescription, day=day, act_on=today + timedelta(days=4)
            )
        if outcome:
            needs.close_case(case, by=record.by, outcome=outcome, day=today)
    steps = services.steps_of("routine")
    services.save_step_plan("routine", by=by, steps=steps, checklist=TO_TAKE, script=SCRIPT)
    _make_matters([record for record in records if record.ended_at is not None], by=by)
