"""Leads that may be the same one, by the customers' one rule (P2.3): the same keys, the same points and reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import get_language

from furrow.customers.checking import LookAlike, Told, look_alikes, masked, masked_phone, told
from furrow.customers.duplicates import Likeness, Match, compare, keys_of
from furrow.customers.matching import likeness
from furrow.kit.regions import region_book
from furrow.leads.models import Lead, LeadKey
from furrow.leads.states import State
from furrow.team.models import User

KEY_FIELDS = frozenset({"name", "phone", "region"})
AT_ENTRY = 5
PER_KEY = 60  # what a check costs does not grow with the number of leads


def likeness_of(lead: Lead) -> Likeness:
    """What a lead is compared by."""
    return likeness(
        {"name": lead.name, "phone": lead.phone, "region_id": lead.region_id, "address": lead.address}
    )


def put(lead: Lead) -> None:
    """Keep the keys of a lead as it now stands; a deleted one has none."""
    LeadKey.objects.filter(lead=lead).delete()
    if lead.deleted_at is None:
        LeadKey.objects.bulk_create(LeadKey(key=key, lead_id=lead.pk) for key in keys_of(likeness_of(lead)))


@dataclass(frozen=True, slots=True)
class LeadLike:
    """An existing lead that may be the one being entered; out of reach `pk` is 0 and all but the holder is masked."""

    pk: int
    name: str
    phone: str
    region: str
    state: str
    holder: str
    match: Match
    told: Told


@dataclass(frozen=True, slots=True)
class Found:
    """What may be the one being entered: leads and customers."""

    leads: tuple[LeadLike, ...] = ()
    customers: tuple[LookAlike, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.leads or self.customers)


def alike(one: Likeness, user: User, *, without: int = 0, limit: int = AT_ENTRY) -> Found:
    """Leads and customers that may be `one`, likeliest first."""
    return Found(tuple(_leads(one, user, without, limit)), tuple(look_alikes(one, user, limit=limit)))


def probable(values: Mapping[str, Any], user: User) -> Found:
    """Those that make an inquiry with these cleaned values worth a question."""
    region = values.get("region")
    return alike(likeness({**values, "region_id": region.pk if region else ""}), user)


def _leads(one: Likeness, user: User, without: int, limit: int) -> list[LeadLike]:
    keys = keys_of(one)
    if not keys:
        return []
    ids: set[int] = set()
    for key in keys:
        ids.update(LeadKey.objects.filter(key=key).values_list("lead_id", flat=True)[:PER_KEY])
    ids.discard(without)
    rows = Lead.objects.alive().exclude(state=State.MERGED).filter(pk__in=ids).select_related("holder")
    found = [(row, match) for row in rows if (match := compare(one, likeness_of(row))).level]
    found.sort(key=lambda pair: (-pair[1].score, pair[0].pk))
    found = found[:limit]
    mine = _within_reach([row.pk for row, _match in found], user)
    return [_like(row, match, row.pk in mine) for row, match in found]


def _within_reach(ids: Iterable[int], user: User) -> set[int]:
    rows: models.QuerySet[Lead] = Lead.objects.visible_to(user).filter(pk__in=list(ids))
    return set(rows.values_list("pk", flat=True))


def _like(row: Lead, match: Match, in_reach: bool) -> LeadLike:
    book, language = region_book(), get_language() or ""
    words = told(match.score, match.reasons, match.level)
    code = row.region_id or ""
    return LeadLike(
        row.pk if in_reach else 0,
        row.name if in_reach else masked(row.name),
        row.phone if in_reach else masked_phone(row.phone),
        book.full_name(code if in_reach else code[:4], language) if code else "",
        row.get_state_display(),
        row.holder.name if row.holder else "",
        match,
        words,
    )
