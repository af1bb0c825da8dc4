"""Parses and validates the product form; saving is the services' business."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from furrow.catalog.models import HIGHEST_PRICE, Brand, Currency, ListPrice, Product, Variety
from furrow.catalog.rules import VARIETY_DEPTH, BarcodeProblem, clean_barcode, variety_names
from furrow.kit.folding import fold
from furrow.kit.sheets.cells import clean_text
from furrow.team.models import User


class CostForm(forms.Form):
    """What one unit costs us from a day on."""

    cost = forms.DecimalField(
        label=_("Cost before tax"), min_value=0, max_value=HIGHEST_PRICE, decimal_places=2, widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip
    valid_from = forms.DateField(
        label=_("Valid from"), initial=timezone.localdate, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )  # fmt: skip


class ProductForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """A product with its list price. Brand and variety are written as names; new ones are made when the product is saved."""

    brand = forms.CharField(
        label=_("Brand"),
        max_length=40,
        widget=forms.TextInput(attrs={"list": "brands", "autocomplete": "off"}),
    )
    variety = forms.CharField(
        label=_("Variety"),
        max_length=200,
        required=False,
        help_text=_("From the general to the particular, for example 手机 / 智能手机"),
        widget=forms.TextInput(attrs={"list": "varieties", "autocomplete": "off"}),
    )
    price = forms.DecimalField(
        label=_("List price"),
        required=False,
        min_value=0,
        max_value=HIGHEST_PRICE,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    currency = forms.ChoiceField(label=_("Currency"), required=False, choices=Currency.choices)
    valid_from = forms.DateField(
        label=_("Price valid from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Product
        fields = (
            "code",
            "barcode",
            "name",
            "specification",
            "unit",
            "pack_unit",
            "pack_size",
            "kind",
            "status",
            "note",
        )
        widgets = {
            "note": forms.Textarea(attrs={"rows": 3}),
            "barcode": forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            "pack_size": forms.TextInput(attrs={"inputmode": "numeric"}),
        }
        help_texts = {
            "code": _("Left empty, the next free code is given"),
            "name": _("Without the brand, for example X20"),
            "specification": _("For example 8+256G 曜石黑"),
            "barcode": _("13, 12 or 8 digits under the bars"),
            "unit": _("What the book counts in, for example 台"),
            "pack_size": _("Units in one case; the book then takes “3箱” too"),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].required = False
        self.fields["kind"].required = self.fields["status"].required = self.fields["unit"].required = False
        self.initial["currency"], self.initial["valid_from"] = Currency.CNY, timezone.localdate()
        if (thing := self.instance).pk:
            self.initial["version"] = thing.version
            self.initial["brand"] = thing.brand.name
            self.initial["variety"] = thing.variety.path if thing.variety else ""
            if (now := _price_now(thing)) is not None:
                self.initial.update(price=now.price, currency=now.currency, valid_from=now.valid_from)

    @property
    def brand_names(self) -> list[str]:
        """Choices while typing."""
        return list(Brand.objects.values_list("name", flat=True)[:500])

    @property
    def variety_paths(self) -> list[str]:
        """Choices while typing."""
        return list(Variety.objects.order_by("path_key").values_list("path", flat=True)[:500])

    def validate_unique(self) -> None:
        """Codes, barcodes and titles in use are found by the service, under its lock."""

    def validate_constraints(self) -> None:
        """As validate_unique."""

    def clean_barcode(self) -> str:
        try:
            return clean_barcode(self.cleaned_data.get("barcode") or "")
        except BarcodeProblem as problem:
            raise forms.ValidationError(problem.message) from problem

    def clean_brand(self) -> str:
        brand = _line(self.cleaned_data["brand"])
        if not fold(brand):
            raise forms.ValidationError(_("Fill in the brand"))
        return brand

    def clean_variety(self) -> str:
        names = variety_names(_line(self.cleaned_data.get("variety") or ""))
        if len(names) > VARIETY_DEPTH:
            raise forms.ValidationError(
                _("At most %(depth)d levels of varieties"), params={"depth": VARIETY_DEPTH}
            )
        if any(len(name) > 40 or not fold(name) for name in names):
            raise forms.ValidationError(_("Each level has 1 to 40 characters"))
        return " / ".join(names)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in ("code", "name", "specification", "unit", "pack_unit"):
            if name in data:
                data[name] = _line(data[name] or "")
        data["note"] = clean_text(data.get("note") or "")
        for name in ("unit", "kind", "status"):
            field: Any = Product._meta.get_field(name)
            data[name] = data.get(name) or field.get_default()
        if "brand" in data and "name" in data and not fold(data["name"]):
            self.add_error("name", _("Fill in the product's name"))
        if bool(data.get("pack_unit")) != bool(data.get("pack_size")) and not self.has_error("pack_size"):
            self.add_error(
                "pack_size" if data.get("pack_unit") else "pack_unit",
                _("Fill in both the case unit and the units per case, or neither"),
            )
        if data.get("price") is not None:
            data["price"] = data["price"].quantize(Decimal("0.01"))
        return data


def _price_now(product: Product) -> ListPrice | None:
    return product.prices.filter(valid_from__lte=timezone.localdate()).order_by("-valid_from").first()


def _line(text: str) -> str:
    return " ".join(clean_text(text).split())
