"""A customer named in a form or a file: by code, "code name", or a name only one has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from furrow.customers.models import Customer
from furrow.kit.rows import Among
from furrow.kit.sheets.cells import clean_text
from furrow.team.models import User


def one_line(value: Any) -> str:
    """Text without invisible characters and line breaks, spaces made single."""
    return " ".join(clean_text(str(value or "")).split())


def customer_called(rows: models.QuerySet[Customer], text: str) -> Customer | None:
    """The one customer meant by the text."""
    by_code = rows.filter(code__in=[text, text.split(" ")[0]])[:2]
    if len(by_code) == 1:
        return by_code[0]
    by_name = rows.filter(models.Q(name=text) | models.Q(short_name=text))[:2]
    return by_name[0] if len(by_name) == 1 else None


def customers_called(user: User, texts: Iterable[str]) -> dict[str, list[Customer]]:
    """Text -> customers in reach it may mean, for a whole list of texts; a fixed number of queries. Texts nobody goes by are left out."""
    wanted, reach = {text for text in texts if text}, Customer.objects.visible_to(user)
    found: dict[str, dict[int, Customer]] = {}
    if not wanted:
        return {}
    for name in ("name", "short_name", "code"):
        for customer in reach.filter(Among(F(name), wanted)):
            found.setdefault(getattr(customer, name), {})[customer.pk] = customer
    codes = {text.split(" ")[0]: text for text in wanted if " " in text}
    for customer in reach.filter(Among(F("code"), list(codes))) if codes else ():
        found.setdefault(codes[customer.code], {})[customer.pk] = customer
    return {text: list(customers.values()) for text, customers in found.items()}


class PartyField(forms.CharField):
    """A customer in the reach of `user`."""

    user: User | None = None
    widget = forms.TextInput(attrs={"list": "customers-found", "autocomplete": "off", "maxlength": "170"})

    def prepare_value(self, value: Any) -> Any:
        return f"{value.code} {value.name}" if isinstance(value, Customer) else value

    def clean(self, value: Any) -> Customer | None:
        text = one_line(super().clean(value))
        if not text or self.user is None:
            return None
        found = customer_called(Customer.objects.visible_to(self.user), text)
        if found is None:
            raise forms.ValidationError(
                _("No such customer. Choose one of the list that opens while typing.")
            )
        return found


class LineField(forms.CharField):
    """One line of text, cleaned of what nobody can see."""

    def to_python(self, value: Any) -> str:
        return one_line(super().to_python(value))
