"""Hypothesis walks through every door of the trade at once: desk, API, the phone's queue, import, copy, quotation, edit, split, merge of orders
and of customers, sessions that act on what they read before. `Trade` holds the books against a reckoning of its own after each step:

- whoever is held (worked out here from the bare rows, not by the credit module) gets goods only by a release that a named other person
  gave for this order at no less than its present amount, once; whoever is not held is not refused;
- ledger sum = balance = open invoices − on account; no allocation exceeds its payment or invoice; no other customer's invoice is paid;
- net + tax = gross to 0.01 on every line and paper; parts of a delivery sum to the order;
- numbers have neither gap nor double.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal as D
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from furrow.catalog.services import create_product
from furrow.customers.merging import merge_customers, undo_merge
from furrow.customers.services import create_customer
from furrow.field.models import FieldCommand
from furrow.field.services import register_device, take_command
from furrow.orders import api, deliveries, hold, services
from furrow.orders.importing import OrderSession
from furrow.orders.models import Delivery, Kind, Order, Status
from furrow.orders.services import Item
from furrow.orders.tests.reckoning import (
    delivered_lines,
    lines_of,
    read,
    the_ledger_holds,
    the_numbers_hold,
    the_papers_hold,
    why_held,
)
from furrow.receivables import collecting, credit, write_offs
from furrow.receivables import services as books
from furrow.receivables.models import (
    Allocation,
    Invoice,
    Payment,
)
from furrow.records.importing.importer import SourceRow

DOORS = ("desk", "desk", "quotation", "api", "phone", "import")
LIMITS = (D("0.00"), D("1500.00"), D("6000.00"))
SHOPS = st.sampled_from((0, 1))
GOODS = st.lists(
    st.tuples(st.sampled_from((0, 1)), st.sampled_from((1, 2, 5, 9)), st.sampled_from(("0", "7.5")), st.booleans()),
    min_size=1, max_size=2, unique_by=lambda one: one[0],
)  # fmt: skip
AMOUNTS = st.sampled_from(("0.01", "0.33", "99.99", "333.33", "1000.00", "3000.00")).map(D)
SHARES = st.sampled_from((100, 50, 1, 2, 0))  # percent of what is left; 1 and 2 are one and two units
# A walk that is refused everywhere proves nothing: all of these have to come about.
HAPPEN = (
    "desk", "quotation", "api", "phone", "phone again", "import", "copy_order", "accept_quotation", "change", "change to more", "split", "merge",
    "reopen_order", "cancel_order", "release desk", "release phone", "old session changed", "old session delivered", "deliver", "deliver held",
    "deliver released", "back", "bill", "pay", "allocate", "refund", "reverse", "correct", "write off", "stop", "customers merged",
)  # fmt: skip


class World:
    """Two shops, two products, the people; made once, each walk begins from it and is rolled back."""

    def __init__(self, cast: Any) -> None:
        self.rep, self.manager, self.finance, self.director = (
            cast.rep,
            cast.manager,
            cast.finance,
            cast.director,
        )
        self.shops = [create_customer(by=None, name=f"汉江 {n} 店", owner=cast.rep) for n in range(2)]
        self.products = [
            create_product(by=None, brand="鹤鸣", name=f"X{n}", price=D(price))
            for n, price in enumerate(("333.33", "99.99"))
        ]
        self.phones = {one.pk: register_device(one, client_id=uuid4())[0] for one in (self.rep, self.manager, self.director)}  # fmt: skip
        self.done: Counter[str] = Counter()
        for shop in self.shops:
            self.limit(shop, LIMITS[1])

    def limit(self, shop: Any, limit: D) -> None:
        credit.set_limit(shop, limit=limit, term_days=0, expires=timezone.localdate(), reason="x", by=None)


class Trade(RuleBasedStateMachine):
    """The walk; `world` is set by `walk`."""

    world: World
    orders, old_orders = Bundle("orders"), Bundle("old_orders")
    sent, invoices, payments = Bundle("sent"), Bundle("invoices"), Bundle("payments")

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.released: dict[int, D] = {}  # order -> amount that somebody let go
        self.gone: set[int] = set()  # deliveries that this walk saw leave
        self.merged: Any = None
        self.merges_left = 0
        self.touched = True

    @initialize(target=orders, goods=GOODS, merges=st.sampled_from([2, 0]))
    def an_order_is_there(self, goods: Any, merges: int) -> Any:
        self.merges_left = merges
        self.world.done["walks"] += 1
        return self.by_desk(0, goods, self.world.rep)

    def teardown(self) -> None:
        try:
            the_papers_hold(self.gone)
            the_numbers_hold()
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def did(self, what: str, act: Any) -> Any:
        """What the act returns, or None when it was refused with a reason; all that is neither fails the walk."""
        self.world.done["steps"] += 1
        try:
            made = act()
        except hold.Held:
            self.world.done[f"{what} held"] += 1
            return None
        except ValidationError as error:
            assert all(error.messages)
            self.world.done[f"{what} refused"] += 1
            return None
        self.world.done[what] += 1
        self.touched = True
        return made

    # Doors by which orders come in ----------------------------------------------------------------

    def shop(self, number: int) -> Any:
        return self.merged.kept if self.merged is not None else self.world.shops[number]

    def items(self, goods: Any) -> list[Item]:
        return [Item(self.world.products[n], units, discount=D(less), gift=gift and units == 1) for n, units, less, gift in goods]  # fmt: skip

    @rule(target=orders, door=st.sampled_from(DOORS), shop=SHOPS, goods=GOODS, by=st.sampled_from(["rep", "manager"]))  # fmt: skip
    def comes_in(self, door: str, shop: int, goods: Any, by: str) -> Any:
        act = getattr(self, f"by_{door}")
        made = self.did(door, lambda: act(shop, goods, getattr(self.world, by)))
        return multiple() if made is None else made

    def by_desk(self, shop: int, goods: Any, by: Any) -> int:
        return services.place_order(
            services.create_order(self.shop(shop), self.items(goods), by=by), by=by
        ).pk

    def by_quotation(self, shop: int, goods: Any, by: Any) -> int:
        return services.create_order(self.shop(shop), self.items(goods), by=by, kind=Kind.QUOTATION).pk

    def by_api(self, shop: int, goods: Any, by: Any) -> Any:
        lines = [{"product": self.world.products[n].code, "quantity": units, "discount": less} for n, units, less, _gift in goods]  # fmt: skip
        body = api.OrderIn(customer=self.shop(shop).pk, lines=lines)
        return api.add_order(SimpleNamespace(user=by), body).value["id"]

    def by_phone(self, shop: int, goods: Any, by: Any) -> Any:
        """Kept on the phone for a while, and sent twice: the answer got lost. The shop is as the phone knew it, merged away or not."""
        lines = [{"product": self.world.products[n].pk, "quantity": units, "discount": less, "gift": gift and units == 1} for n, units, less, gift in goods]  # fmt: skip
        known = Order.objects.count()
        made = self.by_queue(by, "order.place", {"customer": self.world.shops[shop].pk, "lines": lines})
        assert Order.objects.count() == known + 1, "one message, one order"
        return made["id"]

    def by_queue(self, person: Any, name: str, payload: dict[str, Any]) -> Any:
        """What the server answered a message of the phone's queue. Raises ValidationError when it was refused."""
        message = {"client_id": uuid4(), "name": name, "at": timezone.now() - timedelta(hours=5), "payload": payload}  # fmt: skip
        taken = take_command(self.world.phones[person.pk], **message)
        again = take_command(self.world.phones[person.pk], **message)
        assert (again.pk, again.answer) == (taken.pk, taken.answer)
        self.world.done["phone again"] += 1
        if taken.outcome != FieldCommand.Outcome.ACCEPTED:
            raise ValidationError(taken.reason)
        return taken.answer

    def by_import(self, shop: int, goods: Any, by: Any) -> int:
        cells = [{"reference": f"PO-{self.world.done['steps']}", "customer": self.shop(shop).code, "product": self.world.products[n].code, "quantity": str(units)} for n, units, _less, _gift in goods]  # fmt: skip
        session = OrderSession(by, {}, "list", uuid4())
        checked = session.check([SourceRow(n, row) for n, row in enumerate(cells)])
        assert {one.outcome for one in checked} == {"created"}, [one.messages for one in checked]
        session.write(checked)
        return checked[0].record_id or 0

    @rule(target=orders, order=orders, how=st.sampled_from(["copy_order", "accept_quotation"]), share=SHARES)
    def becomes_another(self, order: int, how: str, share: int) -> Any:
        def act() -> int:
            return services.place_order(getattr(services, how)(self.order(order), by=self.world.rep), by=self.world.rep).pk  # fmt: skip

        made = self.did(how, act)
        return multiple() if made is None else made

    @rule(target=orders, order=orders, share=SHARES)
    def split(self, order: int, share: int) -> Any:
        lines = lines_of(order)
        made = self.did("split", lambda: services.split_order(self.order(order), _part(lines, share), by=self.world.rep).pk)  # fmt: skip
        return multiple() if made is None else made

    def order(self, pk: int) -> Order:
        return read(Order, pk)

    # What becomes of an order -----------------------------------------------------------------------

    @rule(target=old_orders, order=orders)
    def another_session_looks(self, order: int) -> Any:
        return self.order(order)

    @rule(order=orders | old_orders, goods=GOODS, by=st.sampled_from(["rep", "manager"]))
    def edited(self, order: int | Order, goods: Any, by: str) -> None:
        """By this session, or by another one with what it read before."""
        self.edit(self.as_read(order), goods, getattr(self.world, by))

    def as_read(self, order: int | Order) -> Order:
        return order if isinstance(order, Order) else self.order(order)

    def edit(self, order: Order, goods: Any, by: Any) -> None:
        now = self.order(order.pk)
        after = self.did("change", lambda: services.change_order(order, self.items(goods), by=by))
        if after is None:
            return
        self.world.done["old session changed"] += order.version < now.version
        if after.gross > now.gross:
            self.world.done["change to more"] += 1
            self.released.pop(order.pk, None)

    @rule(order=orders, other=orders)
    def merged_with(self, order: int, other: int) -> None:
        if self.did("merge", lambda: services.merge_orders(self.order(order), [self.order(other)], by=self.world.rep)):  # fmt: skip
            self.released.pop(order, None)
            self.released.pop(other, None)

    @rule(order=orders, to=st.sampled_from(["place_order", "recheck", "reopen_order", "cancel_order"]))  # fmt: skip
    def moved(self, order: int, to: str) -> None:
        why = {"reason": "x"} if to == "cancel_order" else {}
        done = self.did(to, lambda: getattr(services, to)(self.order(order), by=self.world.rep, **why))
        if done and to in ("reopen_order", "cancel_order"):
            self.released.pop(order, None)

    @rule(target=sent, order=orders, by=st.sampled_from(["director", "director", "manager", "rep"]), then=st.sampled_from(["deliver", "deliver", "edit", ""]), goods=GOODS, share=SHARES, way=st.sampled_from(["desk", "desk", "phone", "phone", "refuse", "no reason", "ask"]))  # fmt: skip
    def released_by(self, order: int, by: str, way: str, then: str, goods: Any, share: int) -> Any:
        """Asked for, given, refused; often somebody uses it at once, or makes the order another one first."""
        person, now = getattr(self.world, by), self.order(order)
        sent = {"order": order, "release": True, "reason": "店庆", "amount": str(now.gross)}
        acts = {
            "ask": lambda: hold.ask_release(now, request="老客户", by=person),
            "phone": lambda: self.by_queue(person, "order.release", sent),
            "desk": lambda: hold.decide_release(now, release=True, reason="已收承兑", by=person),
            "refuse": lambda: hold.decide_release(now, release=False, reason="先付款", by=person),
            "no reason": lambda: hold.decide_release(now, release=True, reason=" ", by=person),
        }  # fmt: skip
        asked = set(now.releases.filter(state="asked").values_list("asked_by_id", flat=True))
        if self.did(f"release {way}", acts[way]) is not None and way in ("desk", "phone"):
            assert now.status == Status.HELD and person.pk not in {now.by_id, *asked}
            self.released[order] = now.gross
            if then == "edit":
                self.edit(now, goods, self.world.rep)
            if then:
                return self.deliver(now, share)
        return multiple()

    # Goods -------------------------------------------------------------------------------------------

    @rule(target=sent, order=orders | old_orders, share=SHARES)
    def delivered(self, order: int | Order, share: int) -> Any:
        return self.deliver(self.as_read(order), share)

    @rule(target=sent, order=orders, share=SHARES)
    def delivered_at_once(self, order: int, share: int) -> Any:
        return self.deliver(self.order(order), share)

    def deliver(self, order: Order, share: int) -> Any:
        units, version = _part(lines_of(order.pk), share), self.order(order.pk).version  # fmt: skip
        held, refused = why_held(order.pk), self.world.done["deliver held"]
        made = self.did("deliver", lambda: deliveries.deliver(order, units, by=self.world.rep))
        now = self.order(order.pk)
        if self.world.done["deliver held"] > refused:
            assert held, "refused though nothing holds it"
            assert self.released.get(order.pk, D(-1)) < now.gross, "refused though it was released"
            assert now.status == Status.HELD
        if made is None:
            return multiple()
        assert now.kind == Kind.ORDER and made.customer_id == now.customer_id
        self.world.done["old session delivered"] += order.version < version
        if held:
            assert self.released.get(order.pk, D(-1)) >= now.gross, f"{made} left though {held}"
            assert made.release.reason and made.release.decided_by_id not in (None, now.by_id)
            self.world.done["deliver released"] += 1
        self.gone.add(made.pk)
        if now.status == Status.DONE:
            self.released.pop(order.pk, None)
        return made.pk

    @rule(delivery=sent, share=SHARES, exchange=st.booleans())
    def came_back(self, delivery: int, share: int, exchange: bool) -> None:
        rows = delivered_lines(delivery)
        self.did("back", lambda: deliveries.take_back(read(Delivery, delivery), _part(rows, share), reason="坏", by=self.world.rep, exchange=exchange))  # fmt: skip

    @rule(target=invoices, delivery=sent)
    def billed(self, delivery: int) -> Any:
        made = self.did("bill", lambda: deliveries.invoice_deliveries([read(Delivery, delivery)], by=None).pk)  # fmt: skip
        return multiple() if made is None else made

    # Money -------------------------------------------------------------------------------------------

    @rule(target=invoices, shop=SHOPS, price=AMOUNTS, units=st.integers(0, 3), rate=st.sampled_from([13, 9, 0]), ago=st.sampled_from([0, 7, 8, 30]))  # fmt: skip
    def invoiced_by_hand(self, shop: int, price: D, units: int, rate: int, ago: int) -> Any:
        line = books.Line("x", units, price, rate)
        day = timezone.localdate() - timedelta(days=ago)
        made = self.did("invoice", lambda: books.issue_invoice(self.shop(shop), [line], by=None, day=day).pk)
        return multiple() if made is None else made

    @rule(target=payments, shop=SHOPS, amount=AMOUNTS, pays=st.sampled_from([books.OLDEST, "", books.PROPOSED]))  # fmt: skip
    def paid(self, shop: int, amount: D, pays: str) -> Any:
        made = self.did("pay", lambda: books.record_payment(self.shop(shop), amount, pays=pays, by=None).pk)
        return multiple() if made is None else made

    @rule(payment=payments, invoice=invoices, amount=AMOUNTS, fits=st.booleans())
    def allocated(self, payment: int, invoice: int, amount: D, fits: bool) -> None:
        """What is free of a payment to what is open of an invoice, or any sum to any."""
        paid, owed = read(Payment, payment), read(Invoice, invoice)
        part = min(paid.free, owed.open) if fits else amount
        made = self.did("allocate", lambda: books.allocate(paid, [(invoice, part)], by=None))
        assert made is None or paid.customer_id == owed.customer_id

    @rule(payment=payments, amount=AMOUNTS, how=st.sampled_from(["undo", "refund", "reverse"]))
    def payment_taken_back(self, payment: int, amount: D, how: str) -> None:
        paid = read(Payment, payment)
        used = Allocation.objects.filter(payment=payment).order_by("-pk").first()
        acts = {
            "undo": lambda: used and (books.undo_allocation(used, by=None) or True),
            "refund": lambda: books.refund_payment(paid, amount, by=None),
            "reverse": lambda: books.reverse_payment(paid, reason="x", by=None),
        }
        self.did(how, acts[how])

    @rule(target=invoices, invoice=invoices)
    def corrected(self, invoice: int) -> Any:
        made = self.did("correct", lambda: books.reverse_invoice(read(Invoice, invoice), reason="x", by=None).pk)  # fmt: skip
        return multiple() if made is None else made

    @rule(invoice=invoices, amount=AMOUNTS, by=st.sampled_from(["finance", "director", "director"]))
    def written_off(self, invoice: int, amount: D, by: str) -> None:
        def act() -> Any:
            asked = write_offs.ask_write_off(read(Invoice, invoice), amount, reason="x", by=self.world.finance)  # fmt: skip
            return write_offs.decide_write_off(asked, approve=True, by=getattr(self.world, by))

        assert self.did("write off", act) is None or by != "finance"

    @rule(shop=SHOPS, limit=st.sampled_from(LIMITS), amount=AMOUNTS, what=st.sampled_from(["limit", "stop", "go on", "go on", "promise"]))  # fmt: skip
    def credit_changed(self, shop: int, limit: D, amount: D, what: str) -> None:
        customer, today = self.shop(shop), timezone.localdate()
        acts = {
            "limit": lambda: self.world.limit(customer, limit) or True,
            "stop": lambda: credit.set_stopped(customer, True, reason="x", by=None) or True,
            "go on": lambda: credit.set_stopped(customer, False, reason="x", by=None) or True,
            "promise": lambda: collecting.promise(customer, amount, today - timedelta(days=1), by=None, given_on=today - timedelta(days=3)),
        }  # fmt: skip
        self.did(what, acts[what])

    @precondition(lambda self: self.merges_left)
    @rule()
    def customers_merged(self) -> None:
        """Together and apart again once in one walk of two: it moves some forty relations and costs as much as many steps."""
        self.merges_left -= 1
        if self.merged is None:
            self.merged = self.did("customers merged", lambda: merge_customers(*self.world.shops, by=None))
        elif self.did("customers apart", lambda: undo_merge(self.merged, by=None) or True):
            self.merged = None

    # What must hold -----------------------------------------------------------------------------------

    @invariant()
    def the_books_hold(self) -> None:
        """Ledger, accounts and allocations of both shops, whenever a step may have changed them."""
        if not self.touched:
            return
        self.touched = False
        the_ledger_holds()


