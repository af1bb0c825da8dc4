"""When two customers are probably one (P2.3): what they are compared by, which keys bring them together, and the points with
their reasons. Pure.

Points of 100. A name gives at most 60, a shared mobile number 60, a credit code 60; place adds or takes. From LIKELY on a pair counts
as a possible duplicate, from SURE on as the same customer where names agree in full. Outlets of one chain that name different branches
are never duplicates, however much else they share.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from furrow.customers.names import NameParts, contrasting, parts_of
from furrow.kit.folding import fold, sounds
from furrow.kit.positions import distance_m
from furrow.kit.slips import one_slip

SURE, LIKELY, PERHAPS = 85, 60, 40
NEAR_M, CLOSE_M, FAR_M, AWAY_M = 80, 300, 1500, 5000
NEAR_ADDRESS = 0.8
SHORTEST_SLIP = 4  # below four syllables one different character makes another name
MOST_SLIPS = 12
MOST_PLACE = 35  # what place can add where the names are not the same
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_HOTLINE = re.compile(r"[48]00[0-9]{7}")
_LANDLINE_TAIL = 7
_BEFORE_STREET = re.compile(
    r"^(?:[\u4e00-\u9fff]{2,7}?(?:省|自治区))?(?:[\u4e00-\u9fff]{2,7}?(?:市|自治州|地区|盟))?(?:[\u4e00-\u9fff]{1,6}?(?:区|县|旗))?(?=.{3})"
)
_NUMBER = re.compile(r"[0-9]+")
_HALF, _ALL = 1 << 63, (1 << 64) - 1


class Reason(StrEnum):
    """Why two customers may be one, or why rather not."""

    SAME_NAME = "same_name"
    SAME_SOUND = "same_sound"
    SAME_WORDS = "same_words"
    ONE_CHARACTER = "one_character"
    PART_OF_NAME = "part_of_name"
    ALIKE = "alike"
    BRANCH_UNNAMED = "branch_unnamed"
    SAME_PHONE = "same_phone"
    SAME_HOTLINE = "same_hotline"
    OTHER_PHONE = "other_phone"
    SAME_CREDIT_CODE = "same_credit_code"
    OTHER_CREDIT_CODE = "other_credit_code"
    SAME_REGION = "same_region"
    OTHER_REGION = "other_region"
    SAME_ADDRESS = "same_address"
    NEAR_ADDRESS = "near_address"
    OTHER_ADDRESS = "other_address"
    SAME_PLACE = "same_place"
    CLOSE_BY = "close_by"
    FAR_AWAY = "far_away"


class Likeness(NamedTuple):
    """What two customers are compared by. `phones`: see `phone_keys`; `region`: a division code; `position`: WGS-84 longitude and
    latitude; everything but the name may be empty."""

    name: str
    phones: tuple[str, ...] = ()
    region: str = ""
    address: str = ""
    position: tuple[float, float] | None = None
    credit_code: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """How much speaks for one customer, 0 to 100, with what was found, strongest first; `level` is SURE, LIKELY, PERHAPS or 0."""

    score: int
    level: int
    reasons: tuple[Reason, ...]

    @property
    def import_reason(self) -> str:
        """The reason as an import's rows keep it."""
        if self.level == SURE:
            return "name_phone" if Reason.SAME_PHONE in self.reasons else "name_place"
        return "phone" if self.reasons[0] in (Reason.SAME_PHONE, Reason.SAME_HOTLINE) else "name"


NO_MATCH = Match(0, 0, ())
Points = dict[Reason, int]


# Keys -------------------------------------------------------------------------------------------


def keys_of(one: Likeness) -> tuple[int, ...]:
    """The keys under which a customer is kept and looked for; two that share none are no duplicates by name or phone.

    Of the name: all its syllables, order and fuzzy sounds set aside, alone and with the city; each with one syllable left out, so that
    a different, missing, extra or moved character still leaves a key in common. Each phone, the credit code.
    """
    return _keys(one)[0]


def main_keys(one: Likeness) -> tuple[int, ...]:
    """The keys without those of names with a syllable left out: phones, credit code, the full name alone and with the city."""
    return _keys(one)[1]


@lru_cache(maxsize=12_000)  # a row of an import is looked for, then kept, thousands at a time
def _keys(one: Likeness) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """(all keys, those of them that leave no syllable out)."""
    found = [_signed(_number("p", _phone_tail(phone))) for phone in one.phones]
    if one.credit_code:
        found.append(_signed(_number("u", fold(one.credit_code))))
    parts = parts_of(one.name)
    slips: set[int] = set()
    if parts.whole:
        said = [_SOUNDS[char] for char in parts.whole]
        whole = sum(said)
        core = sum([_SOUNDS[char] for char in parts.core]) if parts.branch else whole
        found.append(_signed(whole))
        if len(said) >= SHORTEST_SLIP:
            shifted = whole + _HALF
            left_out = [((shifted - sound) & _ALL) - _HALF for sound in sorted(set(said))[:MOST_SLIPS]]
            found += left_out
            slips.update(left_out)
        if parts.branch and len(parts.core) > 1:
            found.append(_signed(core))
        if len(one.region) >= 4:
            found.append(_signed(core + _city_number(one.region[:4])))
    keys = tuple(dict.fromkeys(found))
    return keys, tuple([key for key in keys if key not in slips])


