"""Two records become one, and two again (P2.3): fields picked one by one, every relation follows, one transaction, undone for 30 days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from furrow.customers import matching, search
from furrow.customers.duplicate_models import CustomerMerge
from furrow.customers.duplicates import Likeness
from furrow.customers.models import Customer
from furrow.customers.relations import Fact, Relation, facts_between, relations, restore, stored
from furrow.customers.services import ChangedElsewhere
from furrow.kit import audit
from furrow.kit.reactions import react
from furrow.team.models import User

# Picked together: half of one position and half of another is no place.
POSITION = ("longitude", "latitude", "position_system")
NOT_PICKED = frozenset({"code", *POSITION})
MOST_STEPS = 20


@dataclass(frozen=True, slots=True)
class Follows:
    """What one relation brings along: how many rows follow, how many stay with the record merged away."""

    label: str
    rows: int
    stay: int


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything a merge would do."""

    kept: Customer
    gone: Customer
    facts: list[Fact]
    follows: list[Follows]


def preview(kept: Customer, gone: Customer) -> Preview:
    """Every field in which the two differ and every relation with rows, in the order of the rooms."""
    both, follows = _in_both(kept, gone), []
    for relation in relations():
        if relation not in both and (number := len(relation.ids(gone.pk))):
            stay = number if relation.how == "leave" else len(relation.staying(gone.pk, kept.pk))
            follows.append(Follows(relation.label, number - stay, stay))
    return Preview(kept, gone, _differences(kept, gone, both), follows)


def _in_both(kept: Customer, gone: Customer) -> dict[Relation, tuple[Any, Any]]:
    """The relations of one row of facts that both customers have, with both rows."""
    pairs = {one: (one.facts(gone.pk), one.facts(kept.pk)) for one in _facts() if one.ids(gone.pk)}
    return {one: (ours, theirs) for one, (theirs, ours) in pairs.items() if ours and theirs}


def _differences(kept: Customer, gone: Customer, both: Mapping[Relation, tuple[Any, Any]]) -> list[Fact]:
    facts = _customer_facts(kept, gone)
    for relation, (ours, theirs) in both.items():
        facts += facts_between(relation.name, ours, theirs)
    return facts


def _customer_facts(kept: Customer, gone: Customer) -> list[Fact]:
    facts = [fact for fact in facts_between("", kept, gone) if fact.name not in NOT_PICKED]
    ours, theirs = (_place(one) for one in (kept, gone))
    if ours != theirs:
        facts.append(Fact("position", _("Position"), ours or None, theirs or None, ours, theirs))
    return facts


def _place(customer: Customer) -> str:
    if customer.longitude is None or customer.latitude is None:
        return ""
    return f"{customer.longitude:.6f}, {customer.latitude:.6f}"


@transaction.atomic
def merge_customers(
    kept: Customer,
    gone: Customer,
    *,
    by: User | None,
    picks: Mapping[str, str] | None = None,
    versions: tuple[int, int] | None = None,
) -> CustomerMerge:
    """`gone` becomes part of `kept`. `picks`: name of a fact of the preview -> "kept" or "gone"; without one the record kept wins
    unless it is empty there. `versions`: those the preview showed; raises ChangedElsewhere when one is not the current one any more,
    ValidationError for a record and itself. Callers have checked reach."""
    if kept.pk == gone.pk:
        raise ValidationError(_("A customer cannot be merged with itself. Choose another one."))
    kept, gone = _locked(kept, gone)
    if versions is not None and versions != (kept.version, gone.version):
        raise ChangedElsewhere
    before = matching.likenesses((kept.pk, gone.pk))
    picked, facts = picks or {}, _differences(kept, gone, _in_both(kept, gone))
    taken = [fact for fact in facts if _takes_gone(fact, picked)]
    changes = _take_fields(kept, gone, [fact.name for fact in taken if "." not in fact.name])
    moved: dict[str, Any] = {
        "facts": _take_facts(kept, gone, [fact.name for fact in taken if "." in fact.name])
    }
    for relation in relations():
        if found := relation.move(gone.pk, kept.pk):
            moved[relation.name] = found
    codes = [
        *filter(None, kept.former_codes.split("\n")),
        gone.code,
        *filter(None, gone.former_codes.split("\n")),
    ]
    kept.former_codes = _joined(codes)
    gone.deleted_at, gone.merged_into = timezone.now(), kept
    _save(kept, gone, before=before)
    merge = CustomerMerge.objects.create(kept=kept, gone=gone, by=by, fields=changes, moved=moved)
    audit.record(kept, "merge", by=by, changes=changes, note=f"{gone.code} {gone.name}"[:300])
    audit.record(gone, "merge_away", by=by, note=f"{kept.code} {kept.name}"[:300])
    react("customers.merged", merge)
    return merge


def _takes_gone(fact: Fact, picked: Mapping[str, str]) -> bool:
    return picked[fact.name] == "gone" if picked.get(fact.name) in ("kept", "gone") else fact.takes_gone


def _joined(codes: list[str]) -> str:
    """As many codes as the column holds, the latest first to go."""
    limit = Customer._meta.get_field("former_codes").max_length or 0
    kept: list[str] = []
    for code in dict.fromkeys(codes):
        if len("\n".join([*kept, code])) <= limit:
            kept.append(code)
    return "\n".join(kept)


def _locked(*customers: Customer) -> list[Customer]:
    """The rows, locked in the order of their ids; raises ChangedElsewhere when one was deleted meanwhile."""
    rows = (
        Customer.objects.alive()
        .select_for_update()
        .filter(pk__in=[one.pk for one in customers])
        .order_by("pk")
    )
    found = {row.pk: row for row in rows}
    if len(found) < len(customers):
        raise ChangedElsewhere
    return [found[one.pk] for one in customers]


