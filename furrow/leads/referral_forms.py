"""Parses what is entered about referrals."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.customers.models import Customer
from furrow.kit.region_field import RegionField
from furrow.leads.forms import (
    BrandField,
    LineField,
    PhoneField,
    ProductField,
    clean_lines,
    date_input,
    one_line,
)
from furrow.leads.table_models import Referral
from furrow.team.models import User


class CustomerField(forms.CharField):
    """A customer in the user's reach by code, or by code and name as the choices offer it."""

    widget = forms.TextInput(attrs={"list": "customers", "autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=200, **kwargs)
        self.reach = Customer.objects.none()

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            found = self.reach.filter(pk=value).first()
            return f"{found.code} {found.name}" if found else ""
        return value

    def clean(self, value: Any) -> Customer | None:
        text = one_line(super().clean(value))
        if not text:
            return None
        found = self.reach.filter(code=text.split()[0]).first()
        if found is None:
            raise forms.ValidationError(_("No customer in your reach has this code. Choose one of the list."))
        return found


class ReferralForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """Who was asked; whom they name comes with the introduction."""

    referrer = LineField(label=_("Referrer"), max_length=80)
    referrer_customer = CustomerField(
        label=_("Referrer's customer"),
        required=False,
        help_text=_("When the referrer is one of our customers"),
    )
    note = LineField(label=_("Note"), required=False, max_length=300)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Referral
        fields = ("referrer", "relation", "referrer_customer", "asked_on", "note")
        widgets = {"asked_on": date_input()}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        customer: Any = self.fields["referrer_customer"]
        customer.reach = Customer.objects.visible_to(user)
        if self.instance.pk:
            self.initial["version"] = self.instance.version


class IntroduceForm(forms.Form):
    """Whom they named."""

    name = LineField(label=pgettext_lazy("lead", "Name"), max_length=120)
    contact_name = LineField(label=_("Contact"), required=False, max_length=60)
    phone = PhoneField(label=_("Phone"), required=False, max_length=100)
    region = RegionField(label=_("Region"), required=False)
    situation = forms.CharField(
        label=_("Situation"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    brand = BrandField()
    product = ProductField()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        product: Any = self.fields["product"]
        product.user = user

    def clean_situation(self) -> str:
        return clean_lines(self.cleaned_data.get("situation"))


class ThankForm(forms.Form):
    """How the referrer was thanked."""

    thanks = LineField(
        label=_("How we thanked"),
        max_length=200,
        help_text=_("A call, a visit, a small gift within the rules"),
    )
    on = forms.DateField(label=_("Thanked on"), required=False, widget=date_input())
