"""How complete a card is and what is worth learning next (P1.1). Pure.

Each fact has a weight per grade: what matters at an A customer may not be worth asking at a D. Completeness is the weight of the known
facts in percent of all; the next thing to learn is the heaviest unknown one, in the order of the card where several weigh the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

GRADES = "ABCD"
UNGRADED = "C"  # asked for like a C until somebody judges


@dataclass(frozen=True, slots=True)
class Wanted:
    """A fact and its weight at grades A, B, C and D, 0 to 9; 0 is not asked for."""

    path: str
    weights: tuple[int, int, int, int]

    def weight(self, grade: str) -> int:
        return self.weights[GRADES.index(grade if grade in GRADES and grade else UNGRADED)]


@dataclass(frozen=True, slots=True)
class Missing:
    """An unknown fact: its weight, and how many points of completeness learning it brings."""

    path: str
    weight: int
    points: int


@dataclass(frozen=True, slots=True)
class Completeness:
    """Percent known (0 to 100, rounded down so that 100 means all), how many facts count, and the unknown ones, heaviest first."""

    percent: int
    asked: int
    missing: tuple[Missing, ...]

    @property
    def next(self) -> Missing | None:
        return self.missing[0] if self.missing else None


def weights(digits: str) -> tuple[int, int, int, int]:
    """ "9875" → (9, 8, 7, 5): weights at A, B, C, D."""
    a, b, c, d = (int(digit) for digit in digits)
    return a, b, c, d


def completeness(wanted: Sequence[Wanted], known: AbstractSet[str], grade: str) -> Completeness:
    """Of the facts wanted at this grade, how much is known.

    >>> rows = [Wanted("phone", (9, 9, 9, 9)), Wanted("card.staff_count", (3, 1, 0, 0))]
    >>> completeness(rows, {"phone"}, "A").percent, completeness(rows, {"phone"}, "C").percent
    (75, 100)
    """
    asked = [(one.path, one.weight(grade)) for one in wanted if one.weight(grade)]
    total = sum(weight for _path, weight in asked)
    if not total:
        return Completeness(100, 0, ())
    reached = sum(weight for path, weight in asked if path in known)
    open_ = sorted(((path, weight) for path, weight in asked if path not in known), key=lambda pair: -pair[1])
    missing = tuple(Missing(path, weight, round(100 * weight / total)) for path, weight in open_)
    return Completeness(100 * reached // total, len(asked), missing)
