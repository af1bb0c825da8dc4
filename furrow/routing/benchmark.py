"""Benchmark runs: solve instance files under a budget of processor time, and let the checker say what came out.

Cost and feasibility are the checker's alone; a visit left out makes a run infeasible. Gaps are in percent of the best-known
value; a listed value counts as beaten when the cost is lower by more than its rounding.
"""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from math import inf
from pathlib import Path
from statistics import fmean
from time import process_time

from furrow.routing.check import check
from furrow.routing.exchange import result_document
from furrow.routing.read import Instance, read_instance
from furrow.routing.solver import solve
from furrow.routing.stop import Any, Cancelled, CpuSeconds

ROUNDING = 0.005
"""Listed values have two decimals."""


@dataclass(frozen=True, slots=True)
class Run:
    """One instance, one seed. `seconds` are processor seconds of the whole process during the solve; `budget` is what it was given.

    `gap` is in percent of `best_known` (None where no value is listed) and None unless `feasible`. `cost` is None when solving failed: `error` says how.
    """

    instance: str
    seed: int
    cost: float | None
    best_known: float | None
    gap: float | None
    feasible: bool
    seconds: float
    iterations: int
    budget: float
    error: str = ""

    def as_json(self) -> str:
        """One line of JSON; `error` only where there is one."""
        values = asdict(self)
        if not self.error:
            del values["error"]
        return json.dumps(values, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Summary:
    """Mean over instances of the mean over seeds; the worst is a single run. Only runs with a gap count there."""

    instances: int
    runs: int
    infeasible: int
    mean_gap: float | None
    worst_gap: float | None
    worst: str

    def as_text(self) -> str:
        """The closing line."""
        text = f"instances: {self.instances}, runs: {self.runs}, infeasible: {self.infeasible}"
        if self.mean_gap is not None:
            text += f", mean gap {self.mean_gap:.3f}%, worst {self.worst_gap:.3f}% ({self.worst})"
        return text


def instance_files(paths: Iterable[Path | str]) -> list[Path]:
    """The files named, and of a folder its .txt files by name. Raises FileNotFoundError."""
    files: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            files += sorted(path.glob("*.txt"))
        elif path.exists():
            files.append(path)
        else:
            raise FileNotFoundError(f"there is no file {path}")
    return files


def run_all(
    files: Sequence[Path],
    *,
    seconds: float,
    seeds: Sequence[int] = (1,),
    jobs: int = 1,
    keep: Path | None = None,
    until_listed: bool = False,
) -> Iterator[Run]:
    """All instances with all seeds, `jobs` at a time in processes of one core each; yields each run as it ends."""
    tasks = [(file, seed, seconds, keep, until_listed) for file in files for seed in seeds]
    if jobs == 1:
        yield from (run_one(*task) for task in tasks)
        return
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        for done in as_completed([pool.submit(run_one, *task) for task in tasks]):
            yield done.result()


def run_one(
    file: Path, seed: int, seconds: float, keep: Path | None = None, until_listed: bool = False
) -> Run:
    """One run. Raises `ReadError` for a file that is no instance; a solver that fails is an answer.

    With `until_listed` it ends as soon as it has the listed value: what it would still find could only be better,
    so its gap is never too small.
    """
    instance = read_instance(file)
    enough = instance.best_known + ROUNDING if until_listed and instance.best_known else -inf
    found = [inf]

    def watch(iteration: int, best: float, part: float) -> None:
        found[0] = best

    stop = Any(CpuSeconds(seconds), Cancelled(lambda: found[0] <= enough))
    began = process_time()
    try:
        result = solve(instance.problem, stop=stop, seed=seed, on_progress=watch)
    except Exception as error:
        spent = process_time() - began
        why = f"{type(error).__name__}: {error}"
        return Run(instance.name, seed, None, instance.best_known, None, False, spent, 0, seconds, why)
    spent = process_time() - began
    report = check(instance.problem, result)
    feasible = report.feasible and not report.unplaced_visits
    cost, best = report.cost.travel, instance.best_known
    run = Run(
        instance.name,
        seed,
        cost,
        best,
        100 * (cost / best - 1) if best and feasible else None,
        feasible,
        spent,
        result.iterations,
        seconds,
    )
    if keep is not None and beats(run):
        _keep(keep, instance, run, json.dumps(result_document(result, report, asdict(run)), indent=1))
    return run


def beats(run: Run) -> bool:
    """Whether the run is feasible and its cost below the listed value by more than the rounding of that."""
    known = run.cost is not None and run.best_known is not None
    return known and run.feasible and run.cost < run.best_known - ROUNDING  # type: ignore[operator]


def _keep(folder: Path, instance: Instance, run: Run, document: str) -> None:
    """Stores the plan unless a better one of this instance is there."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{instance.name}.json"
    if file.exists() and run.cost is not None:
        kept = json.loads(file.read_text(encoding="utf-8"))["made"]["cost"]
        if kept <= run.cost:
            return
    file.write_text(document + "\n", encoding="utf-8")


def summary(runs: Sequence[Run]) -> Summary:
    """Mean and worst gap of these runs."""
    gaps: dict[str, list[float]] = {}
    for run in runs:
        if run.gap is not None:
            gaps.setdefault(run.instance, []).append(run.gap)
    worst = max((run for run in runs if run.gap is not None), key=lambda run: run.gap or 0.0, default=None)
    return Summary(
        instances=len({run.instance for run in runs}),
        runs=len(runs),
        infeasible=sum(not run.feasible for run in runs),
        mean_gap=fmean(fmean(own) for own in gaps.values()) if gaps else None,
        worst_gap=worst.gap if worst else None,
        worst=f"{worst.instance}, seed {worst.seed}" if worst else "",
    )
