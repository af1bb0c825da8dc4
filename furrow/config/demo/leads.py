"""The demo company's leads: five weeks of inquiries, sheets and feedback, a fair's list, referrals, a sweep, the daily round, costs and rules."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.utils import timezone

from furrow.catalog.models import Brand, Kind, Product
from furrow.catalog.services import set_director
from furrow.config.demo.moments import moment, told_at
from furrow.customers.models import Customer
from furrow.kit.places import Region
from furrow.kit.workcalendar import workdays
from furrow.leads import converting, feedback, handover, referring, services, tabling
from furrow.leads.course_models import SheetKind
from furrow.leads.models import Lead, LeadList
from furrow.leads.states import State
from furrow.leads.table_models import Referral
from furrow.team.models import User

SEED = 7
DAYS_BACK = 35
PLACES = (
    ("江汉路", "420103"), ("后湖", "420102"), ("解放大道", "420104"), ("徐东", "420106"), ("街道口", "420111"), ("钟家村", "420105"),
    ("古田", "420104"), ("南湖", "420111"), ("青山", "420107"), ("唐家墩", "420103"), ("光谷", "420111"), ("王家湾", "420105"),
)  # fmt: skip
WORDS = (
    "恒信",
    "天诚",
    "联创",
    "亿佳",
    "宏图",
    "鼎盛",
    "百事通",
    "新时代",
    "广汇",
    "金诺",
    "顺心",
    "捷讯",
    "万和",
    "星联",
)
TAILS = ("通讯", "数码", "手机店", "通讯商行", "电讯")
PERSONS = ("李店主", "王老板", "陈女士", "周经理", "赵先生", "吴小姐", "郑老板", "刘经理")
SITUATIONS = (
    "想了解代理政策，有门店一家", "两家门店，想换主推品牌", "看到网站报价，问批发价", "新店装修中，求首批铺货", "做配件，想加手机线",
    "原供货商断货，急需补货", "学校旁小店，问学生机", "客户介绍来的，想面谈",
)  # fmt: skip
INQUIRED = ("hotline", "hotline", "site_chat", "site_message", "trade_site", "im", "trade_group")
SOURCES = {
    "hotline": "400 热线",
    "site_chat": "官网首页",
    "site_message": "官网留言板",
    "trade_site": "手机批发网",
    "im": "企业微信",
    "trade_group": "武汉手机店主群",
}


class _Story:
    """Days of the demo company, one after the other, through the services as everybody's."""

    def __init__(self, people: dict[str, User]) -> None:
        self.people, self.dice, self.number = people, Random(SEED), 0
        self.reps = [person for name, person in people.items() if name.startswith("rep")]
        self.today = timezone.localdate()
        self.brands = list(Brand.objects.order_by("pk")[:3])
        self.goods = list(
            Product.objects.alive().filter(kind=Kind.OWN).select_related("brand").order_by("pk")[:12]
        )

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        return moment(day, hour, minute)

    def facts(self) -> dict[str, Any]:
        """A shop that is not in the customer list."""
        self.number += 1
        place, code = PLACES[self.number % len(PLACES)]
        product = self.dice.choice(self.goods) if self.goods and self.number % 2 else None
        word, tail = WORDS[(self.number * 5) % len(WORDS)], TAILS[self.number % len(TAILS)]
        return {
            "name": f"{place}{word}{tail}",
            "contact_name": self.dice.choice(PERSONS),
            "phone": f"131{self.dice.randrange(10**8):08d}",
            "region": Region.objects.get(pk=code),
            "situation": self.dice.choice(SITUATIONS),
            "product": product,
            "brand": product.brand if product else self.dice.choice([*self.brands, None]),
        }

    def inquire(self, day: date) -> Lead:
        code = self.dice.choice(INQUIRED)
        at = self.at(day, self.dice.randrange(9, 17), self.dice.randrange(60))
        with told_at(at):
            return services.record_lead(
                by=self.people["clerk"],
                at=at,
                channel=services.shipped_channel(code),
                source=SOURCES[code],
                is_urgent=self.dice.random() < 0.1,
                **self.facts(),
            )

    def hand_out(self, day: date, following: date) -> None:
        closing = self.at(day, 17, 30)
        with told_at(closing):
            sheet = handover.make_sheet(SheetKind.CLOSING, by=None, at=closing)
        director, morning = self.people["director"], self.at(following, 8, 50)
        if morning > timezone.now():
            return
        leads = list(Lead.objects.filter(line__sheet=sheet).select_related("channel"))
        people = {person.pk: person for person in self.reps}
        with told_at(morning):
            wanted = handover.suggestions(leads, director)
            handover.assign_lines(
                sheet, {pk: people[made.person] for pk, made in wanted.items()}, by=director, at=morning
            )
        signed = morning + timedelta(minutes=20)
        with told_at(signed):
            handover.sign_sheet(sheet, by=director, at=signed)
        for lead in Lead.objects.filter(line__sheet=sheet).select_related("holder"):
            self.follow(lead, following)

    def follow(self, lead: Lead, day: date) -> None:
        """What the holder makes of it; the latest ones wait, some of them too long."""
        late = (self.today - day).days
        when = self.at(day, 15, self.dice.randrange(60)) + timedelta(hours=self.dice.choice([0, 1, 18]))
        if when > timezone.now() or (late <= 4 and self.dice.random() < 0.35):
            return
        draw = self.dice.random()
        with told_at(when):
            is_valid = self.report(lead, when, draw, late)
        if is_valid and draw < 0.75:
            self.talk(lead, when + timedelta(hours=20), draw)

    def report(self, lead: Lead, when: datetime, draw: float, late: int) -> bool:
        """Says whether it was found valid."""
        by = lead.holder
        if draw < 0.22:
            reason = self.dice.choice(["no_need", "unreachable", "not_our_field", "consumer"])
            feedback.report_lead(lead, State.REJECTED, by=by, at=when, reason=reason)
        elif draw < 0.32 and late < 5:
            feedback.report_lead(lead, State.NEEDS_MORE, by=by, at=when, text="老板出差，约好再打")
        else:
            grade = self.dice.choice("AABBBC")
            feedback.report_lead(
                lead, State.VALID, by=by, at=when, text="已电话沟通，有意向", prospect_class=grade
            )
            return True
        return False

    def talk(self, lead: Lead, when: datetime, draw: float) -> None:
        if when > timezone.now():
            return
        with told_at(when):
            feedback.record_talk(
                lead,
                by=lead.holder,
                method=self.dice.choice(["phone", "visit", "visit", "invitation"]),
                method_reason="门店在拜访线路附近，当面谈更清楚",
                at=when,
                place="对方门店",
                interest="想先铺 20 台试销，看动销再加量",
                questions="退换货怎么处理？账期多长？",
                objections="担心库存压货",
                material="产品手册、价格表",
                next_step="带样机上门，谈首批订单",
                next_on=timezone.localtime(when).date() + timedelta(days=3),
            )
        if draw < 0.48:
            at = min(when + timedelta(days=2), timezone.now())
            with told_at(at):
                converting.convert_lead(lead, by=self.people["director"], at=at)
        elif draw < 0.54:
            with told_at(when + timedelta(days=1)):
                feedback.lose_lead(lead, self.dice.choice(["price", "rival", "later"]), by=lead.holder)
        elif draw < 0.6:
            with told_at(when + timedelta(days=1)):
                feedback.release_lead(lead, by=lead.holder, note="跟了两次，对方暂时不进货")