class _Sounds(dict[str, int]):
    """Character -> a number for how it is said by those who do not tell zh from z, n from l, ang from an.

    The key of a name is the sum of its characters' numbers: the same in any order, and without one character by one subtraction.
    """

    def __missing__(self, char: str) -> int:
        number = self[char] = _number("n", *map(_plain_sound, sounds(char)))
        return number


_SOUNDS = _Sounds()


@lru_cache(maxsize=2_000)
def _plain_sound(syllable: str) -> str:
    """The syllable as those write it who do not tell zh from z, n from l, ang from an."""
    if len(syllable) == 1:
        return syllable
    plain = re.sub(r"^([zcs])h", r"\1", syllable)
    plain = re.sub(r"^n(?=[aeiouv])", "l", plain)
    return re.sub(r"(?<=[aei]n)g$", "", plain)


@lru_cache(maxsize=2_000)
def _city_number(code: str) -> int:
    return _number("c", code)


def _number(*parts: str) -> int:
    """A 64-bit number; two texts sharing one by chance only cost a comparison."""
    return int.from_bytes(blake2b("\x00".join(parts).encode(), digest_size=8).digest())


def _signed(number: int) -> int:
    """The number's last 64 bits as a database keeps them."""
    return ((number + _HALF) & _ALL) - _HALF


def phone_keys(numbers: Iterable[str]) -> tuple[str, ...]:
    """Numbers as they are compared: last eleven digits, without extension; those below seven digits are left out."""
    found = []
    for number in numbers:
        digits = "".join(filter(str.isdigit, number.partition("-")[0]))[-11:]
        if len(digits) >= _LANDLINE_TAIL:
            found.append(digits)
    return tuple(dict.fromkeys(found))


def _phone_tail(phone: str) -> str:
    """A landline is written with and without its area code."""
    return phone if _MOBILE.fullmatch(phone) or _HOTLINE.fullmatch(phone) else phone[-_LANDLINE_TAIL:]


# Points -----------------------------------------------------------------------------------------


def compare(one: Likeness, other: Likeness) -> Match:
    """Points, level and reasons for two being one customer."""
    here, there = parts_of(one.name), parts_of(other.name)
    if _tells_apart(here, there):
        return NO_MATCH
    name = _name_points(here, there)
    identity = _phone_points(one.phones, other.phones, known=bool(name)) | _credit_points(one, other)
    if not name and not any(points > 0 for points in identity.values()):
        return NO_MATCH
    place = _place_points(one, other)
    same = Reason.SAME_NAME in name
    if not name:
        place = {reason: points for reason, points in place.items() if points < 0}
    for_place = sum(points for points in place.values() if points > 0)
    score = sum(name.values()) + sum(identity.values())
    score += sum(points for points in place.values() if points < 0) + (
        for_place if same else min(for_place, MOST_PLACE)
    )
    if same and here.branch != there.branch and here.whole != there.whole:
        name[Reason.BRANCH_UNNAMED] = -5 if _pins_down(place, identity) else -25
        score += name[Reason.BRANCH_UNNAMED]
    score = max(0, min(100 if same else SURE - 1, score))
    level = _level(score, same and Reason.BRANCH_UNNAMED not in name, identity, place)
    if not level:
        return Match(score, 0, ())
    found = name | identity | place
    return Match(max(score, PERHAPS), level, tuple(sorted(found, key=lambda reason: -found[reason])))


def _level(score: int, same: bool, identity: Points, place: Points) -> int:
    if score >= SURE and same and _pins_down(place, identity):
        return SURE
    if score >= LIKELY:
        return LIKELY
    known = Reason.SAME_PHONE in identity or Reason.SAME_CREDIT_CODE in identity
    return PERHAPS if known else 0


def _pins_down(place: Points, identity: Points) -> bool:
    return not {Reason.SAME_PHONE, Reason.SAME_CREDIT_CODE}.isdisjoint(identity) or not {
        Reason.SAME_ADDRESS,
        Reason.SAME_PLACE,
    }.isdisjoint(place)


def _tells_apart(here: NameParts, there: NameParts) -> bool:
    """Both name a branch or a number, and not the same one."""
    if here.whole == there.whole or not (here.branch and there.branch):
        return False
    if sorted(here.whole) == sorted(there.whole) and here.numbers == there.numbers:
        return False
    a, b = here.branch, there.branch
    if here.numbers != there.numbers:
        return True
    return not (a in b or b in a or _sound(a) == _sound(b))


@lru_cache(maxsize=20_000)
def _sound(text: str) -> tuple[str, ...]:
    return tuple(map(_plain_sound, sounds(text)))


