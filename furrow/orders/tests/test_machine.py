"""Random work on the books by hypothesis, through every door at once: what must hold after every step.

No delivery of a held customer without a named release; ledger sum = balance; allocations within payments; every paper's number once and
without gaps. FURROW_STEPS asks for a longer walk.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta
from decimal import Decimal as D
from random import Random
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from furrow.catalog.services import create_product
from furrow.customers.services import create_customer
from furrow.orders import deliveries, hold, services
from furrow.orders.models import Delivery, DeliveryKind, Kind, Order
from furrow.orders.services import Item
from furrow.receivables import credit, write_offs
from furrow.receivables.models import Account, Allocation, Invoice, LedgerEntry, Payment, Series
from furrow.receivables.services import (
    OLDEST,
    Line,
    allocate,
    issue_invoice,
    record_payment,
    refund_payment,
    reverse_invoice,
    reverse_payment,
    undo_allocation,
)
from tests.cast import Cast

EXAMPLES, LONGEST = 6, 40
LIMIT = D("6000.00")


class World:
    """Two customers, two products, two people; each step does one thing with what is there."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.shops = [create_customer(by=None, name=f"汉江 {n} 店", owner=cast.rep) for n in range(2)]
        self.products = [
            create_product(by=None, brand="鹤鸣", name=f"X{n}", price=D(price))
            for n, price in enumerate(("333.33", "99.99"))
        ]
        for shop in self.shops:
            credit.set_limit(
                shop, limit=LIMIT, term_days=0, expires=timezone.localdate(), reason="x", by=None
            )
        self.done: Counter[str] = Counter()

    def step(self, dice: Random) -> None:
        name, act = dice.choice(ACTS)
        try:
            act(self, dice)
            self.done[name] += 1
        except (ValidationError, IndexError):
            self.done[f"{name} refused"] += 1

    def pick(self, rows: Any, dice: Random) -> Any:
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        return rows.get(pk=dice.choice(ids[-5:]))  # IndexError: nothing there yet

    def items(self, dice: Random) -> list[Item]:
        return [Item(one, dice.choice([1, 2, 5, 9]), discount=D(dice.choice(["0", "7.5"])), gift=dice.random() < 0.1) for one in dice.sample(self.products, dice.choice([1, 2]))]  # fmt: skip

    def check(self) -> None:
        """Everything that must hold, from the rows alone."""
        for delivery in Delivery.objects.filter(kind=DeliveryKind.DELIVERY).exclude(held_for=""):
            release = delivery.release
            assert (
                release is not None
                and release.reason
                and release.decided_by_id not in (None, delivery.order.by_id)
            )
        for shop in self.shops:
            self.check_account(shop)
        for paid in Payment.objects.filter(direction="in", reversed_at=None):
            used = paid.allocations.filter(undone_at=None).aggregate(sum=Sum("amount"))["sum"] or 0
            assert (
                paid.allocated == used <= paid.amount and paid.free == paid.amount - used - paid.refunded >= 0
            )
        for row in Invoice.objects.all():
            sums = row.lines.aggregate(net=Sum("net"), tax=Sum("tax"), gross=Sum("gross"))
            assert (row.net, row.tax, row.gross) == (sums["net"], sums["tax"], sums["gross"])
            assert row.net + row.tax == row.gross
        for series in Series.objects.all():
            self.check_numbers(series)

    def check_account(self, shop: Any) -> None:
        account = Account.objects.filter(customer=shop).first()
        if account is not None:
            entries = LedgerEntry.objects.filter(customer=shop).aggregate(sum=Sum("amount"))["sum"] or 0
            owed = (
                Invoice.objects.filter(customer=shop, kind="invoice").aggregate(sum=Sum("open"))["sum"] or 0
            )
            assert account.balance == entries == account.owed - account.on_account and account.owed == owed

    def check_numbers(self, series: Series) -> None:
        model = {
            "INV": Invoice,
            "CRN": Invoice,
            "RCP": Payment,
            "REF": Payment,
            "SO": Order,
            "QTN": Order,
        }.get(series.name[:-5], Delivery)
        numbers = sorted(
            model.objects.filter(number__startswith=f"{series.name}-").values_list("number", flat=True)
        )
        assert [int(number[-6:]) for number in numbers] == list(range(1, series.last + 1))


def _create(world: World, dice: Random) -> None:
    kind = Kind.QUOTATION if dice.random() < 0.2 else Kind.ORDER
    order = services.create_order(dice.choice(world.shops), world.items(dice), by=world.cast.rep, kind=kind)
    if kind == Kind.ORDER:
        services.place_order(order, by=world.cast.rep)


def _change(world: World, dice: Random) -> None:
    services.change_order(world.pick(Order.objects.all(), dice), world.items(dice), by=world.cast.rep)


def _split(world: World, dice: Random) -> None:
    order = world.pick(Order.objects.all(), dice)
    services.split_order(
        order, {line.pk: dice.randint(0, line.quantity) for line in order.lines.all()}, by=world.cast.rep
    )


