"""The form of a new or edited customer: its own row, the facts of its kind, and the company's own fields, on one page."""

from __future__ import annotations

from typing import Any

from furrow.customers.card.forms import FactsForm
from furrow.customers.card.groups import KIND_GROUPS
from furrow.customers.card.reading import CardReading
from furrow.customers.custom.queries import fields_in_use
from furrow.customers.forms import CustomerForm
from furrow.customers.models import Customer, Kind
from furrow.team.models import User


def kind_paths(kind: str) -> list[str]:
    """The facts asked of this kind alone, then the own fields."""
    own = [fact.path for group in KIND_GROUPS if kind in group.kinds for fact in group.facts]
    return own + [field.name for field in fields_in_use(kind)]


def facts_form(kind: str, user: User, customer: Customer, data: Any = None) -> FactsForm:
    """What is asked beside the customer's own row."""
    reading = CardReading(customer, user)
    form = FactsForm(data, reading=reading, paths=kind_paths(kind))
    del form.fields["version"]
    return form


class WholeForm(CustomerForm):
    """CustomerForm with `beside`, the form of what its kind has of its own; cleaned as `facts`, path -> value."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        data = self.data if self.is_bound else None
        self.kind = self._kind()
        stored = self.instance if self.instance.pk and self.instance.kind == self.kind else None
        self.beside = facts_form(self.kind, user, stored or self._empty(), data)

    @property
    def kind_label(self) -> str:
        return str(Kind(self.kind).label)

    @property
    def beside_open(self) -> bool:
        """Whether the part is unfolded: the kind was asked for, or there is something to see."""
        return bool(self.instance.pk or "kind" in self.initial or self.beside.errors)

    def _kind(self) -> str:
        asked = str((self.data.get("kind") if self.is_bound else self.initial.get("kind")) or "")
        return asked if asked in Kind.values else str(self.instance.kind)

    def _empty(self) -> Customer:
        """Of another kind than it was: what it had of the old one is not asked, and stays."""
        return Customer(pk=self.instance.pk, kind=self.kind, version=self.instance.version)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.beside.is_valid():
            data["facts"] = {path: value for path, value in self.beside.values().items() if path in self.data}
        return data

    def add_error(self, field: str | None, error: Any) -> None:
        """What a service says of a fact beside the row goes to its field."""
        if field is not None or not hasattr(error, "error_dict"):
            super().add_error(field, error)
            return
        for name, errors in error.error_dict.items():
            if name in self.beside.fields:
                self.beside.add_error(name, errors)
            else:
                super().add_error(name if name in self.fields else None, errors)

    def is_valid(self) -> bool:
        return super().is_valid() and self.beside.is_valid()
