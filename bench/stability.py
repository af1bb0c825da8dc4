"""Planning anew after a rep falls ill for a day and three customers are new: what moves, by the weight of a change.

The plan before is solved without weights of change. Visits on the lost day have to move; every other visit that loses its day is
counted. With weight 0 the planner is free, with a high one nothing moves that need not, and in between fewer move the more it weighs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from statistics import fmean

from bench.measure import Measure
from bench.shanghai import FILE, one_rep
from furrow.routing import CpuSeconds, Earlier, Problem, Result, Site, check, divide, solve

WEIGHTS = (0.0, 1.0, 4.0, 16.0, 64.0, 1000.0)
"""Minutes of driving that one changed day weighs."""
CUSTOMERS, NEW, LOST = 60, 3, 9
"""LOST is the Wednesday of the second week."""


def measures(full: bool) -> Iterator[Measure]:
    """A second a plan, one seed; full: ten seconds a plan, three seeds (BENCH_SECONDS, BENCH_SEEDS for others)."""
    if not FILE.exists():
        yield Measure(f"outlets in {FILE}", 0, "files", 1, at_most=False)
        return
    seconds = float(os.environ.get("BENCH_SECONDS", 10 if full else 2))
    seeds = range(1, 1 + int(os.environ.get("BENCH_SEEDS", 3 if full else 1)))
    moved: dict[float, list[float]] = {weight: [] for weight in WEIGHTS}
    rises = broken = 0
    for seed in seeds:
        problem, before = _before(seed, seconds)
        shares = []
        for weight in WEIGHTS:
            result, feasible = _again(problem, before, weight, seed, seconds)
            broken += not feasible
            shares.append(_moved(before, result))
            moved[weight].append(shares[-1])
        rises += sum(later > earlier for earlier, later in pairwise(shares))
    for weight, shares in moved.items():
        target = 0 if weight == WEIGHTS[-1] else None
        yield Measure(
            f"visits moved that need not, change weighs {weight:g} min", 100 * fmean(shares), "%", target
        )
    yield Measure("more moved at a higher weight", rises, "times", 0)
    yield Measure("plans the checker objects to", broken, "plans", 0)


def _before(seed: int, seconds: float) -> tuple[Problem, Result]:
    problem = one_rep(CUSTOMERS + NEW)
    problem = divide(replace(problem, sites=problem.sites[:CUSTOMERS]))
    return problem, solve(problem, stop=CpuSeconds(seconds), seed=seed)


def _again(problem: Problem, before: Result, weight: float, seed: int, seconds: float) -> tuple[Result, bool]:
    earlier: dict[str, list[Earlier]] = {}
    for route in before.routes:
        for visit in route.visits:
            earlier.setdefault(visit.site_id, []).append(Earlier(route.day, route.rep_id, visit.start))
    new = [replace(site, rep=problem.reps[0].id) for site in one_rep(CUSTOMERS + NEW).sites[CUSTOMERS:]]
    kept: list[Site] = [replace(site, earlier=tuple(earlier.get(site.id, ()))) for site in problem.sites]
    ill = tuple(replace(rep, days_off=rep.days_off | {LOST}) for rep in problem.reps)
    weights = replace(problem.weights, change_day=weight)
    changed = replace(problem, sites=(*kept, *new), reps=ill, weights=weights)
    result = solve(changed, stop=CpuSeconds(seconds), seed=seed)
    report = check(changed, result)
    return result, report.feasible


def _moved(before: Result, after: Result) -> float:
    """Share of the visits before, without those of the lost day, that are no longer on their day."""
    was = {(v.site_id, r.day) for r in before.routes if r.day != LOST for v in r.visits}
    now = {(v.site_id, r.day) for r in after.routes for v in r.visits}
    return len(was - now) / max(1, len(was))
