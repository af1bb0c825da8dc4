"""python -m furrow.routing: solve a problem, check a plan, run benchmarks. Exit codes: 0 done, 1 not readable, 2 wrong usage, 3 the checker found a rule broken."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from furrow.routing.benchmark import Run, instance_files, run_all, summary
from furrow.routing.check import check
from furrow.routing.division import divide
from furrow.routing.exchange import ExchangeError, read_problem, read_result, result_document
from furrow.routing.problem import Problem, ProblemError
from furrow.routing.read import ReadError, parse
from furrow.routing.result import Cost
from furrow.routing.solver import solve
from furrow.routing.stop import Iterations, Seconds

UNREADABLE, BROKEN = 1, 3
USAGE = """\
python -m furrow.routing PROBLEM [--seconds S | --iterations N] [--seed K] [-o OUT.json]
       python -m furrow.routing check PROBLEM PLAN.json
       python -m furrow.routing bench PATH... --seconds S [--seeds K] [--jobs J] [--json] [--keep DIR]"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    command = {"bench": bench, "check": judge}.get(given[0] if given else "")
    try:
        return command(given[1:]) if command else plan(given)
    except OSError as error:
        print(f"{error.filename}: {error.strerror}" if error.strerror else error, file=sys.stderr)
        return UNREADABLE
    except (ReadError, ExchangeError, ProblemError) as error:
        print(error, file=sys.stderr)
        return UNREADABLE
    except KeyboardInterrupt:
        return 130


def plan(arguments: list[str]) -> int:
    """Solve a problem and print the plan as a document, judged by the checker."""
    parser = argparse.ArgumentParser(prog="python -m furrow.routing", usage=USAGE)
    parser.add_argument(
        "problem", metavar="PROBLEM", help="a problem as JSON or a benchmark file; - is standard input"
    )
    budget = parser.add_mutually_exclusive_group()
    budget.add_argument("--seconds", type=_more_than_nothing, default=10.0, help="search time; default 10")
    budget.add_argument(
        "--iterations", type=_whole, help="search steps instead: the same seed gives the same plan"
    )
    parser.add_argument("--seed", type=int, default=0, help="start of the random numbers; default 0")
    parser.add_argument(
        "-o", "--output", metavar="OUT.json", help="write the plan there instead of printing it"
    )
    options = parser.parse_args(arguments)
    problem = _problem(options.problem)
    stop = Iterations(options.iterations) if options.iterations is not None else Seconds(options.seconds)
    result = solve(problem, stop=stop, seed=options.seed)
    report = check(divide(problem), result)
    text = json.dumps(result_document(result, report, {"seed": options.seed}), ensure_ascii=False, indent=1)
    if options.output:
        Path(options.output).write_text(text + "\n", encoding="utf-8")
    else:
        print(text)
    return 0 if report.feasible else BROKEN


def judge(arguments: list[str]) -> int:
    """Say what a plan costs and which rules it breaks, whoever made it."""
    parser = argparse.ArgumentParser(
        prog="python -m furrow.routing check",
        description="Judge a plan: cost by part, and every rule it breaks.",
    )
    parser.add_argument("problem", metavar="PROBLEM", help="a problem as JSON or a benchmark file")
    parser.add_argument("plan", metavar="PLAN.json", help="a plan as JSON")
    options = parser.parse_args(arguments)
    problem = divide(_problem(options.problem))
    result = read_result(_bytes(options.plan))
    report = check(problem, result)
    if result.cost == Cost():  # none is claimed, so none can be wrong
        report = check(problem, replace(result, cost=report.cost))
    judged = result_document(result, report)["judged"]
    print(json.dumps(judged, ensure_ascii=False, indent=1))
    return 0 if judged["feasible"] else BROKEN


def bench(arguments: list[str]) -> int:
    """Benchmark files under a budget of processor time."""
    parser = argparse.ArgumentParser(
        prog="python -m furrow.routing bench",
        description="Solve benchmark files; cost and feasibility are the checker's.",
    )
    parser.add_argument("paths", metavar="PATH", nargs="+", help="files, or folders of .txt files")
    parser.add_argument(
        "--seconds", type=_more_than_nothing, required=True, help="processor time of each run"
    )
    parser.add_argument(
        "--seeds", type=_whole, default=1, help="runs of each instance, with seeds 1, 2, ...; default 1"
    )
    parser.add_argument("--jobs", type=_whole, default=1, help="runs at a time, one core each; default 1")
    parser.add_argument(
        "--json", action="store_true", help="one JSON object a run; the summary goes to standard error"
    )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="store plans that beat the listed value")
    parser.add_argument(
        "--until-listed", action="store_true", help="end a run as soon as it has the listed value"
    )
    options = parser.parse_args(arguments)
    files = instance_files(options.paths)
    if not files:
        raise ReadError(0, "there are no .txt files")
    runs = []
    seeds = range(1, options.seeds + 1)
    for run in run_all(
        files,
        seconds=options.seconds,
        seeds=seeds,
        jobs=options.jobs,
        keep=options.keep,
        until_listed=options.until_listed,
    ):
        runs.append(run)
        print(run.as_json() if options.json else _line(run), flush=True)
    print(summary(runs).as_text(), file=sys.stderr if options.json else sys.stdout)
    return 0 if all(run.feasible for run in runs) else BROKEN


def _line(run: Run) -> str:
    gap = f"{run.gap:8.3f}%" if run.gap is not None else " " * 9
    cost = f"{run.cost:12.2f}" if run.cost is not None else f"{'–':>12}"
    state = "" if run.feasible else "  " + (run.error or "NOT FEASIBLE")
    return f"{run.instance:<12} seed {run.seed:<3} {cost} {gap} {run.seconds:8.1f} s {run.iterations:>12,} steps{state}"


def _problem(name: str) -> Problem:
    text = _bytes(name)
    if text.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        return read_problem(text)
    try:
        return parse(text.decode("utf-8-sig"))[0]
    except UnicodeDecodeError:
        raise ReadError(0, "the file is no text") from None


def _bytes(name: str) -> bytes:
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()


def _number(text: str, kind: Callable[[str], float], least: float, words: str) -> float:
    try:
        value = kind(text)
    except ValueError:
        raise argparse.ArgumentTypeError(words) from None
    if not least <= value <= 10**9:
        raise argparse.ArgumentTypeError(words)
    return value


def _more_than_nothing(text: str) -> float:
    return _number(text, float, 0.001, "a number greater than 0 is due")


def _whole(text: str) -> int:
    return int(_number(text, int, 1, "a whole number greater than 0 is due"))


if __name__ == "__main__":
    sys.exit(main())
