"""Import of orders from a list, one row a line: rows of one customer with one order number are one order. Each goes through the same
services and the same hold as one typed in; one of which a row is wrong stays a draft until it is put right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from furrow.catalog.models import Product
from furrow.catalog.queries import products_written
from furrow.customers.models import Customer
from furrow.kit.figures import NOTHING, money
from furrow.kit.rows import Among
from furrow.kit.sheets import Cell
from furrow.kit.sheets.dates import parse_date
from furrow.kit.sheets.values import ValueProblem, is_blank, parse_text, parse_yes_no, shown
from furrow.orders import services
from furrow.orders.models import Order, Status
from furrow.orders.reading import read_item
from furrow.orders.services import Item
from furrow.receivables.money import OURS
from furrow.receivables.parties import customers_called
from furrow.records.importing.importer import Checked, ImportField, Match, RecordImporter, SourceRow
from furrow.records.importing.models import ImportRow, Outcome
from furrow.team.models import User

FIELDS = (
    ImportField("reference", gettext_lazy("Order number of the customer"), ("订单号", "客户订单号", "订单编号", "单号", "采购单号", "order number", "order", "po number"), required=True, hint=gettext_lazy("Rows with the same one are one order"), sample="PO-0815"),
    ImportField("customer", gettext_lazy("Customer"), ("客户编码", "客户编号", "客户名称", "客户", "customer code", "customer"), required=True, hint=gettext_lazy("Name or code"), sample="C-000001"),
    ImportField("product", gettext_lazy("Product"), ("产品编码", "商品编码", "货号", "产品", "产品名称", "商品名称", "品名", "条码", "product", "item", "sku", "barcode"), required=True, hint=gettext_lazy("Code, barcode or name"), sample="P-000001"),
    ImportField("quantity", gettext_lazy("Quantity"), ("数量", "订货数量", "订购数量", "quantity", "qty", "units"), required=True, hint=gettext_lazy("Units, or cases: 3箱"), sample="20"),
    ImportField("price", gettext_lazy("Unit price"), ("单价", "含税单价", "价格", "unit price", "price"), hint=gettext_lazy("Left empty: by the price lists"), sample=""),
    ImportField("discount", gettext_lazy("Discount"), ("折扣", "折扣率", "discount"), hint=gettext_lazy("In percent"), sample=""),
    ImportField("gift", gettext_lazy("Gift"), ("赠品", "是否赠品", "gift", "free"), sample=""),
    ImportField("wanted_on", gettext_lazy("Wanted on"), ("要货日期", "交货日期", "到货日期", "期望日期", "wanted on", "delivery date"), sample=""),
    ImportField("note", gettext_lazy("Note"), ("备注", "说明", "note", "remark"), sample=""),
    ImportField("currency", gettext_lazy("Currency"), ("币种", "货币", "currency"), sample="CNY"),
)  # fmt: skip
Key = tuple[int, str]
PLACE, DRAFT = "place", "draft"


class OptionsForm(forms.Form):
    """Asked once per file."""

    then = forms.ChoiceField(
        label=gettext_lazy("Orders of the list"),
        choices=[(PLACE, gettext_lazy("Place: confirmed, or held where credit does not bear it")), (DRAFT, gettext_lazy("Keep as drafts"))],
        initial=PLACE,
    )  # fmt: skip


class OrderImporter(RecordImporter):
    """Lists of orders, csv or xlsx."""

    fields = FIELDS

    def options_form(
        self, user: Any, data: Any = None, initial: Mapping[str, Any] | None = None
    ) -> forms.Form:
        return OptionsForm(data, initial=dict(initial or {}))

    def session(self, by: Any, options: Mapping[str, Any], note: str, source: UUID) -> OrderSession:
        return OrderSession(by, options, note, source)

    def matches(self, by: Any, ids: Sequence[int]) -> dict[int, Match]:
        rows = Order.objects.visible_to(by).filter(pk__in=ids).select_related("customer")
        return {
            row.pk: Match(
                f"{row.number} {row.customer}", money(row.gross), reverse("orders:page", args=[row.pk])
            )
            for row in rows
        }


@dataclass(slots=True)
class _Row:
    """A row as read: its order and its line, or what is wrong."""

    source: SourceRow
    customer: Customer | None = None
    reference: str = ""
    item: Item | None = None
    wanted_on: date | None = None
    problems: list[tuple[str, str]] | None = None

    @property
    def key(self) -> Key | None:
        return (self.customer.pk, self.reference) if self.customer and self.reference else None


def _text(cells: Mapping[str, Cell], name: str, length: int) -> str:
    cell = cells.get(name)
    return "" if cell is None else " ".join(parse_text(shown(cell)[:400]).split())[:length]


class OrderSession:
    """One file's import, see records.importing.importer.Session."""

    def __init__(self, by: User, options: Mapping[str, Any], note: str, source: UUID) -> None:
        self.by, self.note, self.source = by, note, source
        self.places = options.get("then", PLACE) == PLACE

    def check(self, rows: Sequence[SourceRow]) -> list[Checked]:
        read = self._read(rows)
        self._price(read)
        known = self._known(read)
        wrong = {row.key for row in read if row.problems}
        return [self._outcome(row, known, wrong) for row in read]

    def remember(self, rows: Sequence[SourceRow]) -> None:
        """Orders that earlier rows began are known by the import they came with."""

    # Reading ------------------------------------------------------------------------------------

    def _read(self, rows: Sequence[SourceRow]) -> list[_Row]:
        """Every row with its customer and product; a fixed number of queries."""
        customers = customers_called(self.by, {_text(row.cells, "customer", 170) for row in rows})
        products = products_written((_text(row.cells, "product", 250) for row in rows), self.by)
        return [self._one(row, customers, products) for row in rows]

    def _one(
        self, row: SourceRow, customers: Mapping[str, list[Customer]], products: Mapping[str, Product]
    ) -> _Row:
        cells, found = row.cells, _Row(row, problems=[])
        problems = found.problems
        assert problems is not None
        found.reference = _text(cells, "reference", 40)
        if not found.reference:
            problems.append(("reference", _("Write a number that tells which rows are one order")))
        named = customers.get(_text(cells, "customer", 170), [])
        if len(named) == 1:
            found.customer = named[0]
        else:
            problems.append(("customer", _("Several customers are called so: write the code") if named else _("No customer of yours is called so: write the code")))  # fmt: skip
        texts = {name: _text(cells, name, 250) for name in ("product", "quantity", "price", "discount")}
        try:
            texts["gift"] = "1" if parse_yes_no(cells.get("gift")) else ""
            found.item = read_item(texts, products)
        except ValidationError as error:
            problems += [(name, text) for name, said in error.message_dict.items() for text in said]
        except ValueProblem as error:
            problems.append(("gift", str(error)))
        try:
            found.wanted_on = parse_date(cells.get("wanted_on"))
        except ValueProblem as error:
            problems.append(("wanted_on", str(error)))
        if found.wanted_on and found.wanted_on < timezone.localdate():
            problems.append(("wanted_on", _("The day wanted is over.")))
        currency = cells.get("currency")
        if currency is not None and not is_blank(currency) and shown(currency).strip().upper() not in OURS:
            problems.append(("currency", _("Orders are kept in CNY; write the price in CNY")))
        return found

    def _price(self, read: Sequence[_Row]) -> None:
        """What the services would refuse, said beside the row: no price, a price or quantity that cannot be, an order too large."""
        groups: dict[Key, list[_Row]] = {}
        for row in read:
            if row.key and row.item:
                groups.setdefault(row.key, []).append(row)
        for key, rows in groups.items():
            begun = self._begun(key)
            said = self._refused(rows, services.items_of(begun) if begun else [])
            if not said:
                continue
            alone = [(row, self._refused([row], [])) for row in rows]
            if not any(words for _row, words in alone):  # each for itself would do, all together do not
                alone = [(row, said) for row in rows]
            for row, words in alone:
                if words and row.problems is not None:
                    row.problems.append(("price", words))

    def _refused(self, rows: Sequence[_Row], before: list[Item]) -> str:
        customer = rows[0].customer
        assert customer is not None
        items = [*before, *(row.item for row in rows if row.item)]
        try:
            services.lines_for(customer, items, timezone.localdate())
        except ValidationError as error:
            return error.messages[0].removeprefix(_("Line %(number)d: ") % {"number": 1})
        return ""

    def _known(self, read: Sequence[_Row]) -> set[Key]:
        """Orders there are already under these numbers, not from this file."""
        references = {row.reference for row in read if row.key}
        rows = self._orders().filter(Among(F("reference"), references)).exclude(imported=self.source)
        return set(rows.values_list("customer_id", "reference")) if references else set()

    def _orders(self) -> Any:
        return Order.objects.exclude(status=Status.CANCELLED).exclude(reference="")

    def _begun(self, key: Key) -> Order | None:
        """The order that earlier rows of the file began."""
        found: Order | None = self._orders().filter(customer=key[0], reference=key[1], imported=self.source).first()  # fmt: skip
        return found

    # Writing ------------------------------------------------------------------------------------

    def _outcome(self, row: _Row, known: set[Key], wrong: set[Key | None]) -> Checked:
        title = f"{row.reference} {row.customer or _text(row.source.cells, 'customer', 80)}".strip()
        checked = Checked(row.source.number, title[:120] or NOTHING, Outcome.ERROR)
        if row.problems:
            checked.messages = [
                {"field": name, "value": shown(row.source.cells.get(name, ""))[:200], "text": text, "level": "error"}
                for name, text in row.problems
            ]  # fmt: skip
        elif row.key in known:
            checked.outcome = Outcome.UNCHANGED
            checked.messages = [_info(_("An order with this number is there already"))]
        else:
            checked.outcome = Outcome.CREATED
            complete = row.key not in wrong
            checked.values = {"row": row, "complete": complete}
            if not complete:
                checked.messages = [_info(_("Another row of this order is wrong: it stays a draft"))]
        return checked

    def write(self, checked: Sequence[Checked]) -> None:
        groups: dict[Key, list[Checked]] = {}
        for one in checked:
            groups.setdefault(one.values["row"].key, []).append(one)
        for key, rows in groups.items():
            order = self._write(key, [one.values["row"] for one in rows], complete=rows[0].values["complete"])
            for one in rows:
                one.record_id, one.version = order.pk, order.version

    def _write(self, key: Key, rows: list[_Row], *, complete: bool) -> Order:
        """The order of these rows: a new one, or the one that earlier rows of the file began."""
        items, first = [row.item for row in rows if row.item], rows[0]
        assert first.customer is not None
        begun = self._begun(key)
        if begun is not None:
            order = services.change_order(
                begun, [*services.items_of(begun), *items], by=self.by, wanted_on=begun.wanted_on, note=begun.note
            )  # fmt: skip
        else:
            wanted = [row.wanted_on for row in rows if row.wanted_on]
            order = services.create_order(
                first.customer, items, by=self.by, wanted_on=min(wanted) if wanted else None, reference=first.reference, imported=self.source,
                note=_text(first.source.cells, "note", 300),
            )  # fmt: skip
        if self.places and complete and order.status == Status.DRAFT:
            order = services.place_order(order, by=self.by)
        return order

    def undo(self, rows: Sequence[ImportRow]) -> dict[int, str]:
        """Orders of the list are cancelled; those changed, released or delivered since are left alone."""
        orders = Order.objects.in_bulk({row.record_id for row in rows if row.record_id})
        versions: dict[int, int] = {}
        for row in rows:
            versions[row.record_id or 0] = max(versions.get(row.record_id or 0, 0), row.version or 0)
        done: set[int] = set()
        for pk, order in orders.items():
            touched = order.version != versions[pk] or order.status not in (Status.DRAFT, Status.HELD, Status.CONFIRMED)  # fmt: skip
            if not touched and not order.deliveries.exists() and not order.releases.exists():
                services.cancel_order(order, reason=self.note, by=self.by)
                done.add(pk)
        return {row.number: row.title for row in rows if row.record_id not in done}


def _info(text: str) -> dict[str, Any]:
    return {"field": "", "value": "", "text": text, "level": "info"}
