"""What comes in from the pages of strategies and regions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from furrow.assessment.models import PotentialEstimate, Strategy
from furrow.assessment.potential import INPUTS, estimate
from furrow.assessment.rules import LARGEST, figure_of
from furrow.team.models import User

SPARE_STEPS = 4


class StrategyForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """A strategy with room for new steps: a day and what is done then."""

    class Meta:
        model = Strategy
        fields = ("aim", "need", "obstacle", "approach", "owner")
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in ("need", "obstacle", "approach")}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = User.objects.line_within_reach(user)
        for number in range(SPARE_STEPS):
            self.fields[f"day_{number}"] = forms.DateField(
                label=_("Day"),
                required=False,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            )
            self.fields[f"text_{number}"] = forms.CharField(label=_("Step"), required=False, max_length=300)

    def rows(self) -> list[tuple[Any, Any]]:
        """The pairs of fields for new steps."""
        return [(self[f"day_{number}"], self[f"text_{number}"]) for number in range(SPARE_STEPS)]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for number in range(SPARE_STEPS):
            day, text = data.get(f"day_{number}"), (data.get(f"text_{number}") or "").strip()
            if day and not 2000 <= day.year <= 2100:
                self.add_error(f"day_{number}", _("Pick a day of this century"))
            elif bool(day) != bool(text) and f"day_{number}" not in self.errors:
                self.add_error(f"text_{number}", _("A step needs a day and what is done then"))
        return data

    def steps(self) -> list[tuple[date, str]]:
        """New steps of a valid form."""
        data = self.cleaned_data
        return [
            (data[f"day_{n}"], data[f"text_{n}"].strip()) for n in range(SPARE_STEPS) if data.get(f"day_{n}")
        ]


class PotentialForm(forms.Form):
    """The inputs of one way of estimating."""

    way = forms.ChoiceField(choices=PotentialEstimate.Way.choices, widget=forms.HiddenInput)
    note = forms.CharField(label=gettext_lazy("Source of the figures"), required=False, max_length=300)

    def __init__(self, data: Any = None, *, way: str) -> None:
        super().__init__(data, prefix=way)
        self.initial["way"] = way
        self.inputs = INPUTS[way]
        for one in self.inputs:
            self.fields[one.code] = forms.CharField(
                label=one.name, max_length=24, widget=forms.TextInput(attrs={"inputmode": "decimal"})
            )
        self.order_fields(["way", *(one.code for one in self.inputs), "note"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for one in self.inputs:
            figure = figure_of(str(data.get(one.code, "")).replace(",", ""))
            most = Decimal(100) if one.share else one.most
            if one.code in self.errors:
                continue
            if figure is None or not 0 <= figure <= most:
                self.add_error(one.code, _("A number from 0 to %(most)s") % {"most": f"{most:,}"})
            else:
                data[one.code] = figure
        if not self.errors and estimate(str(data["way"]), self.figures()) > LARGEST:
            self.add_error(None, _("The result is beyond all markets: check the figures"))
        return data

    def figures(self) -> dict[str, Decimal]:
        """The inputs of a valid form."""
        return {one.code: self.cleaned_data[one.code] for one in self.inputs}
