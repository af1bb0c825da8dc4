"""The archive of the demo company: cards of dealers, shops, carrier outlets, a key account, rivals and PR bodies; contacts; files."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone
from PIL import Image, ImageDraw

from furrow.attachments.services import add_file
from furrow.config.demo import card_words as words
from furrow.config.demo.moments import FIRST_DAY, moment, told_at
from furrow.contacts import answers, vault
from furrow.contacts.catalogue import questions
from furrow.contacts.lunar import to_lunar
from furrow.contacts.models import Contact
from furrow.contacts.services import create_contact, link_customer
from furrow.customers.card.groups import column_of
from furrow.customers.card.services import change_facts, confirm_group
from furrow.customers.models import ChannelType, Customer, Kind
from furrow.customers.services import create_customer
from furrow.kit.sheets import Column, write_xlsx
from furrow.team.models import User

CARDS, DEALERS, HALLS, PROFILES = 36, 11, 5, 12
FIRST_TIER, SECOND_TIER = 2, 5
WRITTEN, CONFIRMED_AGO = 58, 46  # days ago at most
CONFIRMED = ("basics", "business", "settlement", "delivery", "early")


def fill_cards(customers: Sequence[Customer], people: dict[str, User], seed: int) -> None:
    """Cards of some dozens of customers, each filled in by its owner."""
    dice = Random(seed)
    owned = [one for one in customers if one.owner_id and one.status == "active"]
    wholesale = [one for one in owned if one.channel_type == ChannelType.WHOLESALE]
    dealers = wholesale[:DEALERS]
    halls = [one for one in owned if "营业厅" in one.name][:HALLS]
    taken = {one.pk for one in (*dealers, *halls)}
    shops = [one for one in owned if one.pk not in taken and one.visit_grade in ("A", "B")]
    _dealers(dealers, dice)
    for hall in halls:
        _write(hall, {"kind": Kind.CARRIER, **_business(dice, hall), **_hall(dice)})
    for shop in shops[: CARDS - len(taken)]:
        _write(shop, {**_business(dice, shop), **_outlet(dice, dealers)})
    carded = [*dealers, *halls, *shops[: CARDS - len(taken)]]
    for customer in carded:
        with told_at(_when(customer, CONFIRMED_AGO, 16)):
            for name in dice.sample(CONFIRMED, 3):
                confirm_group(customer, name, by=customer.owner or people["director"])
    today = timezone.localdate()
    with told_at(moment(today - FIRST_DAY + timedelta(days=3), 14)):
        others = _others(people, today)
    _contacts([*carded, others[0]], people, dice)
    if carded:
        with told_at(moment(today - timedelta(days=44), 9, 25)):
            _files(carded[0])


def _write(customer: Customer, facts: dict[str, Any]) -> None:
    with told_at(_when(customer, WRITTEN, 10)):
        change_facts(customer, facts, by=customer.owner)


def _when(customer: Customer, days: int, hour: int) -> datetime:
    """Some day of the six weeks that begin so many days ago, another for each customer."""
    return moment(timezone.localdate() - timedelta(days=days - customer.pk % 42), hour, customer.pk % 60)


def _amount(path: str, value: Any) -> Any:
    """A value as its column takes it."""
    return column_of(path).to_python(value)


def _business(dice: Random, customer: Customer) -> dict[str, Any]:
    """Groups 1 to 14 as far as a rep writes them; a few facts are still open."""
    today, written = timezone.localdate(), _when(customer, WRITTEN, 10).date()
    began = today - timedelta(days=dice.randint(200, 2600))
    facts: dict[str, Any] = {
        "card.main_people": dice.choice(words.PEOPLE),
        "card.background": dice.choice(words.BACKGROUNDS),
        "card.outlet_count": dice.choice((1, 1, 2, 3)),
        "card.staff_count": dice.randint(2, 14),
        "card.network_reach": dice.choice(words.REACHES),
        "card.business_scale": dice.choice(words.SCALES),
        "card.main_results": dice.choice(words.RESULTS),
        "card.sales_capacity": _amount("card.sales_capacity", dice.choice(words.CAPACITIES)),
        "card.house_rules": dice.choice(words.HOUSE_RULES),
        "card.began_on": began,
        "card.opened_by_us": customer.owner,
        "card.opened_by_them": customer.contact_name,
        "card.main_products": dice.choice(words.MAIN_PRODUCTS),
        "card.goodwill": dice.choice(("good", "good", "fair")),
        "card.location": dice.choice(("main", "center", "residential", "side")),
        "card.floor_area": _amount("card.floor_area", dice.randint(18, 160)),
        "card.attitude": dice.choice(("good", "fair", "fair")),
        "card.settlement_time": dice.choice(words.SETTLEMENT_TIMES),
        "card.settlement_method": dice.choice(("transfer", "monthly", "cash")),
        "card.invoice_use": dice.choice(("ordinary", "special", "none")),
        "card.settlement_procedure": dice.choice(words.PROCEDURES),
        "card.business_person": customer.contact_name,
        "card.delivery_times": dice.choice(words.DELIVERY),
        "card.delivery_requirements": dice.choice(words.DELIVERY_NEEDS),
        "card.after_sales_terms": dice.choice(words.AFTER_SALES),
        "card.after_sales_notes": dice.choice(words.AFTER_NOTES),
        "lines.carried": dice.choice(words.CARRIED),
        "lines.prices": "\n".join(
            f"{written - timedelta(days=dice.randint(1, 40))}, {name}, {price - dice.choice((0, 0, 20, 50))}"
            for name, price in dice.sample(words.PRICES, 3)
            if price > 100
        ),
    }
    if dice.random() < 0.6:
        ends = today + timedelta(days=dice.randint(20, 400))
        facts |= {
            "card.contract_number": f"HH-{ends.year}-{dice.randint(20, 480):03}",
            "card.contract_start": ends - timedelta(days=364),
            "card.contract_end": ends,
            "card.contract_terms": "按季下单，完成全年任务返利 2%；不得跨区供货",
        }
    for path in dice.sample([path for path in facts if path.startswith("card.")], 4):
        facts.pop(path)
    return facts


def _dealers(dealers: Sequence[Customer], dice: Random) -> None:
    """Two dealers of the first tier, those of the second and third below them."""
    for number, dealer in enumerate(dealers):
        tier = 1 if number < FIRST_TIER else 2 if number < FIRST_TIER + SECOND_TIER else 3
        facts: dict[str, Any] = {
            "kind": Kind.DEALER,
            **_business(dice, dealer),
            "dealer.tier": tier,
            "dealer.tie": "contractual" if tier < 3 else "",
            "dealer.area_covered": words.DEALER_AREAS[number % len(words.DEALER_AREAS)],
            "dealer.storage_area": _amount("dealer.storage_area", dice.randint(60, 500)),
            "dealer.vehicles": dice.randint(1, 4),
            "dealer.sales_staff": dice.randint(2, 9),
            "dealer.rival_brands": dice.choice(words.RIVALS_CARRIED),
        }
        with told_at(_when(dealer, WRITTEN, 10)):
            change_facts(dealer, facts, by=None)
            if tier > 1:
                above = dealers[number % FIRST_TIER if tier == 2 else FIRST_TIER + number % SECOND_TIER]
                change_facts(dealer, {"dealer.parent": above}, by=None)


def _outlet(dice: Random, dealers: Sequence[Customer]) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "outlet.opening_hours": dice.choice(words.HOURS),
        "outlet.counters": dice.randint(2, 9),
        "outlet.shop_assistants": dice.randint(1, 6),
        "outlet.display_place": dice.choice(words.DISPLAYS),
    }
    return facts


def _hall(dice: Random) -> dict[str, Any]:
    return {
        "carrier_hall.carrier": dice.choice(words.CARRIERS),
        "carrier_hall.hall_type": dice.choice(("franchised", "own", "counter")),
        "carrier_hall.hall_code": f"WH{dice.randint(10_000, 99_999)}",
        "carrier_hall.hall_counters": dice.randint(2, 8),
        "carrier_hall.monthly_devices": dice.randint(30, 220),
        "carrier_hall.buying_channel": dice.choice(words.BUYING),
    }


def _others(people: dict[str, User], today: date) -> list[Customer]:
    """A key account, a consumer, two rival products and three PR bodies."""
    clerk, director = people["clerk"], people["director"]
    key = create_customer(
        by=clerk, name="江城轨道装备有限公司", short_name="江城轨道", kind=Kind.KEY_ACCOUNT, status="active", owner=director,
        contact_name="汤云峰", phone="027-85551860", region_id="420112", address="银柏路 18 号", ownership_type="state",
        legal_representative="齐卫东",
    )  # fmt: skip
    facts = {path: _amount(path, value) for path, value in words.COMPANY.items()}
    facts["card.contract_start"], facts["card.contract_end"] = (
        date(today.year, 1, 1),
        date(today.year, 12, 31),
    )
    change_facts(key, facts, by=director)
    made = [key]
    name, consumer = words.CONSUMER
    cards = (
        *((name, Kind.RIVAL, card) for name, card in words.RIVAL_CARDS),
        *((name, Kind.PUBLIC, card) for name, card in words.PUBLIC_CARDS),
        (name, Kind.CONSUMER, {**consumer, "consumer.bought_on": str(today - timedelta(days=40))}),
    )
    for name, kind, card in cards:
        owner = None if kind == Kind.RIVAL else director
        one = create_customer(
            by=clerk, name=name, kind=kind, status="active", region_id="420102", owner=owner
        )
        card_facts = {path: _amount(path, value) for path, value in card.items()}
        if kind == Kind.PUBLIC:
            card_facts["public_body.our_contact"] = director
        change_facts(one, card_facts, by=director)
        made.append(one)
    return made


def _contacts(customers: Sequence[Customer], people: dict[str, User], dice: Random) -> None:
    """Whoever runs it and a second person; one of them belongs to two customers; twelve profiles begun."""
    numbers = iter(range(1000, 1999))
    heads = []
    for customer in customers:
        owner = customer.owner or people["director"]
        name = customer.contact_name if not customer.contact_name.endswith("经理") else ""
        birthday = _birthday(dice)
        with told_at(_when(customer, 117, 11)):
            head = create_contact(
                by=owner, customer=customer, role="head", is_main=True, name=name or f"{customer.contact_name[:1]}立诚", position="老板" if name else "经理",
                phone=f"1380000{next(numbers)}", wechat=f"hy{dice.randint(10_000, 99_999)}", best_time=dice.choice(words.BEST_TIMES), **birthday,
            )  # fmt: skip
            heads.append(head)
        if dice.random() < 0.6:
            post, role = dice.choice(words.SECOND_POSTS)
            with told_at(_when(customer, 74, 14)):
                create_contact(
                    by=owner, customer=customer, role=role, name=f"{dice.choice('陈刘周吴郑孙')}{dice.choice(('敏', '静', '立', '晓红', '建平'))}",
                    position=post, phone=f"1380000{next(numbers)}", best_time=dice.choice(words.BEST_TIMES),
                )  # fmt: skip
    if len(customers) > 2:
        with told_at(_when(customers[1], 74, 15)):
            link_customer(heads[0], customers[1], role="business", by=people["director"])
    if vault.is_ready():
        for head, customer in zip(heads[:PROFILES], customers, strict=False):
            with told_at(_when(customer, 74, 17)):
                _profile(head, customer.owner or people["director"], dice)
        with told_at(moment(timezone.localdate() - timedelta(days=21), 10)):
            _consent(heads[0], customers[0].owner or people["director"], people["admin"])


def _birthday(dice: Random) -> dict[str, Any]:
    """Most within the next weeks, so that the list of birthdays has something to show; some by the lunar calendar."""
    day = timezone.localdate() + timedelta(days=dice.choice((1, 3, 6, 9, 14, 20, 33, 60, 120, 200)))
    year = dice.randint(1965, 1996)
    if dice.random() < 0.35:
        lunar = to_lunar(day)
        return {"birth_calendar": "lunar", "birth_month": lunar.month, "birth_day": min(lunar.day, 29)}
    return {
        "birth_calendar": "solar",
        "birth_year": year,
        "birth_month": day.month,
        "birth_day": min(day.day, 28),
    }


def _profile(contact: Contact, by: User, dice: Random) -> None:
    known = questions()
    for code, texts in dice.sample(list(words.ANSWERS.items()), 6):
        answers.answer_question(contact, known[code], dice.choice(texts), by=by)


def _consent(contact: Contact, by: User, administrator: User) -> None:
    """The one sensitive question the company asks, and the one contact who agreed to it."""
    health = questions()["health"]
    answers.switch_on(health, purpose=words.HEALTH_PURPOSE, by=administrator)
    answers.record_consent(
        contact, [health], way="paper", wording=words.CONSENT, evidence=words.EVIDENCE, given_on=timezone.localdate(), by=by
    )  # fmt: skip
    answers.answer_question(contact, health, words.HEALTH, by=by)


def _files(customer: Customer) -> None:
    """A sheet and a drawing on the first dealer's page."""
    sheet = io.BytesIO()
    columns = [Column("月份", "text"), Column("任务（台）", "integer"), Column("返利", "text")]
    write_xlsx(
        sheet, "年度任务", columns, [[f"{month} 月", 40 + 5 * (month % 4), "2%"] for month in range(1, 13)]
    )
    add_file("customers", customer.pk, sheet, "年度任务.xlsx", by=customer.owner, category="contract")
    picture = Image.new("RGB", (960, 540), "#f6f5f0")
    pen = ImageDraw.Draw(picture)
    for number in range(5):
        pen.rectangle((60 + 170 * number, 120, 200 + 170 * number, 420), outline="#565b51", width=4)
        pen.rectangle(
            (80 + 170 * number, 150, 180 + 170 * number, 250), fill="#1e5b3d" if number == 1 else "#e2e0d6"
        )
    pen.line((40, 460, 920, 460), fill="#20241e", width=6)
    drawing = io.BytesIO()
    picture.save(drawing, "PNG")
    add_file("customers", customer.pk, drawing, "柜台陈列示意图.png", by=customer.owner, category="photo")
