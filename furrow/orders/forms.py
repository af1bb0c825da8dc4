"""Parses and validates what people type about orders; saving is the services' business. Lines are read by reading.py."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from furrow.catalog.queries import products_written
from furrow.customers.models import ChannelType
from furrow.orders.models import Kind, Order, PriceList
from furrow.orders.reading import units_written
from furrow.orders.services import VALID_DAYS
from furrow.receivables.money import MOST
from furrow.receivables.parties import LineField, PartyField, one_line
from furrow.team.models import User


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **kwargs)


class OrderForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """The head of an order; its lines stand below."""

    customer = PartyField(label=_("Customer"), max_length=200)
    kind = forms.ChoiceField(label=pgettext_lazy("order", "Kind"), choices=Kind.choices, initial=Kind.ORDER)
    wanted_on = day_field(_("Wanted on"), required=False)
    valid_until = day_field(_("Prices valid until"), required=False)
    reference = LineField(label=_("Order number of the customer"), max_length=40, required=False)
    note = LineField(label=_("Note"), max_length=300, required=False)

    class Meta:
        model = Order
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        party: Any = self.fields["customer"]
        party.user = user
        self.fields["valid_until"].help_text = gettext(
            "Only for a quotation; %(days)d days when nothing is written"
        ) % {"days": VALID_DAYS}
        if self.instance.pk:
            del self.fields["customer"], self.fields["kind"], self.fields["reference"]
            if self.instance.kind != Kind.QUOTATION:
                del self.fields["valid_until"]
            for name in ("wanted_on", "valid_until", "note"):
                self.initial[name] = getattr(self.instance, name)

    def _post_clean(self) -> None:
        """The services validate and write; the instance stays as it is."""


class PriceListForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """A price list; its lines as text, one a row: product, from quantity, price."""

    name = LineField(label=_("Name"), max_length=60)
    channel_type = forms.ChoiceField(label=_("Channel"), choices=[("", pgettext_lazy("price list", "Everybody")), *ChannelType.choices], required=False)  # fmt: skip
    customer = PartyField(label=_("Only for this customer"), max_length=200, required=False)
    valid_from = day_field(_("Valid from"))
    valid_until = day_field(_("Valid until"), required=False)
    lines = forms.CharField(
        label=_("Prices"), max_length=40_000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One a row: product, from quantity in units or cases (3箱), price of one unit with tax. Paste from a spreadsheet or separate with commas."),
    )  # fmt: skip

    class Meta:
        model = PriceList
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        party: Any = self.fields["customer"]
        party.user = user
        if self.instance.pk:
            for name in ("name", "channel_type", "customer", "valid_from", "valid_until"):
                self.initial[name] = getattr(self.instance, name)
            rows = self.instance.lines.select_related("product").order_by(
                "product__title_order", "product", "min_quantity"
            )
            self.initial["lines"] = "\n".join(
                f"{row.product.code}, {row.min_quantity}, {row.price}" for row in rows
            )

    def clean_lines(self) -> list[Any]:
        rows = [[one_line(cell) for cell in row.replace("\t", ",").replace("，", ",").split(",")] for row in self.cleaned_data["lines"].splitlines() if row.strip()]  # fmt: skip
        products = products_written((row[0] for row in rows), self.user)
        found, wrong = [], []
        amount = forms.DecimalField(max_digits=14, decimal_places=2, min_value=0, max_value=MOST)
        for number, row in enumerate(rows, 1):
            product = products.get(row[0])
            try:
                if product is None or len(row) not in (2, 3):
                    raise forms.ValidationError("")
                quantity = units_written(row[1] if len(row) == 3 else "1", product)
                price = amount.clean(row[-1])
            except forms.ValidationError:
                wrong.append(forms.ValidationError(_("Row %(number)d: write product, from quantity, price"), params={"number": number}))  # fmt: skip
            else:
                found.append((product, quantity, price))
        if wrong or not found:
            raise forms.ValidationError(wrong[:10] or [forms.ValidationError(_("Write at least one price"))])
        return found

    def _post_clean(self) -> None:
        """The services validate and write; the instance stays as it is."""


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = LineField(label=_("Reason"), max_length=200)


class SignForm(forms.Form):
    """Who takes the goods, with the pen's path from the phone."""

    signed_by = LineField(label=_("Signed by"), max_length=60)
    signature = forms.CharField(max_length=20_000, required=False, widget=forms.HiddenInput)


class MergeForm(forms.Form):
    """Numbers of the orders to take over."""

    numbers = LineField(label=_("Orders to merge into this one"), max_length=300, help_text=_("Numbers, separated by spaces"))  # fmt: skip


class SendForm(forms.Form):
    """What stands on the delivery besides its lines."""

    driver = LineField(label=_("Driver"), max_length=60, required=False)
    note = LineField(label=_("Note"), max_length=300, required=False)
