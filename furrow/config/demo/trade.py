"""What the demo company sold on account in the last months: orders, deliveries, invoices, payments in time and late, a held order, promises."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from random import Random

from django.utils import timezone

from furrow.catalog.models import Kind, Product
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
FIRST_DAYS = 130


def trade(customers: Sequence[Customer], people: dict[str, User], seed: int) -> int:
    """Accounts of some outlets, with about a third of them late; returns the accounts."""
    dice, today, products, shops = Random(seed), timezone.localdate(), _products(), _shops(customers)
    clerk, director = people["clerk"], people["director"]
    for number, shop in enumerate(shops):
        if number % 3 == 0:
            limit = Decimal(dice.choice([30_000, 50_000, 80_000]))
            credit.set_limit(
                shop,
                limit=limit,
                term_days=30,
                expires=today + timedelta(days=200),
                reason="按上年销售核定",
                by=director,
            )
        _history(shop, products, clerk, late=number % 3 == 1, dice=dice, today=today)
        _habit(shop, number, clerk)
    _price_list(products, people, today)
    for code in sorted({shop.region_id[:4] for shop in shops if shop.region_id})[:1]:
        set_hours(Region.objects.get(pk=code), time(7), time(10), note="开市前不谈钱", by=director)
    for number, shop in enumerate(shops[1:12:3]):
        collecting.take_step(
            shop, 1 + number % 3, result=BUYERS[number % 4], by=shop.owner, day=today - timedelta(days=9)
        )
        if number % 2 == 0:
            collecting.promise(shop, Decimal(3000), today - timedelta(days=3 - 4 * number), by=shop.owner, given_on=today - timedelta(days=9), said_by=shop.contact_name)  # fmt: skip
    return len(shops)


def order(customers: Sequence[Customer], people: dict[str, User], seed: int) -> None:
    """What is on its way now; after the credit of the outlets was judged from how they paid."""
    _orders(_shops(customers)[:OPEN_ORDERS], _products(), people, Random(seed))


def _products() -> list[Product]:
    return list(Product.objects.filter(kind=Kind.OWN).order_by("pk"))


def _shops(customers: Sequence[Customer]) -> list[Customer]:
    return [customer for customer in customers if customer.owner_id][:ACCOUNTS]


def _history(
    shop: Customer, products: Sequence[Product], by: User, *, late: bool, dice: Random, today: date
) -> None:
    """An invoice a month, paid before its due day, some days after it, or not yet."""
    for ago in range(FIRST_DAYS, 5, -30):
        day = today - timedelta(days=ago + dice.randint(0, 6))
        lines = [
            Line(product.title, dice.randint(2, 9), _price(product), 13, product=product, unit=product.unit)
            for product in dice.sample(list(products), 2)
        ]
        invoice = issue_invoice(shop, lines, day=day, term_days=30, by=by)
        paid_on = invoice.due + timedelta(days=dice.randint(5, 40) if late else dice.randint(-9, 2))
        if paid_on <= today:
            method = dice.choice([Method.TRANSFER, Method.TRANSFER, Method.WECHAT, Method.ACCEPTANCE])
            record_payment(shop, invoice.gross, day=paid_on, method=method, payer=shop.name, reference=f"{paid_on:%Y%m%d}{dice.randint(0, 99999):05}", pays=OLDEST, by=by)  # fmt: skip


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
    asked = False
    for number, shop in enumerate(shops):
        items = [
            Item(product, dice.randint(1, 4) + (30 if number % 4 == 1 else 0))
            for product in dice.sample(list(products), 3)
        ]
        order = services.place_order(
            services.create_order(shop, items, by=shop.owner, note="电话订货"), by=shop.owner
        )
        if order.status == Status.HELD and not asked:
            hold.ask_release(
                order, request="店庆备货，老板答应本周先付一半", by=shop.owner or people["clerk"]
            )
            asked = True
        elif order.status == Status.CONFIRMED and number % 2 == 0:
            sent = deliveries.deliver(order, by=people["clerk"], driver="周师傅")
            if number % 4 == 0:
                deliveries.sign_delivery(sent, signed_by=shop.contact_name or "店员", by=people["clerk"])
                deliveries.invoice_deliveries([sent], by=people["clerk"])
    services.create_order(shops[0], [Item(products[0], 20)], by=shops[0].owner, kind="quotation")
