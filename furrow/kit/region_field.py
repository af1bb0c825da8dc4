"""A form field for a division of the country, written as people say it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from furrow.kit.places import Region
from furrow.kit.regions import region_book
from furrow.kit.sheets.cells import clean_text


class RegionField(forms.CharField):
    """A division by its name, as free text: 武汉江汉区. Gives the Region or None; a template beside it fills the list "regions"."""

    widget = forms.TextInput(attrs={"list": "regions", "autocomplete": "off", "maxlength": "60"})

    def prepare_value(self, value: Any) -> Any:
        is_code = isinstance(value, str) and value.isdigit()
        return region_book().full_name(value, get_language() or "") if is_code else value

    def clean(self, value: Any) -> Region | None:
        text = super().clean(" ".join(clean_text(str(value or "")[:200]).split()))
        code = region_book().resolve(address=text) if text else None
        region = Region.objects.filter(pk=code).first() if code else None
        if text and region is None:
            raise forms.ValidationError(
                _("No such region. Write city and district, for example 武汉市江汉区")
            )
        return region
