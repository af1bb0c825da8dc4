"""Parses what is entered about the daily round, sweeps, channels, costs and rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.kit.region_field import RegionField
from furrow.leads.forms import BrandField, LineField, ProductField, clean_lines, date_input
from furrow.leads.handover import assignees
from furrow.leads.models import Channel, ChannelKind, LeadSettings
from furrow.leads.table_models import OwnPost, RoundStop
from furrow.team.access import Role
from furrow.team.models import User


class WebAddress(forms.URLField):
    """An address on the web, https unless said otherwise."""

    def __init__(self) -> None:
        super().__init__(label=_("Address on the web"), required=False, max_length=300, assume_scheme="https")


class StopForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """A stop of the daily round."""

    name = LineField(label=_("Name"), max_length=80)
    address = WebAddress()

    class Meta:
        model = RoundStop
        fields = ("kind", "name", "address")


class TickForm(forms.Form):
    """A stop was looked at."""

    found = forms.IntegerField(label=_("Inquiries found"), required=False, min_value=0, max_value=999)
    note = LineField(label=_("Note"), required=False, max_length=200)


class PostForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """One of our own posts."""

    title = LineField(label=_("Title"), max_length=120)
    address = WebAddress()

    class Meta:
        model = OwnPost
        fields = ("stop", "title", "address", "posted_on")
        widgets = {"posted_on": date_input()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stop: Any = self.fields["stop"]
        stop.queryset = RoundStop.objects.filter(is_active=True)
        stop.empty_label = None


class TraceForm(forms.Form):
    """What a post has brought so far."""

    answers = forms.IntegerField(label=_("Answers so far"), min_value=0, max_value=1_000_000)
    text = LineField(label=_("Traces"), required=False, max_length=300)


class SweepForm(forms.Form):
    """A sweep with its shops, a line each: name, then the address behind a comma."""

    name = LineField(label=_("Area"), max_length=80, help_text=_("A street, a market, a quarter"))
    rep = forms.ModelChoiceField(User.objects.none(), label=_("Rep"), empty_label=None)
    begins_on = forms.DateField(label=_("Begins on"), widget=date_input())
    region = RegionField(label=_("Region"), required=False)
    shops = forms.CharField(
        label=_("Shops"),
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One on a line; the address behind a comma"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rep: Any = self.fields["rep"]
        rep.queryset = User.objects.visible_to(user).filter(is_active=True, role=Role.REP)

    def clean_shops(self) -> list[tuple[str, str]]:
        lines = clean_lines(self.cleaned_data["shops"]).replace("，", ",").splitlines()
        pairs = [line.partition(",") for line in lines if line.strip()]
        return [(name.strip(), address.strip()) for name, _comma, address in pairs]


class ColdVisitForm(forms.Form):
    """A cold visit entered at the desk; the phone sends the same."""

    name = LineField(label=pgettext_lazy("lead", "Name"), max_length=120)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=100)
    situation = forms.CharField(
        label=_("Situation"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )


class ChannelForm(forms.Form):
    """A sub-channel of the company's own."""

    kind = forms.ChoiceField(label=_("Lead channel"), choices=ChannelKind.choices)
    name = LineField(label=_("Sub-channel"), max_length=40)


class CostForm(forms.Form):
    """What a channel cost over some days."""

    channel = forms.ModelChoiceField(Channel.objects.none(), label=_("Lead channel"), empty_label=None)
    first = forms.DateField(label=pgettext_lazy("period", "From"), widget=date_input())
    last = forms.DateField(label=pgettext_lazy("period", "To"), widget=date_input())
    amount = forms.DecimalField(
        label=_("Cost (yuan)"), min_value=0, max_value=Decimal("9999999999"), decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    campaign = LineField(label=_("Campaign"), required=False, max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channel: Any = self.fields["channel"]
        channel.queryset = Channel.objects.filter(is_active=True)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            self.add_error("last", _("The last day lies before the first"))
        return data


class RuleForm(forms.Form):
    """Leads of a region, a brand or a product go to one person."""

    region = RegionField(label=_("Region"), required=False)
    brand = BrandField()
    product = ProductField()
    person = forms.ModelChoiceField(User.objects.none(), label=_("Goes to"), empty_label=None)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.queryset = assignees(user)
        product: Any = self.fields["product"]
        product.user = user


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """Hours and limits."""

    class Meta:
        model = LeadSettings
        fields = (
            "closing", "morning", "due", "idle_a", "idle_b", "idle_c", "idle_none", "most_held", "most_picks", "rest_days", "web_form",
        )  # fmt: skip
        widgets = dict.fromkeys(
            ("closing", "morning", "due"), forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        )
