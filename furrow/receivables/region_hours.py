"""Hours in which a region is not asked for money (P6.3 忌讳): set by those who keep the credit policy, read by the collecting list."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.customers.models import Customer
from furrow.kit import audit
from furrow.kit.places import Region
from furrow.receivables.collecting_models import RegionHours
from furrow.receivables.collecting_rules import narrowest
from furrow.team.models import User

FIELDS = ("avoid_from", "avoid_until", "note")


@transaction.atomic
def set_hours(region: Region, avoid_from: time, avoid_until: time, *, note: str = "", by: User | None) -> RegionHours:  # fmt: skip
    """Hours of one region, in place of those it had; they may run over midnight. Raises ValidationError for hours that begin when they end."""
    if avoid_from == avoid_until:
        raise ValidationError({"avoid_until": _("These hours end when they begin.")})
    row = RegionHours.objects.select_for_update().filter(region=region).first() or RegionHours(region=region)
    before = audit.values_of(row, FIELDS) if row.pk else {}
    row.avoid_from, row.avoid_until, row.note, row.by = avoid_from, avoid_until, note.strip()[:100], by
    row.version += 1
    row.updated_at = timezone.now()
    row.save()
    audit.record(row, "change" if before else "create", by=by, changes=audit.changes_between(before, audit.values_of(row, FIELDS)))  # fmt: skip
    return row


@transaction.atomic
def end_hours(row: RegionHours, *, by: User | None) -> None:
    """The region is asked at any hour again."""
    audit.record(row, "delete", by=by, note=str(row))
    row.delete()


def hours_of(customers: Iterable[Customer]) -> dict[int, RegionHours]:
    """Customer -> the hours of its region; none are left out. One query."""
    known = {row.region_id: row for row in RegionHours.objects.select_related("region")}
    found = (
        {customer.pk: narrowest(customer.region_id or "", known) for customer in customers} if known else {}
    )
    return {pk: known[code] for pk, code in found.items() if code}
