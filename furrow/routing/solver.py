"""The planner's front door: `solve`, and `split` and `merge` for one task per rep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter

from furrow.routing import compiled, native
from furrow.routing.cost import plan_cost
from furrow.routing.division import divide
from furrow.routing.model import Model
from furrow.routing.polish import better_order, fill, reason_left_out
from furrow.routing.problem import Problem, Site
from furrow.routing.result import Result, Route, Unplaced, merge
from furrow.routing.stop import Stop
from furrow.routing.timetable import route_of

Progress = Callable[[int, float, float], None]
"""Called with (iterations, best cost so far, part of the budget used from 0 to 1)."""


@dataclass(frozen=True, slots=True)
class Part:
    """One rep's share of the work; solve it anywhere with `solve(part.problem, stop=part.stop, seed=part.seed)`."""

    rep_id: str
    problem: Problem
    stop: Stop
    seed: int
    share: float


def split(problem: Problem, *, stop: Stop, seed: int = 0, lanes: int = 1) -> tuple[Part, ...]:
    """One part per rep that has sites, each with its share of the budget; `merge` joins the results.

    `lanes` is how many parts run at the same time: a time budget then lasts as long as it says, when part i
    runs in lane i modulo `lanes`. Other budgets do not depend on it. Sites without a rep are divided first,
    also those whose visits different reps might make.
    """
    problem = divide(problem, every=True)
    parts = [(rep.id, problem.for_rep(rep.id)) for rep in problem.reps]
    parts = [(rep_id, part) for rep_id, part in parts if part.sites]
    work = [sum(site.visits for site in part.sites) or 1 for _, part in parts]
    made = []
    for i, (rep_id, part) in enumerate(parts):
        share = work[i] / sum(work)
        budget = stop.share(share, work[i] / sum(work[i % lanes :: lanes]))
        made.append(Part(rep_id, part, budget, seed + i, share))
    return tuple(made)


def solve(problem: Problem, *, stop: Stop, seed: int = 0, on_progress: Progress | None = None) -> Result:
    """The best plan found until `stop` says so.

    Sites without a rep are divided first (P4.5); then each rep is planned alone, since a customer keeps its
    rep. What does not fit is left out by priority and listed with a reason. The same problem, seed and
    iteration budget give the same result. Raises `ProblemError` for a problem that contradicts itself.
    """
    torn = [site for site in problem.sites if len({pin.rep for pin in site.pins} - {None}) > 1]
    if torn:
        return _without(problem, torn, stop, seed, on_progress)
    together = native.load() is not None and _interchangeable(problem)
    if not together:
        problem = divide(problem, every=True)
    if together or len(problem.reps) == 1:
        return solve_rep(problem, stop=stop, seed=seed, on_progress=on_progress)
    parts = split(problem, stop=stop, seed=seed)
    results: list[Result] = []
    before = 0.0
    for part in parts:

        def watch(
            iteration: int, best: float, used: float, part: Part = part, before: float = before
        ) -> None:
            if on_progress is not None:
                done = sum(result.iterations for result in results)
                spent = sum(result.cost.total for result in results)
                on_progress(done + iteration, spent + best, before + part.share * min(1.0, used))

        results.append(solve_rep(part.problem, stop=part.stop, seed=part.seed, on_progress=watch))
        before += part.share
    return merge(results)


def _without(
    problem: Problem, torn: list[Site], stop: Stop, seed: int, on_progress: Progress | None
) -> Result:
    """The plan without sites that are pinned to several reps: this search gives each customer to one of them."""
    names = {site.id for site in torn}
    rest = replace(problem, sites=tuple(site for site in problem.sites if site.id not in names))
    made = solve(rest, stop=stop, seed=seed, on_progress=on_progress)
    left = (*made.unplaced, *(Unplaced(s.id, s.to_plan, "no_rep") for s in torn if s.to_plan > 0))
    return replace(made, unplaced=left, cost=plan_cost(problem, made.routes, left))


def _interchangeable(problem: Problem) -> bool:
    """Whether any rep may make any visit and all reps are alike, so that they can be planned as one."""
    one, weights = problem.reps[0], problem.weights
    return (
        len(problem.reps) > 1
        and weights.workload == 0
        and not one.class_limits
        and one.max_visits is None
        and not any(s.same_rep or s.rep or s.allowed_reps or s.pins or s.earlier for s in problem.sites)
        and all(
            (rep.lng, rep.lat) == (one.lng, one.lat) and replace(rep, id=one.id) == one
            for rep in problem.reps
        )
    )


def solve_rep(problem: Problem, *, stop: Stop, seed: int = 0, on_progress: Progress | None = None) -> Result:
    """The plan of a problem whose sites all belong to one rep, or to several who are interchangeable."""
    started = perf_counter()
    gauge = stop.begin()
    reps = [rep.id for rep in problem.reps]
    model = Model(replace(problem, reps=problem.reps[:1]) if len(reps) > 1 else problem)
    trace: list[tuple[int, float]] = []
    told = [0, float("inf")]

    def watch(iteration: int, best: float, part: float) -> None:
        if not trace or best < trace[-1][1]:
            trace.append((iteration, best))
        if on_progress is not None:
            on_progress(iteration, best, part)

    def ask(iteration: int, best: float) -> float:
        if best < told[1]:
            told[:] = iteration, best
        part = gauge(iteration, iteration - int(told[0]))
        watch(iteration, best, part)
        return part

    engine = "kernel" if native.load() is not None and compiled.fits(model) else "reference"
    if engine == "kernel":
        plans, chosen, iterations = compiled.search(model, seed=seed, part=ask, copies=len(reps))
    else:
        from furrow.routing.search import Search  # noqa: PLC0415  (needed only without the kernel)

        search = Search(model, seed)
        iterations = search.anneal(gauge, watch)
        plans = [[line.stops for line in search.plan]]
        plans += [[()] * len(model.hours) for _ in reps[1:]]
        chosen = [c if c >= 0 else None for c in search.chosen]
    days = [[better_order(stops, p, model) for p, stops in enumerate(plan)] for plan in plans]
    left = list(model.left)
    waiting = [i for i, c in enumerate(chosen) if c is None]
    waiting.sort(key=lambda i: (-model.weights.unserved * model.sites[i].priority * model.wanted[i], i))
    for node in waiting:
        placed = fill(node, days[0], model) if len(days) == 1 else []
        missing = model.wanted[node] - len(placed)
        if missing:
            left.append(
                Unplaced(model.ids[node], missing, reason_left_out(node, days[0], model), model.rep.id)
            )
    routes = tuple(
        _route(stops, p, model, rep)
        for rep, plan in zip(reps, days, strict=True)
        for p, stops in enumerate(plan)
        if stops
    )
    return Result(
        routes=routes,
        unplaced=tuple(left),
        cost=plan_cost(problem, routes, left),
        iterations=iterations,
        trace=tuple(trace),
        seconds=perf_counter() - started,
        engine=engine,
    )


def _route(stops: tuple[int, ...], position: int, model: Model, rep_id: str) -> Route:
    made = model.clock(stops, position)
    if made is None:
        raise RuntimeError("a planned day cannot be kept")  # the search keeps only days that have a clock
    return route_of(
        model.ids,
        stops,
        model.bases[position],
        model.table,
        made,
        model.hours[position],
        rep_id,
        model.days[position],
        model.shift[position],
        model.profile,
    )
