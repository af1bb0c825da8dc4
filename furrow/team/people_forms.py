"""Parses and validates people and teams; saving is the services' business."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from furrow.kit.figures import NOTHING
from furrow.kit.positions import check_position, from_wgs84, to_wgs84
from furrow.team.access import may
from furrow.team.models import Team, User
from furrow.team.queries import teams_to_staff
from furrow.team.services import DAY_FIELDS

_CLOCK = {"type": "time"}
_DEGREES = {"inputmode": "decimal"}
# What whoever may add reps fills in: the role is given, and they can sign in.
NEW_REP_FIELDS = ("name", "username", "password", "team", "phone", "email", *DAY_FIELDS)


def _indented(team: Team) -> str:
    return "\u3000" * team.depth + team.name


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """One person. Administrators see every field; whoever plans sees start point and hours only, and adds reps to teams in reach.

    Coordinates are shown and taken in the system they came in, and cleaned to WGS-84.
    """

    longitude = forms.FloatField(label=_("Longitude"), required=False, widget=forms.TextInput(attrs=_DEGREES))
    latitude = forms.FloatField(label=_("Latitude"), required=False, widget=forms.TextInput(attrs=_DEGREES))
    password = forms.CharField(
        label=_("New password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters; three unrelated words are easy to remember and hard to guess"),
    )

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = User
        fields = (
            "name", "username", "password", "role", "team", "is_active", "phone", "email", "start_address", "longitude", "latitude",
            "position_system", "work_start", "work_end", "lunch_start", "lunch_minutes", "daily_visit_limit",
        )  # fmt: skip
        help_texts = {
            "start_address": _("Home or depot where the day's route starts and ends"),
            "position_system": _("Most Chinese maps give GCJ-02"),
            "team": _("Managers see the customers of their team and of all teams below it"),
            "daily_visit_limit": _("The plan puts no more visits on one day"),
        }
        widgets = {
            "work_start": forms.TimeInput(attrs=_CLOCK, format="%H:%M"),
            "work_end": forms.TimeInput(attrs=_CLOCK, format="%H:%M"),
            "lunch_start": forms.TimeInput(attrs=_CLOCK, format="%H:%M"),
            "username": forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
            "phone": forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may(user, "team.change"):
            shown = ("version", *(DAY_FIELDS if self.instance.pk else NEW_REP_FIELDS))
            for name in [name for name in self.fields if name not in shown]:
                del self.fields[name]
        elif self.instance.pk == user.pk:
            for name in ("role", "is_active"):
                self.fields[name].disabled = True
        if "team" in self.fields:
            teams: Any = self.fields["team"]
            teams.queryset, teams.label_from_instance, teams.empty_label = (
                teams_to_staff(user),
                _indented,
                NOTHING,
            )
            if not may(user, "team.change"):
                teams.required, self.initial["team"] = True, user.team_id
        thing = self.instance
        self.initial["version"] = thing.version if thing.pk else None
        if thing.pk and thing.has_start_point:
            lng, lat = from_wgs84(thing.longitude, thing.latitude, thing.position_system)
            self.initial["longitude"], self.initial["latitude"] = round(lng, 6), round(lat, 6)
        elif not thing.pk:
            self.fields["password"].required = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("password"):
            self._check_password(data)
        elif "password" in data:
            data["password"] = None
        start, end, lunch = (data.get(name) for name in ("work_start", "work_end", "lunch_start"))
        if start and end and start >= end:
            self.add_error("work_end", _("Work must end after it begins"))
        elif start and end and lunch and data.get("lunch_minutes") and not start <= lunch < end:
            self.add_error("lunch_start", _("Lunch must begin within working hours, or have 0 minutes"))
        if "longitude" in data and "latitude" in data:
            self._clean_position(data)
        return data

    def _check_password(self, data: dict[str, Any]) -> None:
        person = User(
            username=data.get("username") or "", name=data.get("name") or "", email=data.get("email") or ""
        )
        try:
            password_validation.validate_password(data["password"], person)
        except forms.ValidationError as error:
            self.add_error("password", error)

    def _clean_position(self, data: dict[str, Any]) -> None:
        lng, lat = data["longitude"], data["latitude"]
        if lng is None and lat is None:
            return
        if lng is None or lat is None:
            self.add_error(
                "latitude" if lat is None else "longitude",
                _("Fill in both longitude and latitude, or neither"),
            )
        elif problem := check_position(lng, lat):
            self.add_error("longitude", str(problem))
        elif not {"longitude", "latitude", "position_system"} & set(self.changed_data):
            kept = User.objects.only("longitude", "latitude").get(pk=self.instance.pk)
            data["longitude"], data["latitude"] = kept.longitude, kept.latitude
        elif data.get("position_system"):
            data["longitude"], data["latitude"] = to_wgs84(lng, lat, data["position_system"])


class TeamForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """A team's name and its place in the tree."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Team
        fields = ("name", "parent")
        help_texts = {
            "parent": _(
                "Left empty, the team stands at the top: its manager sees all customers of the company"
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version if self.instance.pk else None
        parents: Any = self.fields["parent"]
        outside = (
            Team.objects.exclude(path__startswith=self.instance.path)
            if self.instance.pk
            else Team.objects.all()
        )
        parents.queryset, parents.label_from_instance, parents.empty_label = (
            outside.order_by("path"),
            _indented,
            NOTHING,
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        twins = Team.objects.filter(parent=data.get("parent"), name__iexact=data.get("name", "")).exclude(
            pk=self.instance.pk
        )
        if data.get("name") and twins.exists():
            self.add_error("name", _("There is a team with this name in the same place"))
        return data
