"""Whether a card makes sense: weights, thresholds, scales, facts, circles. Every objection says where (P3). Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise, product

from django.utils.translation import gettext as _

from furrow.assessment.cards import (
    CARD_FACT,
    MOST_LETTERS,
    WHOLE,
    Band,
    Card,
    Criterion,
    Factor,
    GradeClass,
    Kind,
    Method,
    Subject,
)
from furrow.assessment.parsing import CardError, Problem
from furrow.assessment.rules import figure_of, rounded
from furrow.kit.figures import listed

MOST_POINTS = 1000
LONGEST_TERM = 365  # days


def check(
    card: Card, *, facts: Collection[str], others: Mapping[str, Card], guarded: Collection[str] = ()
) -> None:
    """Raises CardError with all objections. `facts` are the codes that some room may fill in, `others` all other cards by code; figures of
    `guarded` facts are not for everybody, so that nobody finds them filled into a field."""
    problems = [
        *_check_subject(card),
        *_check_scale(card),
        *_check_weights(card),
        *(problem for factor in card.factors for problem in _check_factor(card, factor)),
        *_check_classes(card),
        *_check_facts(card, facts, others),
        *_check_guarded(card, guarded),
        *_check_circle(card, others),
    ]
    if problems:
        raise CardError(problems)


def _check_subject(card: Card) -> Iterator[Problem]:
    """What a region is judged by: people's answers, for the books know customers only."""
    if card.subject is not Subject.REGION:
        return
    if card.method is Method.RANKING:
        yield Problem("method", _("Regions are judged, not ranked by a figure of customers"))
    if card.for_kinds:
        yield Problem("for_kinds", _("A card for regions names no kinds of customers"))
    for factor in card.factors:
        for one in factor.criteria:
            if one.fact:
                where = f"factors.{factor.code}.criteria.{one.code}.fact"
                yield Problem(where, _("The books know customers, not regions: leave it empty"))


def _check_scale(card: Card) -> Iterator[Problem]:
    if card.scale.low >= card.scale.high:
        yield Problem(
            "scale", _("A scale with one step says nothing: its high end must lie above its low end")
        )
    elif max(abs(card.scale.low), abs(card.scale.high)) > MOST_POINTS:
        yield Problem(
            "scale", _("Points lie between %(low)s and %(high)s") % {"low": -MOST_POINTS, "high": MOST_POINTS}
        )


def _check_weights(card: Card) -> Iterator[Problem]:
    if card.method is Method.RANKING:
        return
    if not card.factors:
        yield Problem("factors", _("A card needs at least one group of criteria"))
    codes = [one.code for one in card.factors] + [one.code for one in card.criteria()]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield Problem("factors", _("The code “%(code)s” stands twice") % {"code": code})
    total = sum((factor.weight for factor in card.factors), Decimal(0))
    if card.method is Method.SCORE and card.factors and total != WHOLE:
        yield Problem("factors", _sum_text(total))
    if card.method is Method.MATRIX and len(card.factors) != 2:
        yield Problem("factors", _("A matrix needs exactly two groups of criteria"))
    for factor in card.factors:
        if not factor.criteria:
            yield Problem(f"factors.{factor.code}.criteria", _("A group needs at least one criterion"))
            continue
        if factor.weight < 0 or any(one.weight <= 0 for one in factor.criteria):
            yield Problem(f"factors.{factor.code}", _("Weights must be above 0"))
        total = sum((one.weight for one in factor.criteria), Decimal(0))
        if total != WHOLE:
            yield Problem(f"factors.{factor.code}.criteria", _sum_text(total))


def _sum_text(total: Decimal) -> str:
    return _("The weights come to %(total)s instead of 100") % {"total": total.normalize().to_eng_string()}


def _check_factor(card: Card, factor: Factor) -> Iterator[Problem]:
    where = f"factors.{factor.code}"
    if not 0 < factor.least_share <= 1:
        yield Problem(f"{where}.least_share", _("The least share lies above 0 and up to 1"))
    if card.method is Method.MATRIX:
        medium, high = factor.medium_from, factor.high_from
        if medium is None or high is None or not card.scale.low < medium < high <= card.scale.high:
            yield Problem(
                f"{where}.high_from",
                _("The bands overlap: medium must begin below high, both within the scale"),
            )
    if factor.weighed_by:
        other = next(
            (one for one in card.factors if one.code == factor.weighed_by and one is not factor), None
        )
        if other is None or len(other.criteria) != len(factor.criteria):
            yield Problem(f"{where}.weighed_by", _("Name a group with as many criteria"))
    for criterion in factor.criteria:
        yield from _check_criterion(card, criterion, f"{where}.criteria.{criterion.code}")


