"""Saving lines, the grid, the import, reach, paper and API of the purchase-sales book."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from furrow.books import services
from furrow.books.models import BookLine
from furrow.books.queries import summary
from furrow.books.rules import Period, period_of
from furrow.books.services import Line, save_lines
from furrow.catalog.models import Product
from furrow.catalog.services import create_product
from furrow.customers.merging import merge_customers, undo_merge
from furrow.customers.models import Customer
from furrow.customers.services import create_customer
from furrow.kit.audit import history
from furrow.records.importing import engine
from furrow.records.importing import services as importing
from furrow.records.importing.models import ImportBatch, Outcome
from furrow.team.services import issue_api_token
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ClientOf = Callable[..., Client]
SEPTEMBER, OCTOBER = (
    Period(date(2026, 9, 1), date(2026, 9, 30)),
    Period(date(2026, 10, 1), date(2026, 10, 31)),
)
JSON = {"headers": {"accept": "application/json"}}


@pytest.fixture
def shop(cast: Cast) -> Customer:
    return create_customer(by=cast.director, name="汉江通讯", code="C1", owner=cast.rep)


@pytest.fixture
def phone(cast: Cast) -> Product:
    return create_product(by=cast.manager, brand="鹤鸣", name="X20", code="P1", pack_unit="箱", pack_size=10)


def line(shop: Customer, phone: Product, period: Period, **figures: Any) -> Line:
    return Line(shop.pk, phone.pk, period, **figures)


def test_an_earlier_line_changes_what_follows(cast: Cast, shop: Customer, phone: Product) -> None:
    save_lines([line(shop, phone, OCTOBER, bought=5, sold=4, stock=7)], by=cast.rep)
    assert BookLine.objects.get().opening is None
    save_lines([line(shop, phone, SEPTEMBER, opening_given=10, bought=20, sold=22, stock=8)], by=cast.rep)
    october = BookLine.objects.get(start=OCTOBER.start)
    assert (october.opening, october.difference) == (8, 2)
    services.delete_line(BookLine.objects.get(start=SEPTEMBER.start), by=cast.rep)
    october.refresh_from_db()
    assert (october.opening, october.difference) == (None, None)


def test_saving_changes_only_what_differs_and_keeps_history(
    cast: Cast, shop: Customer, phone: Product
) -> None:
    one = line(shop, phone, OCTOBER, bought=5, price=Decimal("2999.00"))
    assert save_lines([one], by=cast.rep).count == 1
    assert save_lines([one], by=cast.rep).count == 0
    save_lines([line(shop, phone, OCTOBER, bought=6, price=Decimal("2999.00"))], by=cast.rep)
    kept = BookLine.objects.get()
    assert (kept.bought, kept.version) == (6, 2)
    assert [entry.changes for entry in history(kept)] == [{"bought": [5, 6]}, {}]
    save_lines([line(shop, phone, OCTOBER)], by=cast.rep)
    assert not BookLine.objects.alive().exists()
    services.restore_line(kept, by=cast.rep)
    assert BookLine.objects.alive().get() == kept


def test_a_deleted_line_does_not_come_back_beside_a_new_one(
    cast: Cast, shop: Customer, phone: Product
) -> None:
    save_lines([line(shop, phone, OCTOBER, bought=5)], by=cast.rep)
    old = BookLine.objects.get()
    services.delete_line(old, by=cast.rep)
    save_lines([line(shop, phone, OCTOBER, bought=6)], by=cast.rep)
    with pytest.raises(ValidationError, match="entered anew"):
        services.restore_line(old, by=cast.rep)


def test_periods_change_only_between_periods_and_after_the_last_entry(
    cast: Cast, shop: Customer, phone: Product
) -> None:
    save_lines([line(shop, phone, OCTOBER, bought=5)], by=cast.rep)
    with pytest.raises(ValidationError, match="entries from this day"):
        services.set_period_kind("week", OCTOBER.start, by=cast.administrator)
    with pytest.raises(ValidationError, match="ends on 2026-12-31"):
        services.set_period_kind("week", date(2026, 12, 15), by=cast.administrator)
    services.set_period_kind("week", date(2026, 12, 1), by=cast.administrator)
    assert period_of(date(2026, 12, 1), services.cuts()).label == "2026-12-01–12-06"
    assert period_of(date(2026, 11, 30), services.cuts()).label == "2026-11"


def test_a_merge_brings_the_periods_of_both_into_one_chain(
    cast: Cast, shop: Customer, phone: Product
) -> None:
    other = create_customer(by=cast.director, name="汉江通讯二店", owner=cast.rep)
    save_lines([line(other, phone, SEPTEMBER, bought=9, sold=1, stock=8)], by=cast.rep)
    save_lines([line(shop, phone, OCTOBER, bought=5, sold=4, stock=7)], by=cast.rep)
    merge = merge_customers(shop, other, by=cast.director)
    october = BookLine.objects.get(start=OCTOBER.start)
    assert (october.opening, october.difference) == (8, 2)
    undo_merge(merge, by=cast.director)
    october.refresh_from_db()
    assert (october.opening, october.difference) == (None, None)


# The grid ---------------------------------------------------------------------------------------


def entered(client: Client, shop: Customer | None, text: str, do: str = "save", **more: Any) -> Any:
    path = f"/books/customer/{shop.pk}/grid/" if shop else "/books/grid/"
    return client.post(path, {"rows": text, "do": do, **more}, **JSON).json()


def test_grid_saves_a_block_with_a_header_in_any_order(
    cast: Cast, client_of: ClientOf, shop: Customer, phone: Product
) -> None:
    text = "品名\t零售价\t月份\t进货\t实销\t期末库存\n鹤鸣 X20\t¥2,999\t2026年10月\t3箱2台\t３１\t1"
    told = entered(client_of(cast.rep), shop, text)
    assert (told["saved"], told["problems"]) == (1, [])
    saved = BookLine.objects.get()
    assert (saved.bought, saved.sold, saved.stock, saved.price) == (32, 31, 1, Decimal("2999.00"))
    assert saved.period == OCTOBER


def test_nothing_is_saved_half_unless_asked(
    cast: Cast, client_of: ClientOf, shop: Customer, phone: Product
) -> None:
    text = "产品\t期间\t进货\t库存\nP1\t2026-10\t5\t1\nX99\t2026-10\t5\t1\nP1\t2026-09\t五\t-1\nP1\t2026-10\t1\t1\n"
    client = client_of(cast.rep)
    told = entered(client, shop, text)
    assert {(one["row"], one["column"]) for one in told["problems"]} == {
        (2, "product"),
        (3, "bought"),
        (3, "stock"),
        (4, "product"),
    }
    assert "nothing is saved yet" in told["message"] and not BookLine.objects.exists()
    assert entered(client, shop, text, "check")["saved"] == 0 and not BookLine.objects.exists()
    told = entered(client, shop, text, "good")
    assert (told["saved"], told["wrong"], told["next"]) == (1, 3, "")
    assert BookLine.objects.get().bought == 5


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        (
            "X2O\t2026-10\t\t1",
            "product",
            "鹤鸣 X20",
        ),  # letter O for zero finds nothing by code; see suggestion below
        ("P1\t2030-10\t\t1", "period", "has not begun"),
        ("P1\t2026-W40\t\t1", "period", "another length"),
        ("P1\tyesterday\t\t1", "period", "not a date"),
        ("P1\t2026-10\t\t1.5", "bought", "not a whole number"),
        ("P1\t2026-10\t\t9999999999", "bought", "At most 999,999,999"),
        ("P1\t2026-10\t-1\t1", "opening", "Cannot be less than 0"),
        ("P1\t2026-10\t\t1\t\t\t0.001", "price", "two decimals"),
        ("P1\t2026-10\t\t=1+1", "bought", "not a number"),
        ("\t2026-10\t\t1", "product", "Name the product"),
    ],
)
def test_wrong_cells_say_why(
    cast: Cast, client_of: ClientOf, shop: Customer, phone: Product, cells: str, column: str, said: str
) -> None:
    if "X2O" in cells:
        cells, said = cells.replace("X2O", "鹤鸣"), "Is it “鹤鸣 X20”"
    problems = entered(client_of(cast.rep), shop, cells)["problems"]
    assert [one["column"] for one in problems] == [column]
    assert said in problems[0]["text"]


def test_two_thousand_rows_in_a_constant_number_of_queries(
    cast: Cast, client_of: ClientOf, shop: Customer, phone: Product
) -> None:
    months = [period_of(date(2024 + number // 12, number % 12 + 1, 1), []).label for number in range(34)]
    products = ["P1", *(f"Q{number}" for number in range(60))]
    for code in products[1:]:
        create_product(by=cast.manager, brand="云雀", name=code, code=code)

    def text(count: int) -> str:
        pairs = [(code, month) for month in months for code in products][:count]
        return "\n".join(f"{code}\t{month}\t\t5\t3\t2\t99.5" for code, month in pairs)

    client = client_of(cast.rep)
    with CaptureQueriesContext(connection) as few:
        assert entered(client, shop, text(20))["saved"] == 20
    with CaptureQueriesContext(connection) as many:
        assert entered(client, shop, text(2000))["saved"] == 1980
    assert BookLine.objects.count() == 2000
    assert len(few) < 30 and len(many) < 80  # SQLite takes some 50 rows a statement; never one query per row


def test_a_change_by_someone_else_meanwhile_is_not_written_over(
    cast: Cast, client_of: ClientOf, shop: Customer, phone: Product
) -> None:
    seen = (timezone.now() - timedelta(seconds=5)).isoformat()
    save_lines([line(shop, phone, OCTOBER, bought=5)], by=cast.manager)
    told = entered(client_of(cast.rep), shop, "P1\t2026-10\t\t7", seen=seen)
    assert "Changed by someone else" in told["problems"][0]["text"]
    assert BookLine.objects.get().bought == 5
    assert (
        entered(client_of(cast.rep), shop, "P1\t2026-10\t\t7", seen=timezone.now().isoformat())["saved"] == 1
    )


def test_many_customers_only_within_reach(
    cast: Cast, client_of: ClientOf, shop: Customer, phone: Product
) -> None:
    create_customer(by=cast.director, name="武昌通讯", code="C2", owner=cast.other_rep)
    create_customer(by=cast.director, name="同名店", code="C3", owner=cast.rep)
    create_customer(by=cast.director, name="同名店", code="C4", owner=cast.rep)
    text = "客户\t产品\t月份\t进货\n汉江通讯\tP1\t2026-10\t5\nC2\tP1\t2026-10\t5\n同名店\tP1\t2026-10\t5\nC4 同名店\tP1\t2026-10\t5"
    problems = entered(client_of(cast.rep), None, text)["problems"]
    assert [(one["row"], one["column"]) for one in problems] == [(2, "customer"), (3, "customer")]
    assert "Not found" in problems[0]["text"] and "Several" in problems[1]["text"]
    assert client_of(cast.other_rep).get(f"/books/customer/{shop.pk}/").status_code == 404


def test_without_script_the_form_shows_errors_and_keeps_the_text(
    cast: Cast, client_of: ClientOf, shop: Customer, phone: Product
) -> None:
    path = f"/books/customer/{shop.pk}/grid/"
    answer = client_of(cast.rep).post(path, {"rows": "P1\t2026-10\t\tx<b>", "do": "save"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Row 1:" in page and "x&lt;b&gt;" in page
    answer = client_of(cast.rep).post(path, {"rows": "P1\t2026-10\t\t4", "do": "save"})
    assert answer.status_code == 302 and BookLine.objects.get().bought == 4


def test_grid_stands_ready_with_what_was_carried_before(
    cast: Cast, client_of: ClientOf, shop: Customer, phone: Product
) -> None:
    save_lines([line(shop, phone, SEPTEMBER, bought=9, sold=1, stock=8)], by=cast.rep)
    page = client_of(cast.rep).get(f"/books/customer/{shop.pk}/grid/?period=2026-10").content.decode()
    assert "鹤鸣 X20\t2026-10\t8\t\t\t\t\n" in page


@pytest.mark.parametrize(
    "text", ["\x00", '"', "\t" * 9000, "a\n" * 6000, '"' + "x" * 200_000, "９" * 500, "\u202eP1\t1"]
)
def test_hostile_text_is_answered_in_words(
    cast: Cast, client_of: ClientOf, shop: Customer, text: str
) -> None:
    told = entered(client_of(cast.rep), shop, text, "good")
    assert told["saved"] == 0 and (text[1:] != "x" * 200_000 or "quotation mark" in told["message"])
    assert not BookLine.objects.exists()


# Import, pages, API -----------------------------------------------------------------------------


def imported(cast: Cast, text: str) -> ImportBatch:
    batch = importing.take_file("books", io.BytesIO(text.encode()), "book.csv", by=cast.manager)
    importing.match(
        batch, batch.columns, {"existing": "overwrite", "day": None}, by=cast.manager, at_once=True
    )
    batch = importing.start(batch, by=cast.manager, at_once=True)
    engine.advance(batch, seconds=60)
    return ImportBatch.objects.get(pk=batch.pk)


def test_import_and_undo(cast: Cast, shop: Customer, phone: Product) -> None:
    save_lines([line(shop, phone, OCTOBER, bought=5, sold=1)], by=cast.rep)
    batch = imported(
        cast,
        "客户名称,产品,月份,进货,期末库存,零售价\nC1,P1,2026-10,,4,2999\nC1,P1,2026-09,3,1,\nC9,P1,2026-09,3,1,\n",
    )
    assert [batch.count(o) for o in (Outcome.CREATED, Outcome.UPDATED, Outcome.ERROR)] == [1, 1, 1]
    october = BookLine.objects.get(start=OCTOBER.start)
    assert (october.bought, october.sold, october.stock, october.opening) == (5, 1, 4, 1)
    importing.undo(batch, by=cast.manager)
    engine.advance(ImportBatch.objects.get(pk=batch.pk), seconds=60)
    kept = BookLine.objects.alive().get()
    assert (kept.bought, kept.stock, kept.price, kept.opening) == (5, None, None, None)


def test_book_and_paper_show_rates_and_what_does_not_add_up(
    cast: Cast, client_of: ClientOf, shop: Customer, phone: Product
) -> None:
    save_lines([line(shop, phone, SEPTEMBER, opening_given=10, bought=20, sold=15, stock=12)], by=cast.rep)
    client = client_of(cast.rep)
    for path in (f"/books/customer/{shop.pk}/", f"/books/customer/{shop.pk}/print/"):
        page = client.get(path).content.decode()
        assert (
            "50%" in page and "+3" in page and "24" in page
        )  # 15 of 30; 15 left, 12 counted; 12 ÷ (15 ÷ 30)
    listed = client.get("/books/?adds=no&q=X20").content.decode()
    assert "鹤鸣 X20" in listed
    assert "鹤鸣 X20" not in client_of(cast.other_rep).get("/books/").content.decode()


def test_summary_names_brands_and_price_moves(cast: Cast, shop: Customer, phone: Product) -> None:
    rival = create_product(by=cast.manager, brand="云雀", name="Y30", kind="competing")
    save_lines(
        [
            line(shop, phone, SEPTEMBER, sold=2, price=Decimal("2999.00")),
            line(shop, phone, OCTOBER, sold=3, price=Decimal("2699.10")),
            line(shop, rival, OCTOBER, sold=1),
        ],
        by=cast.rep,
    )
    told = summary(shop)
    assert told is not None
    assert [(one.name, one.own, one.share) for one in told.brands] == [
        ("鹤鸣", True, Decimal("0.75")),
        ("云雀", False, Decimal("0.25")),
    ]
    (move,) = told.moves
    assert (move.old, move.new, move.share) == (Decimal("2999.00"), Decimal("2699.10"), Decimal("-0.1"))


def test_a_book_page_needs_as_many_queries_for_many_lines(
    cast: Cast, client_of: ClientOf, shop: Customer, phone: Product
) -> None:
    client = client_of(cast.rep)

    def queries() -> int:
        client.get(f"/books/customer/{shop.pk}/")
        with CaptureQueriesContext(connection) as found:
            client.get(f"/books/customer/{shop.pk}/")
        return len(found)

    save_lines([line(shop, phone, OCTOBER, sold=2)], by=cast.rep)
    few = queries()
    others = [create_product(by=cast.manager, brand="云雀", name=f"Z{number}") for number in range(20)]
    save_lines(
        [line(shop, one, period, sold=1) for one in others for period in (SEPTEMBER, OCTOBER)], by=cast.rep
    )
    assert queries() == few


def test_api_puts_all_or_nothing(cast: Cast, client_of: ClientOf, shop: Customer, phone: Product) -> None:
    client = client_of(None)
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {issue_api_token(cast.rep, by=cast.rep)}"
    good = {"customer": "C1", "product": "P1", "period": "2026-10", "bought": 5, "price": "2999.00"}
    answer = client.put(
        "/api/books", {"lines": [good, {**good, "product": "no"}]}, content_type="application/json"
    )
    assert answer.status_code == 422 and "lines.2.product" in answer.json()["fields"]
    assert not BookLine.objects.exists()
    answer = client.put("/api/books", {"lines": [good]}, content_type="application/json")
    assert answer.json() == {"created": 1, "changed": 0, "deleted": 0}
    (got,) = client.get(f"/api/books?customer={shop.pk}").json()["items"]
    assert (got["bought"], got["price"], got["source"]) == (5, "2999.00", "api")
