"""The audit trail of one record in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from furrow.kit.figures import NOTHING, moment
from furrow.kit.models import AuditEntry
from furrow.records.record import Words

ACTIONS: dict[str, Any] = {
    "create": pgettext_lazy("change history", "Added"),
    "change": pgettext_lazy("change history", "Changed"),
    "delete": pgettext_lazy("change history", "Deleted"),
    "restore": pgettext_lazy("change history", "Restored"),
    "import": pgettext_lazy("change history", "Imported"),
    "undo_import": pgettext_lazy("change history", "Import undone"),
    "assess": pgettext_lazy("change history", "Graded"),
    "change_owner": pgettext_lazy("change history", "Owner changed"),
    "set_grade": pgettext_lazy("change history", "Grade changed"),
    "confirm": pgettext_lazy("change history", "Confirmed"),
    "undo": pgettext_lazy("change history", "Change undone"),
    "retire": pgettext_lazy("change history", "Retired"),
    "open_area": pgettext_lazy("change history", "Area opened"),
    "close_area": pgettext_lazy("change history", "Area closed"),
    "allocate": pgettext_lazy("change history", "Allocated"),
    "undo_allocation": pgettext_lazy("change history", "Allocation undone"),
    "reverse": pgettext_lazy("change history", "Reversed"),
    "credit_limit": pgettext_lazy("change history", "Credit limit set"),
    "stop_supply": pgettext_lazy("change history", "Supply stopped"),
    "resume_supply": pgettext_lazy("change history", "Supply resumed"),
    "release": pgettext_lazy("change history", "Released"),
    "ask_write_off": pgettext_lazy("change history", "Write-off asked for"),
    "write_off": pgettext_lazy("change history", "Written off"),
    "refuse_write_off": pgettext_lazy("change history", "Write-off refused"),
    "link": pgettext_lazy("change history", "Customer linked"),
    "unlink": pgettext_lazy("change history", "Customer unlinked"),
    "answer": pgettext_lazy("change history", "Answer recorded"),
    "answer_ended": pgettext_lazy("change history", "Answer no longer holds"),
    "answer_forgotten": pgettext_lazy("change history", "Answer forgotten"),
    "consent": pgettext_lazy("change history", "Consent recorded"),
    "withdraw": pgettext_lazy("change history", "Consent withdrawn"),
    "export": pgettext_lazy("change history", "Exported"),
    "export_person": pgettext_lazy("change history", "Personal data exported"),
    "assign": pgettext_lazy("change history", "Assigned"),
    "pick": pgettext_lazy("change history", "Taken from the pool"),
    "merge": pgettext_lazy("change history", "Merged"),
    "unmerge": pgettext_lazy("change history", "Merge undone"),
    "convert": pgettext_lazy("change history", "Converted"),
    "undo_convert": pgettext_lazy("change history", "Conversion undone"),
    "escalate": pgettext_lazy("change history", "Escalated"),
    "pick_target": pgettext_lazy("change history", "Picked as target customer"),
    "release_target": pgettext_lazy("change history", "Put back on the waiting list"),
    "undo_merge": pgettext_lazy("change history", "Merge undone"),
    "merge_away": pgettext_lazy("change history", "Merged into another"),
    "place": pgettext_lazy("change history", "Order placed"),
    "accept": pgettext_lazy("change history", "Made into an order"),
    "cancel": pgettext_lazy("change history", "Canceled"),
    "reopen": pgettext_lazy("change history", "Re-opened"),
    "split": pgettext_lazy("change history", "Split"),
    "ask_release": pgettext_lazy("change history", "Release asked for"),
    "refuse_release": pgettext_lazy("change history", "Not released"),
    "void_release": pgettext_lazy("change history", "Release no longer counts"),
    "sign": pgettext_lazy("change history", "Signed for"),
    "talk": pgettext_lazy("change history", "Talk recorded"),
    "check_in": pgettext_lazy("change history", "Checked in"),
    "check_out": pgettext_lazy("change history", "Checked out"),
    "join": pgettext_lazy("change history", "Joined with another visit"),
    "comment": pgettext_lazy("change history", "Commented"),
    "review": pgettext_lazy("change history", "Reviewed"),
    "issue_api_token": pgettext_lazy("change history", "API token issued"),
    "revoke_api_token": pgettext_lazy("change history", "API token stopped"),
    "renew_calendar": pgettext_lazy("change history", "Calendar address renewed"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One entry: who did what when, and each field's old and new value in words."""

    at: datetime
    by: str
    action: Any
    fields: list[tuple[str, str, str]]
    note: str


def in_words(
    model: type[models.Model],
    entries: Iterable[AuditEntry],
    words: Mapping[str, Words] | None = None,
    noted: Callable[[AuditEntry], str] | None = None,
) -> list[Change]:
    """Entries with labels of fields and choices; related records are read once for all entries. `words` tells those that are no
    columns of the model, `noted` the note of an entry."""
    entries, words = list(entries), words or {}
    names = _related_names(model, entries)

    def label(name: str) -> str:
        return str(words[name][0]) if name in words else _label(model, name)

    def value(name: str, stored: Any) -> str:
        return words[name][1](stored) or NOTHING if name in words else _value(model, name, stored, names)

    changes = []
    for entry in entries:
        fields = [
            (label(name), value(name, old), value(name, new))
            for name, (old, new) in ({} if entry.action == "create" else entry.changes).items()
            if not (old in (None, "") and new in (None, "")) and not name.endswith("_key")
        ]
        changes.append(
            Change(
                entry.at,
                str(entry.by or _("System")),
                ACTIONS.get(entry.action, ACTIONS["change"]),
                fields,
                noted(entry) if noted else entry.note,
            )
        )
    return changes


def _field(model: type[models.Model], name: str) -> Any:
    """A column of the model, else None: what other rooms keep beside a record has no column here."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if field.concrete else None


def _related_names(model: type[models.Model], entries: list[AuditEntry]) -> dict[tuple[str, Any], str]:
    wanted: dict[str, set[Any]] = {}
    for entry in entries:
        for name, pair in entry.changes.items():
            field = _field(model, name)
            if isinstance(field, models.ForeignKey):
                wanted.setdefault(name, set()).update(value for value in pair if value is not None)
    return {
        (name, thing.pk): str(thing)
        for name, pks in wanted.items()
        for thing in _field(model, name).related_model._default_manager.filter(pk__in=pks)
    }


def _label(model: type[models.Model], name: str) -> str:
    field = _field(model, name)
    beside = next((one for one in model._meta.related_objects if one.name == name), None)
    if beside is not None:
        return str(beside.related_model._meta.verbose_name)
    return str(field.verbose_name if field else getattr(model, "audit_labels", {}).get(name, name))


def _value(model: type[models.Model], name: str, value: Any, names: dict[tuple[str, Any], str]) -> str:
    if value is None or value == "":
        return NOTHING
    field = _field(model, name)
    if isinstance(field, models.ForeignKey):
        return names.get((name, value), str(value))
    if isinstance(field, models.DateTimeField) and (at := parse_datetime(str(value))):
        return moment(at)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return (
        str(dict(field.flatchoices).get(value, value)) if field is not None and field.choices else str(value)
    )
