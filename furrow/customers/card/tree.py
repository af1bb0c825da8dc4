"""The dealers below one as a picture: boxes in columns by tier, each beside its own sub-dealers (P1.2, kind dealer). Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MOST_DRAWN = 60  # beyond that a picture tells less than the list below it
BOX, GAP, HEIGHT, STEP = (
    176,
    40,
    44,
    56,
)  # a box's width, the room for lines, its height, from one box to the next
WIDEST = 22  # of a name in a box, in half-width characters


@dataclass(frozen=True, slots=True)
class Box:
    """A dealer in the picture; `line` leads to it from the one above, empty at the root. All lengths in pixels, as SVG writes them."""

    customer: Any
    name: str
    x: int
    y: float
    line: str

    @property
    def left(self) -> str:
        return f"{self.x + 10}"

    @property
    def top(self) -> str:
        return f"{self.y:g}"

    @property
    def first_line(self) -> str:
        return f"{self.y + 19:g}"

    @property
    def second_line(self) -> str:
        return f"{self.y + 36:g}"


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes with the room they need."""

    width: int
    height: int
    boxes: tuple[Box, ...]


def drawn(root: Any, below: Sequence[tuple[int, Any]]) -> Picture | None:
    """The picture of a dealer and those below it as (depth from 0, dealer), depth first; None for none and for too many."""
    if not 0 < len(below) <= MOST_DRAWN:
        return None
    nodes = [(0, root), *((depth + 1, one) for depth, one in below)]
    rows = _rows([depth for depth, _one in nodes])
    boxes = []
    for at, (depth, one) in enumerate(nodes):
        x, y = depth * (BOX + GAP), rows[at] * STEP
        above = next((up for up in range(at - 1, -1, -1) if nodes[up][0] == depth - 1), None)
        line = ""
        if above is not None:
            start, middle = rows[above] * STEP + HEIGHT / 2, y + HEIGHT / 2
            line = f"M{x - GAP} {start:g}H{x - GAP / 2:g}V{middle:g}H{x}"
        boxes.append(Box(one, shortened(str(one)), x, y, line))
    deepest = max(depth for depth, _one in nodes)
    return Picture((deepest + 1) * BOX + deepest * GAP, round(max(rows) * STEP) + HEIGHT, tuple(boxes))


def _rows(depths: Sequence[int]) -> list[float]:
    """The row of each: those without sub-dealers one below the other, the others in the middle of theirs.

    >>> _rows([0, 1, 2, 2, 1])
    [1.25, 0.5, 0.0, 1.0, 2.0]
    """
    rows, free = [0.0] * len(depths), 0
    for at, depth in enumerate(depths):
        if at + 1 == len(depths) or depths[at + 1] <= depth:
            rows[at] = float(free)
            free += 1
    for at in range(len(depths) - 1, -1, -1):
        mine = []
        for later in range(at + 1, len(depths)):
            if depths[later] <= depths[at]:
                break
            if depths[later] == depths[at] + 1:
                mine.append(rows[later])
        if mine:
            rows[at] = (mine[0] + mine[-1]) / 2
    return rows


def shortened(name: str) -> str:
    """A name as far as it fits into a box.

    >>> shortened("武汉市江汉区顺达通讯器材有限公司")
    '武汉市江汉区顺达通讯…'
    """
    room = WIDEST
    for at, char in enumerate(name):
        room -= 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if room < 0:
            return f"{name[: at - 1]}…"
    return name
