"""Pure rules of planning: visit rules per grade, which customers are due in a cycle, how much work that is (P4.2, P4.4)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, Self
from zlib import crc32

GRADES = ("A", "B", "C", "D")
PRESETS = ("four_week_cycle", "intensive_channel_work")
FIRST_MONDAY = date(2024, 1, 1)
MINUTES_BETWEEN_VISITS = 12
"""Driving and parking reckoned per visit before routes exist; only for the estimate on the form."""
POLICY_WEEKS = 4
"""Rules are written per four-week cycle."""


@dataclass(frozen=True, slots=True)
class GradeRule:
    """How one visit grade is visited: `visits` in every `every_cycles` cycles, gaps in calendar days, weeks counted from 1."""

    visits: int = 1
    every_cycles: int = 1
    min_gap_days: int | None = None
    max_gap_days: int | None = None
    preferred_weeks: tuple[int, ...] = ()
    morning_first: bool = False
    service_minutes: int = 30


@dataclass(frozen=True, slots=True)
class TravelRule:
    """How drives are estimated: street length over the straight line, km/h door to door, minutes to park and walk."""

    detour: float = 1.35
    speed_kmh: float = 25
    park_minutes: float = 2


@dataclass(frozen=True, slots=True)
class PolicyRules:
    """A visit policy as plain data; a cycle keeps a copy of the one it was planned with."""

    name: str
    lines: Mapping[str, GradeRule]
    channel_limits: Mapping[str, int] = field(default_factory=dict)
    allow_mixing: bool = True
    travel: TravelRule = TravelRule()

    def as_json(self) -> dict[str, Any]:
        """What a cycle stores."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `as_json`."""
        lines = {
            grade: GradeRule(**{**line, "preferred_weeks": tuple(line["preferred_weeks"])})
            for grade, line in data["lines"].items()
        }
        return cls(
            data["name"],
            lines,
            dict(data["channel_limits"]),
            data["allow_mixing"],
            TravelRule(**data["travel"]),
        )


@dataclass(frozen=True, slots=True)
class GradeText:
    """Portrait 特征, direction 方针 and visit content 拜访内容 of a grade."""

    portrait: str = ""
    direction: str = ""
    content: str = ""


@dataclass(frozen=True, slots=True)
class Preset:
    """A shipped policy: rules with texts in both languages, read from `presets/CODE.toml`."""

    code: str
    rules: PolicyRules
    names: Mapping[str, str]
    about: Mapping[str, str]
    texts: Mapping[str, Mapping[str, GradeText]]

    def name(self, language: str) -> str:
        """The preset's name in the reader's language."""
        return self.names[_short(language)]

    def text(self, grade: str, language: str) -> GradeText:
        """The grade's texts in the reader's language."""
        return self.texts[grade][_short(language)]


def _short(language: str) -> str:
    return "zh" if language.lower().startswith("zh") else "en"


@cache
def preset(code: str) -> Preset:
    """A shipped preset by code; raises KeyError for an unknown one."""
    if code not in PRESETS:
        raise KeyError(code)
    data = tomllib.loads(files("furrow.planning").joinpath("presets", f"{code}.toml").read_text("utf-8"))
    names = ("portrait", "direction", "content")
    lines, texts = {}, {}
    for grade, raw in data["grades"].items():
        plain = {key: value for key, value in raw.items() if key not in names}
        lines[grade] = GradeRule(**{**plain, "preferred_weeks": tuple(plain.get("preferred_weeks", ()))})
        texts[grade] = {lang: GradeText(*(raw[name][lang] for name in names)) for lang in ("en", "zh")}
    rules = PolicyRules(data["name"]["en"], lines, data["channel_limits"], data["allow_mixing"])
    return Preset(code, rules, data["name"], data["about"], texts)


def next_monday(today: date) -> date:
    """The first Monday after today."""
    return today + timedelta(days=7 - today.weekday())


def cycle_number(start: date, weeks: int) -> int:
    """Cycles of this length since the first Monday of 2024: neighboring cycles differ by one."""
    return (start - FIRST_MONDAY).days // (7 * weeks)


def visits_due(rule: GradeRule, customer_id: str, number: int, weeks: int = POLICY_WEEKS) -> int:
    """Visits of one customer in cycle `number` of `weeks` weeks; rules speak of four-week cycles, other lengths are scaled.

    The visits are spread over the cycles as evenly as whole visits allow. Each customer starts at a point of the
    round given by its id, so half of the "every second cycle" customers come now, the others next time, and a
    customer's turn is always the same (P4.2).
    """
    rate = Fraction(rule.visits * weeks, rule.every_cycles * POLICY_WEEKS)
    at = (crc32(customer_id.encode()) + number) % rate.denominator
    due = (at + 1) * rate.numerator // rate.denominator - at * rate.numerator // rate.denominator
    return min(due, 7 * weeks)


def workload_minutes(rules: PolicyRules, counts: Mapping[str, int]) -> float:
    """Minutes a four-week cycle takes on average for so many customers per grade: time at customers plus a flat drive per visit."""
    return sum(
        counts.get(grade, 0)
        * rule.visits
        / rule.every_cycles
        * (rule.service_minutes + MINUTES_BETWEEN_VISITS)
        for grade, rule in rules.lines.items()
    )


def visits_per_cycle(rules: PolicyRules, counts: Mapping[str, int]) -> float:
    """Average visits in a four-week cycle for so many customers per grade."""
    return sum(counts.get(grade, 0) * rule.visits / rule.every_cycles for grade, rule in rules.lines.items())


def weekdays_of_grades(rules: PolicyRules, counts: Mapping[str, int]) -> dict[str, frozenset[int]]:
    """Which weekdays (0 = Monday) belong to which grade when a policy forbids mixing grades within a day.

    The five weekdays are shared out by workload (largest remainder), at least one per grade that has
    customers, A first in the week. Saturdays and Sundays that are working days are open to every grade.
    """
    present = [grade for grade in GRADES if grade in rules.lines and counts.get(grade, 0)]
    if not present:
        return {}
    load = {grade: workload_minutes(rules, {grade: counts[grade]}) for grade in present}
    whole = sum(load.values()) or 1
    share = {grade: 5 * load[grade] / whole for grade in present}
    days = {grade: max(1, int(share[grade])) for grade in present}
    while sum(days.values()) != 5:
        step = 1 if sum(days.values()) < 5 else -1
        able = present if step > 0 else [grade for grade in present if days[grade] > 1]
        days[max(able, key=lambda grade: step * (share[grade] - days[grade]))] += step
    shared, first = {}, 0
    for grade in present:
        shared[grade] = frozenset({*range(first, first + days[grade]), 5, 6})
        first += days[grade]
    return shared


def grades_by_share(ids: Iterable[str]) -> dict[str, str]:
    """Grades for a list that has none: A 15%, B 25%, C 35%, D 25% of the customers, drawn by a checksum of the id.

    The draw has nothing to do with place or order in the file, and is the same every time.
    """
    ranked = sorted(ids, key=lambda key: (crc32(key.encode()), key))
    bounds = ((0.15, "A"), (0.40, "B"), (0.75, "C"), (1.0, "D"))
    return {
        key: next(grade for bound, grade in bounds if place < bound * len(ranked))
        for place, key in enumerate(ranked)
    }


def percent_change(now: float, before: float) -> float | None:
    """Change in percent, one decimal; None when there is nothing to compare with."""
    return round(100 * (now - before) / before, 1) if before else None