def _check_criterion(card: Card, criterion: Criterion, where: str) -> Iterator[Problem]:
    if card.method is Method.COMBINATION:
        if criterion.kind is not Kind.YES_NO:
            yield Problem(f"{where}.kind", _("A combination asks for yes, no or unknown"))
        if (
            len(criterion.letter) != 1
            or criterion.letter != criterion.letter.upper()
            or criterion.letter == criterion.letter.lower()
        ):
            yield Problem(f"{where}.letter", _("Name the capital letter that stands for it"))
    if criterion.kind is Kind.CHOICE or (criterion.kind is Kind.COMPUTED and criterion.levels):
        if len(criterion.levels) < 2:
            yield Problem(
                f"{where}.levels", _("A scale with one step says nothing: give at least two levels")
            )
        if len({level.points for level in criterion.levels}) < 2 and len(criterion.levels) > 1:
            yield Problem(f"{where}.levels", _("All levels have the same points"))
        yield from _check_points(card, [level.points for level in criterion.levels], f"{where}.levels")
    elif criterion.kind in (Kind.NUMBER, Kind.COMPUTED):
        yield from _check_steps(card, criterion, f"{where}.steps")
    if criterion.kind is Kind.COMPUTED and not criterion.fact:
        yield Problem(f"{where}.fact", _("Name the fact that fills it in"))


def _check_steps(card: Card, criterion: Criterion, where: str) -> Iterator[Problem]:
    if len(criterion.steps) < 2:
        yield Problem(where, _("A scale with one step says nothing: give at least two levels"))
        return
    starts = [step.start for step in criterion.steps]
    if starts[0] is not None or any(start is None for start in starts[1:]):
        yield Problem(where, _("The first step has no beginning, every other one has"))
    for number, (one, two) in enumerate(pairwise(start for start in starts[1:] if start is not None), 2):
        if one >= two:
            yield Problem(
                f"{where}.{number + 1}",
                _("The steps overlap: %(two)s does not lie above %(one)s") % {"one": one, "two": two},
            )
    yield from _check_points(card, [step.points for step in criterion.steps], where)


def _check_points(card: Card, points: Sequence[Decimal], where: str) -> Iterator[Problem]:
    if any(not card.scale.low <= one <= card.scale.high for one in points):
        yield Problem(
            where,
            _("Points must lie within the scale, from %(low)s to %(high)s")
            % {"low": card.scale.low, "high": card.scale.high},
        )


def _check_classes(card: Card) -> Iterator[Problem]:
    codes = [one.code for one in card.classes]
    if len(codes) < 2:
        yield Problem("classes", _("A card needs at least two classes"))
        return
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield Problem("classes", _("The code “%(code)s” stands twice") % {"code": code})
    for known in card.classes:
        yield from _check_values(known)
    if card.method is Method.SCORE:
        yield from _check_thresholds(card)
    elif card.method is Method.MATRIX:
        for one, two in product(Band, Band):
            if card.matrix.get((one, two)) not in codes:
                yield Problem(
                    f"matrix.{one}.{two}",
                    _("Needs one of the classes: %(codes)s") % {"codes": listed(codes)},
                )
    elif card.method is Method.COMBINATION:
        yield from _check_combinations(card, codes)
    else:
        yield from _check_shares(card)


def _check_values(one: GradeClass) -> Iterator[Problem]:
    """Credit limit and payment term hold orders back (P6.2): figures, or not given at all."""
    limit, term = figure_of(one.values.get("limit", 0)), str(one.values.get("term_days", 0))
    if limit is None or limit < 0 or limit != rounded(limit):
        yield Problem(
            f"classes.{one.code}.values.limit", _("A credit limit is an amount from 0 on, in digits")
        )
    if not (term.isascii() and term.isdigit() and len(term) < 4 and int(term) <= LONGEST_TERM):
        yield Problem(
            f"classes.{one.code}.values.term_days",
            _("A payment term is a whole number of days up to %(most)d") % {"most": LONGEST_TERM},
        )


def _check_thresholds(card: Card) -> Iterator[Problem]:
    *upper, last = card.classes
    if last.start is not None:
        yield Problem(
            f"classes.{last.code}.from", _("The last class takes all that is left: it has no threshold")
        )
    for one in upper:
        if one.start is None or not card.scale.low < one.start <= card.scale.high:
            yield Problem(
                f"classes.{one.code}.from",
                _("Needs a threshold within the scale, from %(low)s to %(high)s")
                % {"low": card.scale.low, "high": card.scale.high},
            )
    for one, two in pairwise(upper):
        if one.start is not None and two.start is not None and one.start <= two.start:
            yield Problem(
                f"classes.{two.code}.from",
                _("The thresholds overlap: %(two)s must lie below %(one)s of the class above")
                % {"one": one.start, "two": two.start},
            )


