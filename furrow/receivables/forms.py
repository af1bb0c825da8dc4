"""Parses and validates what people type about money; saving is the services' business."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.customers.models import Customer
from furrow.kit.region_field import RegionField
from furrow.receivables import collecting_rules, credit
from furrow.receivables.collecting_models import Level, PayingHabit
from furrow.receivables.models import Account, Invoice, Method, Payment
from furrow.receivables.money import NOTHING, AmountField
from furrow.receivables.parties import LineField, PartyField
from furrow.receivables.rules import TAX_RATES
from furrow.receivables.services import OLDEST, PROPOSED
from furrow.receivables.words import PROPOSAL
from furrow.team.models import User

RATES = [(rate, f"{rate}%") for rate in TAX_RATES]


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **kwargs)


def hour_field(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, required=False, widget=forms.TimeInput(attrs={"type": "time"}))


class OfCustomerForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """A record that belongs to a customer, who is chosen once."""

    customer = PartyField(label=_("Customer"), max_length=200)
    once: tuple[str, ...] = ()  # fields of a new one only
    always: tuple[str, ...] = ()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        party: Any = self.fields["customer"]
        party.user = user
        if self.instance.pk:
            for name in ("customer", *self.once):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        return super().clean() or self.cleaned_data

    def _post_clean(self) -> None:
        """The services validate and write; the instance stays as it is."""


class InvoiceForm(OfCustomerForm):
    """An invoice of one line, for what no delivery stands behind: opening balances, services, freight."""

    once = ("day", "due", "text", "gross", "tax_rate", "source")
    day = day_field(_("Invoice date"))
    due = day_field(_("Due date"), required=False, help_text=_("Left empty: by the customer's payment term"))
    text = LineField(
        label=_("What for"), max_length=204,
        help_text=_("Goods belong on an order: its delivery also writes them into the purchase-sales book. An invoice written by hand does not."),
    )  # fmt: skip
    gross = AmountField(label=_("Amount with tax"))
    tax_rate = forms.TypedChoiceField(label=_("Tax rate"), choices=RATES, coerce=int)
    source = LineField(label=_("Order or contract"), max_length=60, required=False)
    tax_number = LineField(label=_("Tax invoice number"), max_length=40, required=False)
    note = LineField(label=_("Note"), max_length=300, required=False)

    class Meta:
        model = Invoice
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("day", timezone.localdate())
        if self.instance.pk:
            self.initial["tax_number"], self.initial["note"] = self.instance.tax_number, self.instance.note


class PaymentForm(OfCustomerForm):
    """Money received; later only what is said about it can change."""

    once = ("amount", "day", "method", "pays")
    amount = AmountField(label=_("Amount"))
    day = day_field(_("Received on"))
    method = forms.ChoiceField(label=pgettext_lazy("payment", "Method"), choices=Method.choices)
    pays = forms.ChoiceField(
        label=_("What it pays"),
        choices=[
            (PROPOSED, _("As proposed")),
            (OLDEST, _("The oldest invoices")),
            ("", _("Nothing yet: keep it on account")),
        ],
        required=False,
        initial=PROPOSED,
        help_text=PROPOSAL,
    )
    reference = LineField(label=_("Reference"), max_length=80, required=False, help_text=_("Number of the bank entry, bill or slip"))  # fmt: skip
    payer = LineField(label=_("Payer"), max_length=120, required=False, help_text=_("As the bank writes it, when it is not the customer's name"))  # fmt: skip
    note = LineField(label=_("Note"), max_length=300, required=False)

    class Meta:
        model = Payment
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("day", timezone.localdate())
        for name in ("reference", "payer", "note") if self.instance.pk else ():
            self.initial[name] = getattr(self.instance, name)


class HabitForm(OfCustomerForm):
    """付款习惯 of one customer, on its account."""

    pay_days = LineField(label=_("Paying days of the month"), max_length=40, required=False, help_text=_("For example: 10, 25 or 26-28"))  # fmt: skip
    pay_from, pay_until = hour_field(_("Pays from")), hour_field(_("Pays until"))
    avoid_from, avoid_until = hour_field(_("Do not ask from")), hour_field(_("Do not ask until"))
    wage_day = forms.IntegerField(label=_("Wage day"), min_value=1, max_value=31, required=False, help_text=_("When it pays its own staff: a warning, not the day it pays us"))  # fmt: skip
    other_bills = LineField(label=_("Other bills"), max_length=200, required=False, help_text=_("What else it has to pay, and when"))  # fmt: skip

    class Meta:
        model = Account
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        habit = (
            PayingHabit.objects.filter(customer=self.instance.customer_id).first()
            if self.instance.pk
            else None
        )
        for name in self.fields:
            if habit is not None and name != "customer":
                self.initial[name] = getattr(habit, name)

    def clean_pay_days(self) -> str:
        text: str = self.cleaned_data["pay_days"]
        try:
            collecting_rules.pay_days(text)
        except ValueError as error:
            raise forms.ValidationError(_("Write days of the month, like 10, 25 or 26-28")) from error
        return text


# Small forms, each for one act -----------------------------------------------------------------------


class ReasonForm(forms.Form):
    """Why something is done that cannot be undone."""

    reason = LineField(label=_("Reason"), max_length=200)


class AmountReasonForm(forms.Form):
    """How much is given up, and why."""

    amount = AmountField(label=_("Amount"))
    reason = LineField(label=_("Reason"), max_length=200)


class RefundForm(forms.Form):
    """How much goes back, and how."""

    amount = AmountField(label=_("Amount"))
    method = forms.ChoiceField(label=pgettext_lazy("payment", "Method"), choices=Method.choices)
    reference = LineField(label=_("Reference"), max_length=80, required=False)


class LimitForm(forms.Form):
    """A customer's own limit and term."""

    limit = AmountField(label=_("Credit limit"), min_value=NOTHING, required=False, help_text=_("0 means cash only; left empty, class or company decide"))  # fmt: skip
    term_days = forms.IntegerField(label=_("Payment term (days)"), min_value=0, max_value=365, required=False)
    expires = day_field(_("Valid until"), help_text=_("At most a year ahead"))
    reason = LineField(label=_("Reason"), max_length=200)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and data.get("limit") is None and data.get("term_days") is None:
            self.add_error("limit", _("Give a limit, a term, or both."))
        return data


