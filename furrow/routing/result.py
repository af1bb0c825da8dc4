"""What the planner answers: routes with times, what could not be placed and why, cost by part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Visit:
    """One stop. Clock times in minutes from midnight; the drive is the one that leads here."""

    site_id: str
    arrive: float
    start: float
    leave: float
    drive_minutes: float
    drive_metres: float


@dataclass(frozen=True, slots=True)
class Route:
    """One rep's day in order, from the base and back. `lunch` is (start, end) or None.

    A rep with `Rep.shifts` has one route for each of them, `shift` counts from 0.
    """

    rep_id: str
    day: int
    depart: float
    visits: tuple[Visit, ...]
    back: float
    back_minutes: float
    back_metres: float
    lunch: tuple[float, float] | None = None
    overtime: float = 0
    shift: int = 0

    @property
    def travel_minutes(self) -> float:
        return sum(v.drive_minutes for v in self.visits) + self.back_minutes

    @property
    def travel_metres(self) -> float:
        return sum(v.drive_metres for v in self.visits) + self.back_metres

    @property
    def service_minutes(self) -> float:
        return sum(v.leave - v.start for v in self.visits)

    @property
    def work_minutes(self) -> float:
        """Driving and service: what `Weights.workload` weighs."""
        return self.travel_minutes + self.service_minutes


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Visits of a site that found no day.

    Reasons: `unreachable_coordinates` (none, impossible, or too far for a day); `no_working_day` (for the rep, or
    for this many visits, or the pinned day is none); `no_day_in_windows`; `visit_limit`; `day_full`; `spacing` (single
    days have room, but no allowed combination of them); `capacity` (no route has enough left); `no_rep` (nobody is
    allowed and able); `taken_out` (a person did, see `whatif.py`).
    """

    site_id: str
    visits: int
    reason: str
    rep_id: str | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """The plan's cost in minutes of driving, by part (`Weights`)."""

    travel: float = 0
    overtime: float = 0
    unserved: float = 0
    spacing: float = 0
    preference: float = 0
    workload: float = 0
    changes: float = 0
    compactness: float = 0

    @property
    def total(self) -> float:
        return sum(self.parts().values())

    def parts(self) -> dict[str, float]:
        """The parts by name, in order."""
        return {name: getattr(self, name) for name in self.__slots__}

    def __sub__(self, other: Cost) -> Cost:
        theirs = other.parts()
        return Cost(**{name: value - theirs[name] for name, value in self.parts().items()})

    def __add__(self, other: Cost) -> Cost:
        theirs = other.parts()
        return Cost(**{name: value + theirs[name] for name, value in self.parts().items()})


@dataclass(frozen=True, slots=True)
class Result:
    """A plan. `routes` are ordered by rep, day and shift, without empty ones; `trace` is (iteration, best cost).

    `engine` says what made it: "kernel" (compiled) or "reference". Equal seeds and iteration budgets give equal results; `seconds` takes no part in the comparison.
    """

    routes: tuple[Route, ...]
    unplaced: tuple[Unplaced, ...]
    cost: Cost
    iterations: int = 0
    trace: tuple[tuple[int, float], ...] = ()
    seconds: float = field(default=0, compare=False)
    engine: str = "reference"


def merge(results: Sequence[Result]) -> Result:
    """The reps' plans as one. Traces belong to single reps and are dropped."""
    if len(results) == 1:
        return results[0]
    return Result(
        routes=tuple(route for result in results for route in result.routes),
        unplaced=tuple(left for result in results for left in result.unplaced),
        cost=sum((result.cost for result in results), Cost()),
        iterations=sum(result.iterations for result in results),
        seconds=sum(result.seconds for result in results),
        engine=results[0].engine if results else "reference",
    )
