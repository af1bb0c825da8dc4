"""The product record: list, page, form, import, export, print."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from furrow.catalog import services
from furrow.catalog.forms import ProductForm
from furrow.catalog.importing import ProductImporter
from furrow.catalog.models import Brand, Kind, Product, Status, Variety, cost_on
from furrow.catalog.search import PRODUCTS
from furrow.kit.figures import NOTHING, money, number
from furrow.kit.shell import Figure
from furrow.records.record import ChoiceFilter, Column, Filter, Panel, Record, View
from furrow.team.access import may
from furrow.team.models import User


def shown_price(price: Decimal | None, currency: str | None) -> str:
    """¥3,999.00, or the currency's letters before the amount; a dash without a price."""
    if price is None:
        return NOTHING
    return f"¥{number(price, 2)}" if currency == "CNY" else f"{currency} {number(price, 2)}"


def shown_pack(size: int | None, unit: str, pack_unit: str) -> str:
    """20 台/箱; a dash without a case."""
    return f"{size} {unit}/{pack_unit}" if size else NOTHING


def _label_of(choices: type[models.TextChoices]) -> Any:
    labels = dict(choices.choices)
    return lambda value: str(labels.get(value, ""))


def _brands(user: User) -> Iterable[tuple[Any, str]]:
    return Brand.objects.values_list("pk", "name")[:500]


def _varieties(user: User) -> list[tuple[str, str]]:
    return [
        (str(pk), path) for pk, path in Variety.objects.order_by("path_key").values_list("pk", "path")[:500]
    ]


def _of_variety(rows: models.QuerySet[Any], values: list[str]) -> models.QuerySet[Any]:
    """Products of the chosen varieties and of all below them."""
    condition = models.Q(pk__in=[])
    for path in Variety.objects.filter(pk__in=values).values_list("path", flat=True):
        condition |= models.Q(variety__path=path) | models.Q(variety__path__startswith=f"{path} / ")
    return rows.filter(condition)


def _without(rows: models.QuerySet[Any], values: list[str]) -> models.QuerySet[Any]:
    missing = {
        "barcode": models.Q(barcode=""),
        "variety": models.Q(variety=None),
        "price": models.Q(price_now=None),
    }
    for value in values:
        rows = rows.filter(missing[value])
    return rows


