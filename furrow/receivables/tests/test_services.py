"""The books on the database: what every change leaves behind, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Sum
from django.test import Client
from django.utils import timezone

from furrow.customers.merging import merge_customers, undo_merge
from furrow.customers.models import Customer
from furrow.customers.services import create_customer
from furrow.receivables import credit, ledger, queries
from furrow.receivables.collecting_models import PromiseToPay
from furrow.receivables.models import Account, Allocation, Invoice, LedgerEntry, Payment
from furrow.receivables.services import (
    OLDEST,
    PROPOSED,
    Line,
    allocate,
    issue_invoice,
    record_payment,
    refund_payment,
    reverse_invoice,
    reverse_payment,
    undo_allocation,
)
from furrow.receivables.write_offs import ask_write_off, decide_write_off
from furrow.team.models import User
from tests.cast import Cast

TODAY = date(2026, 11, 26)


@pytest.fixture
def shop(cast: Cast) -> Customer:
    return create_customer(by=cast.director, name="汉江通讯", owner=cast.rep)


def invoice(shop: Customer, gross: str, days_ago: int = 40, term: int = 30, **values: Any) -> Invoice:
    day = timezone.localdate() - timedelta(days=days_ago)
    return issue_invoice(shop, [Line("手机", 1, D(gross), 13)], day=day, term_days=term, by=None, **values)


def check_books(*customers: Customer) -> None:
    """The invariants of every customer's books."""
    for customer in customers:
        account = Account.objects.get(customer=customer)
        entries = LedgerEntry.objects.filter(customer=customer).aggregate(sum=Sum("amount"))["sum"] or 0
        assert account.balance == entries == account.owed - account.on_account
        for row in Invoice.objects.filter(customer=customer):
            used = "uses" if row.is_credit else "allocations"
            sums = getattr(row, used).filter(undone_at=None).aggregate(sum=Sum("amount"))["sum"] or 0
            assert row.settled == sums and row.open == row.gross - sums - row.written_off >= 0
        for paid in Payment.objects.filter(customer=customer):
            sums = paid.allocations.filter(undone_at=None).aggregate(sum=Sum("amount"))["sum"] or 0
            assert paid.allocated == sums <= paid.amount


def test_an_invoice_is_owed_and_a_payment_pays_the_oldest(shop: Customer, cast: Cast) -> None:
    late, later = invoice(shop, "1000.00", 60), invoice(shop, "500.00", 10)
    assert (late.number[:9], late.net, late.tax) == ("INV-2026-", D("884.96"), D("115.04"))
    paid = record_payment(shop, D("1200.00"), pays=OLDEST, by=cast.finance)
    late.refresh_from_db(), later.refresh_from_db(), paid.refresh_from_db()
    assert (late.open, later.open, paid.free, late.paid_on) == (0, D("300.00"), 0, timezone.localdate())
    account = Account.objects.get(customer=shop)
    assert (account.balance, account.oldest_due) == (D("300.00"), later.due)
    check_books(shop)


def test_too_much_stays_on_account_and_can_go_back(
    shop: Customer, cast: Cast, client_of: Callable[[User | None], Client]
) -> None:
    invoice(shop, "100.00")
    paid = record_payment(shop, D("150.00"), pays=PROPOSED, by=cast.finance)
    paid.refresh_from_db()
    assert (paid.free, Account.objects.get(customer=shop).balance) == (D("50.00"), D("-50.00"))
    with pytest.raises(ValidationError, match=r"Only ¥50\.00 is left"):
        refund_payment(paid, D("50.01"), by=cast.finance)
    refund = refund_payment(paid, D("20.00"), by=cast.finance)
    assert refund.number.startswith("REF-")
    assert "What it paid" not in client_of(cast.finance).get(f"/payments/{refund.pk}/").content.decode()
    with pytest.raises(ValidationError, match="refunded"):
        reverse_payment(paid, reason="退票", by=cast.finance)
    check_books(shop)


def test_a_reversed_payment_opens_what_it_paid(shop: Customer, cast: Cast) -> None:
    owed = invoice(shop, "100.00")
    paid = record_payment(shop, D("100.00"), pays=OLDEST, by=cast.finance)
    reverse_payment(paid, reason="退票", by=cast.finance)
    owed.refresh_from_db()
    assert (owed.open, owed.paid_on, Account.objects.get(customer=shop).balance) == (
        D("100.00"),
        None,
        D("100.00"),
    )
    kinds = list(LedgerEntry.objects.filter(customer=shop).order_by("pk").values_list("kind", "amount"))
    assert kinds == [("invoice", D("100.00")), ("payment", D("-100.00")), ("reversal", D("100.00"))]
    with pytest.raises(ValidationError, match="reversed already"):
        reverse_payment(paid, reason="again", by=cast.finance)
    check_books(shop)


