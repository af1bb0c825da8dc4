"""How the demo company judges: M.A.N. of prospects, credit, relationship over three quarters, 532, yearly classes, analyses with strategies."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.utils import timezone

from furrow.assessment.cards import Answer, Card, Kind
from furrow.assessment.facts import computed_answers, gather
from furrow.assessment.models import Strategy
from furrow.assessment.regrading import Run, rank_all, regradable, regrade_part
from furrow.assessment.scorecards import card
from furrow.assessment.services import TooFewAnswers, assess_customer, assess_region
from furrow.assessment.strategies import estimate_potential, pick_targets, tick_step, write_strategy
from furrow.config.demo.moments import moment, told_at
from furrow.customers.models import Customer, Status
from furrow.kit.places import Region
from furrow.team.models import User

JUDGED = 60
EVIDENCE = ("看过账本和仓库", "与老板面谈", "查了对账单", "问过同街两家店", "业务员日常观察")
NOTES = {
    "needs": "缺中端走量机型，想补齐配件",
    "problems": "库存周转慢，先做小批量试销，按动销补货",
    "temperament": "谨慎，看数据说话",
    "objections": "怕压货，嫌利润薄",
    "difficulty": "对手给了陈列费",
}
REGIONS = (("420102", "江岸区", 4, 96), ("420111", "洪山区", 5, 168), ("420115", "江夏区", 2, 98))


def judge(customers: Sequence[Customer], people: dict[str, User], seed: int) -> None:
    """Fill in cards for a good share of the customers, with a year of history for some."""
    dice = Random(seed)
    owned = [one for one in customers if one.owner_id]
    active = [one for one in owned if one.status == Status.ACTIVE]
    _quarters(active[:JUDGED], dice)
    for number, shop in enumerate(active[:JUDGED]):
        _fill(shop, card("credit_5c"), dice, _days_ago(8 + number % 40, 9 + number % 8), mean=_level(shop))
        if number % 2:
            _fill(shop, card("relationship_year"), dice, _days_ago(5 + number % 30, 10), mean=_level(shop))
    prospects = [one for one in owned if one.status == Status.PROSPECT]
    for number, shop in enumerate(prospects[:24]):
        _fill(shop, card("man"), dice, _days_ago(3 + number % 25, 11), mean=3.4)
    _everybody(people["director"])
    _analyses([*prospects[:3], *active[1:8]], people, dice)
    _regions(people["director"], dice)
    best = [one.pk for one in active if one.customer_grade == "A"][:6]
    with told_at(_days_ago(10, 10)):
        pick_targets(best, reason="后湖和光谷新开商圈，先做深", by=people["director"])


def _level(shop: Customer) -> float:
    return {"A": 4.4, "B": 3.7, "C": 3.0, "D": 2.4}.get(shop.customer_grade, 3.0)


def _days_ago(days: int, hour: int) -> datetime:
    return moment(timezone.localdate() - timedelta(days=days), hour, 15)


def _answers(form: Card, dice: Random, mean: float) -> dict[str, Answer]:
    found: dict[str, Answer] = {}
    for one in form.criteria():
        if one.kind is Kind.CHOICE:
            found[one.code] = max(1, min(len(one.levels), round(dice.gauss(mean, 0.8))))
        elif one.kind is Kind.YES_NO:
            found[one.code] = dice.choices(["yes", "no", "unknown"], [5, 3, 2])[0]
        elif one.kind is Kind.NUMBER:
            late = str(max(0, round((5 - mean) * dice.choice([0, 1, 2, 6]))))
            found[one.code] = str(dice.randint(2, 14)) if one.code == "years" else late
    return found


def _fill(
    shop: Customer,
    form: Card,
    dice: Random,
    at: datetime,
    *,
    mean: float,
    notes: dict[str, str] | None = None,
) -> Any:
    """One card by the shop's rep; nothing where the dice know too little."""
    day = timezone.localtime(at).date()
    known = {
        code: found[shop.pk]
        for code, found in gather(form.facts(), [shop.pk], day).items()
        if shop.pk in found
    }
    answers = {**_answers(form, dice, mean), **computed_answers(form, known)}
    try:
        with told_at(at):
            return assess_customer(
                shop,
                card=form,
                answers=answers,
                evidence=dice.choice(EVIDENCE),
                by=shop.owner,
                at=at,
                facts=known,
                notes=notes,
            )
    except TooFewAnswers:
        return None


def _quarters(shops: Sequence[Customer], dice: Random) -> None:
    """The relationship of three quarters back for every third shop; this quarter is left due for some."""
    form = card("relationship_quarter")
    for shop in shops[::3]:
        mean = _level(shop) - 0.6
        for days in (290, 195, 100, 20)[: 4 if shop.pk % 2 else 3]:
            _fill(shop, form, dice, _days_ago(days, 15), mean=mean)
            mean += dice.choice([-0.4, 0.3, 0.5])


def _everybody(director: User) -> None:
    """What the books answer alone: 532, size, yearly class."""
    at = _days_ago(2, 18)
    for code in ("class_532", "customer_size", "yearly_class"):
        form = card(code)
        run = Run(form, uuid.uuid4(), director, at, "按当日数据批量重评")
        ids = list(regradable(form, director).order_by("pk").values_list("pk", flat=True))
        with told_at(at):
            if code == "class_532":
                rank_all(run, ids)
            else:
                regrade_part(run, ids)


def _analyses(shops: Sequence[Customer], people: dict[str, User], dice: Random) -> None:
    """Ten analysis sheets; four of them lead to a strategy under way."""
    aims = (Strategy.Aim.WIN, Strategy.Aim.RAISE, Strategy.Aim.WIN, Strategy.Aim.UPGRADE)
    today = timezone.localdate()
    for number, shop in enumerate(shops):
        made = _fill(shop, card("four_analyses"), dice, _days_ago(30 - number, 16), mean=3.6, notes=NOTES)
        if number >= len(aims) or made is None or shop.owner is None:
            continue
        values = {
            "aim": aims[number],
            "need": NOTES["needs"],
            "obstacle": NOTES["objections"],
            "approach": "小批量试销，按动销数据补货，配一位导购培训",
            "owner": shop.owner,
        }
        steps: list[tuple[date, str]] = [
            (today - timedelta(days=9), "带动销数据上门，谈试销"),
            (today + timedelta(days=4), "送首批货，布置陈列"),
            (today + timedelta(days=18), "对账，谈补货和目标"),
        ]
        with told_at(_days_ago(29 - number, 10)):
            plan = write_strategy(shop, values=values, steps=steps, assessment=made, by=people["hankou"])
        first = plan.steps.first()
        if number < 2 and first:
            with told_at(_days_ago(9, 17)):
                tick_step(first, done=True, result="同意先试 20 台", by=shop.owner)


def _regions(director: User, dice: Random) -> None:
    form = card("region_selection")
    for code, name, level, buyers in REGIONS:
        region = Region.objects.filter(code__startswith=code, name=name).order_by("code").first()
        if region is None:
            continue
        inputs = {
            "buyers": Decimal(buyers * 10_000),
            "buying_share": Decimal(22),
            "frequency": Decimal(1),
            "quantity": Decimal(1),
            "price": Decimal(1650),
        }
        with told_at(_days_ago(75, 11)):
            made = estimate_potential(
                region, way="chain", inputs=inputs, note="常住人口按统计公报，换机率按行业报告", by=director
            )
            answers = {**_answers(form, dice, level), "potential": f"{made.amount / 10_000:.2f}"}
            assess_region(region, card=form, answers=answers, evidence="走访两天，问过八家店", by=director)
