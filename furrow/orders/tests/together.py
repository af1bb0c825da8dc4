"""Eight sessions that write at once, each with a connection of its own: python -m furrow.orders.tests.together WRITERS ROUNDS.

All of them want goods of one customer whose limit bears ten units, and numbers from the same series; every third paper is given up after
its number was taken."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections import Counter
from decimal import Decimal as D
from random import Random
from typing import Any

LIMIT, PRICE = D("1000.00"), D("100.00")


class GivenUp(Exception):
    """The session breaks off in the middle of a transaction."""


def write_together(
    shop: Any, product: Any, people: dict[str, Any], writers: int, rounds: int
) -> Counter[str]:
    """What was done how often; what went wrong stands under its own name."""
    from django.db import connection

    done: Counter[str] = Counter()
    begin = threading.Barrier(writers)

    def work(number: int) -> None:
        dice = Random(number)
        begin.wait()
        try:
            for _round in range(rounds):
                done[one_act(dice, shop, product, people)] += 1
        except Exception as error:  # told to the test, which fails on it
            done[f"{type(error).__name__}: {error}"] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[number]) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def one_act(dice: Random, shop: Any, product: Any, people: dict[str, Any]) -> str:
    from django.core.exceptions import ValidationError
    from django.db import transaction

    from furrow.orders import deliveries, services
    from furrow.orders.hold import Held
    from furrow.orders.services import Item
    from furrow.receivables import services as books

    act = dice.choice(["order", "order", "order", "invoice", "pay", "give up"])
    try:
        with transaction.atomic():
            if act == "give up":
                services.create_order(shop, [Item(product, 1)], by=people["rep"])
                books.record_payment(shop, D("0.01"), by=None)
                raise GivenUp
            if act == "invoice":
                books.issue_invoice(shop, [books.Line("x", 1, D("0.05"), 13)], by=None)
            elif act == "pay":
                books.record_payment(shop, D("0.05"), pays=books.OLDEST, by=None)
        if act == "order":
            items = [Item(product, dice.choice([1, 2, 3]))]
            order = services.place_order(services.create_order(shop, items, by=people["rep"]), by=people["rep"])  # fmt: skip
            deliveries.deliver(order, by=people["rep"])
    except GivenUp:
        return "given up"
    except Held:
        return "held"
    except ValidationError as error:
        return f"refused: {error.messages}"
    return act


def set_scene() -> tuple[Any, Any, dict[str, Any]]:
    """The customer, the product, the people."""
    from django.utils import timezone

    from furrow.catalog.services import create_product
    from furrow.customers.services import create_customer
    from furrow.receivables import credit
    from tests.cast import build_cast

    people = build_cast().people()
    shop = create_customer(by=None, name="汉江通讯", owner=people["rep"])
    product = create_product(by=None, brand="鹤鸣", name="X30", price=PRICE)
    credit.set_limit(shop, limit=LIMIT, term_days=30, expires=timezone.localdate(), reason="x", by=None)
    return shop, product, people


def what_is_left(shop: Any) -> dict[str, Any]:
    """What the writers left behind: exposure by bare rows, account against ledger, numbers of every series."""
    from django.db.models import Sum

    from furrow.orders.models import Delivery, Order
    from furrow.receivables.models import Account, Invoice, LedgerEntry, Payment, Series

    account = Account.objects.get(customer=shop)
    ledger = LedgerEntry.objects.filter(customer=shop).aggregate(sum=Sum("amount"))["sum"] or D(0)
    sent = sum(row.gross for row in Delivery.objects.filter(customer=shop))
    gaps = {}
    for series in Series.objects.all():
        model: Any = {"INV": Invoice, "RCP": Payment, "SO": Order}.get(series.name[:-5], Delivery)
        numbers = model.objects.filter(number__startswith=f"{series.name}-").values_list("number", flat=True)
        if sorted(int(number[-6:]) for number in numbers) != list(range(1, series.last + 1)):
            gaps[series.name] = sorted(numbers)
    return {"exposure": str(sent + ledger), "sent": str(sent), "ledger": str(ledger), "balance": str(account.balance), "gaps": gaps, "series": Series.objects.count()}  # fmt: skip


def main(writers: int, rounds: int) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "furrow.config.settings")
    django.setup()
    shop, product, people = set_scene()
    done = write_together(shop, product, people, writers, rounds)
    sys.stdout.write(json.dumps({"done": done} | what_is_left(shop)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
