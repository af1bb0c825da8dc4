"""What a measurement yields, and how it is shown."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Measure:
    """One figure with its target. `at_most` tells the direction: True for times and sizes, False for rates."""

    measure: str
    value: float
    unit: str
    target: float | None = None
    at_most: bool = True

    @property
    def holds(self) -> bool | None:
        """Whether the target is met; None without a target."""
        if self.target is None:
            return None
        return self.value <= self.target if self.at_most else self.value >= self.target

    def as_json(self) -> str:
        """One line: measure, value, unit, target, holds."""
        values = {name: value for name, value in asdict(self).items() if name != "at_most"}
        return json.dumps(values | {"value": round(self.value, 4), "holds": self.holds}, ensure_ascii=False)

    def as_row(self) -> tuple[str, str, str, str]:
        """measure, value with unit, target, answer."""
        sign = "≤" if self.at_most else "≥"
        target = "" if self.target is None else f"{sign} {self.target:,g}"
        return (
            self.measure,
            f"{_figure(self.value)} {self.unit}".strip(),
            target,
            {None: "", True: "holds", False: "MISSED"}[self.holds],
        )


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:,.2f}"


def width(text: str) -> int:
    """Columns in a terminal: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def table(measures: Iterable[Measure]) -> Iterator[str]:
    """Aligned lines."""
    rows = [measure.as_row() for measure in measures]
    widths = [max((width(row[column]) for row in rows), default=0) for column in range(4)]
    for row in rows:
        cells = [text + " " * (widths[column] - width(text)) for column, text in enumerate(row)]
        yield "  ".join(cells).rstrip()
