"""What the demo company sells, what its rivals sell, and what the outlets made of both in the last months. All brands are invented."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

from django.utils import timezone

from furrow.books.rules import Period, periods_until
from furrow.books.services import Line, cuts, save_lines
from furrow.catalog import costs
from furrow.catalog.models import Kind, Product
from furrow.catalog.rules import check_digit
from furrow.catalog.services import create_product
from furrow.config.demo.moments import FIRST_DAY, moment, told_at
from furrow.customers.models import Customer
from furrow.team.models import User

MONTHS = 4
SHOPS = 80
PHONES, PARTS = "手机 / 智能手机", "配件"


class Article(NamedTuple):
    """One article: brand, name, specification, variety, list price, and whether it is ours."""

    brand: str
    name: str
    specification: str
    variety: str
    price: int
    own: bool = True


ARTICLES = (
    Article("鹤禾", "H20", "8+256G 曜石黑", PHONES, 2199),
    Article("鹤禾", "H20", "12+256G 云杉绿", PHONES, 2499),
    Article("鹤禾", "H20 Pro", "12+512G 曜石黑", PHONES, 3299),
    Article("鹤禾", "青羽 6", "8+128G 月白", PHONES, 1299),
    Article("鹤禾", "青羽 6", "8+256G 月白", PHONES, 1499),
    Article("鹤禾", "长者机 K3", "大按键 红", "手机 / 功能手机", 259),
    Article("鹤禾", "快充头", "33W", f"{PARTS} / 充电", 79),
    Article("鹤禾", "数据线", "Type-C 1米", f"{PARTS} / 充电", 29),
    Article("鹤禾", "蓝牙耳机 A2", "白", f"{PARTS} / 耳机", 199),
    Article("鹤禾", "钢化膜", "H20 两片装", f"{PARTS} / 贴膜", 39),
    Article("云雀", "Y30", "8+256G 墨蓝", PHONES, 1999, own=False),
    Article("云雀", "Y30 Max", "12+512G 墨蓝", PHONES, 2999, own=False),
    Article("澄石", "C9", "8+128G 砂金", PHONES, 1199, own=False),
    Article("澄石", "耳机 Mini", "黑", f"{PARTS} / 耳机", 159, own=False),
)


def stock_up(customers: Sequence[Customer], people: dict[str, User], seed: int) -> int:
    """Make the catalog and the books of some outlets for the last months; returns the lines."""
    dice = Random(seed)
    today = timezone.localdate()
    with told_at(moment(today - FIRST_DAY, 11)):
        since = today - timedelta(days=200)
        products = [
            _product(number, article, since, people["clerk"]) for number, article in enumerate(ARTICLES)
        ]
    # The present month is not over: nothing has been written for it.
    periods = periods_until(today, MONTHS + 1, cuts())[1:]
    shops = [customer for customer in customers if customer.owner_id][:SHOPS]
    lines = [line for shop in shops for line in _book(shop, products, periods[::-1], dice)]
    for period in periods[::-1]:  # written when it was over
        with told_at(moment(period.end + timedelta(days=3), 15, 20)):
            save_lines([line for line in lines if line.period == period], by=people["clerk"])
    return len(lines)


def _product(number: int, article: Article, since: date, by: User) -> Product:
    body = f"690{7700 + number // 50:04d}{10_000 + number:05d}"
    product = create_product(
        by=by,
        brand=article.brand,
        name=article.name,
        specification=article.specification,
        variety=article.variety,
        barcode=f"{body}{check_digit(body)}",
        unit="台" if article.variety.startswith("手机") else "个",
        pack_unit="箱",
        pack_size=20 if article.variety.startswith("手机") else 100,
        kind=Kind.OWN if article.own else Kind.COMPETING,
        price=Decimal(article.price),
        valid_from=since,
    )
    if article.own:  # two thirds of the list price; outlets buy at nine tenths of it with tax
        costs.set_cost(product, (product.prices.get().price * 2 / 3).quantize(Decimal("0.01")), valid_from=since, by=by)  # fmt: skip
    return product


def _book(shop: Customer, products: Sequence[Product], periods: Sequence[Period], dice: Random) -> list[Line]:
    """A shop's months: it buys about what it sells, now and then a count does not add up, prices slip a little."""
    lines = []
    for product, article in zip(products, ARTICLES, strict=True):
        if dice.random() < 0.4:
            continue
        pace = dice.randint(3, 14) * (1 if article.variety.startswith("手机") else 4)
        opening = stock = dice.randint(0, pace)
        price = Decimal(article.price)
        for number, period in enumerate(periods):
            bought = max(0, round(dice.gauss(pace, pace / 4)))
            sold = min(stock + bought, max(0, round(dice.gauss(pace, pace / 3))))
            stock = max(0, stock + bought - sold - (1 if dice.random() < 0.05 else 0))
            if dice.random() < 0.2:
                price = (price * Decimal("0.97")).quantize(Decimal(1))
            lines.append(
                Line(
                    shop.pk, product.pk, period, opening if number == 0 else None, bought, sold, stock, price
                )
            )
    return lines
