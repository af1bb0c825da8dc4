"""Parses and validates the customer form; saving is the services' business."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from furrow.customers.models import Customer
from furrow.kit.figures import NOTHING
from furrow.kit.positions import CoordinateSystem, check_position, from_wgs84, to_wgs84
from furrow.kit.region_field import RegionField
from furrow.kit.sheets.cells import clean_text
from furrow.team.access import Role
from furrow.team.models import User

_PHONE = re.compile(r"^[0-9+()\-–# 转、/;；,，]{5,100}$")


class CustomerForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """Group 1 of the card. Coordinates are shown and taken in the system they came in, and cleaned to WGS-84."""

    region = RegionField(
        label=_("Region"), required=False, help_text=_("City and district, for example 武汉市江汉区")
    )
    longitude = forms.FloatField(
        label=_("Longitude"), required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    latitude = forms.FloatField(
        label=_("Latitude"), required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    swap_offered = False  # longitude and latitude would fit the other way round

    class Meta:
        model = Customer
        fields = (
            "name", "kind", "short_name", "contact_name", "phone", "channel_type", "status", "owner", "region", "address", "longitude", "latitude",
            "position_system", "ownership_type", "legal_representative", "code", "note",
        )  # fmt: skip
        help_texts = {
            "code": _("Left empty, the next free code is given"),
            "phone": _("Several numbers: separate them with a space"),
            "position_system": _("Most Chinese maps give GCJ-02"),
        }
        widgets = {
            "note": forms.Textarea(attrs={"rows": 3}),
            "phone": forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].required = self.fields["kind"].required = False
        owner: Any = self.fields["owner"]
        owner.queryset = User.objects.visible_to(user).filter(is_active=True)
        owner.empty_label = NOTHING
        if not user.may("customers.change_owner"):
            owner.queryset = User.objects.filter(pk__in=[user.pk, self.instance.owner_id or user.pk])
            owner.empty_label = None
            owner.help_text = _("Handing customers over is your manager's decision")
        for name in ("channel_type", "ownership_type", "position_system"):
            choices: Any = self.fields[name]
            choices.choices = [("", NOTHING), *[choice for choice in choices.choices if choice[0]]]
        thing = self.instance
        if thing.pk:
            self.initial["version"] = thing.version
        else:
            self.initial.setdefault("owner", user.pk if user.role == Role.REP else None)
            self.initial["position_system"] = CoordinateSystem.GCJ02
        if thing.is_placed and thing.position_system:
            lng, lat = from_wgs84(thing.longitude, thing.latitude, thing.position_system)
            self.initial["longitude"], self.initial["latitude"] = round(lng, 6), round(lat, 6)

    def _clean_line(self, name: str) -> str:
        return " ".join(clean_text(str(self.cleaned_data.get(name) or "")).split())

    def clean_name(self) -> str:
        name = self._clean_line("name")
        if not name:
            raise forms.ValidationError(_("Fill in the customer's name"))
        return name

    def clean_kind(self) -> str:
        return str(self.cleaned_data.get("kind") or self.instance.kind)

    def clean_phone(self) -> str:
        phone = self._clean_line("phone")
        if phone and not _PHONE.match(phone):
            raise forms.ValidationError(_("This does not look like a phone number. Use digits, + and -"))
        if re.fullmatch(r"1[0-9]{8,9}|1[0-9]{11,12}", phone):
            raise forms.ValidationError(
                _("A mobile number has 11 digits; this one has %(digits)s"), params={"digits": len(phone)}
            )
        return phone

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in ("short_name", "contact_name", "address", "legal_representative", "code"):
            if name in data:
                data[name] = self._clean_line(name)
        data["note"] = clean_text(data.get("note") or "")
        if "longitude" in data and "latitude" in data:
            self._clean_position(data)
        return data

    def _clean_position(self, data: dict[str, Any]) -> None:
        lng, lat = data["longitude"], data["latitude"]
        if lng is None and lat is None:
            data["position_system"] = ""
            return
        if lng is None or lat is None:
            self.add_error(
                "latitude" if lat is None else "longitude",
                _("Fill in both longitude and latitude, or neither"),
            )
            return
        if "swap" in self.data:
            lng, lat = data["longitude"], data["latitude"] = lat, lng
        if problem := check_position(lng, lat):
            self.swap_offered = "swap" not in self.data and not check_position(lat, lng)
            self.add_error("longitude", str(problem))
            return
        data["position_system"] = data.get("position_system") or CoordinateSystem.GCJ02
        if not self._position_unchanged(lng, lat, data["position_system"]):
            data["longitude"], data["latitude"] = to_wgs84(lng, lat, data["position_system"])
        else:
            data["longitude"], data["latitude"] = self.instance.longitude, self.instance.latitude

    def _position_unchanged(self, lng: float, lat: float, system: str) -> bool:
        """A position shown rounded and left alone keeps its exact value."""
        if not self.initial.get("longitude") or self.instance.position_system != system:
            return False
        return (lng, lat) == (self.initial["longitude"], self.initial["latitude"])


class OwnerForm(forms.Form):
    """Who looks after the chosen customers from now on."""

    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Owner"), required=False, empty_label=_("Nobody")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = User.objects.visible_to(user).filter(is_active=True)
