"""What a scorecard is made of (P3). Frozen dataclasses; `parsing` reads them, `checking` refuses bad ones, `rules` grades by them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from furrow.kit.figures import is_chinese

CUSTOMER_GRADE = "customer_grade"
CREDIT = "credit_5c"
RELATIONSHIP = ("relationship_quarter", "relationship_year")
WHY = "why."  # before the code of a criterion, among the notes of a snapshot: what its points rest on
CARD_FACT = "card."  # fact "card.credit_5c": the customer's class by that card
WHOLE = Decimal(100)  # weights of a factor, and of the factors of a card, come to this
MOST_LETTERS = 5  # criteria of a combination card: each doubles its rows

Answer = int | str | None
Answers = Mapping[str, Answer]


@dataclass(frozen=True)
class Text:
    """Words of a card in both languages; prints itself in the reader's."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.zh if is_chinese() else self.en


class Method(StrEnum):
    """How answers become a class."""

    SCORE = "score"  # weighted mean, thresholds
    MATRIX = "matrix"  # two factors fall into bands, every pair of bands has a class
    COMBINATION = "combination"  # every combination of yes and no has a class and an advice
    RANKING = "ranking"  # shares of a sum over all customers (532)


class Kind(StrEnum):
    """How a criterion is answered."""

    CHOICE = "choice"  # one of its levels, 1 for the first
    NUMBER = "number"  # a figure that falls into steps
    YES_NO = "yes_no"  # yes, no or unknown
    COMPUTED = "computed"  # a fact of the books, never typed


class Subject(StrEnum):
    """What is judged."""

    CUSTOMER = "customer"
    REGION = "region"


class Period(StrEnum):
    """How often a judgement is due anew."""

    NONE = ""
    QUARTER = "quarter"
    YEAR = "year"


class Band(StrEnum):
    """Where a factor's score falls in a matrix."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True)
class Scale:
    """From the worst to the best points."""

    low: Decimal
    high: Decimal

    @property
    def middle(self) -> Decimal:
        return (self.low + self.high) / 2


@dataclass(frozen=True)
class Level:
    """One answer to choose, with its points; `code` is the class of another card that it stands for."""

    name: Text
    points: Decimal
    code: str = ""

    def __str__(self) -> str:
        return str(self.name)


@dataclass(frozen=True)
class Step:
    """Points for a figure from `start` on; the first step has no start."""

    start: Decimal | None
    points: Decimal


@dataclass(frozen=True)
class Criterion:
    """评估项: one question of a card.

    `fact` names what fills it in from the books; `judged` says that only a named person can answer (character, collateral …);
    `letter` stands for it in a combination (M, A, N).
    """

    code: str
    name: Text
    kind: Kind
    weight: Decimal
    levels: tuple[Level, ...] = ()
    steps: tuple[Step, ...] = ()
    fact: str = ""
    unit: Text = Text("", "")
    hint: Text = Text("", "")
    judged: bool = False
    letter: str = ""

    @cached_property
    def by_code(self) -> dict[str, int]:
        """Class of the other card -> number of the level."""
        return {level.code: number for number, level in enumerate(self.levels, 1) if level.code}


@dataclass(frozen=True)
class Factor:
    """A group of criteria with one score; nothing is said before `least_share` of its weight is answered.

    With `weighed_by` the criteria weigh what the answers of that other factor say, one by one (dealer concerns, P3.8)."""

    code: str
    name: Text
    criteria: tuple[Criterion, ...]
    weight: Decimal = WHOLE
    least_share: Decimal = Decimal("0.60")
    high_from: Decimal | None = None
    medium_from: Decimal | None = None
    weighed_by: str = ""

    def band(self, score: Decimal) -> Band:
        """The band of a score; for factors of a matrix."""
        if self.high_from is not None and score >= self.high_from:
            return Band.HIGH
        return Band.MEDIUM if self.medium_from is not None and score >= self.medium_from else Band.LOW


@dataclass(frozen=True)
class GradeClass:
    """One class of a card. `start` is its 分数线; `values` is what follows from it (credit limit, payment term); `final` drops the customer."""

    code: str
    name: Text
    start: Decimal | None = None
    advice: Text = Text("", "")
    values: Mapping[str, str | int] = field(default_factory=dict)
    final: bool = False

    def __str__(self) -> str:
        return str(self.name)


@dataclass(frozen=True)
class Combination:
    """One row of a combination card: letters large for yes, small for no ("MAn"), its class and advice (P3.1)."""

    pattern: str
    grade: str
    advice: Text


@dataclass(frozen=True)
class Note:
    """A question of the card answered in words, kept with the snapshot (likely objections, temperament …)."""

    code: str
    name: Text


@dataclass(frozen=True)
class Card:
    """评分表: what is asked, how it counts, and which classes come out, the best first."""

    code: str
    version: int
    name: Text
    method: Method
    factors: tuple[Factor, ...]
    classes: tuple[GradeClass, ...]
    subject: Subject = Subject.CUSTOMER
    period: Period = Period.NONE
    scale: Scale = Scale(Decimal(1), Decimal(5))
    about: Text = Text("", "")
    matrix: Mapping[tuple[Band, Band], str] = field(default_factory=dict)
    combinations: tuple[Combination, ...] = ()
    unknown_allowed: int = 0
    unknown_class: str = ""
    shares: tuple[Decimal, ...] = ()
    ranked_by: str = ""
    for_kinds: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    @cached_property
    def by_code(self) -> dict[str, Criterion]:
        return {criterion.code: criterion for criterion in self.criteria()}

    @cached_property
    def ranks(self) -> dict[str, int]:
        """Class -> its place, 1 for the best."""
        return {one.code: number for number, one in enumerate(self.classes, 1)}

    def criteria(self) -> Iterator[Criterion]:
        """All criteria in the order of the card."""
        for factor in self.factors:
            yield from factor.criteria

    def factor(self, code: str) -> Factor:
        """The factor of that code; raises KeyError."""
        for one in self.factors:
            if one.code == code:
                return one
        raise KeyError(code)

    def grade_class(self, code: str) -> GradeClass | None:
        """The class of that code; None for one that the card (no longer) has."""
        rank = self.ranks.get(code)
        return self.classes[rank - 1] if rank else None

    def facts(self) -> list[str]:
        """The facts that fill in its criteria or that it ranks by."""
        named = [criterion.fact for criterion in self.criteria()] + [self.ranked_by]
        return list(dict.fromkeys(fact for fact in named if fact))

    def grade(self, first: Decimal, second: Decimal) -> str:
        """The class that the matrix gives for the scores of its two factors."""
        one, two = self.factors
        return self.matrix[one.band(first), two.band(second)]
