"""Problems of one rep or many from the real outlets of Shanghai in ../shared/data/outlets, graded by `furrow plan`'s rule.

The list gives places to a hundredth of a degree: each outlet is put somewhere within its hundredth, the same for the same seed.
Where more customers are needed than there are outlets, each outlet stands for several within about two kilometers. Customers whose
grade has no visit in this cycle (every second D) are not counted: all customers of a problem are visited.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from furrow.planning.problem import Outlet, Traveler, planning_problem
from furrow.planning.rules import grades_by_share, preset
from furrow.routing import Problem, working_calendar

FILE = Path(__file__).parents[2] / "shared" / "data" / "outlets" / "shanghai.csv"
CELL, AROUND = 0.005, 0.02
LIGHT = 120
"""Up to so many customers a rep can take the visits as long as the policy says; with more, visits take half as long."""


def one_rep(customers: int) -> Problem:
    """A rep with the outlets nearest to the middle of the city, twenty working days in four weeks."""
    places = _places(random.Random(1), CELL)
    x, y = median(lng for _, lng, _ in places), median(lat for _, _, lat in places)
    places.sort(key=lambda place: (0.86 * (place[1] - x)) ** 2 + (place[2] - y) ** 2)
    return _problem(places, 1, customers, short=customers > LIGHT)


def team(reps: int, customers: int) -> Problem:
    """Reps with so many customers each on average, to be divided."""
    chance = random.Random(1)
    rounds = -(-reps * customers * 8 // (7 * len(_rows()))) + 1
    places = [
        (f"{name}-{turn}", lng, lat) for turn in range(rounds) for name, lng, lat in _places(chance, AROUND)
    ]
    return _problem(places, reps, reps * customers, short=False)


def _problem(
    places: Sequence[tuple[str, float, float]], reps: int, customers: int, *, short: bool
) -> Problem:
    """The first places of which so many are due."""
    rules = preset("four_week_cycle").rules
    if short:
        halved = {
            grade: replace(line, service_minutes=line.service_minutes // 2)
            for grade, line in rules.lines.items()
        }
        rules = replace(rules, lines=halved)
    owner = "rep 1" if reps == 1 else None
    travelers = [Traveler(f"rep {number}") for number in range(1, reps + 1)]
    count = customers
    while True:
        grades = grades_by_share(name for name, _, _ in places[:count])
        outlets = [Outlet(name, lng, lat, grades[name], owner=owner) for name, lng, lat in places[:count]]
        problem = planning_problem(outlets, travelers, rules, working_calendar(4), number=0)
        missing = customers - len(problem.sites)
        if missing <= 0 or count >= len(places):
            return replace(problem, sites=problem.sites[:customers])
        count += missing


def _places(chance: random.Random, spread: float) -> list[tuple[str, float, float]]:
    return [
        (name, lng + chance.uniform(-spread, spread), lat + chance.uniform(-spread, spread))
        for name, lng, lat in _rows()
    ]


def _rows() -> list[tuple[str, float, float]]:
    return list(_read())


def _read() -> Iterator[tuple[str, float, float]]:
    with FILE.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["Longitude"] and row["Latitude"]:
                yield row["Store Number"], float(row["Longitude"]), float(row["Latitude"])
