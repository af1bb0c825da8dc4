"""What a card of each method needs (P3): a new card, a draft turned to another method, and what is kept at publishing. Pure plain data."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import product
from string import ascii_uppercase
from typing import Any

from django.utils.translation import override, pgettext_lazy

from furrow.assessment.cards import MOST_LETTERS, WHOLE, Band, Method, Subject
from furrow.assessment.rules import figure_of, rounded

Definition = dict[str, Any]
Rows = list[Definition]
# What only one method uses. A draft may hold the parts of several, so that trying a method loses nothing.
PARTS: dict[str, tuple[Method, ...]] = {
    "factors": (Method.SCORE, Method.MATRIX, Method.COMBINATION),
    "matrix": (Method.MATRIX,),
    "combinations": (Method.COMBINATION,),
    "unknown_allowed": (Method.COMBINATION,),
    "unknown_class": (Method.COMBINATION,),
    "shares": (Method.RANKING,),
    "ranked_by": (Method.RANKING,),
}
CLASSES = (pgettext_lazy("class", "Good"), pgettext_lazy("class", "Fair"), pgettext_lazy("class", "Poor"))
LEVELS = (pgettext_lazy("score", "Low"), pgettext_lazy("score", "Medium"), pgettext_lazy("score", "High"))
HIGH, MEDIUM = (
    Decimal("0.625"),
    Decimal("0.375"),
)  # where bands of a matrix begin: 3.50 and 2.50 on a scale from 1 to 5


def of_method(definition: Definition) -> Definition:
    """The definition with what its method uses and nothing of the others."""
    unused = {name for name, methods in PARTS.items() if _method(definition) not in methods}
    return {name: value for name, value in definition.items() if name not in unused}


def new_card(
    code: str, name: dict[str, str], method: Method, subject: Subject = Subject.CUSTOMER
) -> Definition:
    """A small card that can be published as it is; its names and levels are to be put in place of one's own."""
    card: Definition = {
        "code": code,
        "method": method.value,
        "subject": subject.value,
        "name": name,
        "classes": [{"code": "ABC"[n], "name": _both(text)} for n, text in enumerate(CLASSES)],
        "factors": [],
    }
    return fitted(card)


def fitted(definition: Definition) -> Definition:
    """The definition with what its method needs and it lacks: thresholds, bands, letters, a class for every combination or pair of bands,
    shares. What is there stays, except rows of a combination that fit no letters any more."""
    card = copy.deepcopy(definition)
    classes = rows_of(card, "classes")
    match _method(card):
        case Method.SCORE:
            _spread_thresholds(card, classes)
            _need_groups(card, 1)
            _share_weights([*rows_of(card, "factors")])
        case Method.MATRIX:
            _need_groups(card, 2)
            _need_bands(card)
            _fill_matrix(card, [*_codes(classes)])
        case Method.COMBINATION:
            _need_groups(card, 1)
            _ask_yes_or_no(card)
            _combine(card, classes)
        case Method.RANKING:
            _share_out(card, len(classes))
    return card


def turned(definition: Definition, before: str) -> Definition:
    """The definition, whose method was `before`, with what the one it has now needs; what the other used is laid aside."""
    card = copy.deepcopy(definition)
    if before == Method.COMBINATION and _method(card) is not Method.COMBINATION:
        _ask_as_before(card)
    return fitted(card)


def _method(definition: Definition) -> Method:
    try:
        return Method(definition.get("method") or Method.SCORE)
    except ValueError:
        return Method.SCORE


def rows_of(raw: Definition, name: str) -> Rows:
    """The rows of a list that are tables; a list that is none has none."""
    rows = raw.get(name)
    return [one for one in rows if isinstance(one, dict)] if isinstance(rows, list) else []


def table_of(raw: Definition, name: str) -> Definition:
    """A table in it; empty when there is none."""
    found = raw.get(name)
    return found if isinstance(found, dict) else {}


def _codes(rows: Iterable[Definition]) -> list[str]:
    return [str(one.get("code", "")) for one in rows]


def _both(text: Any, number: int = 0) -> dict[str, str]:
    found = {}
    for key, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            found[key] = f"{text} {number}" if number else str(text)
    return found