def make_leads(people: dict[str, User]) -> int:
    """Everything about leads; returns how many there are."""
    story = _Story(people)
    _rules(story)
    _daily_round(story)
    first = story.today - timedelta(days=DAYS_BACK)
    days = workdays(first, story.today).between(first, story.today)
    for day, following in zip(days, [*days[1:], story.today + timedelta(days=1)], strict=True):
        for _ in range(story.dice.choice([1, 2, 2, 3])):
            story.inquire(day)
        if day < story.today:
            story.hand_out(day, following)
    _fair(story)
    _referrals(story)
    _sweep(story)
    feedback.recycle_idle(timezone.now())
    feedback.escalate_overdue(timezone.now())
    return Lead.objects.count()


def _rules(story: _Story) -> None:
    admin = story.people["admin"]
    tabling.save_settings(by=admin, web_form=True)
    for code, rep in (("420103", "rep2"), ("420102", "rep1"), ("420111", "rep5")):
        tabling.add_rule(by=admin, region=Region.objects.get(pk=code), brand=None, person=story.people[rep])
    if story.goods:  # one product has its specialist
        tabling.add_rule(by=admin, product=story.goods[0], person=story.people["rep3"])
    for brand, name in zip(story.brands, ("hankou", "wuchang", "hankou"), strict=False):
        set_director(brand, story.people[name], by=admin)
    month = story.today.replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    for first, last in ((before, month - timedelta(days=1)), (month, story.today)):
        for code, amount in (("hotline", "300"), ("trade_site", "1200"), ("site_chat", "650")):
            channel = services.shipped_channel(code)
            tabling.add_cost(
                by=admin, channel=channel, first=first, last=last, amount=Decimal(amount), campaign=""
            )


