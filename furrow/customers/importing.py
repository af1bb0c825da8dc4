"""What a customer list may hold, in which words, and what is asked once per file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.customers.custom.importing import import_fields
from furrow.customers.import_rows import FILL, OVERWRITE, SKIP, CustomerSession
from furrow.customers.models import ChannelType, Customer, Kind, Status
from furrow.kit.figures import NOTHING
from furrow.kit.positions import CoordinateSystem
from furrow.records.importing.importer import ImportField, Match, RecordImporter, Step
from furrow.records.importing.models import ImportBatch, Outcome
from furrow.team.models import User

FIELDS = (
    ImportField("name", _("Customer name"), (
        "客户名称", "门店名称", "店名", "客户名", "网点名称", "商户名称", "终端名称", "经销商名称", "单位名称", "公司名称", "企业名称", "客户", "门店",
        "名称", "store name", "customer name", "shop name", "outlet name", "company name", "customer", "name",
    ), required=True, sample="顺达通讯（江汉路店）"),
    ImportField("code", _("Code"), (
        "客户编码", "客户编号", "客户代码", "门店编号", "门店编码", "门店代码", "店号", "网点编号", "终端编码", "商户编号", "编码", "编号", "代码",
        "store number", "customer code", "customer number", "store code", "outlet code", "store id", "customer id", "code",
    ), hint=_("Rows with the code of an existing customer change that customer"), sample="WH-0001"),
    ImportField("short_name", _("Short name"), ("简称", "客户简称", "门店简称", "short name", "abbreviation"), sample="顺达"),
    ImportField("contact_name", _("Contact"), (
        "联系人", "联系人姓名", "老板", "店主", "店长", "对接人", "contact", "contact name", "contact person",
    ), sample="王敏"),
    ImportField("phone", _("Phone"), (
        "电话", "手机", "手机号", "手机号码", "联系电话", "联系方式", "电话号码", "固定电话", "座机", "phone", "phone number", "mobile", "telephone", "tel",
    ), sample="13800001234"),
    ImportField("grade", _("Grade"), (
        "等级", "客户等级", "级别", "拜访等级", "分级", "客户分级", "客户类别", "abc分类", "grade", "customer grade", "visit grade", "class", "tier",
    ), hint="A / B / C / D", sample="A"),
    ImportField("kind", pgettext_lazy("customer", "Kind"), (
        "客户类型", "客户种类", "档案类别", "客户性质", "类型", "customer type", "customer kind", "kind", "account type",
    ), sample="零售商"),
    ImportField("channel_type", _("Channel"), ("渠道类型", "渠道", "渠道类别", "网点类型", "终端类型", "业态", "channel", "channel type"), sample="传统渠道"),
    ImportField("status", _("Status"), ("状态", "客户状态", "合作状态", "经营状态", "营业状态", "status"), sample="合作中"),
    ImportField("owner", _("Owner"), (
        "负责人", "业务员", "业务代表", "销售代表", "销售员", "客户经理", "跟进人", "归属人", "所属业务员", "owner", "sales rep", "rep", "salesperson",
    ), hint=_("Name or sign-in name"), sample="李强"),
    ImportField("province", _("Province"), ("省", "省份", "所属省份", "所在省", "省市", "province", "state", "state/province"), sample="湖北省"),
    ImportField("city", _("City"), ("市", "城市", "地级市", "所在城市", "所在市", "地市", "city", "town"), sample="武汉市"),
    ImportField("district", _("District or county"), (
        "区县", "区", "县区", "区域", "地区", "所在区县", "行政区", "行政区划", "所属区", "district", "county", "region", "area",
    ), sample="江汉区"),
    ImportField("address", _("Address"), (
        "地址", "详细地址", "门店地址", "客户地址", "通讯地址", "经营地址", "街道地址", "address", "street address", "street", "full address",
    ), sample="江汉路 126 号"),
    ImportField("longitude", _("Longitude"), ("经度", "百度经度", "高德经度", "longitude", "lng", "lon", "long"), sample="114.2905"),
    ImportField("latitude", _("Latitude"), ("纬度", "百度纬度", "高德纬度", "latitude", "lat"), sample="30.5801"),
    ImportField("position_system", _("Coordinate system"), ("坐标系", "坐标系统", "坐标类型", "coordinate system", "crs", "datum"), hint="WGS-84 / GCJ-02 / BD-09"),
    ImportField("ownership_type", _("Ownership type"), ("经济性质", "企业性质", "所有制", "企业类型", "经济类型", "ownership type", "ownership"), sample="个体工商户"),
    ImportField("legal_representative", _("Legal representative"), ("法定代表人", "法人", "法人代表", "legal representative")),
    ImportField("note", _("Note"), ("备注", "说明", "附注", "note", "notes", "remark", "remarks", "comment", "comments")),
)  # fmt: skip


class OptionsForm(forms.Form):
    """Asked once per file."""

    existing = forms.ChoiceField(
        label=_("Customers that exist already"),
        choices=[
            (FILL, _("Fill in what is empty")),
            (OVERWRITE, _("Take the values of the list")),
            (SKIP, _("Leave as they are")),
        ],
        help_text=_("Empty cells never empty a field"),
        initial=FILL,
    )
    system = forms.ChoiceField(
        label=_("Coordinate system of the list"),
        choices=CoordinateSystem.choices,
        initial=CoordinateSystem.GCJ02,
        help_text=_("AMap and Tencent: GCJ-02. Baidu: BD-09. GPS devices: WGS-84"),
    )
    owner = forms.ModelChoiceField(
        label=_("Owner of new customers"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody yet"),
    )
    kind = forms.ChoiceField(
        label=_("Kind of new customers"), required=False, choices=Kind.choices, initial=Kind.RETAILER
    )
    channel_type = forms.ChoiceField(
        label=_("Channel of new customers"), required=False, choices=[("", NOTHING), *ChannelType.choices]
    )
    status = forms.ChoiceField(
        label=_("Status of new customers"), choices=Status.choices, initial=Status.ACTIVE
    )

    def __init__(self, user: User, data: Any = None, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)
        owner.queryset = User.objects.visible_to(user).filter(is_active=True)


class CustomerImporter(RecordImporter):
    """Lists of customers."""

    fields = FIELDS
    ignored = ("country", "国家", "timezone", "时区", "更新时间", "创建时间")
    reasons = {
        "code": _("same code"),
        "name_phone": _("same name and phone"),
        "name_place": _("same name and address"),
        "phone": _("same phone"),
        "name": _("near-identical name"),
        "elsewhere": _("like a customer of another team"),
        "skipped": _("skipped"),
    }

    def all_fields(self) -> list[ImportField]:
        return [*self.fields, *import_fields()]

    def options_form(
        self, user: Any, data: Any = None, initial: Mapping[str, Any] | None = None
    ) -> forms.Form:
        return OptionsForm(user, data, initial)

    def next_step(self, batch: ImportBatch, by: Any) -> Step | None:
        """New customers without a grade come into no plan (P4.2)."""
        if (
            "grade" in batch.columns
            or not batch.counts.get(Outcome.CREATED)
            or not by.may("assessment.assess")
        ):
            return None
        return Step(_("Grade them"), "award", f"{reverse('customers:list')}?grade=none")

    def session(self, by: Any, options: Mapping[str, Any], note: str, source: UUID) -> CustomerSession:
        return CustomerSession(by, options, note, source)

    def matches(self, by: Any, ids: Sequence[int]) -> dict[int, Match]:
        found = Customer.objects.visible_to(by).filter(pk__in=ids)
        return {
            customer.pk: Match(
                f"{customer.code} {customer.name}",
                " ".join(text for text in (customer.address, customer.phone) if text),
                reverse("customers:page", args=[customer.pk]),
            )
            for customer in found
        }
