"""The audit trail: services say what they changed; nothing else writes here."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.kit.models import AuditEntry
from furrow.kit.rows import insert_rows

Changes = dict[str, list[Any]]


def plain(value: Any) -> Any:
    """A value as JSON keeps it: records by id, dates and decimals as text."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value


def values_of(thing: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    """The thing's own columns, foreign keys by id, as JSON keeps them."""
    return {name: plain(getattr(thing, thing._meta.get_field(name).attname)) for name in fields}  # type: ignore[union-attr]


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    """field -> [old, new] of what differs."""
    return {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}


def record(
    thing: models.Model,
    action: str,
    *,
    by: models.Model | None,
    changes: Changes | None = None,
    note: str = "",
) -> None:
    """Write one audit entry in the current transaction."""
    AuditEntry.objects.create(
        by_id=by.pk if by else None,
        action=action,
        model=thing._meta.label_lower,
        object_id=thing.pk,
        changes=changes or {},
        note=note,
    )


def exported(by: models.Model, what: str, detail: object) -> None:
    """Write down, on whoever took it out of the system, what was taken and how much or which of it."""
    note = _("%(what)s: %(detail)s") % {"what": what, "detail": detail}
    record(by, "export", by=by, note=note[:300])


def record_many(
    model: type[models.Model],
    action: str,
    changed: Iterable[tuple[int, Changes]],
    *,
    by_id: int | None,
    note: str = "",
) -> None:
    """Write one entry per (id, changes), in bulk."""
    label, now = model._meta.label_lower, timezone.now()
    names = ("at", "by_id", "action", "model", "object_id", "changes", "note")
    insert_rows(
        AuditEntry, names, ((now, by_id, action, label, pk, changes, note) for pk, changes in changed)
    )


def history(thing: models.Model) -> models.QuerySet[AuditEntry]:
    """All entries on one thing, latest first, with who did it."""
    entries = AuditEntry.objects.filter(model=thing._meta.label_lower, object_id=thing.pk)
    return entries.select_related("by").order_by("-id")
