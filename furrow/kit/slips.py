"""What somebody may have meant who typed one character or one letter wrong. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import accumulate, pairwise

from furrow.kit.folding import every_syllable, pinyin_of, sounds

FEWEST_CHARACTERS, FEWEST_LETTERS, MOST_LETTERS = 3, 4, 24
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LONGEST = 6  # letters of a syllable: zhuang


def one_slip(a: str, b: str) -> bool:
    """Whether one text becomes the other by one character changed, missing, extra, or two neighbors swapped."""
    if len(a) > len(b):
        a, b = b, a
    if len(b) - len(a) > 1:
        return False
    start = 0
    while start < len(a) and a[start] == b[start]:
        start += 1
    if len(a) == len(b):
        rest, swapped = (
            a[start + 1 :] == b[start + 1 :],
            a[start : start + 2] == b[start : start + 2][::-1],
        )
        return rest or (swapped and a[start + 2 :] == b[start + 2 :])
    return a[start:] == b[start + 1 :]


def is_near(query: str, name: str) -> bool:
    """Whether a part of the folded name is the folded query but for one slip; in Latin letters, a part of its pinyin from a syllable on."""
    if query.isascii():
        meant = corrections(query)
        return query in name or any(_begins_in(meant, reading) for reading in pinyin_of(name))
    if any(
        one_slip(query, name[at : at + size]) for size in _sizes(query) for at in range(len(name) - size + 1)
    ):
        return True
    heard, said = sounds(query), sounds(name)
    return any(said[at : at + len(heard)] == heard for at in range(len(said) - len(heard) + 1))


def _begins_in(meant: Sequence[str], reading: Sequence[str]) -> bool:
    """Whether one of the strings begins at a syllable of this reading."""
    whole = "".join(reading)
    possible = [text for text in meant if text in whole]
    starts = accumulate(map(len, reading), initial=0) if possible else ()
    return any(whole.startswith(text, start) for start in starts for text in possible)


def _sizes(query: str) -> range:
    return range(max(1, len(query) - 1), len(query) + 2)


def character_slips(query: str) -> list[tuple[str, ...]]:
    """For a folded query: sets of characters and pairs, one set of which a name must hold in full to differ by one slip only."""
    found = []
    length = len(query)
    pairs = [a + b for a, b in pairwise(query)]
    for at in range(length):  # this character is wrong, too much, or one is missing beside it
        whole = [pair for number, pair in enumerate(pairs) if number not in (at - 1, at)]
        found.append((*whole, *_alone(query, whole, {at})))
    for at in range(length - 1):  # swapped with the next
        whole = [pair for number, pair in enumerate(pairs) if not at - 1 <= number <= at + 1]
        found.append((query[at + 1] + query[at], *whole, *_alone(query, whole, {at, at + 1})))
    return [tuple(dict.fromkeys(tokens)) for tokens in found]


def _alone(query: str, whole: list[str], left_out: set[int]) -> list[str]:
    """Characters that no pair covers."""
    covered = set("".join(whole))
    return [
        char
        for at, char in enumerate(query)
        if at not in left_out and char not in covered and not char.isascii()
    ]


@lru_cache(maxsize=256)  # asked once per name that a query lets through
def corrections(letters: str) -> tuple[str, ...]:
    """Strings of whole pinyin syllables (the last may be begun only) that become `letters` by one letter changed, missing, extra or
    swapped."""
    if not FEWEST_LETTERS <= len(letters) <= MOST_LETTERS or not letters.isalpha() or not letters.isascii():
        return ()
    heads = syllable_starts(letters)
    known: dict[str, bool] = {}
    found = set()
    for at, middle, rest in _edits(letters):
        tail = letters[rest:]
        # Everything before the syllable with the edit reads as it did.
        if any(
            start in heads and _is_pinyin(letters[start:at] + middle + tail, known)
            for start in range(max(0, at - _LONGEST), at + 1)
        ):
            found.add(letters[:at] + middle + tail)
    found.discard(letters)
    return tuple(sorted(found))


def _edits(letters: str) -> Iterator[tuple[int, str, int]]:
    """(at, instead, rest): letters[:at] + instead + letters[rest:] differs by one letter."""
    for at in range(len(letters) + 1):
        yield from ((at, letter, at) for letter in _LETTERS)
        if at < len(letters):
            yield at, "", at + 1
            yield from ((at, letter, at + 1) for letter in _LETTERS)
        if at + 1 < len(letters):
            yield at, letters[at + 1] + letters[at], at + 2


@cache
def _syllables() -> tuple[frozenset[str], frozenset[str]]:
    whole = frozenset(every_syllable())
    return whole, frozenset(one[:size] for one in whole for size in range(1, len(one) + 1))


def _is_pinyin(text: str, known: dict[str, bool]) -> bool:
    """Whether the text is whole syllables, the last of which may be begun only. `known` keeps answers of texts with the same end."""
    answer = known.get(text)
    if answer is None:
        whole, begun = _syllables()
        answer = (
            not text
            or text in begun
            or any(text[:end] in whole and _is_pinyin(text[end:], known) for end in range(1, _LONGEST + 1))
        )
        known[text] = answer
    return answer


def syllable_starts(letters: str) -> set[int]:
    """Where a syllable may begin when `letters` are read as pinyin from the first letter on; the end counts as well."""
    whole, _begun = _syllables()
    reached = {0}
    for start in range(len(letters)):
        if start in reached:
            ends = range(start + 1, min(len(letters), start + _LONGEST) + 1)
            reached |= {end for end in ends if letters[start:end] in whole}
    return reached
