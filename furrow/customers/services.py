"""Every change of single customers. Many at once: bulk.py (import) and grades.py (gradings)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.customers import matching, search
from furrow.customers.codes import next_codes
from furrow.customers.models import Customer
from furrow.kit import audit
from furrow.team.models import User

FIELDS = (
    "code", "name", "short_name", "kind", "contact_name", "phone", "channel_type", "status", "owner", "customer_grade", "visit_grade",
    "region", "address", "longitude", "latitude", "position_system", "ownership_type", "legal_representative", "note",
)  # fmt: skip


class ChangedElsewhere(ValidationError):
    """The record changed since the caller read it."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Not saved: someone changed this customer meanwhile. Load the page again, then repeat your change."
            )
        )


def _check_owner(owner: User | None, by: User | None) -> None:
    """Who may not hand customers over may only take them; nobody hands to people out of reach."""
    if by is not None and owner != by and not by.may("customers.change_owner"):
        raise ValidationError({"owner": _("Handing customers over is your manager's decision")})
    if owner is not None and by is not None and not User.objects.visible_to(by).filter(pk=owner.pk).exists():
        raise ValidationError({"owner": _("Not found among your people")})


@transaction.atomic
def create_customer(
    *, by: User | None, also: Callable[[Customer], audit.Changes] | None = None, **values: Any
) -> Customer:
    """A new customer; without a code the next free one; who may not hand customers over becomes the owner. Raises
    ValidationError for a code in use or an owner out of reach. `also` writes what lies beside its row, as in `change_customer`."""
    if by is not None and values.get("owner") is None and not by.may("customers.change_owner"):
        values["owner"] = by
    _check_owner(values.get("owner"), by)
    code = values.pop("code", "") or next_codes(1)[0]
    if Customer.objects.filter(code=code).exists():
        raise ValidationError({"code": _("Another customer has this code")})
    customer = Customer(code=code, **values)
    customer.save(force_insert=True)
    search.put(customer)
    changes = audit.changes_between(
        {}, {k: v for k, v in audit.values_of(customer, FIELDS).items() if v not in ("", None)}
    )
    if also is not None:
        changes |= also(customer)
    matching.put([customer.pk], {})
    audit.record(customer, "create", by=by, changes=changes)
    return customer


@transaction.atomic
def change_customer(
    customer: Customer,
    *,
    by: User | None,
    version: int | None = None,
    also: Callable[[Customer], audit.Changes] | None = None,
    action: str = "change",
    **values: Any,
) -> Customer:
    """Change fields of a customer. With `version`, raises ChangedElsewhere unless it is still the current one.

    `also` writes what lies beside the customer's row in the same change and returns its part of the audit entry.
    """
    if "owner" in values and getattr(values["owner"], "pk", None) != customer.owner_id:
        _check_owner(values["owner"], by)
    locked = _locked(customer)
    if version is not None and version != locked.version:
        raise ChangedElsewhere
    before, likeness = audit.values_of(locked, FIELDS), matching.likenesses([locked.pk])
    code = values.get("code")
    if "code" in values and not code:
        values.pop("code")
    elif code and code != locked.code and Customer.objects.filter(code=code).exists():
        raise ValidationError({"code": _("Another customer has this code")})
    for name, value in values.items():
        setattr(locked, name, value)
    changes = audit.changes_between(before, audit.values_of(locked, FIELDS))
    if also is not None:
        changes |= also(locked)
    if changes:
        _touch(locked)
        if changes.keys() & set(search.INDEXED_FIELDS):
            search.put(locked)
        if any(name.rpartition(".")[2] in matching.KEY_FIELDS for name in changes):
            matching.put([locked.pk], likeness)
        audit.record(locked, action, by=by, changes=changes)
    return locked


def _locked(customer: Customer) -> Customer:
    """The customer's row, locked until the transaction ends; raises ChangedElsewhere when it was deleted meanwhile."""
    found = Customer.objects.alive().select_for_update().filter(pk=customer.pk).first()
    if found is None:
        raise ChangedElsewhere
    return found


def _touch(customer: Customer) -> None:
    customer.version += 1
    customer.updated_at = timezone.now()
    customer.save()


@transaction.atomic
def delete_customer(customer: Customer, *, by: User | None) -> None:
    """Delete softly: out of lists, search and plans, back with restore_customer. Raises ChangedElsewhere when it is deleted already."""
    locked = _locked(customer)
    likeness = matching.likenesses([locked.pk])
    locked.deleted_at = timezone.now()
    _touch(locked)
    search.CUSTOMERS.remove([locked.pk])
    matching.put([locked.pk], likeness)
    audit.record(locked, "delete", by=by)


@transaction.atomic
def restore_customer(customer: Customer, *, by: User | None) -> Customer:
    """Take a deletion back. A customer that was merged away stays so until the merge is undone."""
    locked = Customer.objects.select_for_update().get(pk=customer.pk)
    if locked.deleted_at is not None and locked.merged_into_id is None:
        locked.deleted_at = None
        _touch(locked)
        search.put(locked)
        matching.put([locked.pk], {})
        audit.record(locked, "restore", by=by)
    return locked


@transaction.atomic
def change_owner(
    customers: Iterable[Customer], owner: User | None, *, by: User | None
) -> dict[int, int | None]:
    """Hand customers to another owner (None: nobody). Returns id -> owner id before, for those that changed."""
    _check_owner(owner, by)
    owner_id = owner.pk if owner else None
    rows = (
        Customer.objects.alive()
        .select_for_update()
        .filter(pk__in=[customer.pk for customer in customers])
        .order_by("pk")
    )
    before: dict[int, int | None] = {
        pk: old for pk, old in rows.values_list("pk", "owner_id") if old != owner_id
    }
    set_owners(dict.fromkeys(before, owner_id), by=by)
    return before


@transaction.atomic
def undo_change_owner(before: dict[int, int | None], owner_id: int | None, *, by: User) -> None:
    """Take `change_owner` back: id -> owner id before, where `owner_id` still is the owner and the customer is in reach."""
    ours = Customer.objects.visible_to(by).filter(pk__in=list(before), owner=owner_id)
    set_owners({pk: before[pk] for pk in ours.values_list("pk", flat=True)}, by=by)


@transaction.atomic
def set_owners(wanted: dict[int, int | None], *, by: User | None) -> None:
    """Set id -> owner id as given, with audit; callers have checked reach. Used by undo and by publishing a plan."""
    current = dict(
        Customer.objects.alive()
        .select_for_update()
        .filter(pk__in=list(wanted))
        .order_by("pk")
        .values_list("pk", "owner_id")
    )
    changed = {pk: wanted[pk] for pk, old in current.items() if wanted[pk] != old}
    for owner_id in set(changed.values()):
        ids = [pk for pk, new in changed.items() if new == owner_id]
        Customer.objects.filter(pk__in=ids).update(
            owner_id=owner_id, version=F("version") + 1, updated_at=timezone.now()
        )
    audit.record_many(
        Customer,
        "change_owner",
        ((pk, {"owner": [current[pk], new]}) for pk, new in changed.items()),
        by_id=by.pk if by else None,
    )


@transaction.atomic
def texts_erased(ids: Collection[int]) -> None:
    """Work out anew what these customers are found and compared by, after an erasure of personal data took texts out of their rows."""
    for customer in Customer.objects.alive().filter(pk__in=ids):
        search.put(customer)
    search.CUSTOMERS.merge()
    matching.put_anew(ids)
