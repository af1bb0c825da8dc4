"""Every change of the card beyond the customer's own row: facts, lists, own fields, confirmations, and taking a change back.

Each is one entry of the customer's change history: path -> [old, new].
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.customers import services
from furrow.customers.card.groups import TABLES, column_of, group_named, label_of, table_of
from furrow.customers.card.lines import LISTS
from furrow.customers.card.models import CardConfirmation, DealerFacts
from furrow.customers.custom.models import CustomField
from furrow.customers.custom.services import set_values, stored_values
from furrow.customers.models import CodeCounter, Customer, Kind
from furrow.kit import audit
from furrow.kit.models import AuditEntry
from furrow.team.models import User

MOST_TIERS = 20
CUSTOM = "custom."


@transaction.atomic
def change_facts(
    customer: Customer,
    values: Mapping[str, Any],
    *,
    by: User | None,
    version: int | None = None,
    action: str = "change",
) -> Customer:
    """Set facts by path: columns, lists as text, own fields as "custom.<id>". Raises ChangedElsewhere, or ValidationError for a
    dealer that would stand above itself, lies out of reach or is none."""
    own = {path: value for path, value in values.items() if "." not in path}
    beside = {path: value for path, value in values.items() if "." in path}

    def write(locked: Customer) -> audit.Changes:
        return _write_beside(locked, beside, by)

    return services.change_customer(customer, by=by, version=version, also=write, action=action, **own)


def create_customer(facts: Mapping[str, Any], *, by: User | None, **values: Any) -> Customer:
    """A new customer with facts beside its row in the same entry; raises as `services.create_customer` and `change_facts` do."""

    def write(customer: Customer) -> audit.Changes:
        changes = _write_beside(customer, facts, by)
        return {path: pair for path, pair in changes.items() if pair[1] not in ("", None)}

    return services.create_customer(by=by, also=write, **values)


def _write_beside(customer: Customer, values: Mapping[str, Any], by: User | None) -> audit.Changes:
    changes = _write_tables(customer, values, by)
    changes |= _write_lists(customer, values)
    given = {
        int(path.removeprefix(CUSTOM)): value for path, value in values.items() if path.startswith(CUSTOM)
    }
    return changes | {f"{CUSTOM}{pk}": pair for pk, pair in set_values(customer, given).items()}


def _write_tables(customer: Customer, values: Mapping[str, Any], by: User | None) -> audit.Changes:
    by_table: dict[str, dict[str, Any]] = defaultdict(dict)
    for path, value in values.items():
        table, _dot, column = path.partition(".")
        if table in TABLES:
            by_table[table][column] = value
    changes: audit.Changes = {}
    for table, columns in by_table.items():
        model = table_of(f"{table}.")
        row: Any = model._default_manager.filter(customer=customer).first() or model(customer=customer)
        before = audit.values_of(row, columns)
        _check_dealers(customer, table, columns, before, by)
        for column, value in columns.items():
            setattr(row, column, value)
        changed = audit.changes_between(before, audit.values_of(row, columns))
        if changed:
            row.save()
            changes |= {f"{table}.{column}": pair for column, pair in changed.items()}
    return changes


def _check_dealers(
    customer: Customer, table: str, columns: Mapping[str, Any], before: Mapping[str, Any], by: User | None
) -> None:
    for path in ("dealer.parent", "outlet.supplied_by"):
        column = path.rpartition(".")[2]
        dealer: Customer | None = columns.get(column) if path.startswith(f"{table}.") else None
        if dealer is None or dealer.pk == before.get(column):
            continue
        if (
            by is not None
            and not Customer.objects.visible_to(by).filter(pk=dealer.pk, kind=Kind.DEALER).exists()
        ):
            raise ValidationError({path: _("No such dealer among your customers")})
        if path == "dealer.parent":
            _check_no_cycle(customer, dealer)


def _check_no_cycle(customer: Customer, above: Customer) -> None:
    """One change of the tree at a time, so that two at once cannot close a circle between them."""
    CodeCounter.objects.get_or_create(name="dealer_tree")
    CodeCounter.objects.select_for_update().get(name="dealer_tree")
    at: int | None = above.pk
    for _tier in range(MOST_TIERS):
        if at is None:
            return
        if at == customer.pk:
            raise ValidationError(
                {"dealer.parent": _("%(name)s already stands below this dealer") % {"name": above}}
            )
        at = DealerFacts.objects.filter(customer=at).values_list("parent", flat=True).first()
    raise ValidationError(
        {"dealer.parent": _("At most %(number)s tiers of dealers") % {"number": MOST_TIERS}}
    )


def _write_lists(customer: Customer, values: Mapping[str, Any]) -> audit.Changes:
    changes: audit.Changes = {}
    for path, lines in LISTS.items():
        if path not in values:
            continue
        manager: Any = getattr(customer, lines.relation)
        before = lines.text(list(manager.all()))
        rows = lines.read(values[path])
        manager.all().delete()
        manager.bulk_create(manager.model(customer=customer, **row) for row in rows)
        after = lines.text(list(manager.all()))
        if before != after:
            changes[path] = [before, after]
    return changes


@transaction.atomic
def confirm_group(customer: Customer, name: str, *, by: User) -> CardConfirmation:
    """Say that a group's facts are true as of now. Raises ValidationError for a group that this card does not have."""
    if group_named(customer.kind, name) is None:
        raise ValidationError(_("This card has no such group"))
    confirmation, _made = CardConfirmation.objects.update_or_create(
        customer=customer, group=name, defaults={"at": timezone.now(), "by": by}
    )
    audit.record(customer, "confirm", by=by, changes={"group": [None, name]})
    return confirmation


