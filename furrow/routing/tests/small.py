"""Small worlds on a plane where a metre takes a minute, so that every figure can be worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from furrow.routing import PlaneTravel, Problem, Rep, Site, Weights, working_calendar

PLAIN = Weights(spacing=0, preference=0, workload=0, morning=0)


def site(name: str, x: float | None, y: float | None, **more: Any) -> Site:
    return Site(name, x, y, **{"service_minutes": 10, **more})


def rep(name: str = "r", x: float | None = 0, y: float | None = 0, **more: Any) -> Rep:
    return Rep(name, x, y, **more)


def world(
    sites: Sequence[Site],
    reps: Sequence[Rep] = (),
    weeks: int = 1,
    weights: Weights = PLAIN,
    free: Sequence[int] = (),
) -> Problem:
    return Problem(
        sites=tuple(sites),
        reps=tuple(reps) or (rep(),),
        days=working_calendar(weeks, free=free),
        weights=weights,
        travel=PlaneTravel(),
    )


SQUARE = (site("a", 10, 0), site("b", 10, 10), site("c", 0, 10), site("d", 5, 10))
