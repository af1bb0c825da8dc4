"""Reads of the duplicate check (P2.3): who may be the customer being entered, with reasons in words. Outside the reader's reach only the
owner and masked data are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from furrow.customers.duplicates import LIKELY, SURE, Likeness, Match, Reason
from furrow.customers.matching import candidates, likeness
from furrow.customers.models import Customer
from furrow.kit.regions import region_book
from furrow.team.models import User

AT_ENTRY = 5
ON_PAGE = 20
REASONS = {
    Reason.SAME_NAME: _("Same name"),
    Reason.SAME_SOUND: _("The names sound alike"),
    Reason.SAME_WORDS: _("Same words in another order"),
    Reason.ONE_CHARACTER: _("The names differ by one character"),
    Reason.PART_OF_NAME: _("One name is part of the other"),
    Reason.ALIKE: _("Names alike"),
    Reason.BRANCH_UNNAMED: _("Only one names a branch"),
    Reason.SAME_PHONE: _("Same phone"),
    Reason.SAME_HOTLINE: _("Same hotline"),
    Reason.OTHER_PHONE: _("Another phone"),
    Reason.SAME_CREDIT_CODE: _("Same credit code"),
    Reason.OTHER_CREDIT_CODE: _("Another credit code"),
    Reason.SAME_REGION: _("Same region"),
    Reason.OTHER_REGION: _("Another region"),
    Reason.SAME_ADDRESS: _("Same address"),
    Reason.NEAR_ADDRESS: _("Address alike"),
    Reason.OTHER_ADDRESS: _("Another address"),
    Reason.SAME_PLACE: _("At the same place"),
    Reason.CLOSE_BY: _("Within 300 m"),
    Reason.FAR_AWAY: _("Far apart"),
}
AGAINST = frozenset(
    {
        Reason.BRANCH_UNNAMED, Reason.OTHER_PHONE, Reason.OTHER_CREDIT_CODE, Reason.OTHER_REGION, Reason.OTHER_ADDRESS, Reason.FAR_AWAY,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """A match in words: how sure, what speaks for it and what against."""

    score: int
    level: str
    speaks_for: tuple[str, ...]
    against: tuple[str, ...]


def told(score: int, reasons: Iterable[Reason], level: int | None = None) -> Told:
    """The words for points and reasons. Without a level the points give it."""
    known = [reason for reason in reasons if reason in REASONS]
    reached = score if level is None else level
    word = _("Very probably the same") if reached >= SURE else _("Possible duplicate")
    return Told(
        score,
        str(word if reached >= LIKELY else _("Perhaps the same")),
        tuple(str(REASONS[reason]) for reason in known if reason not in AGAINST),
        tuple(str(REASONS[reason]) for reason in known if reason in AGAINST),
    )


@dataclass(frozen=True, slots=True)
class LookAlike:
    """An existing customer that may be the one being entered; out of reach `pk` is 0 and everything but the owner is masked."""

    pk: int
    name: str
    code: str
    phone: str
    region: str
    address: str
    owner: User | None
    match: Match
    told: Told

    @property
    def in_reach(self) -> bool:
        return self.pk > 0


def look_alikes(one: Likeness, user: User, *, limit: int, without: Iterable[int] = ()) -> list[LookAlike]:
    """Living customers that may be `one`, likeliest first."""
    found = candidates(one, limit=limit, without=without)
    ids = [candidate.pk for candidate in found]
    if not ids:
        return []
    rows = Customer.objects.alive().select_related("owner").in_bulk(ids)
    mine = set(Customer.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
    return [
        _look_alike(rows[candidate.pk], candidate.match, candidate.pk in mine)
        for candidate in found
        if candidate.pk in rows
    ]


def probable(values: Mapping[str, Any], user: User, without: Iterable[int] = ()) -> list[LookAlike]:
    """Those that make a new customer with these cleaned values worth a question: possible duplicates and all who share a phone; `without`
    those of which somebody has said already that they are others."""
    region = values.get("region")
    one = likeness({**values, "region_id": region.pk if region else ""})
    return look_alikes(one, user, limit=AT_ENTRY, without=without)


def _look_alike(row: Customer, match: Match, in_reach: bool) -> LookAlike:
    book, language = region_book(), get_language() or ""
    words = told(match.score, match.reasons, match.level)
    code = row.region_id or ""
    if in_reach:
        region = book.full_name(code, language) if code else ""
        return LookAlike(row.pk, row.name, row.code, row.phone, region, row.address, row.owner, match, words)
    region = book.full_name(code[:4], language) if len(code) >= 4 else ""
    return LookAlike(0, masked(row.name), "", masked_phone(row.phone), region, "", row.owner, match, words)


def masked(name: str) -> str:
    """The first character and two stars: 张**."""
    return f"{name[:1]}**"


def masked_phone(phone: str) -> str:
    """The first number with its middle hidden: 138****5678; short numbers keep their last two digits."""
    digits = "".join(filter(str.isdigit, phone.replace("、", " ").split()[0])) if phone.split() else ""
    if len(digits) < 7:
        return f"****{digits[-2:]}" if digits else ""
    return f"{digits[:3]}****{digits[-4:]}"


def as_api(found: Iterable[LookAlike]) -> list[dict[str, Any]]:
    """Look-alikes for the API's answer 409."""
    return [
        {
            "id": like.pk or None,
            "code": like.code,
            "name": like.name,
            "phone": like.phone,
            "region": like.region,
            "owner": like.owner.name if like.owner else "",
            "score": like.match.score,
            "reasons": [*like.told.speaks_for, *like.told.against],
        }
        for like in found
    ]
