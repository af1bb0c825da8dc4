"""Parses and validates one line of the book and the cutting of periods; saving is the services' business."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.books.models import BookLine, PeriodKind
from furrow.books.reading import RowReader
from furrow.team.models import User

FIGURES = ("opening", "bought", "sold", "stock", "price")


class LineForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """One line in words, read as a row of the grid is. Cleaned data holds the line under "line"."""

    customer = forms.CharField(label=_("Customer"), max_length=200, help_text=_("Name or code"))
    product = forms.CharField(
        label=_("Product"),
        max_length=250,
        help_text=_("Name, code or barcode"),
        widget=forms.TextInput(attrs={"list": "products", "autocomplete": "off"}),
    )
    period = forms.CharField(
        label=pgettext_lazy("book", "Period"),
        max_length=30,
        required=False,
        help_text=_("Like 2026-11, or any day in it"),
    )
    opening = forms.CharField(
        label=_("Opening stock"),
        max_length=30,
        required=False,
        help_text=_("Counts only while the book has no period before it"),
    )
    bought = forms.CharField(label=_("Bought"), max_length=30, required=False)
    sold = forms.CharField(label=_("Sold on"), max_length=30, required=False)
    stock = forms.CharField(label=_("Stock at the end"), max_length=30, required=False)
    price = forms.CharField(label=_("Retail price"), max_length=30, required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = BookLine
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        for name in FIGURES:
            self.fields[name].widget.attrs["inputmode"] = "decimal" if name == "price" else "text"
        line = self.instance
        if line.pk:
            self.initial["version"] = line.version
            self.initial["customer"] = f"{line.customer.code} {line.customer.name}"
            self.initial["product"], self.initial["period"] = line.product.title, line.period.label
            self.initial["opening"] = line.opening_given
            for name in FIGURES[1:]:
                self.initial[name] = getattr(line, name)
            for name in ("customer", "product", "period"):
                self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        cells = {name: str(data.get(name) or "") for name in ("customer", "product", "period", *FIGURES)}
        if not self.errors:
            read = RowReader(self.user).read([(1, cells)])[0]
            for problem in read.problems:
                self.add_error(problem.column, problem.text)
            if read.line is not None and read.line.is_empty:
                self.add_error("bought", _("Fill in at least one figure"))
            data["line"] = read.line
        return data


class PeriodsForm(forms.Form):
    """How long periods are from a day on."""

    kind = forms.ChoiceField(label=pgettext_lazy("book", "Period"), choices=PeriodKind.choices)
    start = forms.DateField(
        label=pgettext_lazy("book", "From"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The first day of a period, after the last entry"),
    )
