"""What a text is found by: the tokens that stand for it in the inverted index of furrow.kit.grams. Pure."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from operator import add, and_

from furrow.kit.folding import fold, pinyin_of

# A token that is no piece of the name starts with its kind's mark. fold() keeps no mark, so no two kinds meet, and a
# token holds nothing that FTS5 or tsquery would read as an operator.
START, PINYIN, INITIALS, PHONE, CODE = "¬", "¶", "§", "¤", "¢"
NAME_CUT, PINYIN_CUT, INITIALS_CUT, PHONE_CUT = 24, 8, 6, 13
LONGEST_NAME = 120
_NOT_CODE = re.compile(r"[^0-9a-z]+")
_NOT_DIGIT = re.compile(r"\D+", re.ASCII)


@dataclass(frozen=True, slots=True)
class IndexedText:
    """What one record is found by. Blank texts are ignored."""

    names: Sequence[str] = ()
    phones: Sequence[str] = ()
    codes: Sequence[str] = ()

    def folded_names(self) -> list[str]:
        return list(dict.fromkeys(folded for name in self.names if (folded := fold(name)[:LONGEST_NAME])))


def tokens(text: IndexedText) -> set[str]:
    """Everything `text` is found by: whole name, single characters, pairs, pinyin and initials from every syllable on,
    phone numbers backwards, codes from every part on."""
    found: set[str] = set()
    for name in text.folded_names():
        found |= _name_tokens(name)
    for phone in text.phones:
        if digits := phone_digits(phone):
            found.add(PHONE + digits[::-1][:PHONE_CUT])
    for code in text.codes:
        if code:
            found |= _code_tokens(code)
    return found


@lru_cache(maxsize=4_096)  # people and branches are often called alike
def _name_tokens(name: str) -> Set[str]:
    found = {START + name[:NAME_CUT], *map(add, name, name[1:])}
    if not name.isascii():
        found.update([char for char in name if not char.isascii()])
        _add_spoken(found, name)
    return found


def _add_spoken(found: set[str], name: str) -> None:
    latin = [char.isascii() for char in name]
    starts = [
        at for at, both in enumerate(map(and_, latin, [False, *latin])) if not both
    ]  # not amid a Latin word
    for reading in pinyin_of(name):
        letters = "".join([syllable[0] for syllable in reading])
        spelled = "".join(reading)
        offsets = list(accumulate(map(len, reading), initial=0))
        found.add(INITIALS + START + letters[0])
        found.update([PINYIN + spelled[offsets[at] : offsets[at] + PINYIN_CUT] for at in starts])
        found.update([INITIALS + letters[at : at + INITIALS_CUT] for at in starts])


def phone_digits(phone: str) -> str:
    """The digits of a phone number without the country's 86."""
    if len(phone) < 13 and phone.isascii() and phone.isdigit():
        return phone
    digits = _NOT_DIGIT.sub("", fold(phone))
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def _code_tokens(code: str) -> set[str]:
    parts = [part for part in _NOT_CODE.split(code.lower()) if part]
    rests = {"".join(parts[at:]) for at in range(len(parts))} | {part.lstrip("0") for part in parts}
    return {CODE + rest[:NAME_CUT] for rest in rests if rest}