def _place(number: int, steps: int, count: int) -> int:
    """Which of `count` classes stands at `number` of `steps` steps down, evenly."""
    return min(count - 1, (2 * number * (count - 1) + steps) // (2 * steps)) if steps else 0


# Groups and criteria ----------------------------------------------------------------------------


def _need_groups(card: Definition, count: int) -> None:
    groups = card.get("factors")
    if not isinstance(groups, list):
        groups = card["factors"] = []
    while len(groups) < count:
        number = len(groups) + 1
        groups.append(
            {
                "code": f"group{number}",
                "name": _both(pgettext_lazy("scorecard", "Group"), number),
                "criteria": _blank(number),
            }
        )


def _blank(group: int) -> Rows:
    """Two criteria of a new group."""
    return [
        {
            "code": f"item{group}_{number}",
            "name": _both(pgettext_lazy("scorecard", "Criterion"), 2 * (group - 1) + number),
            "kind": "choice",
            "weight": "50",
            "levels": [_both(text) for text in LEVELS],
        }
        for number in (1, 2)
    ]


def _share_weights(groups: Rows) -> None:
    """Groups without a weight share what the others leave of 100; the first takes the rest of the division."""
    lacking = [one for one in groups if one.get("weight") in (None, "")]
    if not lacking or len(groups) == 1:
        return
    given = sum((figure_of(one["weight"]) or Decimal(0) for one in groups if one not in lacking), Decimal(0))
    left = max(WHOLE - given, Decimal(0))
    part = rounded(left / len(lacking))
    for one in lacking:
        one["weight"] = _text(part)
    lacking[0]["weight"] = _text(left - part * (len(lacking) - 1))


def _ask_as_before(card: Definition) -> None:
    """Criteria that were asked for yes or no only by a combination are answered as they were before."""
    for group in rows_of(card, "factors"):
        for one in rows_of(group, "criteria"):
            kind = one.pop("kind_before", None) or ("choice" if one.get("levels") else None)
            if one.get("kind") == "yes_no" and kind:
                one["kind"] = kind


# Scores and bands -------------------------------------------------------------------------------


def _scale(card: Definition) -> tuple[Decimal, Decimal]:
    scale = table_of(card, "scale")
    low, high = (figure_of(scale.get(name)) for name in ("low", "high"))
    return Decimal(1) if low is None else low, Decimal(5) if high is None else high


def _text(figure: Decimal) -> str:
    return f"{figure.normalize():f}"


def _at(card: Definition, share: Decimal) -> str:
    low, high = _scale(card)
    return _text(rounded(low + (high - low) * share))


def _spread_thresholds(card: Definition, classes: Rows) -> None:
    if all(one.get("from") in (None, "") for one in classes):
        for number, one in enumerate(classes, 1):
            one["from"] = _at(card, 1 - Decimal(number) / len(classes))
    if classes:
        classes[-1].pop("from", None)


def _need_bands(card: Definition) -> None:
    for group in rows_of(card, "factors"):
        for name, share in (("high_from", HIGH), ("medium_from", MEDIUM)):
            if group.get(name) in (None, ""):
                group[name] = _at(card, share)


def _fill_matrix(card: Definition, codes: Sequence[str]) -> None:
    matrix = table_of(card, "matrix")
    card["matrix"] = {}
    for down, one in enumerate(Band):
        row = table_of(matrix, one.value)
        card["matrix"][one.value] = {
            other.value: _known(row.get(other), codes) or codes[_place(down + right, 4, len(codes))]
            for right, other in enumerate(Band)
            if codes
        }


def _known(code: Any, codes: Sequence[str]) -> str:
    return str(code) if str(code) in codes else ""


# Combinations and ranking -----------------------------------------------------------------------


def _ask_yes_or_no(card: Definition) -> None:
    used: set[str] = set()
    for group in rows_of(card, "factors"):
        for one in rows_of(group, "criteria"):
            if one.get("kind", "choice") != "yes_no":
                one["kind_before"], one["kind"] = one.get("kind", "choice"), "yes_no"
            if not any(level.get("zh") or level.get("en") for level in rows_of(one, "levels")):
                one.pop("levels", None)
            letter = str(one.get("letter") or "")[:1]
            if letter not in ascii_uppercase or not letter or letter in used:
                wanted = f"{one.get('code', '')}".upper() + ascii_uppercase
                letter = next((sign for sign in wanted if sign in ascii_uppercase and sign not in used), "")
            used.add(letter)
            one["letter"] = letter


def _combine(card: Definition, classes: Rows) -> None:
    """A row for every combination: the more yes, the better the class, with that class's advice."""
    letters = [str(one["letter"]) for group in rows_of(card, "factors") for one in rows_of(group, "criteria")]
    if not classes or not letters or len(letters) > MOST_LETTERS:
        return
    codes = _codes(classes)
    wanted = ["".join(signs) for signs in product(*((letter, letter.lower()) for letter in letters))]
    kept = {
        str(one.get("pattern")): one for one in rows_of(card, "combinations") if one.get("pattern") in wanted
    }
    card["combinations"] = list(kept.values())
    for pattern in wanted:
        made = classes[_place(sum(map(str.islower, pattern)), len(letters), len(classes))]
        row = kept.get(pattern) or {"pattern": pattern, "advice": _advice(made)}
        row["class"] = _known(row.get("class"), codes) or str(made.get("code", ""))
        if pattern not in kept:
            card["combinations"].append(row)
    card["unknown_class"] = _known(card.get("unknown_class"), codes) or codes[_place(1, 2, len(codes))]
    card.setdefault("unknown_allowed", "1")


def _advice(row: Definition) -> dict[str, str]:
    for name in ("advice", "name"):
        text = row.get(name)
        if isinstance(text, dict) and any(text.values()):
            return {"zh": str(text.get("zh", "")), "en": str(text.get("en", ""))}
    return {"zh": "", "en": ""}


def _share_out(card: Definition, count: int) -> None:
    """As many shares as classes; of 532's three as P3.5 has them."""
    shares = card.get("shares") if isinstance(card.get("shares"), list) else []
    if not shares:
        even = rounded(WHOLE / count) if count else WHOLE
        first = WHOLE - even * (count - 1)
        shares = ["50", "30", "20"] if count == 3 else [_text(first), *[_text(even)] * (count - 1)]
    card["shares"] = [*shares, *["0"] * count][:count]
    card.setdefault("ranked_by", "sales.year")
