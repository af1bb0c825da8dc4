"""What is known of a customer before it is entered. Half-typed values are no errors: what cannot be read is left out."""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from furrow.customers.duplicates import Likeness
from furrow.customers.matching import likeness
from furrow.kit.folding import fold
from furrow.kit.positions import CoordinateSystem, check_position, to_wgs84
from furrow.kit.regions import region_book

CARRIED = ("name", "phone", "region", "address", "longitude", "latitude", "position_system")


class CheckForm(forms.Form):
    """Name, phone and region; the rest comes along from the form of a new customer."""

    name = forms.CharField(label=_("Customer name"), required=False, max_length=120)
    phone = forms.CharField(
        label=_("Phone"), required=False, max_length=100, widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})
    )  # fmt: skip
    region = forms.CharField(
        label=_("Region"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"list": "regions", "autocomplete": "off"}),
        help_text=_("City and district, for example 武汉市江汉区"),
    )
    address = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    longitude = forms.FloatField(required=False, widget=forms.HiddenInput)
    latitude = forms.FloatField(required=False, widget=forms.HiddenInput)
    position_system = forms.ChoiceField(
        required=False, choices=[("", ""), *CoordinateSystem.choices], widget=forms.HiddenInput
    )

    def _values(self) -> dict[str, object]:
        self.is_valid()
        return self.cleaned_data if self.is_bound else {}

    def likeness(self) -> Likeness | None:
        """What was asked, as customers are compared; None while there is too little to ask by."""
        values = self._values()
        name, phone = str(values.get("name") or ""), str(values.get("phone") or "")
        one = likeness({**values, "region_id": self._region(), **self._position()})
        return one if len(fold(name)) >= 2 or (phone and one.phones) else None

    def _region(self) -> str:
        text = str(self._values().get("region") or "")
        return (region_book().resolve(address=text) or "") if text else ""

    def _position(self) -> dict[str, float | None]:
        values = self._values()
        lng, lat = values.get("longitude"), values.get("latitude")
        if not isinstance(lng, float) or not isinstance(lat, float) or check_position(lng, lat):
            return {"longitude": None, "latitude": None}
        system = str(values.get("position_system") or CoordinateSystem.GCJ02)
        lng, lat = to_wgs84(lng, lat, system)
        return {"longitude": lng, "latitude": lat}

    def carried(self) -> str:
        """What was typed, as a query string for the form of a new customer."""
        return urlencode(self.initial_values())

    def initial_values(self) -> dict[str, object]:
        """What was typed and can be read."""
        values = self._values()
        return {name: value for name in CARRIED if (value := values.get(name)) not in ("", None)}
