"""From the price to the invoice on the database; every way round the hold is tried."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from furrow.books.models import BookLine
from furrow.catalog.models import Product
from furrow.catalog.services import create_product
from furrow.customers.models import Customer
from furrow.customers.services import create_customer
from furrow.orders import deliveries, hold, prices, services
from furrow.orders.hold import Held
from furrow.orders.models import Delivery, Kind, Order, Status
from furrow.orders.phone import order_parts
from furrow.orders.queries import exposure_parts, suggestions
from furrow.orders.services import Item
from furrow.receivables import credit
from furrow.receivables.models import Account, Invoice
from furrow.receivables.queries import paying_facts
from furrow.receivables.services import OLDEST, record_payment
from tests.cast import Cast


@pytest.fixture
def shop(cast: Cast) -> Customer:
    made = create_customer(by=cast.director, name="汉江通讯", owner=cast.rep, channel_type="wholesale")
    credit.set_limit(
        made, limit=D("1000.00"), term_days=30, expires=timezone.localdate(), reason="x", by=cast.director
    )
    return made


@pytest.fixture
def phone(cast: Cast) -> Product:
    return create_product(by=cast.manager, brand="鹤鸣", name="X30", price=D("100.00"))


def placed(shop: Customer, product: Product, quantity: int, cast: Cast) -> Order:
    return services.place_order(
        services.create_order(shop, [Item(product, quantity)], by=cast.rep), by=cast.rep
    )


def test_prices_come_from_the_narrowest_list(shop: Customer, phone: Product, cast: Cast) -> None:
    today = timezone.localdate()
    common = {"valid_from": today, "valid_until": None, "by": cast.manager}
    prices.save_price_list(
        None,
        name="批发",
        channel_type="wholesale",
        customer=None,
        lines=[(phone, 1, D("90.00")), (phone, 10, D("85.00"))],
        **common,
    )
    assert services.create_order(shop, [Item(phone, 10)], by=None).gross == D("850.00")
    prices.save_price_list(
        None, name="汉江", channel_type="", customer=shop, lines=[(phone, 1, D("80.00"))], **common
    )
    order = services.create_order(
        shop, [Item(phone, 3, discount=D("10")), Item(phone, 1, gift=True)], by=None
    )
    assert order.gross == D("216.00")
    for lines, said in (([(phone, 1, D("1")), (phone, 1, D("2"))], "once"), ([(phone, 1, D("0"))], "between"), ([(phone, 1, D("1000000000000000"))], "between")):  # fmt: skip
        with pytest.raises(ValidationError, match=said):
            prices.save_price_list(None, name="x", channel_type="", customer=None, lines=lines, **common)


def test_odd_lines_are_refused_by_number(shop: Customer, phone: Product) -> None:
    for item in (Item(phone, 0), Item(phone, -1), Item(phone, 1, D("1000000000000000")), Item(phone, 1, D("-1")), Item(phone, 1, D("0.001")), Item(phone, 1, D("NaN")), Item(phone, 1, discount=D("101"))):  # fmt: skip
        with pytest.raises(ValidationError, match="Line 2"):
            services.create_order(shop, [Item(phone, 1), item], by=None)
    with pytest.raises(ValidationError):
        services.create_order(shop, [], by=None)


def test_a_price_in_another_currency_is_not_taken(shop: Customer, cast: Cast) -> None:
    abroad = create_product(by=cast.manager, brand="鹤鸣", name="Y1", price=D("10.00"), currency="USD")
    with pytest.raises(ValidationError, match="USD"):
        services.create_order(shop, [Item(abroad, 1)], by=None)
    assert services.create_order(shop, [Item(abroad, 1, D("71.00"))], by=None).gross == D("71.00")


def test_order_to_invoice_in_parts_with_return(shop: Customer, phone: Product, cast: Cast) -> None:
    order = placed(shop, phone, 5, cast)
    line = order.lines.get()
    first = deliveries.deliver(order, {line.pk: 2}, by=cast.rep)
    assert exposure_parts([shop.pk])[shop.pk] == credit.Parts(D("200.00"), D("300.00"))
    assert BookLine.objects.get(customer=shop).bought == 2
    back = deliveries.take_back(first, {first.lines.get().pk: 1}, reason="屏幕坏", by=cast.rep)
    assert (back.number[:4], BookLine.objects.get(customer=shop).bought) == ("RTN-", 1)
    invoice = deliveries.invoice_deliveries([first], by=cast.finance)
    assert (invoice.gross, invoice.due) == (D("100.00"), timezone.localdate() + timedelta(days=30))
    with pytest.raises(ValidationError, match="invoiced"):
        deliveries.invoice_deliveries([first], by=cast.finance)
    rest = deliveries.deliver(order, by=cast.rep)
    order.refresh_from_db()
    assert (order.status, rest.gross, order.undelivered) == (Status.DONE, D("300.00"), 0)
    second = deliveries.invoice_deliveries([rest], by=cast.finance)
    deliveries.take_back(rest, {rest.lines.get().pk: 1}, reason="屏幕坏", by=cast.rep)
    second.refresh_from_db()
    assert (second.open, Account.objects.get(customer=shop).balance) == (D("200.00"), D("300.00"))
    billed = paying_facts([shop.pk], timezone.localdate())[shop.pk]
    assert (billed.units, billed.owed) == (3, D("300.00"))  # 1 + 3, less the one credited
    deliveries.take_back(rest, {rest.lines.get().pk: 2}, reason="换色", by=cast.rep, exchange=True)
    assert BookLine.objects.get(customer=shop).bought == 3
    with pytest.raises(ValidationError, match="come back"):
        deliveries.take_back(rest, {rest.lines.get().pk: 3}, reason="x", by=cast.rep)
    signed = deliveries.sign_delivery(rest, signed_by="张老板", signature="M1,1 L2,2", by=cast.rep)
    assert signed.signature == "M1,1 L2,2"
    with pytest.raises(ValidationError, match="signed already"):
        deliveries.sign_delivery(rest, signed_by="李", by=cast.rep)


def test_parts_of_a_discounted_line_sum_to_the_whole(shop: Customer, phone: Product, cast: Cast) -> None:
    order = services.place_order(
        services.create_order(shop, [Item(phone, 3, D("0.05"), D("10"))], by=None), by=None
    )
    line = order.lines.get()
    sent = [deliveries.deliver(order, {line.pk: 1}, by=None) for _part in range(3)]
    assert [one.gross for one in sent] == [D("0.05"), D("0.04"), D("0.05")]
    bills = [deliveries.invoice_deliveries([one], by=None) for one in sent]
    assert sum(bill.gross for bill in bills) == order.gross == D("0.14")


def test_over_the_limit_is_held_and_released_once_by_somebody_else(
    shop: Customer, phone: Product, cast: Cast
) -> None:
    order = placed(shop, phone, 11, cast)
    assert (order.status, "¥100.00" in order.hold_words) == (Status.HELD, True)
    with pytest.raises(Held, match="over the credit limit by ¥100"):
        deliveries.deliver(order, by=cast.rep)
    hold.ask_release(order, request="老客户", by=cast.rep)
    with pytest.raises(ValidationError, match="your own"):
        hold.decide_release(order, release=True, reason="x", by=cast.rep)
    with pytest.raises(ValidationError):
        hold.decide_release(order, release=True, reason=" ", by=cast.manager)
    hold.decide_release(order, release=True, reason="已收承兑", by=cast.manager)
    sent = deliveries.deliver(order, {order.lines.get().pk: 6}, by=cast.rep)
    assert sent.release is not None and sent.release.decided_by == cast.manager
    assert "over the credit limit" in sent.held_words
    deliveries.deliver(order, by=cast.rep)
    assert order.releases.get().state == "used"
    again = services.place_order(services.copy_order(order, by=cast.rep), by=cast.rep)
    assert again.status == Status.HELD
    with pytest.raises(Held):
        deliveries.deliver(again, by=cast.rep)


def test_no_way_round_the_hold(shop: Customer, phone: Product, cast: Cast) -> None:
    """Edit up, split, merge, re-open and quotations after a release or a confirmation."""
    order = placed(shop, phone, 11, cast)
    hold.decide_release(order, release=True, reason="x", by=cast.manager)
    services.change_order(order, [Item(phone, 12)], by=cast.rep)
    with pytest.raises(Held):
        deliveries.deliver(order, by=cast.rep)
    order.refresh_from_db()
    hold.decide_release(order, release=True, reason="x", by=cast.manager)
    services.cancel_order(order, reason="x", by=cast.rep)
    reopened = services.place_order(services.reopen_order(order, by=cast.rep), by=cast.rep)
    assert reopened.status == Status.HELD
    hold.decide_release(order, release=True, reason="x", by=cast.manager)
    part = services.split_order(order, {order.lines.get().pk: 5}, by=cast.rep)
    assert services.fresh(part).status == Status.HELD
    merged = services.merge_orders(order, [part], by=cast.rep)
    assert merged.status == Status.HELD and not merged.releases.filter(state="granted").exists()
    small = placed(shop, phone, 9, cast)
    assert small.status == Status.CONFIRMED
    services.change_order(small, [Item(phone, 11)], by=cast.rep)
    with pytest.raises(Held):
        deliveries.deliver(small, by=cast.rep)
    offer = services.create_order(shop, [Item(phone, 11)], by=cast.rep, kind=Kind.QUOTATION)
    for act in (services.place_order, deliveries.deliver):
        with pytest.raises(ValidationError):
            act(offer, by=cast.rep)
    taken = services.place_order(services.accept_quotation(offer, by=cast.rep), by=cast.rep)
    assert taken.status == Status.HELD
    assert not Delivery.objects.exists()


def test_quoted_prices_are_valid_until_a_day(shop: Customer, phone: Product, cast: Cast) -> None:
    today = timezone.localdate()
    before = today - timedelta(days=40)
    one = [Item(phone, 1, D(100))]
    offer = services.create_order(shop, one, by=cast.rep, kind=Kind.QUOTATION, day=before)
    assert offer.valid_until == before + timedelta(days=30)
    with pytest.raises(ValidationError, match="were valid until"):
        services.accept_quotation(offer, by=cast.rep)
    with pytest.raises(ValidationError, match="cannot end before"):
        services.change_order(offer, one, by=cast.rep, valid_until=before - timedelta(days=1))
    services.change_order(offer, one, by=cast.rep, valid_until=today)
    assert services.accept_quotation(offer, by=cast.rep).valid_until is None
    with pytest.raises(ValidationError, match="Only the prices of a quotation"):
        services.create_order(shop, one, by=cast.rep, valid_until=today)


def test_a_confirmed_order_is_held_at_the_door_when_money_became_overdue(
    shop: Customer, phone: Product, cast: Cast
) -> None:
    order = placed(shop, phone, 2, cast)
    credit.set_stopped(shop, True, reason="x", by=cast.director)
    with pytest.raises(Held, match="stopped"):
        deliveries.deliver(order, by=cast.rep)
    order.refresh_from_db()
    assert order.status == Status.HELD
    credit.set_stopped(shop, False, reason="x", by=cast.director)
    assert services.recheck(order, by=cast.rep).status == Status.CONFIRMED
    deliveries.deliver(order, by=cast.rep)


def test_money_received_frees_the_limit(shop: Customer, phone: Product, cast: Cast) -> None:
    order = placed(shop, phone, 11, cast)
    record_payment(shop, D("100.00"), pays=OLDEST, by=cast.finance)
    assert services.recheck(order, by=cast.rep).status == Status.CONFIRMED


def test_the_database_refuses_a_held_delivery_without_release(
    shop: Customer, phone: Product, cast: Cast
) -> None:
    sent = deliveries.deliver(placed(shop, phone, 1, cast), by=cast.rep)
    with pytest.raises(DatabaseError), transaction.atomic():
        Delivery.objects.filter(pk=sent.pk).update(held_for="over")
    with pytest.raises(DatabaseError), transaction.atomic():
        Delivery.objects.filter(pk=sent.pk).update(invoice=Invoice(pk=1), to_bill=1)


def test_the_book_suggests_the_next_order(shop: Customer, phone: Product, cast: Cast) -> None:
    deliveries.deliver(placed(shop, phone, 3, cast), by=cast.rep)
    line = BookLine.objects.get(customer=shop)
    BookLine.objects.filter(pk=line.pk).update(sold=line.period.days, stock=5)
    (one,) = suggestions(shop)
    assert (one.product, one.quantity, one.stock) == (phone, 25, 5)
    kept = order_parts(cast.rep, {shop.pk})
    assert kept["suggested"] == {shop.pk: [[phone.pk, 25]]}
    assert (kept["list"], kept["prices"]) == ({phone.pk: "100.00"}, {})
    prices.save_price_list(None, name="专价", valid_from=timezone.localdate(), valid_until=None, channel_type="", customer=shop, lines=[(phone, 1, D("95")), (phone, 10, D("90"))], by=None)  # fmt: skip
    assert order_parts(cast.rep, {shop.pk})["prices"] == {shop.pk: {phone.pk: "95.00"}}
    assert order_parts(cast.read_only, {shop.pk})["list"] == {}
