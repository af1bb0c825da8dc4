"""Parses the definition of an own field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.customers.custom.models import CustomField, FieldType
from furrow.customers.custom.services import MOST_CHOICES
from furrow.customers.models import Kind
from furrow.kit.sheets.cells import clean_text

CHOICES_LENGTH = 5000


class FieldForm(forms.Form):
    """Name, type, kind and choices of a field; an existing one keeps its type and kind."""

    label = forms.CharField(label=_("Field name"), max_length=40)
    type = forms.ChoiceField(label=pgettext_lazy("field", "Type"), choices=FieldType.choices)
    kind = forms.ChoiceField(
        label=_("Asked of"),
        required=False,
        choices=[("", pgettext_lazy("kinds", "All kinds")), *Kind.choices],
    )
    help_text = forms.CharField(label=_("Help beside the field"), required=False, max_length=120)
    choices = forms.CharField(
        label=_("Choices"),
        required=False,
        max_length=CHOICES_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One on each line, in their order. Those left out stay readable where they were chosen."),
    )

    def __init__(self, data: Any = None, *, field: CustomField | None = None) -> None:
        super().__init__(data)
        if field is None:
            return
        for name in ("type", "kind"):
            del self.fields[name]
        if field.type != FieldType.CHOICE:
            del self.fields["choices"]
        else:
            used = field.choices.filter(retired_at=None).values_list("label", flat=True)
            self.initial["choices"] = "\n".join(used[:MOST_CHOICES])
        self.initial.update(label=field.label, help_text=field.help_text)

    def _line(self, name: str) -> str:
        return " ".join(clean_text(self.cleaned_data.get(name) or "").split())

    def clean_label(self) -> str:
        label = self._line("label")
        if not label:
            raise forms.ValidationError(_("Give the field a name"))
        return label

    def clean_help_text(self) -> str:
        return self._line("help_text")

    def clean_choices(self) -> list[str]:
        """The lines that hold something."""
        lines = (" ".join(clean_text(line).split()) for line in self.cleaned_data["choices"].splitlines())
        return [line for line in lines if line]
