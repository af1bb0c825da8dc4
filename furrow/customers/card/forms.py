"""The form of some facts of one customer, made from what the card declares; it parses, the services write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from furrow.customers.card.groups import LINES, PAST, column_of, label_of, table_of
from furrow.customers.card.lines import LISTS
from furrow.customers.card.reading import CardReading, fact_value
from furrow.customers.custom import queries as custom
from furrow.customers.custom.models import CustomField, FieldType
from furrow.customers.custom.services import EARLIEST, LATEST, parsed
from furrow.customers.forms import CustomerForm
from furrow.customers.models import Customer, Kind
from furrow.kit.figures import NOTHING
from furrow.kit.sheets.cells import clean_text
from furrow.team.models import User

LINES_LENGTH = 40_000
NOT_EDITED = {
    "name",
    "position",
}  # a position is set on the map of the full form; the name too, with its check for duplicates


class FactsForm(forms.Form):
    """Some facts of one customer by path. `values()` gives what `change_facts` takes."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, reading: CardReading, paths: Sequence[str]) -> None:
        super().__init__(data)
        self.reading = reading
        self.customer, self.user = reading.customer, reading.user
        self.paths = [path for path in paths if path not in NOT_EDITED]
        self.initial["version"] = self.customer.version
        self.own = [path for path in self.paths if "." not in path]
        shown = CustomerForm(instance=self.customer, user=self.user) if self.own else None
        for path in self.paths:
            if shown is not None and path in self.own:
                self.fields[path] = shown.fields[path]
                self.initial[path] = shown.get_initial_for_field(shown.fields[path], path)
            elif path in LISTS:
                self._add_list(path)
            elif path.startswith("custom."):
                self._add_custom(path)
            else:
                self._add_column(path)

    def _add_list(self, path: str) -> None:
        example = _("One on each line, like: %(example)s. Rows pasted from a spreadsheet fit too.")
        self.fields[path] = forms.CharField(
            label=LINES[path],
            required=False,
            max_length=LINES_LENGTH,
            widget=forms.Textarea(attrs={"rows": 6}),
            help_text=example % {"example": LISTS[path].example},
        )
        self.initial[path] = self.reading.words(path)

    def _add_custom(self, path: str) -> None:
        field = next(one for one in self.reading.custom_fields if one.name == path)
        self.fields[path] = custom_form_field(field, self.user)
        value = self.reading.custom_values.get(field.pk)
        self.initial[path] = value.pk if isinstance(value, models.Model) else custom.shown(value)

    def _add_column(self, path: str) -> None:
        column = column_of(path)
        field: Any = column.formfield()
        if isinstance(column, models.TextField):
            field.widget = forms.Textarea(attrs={"rows": 3})
        elif isinstance(column, models.DateField):
            field.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        elif isinstance(column, models.BooleanField):
            field = forms.TypedChoiceField(
                label=column.verbose_name,
                required=False,
                choices=[("", NOTHING), ("1", _("Yes")), ("0", _("No"))],
                coerce=lambda text: text == "1",
                empty_value=None,
            )
        elif isinstance(column, models.DecimalField | models.IntegerField) and not column.choices:
            field.widget = forms.TextInput(attrs={"inputmode": "decimal"})
        elif isinstance(column, models.ForeignKey):
            field = self._relation(path, column)
        self.fields[path] = field
        value = fact_value(self.customer, f"{path}_id" if isinstance(column, models.ForeignKey) else path)
        self.initial[path] = {True: "1", False: "0"}.get(value, value) if isinstance(value, bool) else value
        if path in {"dealer.parent", "outlet.supplied_by"}:
            known = self.reading.dealers_in_reach.get(value)
            self.initial[path] = known.code if known else ""

    def _relation(self, path: str, column: Any) -> forms.Field:
        if column.related_model is User:
            people = User.objects.visible_to(self.user).filter(is_active=True)
            chosen = fact_value(self.customer, f"{path}_id")
            if chosen:
                people = people | User.objects.filter(pk=chosen)
            return forms.ModelChoiceField(
                people, label=column.verbose_name, required=False, empty_label=NOTHING
            )
        return DealerField(
            label=column.verbose_name, required=False, user=self.user, help_text=_("Its code or whole name")
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for path in [path for path in self.paths if path in data]:
            try:
                data[path] = self._sound(path, data[path])
            except ValidationError as error:
                self.add_error(path, error.messages)
        if self.own and not self.errors:
            self._clean_own(data)
        return data

    def _sound(self, path: str, value: Any) -> Any:
        if path in self.own:
            return value
        if path in LISTS:
            text = _clean_table(value)
            LISTS[path].read(text)
            return text
        if path.startswith("custom."):
            return parsed(next(one for one in self.reading.custom_fields if one.name == path), value)
        column_of(path).run_validators(value)
        if isinstance(value, str):
            text = clean_text(value)
            return text if isinstance(column_of(path), models.TextField) else " ".join(text.split())
        if isinstance(value, date):
            if not EARLIEST <= value <= LATEST:
                raise ValidationError(_("This year cannot be right"))
            if path in PAST and value > timezone.localdate():
                raise ValidationError(_("This day lies ahead"))
        return value

    def _clean_own(self, data: dict[str, Any]) -> None:
        """The customer's own columns go through the customer's form, which knows their rules."""
        whole = changed_form(self.customer, self.user, {path: self.data.get(path, "") for path in self.own})
        if not whole.is_valid():
            for name, errors in whole.errors.items():
                self.add_error(name if name in self.own else None, list(errors))
        else:
            data.update({path: whole.cleaned_data[path] for path in self.own})

    def values(self) -> dict[str, Any]:
        """path -> value of everything asked."""
        empty = {path for path in self.paths if self.cleaned_data[path] is None and not _nullable(path)}
        return {path: "" if path in empty else self.cleaned_data[path] for path in self.paths}


def _clean_table(text: str) -> str:
    """Lines of cells, tabs between them as a spreadsheet pastes them."""
    return "\n".join("\t".join(map(clean_text, line.split("\t"))) for line in text.splitlines())


def _nullable(path: str) -> bool:
    return path.startswith("custom.") or (path not in LISTS and bool(column_of(path).null))


def changed_form(customer: Customer, user: User, given: dict[str, Any]) -> CustomerForm:
    """The customer's form as it would be sent with only these fields changed."""
    shown = CustomerForm(instance=customer, user=user)
    now = {name: shown.get_initial_for_field(field, name) for name, field in shown.fields.items()}
    now["region"] = shown.fields["region"].prepare_value(now["region"])
    texts = {name: "" if value is None else value for name, value in {**now, **given}.items()}
    return CustomerForm(texts, instance=_twin(customer), user=user)


def _twin(customer: Customer) -> Customer:
    """A form writes into its instance; the page still shows the customer as it is stored."""
    columns = {column.attname: getattr(customer, column.attname) for column in customer._meta.concrete_fields}
    twin = Customer(**columns)
    twin._state.adding, twin._state.db = False, customer._state.db
    return twin


class DealerField(forms.CharField):
    """A dealer in reach by code or whole name; gives the Customer or None."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, max_length=120, **kwargs)
        self.user = user

    def clean(self, value: Any) -> Customer | None:
        text = super().clean(value)
        if not text:
            return None
        dealers = Customer.objects.visible_to(self.user).filter(kind=Kind.DEALER)
        found = list(dealers.filter(code=text)[:1]) or list(dealers.filter(name=text)[:2])
        if len(found) != 1:
            raise ValidationError(
                _("Several dealers have this name. Write the code.") if found else _("No such dealer among your customers")
            )  # fmt: skip
        return found[0]


def custom_form_field(field: CustomField, user: User) -> forms.Field:
    """The input of one own field."""
    given: dict[str, Any] = {"label": field.label, "required": False, "help_text": field.help_text}
    if field.type == FieldType.CHOICE:
        return forms.ModelChoiceField(field.choices.filter(retired_at=None), empty_label=NOTHING, **given)
    if field.type == FieldType.PERSON:
        return forms.ModelChoiceField(
            User.objects.visible_to(user).filter(is_active=True),
            empty_label=NOTHING,
            **given,
        )
    if field.type == FieldType.DATE:
        widget: forms.Widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        return forms.DateField(widget=widget, **given)
    if field.type == FieldType.NUMBER:
        return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), max_length=40, **given)
    return forms.CharField(max_length=200, **given)


def title_of(path: str, reading: CardReading) -> str:
    """What the fact is called, also an own field; raises LookupError for one this card does not have."""
    if path.startswith("custom."):
        found = next((one for one in reading.custom_fields if one.name == path), None)
        if found is None:
            raise LookupError(path)
        return found.label
    if path not in LISTS:
        table_of(path)
    return label_of(path)
