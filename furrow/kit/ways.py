"""In which ways a query may mean a text: as it stands, by its sound, its initials, a phone tail, a code, or with one slip. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from furrow.kit.folding import fold, initials, pinyin_of, sounds
from furrow.kit.slips import FEWEST_CHARACTERS, character_slips, corrections, is_near
from furrow.kit.tokens import (
    CODE,
    INITIALS,
    INITIALS_CUT,
    NAME_CUT,
    PHONE,
    PHONE_CUT,
    PINYIN,
    PINYIN_CUT,
    START,
    phone_digits,
)

LONGEST_QUERY, MOST_WORDS = 60, 5
SPARE = 200  # more rows than asked for where some may fall out afterwards


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a query may match. `every`: token groups that must all be present, each met by any of its
    alternatives, each alternative a set of tokens (a trailing * asks for a prefix). The tokens let too much through:
    `needle` must stand in the names, each of `words` in a name, its pinyin or its initials, and `near` in a name but for a slip."""

    every: tuple[tuple[tuple[str, ...], ...], ...]
    needle: str = ""
    words: tuple[str, ...] = ()
    near: str = ""

    @property
    def may_be_common(self) -> bool:
        """Whether a large share of all rows may match: pieces and sounds, never whole names, numbers or codes."""
        return not all(token[0] in (START, CODE, PHONE) for token in self.every[0][0])

    def most(self, limit: int) -> int:
        """How many rows to ask for: more where rows that the tokens let through may fall out afterwards."""
        return limit + SPARE if self.words or self.near else limit

    def holds(self, names: str) -> bool:
        if self.near:
            return any(is_near(self.near, name) for name in names.split())
        return all(word in names or _is_spoken(word, names) for word in self.words)

    def fts5(self) -> str:
        return self._written(_fts5_term, " AND ", " OR ")

    def tsquery(self) -> str:
        return self._written(_tsquery_term, " & ", " | ")

    def tsqueries(self) -> list[str]:
        """The sets of tokens one by one."""
        return [" & ".join(map(_tsquery_term, option)) for option in self.every[0]]

    def _written(self, term: Callable[[str], str], all_of: str, any_of: str) -> str:
        groups = []
        for alternatives in self.every:
            options = [all_of.join(map(term, option)) for option in alternatives]
            groups.append("(" + any_of.join(f"({option})" for option in options) + ")")
        return all_of.join(groups)


def _fts5_term(token: str) -> str:
    return f'"{token[:-1]}"*' if token.endswith("*") else f'"{token}"'


def _tsquery_term(token: str) -> str:
    return f"'{token[:-1]}':*" if token.endswith("*") else f"'{token}'"


def _way(*pieces: str, needle: str = "", words: tuple[str, ...] = ()) -> Way:
    return Way(((pieces,),), needle, words)


def ways(query: str) -> list[Way]:
    """How `query` may match, best first: whole name, whole code, start of a name, part of it, pinyin, initials, phone
    tail, start of a code, all of its words. Any text will do; one without letters and digits matches nothing."""
    query = query[: LONGEST_QUERY * 4]
    whole = fold(query)[:LONGEST_QUERY]
    if not whole:
        return []
    found = [_way(START + whole[:NAME_CUT], needle=f" {whole} ")]
    if whole.isascii():
        found.append(_way(CODE + whole[:NAME_CUT]))
    found.append(_way(START + whole[:NAME_CUT] + "*", needle=f" {whole}"))
    if pieces := _pieces(whole):
        found.append(_way(*pieces, needle=whole))
    found += _spoken(query)
    if whole.isdigit() and whole.isascii() and len(whole) >= 3:
        found.append(_way(PHONE + phone_digits(whole)[::-1][:PHONE_CUT] + "*"))
    if whole.isascii() and len(whole) >= 2:
        found.append(_way(CODE + whole[:NAME_CUT] + "*"))
    words = [word for word in query.split() if fold(word)]
    if 1 < len(words) <= MOST_WORDS:
        every = tuple(
            (_pieces(fold(word)) or (fold(word),), *((way.every[0][0]) for way in _spoken(word)))
            for word in words
        )
        found.append(Way(every, words=tuple(_letters(word) for word in words)))
    return found


def slip_ways(query: str) -> list[Way]:
    """How `query` may match when one character or letter of it is wrong: asked when nothing else is found."""
    whole = fold(query[: LONGEST_QUERY * 4])[:LONGEST_QUERY]
    letters = _letters(query)
    if letters.isascii():
        meant = corrections(letters)
        starts = {PINYIN + text[:PINYIN_CUT] + "*" for text in meant}
        return [Way((tuple((start,) for start in sorted(starts)),), near=letters)] if starts else []
    heard = "".join(sounds(whole))
    found = [Way((((PINYIN + heard[:PINYIN_CUT] + "*",),),), near=whole)] if len(whole) > 1 else []
    if FEWEST_CHARACTERS <= len(whole) <= NAME_CUT:
        found.append(Way((tuple(filter(None, character_slips(whole))),), near=whole))
    return found


def _pieces(whole: str) -> tuple[str, ...]:
    """The tokens of the name that contains `whole`; none for a single Latin letter, of which no token is kept."""
    if len(whole) == 1:
        return () if whole.isascii() else (whole,)
    return tuple(dict.fromkeys(a + b for a, b in pairwise(whole)))


def _letters(query: str) -> str:
    """`query` as its pinyin would be typed."""
    return fold(query.replace("ü", "v").replace("Ü", "v"))[:LONGEST_QUERY]


def _spoken(query: str) -> list[Way]:
    """`query` read as pinyin and as initials; none when it is not in Latin letters."""
    letters = _letters(query)
    if not letters.isascii() or letters.isdigit():
        return []
    if len(letters) == 1:
        return [_way(INITIALS + START + letters)]
    return [
        _way(PINYIN + letters[:PINYIN_CUT] + "*", words=(letters,) if len(letters) > PINYIN_CUT else ()),
        _way(
            INITIALS + letters[:INITIALS_CUT] + "*", words=(letters,) if len(letters) > INITIALS_CUT else ()
        ),
    ]


def _is_spoken(letters: str, names: str) -> bool:
    """Whether `letters` begin at a syllable of one of the names' pinyin, or are a part of their initials."""
    for name in names.split():
        if any(letters in short for short in initials(name)):
            return True
        for reading in pinyin_of(name):
            if any("".join(reading[at:]).startswith(letters) for at in range(len(reading))):
                return True
    return False