def _check_combinations(card: Card, codes: Sequence[str]) -> Iterator[Problem]:
    letters = [one.letter for one in card.criteria()]
    if len(letters) > MOST_LETTERS:
        yield Problem("factors", _("A combination takes at most %(most)d criteria") % {"most": MOST_LETTERS})
        return
    for letter in sorted({one for one in letters if one and letters.count(one) > 1}):
        yield Problem("factors", _("The letter “%(letter)s” stands for two criteria") % {"letter": letter})
    wanted = {"".join(signs) for signs in product(*((letter.upper(), letter.lower()) for letter in letters))}
    there = [one.pattern for one in card.combinations]
    for pattern in sorted(wanted - set(there)):
        yield Problem("combinations", _("“%(pattern)s” is missing") % {"pattern": pattern})
    for pattern in sorted(set(there) - wanted | {one for one in there if there.count(one) > 1}):
        yield Problem(
            "combinations", _("“%(pattern)s” stands twice or fits no letters") % {"pattern": pattern[:20]}
        )
    for one in card.combinations:
        if one.grade not in codes:
            yield Problem(
                f"combinations.{one.pattern}.class",
                _("Needs one of the classes: %(codes)s") % {"codes": listed(codes)},
            )
    if card.unknown_class not in codes:
        yield Problem("unknown_class", _("Needs one of the classes: %(codes)s") % {"codes": listed(codes)})


def _check_shares(card: Card) -> Iterator[Problem]:
    if len(card.shares) != len(card.classes):
        yield Problem("shares", _("Give as many shares as classes"))
    if any(share <= 0 for share in card.shares) or sum(card.shares, Decimal(0)) != WHOLE:
        yield Problem("shares", _("The shares must be above 0 and come to 100"))
    if not card.ranked_by:
        yield Problem("ranked_by", _("Name the fact that fills it in"))


def _check_facts(card: Card, facts: Collection[str], others: Mapping[str, Card]) -> Iterator[Problem]:
    named = [
        (f"factors.{factor.code}.criteria.{one.code}.fact", one)
        for factor in card.factors
        for one in factor.criteria
        if one.fact
    ]
    for where, one in named:
        if one.fact.startswith(CARD_FACT):
            yield from _check_card_fact(card, one, where, others)
        elif one.fact not in facts:
            yield Problem(where, _("No room knows the fact “%(fact)s”") % {"fact": one.fact})
    if card.ranked_by and card.ranked_by not in facts:
        yield Problem("ranked_by", _("No room knows the fact “%(fact)s”") % {"fact": card.ranked_by})


def _check_guarded(card: Card, guarded: Collection[str]) -> Iterator[Problem]:
    for factor in card.factors:
        for one in factor.criteria:
            if one.fact in guarded and one.kind is not Kind.COMPUTED:
                where = f"factors.{factor.code}.criteria.{one.code}.kind"
                yield Problem(
                    where, _("Not everybody may see this figure: let the books answer, never a person")
                )


def _check_card_fact(card: Card, one: Criterion, where: str, others: Mapping[str, Card]) -> Iterator[Problem]:
    code = one.fact.removeprefix(CARD_FACT)
    other = card if code == card.code else others.get(code)
    if other is None:
        yield Problem(where, _("There is no card “%(code)s”") % {"code": code})
        return
    for missing in [known.code for known in other.classes if known.code not in one.by_code]:
        yield Problem(where, _("No level stands for the class “%(code)s” of that card") % {"code": missing})


def _check_circle(card: Card, others: Mapping[str, Card]) -> Iterator[Problem]:
    """A card may build on others, but not on itself by any way round."""
    known = {**others, card.code: card}

    def leads_back(code: str, way: tuple[str, ...]) -> tuple[str, ...]:
        for fact in known[code].facts() if code in known else ():
            target = fact.removeprefix(CARD_FACT)
            if not fact.startswith(CARD_FACT):
                continue
            if target == card.code:
                return (*way, target)
            if target not in way and (found := leads_back(target, (*way, target))):
                return found
        return ()

    if way := leads_back(card.code, (card.code,)):
        yield Problem("factors", _("The card builds on itself: %(way)s") % {"way": " → ".join(way)})
