"""One day with time windows beside PyVRP 0.14: the same instances, the same processor time, both judged by our checker.

PyVRP counts in whole numbers: distances are a thousandth rounded to the nearest, times rounded up, so that its plans hold in
full precision too; their cost is then measured anew. Whoever leaves a customer out or breaks a window has not solved the instance.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from math import ceil, inf
from statistics import fmean
from time import process_time
from typing import Any

from bench.measure import Measure
from bench.solomon import instance, names
from furrow.routing import Cost, CpuSeconds, Problem, Result, Route, Visit, check, solve
from furrow.routing.read import parse
from furrow.routing.travel import Table

SCALE = 1000
TARGET = 1.0
SHORT, LONG = 1.0, 20.0


@dataclass(frozen=True)
class Pair:
    """Costs of one instance; infinite when not solved."""

    name: str
    ours: float
    theirs: float
    our_seconds: float
    their_seconds: float


def measures(full: bool) -> Iterator[Measure]:
    """Twenty instances of 50 to 200 customers, a second each; full: 20 s each (BENCH_SECONDS for another budget)."""
    try:
        import pyvrp  # noqa: F401
    except ImportError:
        yield Measure("PyVRP installed (make lock, requirements-dev)", 0, "packages", 1, at_most=False)
        return
    seconds = float(os.environ.get("BENCH_SECONDS", LONG if full else SHORT))
    jobs = int(os.environ.get("BENCH_JOBS", os.cpu_count() or 1))
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        pairs = list(pool.map(_pair, names(), [seconds] * len(names())))
    solved = [pair for pair in pairs if pair.ours < inf and pair.theirs < inf]
    what = f"{len(pairs)} instances, {seconds:g} s each"
    yield Measure(f"not solved by us, {what}", sum(pair.ours == inf for pair in pairs), "instances", 0)
    yield Measure(f"not solved by PyVRP, {what}", sum(pair.theirs == inf for pair in pairs), "instances")
    if solved:
        more = [100 * (pair.ours / pair.theirs - 1) for pair in solved]
        yield Measure(f"our cost above PyVRP's, mean, {what}", fmean(more), "%", TARGET)
        worst = solved[more.index(max(more))].name
        yield Measure(f"our cost above PyVRP's, worst ({worst}), {what}", max(more), "%")
        yield Measure(f"shorter than PyVRP's, {what}", sum(part < 0 for part in more), "instances")
    yield Measure("our processor time, mean", fmean(pair.our_seconds for pair in pairs), "s")
    yield Measure("PyVRP's processor time, mean", fmean(pair.their_seconds for pair in pairs), "s")


def _pair(made: tuple[str, int, str, bool], seconds: float) -> Pair:
    import pyvrp  # noqa: F401  so that loading it is not counted as solving

    problem, _notes = parse(instance(*made))
    began = process_time()
    ours = solve(problem, stop=CpuSeconds(seconds), seed=1)
    middle = process_time()
    theirs = _pyvrp(problem, seconds)
    ended = process_time()
    costs = (_judged(problem, ours), _judged(problem, theirs))
    return Pair(made[0], *costs, middle - began, ended - middle)


def _judged(problem: Problem, result: Result) -> float:
    report = check(problem, result)
    # The cost PyVRP's plan names is not known to our result type, so only what it drives is compared.
    wrong = [v for v in report.violations if v.code != "total"]
    return inf if wrong or report.unplaced_visits else report.cost.travel


def _pyvrp(problem: Problem, seconds: float) -> Result:
    """PyVRP's plan as ours: clock times worked out from its order of stops."""
    from pyvrp import Model

    base, window = problem.reps[0], problem.days[0]
    places = [base.place, *(site.place for site in problem.sites)]
    table = problem.travel.table(places)
    model = Model()
    spots = [model.add_location(place.lng or 0, place.lat or 0) for place in places]
    depot = model.add_depot(spots[0], tw_early=0, tw_late=SCALE * (window.end or 0))
    model.add_vehicle_type(
        len(problem.reps), capacity=round(base.capacity or 0), start_depot=depot, end_depot=depot
    )
    for spot, site in zip(spots[1:], problem.sites, strict=True):
        opens = site.windows[0]
        model.add_client(
            spot,
            delivery=round(site.demand),
            service_duration=SCALE * round(site.service_minutes),
            tw_early=SCALE * opens.start,
            tw_late=SCALE * (opens.end - round(site.service_minutes)),
        )
    for i, a in enumerate(spots):
        for j, b in enumerate(spots):
            if i != j:
                way = SCALE * table.minutes[i][j]
                model.add_edge(a, b, distance=round(way), duration=ceil(way))
    found = model.solve(stop=_Processor(seconds), seed=1, display=False, collect_stats=False).best
    orders = [_clients(route) for route in found.routes()]
    return Result(
        tuple(_route(problem, table, k, order) for k, order in enumerate(orders)), (), Cost(), engine="pyvrp"
    )


class _Processor:
    """PyVRP's stopping rule: processor time, as for us, from the making of the model on."""

    def __init__(self, seconds: float) -> None:
        self.ends = process_time() + seconds

    def __call__(self, best_cost: int) -> bool:
        return process_time() >= self.ends


def _clients(route: Any) -> list[int]:
    """Numbers of the customers in order, from 0."""
    return [int(stop.idx) for stop in route if stop.is_client()]


def _route(problem: Problem, table: Table, number: int, order: Sequence[int]) -> Route:
    now, here, visits = 0.0, 0, []
    for index in order:
        site, drive = problem.sites[index], table.minutes[here][index + 1]
        arrive = now + drive
        start = max(arrive, float(site.windows[0].start))
        now = start + site.service_minutes
        visits.append(Visit(site.id, arrive, start, now, drive, table.metres[here][index + 1]))
        here = index + 1
    back = table.minutes[here][0]
    return Route(problem.reps[number].id, 0, 0.0, tuple(visits), now + back, back, table.metres[here][0])
