"""One-day instances with time windows as Solomon (1987) made them: places random, clustered or mixed, windows narrow or wide.

Written here from his description; none of his instances is copied. Whole numbers throughout, so that every solver reads the same.
"""

from __future__ import annotations

import random
from math import hypot

SIZES = (50, 80, 100, 150, 200)
LAYOUTS = ("random", "clustered", "mixed")
SPAN = 100
DEPOT = (50, 50)
SERVICE = 10


def names() -> list[tuple[str, int, str, bool]]:
    """Twenty of them: (name, customers, layout, wide windows); every size four times, every layout and width evenly spread."""
    made = []
    for number in range(20):
        size, layout, wide = SIZES[number % 5], LAYOUTS[number % 3], number % 4 >= 2
        made.append((f"{layout[0]}{2 if wide else 1}{number:02}-{size}", size, layout, wide))
    return made


def instance(name: str, customers: int, layout: str, wide: bool) -> str:
    """The text of an instance; the same name gives the same text. Vehicles suffice, every customer alone is possible."""
    chance = random.Random(name)
    end, capacity = (1000, 700) if wide else (240, 200)
    lines = [f"{'0':>4} {DEPOT[0]:>4} {DEPOT[1]:>4}    0    0 {end:>5}    0"]
    for number, (x, y) in enumerate(_places(chance, customers, layout), 1):
        way = hypot(x - DEPOT[0], y - DEPOT[1])
        first, last = int(way) + 1, int(end - way - SERVICE) - 1
        ready, due = _window(chance, first, last, wide)
        demand = chance.randint(5, 30)
        lines.append(f"{number:>4} {x:>4} {y:>4} {demand:>4} {ready:>5} {due:>5} {SERVICE:>4}")
    head = ["CUST NO.  XCOORD.  YCOORD.  DEMAND  READY TIME  DUE DATE  SERVICE TIME"]
    fleet = ["VEHICLE", "NUMBER  CAPACITY", f"{customers // 2:>5} {capacity:>5}"]
    return "\n".join([name, "", *fleet, "", "CUSTOMER", *head, "", *lines, ""])


def _window(chance: random.Random, first: int, last: int, wide: bool) -> tuple[int, int]:
    """Three of four customers name a time; its width is a share of the day that is narrow or wide."""
    if chance.random() < 0.25:
        return 0, last
    center = chance.randint(first, last)
    half = chance.randint(60, 240) if wide else chance.randint(5, 30)
    return max(0, center - half), min(last, center + half)


def _places(chance: random.Random, count: int, layout: str) -> list[tuple[int, int]]:
    seeds = [(chance.randint(10, 90), chance.randint(10, 90)) for _ in range(max(3, count // 12))]
    places = []
    for number in range(count):
        if layout == "clustered" or (layout == "mixed" and number % 2):
            x, y = chance.choice(seeds)
            place = chance.gauss(x, 4), chance.gauss(y, 4)
        else:
            place = chance.uniform(0, SPAN), chance.uniform(0, SPAN)
        places.append(tuple(min(SPAN, max(0, round(part))) for part in place))
    return [(x, y) for x, y in places]