class PolicyForm(forms.Form):
    """The company's defaults and what it bears."""

    default_limit = AmountField(label=_("Credit limit without a class"), min_value=NOTHING)
    default_term = forms.IntegerField(
        label=_("Payment term without a class (days)"), min_value=0, max_value=365
    )
    days_overdue = forms.IntegerField(
        label=_("Days overdue that are borne"),
        min_value=0,
        max_value=365,
        help_text=_("More, and new orders are held"),
    )
    broken_promises = forms.IntegerField(
        label=_("Broken promises that are borne"), min_value=0, max_value=20, help_text=_("Of the last twelve months; more, and new orders are held")
    )  # fmt: skip


class PromiseForm(forms.Form):
    """付款承诺: what the customer named."""

    amount = AmountField(label=_("Amount"))
    due = day_field(_("Promised for"))
    said_by = LineField(label=_("Promised by"), max_length=60, required=False)


class StepForm(forms.Form):
    """One attempt to collect."""

    level = forms.TypedChoiceField(label=pgettext_lazy("ladder", "Step"), choices=Level.choices, coerce=int)
    spoke_with = LineField(label=_("Spoke with"), max_length=60, required=False)
    result = LineField(label=_("Result"), max_length=300, help_text=_("What was said, in one sentence"))
    ask_again = day_field(_("Ask again on"), required=False)


class PeriodForm(forms.Form):
    """The period of a statement."""

    start = day_field(_("From"), required=False)
    end = day_field(_("Until"), required=False)

    def period(self, today: date) -> tuple[date, date]:
        """The days asked for, else the last three months; turned round when the wrong way."""
        data = self.cleaned_data if self.is_valid() else {}
        end = min(data.get("end") or today, today)
        start = data.get("start") or (end.replace(day=1) - timedelta(days=62)).replace(day=1)
        return min(start, end), max(start, end)


def read_parts(data: Mapping[str, str], rows: Sequence[Invoice]) -> tuple[dict[int, Decimal], list[str]]:
    """part_17=30.00 of the rows shown -> {17: 30}, and what is wrong with the fields, each by its invoice."""
    parts: dict[int, Decimal] = {}
    errors = []
    for row in rows:
        text = data.get(f"part_{row.pk}", "").strip().replace(",", "").replace("，", "")[:30]
        try:
            amount = Decimal(text or 0)
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite():
            errors.append(_("%(number)s: write the amount as a number, like 1234.50") % {"number": row})
        elif amount:
            parts[row.pk] = amount
    shown = {f"part_{row.pk}" for row in rows}
    if any(name.startswith("part_") and name not in shown and value.strip() for name, value in data.items()):
        errors.append(str(_("This invoice belongs to another customer, or nothing is open on it. Choose one of the list.")))  # fmt: skip
    if not parts and not errors:
        errors.append(str(_("Nothing to allocate: write an amount beside an invoice.")))
    return parts, errors


def term_of(customer: Customer) -> int:
    """Days until an invoice of this customer is due."""
    return credit.terms([customer.pk])[customer.pk].term_days


class RegionHoursForm(forms.Form):
    """Hours in which a region is not asked for money; a region that has some gets these instead."""

    region = RegionField(
        label=_("Region"), help_text=_("Province, city or district, for example 武汉市江汉区")
    )
    avoid_from = forms.TimeField(label=_("Do not ask from"), widget=forms.TimeInput(attrs={"type": "time"}))
    avoid_until = forms.TimeField(label=_("Do not ask until"), widget=forms.TimeInput(attrs={"type": "time"}))
    note = LineField(label=_("Why"), max_length=100, required=False)