def test_a_reversed_invoice_gives_its_payment_back(shop: Customer, cast: Cast) -> None:
    owed = invoice(shop, "100.00")
    paid = record_payment(shop, D("60.00"), pays=OLDEST, by=cast.finance)
    note = reverse_invoice(owed, reason="开错抬头", by=cast.finance)
    owed.refresh_from_db(), paid.refresh_from_db(), note.refresh_from_db()
    assert (owed.open, note.open, paid.free, note.number[:4]) == (0, 0, D("60.00"), "CRN-")
    with pytest.raises(ValidationError, match="corrected already"):
        reverse_invoice(owed, reason="again", by=cast.finance)
    check_books(shop)


def test_allocations_by_hand_never_exceed_either_side_nor_leave_the_customer(
    shop: Customer, cast: Cast
) -> None:
    mine = invoice(shop, "100.00")
    other = create_customer(by=cast.director, name="光谷通讯", owner=cast.rep)
    foreign = invoice(other, "100.00")
    paid = record_payment(shop, D("80.00"), by=cast.finance)
    for part, said in (((foreign.pk, D("10")), "another customer"), ((mine.pk, D("80.01")), r"Only ¥80\.00 is left"), ((mine.pk, D("100.01")), "is open"), ((mine.pk, D("0")), "between"), ((mine.pk, D("-5")), "between"), ((mine.pk, D("NaN")), "between")):  # fmt: skip
        with pytest.raises(ValidationError, match=said):
            allocate(paid, [part], by=cast.finance)
    with pytest.raises(ValidationError):  # all or nothing
        allocate(paid, [(mine.pk, D("50")), (mine.pk, D("40"))], by=cast.finance)
    assert Allocation.objects.count() == 0
    (made,) = allocate(paid, [(mine.pk, D("30.00"))], by=cast.finance)
    undo_allocation(made, by=cast.finance)
    with pytest.raises(ValidationError, match="undone already"):
        undo_allocation(made, by=cast.finance)
    check_books(shop, other)


@pytest.mark.parametrize("amount", ["0", "-1", "1000000000000000", "0.001", "NaN", "Infinity"])
def test_amounts_that_cannot_be_are_refused(shop: Customer, amount: str) -> None:
    with pytest.raises(ValidationError):
        record_payment(shop, D(amount), by=None)
    with pytest.raises(ValidationError):
        issue_invoice(shop, [Line("x", 1, D(amount) if D(amount).is_finite() else D(0), 13)], by=None)
    assert not LedgerEntry.objects.exists()


def test_days_that_have_not_come_and_odd_lines_are_refused(shop: Customer) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(ValidationError, match="not come yet"):
        record_payment(shop, D("1"), day=tomorrow, by=None)
    with pytest.raises(ValidationError, match="not come yet"):
        issue_invoice(shop, [Line("x", 1, D("1"), 13)], day=tomorrow, by=None)
    for line in (Line("x", 0, D("1"), 13), Line("x", -2, D("1"), 13), Line("x", 1, D("1"), 17), Line("x", 1, D("1"), 13, D("101"))):  # fmt: skip
        with pytest.raises(ValidationError, match="Line 1"):
            issue_invoice(shop, [line], by=None)


def test_a_write_off_needs_two_people(shop: Customer, cast: Cast) -> None:
    owed = invoice(shop, "100.00")
    asked = ask_write_off(owed, D("40.00"), reason="倒闭", by=cast.finance)
    with pytest.raises(ValidationError, match="waits"):
        ask_write_off(owed, D("1.00"), reason="x", by=cast.finance)
    with pytest.raises(ValidationError, match="Somebody else"):
        decide_write_off(asked, approve=True, by=cast.finance)
    decide_write_off(asked, approve=True, by=cast.director)
    owed.refresh_from_db()
    assert (owed.open, Account.objects.get(customer=shop).balance) == (D("60.00"), D("60.00"))
    refused = ask_write_off(owed, D("60.00"), reason="x", by=cast.finance)
    record_payment(shop, D("10.00"), pays=OLDEST, by=cast.finance)
    with pytest.raises(ValidationError, match=r"Only ¥50\.00 is open"):
        decide_write_off(refused, approve=True, by=cast.director)
    decide_write_off(refused, approve=False, by=cast.director)
    check_books(shop)