class ProductRecord(Record):
    """Products as an everyday record."""

    name = "products"
    room = "catalog"
    model = Product
    title = _("Products")
    title_one = _("Product")
    new_label = _("New product")
    icon = "package"
    order = "title_order"
    columns = (
        Column("product", _("Product"), ("title",), sort="title_order", link=True),
        Column("code", _("Code"), ("code",), sort="code"),
        Column("brand", _("Brand"), ("brand__name",), phone=True),
        Column("variety", _("Variety"), ("variety__path",)),
        Column("name", _("Product name"), ("name",), default=False),
        Column("specification", _("Specification"), ("specification",), default=False),
        Column("barcode", _("Barcode"), ("barcode",)),
        Column("unit", _("Unit"), ("unit",), default=False),
        Column(
            "pack",
            pgettext_lazy("goods", "Case"),
            ("pack_size", "unit", "pack_unit"),
            show=shown_pack,
            export=lambda size, unit, pack: shown_pack(size, unit, pack) if size else "",
        ),
        Column("kind", _("Own or competing"), ("kind",), show=_label_of(Kind), export=_label_of(Kind)),
        Column(
            "price",
            _("List price"),
            ("price_now", "currency_now"),
            show=shown_price,
            export=lambda price, currency: price,
            numeric=True,
            phone=True,
        ),
        Column("currency", _("Currency"), ("currency_now",), default=False),
        Column("status", _("Status"), ("status",), show=_label_of(Status), export=_label_of(Status)),
        Column("note", _("Note"), ("note",), default=False),
    )
    filters = (
        ChoiceFilter("kind", _("Own or competing"), field="kind", choices=lambda user: Kind.choices),
        ChoiceFilter("brand", _("Brand"), field="brand", choices=_brands, empty=None),
        Filter("variety", _("Variety"), _varieties, _of_variety),
        ChoiceFilter("status", _("Status"), field="status", choices=lambda user: Status.choices),
        Filter(
            "without",
            _("Missing"),
            lambda user: [("barcode", _("Barcode")), ("variety", _("Variety")), ("price", _("List price"))],
            _without,
        ),
    )
    views = (
        View(_("All"), ""),
        View(_("Own"), "kind=own"),
        View(_("Competing"), "kind=competing"),
        View(_("No price"), "without=price"),
    )
    search = PRODUCTS
    search_hint = _("Name, pinyin, initials, code, barcode")
    form_class = ProductForm
    form_template = "catalog/form.html"
    print_template = "catalog/print_product.html"
    page_fields = ("brand", "variety")
    importer = ProductImporter()
    empty_title = _("No products yet")
    empty_text = _(
        "Import your price list, or add the first product by hand. Competing products belong here too."
    )
    switch = ((_("Brands and varieties"), "sitemap", "products:names"),)
    own_prefix = "cost"

    def rows(self, request: HttpRequest) -> models.QuerySet[Any]:
        user: Any = request.user
        return Product.objects.visible_to(user).priced(timezone.localdate())

    def own_columns(self, request: HttpRequest) -> list[Column]:
        """The cost price, for those who may see costs: in the list when it is chosen, and in the export."""
        if not may(request.user, "catalog.costs"):
            return []
        return [Column("cost", _("Cost before tax"), ("cost_now",), show=money, export=lambda cost: cost, numeric=True, default=False, expression=cost_on(timezone.localdate()))]  # fmt: skip

    def count_label(self, number: int) -> str:
        return ngettext("%(number)s product", "%(number)s products", number) % {"number": f"{number:,}"}

    def subtitle(self, thing: Product) -> list[str]:
        parts = [thing.code, thing.variety.path if thing.variety else "", thing.get_kind_display()]
        return [str(part) for part in parts if part]

    def context(self, request: HttpRequest, thing: Product) -> dict[str, Any]:
        return facts_of(thing)

    def create(self, *, by: Any, **values: Any) -> Product:
        values.pop("version", None)
        return services.create_product(by=by, **values)

    def change(self, thing: Product, *, by: Any, **values: Any) -> Product:
        return services.change_product(thing, by=by, **values)

    def delete(self, thing: Product, *, by: Any) -> None:
        services.delete_product(thing, by=by)

    def restore(self, pk: int, *, by: Any) -> Product:
        deleted = Product.objects.deleted_within_reach(by).filter(pk=pk).first()
        if deleted is None:
            raise Http404
        return services.restore_product(deleted, by=by)


RECORD = ProductRecord()


def facts_of(product: Product) -> dict[str, Any]:
    """What the page and the paper say of a product: facts as (label, text), and its list prices, latest first."""
    names = ("code", "barcode", "name", "specification", "unit", "kind", "status", "note")
    facts = []
    for name in names:
        field: Any = Product._meta.get_field(name)
        value = getattr(product, f"get_{name}_display")() if field.choices else getattr(product, name)
        facts.append((field.verbose_name, value))
    facts.insert(2, (gettext("Brand"), product.brand.name))
    facts.insert(3, (gettext("Variety"), product.variety.path if product.variety else ""))
    facts.insert(
        7, (pgettext("goods", "Case"), shown_pack(product.pack_size, product.unit, product.pack_unit))
    )
    prices = [
        (row.valid_from, shown_price(row.price, row.currency), row.valid_from > timezone.localdate())
        for row in product.prices.order_by("-valid_from")[:24]
    ]
    return {"facts": facts, "prices": prices}


def facts_panel(request: HttpRequest, product: Product) -> Panel:
    """Everything the catalog says of the product."""
    told = facts_of(product)
    now = next((price for _day, price, ahead in told["prices"] if not ahead), NOTHING)
    stats = (Figure(gettext("List price"), now), Figure(gettext("Brand"), product.brand.name))
    return Panel("facts", gettext("Product"), "catalog/_facts.html", told, order=10, stats=stats)


def prices_panel(request: HttpRequest, product: Product) -> Panel:
    """List prices, latest first."""
    return Panel(
        "prices", gettext("List prices"), "catalog/_prices.html", facts_of(product), wide=False, order=20
    )


def costs_panel(request: HttpRequest, product: Product) -> Panel | None:
    """What our own product costs us, latest first; for those who may see costs."""
    if product.kind != Kind.OWN or not may(request.user, "catalog.costs"):
        return None
    context = {"product": product, "costs": product.costs.order_by("-valid_from")[:12]}
    return Panel("costs", gettext("Cost prices"), "catalog/_costs.html", context, wide=False, order=30)
