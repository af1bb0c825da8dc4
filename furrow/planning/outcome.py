"""A plan's figures against both baselines, and plans as JSON; pure, for the database and the command line alike (P4.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from furrow.routing.baseline import listed, swept
from furrow.routing.problem import Problem, Site
from furrow.routing.result import Cost, Result, Route, Unplaced, Visit
from furrow.routing.totals import Figures, figures

BASELINES = ("swept", "listed")


def figures_json(found: Figures) -> dict[str, Any]:
    """Figures as JSON keeps them: rounded to a tenth; coverage as [planned, wanted, customers planned, customers wanted] by grade."""
    made = {
        name: round(value, 1) if isinstance(value, float) else value for name, value in asdict(found).items()
    }
    made["coverage"] = {
        grade: [c.planned, c.wanted, c.sites_planned, c.sites_wanted]
        for grade, c in sorted(found.coverage.items())
    }
    return made


def compare(problem: Problem, routes: Iterable[Route]) -> dict[str, Any]:
    """The figures of `routes`, with those of both baselines under "baselines". `problem` is the one before customers were divided."""
    made = figures_json(figures(problem, routes))
    made["baselines"] = baselines(problem)
    return made


def baselines(problem: Problem) -> dict[str, Any]:
    """Figures of the two plans made without a planner; `reps` holds each rep's minutes on the road."""
    made = {}
    for name, routes in (("swept", swept(problem)), ("listed", listed(problem))):
        minutes = dict.fromkeys((rep.id for rep in problem.reps), 0.0)
        for route in routes:
            minutes[route.rep_id] += route.travel_minutes
        made[name] = figures_json(figures(problem, routes)) | {
            "reps": {rep: round(spent, 1) for rep, spent in minutes.items()}
        }
    return made


def reason_of(left: Unplaced, site: Site) -> str:
    """The planner's reason, but `too_far` where the position is sound and only the way is too long for a day."""
    sound = site.lng is not None and site.lat is not None and abs(site.lng) <= 180 and abs(site.lat) <= 90
    return "too_far" if sound and left.reason == "unreachable_coordinates" else left.reason


def result_json(result: Result) -> dict[str, Any]:
    """A result as JSON, without its trace."""
    made = asdict(result)
    made.pop("trace")
    return made


def result_from_json(data: Mapping[str, Any]) -> Result:
    """The inverse of `result_json`."""
    routes = tuple(
        Route(
            **{
                **route,
                "visits": tuple(Visit(**visit) for visit in route["visits"]),
                "lunch": tuple(route["lunch"]) if route["lunch"] else None,
            }
        )
        for route in data["routes"]
    )
    return Result(
        routes,
        tuple(Unplaced(**left) for left in data["unplaced"]),
        Cost(**data["cost"]),
        data["iterations"],
        seconds=data["seconds"],
    )
