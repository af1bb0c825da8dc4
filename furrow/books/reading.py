"""Rows of the book as people write, paste or import them → lines, or what is wrong with which cell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from furrow.books import services
from furrow.books.rules import Period, period_of, written_period
from furrow.books.services import Key, Line
from furrow.catalog.models import Product
from furrow.catalog.queries import products_written, suggestions
from furrow.customers.models import Customer
from furrow.kit.rows import Among
from furrow.kit.sheets import Cell
from furrow.kit.sheets.dates import parse_date
from furrow.kit.sheets.values import ValueProblem, is_blank, parse_decimal, parse_integer, parse_text, shown
from furrow.records.importing.importer import ImportField
from furrow.team.models import User

MOST_UNITS = 999_999_999
HIGHEST_PRICE = Decimal("99999999.99")
SUGGESTED = 20  # of rows with an unknown product; a search each
QUANTITIES = {"opening": "opening_given", "bought": "bought", "sold": "sold", "stock": "stock"}
_PACKED = re.compile(r"(\d{1,9})\s*([^\d\s+,.]{1,10})\s*\+?\s*(?:(\d{1,9})\s*([^\d\s+,.]{0,10}))?", re.ASCII)

COLUMNS = (
    ImportField("customer", gettext_lazy("Customer"), (
        "客户名称", "客户编码", "客户编号", "门店名称", "门店", "客户", "网点", "经销商", "customer name", "customer code", "store", "customer",
    ), hint=gettext_lazy("Name or code"), sample="C-000001"),
    ImportField("product", gettext_lazy("Product"), (
        "产品", "产品名称", "商品名称", "商品", "品名", "品名规格", "型号", "机型", "产品编码", "商品编码", "货号", "条码", "sku", "product", "product name", "item",
        "barcode", "product code",
    ), required=True, hint=gettext_lazy("Name, code or barcode"), sample="P-000001"),
    ImportField("period", pgettext_lazy("book", "Period"), ("期间", "月份", "年月", "周", "周次", "日期", "统计期", "period", "month", "week", "date"), sample="2026-11"),
    ImportField("opening", gettext_lazy("Opening stock"), ("期初", "期初库存", "上期库存", "上月库存", "opening", "opening stock"), sample="5"),
    ImportField("bought", gettext_lazy("Bought"), ("进货", "进货量", "进", "本期进货", "购进", "采购", "采购量", "bought", "purchased", "purchase", "sell in"), sample="20"),
    ImportField("sold", gettext_lazy("Sold on"), (
        "实销", "实销量", "销售", "销量", "销", "销售量", "本期销售", "出货", "sold on", "sold", "sales", "sell out",
    ), sample="17"),
    ImportField("stock", gettext_lazy("Stock"), ("库存", "期末库存", "期末", "存", "结存", "库存量", "本期库存", "盘点", "stock", "closing stock", "inventory"), sample="8"),
    ImportField("price", gettext_lazy("Retail price"), ("零售价", "零售价格", "售价", "卖价", "终端价", "价格", "retail price", "price"), sample="3999"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell, and what to write instead if that is plain."""

    column: str
    text: str
    suggestion: str = ""


@dataclass(slots=True)
class Read:
    """One row: the line it comes to, or its problems. `given` names the figures that were written."""

    number: int
    line: Line | None = None
    problems: list[Problem] = field(default_factory=list)
    given: frozenset[str] = frozenset()
    customer: Customer | None = None
    product: Product | None = None

    @property
    def is_blank(self) -> bool:
        return self.line is None and not self.problems


