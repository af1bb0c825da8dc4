"""Benchmark files as problems: Cordeau's format (VRP, PVRP, both with time windows) and Solomon's (VRPTW).

Distances are Euclidean in double precision and one unit of distance takes one unit of time, so the travel cost of a plan
is its length. Nothing else has a weight, except a visit left out, which costs more than any detour. Sources: Cordeau,
Gendreau, Laporte 1997; Solomon 1987.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import hypot, isfinite
from pathlib import Path

from furrow.routing.problem import LATEST, Day, Problem, Rep, Site, Weights, Window
from furrow.routing.travel import PlaneTravel

BEST_KNOWN = "best_known.csv"
KINDS = {0: "VRP", 1: "PVRP", 4: "VRPTW", 5: "PVRPTW"}
"""Cordeau's types that are one depot and equal vehicles; the others (several depots, unequal vehicles) are refused."""


class ReadError(ValueError):
    """The file is not what it should be; says the line, counted from 1 (0: the whole file)."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}" if line else reason)
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Instance:
    """A benchmark file. `best_known` comes from `best_known.csv` beside it; `notes` say what was read otherwise than written."""

    name: str
    problem: Problem
    best_known: float | None = None
    notes: tuple[str, ...] = ()


Row = tuple[int, list[str]]
"""Number of the line in the file, and its words."""


def read_instance(path: Path | str) -> Instance:
    """The instance in a file. Raises `ReadError`, or OSError when there is no such file."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ReadError(0, "the file is no text") from None
    problem, notes = parse(text)
    return Instance(path.stem, problem, best_known(path), notes)


