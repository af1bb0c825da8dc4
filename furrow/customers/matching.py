"""When two customers are probably one (P2.3): same phone, or near-identical name in one place. Pure."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import NamedTuple

from furrow.kit.folding import fold

NEAR_ADDRESS = 0.8
SURE = frozenset({"code", "name_phone", "name_place"})


class Likeness(NamedTuple):
    """What two customers are compared by. `region` is a region code, "" when not known."""

    name_key: str
    phone_key: str
    region: str
    address: str


def why_same(one: Likeness, other: Likeness) -> str:
    """The reason to take both for one customer, "" for none.

    Sure: name_phone (near-identical name, same phone), name_place (near-identical name, same address). To be decided by a person:
    phone (same phone only), name (near-identical name, and the places do not speak against it).
    """
    same_name = one.name_key == other.name_key != ""
    if one.phone_key == other.phone_key != "":
        return "name_phone" if same_name else "phone"
    if not same_name:
        return ""
    return {"same": "name_place", "near": "name", "other": ""}[_place(one, other)]


def _place(one: Likeness, other: Likeness) -> str:
    if (
        one.region
        and other.region
        and not (one.region.startswith(other.region) or other.region.startswith(one.region))
    ):
        return "other"
    here, there = fold(one.address), fold(other.address)
    if not here or not there:
        return "near"
    if here == there:
        return "same"
    if here in there or there in here:
        return "near"
    return "near" if SequenceMatcher(None, here, there, autojunk=False).ratio() >= NEAR_ADDRESS else "other"