class RowReader:
    """Reads rows for one person. `customer` stands where a row names none, `period` where it names no period.

    A product is named by code, barcode or full name; a customer in reach by code or name. Two rows for one line are an error of
    the later one. Queries do not grow with the rows, but for up to SUGGESTED searches for products that are not known."""

    def __init__(self, user: User, customer: Customer | None = None, period: Period | None = None) -> None:
        self.user, self.customer = user, customer
        self.cuts = services.cuts()
        self.today = timezone.localdate()
        self.period = period or period_of(self.today, self.cuts)
        self.seen: dict[Key, int] = {}
        self.searched = 0

    def read(self, rows: Sequence[tuple[int, Mapping[str, Cell]]]) -> list[Read]:
        """The rows (number, column -> cell) in order."""
        products = products_written((_name(cells, "product") for _number, cells in rows), self.user)
        customers = self._customers({_name(cells, "customer") for _number, cells in rows} - {""})
        return [self._read(number, cells, products, customers) for number, cells in rows]

    def _customers(self, texts: set[str]) -> dict[str, list[Customer]]:
        """Text -> customers in reach with that code, else with that name; "C-000012 顺达通讯" names the code."""
        if not texts:
            return {}
        codes = {text.split(" ")[0] for text in texts} | texts
        reach = Customer.objects.visible_to(self.user)
        by_code = {one.code: one for one in reach.filter(Among(F("code"), codes))}
        by_name: dict[str, list[Customer]] = defaultdict(list)
        for one in reach.filter(Among(F("name"), texts)):
            by_name[one.name].append(one)

        def found(text: str) -> list[Customer]:
            if text in by_code:
                return [by_code[text]]
            return by_name.get(text) or [one for one in [by_code.get(text.split(" ")[0])] if one]

        return {text: found(text) for text in texts}

    def _read(
        self,
        number: int,
        cells: Mapping[str, Cell],
        products: Mapping[str, Product],
        customers: Mapping[str, list[Customer]],
    ) -> Read:
        read = Read(number)
        figures = self._figures(read, cells, products.get(_name(cells, "product")))
        if not read.given and not read.problems and not _name(cells, "product"):
            return read
        read.product = self._product(read, _name(cells, "product"), products)
        read.customer = self._customer(read, _name(cells, "customer"), customers)
        period = self._period(read, cells.get("period"))
        if read.product and read.customer and period and not read.problems:
            line = Line(read.customer.pk, read.product.pk, period, **figures)
            first = self.seen.setdefault(line.key, number)
            if first != number:
                read.problems.append(
                    Problem("product", _("Row %(row)d has the same product and period") % {"row": first})
                )
            else:
                read.line = line
        return read

    # Cells --------------------------------------------------------------------------------------

    def _product(self, read: Read, text: str, products: Mapping[str, Product]) -> Product | None:
        if not text:
            read.problems.append(Problem("product", _("Name the product")))
            return None
        if (found := products.get(text)) is not None:
            return found
        likely: list[Product] = []
        if self.searched < SUGGESTED:
            self.searched += 1
            likely = suggestions(text, self.user)
        if likely:
            said = _("Not in the catalog. Is it “%(product)s”?") % {"product": likely[0].title}
            read.problems.append(Problem("product", said, likely[0].title))
        else:
            read.problems.append(Problem("product", _("Not in the catalog. Add the product first.")))
        return None

    def _customer(self, read: Read, text: str, customers: Mapping[str, list[Customer]]) -> Customer | None:
        if not text:
            if self.customer is None:
                read.problems.append(Problem("customer", _("Name the customer")))
            return self.customer
        found = customers.get(text, [])
        if len(found) == 1:
            return found[0]
        said = (
            _("Several customers are called so: write the code")
            if found
            else _("Not found among your customers")
        )
        read.problems.append(Problem("customer", said))
        return None

    def _period(self, read: Read, cell: Cell | None) -> Period | None:
        try:
            period = self._written_period(cell)
        except ValueProblem as problem:
            read.problems.append(Problem("period", problem.message))
            return None
        if period.start > self.today:
            read.problems.append(Problem("period", _("This period has not begun")))
            return None
        return period

    def _written_period(self, cell: Cell | None) -> Period:
        if cell is None or is_blank(cell):
            return self.period
        written = None if isinstance(cell, date | datetime) else written_period(shown(cell))
        if written is None:
            day = parse_date(cell)
            return period_of(day, self.cuts) if day else self.period
        day, kind = written
        period = period_of(day, self.cuts)
        if kind and (kind == "month") != (period.days > 7):
            raise ValueProblem(_("Periods of this time are of another length: write a day, like 2026-11-24"))
        return period

    def _figures(self, read: Read, cells: Mapping[str, Cell], product: Product | None) -> dict[str, Any]:
        """The figures by the line's names; those written are noted in `given`, problems in `problems`."""
        figures: dict[str, Any] = {}
        for column in [*QUANTITIES, "price"]:
            cell = cells.get(column)
            if cell is None or is_blank(cell):
                continue
            try:
                name = QUANTITIES.get(column, column)
                figures[name] = _price(cell) if column == "price" else _quantity(cell, column, product)
            except ValueProblem as problem:
                read.problems.append(Problem(column, problem.message))
        read.given = frozenset(figures)
        return figures


def _name(cells: Mapping[str, Cell], column: str) -> str:
    cell = cells.get(column)
    return "" if cell is None else " ".join(parse_text(shown(cell)[:300], narrow=True).split())


def _quantity(cell: Cell, column: str, product: Product | None) -> int | None:
    """Whole units; "3箱", "3箱5台" and "5台" where the product's units say so. Bought may be below zero: goods given back."""
    number = _packed(cell, product) if isinstance(cell, str) and product else None
    if number is None:
        number = parse_integer(cell)
    if number is None:
        return None
    if number < 0 and column != "bought":
        raise ValueProblem(_("Cannot be less than 0"))
    if abs(number) > MOST_UNITS:
        raise ValueProblem(_("At most %(number)s") % {"number": f"{MOST_UNITS:,}"})
    return number


def _packed(text: str, product: Product) -> int | None:
    found = _PACKED.fullmatch(text.strip())
    if found is None:
        return None
    many, unit, rest, rest_unit = found.groups()
    if unit == product.unit and rest is None:
        return int(many)
    if unit != product.pack_unit or not product.pack_size or rest_unit not in (None, "", product.unit):
        return None
    return int(many) * product.pack_size + int(rest or 0)


def _price(cell: Cell) -> Decimal | None:
    price = parse_decimal(cell)
    if price is None:
        return None
    if price < 0:
        raise ValueProblem(_("Cannot be less than 0"))
    if price > HIGHEST_PRICE:
        raise ValueProblem(_("At most %(number)s") % {"number": f"{HIGHEST_PRICE:,}"})
    exact = price.quantize(Decimal("0.01"))
    if exact != price:
        raise ValueProblem(_("At most two decimals"))
    return exact
