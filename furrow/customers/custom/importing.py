"""Own fields in an imported list: what a file may hold of them, its cells read, and values of many customers at once.

Values go about as the change history keeps them: text, numbers and dates as text, choices and people by id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from furrow.customers.custom.models import CustomField, CustomValue, FieldType
from furrow.customers.custom.queries import COLUMNS, choices_of, fields_in_use
from furrow.customers.custom.services import parsed
from furrow.customers.models import Customer, Kind
from furrow.kit import audit
from furrow.kit.figures import listed
from furrow.kit.folding import fold
from furrow.kit.rows import Among
from furrow.kit.sheets import Cell
from furrow.kit.sheets.dates import parse_date
from furrow.kit.sheets.values import ValueProblem, shown
from furrow.records.importing.importer import ImportField

PREFIX = "custom."
BATCH = 2000


def import_fields() -> list[ImportField]:
    """The own fields as a list may hold them."""
    return [ImportField(field.name, field.label, (), hint=field.help_text) for field in fields_in_use()]


class OwnReader:
    """Reads the cells of own fields. `people`: folded name or sign-in name -> user ids. Reads fields and choices once, for a whole file."""

    def __init__(self, people: Mapping[str, list[int]]) -> None:
        self.people = people
        self.fields = {field.name: field for field in fields_in_use()}
        by_field = choices_of(self.fields.values())
        self.choices = {
            pk: {fold(choice.label): choice.pk for choice in choices} for pk, choices in by_field.items()
        }
        self.labels = {pk: [choice.label for choice in choices] for pk, choices in by_field.items()}

    def read(self, name: str, cell: Cell) -> Any:
        """The cell's value; None for an empty one. Raises ValueProblem."""
        field = self.fields.get(name)
        written = shown(cell).strip()
        if field is None or not written:
            return None
        if field.type == FieldType.CHOICE:
            return self._choice(field, written)
        if field.type == FieldType.PERSON:
            return self._person(written)
        value: Any = parse_date(cell) if field.type == FieldType.DATE else written
        try:
            return audit.plain(parsed(field, value))
        except ValidationError as error:
            raise ValueProblem(" ".join(error.messages)) from error

    def _choice(self, field: CustomField, written: str) -> int:
        found = self.choices.get(field.pk, {}).get(fold(written))
        if found is None:
            told = listed(self.labels.get(field.pk, []))[:200]
            raise ValueProblem(_("None of the choices: %(choices)s") % {"choices": told})
        return found

    def _person(self, written: str) -> int:
        found = self.people.get(fold(written), [])
        if len(found) != 1:
            raise ValueProblem(_("Nobody of this name, or several. Write the sign-in name."))
        return found[0]

    def unfit(self, name: str, kind: str) -> str:
        """The kind an own field is for, in words, when it is another one; else ""."""
        field = self.fields.get(name)
        other = field is not None and field.kind not in ("", kind)
        return str(Kind(field.kind).label) if field is not None and other else ""


def load_values(customers: Iterable[Customer]) -> None:
    """Read the own fields of these customers into `own_values`, one query."""
    by_pk = {customer.pk: customer for customer in customers}
    for customer in by_pk.values():
        customer.own_values = {}
    rows = CustomValue.objects.filter(Among(models.F("customer_id"), list(by_pk))).select_related("field")
    for row in rows if by_pk else ():
        column = COLUMNS[FieldType(row.field.type)]
        value = getattr(row, f"{column}_id" if column in {"choice", "person"} else column)
        by_pk[row.customer_id].own_values[f"{PREFIX}{row.field_id}"] = audit.plain(value)


def value_of(customer: Customer, name: str) -> Any:
    """A column of the customer, or the own field that `load_values` read."""
    if name.startswith(PREFIX):
        return customer.own_values.get(name)
    return getattr(customer, name)


def set_value(customer: Customer, name: str, value: Any) -> None:
    """The way back of `value_of`."""
    if name.startswith(PREFIX):
        customer.own_values[name] = value
    else:
        setattr(customer, name, value)


def own_part(values: Mapping[str, Any]) -> dict[str, Any]:
    """The own fields among column values."""
    return {name: value for name, value in values.items() if name.startswith(PREFIX)}


def write_values(changed: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    """Set own fields of many customers, id -> values; callers keep versions and the change history."""
    ids = {int(name.removeprefix(PREFIX)) for _pk, values in changed for name in values}
    if not ids:
        return
    fields = CustomField.objects.in_bulk(list(ids))
    rows: dict[tuple[int, int], CustomValue] = {}
    emptied: dict[int, set[int]] = {}
    for pk, values in changed:
        for name, value in values.items():
            field = fields.get(int(name.removeprefix(PREFIX)))
            if field is None:
                continue
            emptied.setdefault(field.pk, set()).discard(pk)
            rows.pop((pk, field.pk), None)
            if value is None:
                emptied[field.pk].add(pk)
            else:
                rows[pk, field.pk] = _row(pk, field, value)
    for field_id, customers in emptied.items():
        CustomValue.objects.filter(field=field_id, customer__in=list(customers)).delete()
    CustomValue.objects.bulk_create(
        rows.values(),
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["customer", "field"],
        update_fields=list(COLUMNS.values()),
    )


def _row(pk: int, field: CustomField, value: Any) -> CustomValue:
    column = COLUMNS[FieldType(field.type)]
    key = f"{column}_id" if column in {"choice", "person"} else column
    model_field: Any = CustomValue._meta.get_field(column)
    value = value if column in {"choice", "person"} else model_field.to_python(value)
    return CustomValue(customer_id=pk, field=field, **{key: value})
