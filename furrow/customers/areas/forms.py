"""Parses the plan of an area and the opening of one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from furrow.customers.areas.models import AreaPlan
from furrow.customers.areas.services import REASON_LENGTH
from furrow.kit.figures import NOTHING


class PlanForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """What the company wants of a region."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = AreaPlan
        fields = ("level_sought", "opening_order", "completeness_needed")
        help_texts = {
            "level_sought": _("How high a customer is sought here, before customers are screened"),
            "opening_order": _("1 is opened first"),
            "completeness_needed": _("How complete the five archives must be before the area is opened"),
        }
        widgets = {
            "opening_order": forms.TextInput(attrs={"inputmode": "numeric"}),
            "completeness_needed": forms.TextInput(attrs={"inputmode": "numeric"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        level: Any = self.fields["level_sought"]
        level.choices = [("", NOTHING), *[choice for choice in level.choices if choice[0]]]
        self.initial["version"] = 0 if self.instance._state.adding else self.instance.version


class OpenForm(forms.Form):
    """The reason for opening an area before its archives are complete enough."""

    reason = forms.CharField(
        label=_("Reason for the exception"),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": REASON_LENGTH}),
    )
