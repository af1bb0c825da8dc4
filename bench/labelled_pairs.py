"""A labelled set of pairs of customer records: the same business written down twice, or two businesses that look alike.

Made by rule from company names. What differs in a true pair is drawn from what people do: legal form or shop word, traditional script,
full width and spaces, order of the parts, one character (sounding alike, any other, missing, extra, swapped), the branch written in
another way, or two of these. The second record's phone, region, address and position are each the same, missing or slightly different.
In a false pair two real businesses share what the hard cases share: a chain's other branch, a brand one character off, the same name in
another city or district, an owner's second shop, the neighbor in the same market, a longer brand.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from bench.company_names import BRANCHES, STREETS, Firm, firm, other, short_names


class Record(NamedTuple):
    """A customer as somebody wrote it down; empty where unknown."""

    name: str
    phone: str = ""
    region: str = ""
    address: str = ""
    position: tuple[float, float] | None = None


class Pair(NamedTuple):
    """Two records, whether they are one business, and which rule made them."""

    one: Record
    two: Record
    same: bool
    rule: str


def pairs(count: int, seed: int = 7) -> Iterator[Pair]:
    """`count` pairs, half of them true, all rules in turn."""
    chance = random.Random(seed)
    for number in range(count // 2):
        rule, write = _TRUE[number % len(_TRUE)]
        known = firm(chance)
        if rule in {"branch"} and not known.branch:
            known = replace(known, branch=chance.choice(BRANCHES))
        yield Pair(_first(known, chance), _again(known, write(known, chance), chance), True, rule)
        rule, make = _FALSE[number % len(_FALSE)]
        known = firm(chance)
        yield make(known, chance, rule)


# True pairs: how the name is written the second time ---------------------------------------------


def _suffix(known: Firm, chance: random.Random) -> str:
    forms = [
        "有限公司",
        "有限责任公司",
        "商行",
        "经营部",
        "门市部",
        "",
        "经销部",
        "（个体工商户）",
        "批发部",
        "总店",
    ]
    if known.branch:
        return known.name.replace("店）", chance.choice(["分店）", "门店）"]))
    return replace(known, legal=chance.choice([form for form in forms if form != known.legal])).name


def _traditional(known: Firm, chance: random.Random) -> str:
    from opencc import OpenCC

    return str(OpenCC("s2t").convert(known.name))


def _width(known: Firm, chance: random.Random) -> str:
    name = known.name.replace("（", "(").replace("）", ")")
    wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in name)
    return chance.choice(
        [
            wide,
            name.replace(known.brand, f"{known.brand} "),
            f" {name}\u3000",
            "·".join([known.brand, name.partition(known.brand)[2]]),
        ]
    )


def _order(known: Firm, chance: random.Random) -> str:
    if known.branch:
        return f"{known.branch}{known.brand}{known.trade}店"
    if known.before or chance.random() < 0.5:
        return f"{known.brand}{known.trade}（{known.city}）{known.legal}"
    return f"{known.trade}{known.brand}{known.legal}"


def _one_character(known: Firm, chance: random.Random) -> str:
    return replace(known, brand=slip(known.brand, chance)).name


def slip(text: str, chance: random.Random) -> str:
    """The text with one character changed as people change it: sounding alike, any other, missing, doubled, swapped."""
    at = chance.randrange(len(text))
    kind = chance.choices(("sound", "any", "missing", "extra", "swap"), (5, 2, 1, 1, 1))[0]
    if kind == "sound" and (alike := _alike().get(text[at], "").replace(text[at], "")):
        return text[:at] + chance.choice(alike) + text[at + 1 :]
    if kind == "missing" and len(text) > 2:
        return text[:at] + text[at + 1 :]
    if kind == "extra":
        return text[:at] + text[at] + text[at:]
    if kind == "swap" and at + 1 < len(text):
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + chance.choice(chance.choice(short_names())) + text[at + 1 :]


@cache
def _alike() -> dict[str, str]:
    """Character -> characters of names that sound the same."""
    from furrow.kit.folding import sounds

    groups: dict[str, set[str]] = {}
    for char in {char for name in short_names() for char in name}:
        groups.setdefault(sounds(char)[0], set()).add(char)
    return {char: "".join(sorted(group)) for group in groups.values() for char in group}


def _branch(known: Firm, chance: random.Random) -> str:
    base = replace(known, branch="", legal="").name
    return chance.choice(
        [
            f"{base}{known.branch}店",
            f"{base}（{known.branch}）",
            f"{base}({known.branch}分店)",
            f"{base}{known.branch}分店",
        ]
    )


def _two_at_once(known: Firm, chance: random.Random) -> str:
    changed = replace(known, before=not known.before, legal=chance.choice(("商行", "有限公司", "经营部")))
    return chance.choice([_traditional, _width])(changed, chance)


_TRUE: list[tuple[str, Callable[[Firm, random.Random], str]]] = [
    ("suffix", _suffix), ("traditional", _traditional), ("width", _width), ("order", _order), ("one character", _one_character),
    ("branch", _branch), ("two at once", _two_at_once), ("one character", _one_character),
]  # fmt: skip


def _first(known: Firm, chance: random.Random) -> Record:
    return Record(
        known.name,
        known.phone if chance.random() < 0.9 else "",
        known.region if chance.random() < 0.95 else "",
        known.address if chance.random() < 0.8 else "",
        known.position if chance.random() < 0.7 else None,
    )


def _again(known: Firm, name: str, chance: random.Random) -> Record:
    """Somebody else's record of the same business."""
    phone = chance.choices(
        (known.phone, firm(chance).phone, "", f"+86 {known.phone[:3]}-{known.phone[3:7]}-{known.phone[7:]}"),
        (50, 12, 23, 15),
    )[0]
    written = (known.address, f"{known.district}{known.address}", f"{known.street} {known.number} 号一楼", "")
    lng, lat = known.position
    near = (lng + chance.gauss(0, 0.0003), lat + chance.gauss(0, 0.0003))
    return Record(
        name,
        phone,
        chance.choices((known.region, known.region[:4], ""), (85, 7, 8))[0],
        chance.choices(written, (35, 15, 10, 40))[0],
        near if chance.random() < 0.6 else None,
    )


