"""Reads a card from plain data (TOML, JSON, the editor's form) and writes it back; every mistake is said with its place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from furrow.assessment.cards import (
    WHOLE,
    Band,
    Card,
    Combination,
    Criterion,
    Factor,
    GradeClass,
    Kind,
    Level,
    Method,
    Note,
    Period,
    Scale,
    Step,
    Subject,
    Text,
)
from furrow.assessment.rules import LARGEST, figure_of
from furrow.kit.figures import listed

LONGEST = 300
DEEPEST = 12
MOST = {
    "factors": 10,
    "criteria": 40,
    "levels": 10,
    "steps": 12,
    "classes": 12,
    "combinations": 32,
    "shares": 12,
    "notes": 12,
}
CODE = re.compile(r"[a-z0-9_]{1,40}", re.ASCII)
CLASS_CODE = re.compile(r"[A-Za-z0-9_]{1,8}", re.ASCII)
E = TypeVar("E", bound=StrEnum)
Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Problem:
    """One mistake: the place in the card ("factors.credit.criteria.capital.weight") and what is wrong with it."""

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}" if self.where else self.text


class CardError(ValueError):
    """A card that cannot be used; `problems` says where and why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, problems)))


def parse_toml(text: str) -> dict[str, Any]:
    """Plain data from TOML; raises CardError with the line."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise CardError(
            [Problem("", _("This is not TOML: %(error)s") % {"error": str(error)[:200]})]
        ) from error


def plain_data(value: Any, depth: int = 0) -> Any:
    """What a definition may hold: tables, lists, texts without control characters, numbers, true and false; dates and the like become
    text. Raises CardError for what is nested too deep."""
    if depth > DEEPEST:
        raise CardError([Problem("", _("Nested too deep"))])
    if isinstance(value, Mapping):
        return {_clean(name)[:60]: plain_data(one, depth + 1) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain_data(one, depth + 1) for one in value]
    if isinstance(value, bool) or (isinstance(value, int) and abs(value) <= LARGEST):
        return value
    return _clean(value)[:1000]


def card_of(raw: Raw, version: int = 1) -> Card:
    """A card from plain data, as far as its shape goes; raises CardError. `checking.check` says whether it makes sense."""
    reader = _Reader()
    card = reader.card(raw, version)
    if reader.problems:
        raise CardError(reader.problems)
    return card


class _Reader:
    """Collects the mistakes of one card while reading it."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def wrong(self, where: str, text: str) -> None:
        self.problems.append(Problem(where, text))

    def card(self, raw: Raw, version: int) -> Card:
        if not isinstance(raw, Mapping):
            self.wrong("", _("A card is a table of names and values"))
            raw = {}
        scale = self.table(raw, "scale", "")
        low, high = (self.number(scale, name, "scale", value) for name, value in (("low", 1), ("high", 5)))
        return Card(
            code=self.code(raw, "code", ""),
            version=version,
            name=self.text(raw, "name", "", needed=True),
            about=self.text(raw, "about", ""),
            method=self.one_of(Method, raw, "method", "", Method.SCORE),
            subject=self.one_of(Subject, raw, "subject", "", Subject.CUSTOMER),
            period=self.one_of(Period, raw, "period", "", Period.NONE),
            scale=Scale(low, high),
            factors=tuple(
                self.factor(one, f"factors.{self.label(one, n)}", Scale(low, high))
                for n, one in self.rows(raw, "factors", "")
            ),
            classes=tuple(
                self.grade_class(one, f"classes.{self.label(one, n)}")
                for n, one in self.rows(raw, "classes", "")
            ),
            matrix=self.matrix(raw),
            combinations=tuple(
                self.combination(one, f"combinations.{n + 1}")
                for n, one in self.rows(raw, "combinations", "")
            ),
            unknown_allowed=int(self.number(raw, "unknown_allowed", "", 0)),
            unknown_class=self.string(raw, "unknown_class", ""),
            shares=tuple(
                self.figure(one, f"shares.{n + 1}") for n, one in enumerate(self.listed(raw, "shares", ""))
            ),
            ranked_by=self.string(raw, "ranked_by", ""),
            for_kinds=tuple(str(one)[:20] for one in self.listed(raw, "for_kinds", "", 10)),
            notes=tuple(
                Note(
                    self.code(one, "code", f"notes.{n + 1}"),
                    self.text(one, "name", f"notes.{n + 1}", needed=True),
                )
                for n, one in self.rows(raw, "notes", "")
            ),
        )

    def factor(self, raw: Raw, where: str, scale: Scale) -> Factor:
        return Factor(
            code=self.code(raw, "code", where),
            name=self.text(raw, "name", where, needed=True),
            weight=self.number(raw, "weight", where, WHOLE),
            least_share=self.number(raw, "least_share", where, "0.60"),
            high_from=self.maybe(raw, "high_from", where),
            medium_from=self.maybe(raw, "medium_from", where),
            weighed_by=self.string(raw, "weighed_by", where),
            criteria=tuple(
                self.criterion(one, f"{where}.criteria.{self.label(one, n)}", scale)
                for n, one in self.rows(raw, "criteria", where)
            ),
        )

    def criterion(self, raw: Raw, where: str, scale: Scale) -> Criterion:
        levels = self.rows(raw, "levels", where)
        return Criterion(
            code=self.code(raw, "code", where),
            name=self.text(raw, "name", where, needed=True),
            kind=self.one_of(Kind, raw, "kind", where, Kind.CHOICE),
            weight=self.number(raw, "weight", where, None),
            levels=tuple(
                Level(
                    self.text({"name": one}, "name", f"{where}.levels.{n + 1}", needed=True),
                    self.number(one, "points", f"{where}.levels.{n + 1}", _evenly(scale, n, len(levels))),
                    self.string(one, "code", f"{where}.levels.{n + 1}"),
                )
                for n, one in levels
            ),
            steps=tuple(
                Step(
                    self.maybe(one, "from", f"{where}.steps.{n + 1}"),
                    self.number(one, "points", f"{where}.steps.{n + 1}", None),
                )
                for n, one in self.rows(raw, "steps", where)
            ),
            fact=self.string(raw, "fact", where),
            unit=self.text(raw, "unit", where),
            hint=self.text(raw, "hint", where),
            judged=raw.get("judged") is True,
            letter=self.string(raw, "letter", where)[:1],
        )

    def grade_class(self, raw: Raw, where: str) -> GradeClass:
        code = self.string(raw, "code", where)
        if not CLASS_CODE.fullmatch(code):
            self.wrong(f"{where}.code", _("A class needs a code of up to eight letters or digits"))
        return GradeClass(
            code=code,
            name=self.text(raw, "name", where, needed=True),
            start=self.maybe(raw, "from", where),
            advice=self.text(raw, "advice", where),
            values={
                str(name)[:40]: value if isinstance(value, int) else str(value)[:40]
                for name, value in self.table(raw, "values", where).items()
                if value != ""
            },
            final=raw.get("final") is True,
        )

    def combination(self, raw: Raw, where: str) -> Combination:
        return Combination(
            self.string(raw, "pattern", where),
            self.string(raw, "class", where),
            self.text(raw, "advice", where, needed=True),
        )

    def matrix(self, raw: Raw) -> dict[tuple[Band, Band], str]:
        found = {}
        bands = set(Band)
        for one, row in self.table(raw, "matrix", "").items():
            for two, grade in row.items() if isinstance(row, Mapping) else ():
                if one in bands and two in bands:
                    found[Band(one), Band(two)] = str(grade)[:8]
                else:
                    self.wrong(f"matrix.{one}.{two}", _("A band is high, medium or low"))
        return found

    # Values -------------------------------------------------------------------------------------

    def label(self, raw: Any, number: int) -> str:
        """How a row is named in a message: by its code, else by its number."""
        code = raw.get("code") if isinstance(raw, Mapping) else None
        return str(code)[:40] if isinstance(code, str) and code else str(number + 1)

    def rows(self, raw: Raw, name: str, where: str) -> list[tuple[int, Raw]]:
        found = []
        for number, one in enumerate(self.listed(raw, name, where)):
            if isinstance(one, Mapping):
                found.append((number, one))
            else:
                self.wrong(f"{_under(where, name)}.{number + 1}", _("Not a table"))
        return found

    def listed(self, raw: Raw, name: str, where: str, most: int = 0) -> Sequence[Any]:
        value = raw.get(name, [])
        if not isinstance(value, list | tuple):
            self.wrong(_under(where, name), _("Not a list"))
            return []
        most = most or MOST[name]
        if len(value) > most:
            self.wrong(_under(where, name), _("At most %(most)d entries") % {"most": most})
        return value[:most]

    def table(self, raw: Raw, name: str, where: str) -> Raw:
        value = raw.get(name, {})
        if isinstance(value, Mapping):
            return value
        self.wrong(_under(where, name), _("Not a table"))
        return {}

    def text(self, raw: Raw, name: str, where: str, *, needed: bool = False) -> Text:
        value = raw.get(name) or {}
        here = _under(where, name)
        if isinstance(value, str):
            value = {"zh": value, "en": value}
        if not isinstance(value, Mapping):
            self.wrong(here, _("Write it in Chinese (zh) and English (en)"))
            return Text("", "")
        zh, en = (_clean(value.get(language, "")) for language in ("zh", "en"))
        if needed and not (zh or en):
            self.wrong(here, _("Write it in Chinese (zh) and English (en)"))
        if max(len(zh), len(en)) > LONGEST:
            self.wrong(here, _("At most %(most)d characters") % {"most": LONGEST})
        return Text(zh[:LONGEST] or en[:LONGEST], en[:LONGEST] or zh[:LONGEST])

    def string(self, raw: Raw, name: str, where: str) -> str:
        value = raw.get(name, "")
        if not isinstance(value, str | int) or isinstance(value, bool):
            self.wrong(_under(where, name), _("Not a text"))
            return ""
        return _clean(value)[:60]

    def code(self, raw: Raw, name: str, where: str) -> str:
        code = self.string(raw, name, where)
        if not CODE.fullmatch(code):
            self.wrong(
                _under(where, name), _("A code is made of small letters, digits and _, up to 40 of them")
            )
        return code

    def one_of(self, kinds: type[E], raw: Raw, name: str, where: str, default: E) -> E:
        value = raw.get(name, default)
        try:
            return kinds(value)
        except ValueError:
            known = listed(one.value for one in kinds if one.value)
            self.wrong(_under(where, name), _("One of: %(known)s") % {"known": known})
            return default

    def maybe(self, raw: Raw, name: str, where: str) -> Decimal | None:
        value = raw.get(name)
        return None if value is None or value == "" else self.figure(value, _under(where, name))

    def number(self, raw: Raw, name: str, where: str, default: Any) -> Decimal:
        value = raw.get(name, default)
        return self.figure(default if value == "" and default is not None else value, _under(where, name))

    def figure(self, value: Any, where: str) -> Decimal:
        figure = figure_of(str(value) if isinstance(value, float) else value)
        if figure is None:
            self.wrong(where, _("Not a number"))
            return Decimal(0)
        return figure


