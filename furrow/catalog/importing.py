"""What a price list may hold, in which words, and what becomes of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from furrow.catalog import costs, services
from furrow.catalog.forms import CostForm, ProductForm
from furrow.catalog.models import CostPrice, Currency, Kind, ListPrice, Product, Status
from furrow.catalog.rules import BarcodeProblem, barcode_key, clean_barcode, title_key, title_of
from furrow.kit import audit
from furrow.kit.rows import Among
from furrow.kit.sheets import Cell
from furrow.kit.sheets.dates import parse_date
from furrow.kit.sheets.values import (
    ValueProblem,
    choice_table,
    parse_choice,
    parse_code,
    parse_decimal,
    parse_integer,
    parse_text,
    shown,
)
from furrow.records.importing.importer import Checked, ImportField, Match, RecordImporter, SourceRow
from furrow.records.importing.models import ImportRow, Outcome

OVERWRITE, SKIP = "overwrite", "skip"
FIELDS = (
    ImportField("name", _("Product name"), (
        "产品名称", "商品名称", "品名", "名称", "型号", "产品型号", "机型", "product name", "product", "model", "item", "name",
    ), required=True, sample="X20"),
    ImportField("brand", _("Brand"), ("品牌", "牌子", "厂家", "brand", "make", "manufacturer"), required=True, sample="鹤鸣"),
    ImportField("specification", _("Specification"), ("规格", "规格型号", "配置", "颜色", "specification", "spec", "size"), sample="8+256G 曜石黑"),
    ImportField("code", _("Code"), ("产品编码", "商品编码", "货号", "编码", "编号", "sku", "product code", "item number", "code"), sample="P-000001"),
    ImportField("barcode", _("Barcode"), ("条码", "条形码", "商品条码", "国际条码", "69码", "barcode", "ean", "upc", "gtin"), sample="6901234567892"),
    ImportField("variety", _("Variety"), ("品类", "类别", "分类", "品种", "商品分类", "variety", "category"), hint=_("Levels separated by /"), sample="手机 / 智能手机"),
    ImportField("unit", _("Unit"), ("单位", "计量单位", "销售单位", "unit"), sample="台"),
    ImportField("pack_unit", _("Case unit"), ("箱单位", "大单位", "包装单位", "case unit"), sample="箱"),
    ImportField("pack_size", _("Units per case"), ("箱规", "装箱数", "每箱数量", "包装数", "换算率", "units per case", "case size", "pack size"), sample="20"),
    ImportField("price", _("List price"), ("价格", "标价", "目录价", "指导价", "零售指导价", "单价", "list price", "price", "msrp"), sample="3999"),
    ImportField("currency", _("Currency"), ("币种", "货币", "currency"), hint="CNY / HKD / USD / EUR", sample="CNY"),
    ImportField("valid_from", _("Price valid from"), ("生效日期", "执行日期", "价格生效日", "valid from", "effective date"), sample="2026-11-01"),
    ImportField("cost", _("Cost before tax"), ("成本价", "不含税成本价", "成本", "单位成本", "cost price", "unit cost", "cost"), hint=_("For those who may see costs")),
    ImportField("kind", _("Own or competing"), ("自有竞品", "是否竞品", "产品归属", "own or competing", "kind"), sample="本品"),
    ImportField("status", _("Status"), ("状态", "销售状态", "status"), sample="在售"),
    ImportField("note", _("Note"), ("备注", "说明", "note", "remark"), sample=""),
)  # fmt: skip


class OptionsForm(forms.Form):
    """Asked once per file."""

    existing = forms.ChoiceField(
        label=_("Products that exist already"),
        choices=[(OVERWRITE, _("Take the values of the list")), (SKIP, _("Leave as they are"))],
        help_text=_("Empty cells never empty a field"),
        initial=OVERWRITE,
    )
    kind = forms.ChoiceField(label=_("New products are"), choices=Kind.choices, initial=Kind.OWN)


class ProductImporter(RecordImporter):
    """Price lists and lists of competing products."""

    fields = FIELDS
    reasons = {
        "code": _("same code"),
        "barcode": _("same barcode"),
        "title": _("same name"),
        "skipped": _("skipped"),
    }

    def options_form(
        self, user: Any, data: Any = None, initial: Mapping[str, Any] | None = None
    ) -> forms.Form:
        return OptionsForm(data, initial=dict(initial or {}))

    def session(self, by: Any, options: Mapping[str, Any], note: str, source: UUID) -> ProductSession:
        return ProductSession(by, options)

    def matches(self, by: Any, ids: Sequence[int]) -> dict[int, Match]:
        found = Product.objects.visible_to(by).filter(pk__in=ids)
        return {
            product.pk: Match(
                f"{product.code} {product.title}",
                product.barcode,
                reverse("products:page", args=[product.pk]),
            )
            for product in found
        }


class ProductSession:
    """One file's import, see records.importing.importer.Session. Rows are checked by the form the pages use."""

    def __init__(self, by: Any, options: Mapping[str, Any]) -> None:
        self.by, self.skips = by, options.get("existing") == SKIP
        self.kind = options.get("kind") or Kind.OWN
        self.kinds, self.states = choice_table(Kind.choices), choice_table(Status.choices)
        self.currencies = choice_table([*Currency.choices, (Currency.CNY, "RMB"), (Currency.CNY, "人民币")])
        self.seen: dict[tuple[str, str], int] = {}
        self.no_costs = costs.refused(by)
        self.costs = costs.Costs(())

    def check(self, rows: Sequence[SourceRow]) -> list[Checked]:
        read = [(row, *self._texts(row.cells)) for row in rows]
        known = self._known([texts for _row, texts, _messages in read])
        if any("cost" in texts for _row, texts, _messages in read):
            self.costs = costs.Costs(product.pk for product in known.values())
        return [self._outcome(row, texts, messages, known) for row, texts, messages in read]

    def remember(self, rows: Sequence[SourceRow]) -> None:
        for row in rows:
            self._earlier(row.number, self._texts(row.cells)[0])

    def _texts(self, cells: Mapping[str, Cell]) -> tuple[dict[str, str], list[dict[str, Any]]]:
        """The cells as the form takes them, and what is wrong with those that cannot be taken."""
        texts: dict[str, str] = {}
        messages: list[dict[str, Any]] = []
        for name, cell in cells.items():
            try:
                text = self._text(name, cell)
            except ValueProblem as problem:
                messages.append(_error(name, cell, problem.message))
            else:
                if text:
                    texts[name] = text
        return texts, messages

    def _text(self, name: str, cell: Cell) -> str:
        if name in ("code", "barcode"):
            return parse_code(cell, max_length=40)
        if name in ("price", "cost"):
            amount = parse_decimal(cell)
            return "" if amount is None else str(amount)
        if name == "pack_size":
            size = parse_integer(cell)
            return "" if size is None else str(size)
        if name == "valid_from":
            day = parse_date(cell)
            return day.isoformat() if day else ""
        tables = {
            "kind": (self.kinds, Kind),
            "status": (self.states, Status),
            "currency": (self.currencies, Currency),
        }
        if name in tables:
            table, choices = tables[name]
            return parse_choice(cell, table, choices.labels) or ""
        return parse_text(cell, max_length=1000, lines=name == "note")

    def _known(self, rows: Sequence[Mapping[str, str]]) -> dict[tuple[str, str], Product]:
        """Products any of the rows names: ("code" | "barcode" | "title", key) -> product; those with the code even when deleted."""
        keys: dict[str, set[str]] = {"code": set(), "barcode": set(), "title": set()}
        for texts in rows:
            for kind, value in _keys(texts):
                keys[kind].add(value)
        found: dict[tuple[str, str], Product] = {}
        for kind, column in (("title", "title_key"), ("barcode", "barcode_key"), ("code", "code")):
            if keys[kind]:
                rows_of = Product.objects.alive().select_related("brand", "variety")
                for product in rows_of.filter(Among(models.F(column), keys[kind])):
                    found[kind, getattr(product, column)] = product
        return found

    def _earlier(self, number: int, texts: Mapping[str, str]) -> tuple[str, int] | None:
        for kind, value in _keys(texts):
            first = self.seen.setdefault((kind, value), number)
            if first != number:
                return kind, first
        return None

    def _outcome(
        self,
        row: SourceRow,
        texts: dict[str, str],
        messages: list[dict[str, Any]],
        known: Mapping[tuple[str, str], Product],
    ) -> Checked:
        title = title_of(texts.get("brand", ""), texts.get("name", ""), texts.get("specification", ""))
        checked = Checked(row.number, title[:120], Outcome.ERROR, messages=messages)
        if earlier := self._earlier(row.number, texts):
            field = {"code": "code", "barcode": "barcode", "title": "name"}[earlier[0]]
            said = gettext("Row %(row)d of the list is the same product") % {"row": earlier[1]}
            messages.append(_error(field, texts.get(field, ""), said))
        match, reason = next(((known[key], key[0]) for key in _keys(texts) if key in known), (None, ""))
        now = self._now(match) if match else {}
        form = ProductForm(self._form_data(now, texts), instance=match, user=self.by)
        if not form.is_valid():
            messages += [
                _error(name, texts.get(name, ""), " ".join(map(str, errors)))
                for name, errors in form.errors.items()
            ]
        cost = self._cost(texts, match, form.cleaned_data.get("kind", Kind.OWN), messages)
        if messages:
            return checked
        given = {name: form.cleaned_data[name] for name in texts if name in form.cleaned_data}
        if match is None:
            checked.outcome, checked.values = Outcome.CREATED, {**form.cleaned_data, **given, **cost}
            return checked
        checked.current, checked.record_id, checked.reason = match, match.pk, reason
        checked.values = {} if self.skips else _changed(form, now, given) | cost
        checked.outcome = Outcome.UPDATED if checked.values else Outcome.UNCHANGED
        checked.reason = "skipped" if self.skips else reason
        return checked

    def _cost(
        self, texts: Mapping[str, str], match: Product | None, kind: str, messages: list[dict[str, Any]]
    ) -> dict[str, Any]:
        """The row's cost and the day it holds from, unless that is so already; what is wrong with it goes among the messages."""
        if "cost" not in texts:
            return {}
        form = CostForm(
            {"cost": texts["cost"], "valid_from": texts.get("valid_from") or timezone.localdate()}
        )
        said = self.no_costs or " ".join(map(str, form.errors.get("cost", [])))
        if not said and kind != Kind.OWN:
            said = costs.not_ours()
        if said:
            messages.append(_error("cost", texts["cost"], said))
        if said or not form.is_valid():  # of a day that is none the product's form speaks
            return {}
        cost, day = form.cleaned_data["cost"], form.cleaned_data["valid_from"]
        return {} if match and self.costs.on(match.pk, day) == cost else {"cost": (cost, day)}

    def _now(self, product: Product) -> dict[str, Any]:
        """The form's values of a product as it is; validating the form changes the product in memory."""
        blank = ProductForm(instance=product, user=self.by)
        return {name: blank.get_initial_for_field(field, name) for name, field in blank.fields.items()}

    def _form_data(self, now: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
        if not now:
            return {"kind": self.kind, **texts}
        kept = {name: "" if value is None else str(value) for name, value in now.items()}
        if "price" in texts and "valid_from" not in texts:
            kept["valid_from"] = ""
        return {**kept, **texts}

    # Writing ------------------------------------------------------------------------------------

    def write(self, checked: Sequence[Checked]) -> None:
        for row in checked:
            values = {name: value for name, value in row.values.items() if name != "version"}
            try:
                product = self._written(row, values)
            except ValidationError as error:
                row.outcome, row.record_id, row.before = Outcome.ERROR, None, None
                field = next(iter(getattr(error, "error_dict", {"name": ()})))
                row.messages.append(
                    _error(field, row.title if field == "name" else "", " ".join(error.messages))
                )
            else:
                row.record_id, row.version = product.pk, product.version

    @transaction.atomic
    def _written(self, row: Checked, values: dict[str, Any]) -> Product:
        cost = values.pop("cost", None)
        if row.current is None:
            product = services.create_product(by=self.by, **values)
        else:
            product = Product.objects.get(pk=row.current.pk)
            row.before = _before(product, values, cost)
            product = services.change_product(product, by=self.by, **values)
        if cost:
            costs.set_cost(product, cost[0], valid_from=cost[1], by=self.by)
        return product

    def undo(self, rows: Sequence[ImportRow]) -> dict[int, str]:
        kept: dict[int, str] = {}
        for row in rows:
            product = Product.objects.alive().filter(pk=row.record_id or 0).first()
            if product is None or product.version != row.version:
                kept[row.number] = product.title if product else row.title
            elif row.before is None:
                services.delete_product(product, by=self.by)
            else:
                self._put_back(product, dict(row.before))
        return kept

    def _put_back(self, product: Product, before: dict[str, Any]) -> None:
        self._put_cost_back(product, *before.pop("new_cost", ()))
        day, price, currency = before.pop("new_price", None) or (None, None, None)
        if price is not None:
            before |= {"price": Decimal(price), "currency": currency, "valid_from": parse_date(day)}
        elif (new := parse_date(day)) is not None:
            services.withdraw_price(product, new, by=self.by)
        services.change_product(product, by=self.by, **before)

    def _put_cost_back(self, product: Product, day: str = "", old: str | None = None, new: str = "") -> None:
        """The cost of that day as it was, unless somebody has set another one since."""
        since = parse_date(day) if day else None
        if (
            since is None
            or not CostPrice.objects.filter(product=product, valid_from=since, cost=new).exists()
        ):
            return
        if old is None:
            costs.withdraw_cost(product, since, by=self.by)
        else:
            costs.set_cost(product, Decimal(old), valid_from=since, by=self.by)


def _keys(texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a row is recognized by, the surest first."""
    keys = [("code", texts["code"])] if texts.get("code") else []
    try:
        if bar := barcode_key(clean_barcode(texts.get("barcode", ""))):
            keys.append(("barcode", bar))
    except BarcodeProblem:
        pass
    title = title_of(texts.get("brand", ""), texts.get("name", ""), texts.get("specification", ""))
    if texts.get("brand") and texts.get("name"):
        keys.append(("title", title_key(title)))
    return keys


def _changed(form: ProductForm, now: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the given values that differ from what the product has now; a new price comes with its currency and day."""
    new = {name: value for name, value in given.items() if (now.get(name) or None) != (value or None)}
    if {"price", "currency"} & new.keys() and form.cleaned_data["price"] is not None:
        new |= {name: form.cleaned_data[name] for name in services.PRICE_FIELDS}
    else:
        new = {name: value for name, value in new.items() if name not in services.PRICE_FIELDS}
    return new


def _before(product: Product, values: Mapping[str, Any], cost: tuple[Decimal, date] | None) -> dict[str, Any]:
    """What the product was, for undo; `new_price` names the day of a price that did not exist, `new_cost` also what was written."""
    before = {
        name: str(getattr(product, name) or "")
        if name in ("brand", "variety")
        else audit.plain(getattr(product, name))
        for name in values
        if name not in services.PRICE_FIELDS
    }
    if values.get("price") is not None:
        day = values.get("valid_from") or timezone.localdate()
        old = ListPrice.objects.filter(product=product, valid_from=day).first()
        before["new_price"] = [
            audit.plain(day),
            str(old.price) if old else None,
            old.currency if old else None,
        ]
    if cost:
        known = CostPrice.objects.filter(product=product, valid_from=cost[1]).first()
        before["new_cost"] = [audit.plain(cost[1]), str(known.cost) if known else None, str(cost[0])]
    return before


def _error(name: str, value: Any, text: str) -> dict[str, Any]:
    return {"field": name, "value": shown(value)[:200], "text": str(text), "level": "error"}