@transaction.atomic
def undo_change(customer: Customer, entry_id: int, *, by: User) -> Customer:
    """Put back what one change overwrote. Raises ValidationError when the entry is no change of this customer or one of its facts
    was changed again since."""
    locked = Customer.objects.select_for_update().get(pk=customer.pk)
    entry = audit.history(locked).filter(pk=entry_id, action="change").first()
    if entry is None or not entry.changes:
        raise ValidationError(_("This change cannot be undone"))
    now = _plain_now(locked, entry)
    for name, (_old, new) in entry.changes.items():
        if now.get(name) != new:
            raise ValidationError(
                _("Not undone: %(field)s was changed again since"), params={"field": fact_label(name)}
            )
    values = {name: _restored(name, old) for name, (old, _new) in entry.changes.items()}
    return change_facts(locked, values, by=by, action="undo")


def _plain_now(customer: Customer, entry: AuditEntry) -> dict[str, Any]:
    """The entry's facts as they are now, as the change history keeps them."""
    now: dict[str, Any] = {}
    stored = stored_values(customer) if any(name.startswith(CUSTOM) for name in entry.changes) else {}
    for name in entry.changes:
        table, dot, column = name.partition(".")
        if name in LISTS:
            now[name] = LISTS[name].text(list(getattr(customer, LISTS[name].relation).all()))
        elif name.startswith(CUSTOM):
            now[name] = stored.get(int(column))
        elif not dot:
            now[name] = audit.values_of(customer, [name])[name]
        elif table in TABLES:
            row = table_of(name)._default_manager.filter(customer=customer).first()
            now[name] = audit.values_of(row, [column])[column] if row else None
    return now


def _restored(name: str, old: Any) -> Any:
    """The value that the change history kept, as a change takes it."""
    if name in LISTS:
        return old or ""
    if name.startswith(CUSTOM):
        return old
    column = column_of(name)
    if isinstance(column, models.ForeignKey):
        related: Any = column.related_model
        return related._default_manager.filter(pk=old).first() if old is not None else None
    if old is None and not column.null:
        return ""
    return column.to_python(old)


def fact_label(name: str) -> str:
    """A fact's name, also of an own field."""
    if name.startswith(CUSTOM):
        found = CustomField.objects.filter(pk=int(name.removeprefix(CUSTOM))).first()
        return found.label if found else name
    return label_of(name)
