"""The referral tree as a picture: where each name stands and what joins them (P7.5). Pure; a template writes the SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

COLUMN, ROW, EDGE = 240, 36, 24
MOST_WIDTH = 28  # of a name: a Chinese character counts 2


class Branch(Protocol):
    """What is drawn: branches depth first, each with how deep it stands."""

    @property
    def depth(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def step(self) -> str: ...


@dataclass(frozen=True)
class Node:
    """A name at its place; `label_x` and `label_y` are where its text begins, beside a leaf and above whoever named others."""

    x: int
    y: int
    label_x: int
    label_y: int
    name: str
    short: str
    step: str


@dataclass(frozen=True)
class Picture:
    """Nodes, and the curves between them as the `d` of SVG paths."""

    width: int
    height: int
    nodes: list[Node]
    curves: list[str]


def draw_tree(branches: Sequence[Branch]) -> Picture:
    """From left to right, a row a leaf; whoever named others stands in the middle of them."""
    below: list[list[int]] = [[] for _one in branches]
    line: list[int] = []
    for number, one in enumerate(branches):
        del line[one.depth :]
        if line:
            below[line[-1]].append(number)
        line.append(number)
    leaves = [number for number, kids in enumerate(below) if not kids]
    heights = {number: EDGE + row * ROW for row, number in enumerate(leaves)}
    for number in reversed(range(len(branches))):
        if kids := below[number]:
            heights[number] = (heights[kids[0]] + heights[kids[-1]]) // 2
    places = [(8 + one.depth * COLUMN, heights[number]) for number, one in enumerate(branches)]
    return Picture(
        width=(max((one.depth for one in branches), default=0) + 1) * COLUMN + EDGE,
        height=len(leaves) * ROW + EDGE,
        nodes=[
            _node(one, x, y, is_leaf=not kids)
            for one, (x, y), kids in zip(branches, places, below, strict=True)
        ],
        curves=[_curve(places[number], places[kid]) for number, kids in enumerate(below) for kid in kids],
    )


def _node(one: Branch, x: int, y: int, *, is_leaf: bool) -> Node:
    label = (x + 10, y + 4) if is_leaf else (x, y - 9)
    return Node(x, y, *label, one.name, shortened(one.name), one.step)


def _curve(start: tuple[int, int], end: tuple[int, int]) -> str:
    (x1, y1), (x2, y2) = start, end
    middle = (x1 + x2) // 2
    return f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"


def shortened(name: str) -> str:
    """The name as far as there is room for it.

    >>> shortened("后湖数码"), shortened("Wuhan Jianghan District Hongda Communications")
    ('后湖数码', 'Wuhan Jianghan District Hong…')
    """
    width = 0
    for place, sign in enumerate(name):
        width += 2 if ord(sign) > 0x2E7F else 1
        if width > MOST_WIDTH:
            return f"{name[:place]}…"
    return name