def _take_fields(kept: Customer, gone: Customer, names: list[str]) -> audit.Changes:
    """Set fields of the record kept to those of the other; name -> [before, after]."""
    columns = [column for name in names for column in (POSITION if name == "position" else (name,))]
    changes: audit.Changes = {}
    for name in columns:
        before, after = stored(kept, name), stored(gone, name)
        if before != after:
            changes[name] = [before, after]
            restore(kept, name, after)
    return changes


def _take_facts(kept: Customer, gone: Customer, names: list[str]) -> dict[str, audit.Changes]:
    """The same for facts beside the customer's row: relation -> name -> [before, after]."""
    changes: dict[str, audit.Changes] = {}
    for relation in _facts():
        wanted = [name.rpartition(".")[2] for name in names if name.rpartition(".")[0] == relation.name]
        if not wanted:
            continue
        ours, theirs = (relation.rows(one.pk).select_for_update().first() for one in (kept, gone))
        if ours is None or theirs is None:
            continue
        changes[relation.name] = {name: [stored(ours, name), stored(theirs, name)] for name in wanted}
        for name, (_before, after) in changes[relation.name].items():
            restore(ours, name, after)
        ours.save(update_fields=wanted)
    return changes


def _facts() -> list[Relation]:
    return [relation for relation in relations() if relation.how == "facts"]


def _save(*customers: Customer, before: Mapping[int, Likeness]) -> None:
    """Write both rows with search and duplicate keys as they now stand; `before`: their `likenesses` before any change."""
    for customer in customers:
        customer.version += 1
        customer.updated_at = timezone.now()
        customer.save()
        if customer.deleted_at is None:
            search.put(customer)
        else:
            search.CUSTOMERS.remove([customer.pk])
    matching.put([customer.pk for customer in customers], before)


# Undo ---------------------------------------------------------------------------------------------


@transaction.atomic
def undo_merge(merge: CustomerMerge, *, by: User | None) -> list[str]:
    """Both records as they were: fields, relations, codes. What was changed since the merge stays as it is now; returns sentences on
    what could not be put back. Raises ValidationError when it is too late, done already, or the record kept was itself merged away."""
    merge = CustomerMerge.objects.select_for_update().get(pk=merge.pk)
    if not merge.may_be_undone:
        raise ValidationError(_("Not undone: a merge can be undone once, for 30 days."))
    rows = {
        row.pk: row
        for row in Customer.objects.select_for_update()
        .filter(pk__in=[merge.kept_id, merge.gone_id])
        .order_by("pk")
    }
    kept, gone = rows[merge.kept_id], rows[merge.gone_id]
    if kept.merged_into_id is not None:
        raise ValidationError(_("“%(name)s” was merged away itself. Undo that merge first.") % {"name": kept})
    if gone.merged_into_id != kept.pk:
        raise ValidationError(_("Not undone: a merge can be undone once, for 30 days."))
    before = matching.likenesses((kept.pk, gone.pk))
    left = _fields_back(kept, merge.fields)
    for relation in reversed(relations()):
        if found := merge.moved.get("facts", {}).get(relation.name):
            left += _facts_back(relation, kept, found)
        if (moved := merge.moved.get(relation.name)) and (lost := relation.back(moved, gone.pk, kept.pk)):
            left.append(_lost(relation, lost))
    away = {gone.code, *gone.former_codes.split("\n")}
    kept.former_codes = "\n".join(code for code in kept.former_codes.split("\n") if code not in away)
    gone.deleted_at = gone.merged_into = None
    _save(kept, gone, before=before)
    merge.undone_at = timezone.now()
    merge.save(update_fields=["undone_at"])
    audit.record(
        kept,
        "undo_merge",
        by=by,
        changes={name: [after, before] for name, (before, after) in merge.fields.items()},
        note=str(gone)[:300],
    )
    audit.record(gone, "undo_merge", by=by, note=str(kept)[:300])
    react("customers.merge_undone", merge)
    return left


def _lost(relation: Relation, number: int) -> str:
    return ngettext(
        "%(label)s: %(number)s row was moved or deleted since and stays as it is",
        "%(label)s: %(number)s rows were moved or deleted since and stay as they are",
        number,
    ) % {"label": relation.label, "number": number}


def _fields_back(row: Any, changes: audit.Changes) -> list[str]:
    """Put fields back that still hold what the merge wrote; sentences on the others."""
    changed_since = {name for name, (_before, after) in changes.items() if stored(row, name) != after}
    if changed_since & set(POSITION):
        changed_since |= set(POSITION) & changes.keys()
    for name, (before, _after) in changes.items():
        if name not in changed_since:
            restore(row, name, before)
    labels = [str(row._meta.get_field(name).verbose_name) for name in changes if name in changed_since]
    return [
        _("%(field)s was changed since the merge and stays as it is") % {"field": label} for label in labels
    ]


def _facts_back(relation: Relation, kept: Customer, changes: audit.Changes) -> list[str]:
    row = relation.rows(kept.pk).select_for_update().first()
    if row is None:
        return [_lost(relation, 1)]
    said = _fields_back(row, changes)
    row.save(update_fields=list(changes))
    return said


# Redirects ----------------------------------------------------------------------------------------


def kept_of(pk: int) -> int | None:
    """The record that a merged-away one became part of, through as many merges as there were; None for one not merged away."""
    found: int | None = None
    for _step in range(MOST_STEPS):
        further = Customer.objects.filter(pk=found or pk).values_list("merged_into_id", flat=True).first()
        if further is None:
            break
        found = further
    return found