def _clean(value: Any) -> str:
    return " ".join("".join(sign for sign in str(value) if sign.isprintable() or sign.isspace()).split())


def _under(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _evenly(scale: Scale, number: int, count: int) -> Decimal:
    """Points of a level that names none: the levels lie evenly on the scale, the first one lowest."""
    if count < 2:
        return scale.low
    return (scale.low + (scale.high - scale.low) * number / (count - 1)).quantize(Decimal("0.01")).normalize()


# Writing ----------------------------------------------------------------------------------------


def toml_of(raw: Raw) -> str:
    """The card as TOML, to be read by `parse_toml`."""
    lines: list[str] = []
    for name, value in raw.items():
        if not _is_rows(value) and not (isinstance(value, Mapping) and _nested(value)):
            lines.append(f"{name} = {_value(value)}")
    for name, value in raw.items():
        if isinstance(value, Mapping) and _nested(value):
            lines += ["", f"[{name}]", *(f"{key} = {_value(one)}" for key, one in value.items())]
        elif _is_rows(value):
            lines += _rows(value, name)
    return "\n".join(lines) + "\n"


def _rows(rows: Sequence[Raw], path: str) -> list[str]:
    lines: list[str] = []
    for row in rows:
        lines += ["", f"[[{path}]]"]
        lines += [f"{key} = {_value(one)}" for key, one in row.items() if not _is_criteria(key, one)]
        for key, one in row.items():
            if _is_criteria(key, one):
                lines += _rows(one, f"{path}.{key}")
    return lines


def _is_criteria(key: str, value: Any) -> bool:
    return key == "criteria" and _is_rows(value)


def _nested(value: Raw) -> bool:
    return any(isinstance(one, Mapping) for one in value.values())


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        if _is_rows(value):
            return "[\n" + "".join(f"  {_value(one)},\n" for one in value) + "]"
        return "[" + ", ".join(map(_value, value)) + "]"
    return _quoted(str(value))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in escaped) + '"'
