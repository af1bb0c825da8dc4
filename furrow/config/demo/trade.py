"""What the demo company sold on account in the last months: orders, deliveries, invoices, payments in time and late, a held order, promises."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from random import Random

from django.utils import timezone

from furrow.catalog.models import Kind, Product
from furrow.config.demo.moments import moment, told_at
from furrow.customers.models import Customer
from furrow.kit.places import Region
from furrow.orders import deliveries, hold, prices, services
from furrow.orders.models import Status
from furrow.orders.services import Item
from furrow.receivables import collecting, credit
from furrow.receivables.models import Method
from furrow.receivables.region_hours import set_hours
from furrow.receivables.services import OLDEST, Line, issue_invoice, record_payment
from furrow.team.models import User

ACCOUNTS, OPEN_ORDERS = 36, 10
BUYERS = ("月底前付清", "财务出差，下周安排", "等厂家返利到账再付", "老板说收到货款就打")
FIRST_DAYS, TERM = 130, 30
NOTHING = Decimal(0)


def trade(customers: Sequence[Customer], people: dict[str, User], seed: int) -> int:
    """Accounts of some outlets, with about a third of them late; returns the accounts."""
    dice, today, products, shops = Random(seed), timezone.localdate(), _products(), _shops(customers)
    clerk, director = people["clerk"], people["director"]
    with told_at(moment(today - timedelta(days=FIRST_DAYS + 10), 16)):
        for number, shop in enumerate(shops):
            if number % 3 == 0:
                _limit(shop, Decimal(dice.choice([30_000, 50_000, 80_000])), today, director)
            _habit(shop, number, clerk)
    sold = [
        sale
        for number, shop in enumerate(shops)
        for sale in _history(shop, products, late=number % 3 == 1, dice=dice, today=today)
    ]
    _write(sold, today, clerk)
    with told_at(moment(today.replace(day=1), 9)):
        _price_list(products, people, today)
    for code in sorted({shop.region_id[:4] for shop in shops if shop.region_id})[:1]:
        set_hours(Region.objects.get(pk=code), time(7), time(10), note="开市前不谈钱", by=director)
    called_on = today - timedelta(days=9)
    for number, shop in enumerate(shops[1:12:3]):
        with told_at(moment(called_on, 14, 10 * number)):
            collecting.take_step(shop, 1 + number % 3, result=BUYERS[number % 4], by=shop.owner, day=called_on)  # fmt: skip
            if number % 2 == 0:
                collecting.promise(shop, Decimal(3000), today - timedelta(days=3 - 4 * number), by=shop.owner, given_on=called_on, said_by=shop.contact_name)  # fmt: skip
    return len(shops)


def _limit(shop: Customer, limit: Decimal, today: date, by: User) -> None:
    expires = today + timedelta(days=200)
    credit.set_limit(shop, limit=limit, term_days=30, expires=expires, reason="按上年销售核定", by=by)


def order(customers: Sequence[Customer], people: dict[str, User], seed: int) -> None:
    """What is on its way now; after the credit of the outlets was judged from how they paid."""
    _orders(_shops(customers)[:OPEN_ORDERS], _products(), people, Random(seed))


def _products() -> list[Product]:
    return list(Product.objects.filter(kind=Kind.OWN).order_by("pk"))


def _shops(customers: Sequence[Customer]) -> list[Customer]:
    return [customer for customer in customers if customer.owner_id][:ACCOUNTS]


@dataclass
class _Sale:
    """An invoice to write and, some day, its payment."""

    shop: Customer
    day: date
    lines: list[Line]
    paid_on: date
    method: Method
    reference: str
    gross: Decimal = NOTHING


def _history(
    shop: Customer, products: Sequence[Product], *, late: bool, dice: Random, today: date
) -> Iterator[_Sale]:
    """An invoice a month, paid before its due day, some days after it, or not yet."""
    for ago in range(FIRST_DAYS, 5, -30):
        day = today - timedelta(days=ago + dice.randint(0, 6))
        lines = [
            Line(product.title, dice.randint(2, 9), _price(product), 13, product=product, unit=product.unit)
            for product in dice.sample(list(products), 2)
        ]
        paid_on = day + timedelta(days=TERM + (dice.randint(5, 40) if late else dice.randint(-9, 2)))
        method = dice.choice([Method.TRANSFER, Method.TRANSFER, Method.WECHAT, Method.ACCEPTANCE])
        yield _Sale(shop, day, lines, paid_on, method, f"{paid_on:%Y%m%d}{dice.randint(0, 99999):05}")


def _write(sold: Sequence[_Sale], today: date, by: User) -> None:
    """Invoices in the morning and payments in the afternoon of their days, in the order of the days, as their numbers run."""
    papers = [(sale.day, 10, number, sale) for number, sale in enumerate(sold)]
    papers += [(sale.paid_on, 15, number, sale) for number, sale in enumerate(sold) if sale.paid_on <= today]
    for day, hour, number, sale in sorted(papers, key=lambda paper: paper[:3]):
        with told_at(moment(day, hour, number % 60)):
            if hour == 10:
                sale.gross = issue_invoice(sale.shop, sale.lines, day=day, term_days=TERM, by=by).gross
            else:
                record_payment(sale.shop, sale.gross, day=day, method=sale.method, payer=sale.shop.name, reference=sale.reference, pays=OLDEST, by=by)  # fmt: skip


def _price(product: Product) -> Decimal:
    """Trade price: nine tenths of the list price."""
    listed = product.prices.first()
    return (listed.price * 9 / 10).quantize(Decimal("0.01")) if listed else Decimal(100)


def _habit(shop: Customer, number: int, by: User) -> None:
    days = ("10, 25", "5", "26-28", "")[number % 4]
    collecting.set_habit(
        shop,
        by=by,
        pay_days=days,
        wage_day=(15, None, 10)[number % 3],
        other_bills="房租每季首月" if number % 5 == 0 else "",
    )


def _price_list(products: Sequence[Product], people: dict[str, User], today: date) -> None:
    lines = [(product, quantity, (_price(product) * share).quantize(Decimal("0.01"))) for product in products for quantity, share in ((1, Decimal("0.98")), (20, Decimal("0.95")))]  # fmt: skip
    prices.save_price_list(None, name="批发渠道价", valid_from=today.replace(day=1), valid_until=None, channel_type="wholesale", customer=None, lines=lines, by=people["director"])  # fmt: skip


def _orders(
    shops: Sequence[Customer], products: Sequence[Product], people: dict[str, User], dice: Random
) -> None:
    """Some delivered, some on their way, the large ones held, one of them with a release asked for."""
    asked, today = False, timezone.localdate()
    for number, shop in enumerate(shops):
        ordered = moment(today - timedelta(days=(len(shops) - number) // 2), 9 + number % 7, 5 * number)
        items = [
            Item(product, dice.randint(1, 4) + (30 if number % 4 == 1 else 0))
            for product in dice.sample(list(products), 3)
        ]
        with told_at(ordered):
            order = services.place_order(
                services.create_order(shop, items, by=shop.owner, note="电话订货"), by=shop.owner
            )
            if order.status == Status.HELD and not asked:
                hold.ask_release(
                    order, request="店庆备货，老板答应本周先付一半", by=shop.owner or people["clerk"]
                )
                asked = True
        if order.status == Status.CONFIRMED and number % 2 == 0:
            with told_at(ordered + timedelta(hours=4)):
                sent = deliveries.deliver(order, by=people["clerk"], driver="周师傅")
            if number % 4 == 0:
                with told_at(ordered + timedelta(hours=7, minutes=10)):
                    deliveries.sign_delivery(sent, signed_by=shop.contact_name or "店员", by=people["clerk"])
                    deliveries.invoice_deliveries([sent], by=people["clerk"])
    services.create_order(shops[0], [Item(products[0], 20)], by=shops[0].owner, kind="quotation")
