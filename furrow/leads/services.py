"""Every entry and change of leads. Assigning and sheets: handover.py; what the holder reports: feedback.py; to a customer: converting.py."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.kit import audit
from furrow.kit.figures import moment as shown_moment
from furrow.kit.folding import fold
from furrow.leads import matching, search
from furrow.leads.course_models import Ended
from furrow.leads.models import SHIPPED, Channel, Lead
from furrow.leads.moving import (
    ChangedElsewhere,
    Refused,
    begin_holding,
    end_holding,
    locked,
    moment,
    move,
    touch,
)
from furrow.leads.states import HELD, Move, State
from furrow.team.models import User

FIELDS = (
    "name", "contact_name", "phone", "region", "address", "situation", "channel", "source", "referrer", "remark", "brand", "product",
    "prospect_class", "is_urgent", "entered_afterwards",
)  # fmt: skip
FILLED_BY_MERGE = (
    "contact_name",
    "phone",
    "region",
    "address",
    "situation",
    "source",
    "referrer",
    "brand",
    "product",
)
LONGEST_REMARK = 1000


def seed_channels() -> None:
    """The sub-channels every company begins with; those there already stay as they are."""
    there = set(Channel.objects.exclude(code="").values_list("code", flat=True))
    Channel.objects.bulk_create(
        [Channel(kind=kind, code=code) for code, (kind, _name) in SHIPPED.items() if code not in there],
        ignore_conflicts=True,
    )


def shipped_channel(code: str) -> Channel:
    """One of the sub-channels every company begins with."""
    found = Channel.objects.filter(code=code).first()
    if found is None:
        seed_channels()
        found = Channel.objects.get(code=code)
    return found


def brand_key(name: str) -> str:
    """What a brand is found by."""
    return fold(name)[:80]


def agree_on_goods(lead: Lead, values: dict[str, Any]) -> dict[str, Any]:
    """The values with brand and product in agreement: the brand follows from the product, and a brand of another product puts that out."""
    wanted, known = values.get("product"), lead.product
    if wanted is not None:
        return values | {"brand": wanted.brand}
    if known is None or "product" in values or values.get("brand", known.brand) == known.brand:
        return values
    return values | {"product": None}


@transaction.atomic
def record_lead(
    *, by: User | None, at: datetime | None = None, client_id: str | None = None, **values: Any
) -> Lead:
    """Enter a lead; `at` is when the inquiry came. With a `client_id` that is known the lead entered first is returned, so that a retry
    enters nothing twice. An urgent one entered after it was passed on is marked by `entered_afterwards` (P2.2)."""
    if client_id and (known := Lead.objects.filter(client_id=client_id).first()):
        return known
    lead = Lead(entered_by=by, inquired_at=moment(at), client_id=client_id or None)
    for name, value in agree_on_goods(lead, values).items():
        setattr(lead, name, value)
    lead.entered_afterwards = lead.is_urgent and lead.entered_afterwards
    lead.save(force_insert=True)
    search.put(lead)
    matching.put(lead)
    filled = {
        name: value for name, value in audit.values_of(lead, FIELDS).items() if value not in ("", None, False)
    }
    audit.record(lead, "create", by=by, changes=audit.changes_between({}, filled))
    return lead


@transaction.atomic
def change_lead(lead: Lead, *, by: User | None, version: int | None = None, **values: Any) -> Lead:
    """Change what is known of a lead. With `version`, raises ChangedElsewhere unless it is still the current one."""
    row = locked(lead)
    if version is not None and version != row.version:
        raise ChangedElsewhere
    before = audit.values_of(row, FIELDS)
    for name, value in agree_on_goods(row, values).items():
        setattr(row, name, value)
    changes = audit.changes_between(before, audit.values_of(row, FIELDS))
    if changes:
        touch(row)
        search.put(row)
        if changes.keys() & matching.KEY_FIELDS:
            matching.put(row)
        audit.record(row, "change", by=by, changes=changes)
    return row


@transaction.atomic
def add_inquiry(lead: Lead, text: str, *, by: User | None, at: datetime | None = None) -> Lead:
    """The same one asked again: kept with the lead instead of entering it twice (P2.3)."""
    row = locked(lead)
    line = f"{shown_moment(moment(at))} {text.strip() or _('Asked again')}"
    remark = f"{row.remark}\n{line}".strip()[-LONGEST_REMARK:]
    return change_lead(row, by=by, remark=remark)


@transaction.atomic
def delete_lead(lead: Lead, *, by: User | None) -> None:
    """Delete softly: out of lists, sheets and search, back with restore_lead. A converted one stays: its customer points to it."""
    row = locked(lead)
    if row.state == State.CONVERTED:
        raise ValidationError(_("Not deleted: it became a customer. Undo the conversion first."))
    if row.state in HELD:
        row.state_before = row.state
        end_holding(row, timezone.now(), Ended.DELETED)
        row.state, row.holder, row.feedback_due = State.POOL, None, None
    row.deleted_at = timezone.now()
    touch(row)
    search.LEADS.remove([row.pk])
    matching.put(row)
    audit.record(row, "delete", by=by)


@transaction.atomic
def restore_lead(lead: Lead, *, by: User | None) -> Lead:
    """Take a deletion back; one that was held comes back into the pool, for its holder has been told it is gone."""
    row = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
    if row.deleted_at is not None:
        row.deleted_at = None
        touch(row)
        search.put(row)
        matching.put(row)
        audit.record(row, "restore", by=by)
    return row


@transaction.atomic
def merge_lead(lead: Lead, into: Lead, *, by: User | None, at: datetime | None = None) -> Lead:
    """Say that a lead is another one: what the kept one lacks is filled in, the remark is added; undone with unmerge_lead. Returns the
    one kept. Raises Refused for itself, for one merged or ended."""
    first, second = sorted((lead.pk, into.pk))
    rows = {
        row.pk: row
        for row in Lead.objects.alive()
        .select_for_update(of=("self",))
        .filter(pk__in=[first, second])
        .order_by("pk")
    }
    if lead.pk == into.pk or len(rows) < 2:
        raise Refused(_("Choose another lead to merge into"))
    gone, kept = rows[lead.pk], rows[into.pk]
    if kept.state == State.MERGED:
        raise Refused(_("Not merged: “%(lead)s” is merged into another one itself") % {"lead": kept.name})
    values = {
        name: getattr(gone, name)
        for name in FILLED_BY_MERGE
        if not getattr(kept, name) and getattr(gone, name)
    }
    if "product" in values and kept.brand_id not in (None, values["product"].brand_id):
        del values["product"]
    if gone.remark:
        values["remark"] = f"{kept.remark}\n{gone.remark}".strip()[:LONGEST_REMARK]
    if gone.is_urgent:
        values["is_urgent"] = True
    move(gone, Move.MERGE, by=by, at=moment(at), duplicate_of=kept, state_before=gone.state)
    return change_lead(kept, by=by, **values)


@transaction.atomic
def unmerge_lead(lead: Lead, *, by: User | None, at: datetime | None = None) -> Lead:
    """They are two again: the merged one comes back where it was, to its last holder if it had one."""
    row = locked(lead)
    if row.state != State.MERGED:
        raise Refused(_("“%(lead)s” is not merged") % {"lead": row.name})
    state = State(row.state_before or State.ENTERED)
    holder = None
    if state in HELD:
        last = row.holdings.order_by("-until", "-id").select_related("holder").first()
        holder = last.holder if last else None
        state = state if holder else State.POOL
    row.state, row.holder, row.duplicate_of, row.state_before = state, holder, None, ""
    if holder is not None:
        row.followed_at = moment(at)
        begin_holding(row, holder, by=by, at=moment(at))
    touch(row)
    audit.record(row, "unmerge", by=by, changes={"state": [State.MERGED, state]})
    return row


@transaction.atomic
def texts_erased(ids: Iterable[int]) -> None:
    """Work out anew what these leads are found and compared by, after an erasure of personal data took texts out of their rows."""
    for lead in Lead.objects.filter(pk__in=ids):
        if lead.deleted_at is None:
            search.put(lead)
        matching.put(lead)
    search.LEADS.merge()