def _name_points(here: NameParts, there: NameParts) -> Points:
    a, b = here.core, there.core
    if not a or not b:
        return {}
    if a == b or here.whole == there.whole:
        return {Reason.SAME_NAME: 60}
    if here.numbers != there.numbers and here.numbers and there.numbers:
        return {}
    shorter = min(len(a), len(b))
    if _sound(a) == _sound(b) and not contrasting(a, b):
        return {Reason.SAME_SOUND: 56 if shorter > 2 else 45}
    if shorter >= SHORTEST_SLIP and (sorted(a) == sorted(b) or sorted(here.whole) == sorted(there.whole)):
        return {Reason.SAME_WORDS: 56}
    if shorter >= SHORTEST_SLIP - 1 and one_slip(a, b):
        return {} if contrasting(a, b) else {Reason.ONE_CHARACTER: 40 + 3 * min(4, max(0, shorter - 4))}
    if shorter >= 2 and (a.startswith(b) or b.startswith(a) or (shorter >= 4 and (a in b or b in a))):
        return {Reason.PART_OF_NAME: 25 + 3 * min(3, shorter - 2)}
    if shorter >= 4 and SequenceMatcher(None, a, b, autojunk=False).ratio() >= 0.7:
        return {Reason.ALIKE: 25}
    return {}


def _phone_points(ours: tuple[str, ...], theirs: tuple[str, ...], *, known: bool) -> Points:
    if not ours or not theirs:
        return {}
    shared = [phone for phone in ours if any(_same_phone(phone, other) for other in theirs)]
    if not shared:
        return {Reason.OTHER_PHONE: -10}
    if all(_HOTLINE.fullmatch(phone) for phone in shared):
        return {Reason.SAME_HOTLINE: 25}
    return {Reason.SAME_PHONE: 60 if known or any(_MOBILE.fullmatch(phone) for phone in shared) else 45}


def _same_phone(a: str, b: str) -> bool:
    if a == b:
        return True
    mobile = _MOBILE.fullmatch(a) or _MOBILE.fullmatch(b)
    return not mobile and min(len(a), len(b)) <= 8 and (a.endswith(b) or b.endswith(a))


def _credit_points(one: Likeness, other: Likeness) -> Points:
    ours, theirs = fold(one.credit_code), fold(other.credit_code)
    if not ours or not theirs:
        return {}
    return {Reason.SAME_CREDIT_CODE: 60} if ours == theirs else {Reason.OTHER_CREDIT_CODE: -30}


def _place_points(one: Likeness, other: Likeness) -> Points:
    region = _region_points(one.region, other.region)
    points = dict(region) | _distance_points(one.position, other.position)
    if one.address and other.address:
        match address_likeness(one.address, other.address):
            case "same" if Reason.OTHER_REGION not in region:
                points[Reason.SAME_ADDRESS] = 25
            case "near" if Reason.OTHER_REGION not in region:
                points[Reason.NEAR_ADDRESS] = 8
            case "other":
                points[Reason.OTHER_ADDRESS] = -20
    return points


def _region_points(here: str, there: str) -> Points:
    if not here or not there:
        return {}
    if here.startswith(there) or there.startswith(here):
        return {Reason.SAME_REGION: 15 if min(len(here), len(there)) >= 6 else 8}
    if here[:6] == there[:6]:
        return {Reason.SAME_REGION: 10}
    return {Reason.OTHER_REGION: -16 if here[:4] == there[:4] else -30}


def _distance_points(here: tuple[float, float] | None, there: tuple[float, float] | None) -> Points:
    if here is None or there is None:
        return {}
    meters = distance_m(*here, *there)
    if meters <= NEAR_M:
        return {Reason.SAME_PLACE: 20}
    if meters <= CLOSE_M:
        return {Reason.CLOSE_BY: 12}
    if meters <= FAR_M:
        return {}
    return {Reason.FAR_AWAY: -10 if meters <= AWAY_M else -25}


@lru_cache(maxsize=20_000)
def address_likeness(one: str, other: str) -> str:
    """same, near (a part of it, or spelled a little differently) or other (other house number, other street)."""
    here, there = _street(one), _street(other)
    if not here or not there:
        return ""
    if here == there:
        return "same"
    numbers = _NUMBER.findall(here)[:1], _NUMBER.findall(there)[:1]
    if all(numbers) and numbers[0] != numbers[1]:
        return "other"
    if here in there or there in here:
        return "near"
    ratio = SequenceMatcher(None, here, there, autojunk=False).ratio()
    return "near" if ratio >= NEAR_ADDRESS else "other"


@lru_cache(maxsize=20_000)
def _street(address: str) -> str:
    return _BEFORE_STREET.sub("", fold(address))


def pairs_within(group: list[tuple[int, Likeness]], window: int) -> Iterator[tuple[int, int, Match]]:
    """Every pair of a group that is a possible duplicate, as (lower id, higher id, match); in a group larger than `window` each is
    compared with the next `window` by region and name only, so that the work stays in proportion."""
    ordered = sorted(group, key=lambda item: (item[1].region, fold(item[1].name), item[0]))
    for at, (pk, one) in enumerate(ordered):
        for other_pk, other in ordered[at + 1 : at + 1 + window]:
            match = compare(one, other)
            if match.level >= LIKELY and pk != other_pk:
                yield min(pk, other_pk), max(pk, other_pk), match
