"""Hours in which a region is not asked for money (P6.3 忌讳): set by those who keep the credit policy, read by the collecting list and the phone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import time
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.kit import audit
from furrow.kit.places import Region
from furrow.receivables.collecting_models import PayingHabit, RegionHours
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


class Avoided(NamedTuple):
    """Hours in which a customer is not asked for money; `place` names the region they are of, empty for the customer's own."""

    start: time
    end: time
    place: str


def hours_to_avoid(regions: Mapping[int, str], habits: Iterable[PayingHabit]) -> dict[int, Avoided]:
    """Customer -> the hours of its own paying habits, else those of the narrowest region it (customer -> region code) lies in that has
    some; whoever may be asked at any hour is left out. One query."""
    found = {}
    known = {row.region_id: row for row in RegionHours.objects.select_related("region")}
    for pk, region in regions.items() if known else ():
        if code := narrowest(region, known):
            found[pk] = Avoided(known[code].avoid_from, known[code].avoid_until, str(known[code].region))
    for habit in habits:
        if habit.avoid_from is not None and habit.avoid_until is not None:
            found[habit.customer_id] = Avoided(habit.avoid_from, habit.avoid_until, "")
    return found
