"""Many customers at once: an import's creations, changes and their undo. Each call is one transaction with audit entries and search index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from furrow.customers import matching
from furrow.customers.codes import next_codes
from furrow.customers.custom.importing import PREFIX, own_part, set_value, value_of, write_values
from furrow.customers.models import Customer
from furrow.customers.search import CUSTOMERS, INDEXED_FIELDS, indexed
from furrow.kit import audit
from furrow.kit.ordering import name_order
from furrow.kit.rows import insert_columns, new_ids
from furrow.team.models import User

BATCH = 2000
_DEFAULTS = {field.attname: field.get_default() for field in Customer._meta.concrete_fields}
_RELATIONS = {"owner_id": "owner", "region_id": "region"}
_KEPT_UP = ["version", "updated_at", "deleted_at"]


@transaction.atomic(savepoint=False)  # a savepoint's end would wait for all rows, see kit.rows.writing_behind
def insert_many(
    rows: Sequence[Mapping[str, Any]], *, by: User | None, note: str, action: str = "import"
) -> list[int]:
    """New customers from column values (owner_id, region_id); those without a code get the next free ones. Returns their ids.

    Callers have checked values and reach. Raises IntegrityError for a code that somebody took meanwhile.
    """
    codes = iter(next_codes(sum(1 for row in rows if not row.get("code"))))
    now = timezone.now()
    ids = new_ids(Customer, len(rows))
    # From what is soonest made to what takes longest: the database is busy with one while the next is made.
    audit.record_many(Customer, action, ((pk, {}) for pk in ids), by_id=by.pk if by else None, note=note)
    matching.add((pk, matching.likeness(row)) for pk, row in zip(ids, rows, strict=True))
    columns = {name: [default] * len(rows) for name, default in _DEFAULTS.items()}
    given = set[str]().union(*rows)
    for name in columns.keys() & given:
        columns[name] = [row.get(name, _DEFAULTS[name]) for row in rows]
    columns |= {"id": ids, "created_at": [now] * len(rows), "updated_at": [now] * len(rows)}
    columns["code"] = [code or next(codes) for code in columns["code"]]
    columns["name_order"] = list(map(name_order, columns["name"]))
    insert_columns(Customer, columns)
    if any(name.startswith(PREFIX) for name in given):
        write_values([(pk, own) for pk, row in zip(ids, rows, strict=True) if (own := own_part(row))])
    CUSTOMERS.add(zip(ids, map(indexed, *(columns[name] for name in INDEXED_FIELDS)), strict=True))
    return ids


def create_many(
    rows: Sequence[Mapping[str, Any]], *, by: User | None, note: str, action: str = "import"
) -> list[Customer]:
    """As insert_many, but returns the customers."""
    ids = insert_many(rows, by=by, note=note, action=action)
    made = Customer.objects.in_bulk(ids)
    return [made[pk] for pk in ids]


@transaction.atomic(savepoint=False)
def change_many(
    rows: Sequence[tuple[Customer, Mapping[str, Any]]], *, by: User | None, note: str, action: str = "import"
) -> list[dict[str, Any]]:
    """Set column values (also deleted_at) of customers the caller has locked; one customer may come several times. Own fields may be
    among them where the caller has read them along (`load_values`).

    Returns per row the values before, of the columns that changed; its version rises by one for each row that changed something.
    """
    now = timezone.now()
    before: list[dict[str, Any]] = []
    entries: list[tuple[int, audit.Changes]] = []
    touched: dict[int, Customer] = {}
    columns: set[str] = set()
    beside: list[tuple[int, dict[str, Any]]] = []
    for customer, values in rows:
        old = {
            name: value_of(customer, name)
            for name, value in values.items()
            if value_of(customer, name) != value
        }
        before.append(old)
        if not old:
            continue
        for name in old:
            set_value(customer, name, values[name])
        customer.version += 1
        customer.updated_at = now
        touched[customer.pk] = customer
        own = own_part({name: values[name] for name in old})
        beside.append((customer.pk, own))
        columns |= old.keys() - own.keys()
        entries.append(
            (
                customer.pk,
                {_RELATIONS.get(n, n): [audit.plain(o), audit.plain(values[n])] for n, o in old.items()},
            )
        )
    _write(list(touched.values()), columns)
    write_values(beside)
    audit.record_many(Customer, action, entries, by_id=by.pk if by else None, note=note)
    return before


def _write(customers: list[Customer], columns: set[str]) -> None:
    if not customers:
        return
    names = [_RELATIONS.get(column, column) for column in columns]
    if "name" in columns:
        names.append("name_order")
    ids = [customer.pk for customer in customers]
    likens = bool(columns & {"name", "phone", "region_id", "deleted_at"})
    before = matching.likenesses(ids) if likens else {}
    # An upsert on the primary key: one statement where bulk_update would write one CASE branch per row and column.
    Customer.objects.bulk_create(
        customers,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=list(dict.fromkeys([*names, *_KEPT_UP])),
    )
    if likens:
        matching.put(ids, before)
    if columns & {*INDEXED_FIELDS, "deleted_at"}:
        CUSTOMERS.remove([customer.pk for customer in customers if customer.deleted_at])
        _index(customer for customer in customers if not customer.deleted_at)


def _index(customers: Iterable[Customer]) -> None:
    CUSTOMERS.put((c.pk, indexed(*(getattr(c, name) for name in INDEXED_FIELDS))) for c in customers)


def locked(ids: Iterable[int]) -> dict[int, Customer]:
    """These customers by id, deleted ones too, their rows locked until the transaction ends."""
    return {
        customer.pk: customer
        for customer in Customer.objects.select_for_update().filter(pk__in=list(ids)).order_by("pk")
    }


def as_stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Column values for JSON; the way back is `from_stored`."""
    return {name: audit.plain(value) for name, value in values.items()}


def from_stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Column values out of `as_stored`."""
    restored = dict(values)
    if isinstance(restored.get("deleted_at"), str):
        restored["deleted_at"] = datetime.fromisoformat(restored["deleted_at"])
    return restored
