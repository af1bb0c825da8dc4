"""From answers to a class (P3). Pure: a card and answers in, an outcome out.

A factor's score is the mean of the points of its known answers weighted by the criteria, rounded half up to two places; a card's score
is the mean of its factors'. An unknown answer lowers the completeness, never the score. What comes of the scores depends on the card's
method: thresholds, a matrix, or combinations of yes and no. Ranking cards grade all customers together (`ranking`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from itertools import product

from furrow.assessment.cards import (
    Answer,
    Answers,
    Band,
    Card,
    Combination,
    Criterion,
    Factor,
    GradeClass,
    Kind,
    Method,
)

YES, NO, UNKNOWN = "yes", "no", "unknown"
CENT = Decimal("0.01")
LARGEST = Decimal(10) ** 15
Known = Mapping[str, Decimal]  # code of a criterion -> points


class WrongAnswer(ValueError):
    """An answer to a criterion that the card does not have, or one that the criterion does not take; the text is its code."""


@dataclass(frozen=True)
class Move:
    """How far one answer pulls its factor's score from the middle of the scale; negative pulls down."""

    criterion: Criterion
    answer: Answer
    points: Decimal
    effect: Decimal


@dataclass(frozen=True)
class Score:
    """One factor's result; no value without an answer. `share` of the weight is answered, from 0 to 1."""

    factor: Factor
    value: Decimal | None
    share: Decimal

    @property
    def enough(self) -> bool:
        return self.value is not None and self.share >= self.factor.least_share

    @property
    def band(self) -> Band | None:
        return None if self.value is None else self.factor.band(self.value)


@dataclass(frozen=True)
class Outcome:
    """What a card says: the class ("" when too little is known), scores, what moved them, what is missing; of a combination card its
    pattern ("MA?") and the rows of the card that it may turn out to be."""

    card: Card
    grade: str
    score: Decimal | None
    scores: tuple[Score, ...]
    moves: tuple[Move, ...]
    missing: tuple[Criterion, ...]
    pattern: str = ""
    possible: tuple[Combination, ...] = ()

    @property
    def grade_class(self) -> GradeClass | None:
        return self.card.grade_class(self.grade)

    def score_of(self, code: str) -> Score:
        """The score of one factor; raises KeyError."""
        for score in self.scores:
            if score.factor.code == code:
                return score
        raise KeyError(code)

    @property
    def completeness(self) -> Decimal:
        """Share of the whole card that is answered, each factor counting by its weight; 0 to 1."""
        whole = sum((score.factor.weight for score in self.scores), Decimal(0))
        known = sum((score.share * score.factor.weight for score in self.scores), Decimal(0))
        return rounded(known / whole) if whole else Decimal(0)

    @property
    def lacking(self) -> tuple[Factor, ...]:
        """The factors with too few answers: why there is no class."""
        return () if self.grade else tuple(score.factor for score in self.scores if not score.enough)

    @property
    def raising(self) -> tuple[Move, ...]:
        """What pulls up, strongest first."""
        return tuple(move for move in self.moves if move.effect > 0)

    @property
    def lowering(self) -> tuple[Move, ...]:
        """What pulls down, strongest first."""
        return tuple(move for move in self.moves if move.effect < 0)


def grade_of(card: Card, answers: Answers) -> Outcome:
    """The outcome of a card's answers, code -> answer, None or absent for unknown. Raises WrongAnswer."""
    known = points_of(card, answers)
    result = _result(card, answers, known)
    pattern = pattern_of(card, answers) if card.method is Method.COMBINATION else ""
    return Outcome(
        card=card,
        grade=result.grade,
        score=result.score,
        scores=result.scores,
        moves=tuple(_moves(card, result.scores, known, answers)),
        missing=tuple(criterion for criterion in card.criteria() if criterion.code not in known),
        pattern=pattern,
        possible=_possible(card, pattern) if pattern else (),
    )


@dataclass(frozen=True, slots=True)
class Result:
    """The class and scores alone: all that grading very many at once needs."""

    grade: str
    score: Decimal | None
    scores: tuple[Score, ...]


def result_of(card: Card, answers: Answers) -> Result:
    """What `grade_of` says, without its explanation. Raises WrongAnswer."""
    return _result(card, answers, points_of(card, answers))


def _result(card: Card, answers: Answers, known: Known) -> Result:
    scores = tuple(_score(factor, card, known) for factor in card.factors)
    total, grade = _total(scores), ""
    if card.method is Method.COMBINATION:
        pattern = pattern_of(card, answers)
        grade = _combined(card, pattern, _possible(card, pattern))
    elif total is not None:
        grade = _matrix(card, scores) if card.method is Method.MATRIX else _by_threshold(card, total)
    return Result(grade, total, scores)


# Points -----------------------------------------------------------------------------------------


def points_of(card: Card, answers: Answers) -> dict[str, Decimal]:
    """Points of the known answers; raises WrongAnswer."""
    found = {}
    for code, answer in answers.items():
        criterion = card.by_code.get(code)
        if criterion is None:
            raise WrongAnswer(code)
        points = answer_points(criterion, answer, card)
        if points is not None:
            found[code] = points
    return found


