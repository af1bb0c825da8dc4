"""Several reps at once in processes of their own: for the command line, where no job queue runs."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, wait
from dataclasses import replace
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Event
from time import perf_counter

from furrow.routing.problem import Problem
from furrow.routing.result import Result, merge
from furrow.routing.solver import Part, Progress, solve_rep, split
from furrow.routing.stop import Any, Cancelled, Stop

News = tuple[int, int, float, float]
PERIOD = 0.2
"""Seconds between two words of one part, and between two looks at whether to cancel."""

_news: SimpleQueue[News]
_halt: Event


def solve_parallel(
    problem: Problem,
    *,
    stop: Stop,
    seed: int = 0,
    processes: int = 2,
    on_progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Result:
    """`solve` with up to `processes` reps at a time; an iteration budget gives the very same plan.

    `stop` travels to other processes and must be picklable; `cancelled` is asked here instead.
    """
    parts = split(problem, stop=stop, seed=seed, lanes=processes)
    context = multiprocessing.get_context("spawn")
    news: SimpleQueue[News] = context.SimpleQueue()
    halt = context.Event()
    told: dict[int, News] = {}
    with ProcessPoolExecutor(
        processes, mp_context=context, initializer=_begin, initargs=(news, halt)
    ) as pool:
        tasks: list[Future[Result]] = [pool.submit(_run, i, part) for i, part in enumerate(parts)]
        while wait(tasks, timeout=PERIOD).not_done:
            if cancelled is not None and cancelled():
                halt.set()
            while not news.empty():
                word = news.get()
                told[word[0]] = word
            if on_progress is not None and told:
                on_progress(
                    sum(iteration for _, iteration, _, _ in told.values()),
                    sum(best for _, _, best, _ in told.values()),
                    sum(parts[i].share * min(1.0, used) for i, _, _, used in told.values()),
                )
        return merge([task.result() for task in tasks])


def _begin(news: SimpleQueue[News], halt: Event) -> None:
    global _news, _halt
    _news, _halt = news, halt


def _run(index: int, part: Part) -> Result:
    spoken = 0.0

    def watch(iteration: int, best: float, used: float) -> None:
        nonlocal spoken
        if perf_counter() - spoken > PERIOD:
            spoken = perf_counter()
            _news.put((index, iteration, best, used))

    part = replace(part, stop=Any(part.stop, Cancelled(_halt.is_set)))
    result = solve_rep(part.problem, stop=part.stop, seed=part.seed, on_progress=watch)
    _news.put((index, result.iterations, result.cost.total, 1.0))
    return result
