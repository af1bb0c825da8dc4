"""Scorecards: from answers to a grade (P3, P3.3). Pure: dataclasses in, dataclasses out.

Points run from 1 to 5. A factor's score is the mean of its known answers weighted by the criteria, rounded half up to two
places. An unknown answer lowers the completeness, never the score. The two scores fall into bands, and the card's matrix
importance x growth potential gives the grade.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from furrow.kit.figures import is_chinese

POINTS = (1, 2, 3, 4, 5)
MIDDLE = 3
GRADES = ("A", "B", "C", "D")

Answers = Mapping[str, int | None]


class WrongAnswer(ValueError):
    """An answer to a criterion that the card does not have, or with points other than 1 to 5."""


@dataclass(frozen=True)
class Text:
    """Words of a card in both languages; prints itself in the reader's."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.zh if is_chinese() else self.en


class Band(StrEnum):
    """Where a score falls."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True)
class Criterion:
    """评估项: one question of a card; `levels` says what 1 to 5 points mean."""

    code: str
    name: Text
    weight: Decimal
    levels: tuple[Text, ...]


@dataclass(frozen=True)
class Factor:
    """A group of criteria with one score: importance or growth potential."""

    code: str
    name: Text
    criteria: tuple[Criterion, ...]
    least_share: Decimal
    high_from: Decimal
    medium_from: Decimal

    @property
    def weight(self) -> Decimal:
        return sum((criterion.weight for criterion in self.criteria), Decimal(0))

    def band(self, score: Decimal) -> Band:
        """The band of a score from 1 to 5."""
        if score >= self.high_from:
            return Band.HIGH
        return Band.MEDIUM if score >= self.medium_from else Band.LOW


@dataclass(frozen=True)
class Card:
    """评分表: two factors and the matrix of their bands."""

    code: str
    version: int
    name: Text
    importance: Factor
    growth: Factor
    grades: Mapping[tuple[Band, Band], str]

    @property
    def factors(self) -> tuple[Factor, Factor]:
        return self.importance, self.growth

    def criteria(self) -> Iterator[Criterion]:
        """All criteria in the order of the card."""
        for factor in self.factors:
            yield from factor.criteria

    def grade(self, importance: Decimal, growth: Decimal) -> str:
        """A to D of two scores from 1 to 5."""
        return self.grades[self.importance.band(importance), self.growth.band(growth)]


@dataclass(frozen=True)
class Move:
    """How far one answer pulls its factor's score from the middle (3 points); negative pulls down."""

    criterion: Criterion
    points: int
    effect: Decimal

    @property
    def meaning(self) -> Text:
        return self.criterion.levels[self.points - 1]


@dataclass(frozen=True)
class Score:
    """One factor's result; no value without an answer. `share` of the weight is answered, from 0 to 1."""

    factor: Factor
    value: Decimal | None
    share: Decimal

    @property
    def enough(self) -> bool:
        return self.share >= self.factor.least_share

    @property
    def band(self) -> Band | None:
        return None if self.value is None else self.factor.band(self.value)


@dataclass(frozen=True)
class Outcome:
    """What a card says: the grade ("" when too little is known), both scores, what moved them and what is missing."""

    grade: str
    importance: Score
    growth: Score
    moves: tuple[Move, ...]
    missing: tuple[Criterion, ...]

    @property
    def completeness(self) -> Decimal:
        """Share of the whole card's weight that is answered, each factor counting by its weight; 0 to 1."""
        weights = self.importance.factor.weight, self.growth.factor.weight
        known = self.importance.share * weights[0] + self.growth.share * weights[1]
        return _rounded(known / sum(weights))

    @property
    def lacking(self) -> tuple[Factor, ...]:
        """The factors with too few answers: why there is no grade."""
        return tuple(score.factor for score in (self.importance, self.growth) if not score.enough)

    @property
    def raising(self) -> tuple[Move, ...]:
        """What pulls up, strongest first."""
        return tuple(move for move in self.moves if move.effect > 0)

    @property
    def lowering(self) -> tuple[Move, ...]:
        """What pulls down, strongest first."""
        return tuple(move for move in self.moves if move.effect < 0)


def grade_of(card: Card, answers: Answers) -> Outcome:
    """The outcome of a card's answers, code -> points, None or absent for unknown (P3.3). Raises WrongAnswer."""
    known = _checked(card, answers)
    scores = [_score(factor, known) for factor in card.factors]
    moves = [move for score in scores for move in _moves(score, known)]
    grade = ""
    if all(score.enough for score in scores):
        values = [score.value for score in scores if score.value is not None]
        grade = card.grade(values[0], values[1])
    return Outcome(
        grade=grade,
        importance=scores[0],
        growth=scores[1],
        moves=tuple(sorted(moves, key=lambda move: -abs(move.effect))),
        missing=tuple(criterion for criterion in card.criteria() if criterion.code not in known),
    )


def _checked(card: Card, answers: Answers) -> dict[str, int]:
    codes = {criterion.code for criterion in card.criteria()}
    for code, points in answers.items():
        if code not in codes:
            raise WrongAnswer(code)
        if points is not None and (type(points) is not int or points not in POINTS):
            raise WrongAnswer(code)
    return {code: points for code, points in answers.items() if points is not None}


def _score(factor: Factor, known: Mapping[str, int]) -> Score:
    answered = [criterion for criterion in factor.criteria if criterion.code in known]
    weight = sum((criterion.weight for criterion in answered), Decimal(0))
    total = sum((criterion.weight * known[criterion.code] for criterion in answered), Decimal(0))
    return Score(factor, _rounded(total / weight) if weight else None, weight / factor.weight)


def _moves(score: Score, known: Mapping[str, int]) -> Iterator[Move]:
    answered = [criterion for criterion in score.factor.criteria if criterion.code in known]
    weight = sum((criterion.weight for criterion in answered), Decimal(0))
    for criterion in answered:
        points = known[criterion.code]
        yield Move(criterion, points, _rounded(criterion.weight * (points - MIDDLE) / weight))


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