def answer_points(criterion: Criterion, answer: Answer, card: Card) -> Decimal | None:
    """Points of one answer; None when it is not known. Raises WrongAnswer."""
    if answer is None or answer == "":
        return None
    if criterion.kind is Kind.YES_NO:
        if answer not in (YES, NO, UNKNOWN):
            raise WrongAnswer(criterion.code)
        return {YES: card.scale.high, NO: card.scale.low, UNKNOWN: None}[str(answer)]
    if criterion.levels:
        return _level_points(criterion, answer)
    return _step_points(criterion, answer)


def _level_points(criterion: Criterion, answer: Answer) -> Decimal:
    if isinstance(answer, str) and answer in criterion.by_code:
        answer = criterion.by_code[answer]
    if type(answer) is not int or not 1 <= answer <= len(criterion.levels):
        raise WrongAnswer(criterion.code)
    return criterion.levels[answer - 1].points


def _step_points(criterion: Criterion, answer: Answer) -> Decimal:
    figure = figure_of(answer)
    if figure is None:
        raise WrongAnswer(criterion.code)
    points = criterion.steps[0].points
    for step in criterion.steps[1:]:
        if step.start is not None and figure < step.start:
            break
        points = step.points
    return points


def figure_of(answer: object) -> Decimal | None:
    """A figure as answered ("1200.5" or 7); None for anything else, also for what is beyond all sense."""
    if isinstance(answer, bool) or not isinstance(answer, int | str | Decimal):
        return None
    try:
        figure = Decimal(answer)
    except InvalidOperation:
        return None
    return figure if figure.is_finite() and abs(figure) <= LARGEST else None


# Scores -----------------------------------------------------------------------------------------


def _weights(factor: Factor, card: Card, known: Known) -> Iterator[tuple[Criterion, Decimal]]:
    """Criteria with their weights; those of a factor weighed by another are what the other's answers say."""
    if not factor.weighed_by:
        for criterion in factor.criteria:
            yield criterion, criterion.weight
        return
    others = card.factor(factor.weighed_by).criteria
    for criterion, other in zip(factor.criteria, others, strict=True):
        yield criterion, known.get(other.code, card.scale.middle)


def _score(factor: Factor, card: Card, known: Known) -> Score:
    whole = weight = total = Decimal(0)
    for criterion, share in _weights(factor, card, known):
        whole += share
        points = known.get(criterion.code)
        if points is not None:
            weight += share
            total += share * points
    return Score(factor, rounded(total / weight) if weight else None, weight / whole if whole else Decimal(0))


def _total(scores: Sequence[Score]) -> Decimal | None:
    """The card's score; None while a factor has too few answers."""
    whole = total = Decimal(0)
    for score in scores:
        if score.value is None or not score.enough:
            return None
        whole += score.factor.weight
        total += score.factor.weight * score.value
    return rounded(total / whole) if whole else None


def _moves(card: Card, scores: Sequence[Score], known: Known, answers: Answers) -> list[Move]:
    """Strongest first."""
    found = []
    for score in scores:
        weighed = [pair for pair in _weights(score.factor, card, known) if pair[0].code in known]
        weight = sum((share for _criterion, share in weighed), Decimal(0))
        if not weight or not score.factor.weight:
            continue
        for criterion, share in weighed:
            points = known[criterion.code]
            effect = rounded(share * (points - card.scale.middle) / weight)
            found.append(Move(criterion, answers[criterion.code], points, effect))
    return sorted(found, key=lambda move: -abs(move.effect))


# Classes ----------------------------------------------------------------------------------------


def _by_threshold(card: Card, total: Decimal) -> str:
    for one in card.classes:
        if one.start is None or total >= one.start:
            return one.code
    return ""


def _matrix(card: Card, scores: Sequence[Score]) -> str:
    first, second = (score.value for score in scores)
    return card.grade(first, second) if first is not None and second is not None else ""


def pattern_of(card: Card, answers: Answers) -> str:
    """Letters of the criteria: large for yes, small for no, ? for unknown ("Ma?")."""
    shown = []
    for criterion in card.criteria():
        answer = answers.get(criterion.code)
        shown.append(
            criterion.letter.upper() if answer == YES else criterion.letter.lower() if answer == NO else "?"
        )
    return "".join(shown)


def _possible(card: Card, pattern: str) -> tuple[Combination, ...]:
    """The rows of the card that the pattern is or may turn out to be."""
    letters = [criterion.letter for criterion in card.criteria()]
    choices = [
        (letter.upper(), letter.lower()) if sign == "?" else (sign,)
        for letter, sign in zip(letters, pattern, strict=True)
    ]
    wanted = {"".join(signs) for signs in product(*choices)}
    return tuple(one for one in card.combinations if one.pattern in wanted)


def _combined(card: Card, pattern: str, possible: Sequence[Combination]) -> str:
    """The class of a combination. With unknowns: what all possible rows agree on; more unknowns than the card allows, or one way that
    drops the customer, cannot be judged yet; else the worst of them, until it is found out (P3.1)."""
    if set(pattern) == {"?"}:
        return ""
    grades = {one.grade for one in possible}
    if len(grades) == 1:
        return grades.pop()
    final = {one.code for one in card.classes if one.final}
    if pattern.count("?") > card.unknown_allowed or grades & final:
        return card.unknown_class
    return max(grades, key=lambda code: card.ranks[code])


def rounded(value: Decimal) -> Decimal:
    """Half up to two places."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)