def _daily_round(story: _Story) -> None:
    clerk = story.people["clerk"]
    wanted = (
        ("website", "官网留言板"),
        ("chat", "即时咨询后台"),
        ("hotline", "400 热线留言"),
        ("trade", "手机批发网"),
        ("trade", "本地通讯论坛"),
    )
    stops = [tabling.save_stop(None, by=clerk, kind=kind, name=name, address="") for kind, name in wanted]
    for stop in stops[:3]:
        tabling.tick_stop(stop, story.today, by=clerk, found=story.dice.randrange(3))
    for title, ago in (("招募武汉三镇经销商", 20), ("X30 现货批发，支持铺货", 9), ("通讯店主答疑帖", 4)):
        post = tabling.save_post(
            None,
            by=clerk,
            stop=stops[-1],
            title=title,
            address="",
            posted_on=story.today - timedelta(days=ago),
        )
        tabling.trace_post(post, story.today - timedelta(days=1), by=clerk, answers=ago // 2, text="")
        tabling.trace_post(post, story.today, by=clerk, answers=ago // 2 + 2, text="有人问价，已请加微信")


def _fair(story: _Story) -> None:
    clerk, channel = story.people["clerk"], services.shipped_channel("trade_fair")
    day = story.today - timedelta(days=12)
    cost = tabling.add_cost(
        by=clerk, channel=channel, first=day, last=day, amount=Decimal(4800), campaign="武汉手机展"
    )
    listed = LeadList.objects.create(
        name="武汉手机展名片", channel=channel, campaign="武汉手机展", received_on=day, cost=cost
    )
    for _ in range(9):
        with told_at(at := story.at(day, 16)):
            services.record_lead(
                by=clerk, at=at, channel=channel, list=listed, source=listed.name, **story.facts()
            )


def _referrals(story: _Story) -> None:
    named = ("王老板", "李店主", "陈女士", "周经理", "赵先生", "吴小姐")
    for number, customer in enumerate(
        Customer.objects.filter(visit_grade="A").exclude(owner=None).order_by("pk")[:6]
    ):
        rep = customer.owner
        if rep is None:
            continue
        asked_on = story.today - timedelta(days=25 - 3 * number)
        with told_at(story.at(asked_on, 15)):
            ask = referring.ask_referral(
                by=rep,
                referrer=customer.contact_name or named[number],
                referrer_customer=customer,
                asked_on=asked_on,
            )
        if number < 5:
            _introduced(story, ask, rep, number, asked_on + timedelta(days=5))


def _introduced(story: _Story, ask: Referral, rep: User, number: int, day: date) -> None:
    """What came of a referral: most were met, some became customers, one was thanked for."""
    with told_at(at := story.at(day, 11)):
        lead = referring.introduce(ask, by=rep, at=at, **story.facts())
        handover.assign_lead(lead, rep, by=story.people["director"])
    with told_at(story.at(day + timedelta(days=1), 14, 30)):
        if number < 4:
            feedback.report_lead(lead, State.VALID, by=rep, text="介绍人打过招呼，愿意谈", prospect_class="A")
            referring.mark_met(ask, by=rep)
    with told_at(story.at(day + timedelta(days=3), 16)):
        if number < 3:
            converting.convert_lead(lead, by=rep)
        if number == 0:
            referring.thank(ask, "登门致谢，送茶叶一盒（符合礼品规定）", by=rep)


def _sweep(story: _Story) -> None:
    rep = story.people["rep4"]
    shops = [(str(story.facts()["name"]), f"友谊大道 {number} 号") for number in range(101, 113, 2)]
    sweep = tabling.plan_sweep(
        by=rep,
        name="友谊大道沿街",
        rep=rep,
        region=Region.objects.get(pk="420106"),
        begins_on=story.today - timedelta(days=1),
        shops=shops,
    )
    for number, shop in enumerate(sweep.shops.all()[:3]):
        tabling.register_cold_visit(
            by=rep,
            client_id=f"demo-{number}",
            at=story.at(story.today - timedelta(days=1), 14 + number),
            name=shop.name,
            phone=f"132{story.dice.randrange(10**8):08d}",
            situation="店主在，留了名片",
            position=(114.34 + number / 500, 30.585),
            shop=shop,
            address=shop.address,
        )
