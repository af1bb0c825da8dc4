"""Parses and validates a contact record written at the desk; saving is the services' business."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from furrow.customers.models import Customer
from furrow.customers.queries import customer_called
from furrow.kit.figures import bracketed
from furrow.kit.sheets.cells import clean_text
from furrow.team.models import User
from furrow.visits.models import ContactRecord, RecordComment
from furrow.visits.rules import is_believable

SPLIT = ("split_trust", "split_needs", "split_present", "split_agree")
LONG = ("content", "special", "went_well", "fell_short", "lesson_learnt", "new_plan")


def _moment(**attrs: str) -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local", **attrs}, format="%Y-%m-%dT%H:%M")


class RecordForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """客户联系记录卡 as a form. The customer stands fast once the record is there."""

    customer = forms.CharField(label=_("Customer"), max_length=200, help_text=_("Name or code"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = ContactRecord
        fields = (
            "visit_type", "method", "started_at", "ended_at", "place", "people", "goal", "content", "goal_reached", "goal_why", "special",
            "went_well", "fell_short", "lesson_learnt", "appointment_at", "appointment_note", "new_plan", *SPLIT,
        )  # fmt: skip
        widgets = {
            "started_at": _moment(),
            "ended_at": _moment(),
            "appointment_at": _moment(),
            **{name: forms.Textarea(attrs={"rows": "3"}) for name in LONG},
            **{name: forms.NumberInput(attrs={"min": "0", "max": "100", "step": "5"}) for name in SPLIT},
        }

    field_order = ("customer", *Meta.fields)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        for name in SPLIT:
            self.fields[name].label = f"{self.fields[name].label}{bracketed('%')}"
        self.fields[SPLIT[0]].help_text = _("Where the time went: four parts that make 100% together")
        record = self.instance
        if record.pk:
            self.initial["version"] = record.version
            self.initial["customer"] = f"{record.customer.code} {record.customer.name}"
            self.fields["customer"].disabled = True
        else:
            self.initial.setdefault("started_at", timezone.localtime().replace(second=0, microsecond=0))
            self.initial.setdefault("method", "phone")

    def clean_customer(self) -> Customer | None:
        if self.instance.pk:
            customer: Customer = self.instance.customer
            return customer
        text = " ".join(clean_text(self.cleaned_data["customer"]).split())
        found = customer_called(Customer.objects.visible_to(self.user), text)
        if found is None:
            raise forms.ValidationError(_("No such customer among yours. Enter the code or the whole name."))
        return found

    def clean_started_at(self) -> Any:
        at = self.cleaned_data["started_at"]
        if at != self.instance.started_at and not is_believable(at, timezone.now()):
            raise forms.ValidationError(_("Choose a time within the last 60 days"))
        return at

    def clean_appointment_at(self) -> Any:
        at = self.cleaned_data["appointment_at"]
        if at is not None and not 2000 <= at.year <= 2100:
            raise forms.ValidationError(_("Choose a day between 2000 and 2100"))
        return at

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name, value in data.items():
            if isinstance(value, str) and name != "customer":
                data[name] = clean_text(value)
        start, end = data.get("started_at"), data.get("ended_at")
        if start and end and end < start:
            self.add_error("ended_at", _("The end lies before the begin"))
        return data

    def _post_clean(self) -> None:
        """The instance is the service's to change, under its lock."""


class CommentForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """A comment on a contact record."""

    class Meta:
        model = RecordComment
        fields = ("text",)
        widgets = {"text": forms.Textarea(attrs={"rows": "2"})}

    def clean_text(self) -> str:
        return clean_text(self.cleaned_data["text"])