# False pairs: two businesses -----------------------------------------------------------------------


def _two(one: Firm, two: Firm, rule: str, chance: random.Random, phone: str | None = None) -> Pair:
    first, second = _first(one, chance), _first(two, chance)
    if phone:
        first, second = first._replace(phone=phone), second._replace(phone=phone)
    return Pair(first, second, False, rule)


def _other_branch(known: Firm, chance: random.Random, rule: str) -> Pair:
    """Half of them tell the branch in brackets, half have a number; some share the chain's hotline."""
    hotline = f"400{chance.randrange(10**7):07}" if chance.random() < 0.4 else None
    keep = (
        "brand",
        "trade",
        "city",
        "before",
        *(("region", "district", "position") if chance.random() < 0.5 else ()),
    )
    one, two = (
        chance.sample(BRANCHES, 2)
        if chance.random() < 0.6
        else (f"{n}号" for n in chance.sample(range(1, 30), 2))
    )
    return _two(
        replace(known, branch=one), replace(other(known, chance, *keep), branch=two), rule, chance, hotline
    )


def _other_brand(known: Firm, chance: random.Random, rule: str) -> Pair:
    """One character of the brand is another one; same trade, same district."""
    at = chance.randrange(len(known.brand))
    alike = _alike().get(known.brand[at], "")
    char = chance.choice(
        [char for char in map(chance.choice, chance.choices(short_names(), k=30)) if char not in alike]
    )
    brand = known.brand[:at] + char + known.brand[at + 1 :]
    two = replace(
        other(known, chance, "trade", "city", "region", "district", "before", "branch"), brand=brand
    )
    return _two(known, two, rule, chance)


def _other_city(known: Firm, chance: random.Random, rule: str) -> Pair:
    two = other(known, chance, "brand", "trade")
    while two.region[:4] == known.region[:4]:
        two = other(known, chance, "brand", "trade")
    return _two(replace(known, branch=""), replace(two, branch=""), rule, chance)


def _second_shop(known: Firm, chance: random.Random, rule: str) -> Pair:
    """The same owner's mobile number, another name at another address."""
    two = other(known, chance, "phone", "city", "region", "district", "street")
    one, other_one = _first(known, chance), _first(two, chance)
    written = (
        one._replace(phone=known.phone, address=known.address),
        other_one._replace(phone=known.phone, address=two.address),
    )
    return Pair(*written, False, rule)


def _neighbor(known: Firm, chance: random.Random, rule: str) -> Pair:
    """In the same market, a few stalls along: same trade, another brand."""
    two = other(
        known,
        chance,
        "trade",
        "city",
        "region",
        "district",
        "street",
        "number",
        "position",
        "before",
        "branch",
    )
    return _two(known, two, rule, chance)


def _longer_brand(known: Firm, chance: random.Random, rule: str) -> Pair:
    two = replace(
        other(known, chance, "trade", "city", "region", "district"),
        brand=known.brand + chance.choice(("兴", "源", "隆", "达", "美佳", "鑫", "世家")),
    )
    return _two(known, two, rule, chance)


def _moved(known: Firm, chance: random.Random, rule: str) -> Pair:
    """The same common name in another street of the same city, both with a phone and an address of their own."""
    two = replace(
        other(known, chance, "brand", "trade", "city", "region", "district"),
        street=chance.choice([s for s in STREETS if s != known.street]),
    )
    one, second = _first(replace(known, branch=""), chance), _first(replace(two, branch=""), chance)
    return Pair(
        one._replace(phone=known.phone, address=known.address),
        second._replace(phone=two.phone, address=two.address),
        False,
        rule,
    )


_FALSE: list[tuple[str, Callable[[Firm, random.Random, str], Pair]]] = [
    ("other branch", _other_branch), ("other brand", _other_brand), ("other city", _other_city), ("second shop", _second_shop),
    ("neighbor", _neighbor), ("longer brand", _longer_brand), ("same name, other street", _moved), ("other branch", _other_branch),
]  # fmt: skip
