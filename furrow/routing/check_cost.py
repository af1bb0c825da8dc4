"""The judge's sum: work and cost over all days and sites, and the report. Part of `check.py`."""

from __future__ import annotations

from dataclasses import dataclass

from furrow.routing.check_book import Book, Violation
from furrow.routing.check_routes import RouteFacts
from furrow.routing.check_sites import SiteFacts
from furrow.routing.problem import Problem
from furrow.routing.result import Cost, Result


@dataclass(frozen=True, slots=True)
class Report:
    """`feasible` means no violation; visits left out with a reason are allowed. Figures are recomputed.

    `longest_day` and `shortest_day` are the minutes of driving and service of a rep's day that has visits, over all
    reps; `changed_visits` counts visits of the earlier plan that lost their day or their rep, `changed` is their share.
    """

    violations: tuple[Violation, ...]
    cost: Cost
    travel_minutes: float
    travel_metres: float
    visits: int
    unplaced_visits: int
    longest_day: float = 0
    shortest_day: float = 0
    changed_visits: int = 0
    earlier_visits: int = 0

    @property
    def feasible(self) -> bool:
        return not self.violations

    @property
    def changed(self) -> float:
        return self.changed_visits / self.earlier_visits if self.earlier_visits else 0.0


def report(
    book: Book,
    result: Result,
    facts: list[RouteFacts],
    sites: list[SiteFacts],
    left: dict[str, int],
) -> Report:
    """What the judges of days and sites found, summed; a cost that `result` says wrongly is one more violation."""
    work = _work(facts)
    cost = _cost(book.problem, facts, sites, work)
    _compare(book, result.cost, cost)
    return Report(
        tuple(book.found),
        cost,
        sum(f.minutes for f in facts),
        sum(f.metres for f in facts),
        sum(len(route.visits) for route in result.routes),
        sum(left.values()),
        longest_day=max(work.values(), default=0.0),
        shortest_day=min(work.values(), default=0.0),
        changed_visits=sum(f.changed for f in sites),
        earlier_visits=sum(f.earlier for f in sites),
    )


def _work(facts: list[RouteFacts]) -> dict[tuple[str, int], float]:
    """Minutes of driving and service per rep and day, all shifts together."""
    work: dict[tuple[str, int], float] = {}
    for one in facts:
        if one.visits:
            work[one.rep_id, one.day] = work.get((one.rep_id, one.day), 0.0) + one.work
    return work


def _cost(
    problem: Problem, facts: list[RouteFacts], sites: list[SiteFacts], work: dict[tuple[str, int], float]
) -> Cost:
    weights = problem.weights
    longest: dict[str, float] = {}
    for (rep_id, _), minutes in work.items():
        longest[rep_id] = max(longest.get(rep_id, 0.0), minutes)
    minutes, metres = sum(f.minutes for f in facts), sum(f.metres for f in facts)
    return Cost(
        travel=weights.travel_minute * minutes + weights.travel_km * metres / 1000,
        overtime=weights.overtime_minute * sum(f.overtime for f in facts),
        unserved=weights.unserved * sum(f.unserved for f in sites),
        spacing=sum(f.spacing for f in sites),
        preference=sum(f.preference for f in sites) + weights.morning * sum(f.missed_halves for f in facts),
        workload=weights.workload * sum(max(0.0, most - weights.easy_day) for most in longest.values()),
        changes=sum(f.changes for f in sites),
        compactness=weights.compactness * sum(f.diameter for f in facts),
    )


def _compare(book: Book, said: Cost, true: Cost) -> None:
    theirs = said.parts()
    for part, mine in true.parts().items():
        if not abs(mine - theirs[part]) <= 1e-3 + 1e-9 * abs(mine):
            book.say("total", f"cost of {part} is {mine:.3f}, not {theirs[part]:.3f}")
