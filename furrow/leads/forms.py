"""Parses and validates what is entered about leads; saving is the services' business."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.catalog.models import Brand, Product
from furrow.catalog.models import Kind as ProductKind
from furrow.catalog.queries import products_written, suggestions
from furrow.customers.models import Customer, Grade, Kind
from furrow.kit.figures import NOTHING, listed
from furrow.kit.region_field import RegionField
from furrow.kit.regions import region_book
from furrow.kit.sheets.phones import parse_phones
from furrow.kit.sheets.values import ValueProblem
from furrow.leads.course_models import Talk
from furrow.leads.handover import assignees
from furrow.leads.models import Channel, Lead, ProspectClass
from furrow.leads.states import Loss, Reject, State
from furrow.team.models import User

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
LINES = {"rows": 3}


def one_line(value: Any) -> str:
    """Text on one line without control characters."""
    return " ".join(_CONTROL.sub("", str(value or "")).split())


def clean_lines(value: Any) -> str:
    """Text of several lines without control characters."""
    return _CONTROL.sub("", str(value or "")).strip()


def date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def moment_input() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class LineField(forms.CharField):
    """One line of text, cleaned."""

    def clean(self, value: Any) -> str:
        return str(super().clean(one_line(value)))


class PhoneField(forms.CharField):
    """Phone numbers, several apart by “/”; given back as customers keep them."""

    widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})

    def clean(self, value: Any) -> str:
        text = str(super().clean(one_line(value)))
        try:
            return "、".join(parse_phones(text))[:100]
        except ValueProblem as problem:
            raise forms.ValidationError(problem.message) from problem


class BrandField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic only in the stubs
    """One of our brands, or none yet."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Brand.objects.all(), label=_("Brand"), required=False, empty_label=NOTHING, **kwargs)


class ProductField(forms.CharField):
    """One of our products by code, barcode or name; part of a name is enough when it means one only. Gives the Product or None. `user` is
    who asks; `kept` may stay although it is deleted by now."""

    widget = forms.TextInput(attrs={"list": "products", "autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Product wanted"), required=False, max_length=204, **kwargs)
        self.user: User | None = None
        self.kept: Product | None = None

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            found = Product.objects.filter(pk=value).first()
            return found.title if found else ""
        return value

    def clean(self, value: Any) -> Product | None:
        text = super().clean(one_line(value))
        if not text or self.user is None:
            return None
        if self.kept is not None and text == self.kept.title:
            return self.kept
        found = products_written([text], self.user).get(text)
        return found if found and found.kind == ProductKind.OWN else self._meant(text, self.user)

    def _meant(self, text: str, user: User) -> Product:
        some = suggestions(text, user, kind=ProductKind.OWN)
        if len(some) == 1:
            return some[0]
        if some:
            names = listed(product.title for product in some[:3])
            raise forms.ValidationError(_("Several products may be meant: %(names)s") % {"names": names})
        raise forms.ValidationError(
            _("No product of ours is called “%(name)s”. Choose one of the list, or leave it empty.")
            % {"name": text[:60]}
        )


class LeadForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """What every lead form holds: name, phone, situation, source, referrer, remark (P2.2), and what tells leads apart."""

    name = LineField(
        label=pgettext_lazy("lead", "Name"),
        max_length=120,
        help_text=_("The shop or company, else the person"),
    )
    phone = PhoneField(label=_("Phone"), required=False, max_length=100)
    contact_name = LineField(label=_("Contact"), required=False, max_length=60)
    region = RegionField(label=_("Region"), required=False)
    address = LineField(label=_("Address"), required=False, max_length=200)
    source = LineField(
        label=_("Source"),
        required=False,
        max_length=100,
        help_text=_("The page, post, list or fair it came from"),
    )
    referrer = LineField(label=_("Referrer"), required=False, max_length=80)
    channel = forms.ModelChoiceField(Channel.objects.none(), label=_("Lead channel"), empty_label=None)
    brand = BrandField()
    product = ProductField(help_text=_("Name or code; its brand follows by itself"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Lead
        fields = (
            "name", "phone", "contact_name", "region", "address", "situation", "channel", "source", "referrer", "remark", "brand",
            "product", "prospect_class", "is_urgent", "entered_afterwards",
        )  # fmt: skip
        widgets = {"situation": forms.Textarea(attrs=LINES), "remark": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channel: Any = self.fields["channel"]
        channel.queryset = Channel.objects.filter(is_active=True) | Channel.objects.filter(
            pk=self.instance.channel_id or 0
        )
        letter: Any = self.fields["prospect_class"]
        letter.choices = [("", NOTHING), *ProspectClass.choices]
        product: Any = self.fields["product"]
        product.user, product.kept = user, self.instance.product
        self.fields["is_urgent"].help_text = _("Goes to whoever assigns leads straight away")
        self.fields["entered_afterwards"].label = _("Passed on by phone already, entered afterwards")
        if self.instance.pk:
            self.initial["version"] = self.instance.version

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in ("situation", "remark"):
            data[name] = clean_lines(data.get(name))
        brand, product = data.get("brand"), data.get("product")
        if brand and product and brand != product.brand and "brand" in self.changed_data:
            said = _("“%(product)s” is of another brand. Choose that brand, or leave it empty.")
            self.add_error("brand", said % {"product": product.title})
        return data


class SimilarForm(forms.Form):
    """What is typed so far; half-typed values are no errors."""

    name = LineField(required=False, max_length=120)
    phone = forms.CharField(required=False, max_length=100)
    region = forms.CharField(required=False, max_length=60)

    def values(self) -> dict[str, Any]:
        """Column values to compare by, {} while there is too little."""
        self.is_valid()
        name, phone = self.cleaned_data.get("name", ""), one_line(self.cleaned_data.get("phone"))
        digits = sum(char.isdigit() for char in phone)
        if len(name) < 2 and digits < 7:
            return {}
        text = one_line(self.cleaned_data.get("region"))
        region = region_book().resolve(address=text) if text else None
        return {"name": name, "phone": phone, "region_id": region or ""}


# What is done to one lead ------------------------------------------------------------------------


class ActForm(forms.Form):
    """Base: knows the lead and the user."""

    def __init__(self, *args: Any, lead: Lead, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lead, self.user = lead, user
        self.prepare()

    def prepare(self) -> None:
        """Choices and first values."""


class AssignForm(ActForm):
    """To whom; `holder` is whom the page showed as the holder."""

    person = forms.ModelChoiceField(User.objects.none(), label=_("Goes to"), empty_label=None)
    note = LineField(label=_("Note"), required=False, max_length=200)
    holder = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        person: Any = self.fields["person"]
        person.queryset = assignees(self.user)
        self.initial["holder"] = self.lead.holder_id if self.lead.is_ours else None


class ReportForm(ActForm):
    """The result of looking into it."""

    result = forms.ChoiceField(
        label=_("Result"),
        choices=[
            (State.VALID.value, State.VALID.label),
            (State.NEEDS_MORE.value, State.NEEDS_MORE.label),
            (State.REJECTED.value, State.REJECTED.label),
        ],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("What came of it"), required=False, max_length=1000, widget=forms.Textarea(attrs=LINES)
    )
    prospect_class = forms.ChoiceField(
        label=_("Prospect class"),
        required=False,
        choices=[("", NOTHING), *ProspectClass.choices],
        help_text=_("When valid"),
    )
    reason = forms.ChoiceField(
        label=_("Reason"),
        required=False,
        choices=[("", NOTHING), *Reject.choices],
        help_text=_("When not valid"),
    )

    def clean_text(self) -> str:
        return clean_lines(self.cleaned_data.get("text"))


class TalkForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """客户洽谈信息记录: one talk."""

    prospect_class = forms.ChoiceField(
        label=_("Prospect class"), required=False, choices=[("", NOTHING), *ProspectClass.choices]
    )
    place = LineField(label=pgettext_lazy("talk", "Place"), required=False, max_length=100)
    present = LineField(label=_("Present"), required=False, max_length=200)
    method_reason = LineField(label=_("Why this method"), required=False, max_length=200)
    material = LineField(label=_("Material given"), required=False, max_length=200)
    next_step = LineField(label=_("Next step"), max_length=200)

    class Meta:
        model = Talk
        fields = (
            "method", "method_reason", "at", "place", "present", "interest", "questions", "objections", "material", "next_step", "next_on",
        )  # fmt: skip
        widgets = {
            "at": moment_input(),
            "next_on": date_input(),
            **{name: forms.Textarea(attrs={"rows": 2}) for name in ("interest", "questions", "objections")},
        }

    def __init__(self, *args: Any, lead: Lead, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("at", timezone.localtime().strftime("%Y-%m-%dT%H:%M"))
        self.initial.setdefault("prospect_class", lead.prospect_class)
        self.fields["method_reason"].required = not lead.talks.exists()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in ("interest", "questions", "objections"):
            data[name] = clean_lines(data.get(name))
        at = data.get("at")
        if at is not None and at > timezone.now() + timedelta(minutes=5):
            self.add_error(
                "at", _("A talk that is still to come is an appointment. Choose a time up to now.")
            )
        return data


class LoseForm(ActForm):
    """Why it came to nothing."""

    reason = forms.ChoiceField(label=_("Reason"), choices=Loss.choices, widget=forms.RadioSelect)
    text = LineField(label=_("Note"), required=False, max_length=300)


class ReleaseForm(ActForm):
    """Back into the pool."""

    note = LineField(
        label=_("Note"), required=False, max_length=200, help_text=_("What the next one should know")
    )


class MergeForm(ActForm):
    """Which lead it is really; the choices are those that look alike."""

    into = forms.ModelChoiceField(
        Lead.objects.none(), label=_("It is the same as"), empty_label=None, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, among: list[int], **kwargs: Any) -> None:
        self.among = among
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        into: Any = self.fields["into"]
        into.queryset = Lead.objects.visible_to(self.user).filter(pk__in=self.among)


class ConvertForm(ActForm):
    """Everything comes from the lead; only what differs is changed."""

    into = forms.ModelChoiceField(
        Customer.objects.none(),
        label=_("Customer"),
        required=False,
        empty_label=_("A new customer"),
        widget=forms.RadioSelect,
    )
    name = LineField(label=_("Customer name"), required=False, max_length=120)
    kind = forms.ChoiceField(
        label=pgettext_lazy("customer", "Kind"), choices=Kind.choices, initial=Kind.RETAILER
    )
    contact_name = LineField(
        label=_("Contact"), required=False, max_length=60, help_text=_("Left empty, no contact is made")
    )
    visit_grade = forms.ChoiceField(
        label=_("Visit grade"),
        choices=Grade.choices,
        help_text=_("Sets how often the customer is visited, until it is graded"),
    )

    def __init__(self, *args: Any, among: list[int], grade: str, **kwargs: Any) -> None:
        self.among, self.grade = among, grade
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        into: Any = self.fields["into"]
        into.queryset = Customer.objects.visible_to(self.user).filter(pk__in=self.among)
        if not self.among:
            del self.fields["into"]
        self.initial = {
            **self.initial,
            "name": self.lead.name,
            "contact_name": self.lead.contact_name,
            "visit_grade": self.grade,
        }
