"""The change history of a customer in words: facts beside the customer's row, lists, own fields, confirmations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from furrow.customers.card.groups import GROUPS, KIND_GROUPS, TABLES, column_of, label_of
from furrow.customers.card.lines import LISTS
from furrow.customers.card.reading import fact_words
from furrow.customers.custom import queries as custom
from furrow.customers.custom.models import CustomChoice, CustomField, FieldType
from furrow.customers.models import Customer
from furrow.customers.timeline import Event, Window, latest
from furrow.kit.figures import money
from furrow.kit.models import AuditEntry
from furrow.kit.prepared import PreparedRecords
from furrow.records import changes
from furrow.records.record import Words
from furrow.team.models import User

OWN_SOURCES = {"assess"}  # told by the rooms that did it
_ICONS = {"create": "plus", "confirm": "check", "import": "file-import", "delete": "trash"}
_CUSTOM = "custom."


def words_of(user: User, entries: Iterable[AuditEntry]) -> Mapping[str, Words]:
    """Label and words of every name in the entries that is no column of the customer; related rows are read once."""
    pairs: dict[str, set[Any]] = {}
    for entry in entries:
        for name, pair in entry.changes.items():
            if "." in name or name in {"group", "target"}:
                pairs.setdefault(name, set()).update(value for value in pair if value is not None)
    found: dict[str, Words] = {name: (label_of(name), str) for name in pairs if name in LISTS}
    found |= _credit_words()
    if "group" in pairs:
        found["group"] = (_("Group"), _group_title)
    if "target" in pairs:
        found["target"] = (_("Target customer"), lambda is_one: _("Yes") if is_one else _("No"))
    columns = {name: column_of(name) for name in pairs if name.partition(".")[0] in TABLES}
    names = _related(
        user, {name: pairs[name] for name, column in columns.items() if column.is_relation}, columns
    )
    for name, column in columns.items():
        found[name] = (label_of(name), _shower(name, column, names))
    return found | _custom_words({name: values for name, values in pairs.items() if name.startswith(_CUSTOM)})


def _credit_words() -> dict[str, Words]:
    """What finance grants a customer; the limits themselves have a table of their own."""
    return {
        "credit_limit": (_("Credit limit"), lambda limit: money(limit) if limit else ""),
        "payment_term": (_("Payment term"), lambda days: ngettext("%(n)s day", "%(n)s days", days) % {"n": days} if days else ""),
        "expires": (_("Valid until"), lambda day: day or ""),
    }  # fmt: skip


def _shower(name: str, column: Any, names: Mapping[tuple[Any, Any], str]) -> Callable[[Any], str]:
    if column.is_relation:
        return lambda pk: names.get((column.related_model, pk), _("A dealer of another team")) if pk else ""
    return lambda stored: "" if stored in (None, "") else fact_words(name, column.to_python(stored))


def _related(
    user: User, ids: Mapping[str, set[Any]], columns: Mapping[str, Any]
) -> dict[tuple[Any, Any], str]:
    by_model: dict[Any, set[Any]] = {}
    for name, values in ids.items():
        by_model.setdefault(columns[name].related_model, set()).update(values)
    names: dict[tuple[Any, Any], str] = {}
    for model, values in by_model.items():
        rows: models.QuerySet[Any] = (
            Customer.objects.visible_to(user) if model is Customer else model._default_manager.all()
        )
        names |= {(model, row.pk): str(row) for row in rows.filter(pk__in=values)}
    return names


def _group_title(name: Any) -> str:
    return next(
        (str(group.title) for group in (*GROUPS, *KIND_GROUPS) if group.name == name), str(name or "")
    )


def _custom_words(pairs: Mapping[str, set[Any]]) -> dict[str, Words]:
    if not pairs:
        return {}
    fields = CustomField.objects.in_bulk([int(name.removeprefix(_CUSTOM)) for name in pairs])
    by_type: dict[str, set[Any]] = {}
    for name, values in pairs.items():
        field = fields.get(int(name.removeprefix(_CUSTOM)))
        if field is not None:
            by_type.setdefault(field.type, set()).update(values)
    choices = CustomChoice.objects.in_bulk(list(by_type.get(FieldType.CHOICE, ())))
    people = User.objects.in_bulk(list(by_type.get(FieldType.PERSON, ())))
    read: dict[str, Callable[[Any], str]] = {
        FieldType.NUMBER: lambda stored: custom.shown(Decimal(stored)) if stored else "",
        FieldType.CHOICE: lambda pk: str(choices.get(pk, pk) or ""),
        FieldType.PERSON: lambda pk: str(people.get(pk, pk) or ""),
    }
    return {field.name: (field.label, read.get(field.type, custom.shown)) for field in fields.values()}


def audit_events(customer: Customer, user: User, window: Window, limit: int) -> list[Event]:
    """Source of the timeline: the customer's change history."""
    entries: list[AuditEntry] = _ENTRIES.records(
        window.at is not None, limit, customer=customer.pk, at=window.at, ties=window.ties_below
    )
    told = changes.in_words(Customer, entries, words_of(user, entries))
    return [
        Event(
            entry.at,
            entry.pk,
            _ICONS.get(entry.action, "history"),
            change.action,
            who=change.by,
            text=change.note,
            fields=tuple(change.fields),
            undo=entry.pk if entry.action == "change" and entry.changes else 0,
        )
        for entry, change in zip(entries, told, strict=True)
    ]


def _entries(begun: bool, limit: int, *, customer: Any, at: Any, ties: Any) -> models.QuerySet[AuditEntry]:
    rows = AuditEntry.objects.filter(model=Customer._meta.label_lower, object_id=customer)
    return latest(rows.exclude(action__in=OWN_SOURCES), Window(at, ties) if begun else Window(), limit)


_ENTRIES = PreparedRecords(
    AuditEntry,
    _entries,
    along=["by"],
    customer=models.BigIntegerField(),
    at=models.DateTimeField(),
    ties=models.BigIntegerField(),
)
