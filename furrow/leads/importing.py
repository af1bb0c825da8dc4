"""Lists into the customer directory 客户名录表: with their source, campaign and cost (P2.2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from furrow.catalog.models import Brand, Kind, Product
from furrow.catalog.queries import products_written
from furrow.customers.duplicates import LIKELY, SURE, Likeness, compare, keys_of
from furrow.customers.matching import holders_of, likeness, likenesses
from furrow.kit import audit
from furrow.kit.regions import region_book
from furrow.kit.sheets import Cell
from furrow.kit.sheets.phones import parse_phones
from furrow.kit.sheets.values import ValueProblem, parse_text, shown
from furrow.leads import services
from furrow.leads.matching import likeness_of
from furrow.leads.models import Channel, ChannelCost, ChannelKind, Lead, LeadKey, LeadList
from furrow.leads.states import State
from furrow.records.importing.importer import Checked, ImportField, Match, RecordImporter, SourceRow
from furrow.records.importing.models import Decision, ImportRow, Outcome

FIELDS = (
    ImportField("name", pgettext_lazy("lead", "Name"), ("客户名称", "单位名称", "公司名称", "名称", "客户", "店名", "企业名称", "company", "name"), required=True, sample="光谷顺达通讯"),
    ImportField("contact_name", _("Contact"), ("联系人", "负责人", "姓名", "contact", "contact person"), sample="李店主"),
    ImportField("phone", _("Phone"), ("电话", "手机", "联系电话", "手机号", "phone", "mobile", "tel"), sample="13800001234"),
    ImportField("region", _("Region"), ("地区", "区域", "所在地", "城市", "region", "city", "district"), sample="武汉市洪山区"),
    ImportField("address", _("Address"), ("地址", "详细地址", "address"), sample="珞喻路 100 号"),
    ImportField("situation", _("Situation"), ("情况", "客户情况", "主营", "经营范围", "situation", "business"), sample="手机零售，两家门店"),
    ImportField("brand", _("Brand"), ("品牌", "意向品牌", "brand"), sample="鹤鸣"),
    ImportField("product", _("Product wanted"), ("意向产品", "产品", "商品", "型号", "product", "model"), sample=""),
    ImportField("referrer", _("Referrer"), ("转介绍人", "介绍人", "referrer"), sample=""),
    ImportField("remark", _("Remark"), ("备注", "说明", "remark", "note"), sample=""),
)  # fmt: skip
COLUMNS = {"brand": "brand_id", "region": "region_id"}
LENGTHS = {"name": 120, "contact_name": 60, "address": 200, "situation": 1000, "referrer": 80, "remark": 1000}


class OptionsForm(forms.Form):
    """Asked once per list: where it came from and what it cost."""

    name = forms.CharField(
        label=_("List"), max_length=80, help_text=_("For example: Wuhan mobile fair, November")
    )
    channel = forms.ModelChoiceField(Channel.objects.none(), label=_("Lead channel"), empty_label=None)
    campaign = forms.CharField(label=_("Campaign"), max_length=80, required=False)
    cost = forms.DecimalField(
        label=_("Cost (yuan)"), required=False, min_value=0, max_value=Decimal("9999999999"), decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    received_on = forms.DateField(
        label=pgettext_lazy("lead list", "Received on"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channel: Any = self.fields["channel"]
        kinds = [ChannelKind.LIST, ChannelKind.NETWORK, ChannelKind.REFERRAL]
        channel.queryset = Channel.objects.filter(is_active=True, kind__in=kinds).order_by("kind", "pk")


class DirectorySession:
    """One list's import, see records.importing.importer.Session."""

    def __init__(self, by: Any, options: Mapping[str, Any], source: UUID) -> None:
        self.by, self.options, self.source = by, options, source
        self.seen: dict[int, list[tuple[int, Likeness]]] = defaultdict(list)
        self.products: dict[str, Product] = {}
        self.brands = {brand.name_key: brand.pk for brand in Brand.objects.all()}

    def check(self, rows: Sequence[SourceRow]) -> list[Checked]:
        self._look_up_products(rows)
        read = [(row, self._read(row)) for row in rows]
        ones = {row.number: likeness(checked.values) for row, checked in read if checked.values}
        known = self._known([key for one in ones.values() for key in keys_of(one)])
        return [self._outcome(row, checked, ones.get(row.number), known) for row, checked in read]

    def remember(self, rows: Sequence[SourceRow]) -> None:
        self._look_up_products(rows)
        for row in rows:
            checked = self._read(row)
            if checked.values:
                self._earlier(row.number, likeness(checked.values))

    def _read(self, row: SourceRow) -> Checked:
        checked = Checked(row.number, "", Outcome.CREATED)
        values: dict[str, Any] = {}
        for name, cell in row.cells.items():
            try:
                if (value := self._value(name, cell)) not in ("", None):
                    values[COLUMNS.get(name, name)] = value
            except ValueProblem as problem:
                checked.messages.append(_error(name, cell, problem.message))
        self._agree(values, checked, row)
        checked.title = str(values.get("name", ""))[:120]
        if not values.get("name"):
            checked.messages.append(_error("name", None, gettext("Fill in the name")))
        if checked.messages:
            checked.outcome = Outcome.ERROR
        else:
            checked.values = values
        return checked

    def _look_up_products(self, rows: Sequence[SourceRow]) -> None:
        """The products these rows name, in a constant number of queries."""
        texts = [shown(row.cells["product"])[:204].strip() for row in rows if row.cells.get("product")]
        found = products_written(texts, self.by)
        self.products = {text: product for text, product in found.items() if product.kind == Kind.OWN}

    def _agree(self, values: dict[str, Any], checked: Checked, row: SourceRow) -> None:
        """The brand follows from the product; another one written beside it is an error."""
        product: Product | None = values.pop("product", None)
        if product is None:
            return
        if values.get("brand_id", product.brand_id) != product.brand_id:
            text = gettext("“%(product)s” is of another brand") % {"product": product.title}
            checked.messages.append(_error("brand", row.cells.get("brand"), text))
        values |= {"product_id": product.pk, "brand_id": product.brand_id}

    def _value(self, name: str, cell: Cell) -> Any:
        if name == "phone":
            return "、".join(parse_phones(cell))[:100]
        if name == "region":
            text = parse_text(cell, max_length=60)
            code = region_book().resolve(address=text) if text else None
            if text and code is None:
                raise ValueProblem(
                    gettext("No such region. Write city and district, for example 武汉市江汉区")
                )
            return code
        if name == "brand":
            text = parse_text(cell, max_length=40)
            key = services.brand_key(text)
            if key and key not in self.brands:
                raise ValueProblem(gettext("No brand is called “%(name)s”") % {"name": text})
            return self.brands.get(key)
        if name == "product":
            text = parse_text(cell, max_length=204)
            if text and text not in self.products:
                raise ValueProblem(gettext("No product of ours has this code, barcode or name"))
            return self.products.get(text)
        return parse_text(cell, max_length=LENGTHS[name], lines=name in ("situation", "remark"))

    def _known(self, keys: Sequence[int]) -> dict[int, list[tuple[str, int, Likeness]]]:
        """key -> leads and customers that have it, as (kind, id, likeness)."""
        found: dict[int, list[tuple[str, int, Likeness]]] = defaultdict(list)
        pairs = list(LeadKey.objects.filter(key__in=keys).values_list("key", "lead_id"))
        leads = Lead.objects.alive().exclude(state=State.MERGED).in_bulk({pk for _key, pk in pairs})
        ones = {pk: likeness_of(lead) for pk, lead in leads.items()}
        for key, pk in pairs:
            if pk in ones:
                found[key].append(("lead", pk, ones[pk]))
        holders = holders_of(keys)
        customers = likenesses({pk for ids in holders.values() for pk in ids})
        for key, ids in holders.items():
            found[key] += [("customer", pk, customers[pk]) for pk in ids if pk in customers]
        return found

    def _earlier(self, number: int, one: Likeness) -> int | None:
        for key in keys_of(one):
            for first, other in self.seen[key]:
                if first < number and compare(one, other).level >= LIKELY:
                    return first
        for key in keys_of(one):
            if (number, one) not in self.seen[key]:
                self.seen[key].append((number, one))
        return None

    def _outcome(
        self,
        row: SourceRow,
        checked: Checked,
        one: Likeness | None,
        known: Mapping[int, list[tuple[str, int, Likeness]]],
    ) -> Checked:
        if one is None:
            return checked
        first = self._earlier(row.number, one)
        if row.decision == Decision.SKIP:
            checked.outcome, checked.reason = Outcome.UNCHANGED, "skipped"
            return checked
        if row.decision == Decision.CREATE:
            return checked
        hits = {
            (kind, pk): compare(one, other) for key in keys_of(one) for kind, pk, other in known.get(key, ())
        }
        best = max(hits.items(), key=lambda hit: hit[1].score, default=None)
        if first is not None:
            checked.outcome, checked.matched_row, checked.reason = Outcome.DUPLICATE, first, "row"
        elif best is not None and best[1].level >= LIKELY:
            (kind, pk), match = best
            self._known_as(row, checked, kind, pk, is_sure=match.level >= SURE)
        return checked

    def _known_as(self, row: SourceRow, checked: Checked, kind: str, pk: int, *, is_sure: bool) -> None:
        if kind == "customer":
            checked.outcome, checked.reason = (
                (Outcome.UNCHANGED if is_sure else Outcome.DUPLICATE),
                "customer",
            )
            return
        if is_sure or row.decision == Decision.UPDATE:
            lead = Lead.objects.get(pk=pk)
            gaps = {name: value for name, value in checked.values.items() if not getattr(lead, name)}
            checked.current, checked.record_id, checked.values, checked.reason = lead, pk, gaps, "lead"
            checked.outcome = Outcome.UPDATED if gaps else Outcome.UNCHANGED
        else:
            checked.outcome, checked.matched_id, checked.reason = Outcome.DUPLICATE, pk, "lead"

    # Writing ------------------------------------------------------------------------------------

    def write(self, checked: Sequence[Checked]) -> None:
        listed = self._list()
        for row in checked:
            values = {name: value for name, value in row.values.items() if name != "version"}
            if row.current is None:
                made = services.record_lead(
                    by=self.by, channel=listed.channel, source=listed.name, list=listed, **values
                )
                row.record_id, row.version = made.pk, made.version
            else:
                row.before = {name: audit.plain(getattr(row.current, name)) for name in values}
                changed = services.change_lead(row.current, by=self.by, **values)
                row.record_id, row.version = changed.pk, changed.version

    def _list(self) -> LeadList:
        """The list this import makes, once however many slices it takes; with its cost."""
        there = LeadList.objects.select_related("channel").filter(import_source=self.source).first()
        if there is not None:
            return there
        channel = Channel.objects.get(pk=self.options["channel"])
        day = date.fromisoformat(self.options["received_on"])
        campaign, cost = self.options.get("campaign") or "", None
        if amount := self.options.get("cost"):
            cost = ChannelCost.objects.create(
                channel=channel, first=day, last=day, amount=Decimal(amount), campaign=campaign
            )
        return LeadList.objects.create(
            name=self.options["name"],
            channel=channel,
            campaign=campaign,
            received_on=day,
            cost=cost,
            import_source=self.source,
        )

    def undo(self, rows: Sequence[ImportRow]) -> dict[int, str]:
        kept: dict[int, str] = {}
        for row in rows:
            lead = Lead.objects.alive().filter(pk=row.record_id or 0).first()
            if lead is None or lead.version != row.version:
                kept[row.number] = lead.name if lead else row.title
            elif row.before is None:
                services.delete_lead(lead, by=self.by)
            else:
                services.change_lead(lead, by=self.by, **row.before)
        return kept


def _error(name: str, cell: Cell | None, text: str) -> dict[str, Any]:
    value = shown(cell)[:200] if cell is not None else ""
    return {"field": name, "value": value, "text": str(text), "level": "error"}


class DirectoryImporter(RecordImporter):
    """Bought lists, lists from peers, trade fairs."""

    fields = FIELDS
    reasons = {
        "lead": _("a lead like this is here"),
        "customer": _("a customer already"),
        "row": _("same as an earlier row"),
        "skipped": _("skipped"),
    }

    def options_form(
        self, user: Any, data: Any = None, initial: Mapping[str, Any] | None = None
    ) -> forms.Form:
        return OptionsForm(data, initial=dict(initial or {}))

    def plain_options(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        return {name: audit.plain(value) for name, value in cleaned.items()}

    def session(self, by: Any, options: Mapping[str, Any], note: str, source: UUID) -> DirectorySession:
        return DirectorySession(by, options, source)

    def matches(self, by: Any, ids: Sequence[int]) -> dict[int, Match]:
        rows = Lead.objects.visible_to(by).filter(pk__in=ids)
        return {lead.pk: Match(lead.name, lead.phone, reverse("leads:page", args=[lead.pk])) for lead in rows}
