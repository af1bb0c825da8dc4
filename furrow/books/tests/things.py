"""Two periods of the rep's customer and an import of the manager, for tests/addresses.py."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from furrow.books.models import BookLine
from furrow.books.rules import period_of
from furrow.books.services import Line, save_lines
from furrow.catalog.services import create_product
from furrow.customers.services import create_customer
from furrow.records.importing.services import take_file
from furrow.records.models import SavedView
from tests.cast import Cast

FILE = "客户名称,产品,月份,进货,实销,库存\n汉江书店,P-1,2026-10,5,3,2\n".encode()


def things(cast: Cast) -> dict[str, object]:
    customer = create_customer(by=cast.director, name="汉江通讯", owner=cast.rep)
    product = create_product(by=cast.manager, brand="鹤鸣", name="X30", price=Decimal("3299.00"))
    for month, price in ((9, "3099.00"), (10, "2999.00")):
        period = period_of(date(2026, month, 1), [])
        line = Line(customer.pk, product.pk, period, 10 if month == 9 else None, 20, 22, 8, Decimal(price))
        save_lines([line], by=cast.rep)
    return {
        "books:pk": BookLine.objects.get(start=date(2026, 10, 1)),
        "books:customer.pk": customer,
        "books:customer_grid.pk": customer,
        "books:print_book.pk": customer,
        "books:trend.pk": customer,
        "product_id": product,
        "books:batch_id": take_file("books", [FILE], "book.csv", by=cast.manager),
        "books:view_id": SavedView.objects.create(record="books", name="Mine", query="", owner=cast.rep),
    }
