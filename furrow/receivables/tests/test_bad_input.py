"""Money that cannot be, by every door: form, API, bank file. Each is refused with a sentence that names the field or the row; nothing is
half-saved."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal as D
from typing import Any

import pytest
import xlsxwriter
from django.test import Client
from django.utils import timezone

from furrow.customers.models import Customer
from furrow.customers.services import create_customer
from furrow.receivables import services
from furrow.receivables.models import Allocation, Invoice, LedgerEntry, Payment
from furrow.records.importing import engine
from furrow.records.importing import services as importing
from furrow.records.importing.models import ImportBatch
from furrow.team.models import User
from furrow.team.services import issue_api_token
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User | None], Client]
HEADS = ("交易日期", "对方户名", "贷方发生额", "流水号", "币种")


@pytest.fixture
def shop(cast: Cast) -> Customer:
    return create_customer(by=cast.director, name="汉江通讯", owner=cast.rep)


def today(days: int = 0) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("amount", "0", "greater than or equal to 0.01"),
        ("amount", "-12", "greater than or equal to 0.01"),
        ("amount", "1000000000000000", "no more than"),
        ("amount", "12.345", "no more than 2 decimal places"),
        ("amount", "USD 12", "Enter a number"),
        ("day", "tomorrow", "This day has not come yet"),
        ("day", "1999-12-31", "2000-01-01"),
        ("method", "gold", "Select a valid choice"),
        ("customer", "C-999999", "No such customer"),
    ],
)
def test_a_payment_typed_in(cast: Cast, shop: Customer, client_of: ClientOf, field: str, value: str, said: str) -> None:  # fmt: skip
    sent = {"customer": shop.code, "amount": "10.00", "day": today(), "method": "cash", "pays": ""}
    sent[field] = today(1) if value == "tomorrow" else value
    answer = client_of(cast.finance).post("/payments/new/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and said in page
    assert f'bad"><label for="id_{field}"' in page  # beside the field it is about
    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("amount", "0"), ("amount", "-1"), ("amount", "1e15"), ("amount", "1.001"), ("currency", "USD"), ("day", "tomorrow"), ("customer", 0)],
)  # fmt: skip
def test_a_payment_by_the_api(cast: Cast, shop: Customer, client_of: ClientOf, field: str, value: Any) -> None:  # fmt: skip
    body = {"customer": shop.pk, "amount": "10.00", field: today(1) if value == "tomorrow" else value}
    bearer = {"authorization": f"Bearer {issue_api_token(cast.finance, by=cast.finance)}"}
    answer = client_of(None).generic("POST", "/api/receivables/payments", json.dumps(body), content_type="application/json", headers=bearer)  # fmt: skip
    assert answer.status_code in (400, 422) and field in answer.content.decode()
    assert not LedgerEntry.objects.exists()


def test_an_invoice_over_ten_to_the_fifteen(cast: Cast, shop: Customer, client_of: ClientOf) -> None:
    sent = {"customer": shop.code, "day": today(), "text": "机器", "gross": "1,000,000,000,000,000", "tax_rate": "13"}  # fmt: skip
    answer = client_of(cast.finance).post("/invoices/new/", sent)
    assert answer.status_code == 422 and 'bad"><label for="id_gross"' in answer.content.decode()
    assert not Invoice.objects.exists()


def test_nothing_is_allocated_to_somebody_elses_invoice(cast: Cast, shop: Customer, client_of: ClientOf) -> None:  # fmt: skip
    """By the page, whose fields an intruder writes anew: the part beside the own invoice is not allocated either."""
    other = create_customer(by=cast.director, name="光谷通讯", owner=cast.rep)
    lines = [services.Line("x", 1, D("100.00"), 13)]
    own, foreign = (services.issue_invoice(one, lines, by=None) for one in (shop, other))
    paid = services.record_payment(shop, D("80.00"), by=cast.finance)
    client = client_of(cast.finance)
    answer = client.post(f"/receivables/payments/{paid.pk}/allocate/", {f"part_{own.pk}": "30", f"part_{foreign.pk}": "10"})  # fmt: skip
    assert answer.status_code == 422 and "belongs to another customer" in answer.content.decode()
    answer = client.post(f"/receivables/payments/{paid.pk}/allocate/", {f"part_{own.pk}": "dreißig"})
    assert f"{own.number}: write the amount as a number" in answer.content.decode()
    assert not Allocation.objects.exists()


def bank_file(rows: list[list[Any]], merged: list[tuple[int, int, int, int, str]] = ()) -> bytes:
    """A workbook; `merged` are (first row, first column, last row, last column, text) laid over it."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("明细")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        for top, left, bottom, right, text in merged:
            sheet.merge_range(top, left, bottom, right, text)
    return file.getvalue()