def test_the_database_keeps_the_ledger_as_written(shop: Customer) -> None:
    invoice(shop, "100.00")
    entry = LedgerEntry.objects.get()
    for change in (
        lambda: LedgerEntry.objects.update(amount=1),
        lambda: LedgerEntry.objects.update(day=TODAY),
        entry.delete,
    ):
        with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
            change()
    with pytest.raises(DatabaseError), transaction.atomic():
        Payment.objects.create(number="x", customer=shop, day=TODAY, amount=D(5), allocated=D(6), free=D(-1))
    with pytest.raises(DatabaseError), transaction.atomic():
        Account.objects.update(balance=D("1.00"))
    check_books(shop)


def test_the_ledger_page_by_page_and_as_a_statement(shop: Customer, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """Balances run 100, 70, 120, 90; two entries a page."""
    today = timezone.localdate()
    assert queries.statement(shop, today, today).closing == 0  # without an account
    invoice(shop, "100.00", days_ago=100)
    record_payment(shop, D("30.00"), day=today - timedelta(days=50), by=cast.finance)
    invoice(shop, "50.00", days_ago=5)
    record_payment(shop, D("30.00"), by=cast.finance)
    monkeypatch.setattr(queries, "LEDGER_PAGE", 2)
    account = Account.objects.get(customer=shop)
    first, cursor = queries.ledger_page(account)
    second, end = queries.ledger_page(account, cursor)
    assert [row.balance for row in (*first, *second)] == [90, 120, 70, 100] and cursor and not end
    told = queries.statement(shop, today - timedelta(days=50), today - timedelta(days=5))
    assert (told.opening, [row.balance for row in told.rows], told.closing) == (100, [70, 120], 120)
    assert (told.owed_more, told.paid) == (D("50.00"), D("30.00"))


def test_a_failed_document_gives_its_number_back(shop: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    first = invoice(shop, "1.00")
    monkeypatch.setattr(ledger, "settle", lambda account: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        invoice(shop, "1.00")
    monkeypatch.undo()
    assert int(invoice(shop, "1.00").number[-6:]) == int(first.number[-6:]) + 1


def test_merged_customers_owe_together_and_apart_again(shop: Customer, cast: Cast) -> None:
    other = create_customer(by=cast.director, name="光谷通讯", owner=cast.rep)
    invoice(shop, "100.00"), invoice(other, "50.00")
    record_payment(other, D("80.00"), by=None)
    merge = merge_customers(shop, other, by=cast.director)
    assert Account.objects.get(customer=shop).balance == D("70.00")
    assert Account.objects.get(customer=other).balance == 0
    undo_merge(merge, by=cast.director)
    assert Account.objects.get(customer=shop).balance == D("100.00")
    check_books(shop, other)


# Credit -------------------------------------------------------------------------------------------


def test_terms_come_from_an_own_limit_until_it_expires(
    shop: Customer, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = timezone.localdate()
    assert credit.check(shop.pk).terms.limit_from == "company"
    row = credit.set_limit(
        shop, limit=D("500.00"), term_days=None, expires=today, reason="旺季", by=cast.director
    )
    found = credit.check(shop.pk).terms
    assert (found.limit, found.limit_from, found.term_days, found.term_from) == (
        D("500.00"),
        "customer",
        30,
        "company",
    )
    monkeypatch.setattr(timezone, "localdate", lambda: today + timedelta(days=1))
    assert credit.check(shop.pk).terms.limit_from == "company"
    monkeypatch.undo()
    for values in ({"expires": today - timedelta(days=1)}, {"expires": today + timedelta(days=400)}, {"limit": None}, {"limit": D("-1")}, {"reason": " "}):  # fmt: skip
        given = {"limit": D(1), "term_days": None, "expires": today, "reason": "x"} | values
        with pytest.raises(ValidationError):
            credit.set_limit(shop, by=cast.director, **given)
    assert row.version == 1


def test_the_hold_says_why(shop: Customer, cast: Cast) -> None:
    credit.set_limit(
        shop, limit=D("100.00"), term_days=None, expires=timezone.localdate(), reason="x", by=cast.director
    )
    assert credit.check(shop.pk, D("100.00")).reasons == []
    invoice(shop, "60.00", 38, 30)  # 8 days overdue, 7 are borne
    for due in (3, 2):
        PromiseToPay.objects.create(customer=shop, amount=D(5), given_on=timezone.localdate() - timedelta(days=9), due=timezone.localdate() - timedelta(days=due))  # fmt: skip
    credit.set_stopped(shop, True, reason="x", by=cast.director)
    found = credit.check(shop.pk, D("50.00"))
    assert [(one.code, one.figure) for one in found.reasons] == [
        ("stopped", 0),
        ("limit", 10),
        ("overdue", 8),
        ("promises", 2),
    ]
    record_payment(shop, D("60.00"), pays=OLDEST, by=cast.finance)
    assert [one.code for one in credit.check(shop.pk, D("50.00")).reasons] == ["stopped", "promises"]