def _part(rows: list[Any], share: int) -> dict[int, int]:
    """Row -> how many of its units: so many percent, or one or two."""
    return {row.pk: share if share in (1, 2) else row.quantity * share // 100 for row in rows}


LONGEST = 120  # steps of one walk
AT_ONCE = 100  # walks of one run; hypothesis keeps what it has seen, and its first walk does next to nothing


def walk(world: World, steps: int, first: int, *, phases: Sequence[Phase] = (Phase.generate,), most: int = 0) -> list[str]:  # fmt: skip
    """At least so many steps, counted as they are done, from the seed `first` on; while something of HAPPEN has not come about, up to
    `most`. Returns what is missing then."""
    number = 0
    while (left := steps - world.done["steps"]) > 0 or (_missing(world) and steps - left < most):
        machine = seed(first + number)(type("TradeHere", (Trade,), {"world": world}))
        wanted = settings(
            max_examples=min(AT_ONCE, max(left, LONGEST) // LONGEST + 1), stateful_step_count=LONGEST, deadline=None, database=None,
            suppress_health_check=list(HealthCheck), phases=phases,
        )  # fmt: skip
        run_state_machine_as_test(machine, settings=wanted)
        number += 1
    return _missing(world)


def _missing(world: World) -> list[str]:
    return [what for what in HAPPEN if not world.done[what]]
