"""Gaps to the best-known values of the classic periodic instances, as `python -m furrow.routing bench` gives them.

Environment: BENCH_PVRP names the folder (default ../shared/data/pvrp), BENCH_SECONDS one budget of processor time (10, 60 or 300)
instead of all, BENCH_SEEDS how many seeds, BENCH_JOBS how many runs at a time (default: one a core), BENCH_RUNS a file that the runs are
added to as JSON lines, BENCH_KEEP a folder for plans that beat the listed value.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Measure
from furrow.routing.benchmark import Run, beats, instance_files, run_all, summary

FOLDER = Path(os.environ.get("BENCH_PVRP", Path(__file__).parents[2] / "shared" / "data" / "pvrp"))
TARGETS: dict[float, tuple[float, int]] = {10: (0.60, 3), 60: (0.30, 3), 300: (0.15, 1)}
"""Processor seconds -> (mean gap in percent at most, seeds)."""
WORST_AT, WORST = 300, 1.0
SHORT = 1.0


def measures(full: bool) -> Iterator[Measure]:
    """All instances once with a second each and no target of quality; full: 10, 60 and 300 seconds, with targets."""
    files = instance_files([FOLDER]) if FOLDER.is_dir() else []
    if not files:
        yield Measure(f"instances in {FOLDER}", 0, "files", 1, at_most=False)
        return
    asked = os.environ.get("BENCH_SECONDS")
    budgets = [float(asked)] if asked else list(TARGETS) if full else [SHORT]
    for seconds in budgets:
        target, usual = TARGETS.get(seconds, (None, 1))
        seeds = int(os.environ.get("BENCH_SEEDS", usual))
        yield from _measured(files, seconds, seeds, target)


def _measured(files: list[Path], seconds: float, seeds: int, target: float | None) -> Iterator[Measure]:
    jobs = int(os.environ.get("BENCH_JOBS", os.cpu_count() or 1))
    keep = os.environ.get("BENCH_KEEP")
    runs: list[Run] = []
    for run in run_all(
        files, seconds=seconds, seeds=range(1, seeds + 1), jobs=jobs, keep=Path(keep) if keep else None
    ):
        runs.append(run)
        _store(run)
    said = summary(runs)
    what = f"{said.instances} instances × {seeds} seeds, {seconds:g} s"
    yield Measure(f"mean gap, {what}", said.mean_gap if said.mean_gap is not None else 100, "%", target)
    worst = said.worst_gap if said.worst_gap is not None else 100
    yield Measure(f"worst gap ({said.worst}), {what}", worst, "%", WORST if seconds == WORST_AT else None)
    yield Measure(f"runs that are not feasible, {what}", said.infeasible, "runs", 0)
    yield Measure(
        f"listed values beaten, {what}", len({run.instance for run in runs if beats(run)}), "instances"
    )
    yield Measure(
        f"most processor time of a run, {what}", max(run.seconds for run in runs), "s", 1.05 * seconds + 0.5
    )
    pace = sum(run.iterations for run in runs) / sum(run.seconds for run in runs)
    yield Measure(f"steps a second, {what}", pace, "steps/s")


def _store(run: Run) -> None:
    file = os.environ.get("BENCH_RUNS")
    if file:
        with Path(file).open("a", encoding="utf-8") as target:
            target.write(run.as_json() + "\n")
