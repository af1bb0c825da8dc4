"""Random problems through the door of the planner: a plan that the checker passes, or a stated reason; never anything else.

The problems are those of furrow/routing/tests/problems.py. BENCH_SEED: another start of the random numbers; BENCH_JOBS: processes.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from bench.measure import Measure

FEW, MANY = 60, 10_000
ITERATIONS = 60
MILLISECONDS = "milliseconds"


def measures(full: bool) -> Iterator[Measure]:
    """60 problems; full: 10,000."""
    jobs = int(os.environ.get("BENCH_JOBS", os.cpu_count() or 1))
    count = -(-(MANY if full else FEW) // jobs)
    first = int(os.environ.get("BENCH_SEED", 1))
    said: Counter[str] = Counter()
    failures: Counter[str] = Counter()
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        for told, failed in pool.map(_asked, range(first, first + jobs), [count] * jobs):
            said += told
            failures += failed
    yield Measure("problems asked", said["asked"], "problems", count * jobs, at_most=False)
    yield Measure("plans made", said["planned"], "plans", 1, at_most=False)
    yield Measure("refused with a reason", said["refused"], "problems")
    yield Measure("crashes, and plans the checker objects to", failures.total(), "problems", 0)
    for text, times in failures.most_common(5):
        yield Measure(f"  {text[:100]}", times, "problems")
    yield Measure("solving and judging each", said[MILLISECONDS] / max(1, said["asked"]), "ms CPU")


def _asked(start: int, count: int) -> tuple[Counter[str], Counter[str]]:
    """(how many were asked, planned and refused; what went wrong how often)."""
    from hypothesis import HealthCheck, Phase, given, seed, settings

    from furrow.routing import ProblemError
    from furrow.routing.tests.problems import judged, problems

    said: Counter[str] = Counter()
    failures: Counter[str] = Counter()

    @seed(start)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(problems())
    def ask(made: dict[str, Any]) -> None:
        said["asked"] += 1
        began = time.process_time()
        try:
            answer = judged(made, iterations=ITERATIONS, seed=said["asked"])
        except Exception as error:  # a crash is what is looked for: count it and go on
            failures[f"{type(error).__name__}: {error}"] += 1
        else:
            if isinstance(answer, ProblemError):
                said["refused"] += 1
            else:
                said["planned"] += 1
                failures.update(f"{v.code}: {v.text}" for v in answer.violations[:1])
        said[MILLISECONDS] += round(1000 * (time.process_time() - began))

    ask()
    return said, failures