def parse(text: str) -> tuple[Problem, tuple[str, ...]]:
    """Problem and notes; the format is told by the first lines. Raises `ReadError`."""
    rows = [(number, line.split()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not rows:
        raise ReadError(0, "the file is empty")
    if any(words[0].upper() == "VEHICLE" for _, words in rows[:5]):
        return parse_solomon(rows)
    return parse_cordeau(rows)


def best_known(path: Path) -> float | None:
    """The listed value of this instance in `best_known.csv` of the same folder (columns `instance`, `best_known`)."""
    beside = path.parent / BEST_KNOWN
    if not beside.is_file():
        return None
    with beside.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            if row.get("instance") == path.stem:
                try:
                    return float(row.get("best_known") or "")
                except ValueError:
                    raise ReadError(0, f"{beside.name} has no number for {path.stem}") from None
    return None


@dataclass(frozen=True, slots=True)
class _Customer:
    id: str
    x: float
    y: float
    service: float
    demand: float
    patterns: tuple[tuple[int, ...], ...]
    window: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class _Depot:
    x: float
    y: float
    vehicles: int


def parse_cordeau(rows: Sequence[Row]) -> tuple[Problem, tuple[str, ...]]:
    """`type m n t`, then t lines `D Q` (0: no limit), depot row 0, and rows `i x y service demand frequency count code… [e l]`.

    A code is a bit string whose leftmost bit is day 1. A customer with frequency 0 but single-day codes (p11) is visited once; one at the depot whose demand fills a vehicle (p01) is never visited in published solutions and dropped.
    """
    kind, vehicles, customers, days = _whole(rows[0], 4)[:4]
    if kind not in KINDS:
        raise ReadError(
            rows[0][0], f"type {kind} is not read; {', '.join(f'{k} ({v})' for k, v in KINDS.items())} are"
        )
    _need(rows[0], vehicles > 0 and customers >= 0 and 0 < days <= 50, "needs vehicles and 1 to 50 days")
    body = rows[1 + days :]
    if len(body) < customers + 1:
        raise ReadError(rows[-1][0], f"the file ends early: {customers} customers and a depot are announced")
    limits = [_limits(row) for row in rows[1 : 1 + days]]
    where = _numbers(body[0], 3)
    depot = _Depot(where[1], where[2], min(vehicles, max(1, customers)))
    notes: list[str] = []
    read = [_cordeau_row(row, days, kind in (4, 5), notes) for row in body[1 : 1 + customers]]
    most = max(load or 0 for _, load in limits)
    kept = [c for c in read if not ((c.x, c.y) == (depot.x, depot.y) and 0 < most <= c.demand)]
    notes += [f"customer {c.id} at the depot fills a vehicle: dropped" for c in read if c not in kept]
    return _problem(kept, depot, limits), tuple(notes)


def _cordeau_row(row: Row, days: int, windows: bool, notes: list[str]) -> _Customer:
    numbers = _numbers(row, 7)
    count = int(numbers[6])
    _need(row, 0 <= count <= len(numbers) - 7 - 2 * windows, "has fewer codes than it says")
    codes = numbers[7 : 7 + count]
    _need(
        row,
        all(0 < code < 2**days and code == int(code) for code in codes),
        f"a code does not fit {days} days",
    )
    patterns = tuple(
        tuple(day for day in range(days) if int(code) >> (days - 1 - day) & 1) for code in codes
    ) or ((tuple(range(days)),) if days == 1 else ())
    frequency, name = int(numbers[5]), row[1][0]
    sizes = {len(pattern) for pattern in patterns}
    _need(row, len(sizes) == 1, "its codes have no common number of days")
    (visits,) = sizes
    if days > 1 and frequency != visits:
        notes.append(
            f"customer {name} has frequency {frequency}: visited as often as its codes say, {visits}"
        )
    window = _window(row, numbers[7 + count], numbers[8 + count], numbers[3]) if windows else None
    return _Customer(name, numbers[1], numbers[2], numbers[3], numbers[4], patterns, window)


def parse_solomon(rows: Sequence[Row]) -> tuple[Problem, tuple[str, ...]]:
    """Name, `VEHICLE` with number and capacity, `CUSTOMER` with rows `i x y demand ready due service`; row 0 is the depot.

    Service begins between ready and due; the depot's due date ends the day. The fleet is a limit, not an aim.
    """
    at = [i for i, (_, words) in enumerate(rows) if words[0].upper() == "CUSTOMER"]
    if not at or at[0] < 3 or len(rows) < at[0] + 3:
        raise ReadError(
            rows[-1][0], "the file ends early: VEHICLE, CUSTOMER with a line of titles and a depot are due"
        )
    vehicles, capacity = _whole(rows[at[0] - 1], 2)[:2]
    _need(rows[at[0] - 1], vehicles > 0 and capacity >= 0, "needs vehicles")
    depot_row, *body = rows[at[0] + 2 :]
    first = _numbers(depot_row, 7)
    end = _clock(depot_row, first[5])
    _need(depot_row, end > 0, "the depot's due date must be later than 0")
    customers = []
    for row in body:
        number = _numbers(row, 7)
        window = _window(row, number[4], number[5], number[6])
        customers.append(_Customer(row[1][0], number[1], number[2], number[6], number[3], ((0,),), window))
    depot = _Depot(first[1], first[2], min(vehicles, max(1, len(customers))))
    return _problem(customers, depot, [(end, float(capacity))]), ()


def _problem(
    customers: Sequence[_Customer], depot: _Depot, limits: Sequence[tuple[int, float | None]]
) -> Problem:
    """Vehicles are reps who share the depot; a customer may see another one on every visit."""
    far = max((hypot(c.x - depot.x, c.y - depot.y) for c in customers), default=0.0)
    weights = {part.name: 0.0 for part in fields(Weights)} | {
        "travel_minute": 1.0,
        "unserved": 20 * max(1.0, 2 * far),
    }
    return Problem(
        sites=tuple(
            Site(
                c.id,
                c.x,
                c.y,
                visits=len(c.patterns[0]),
                service_minutes=c.service,
                demand=c.demand,
                patterns=c.patterns,
                windows=(Window(*c.window),) if c.window is not None else (),
                same_rep=False,
            )
            for c in customers
        ),
        reps=tuple(_fleet(depot, limits)),
        days=tuple(Day(i, i % 7, i // 7, end=end) for i, (end, _) in enumerate(limits)),
        weights=Weights(**weights),
        travel=PlaneTravel(),
    )


def _fleet(depot: _Depot, limits: Sequence[tuple[int, float | None]]) -> list[Rep]:
    """One set of vehicles; where the days differ in load, one set for each load, off on the other days."""
    loads = list(dict.fromkeys(load for _, load in limits))
    return [
        Rep(
            f"{vehicle}" if len(loads) == 1 else f"{vehicle}/{number}",
            depot.x,
            depot.y,
            start=0,
            end=LATEST,
            capacity=load,
            days_off=frozenset(day for day, (_, other) in enumerate(limits) if other != load),
        )
        for number, load in enumerate(loads, 1)
        for vehicle in range(1, depot.vehicles + 1)
    ]


def _limits(row: Row) -> tuple[int, float | None]:
    duration, load = _numbers(row, 2)[:2]
    _need(row, duration >= 0 and load >= 0, "limits must not be negative")
    return _clock(row, duration) or LATEST, load or None


def _window(row: Row, ready: float, due: float, service: float) -> tuple[int, int]:
    """Service begins from ready to due, so the whole visit lies between ready and due plus service."""
    start, end = _clock(row, ready), _clock(row, due)
    stay = int(service)
    _need(row, start <= end and stay == service, "the window is empty, or its service is no whole number")
    return start, max(end + stay, start + 1)


def _clock(row: Row, value: float) -> int:
    _need(row, value == int(value) and 0 <= value <= LATEST, "times must be whole numbers up to a million")
    return int(value)


def _need(row: Row, holds: bool, reason: str) -> None:
    if not holds:
        raise ReadError(row[0], reason)


def _is_number(word: str) -> bool:
    try:
        return isfinite(float(word))
    except ValueError:
        return False


def _numbers(row: Row, least: int) -> list[float]:
    number, words = row
    if len(words) < least:
        raise ReadError(number, f"{least} numbers are due, there are {len(words)}")
    if not all(_is_number(word) for word in words):
        raise ReadError(number, "holds something that is no number")
    return [float(word) for word in words]


def _whole(row: Row, least: int) -> list[int]:
    numbers = _numbers(row, least)
    _need(row, all(value == int(value) for value in numbers), "whole numbers are due")
    return [int(value) for value in numbers]
