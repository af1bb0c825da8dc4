"""One rep: plans after seconds against the best plan after five minutes. Fifty reps: time and memory on two cores.

Outlets of Shanghai (bench/shanghai.py); costs are the checker's, visits left out included. The team runs in a process of its own:
python -m bench.reps REPS CUSTOMERS SECONDS prints {seconds, megabytes, violations, unplaced}.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from statistics import median

from bench.measure import Measure
from bench.shanghai import FILE, one_rep, team

LONG = 300.0
SIZES = ((120, 3.0), (200, 8.0))
"""Customers and processor seconds of the short run."""
NEAR = 1.0
SEEDS = 10
REPS, CUSTOMERS, TEAM_SECONDS, CORES = 50, 120, 75.0, 2


def measures(full: bool) -> Iterator[Measure]:
    """One seed against one run of 15 s, five reps; full: ten seeds against ten runs of 300 s (BENCH_LONG: so many), fifty reps.

    BENCH_JOBS: runs at a time.
    """
    if not FILE.exists():
        yield Measure(f"outlets in {FILE}", 0, "files", 1, at_most=False)
        return
    long, seeds = (LONG, SEEDS) if full else (15.0, 1)
    runs = int(os.environ.get("BENCH_LONG", seeds))
    for customers, short in SIZES:
        yield from _one_rep(customers, short, seeds, long, runs)
    reps = REPS if full else REPS // 10
    yield from _team(reps, TEAM_SECONDS * reps / REPS)


def _one_rep(customers: int, short: float, seeds: int, long: float, runs: int) -> Iterator[Measure]:
    """Every short run against the best of the long ones: harder than against the long run of the same seed."""
    tasks = [(customers, short, seed) for seed in range(1, seeds + 1)]
    tasks += [(customers, long, seed) for seed in range(1, runs + 1)]
    jobs = int(os.environ.get("BENCH_JOBS", os.cpu_count() or 1))
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        costs = list(pool.map(_cost, *zip(*tasks, strict=True)))
    best = min(costs[seeds:])
    over = [100 * (cost / best - 1) for cost in costs[:seeds]]
    what = f"{customers} customers, {short:g} s against the best of {runs} × {long:g} s"
    near = sum(part <= NEAR for part in over)
    yield Measure(f"seeds within {NEAR:g}%, {what}", near, f"of {seeds}", seeds, at_most=False)
    yield Measure(f"above it, median, {what}", median(over), "%")
    yield Measure(f"above it, worst seed, {what}", max(over), "%", NEAR)
    yield Measure(f"long runs apart, {what}", 100 * (max(costs[seeds:]) / best - 1), "%")


def _cost(customers: int, seconds: float, seed: int) -> float:
    from furrow.routing import CpuSeconds, check, divide, solve

    problem = divide(one_rep(customers))
    report = check(problem, solve(problem, stop=CpuSeconds(seconds), seed=seed))
    if not report.feasible:
        raise AssertionError(f"seed {seed}: {report.violations[0].text}")
    return report.cost.total


def _team(reps: int, seconds: float) -> Iterator[Measure]:
    command = [sys.executable, "-m", "bench.reps", str(reps), str(CUSTOMERS), str(seconds)]
    made = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    figures = json.loads(made.stdout.splitlines()[-1])
    what = f"{reps} reps × {CUSTOMERS} customers, {CORES} cores"
    yield Measure(f"dividing and planning, {what}", figures["seconds"], "s", 240 * reps / REPS)
    yield Measure(f"memory of all processes at their peaks, {what}", figures["megabytes"], "MB", 1000)
    yield Measure(f"rules broken, {what}", figures["violations"], "rules", 0)
    yield Measure(f"visits left out, {what}", figures["unplaced"], "visits")


def main(reps: int, customers: int, seconds: float) -> None:
    """Plan a team and print what it took."""
    from furrow.routing import Seconds, check, divide
    from furrow.routing.parallel import solve_parallel

    problem = team(reps, customers)
    began = time.perf_counter()
    problem = divide(problem)
    result = solve_parallel(problem, stop=Seconds(seconds), seed=1, processes=CORES)
    took = time.perf_counter() - began
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # the largest child's peak stands for each of the children: more than they had together
    kilobytes += CORES * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    report = check(problem, result)
    figures = {
        "seconds": took,
        "megabytes": kilobytes / 1024,
        "violations": len(report.violations),
        "unplaced": report.unplaced_visits,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