def imported(content: bytes, by: User, name: str = "bank.xlsx") -> tuple[ImportBatch, dict[int, tuple[str, str]]]:  # fmt: skip
    """The batch after the run, and row -> (outcome, its first message)."""
    batch = importing.take_file("payments", [content], name, by=by)
    importing.match(batch, batch.columns, {"pays": "proposed", "method": "transfer"}, by=by, at_once=True)
    engine.advance(importing.start(ImportBatch.objects.get(pk=batch.pk), by=by, at_once=True), seconds=60)
    rows = ImportBatch.objects.get(pk=batch.pk).rows.order_by("number")
    return batch, {row.number: (row.outcome, " ".join(one["text"] for one in row.messages)) for row in rows}


def test_a_bank_file_with_merged_cells(cast: Cast, shop: Customer, settings: Any, tmp_path: Any) -> None:
    """A title over all columns, a head of two rows, and one cell over two rows, which must not become money twice."""
    settings.MEDIA_ROOT = tmp_path
    rows = [
        ["中国工商银行账户明细", "", "", "", ""],
        ["交易日期", "对方户名", "发生额", "", "流水号"],
        ["", "", "借方发生额", "贷方发生额", ""],
        [today(-2), "汉江通讯", "", "120.00", ""],
        ["", "", "", "", ""],
        [today(-1), "汉江通讯", "", "50.00", "A7"],
    ]
    over = [(0, 0, 0, 4, "中国工商银行账户明细"), (1, 2, 1, 3, "发生额"), (3, 0, 4, 0, today(-2)), (3, 1, 4, 1, "汉江通讯"), (3, 3, 4, 3, "120.00")]  # fmt: skip
    _batch, found = imported(bank_file(rows, over), cast.finance)
    assert [found[number][0] for number in (4, 5, 6)] == ["created", "error", "created"], found
    assert "Row 4 says the same" in found[5][1]
    assert sorted(Payment.objects.values_list("amount", flat=True)) == [D("50.00"), D("120.00")]
    _batch, again = imported(bank_file(rows, over), cast.finance)
    assert {outcome for outcome, _said in again.values()} == {"error", "unchanged"}, again
    assert "in the books" in again[4][1] and Payment.objects.count() == 2


def test_a_bank_file_says_row_by_row_what_is_wrong(cast: Cast, shop: Customer, settings: Any, tmp_path: Any) -> None:  # fmt: skip
    settings.MEDIA_ROOT = tmp_path
    wrong = {
        (today(1), "汉江通讯", "10", "B1", "CNY"): "not come yet",
        (today(), "汉江通讯", "1000000000000000", "B2", "CNY"): "too large",
        (today(), "汉江通讯", "10", "B3", "USD"): "kept in CNY",
        (today(), "汉江通讯", "0", "B4", "CNY"): "how much came in",
        (today(), "汉江通讯", "十元", "B5", "CNY"): "",
        (today(), "天外通讯", "10", "B6", "CNY"): "No customer",
        ("昨天", "汉江通讯", "10", "B7", "CNY"): "",
    }
    text = "\n".join(",".join(row) for row in [HEADS, *wrong, (today(), "汉江通讯", "9.99", "B9", "人民币")])
    _batch, found = imported(text.encode(), cast.finance, "bank.csv")
    for number, said in enumerate(wrong.values(), 2):
        assert found[number][0] == "error" and said in found[number][1] and found[number][1], found[number]
    assert [str(amount) for amount in Payment.objects.values_list("amount", flat=True)] == ["9.99"]