def _merge(world: World, dice: Random) -> None:
    first = world.pick(Order.objects.all(), dice)
    services.merge_orders(
        first, [world.pick(Order.objects.filter(customer=first.customer), dice)], by=world.cast.rep
    )


def _release(world: World, dice: Random) -> None:
    order = world.pick(Order.objects.all(), dice)
    by = dice.choice([world.cast.rep, world.cast.manager])
    hold.decide_release(order, release=dice.random() < 0.8, reason=dice.choice(["", "老客户"]), by=by)


def _deliver(world: World, dice: Random) -> None:
    order = world.pick(Order.objects.all(), dice)
    quantities = (
        None
        if dice.random() < 0.5
        else {line.pk: dice.randint(0, line.quantity + 1) for line in order.lines.all()}
    )
    stale = Order.objects.get(pk=order.pk)  # another session with what it read before
    deliveries.deliver(stale, quantities, by=world.cast.rep)


def _back(world: World, dice: Random) -> None:
    delivery = world.pick(Delivery.objects.all(), dice)
    quantities = {row.pk: dice.randint(0, row.quantity) for row in delivery.lines.all()}
    deliveries.take_back(delivery, quantities, reason="坏", by=world.cast.rep, exchange=dice.random() < 0.3)


def _allocate(world: World, dice: Random) -> None:
    paid = world.pick(Payment.objects.all(), dice)
    part = D(dice.randint(1, 200_000)) / 100
    allocate(paid, [(world.pick(Invoice.objects.all(), dice).pk, part)], by=None)


def _write_off(world: World, dice: Random) -> None:
    row = world.pick(Invoice.objects.all(), dice)
    asked = write_offs.ask_write_off(row, D(dice.randint(1, 50_000)) / 100, reason="x", by=world.cast.finance)
    write_offs.decide_write_off(
        asked, approve=dice.random() < 0.7, by=dice.choice([world.cast.finance, world.cast.director])
    )


def _amount(dice: Random) -> D:
    return D(dice.choice([1, 33, 9_999, 33_333, 100_000])) / 100


ACTS = [
    ("create", _create), ("create", _create), ("change", _change), ("split", _split), ("merge", _merge), ("release", _release), ("release", _release),
    ("deliver", _deliver), ("deliver", _deliver), ("deliver", _deliver), ("back", _back), ("allocate", _allocate), ("write off", _write_off),
    ("place", lambda w, d: services.place_order(w.pick(Order.objects.all(), d), by=w.cast.rep)),
    ("copy", lambda w, d: services.place_order(services.copy_order(w.pick(Order.objects.all(), d), by=w.cast.rep), by=w.cast.rep)),
    ("reopen", lambda w, d: services.reopen_order(w.pick(Order.objects.all(), d), by=w.cast.rep)),
    ("cancel", lambda w, d: services.cancel_order(w.pick(Order.objects.all(), d), reason="x", by=w.cast.rep)),
    ("accept", lambda w, d: services.accept_quotation(w.pick(Order.objects.all(), d), by=w.cast.rep)),
    ("recheck", lambda w, d: services.recheck(w.pick(Order.objects.all(), d), by=w.cast.rep)),
    ("bill", lambda w, d: deliveries.invoice_deliveries([w.pick(Delivery.objects.all(), d)], by=None)),
    ("invoice", lambda w, d: issue_invoice(d.choice(w.shops), [Line("x", d.randint(0, 3), _amount(d), 13)], by=None, day=timezone.localdate() - timedelta(days=d.choice([0, 30])))),
    ("pay", lambda w, d: record_payment(d.choice(w.shops), _amount(d), pays=d.choice([OLDEST, ""]), by=None)),
    ("pay", lambda w, d: record_payment(d.choice(w.shops), _amount(d) * 3, pays=OLDEST, by=None)),
    ("reverse", lambda w, d: reverse_payment(w.pick(Payment.objects.all(), d), reason="x", by=None)),
    ("refund", lambda w, d: refund_payment(w.pick(Payment.objects.all(), d), _amount(d), by=None)),
    ("correct", lambda w, d: reverse_invoice(w.pick(Invoice.objects.all(), d), reason="x", by=None)),
    ("undo", lambda w, d: undo_allocation(w.pick(Allocation.objects.all(), d), by=None)),
    ("stop", lambda w, d: credit.set_stopped(d.choice(w.shops), d.random() < 0.15, reason="x", by=None)),
]  # fmt: skip


def run(world: World, seed: int, steps: int, *, every: int = 5) -> None:
    """`steps` random steps, looked at after every fifth and at the end."""
    dice = Random(seed)
    for number in range(steps):
        world.step(dice)
        if number % every == 0:
            world.check()
    world.check()


@pytest.mark.django_db
def test_whatever_is_done_in_whatever_order_the_books_hold(cast: Cast) -> None:
    world = World(cast)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, 2**32), st.integers(LONGEST // 2, LONGEST))
    def walk(seed: int, steps: int) -> None:
        run(world, seed, steps, every=10)

    walk()
    run(world, 7, int(os.environ.get("FURROW_STEPS", "240")), every=40)
    for name in ("create", "deliver", "pay"):
        assert world.done[name], world.done
