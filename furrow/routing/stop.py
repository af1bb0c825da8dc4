"""When to stop: small rules that can be joined with `Any` and shared out with `share`."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter, thread_time
from typing import Protocol

Gauge = Callable[[int, int], float]
"""From (iteration, iterations since the last better plan) to the part of the budget used; 1 means stop."""


class Stop(Protocol):
    def begin(self) -> Gauge:
        """Starts the clock."""
        ...

    def share(self, work: float, time: float) -> Stop:
        """The same rule for one part: its share of all the work, and of the time of the lane it runs in."""
        ...


class Seconds:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def begin(self) -> Gauge:
        started, budget = perf_counter(), max(self.seconds, 1e-9)
        return lambda iteration, idle: (perf_counter() - started) / budget

    def share(self, work: float, time: float) -> Stop:
        return Seconds(self.seconds * time)


class Deadline:
    """Seconds that end a search but do not steer it: joined with `Iterations`, the plan is the same however fast the machine,
    as long as they suffice."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def begin(self) -> Gauge:
        over = perf_counter() + self.seconds
        return lambda iteration, idle: 1.0 if perf_counter() >= over else 0.0

    def share(self, work: float, time: float) -> Stop:
        return Deadline(self.seconds * time)


class CpuSeconds:
    """Processor time of the thread that solves, whatever else the machine does: for measurements.

    The clock starts with the solving, so preparation counts. `begin` and the gauge belong in the same thread.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def begin(self) -> Gauge:
        started, budget = thread_time(), max(self.seconds, 1e-9)
        return lambda iteration, idle: (thread_time() - started) / budget

    def share(self, work: float, time: float) -> Stop:
        return CpuSeconds(self.seconds * work)


class Iterations:
    def __init__(self, iterations: int) -> None:
        self.iterations = iterations

    def begin(self) -> Gauge:
        budget = max(self.iterations, 1e-9)
        return lambda iteration, idle: iteration / budget

    def share(self, work: float, time: float) -> Stop:
        return Iterations(round(self.iterations * work))


class NoImprovement:
    """Stops after so many iterations without a better plan. Says nothing about cooling: join it with a budget."""

    def __init__(self, iterations: int) -> None:
        self.iterations = iterations

    def begin(self) -> Gauge:
        return lambda iteration, idle: 1.0 if idle >= self.iterations else 0.0

    def share(self, work: float, time: float) -> Stop:
        return self


class Cancelled:
    """Stops as soon as `asked` says so; the best plan so far is the result."""

    def __init__(self, asked: Callable[[], bool]) -> None:
        self.asked = asked

    def begin(self) -> Gauge:
        return lambda iteration, idle: 1.0 if self.asked() else 0.0

    def share(self, work: float, time: float) -> Stop:
        return self


class Any:
    """Stops with the first of several rules."""

    def __init__(self, *rules: Stop) -> None:
        self.rules = rules

    def begin(self) -> Gauge:
        gauges = [rule.begin() for rule in self.rules]
        return lambda iteration, idle: max((gauge(iteration, idle) for gauge in gauges), default=1.0)

    def share(self, work: float, time: float) -> Stop:
        return Any(*(rule.share(work, time) for rule in self.rules))
