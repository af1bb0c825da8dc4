"""python -m bench.tables RUNS.jsonl ... [--language zh] [--into PAGE.md]: the table of gaps, from the JSON lines that bench runs printed.

With --into the table stands in the page between the lines <!-- gaps --> and <!-- /gaps -->; nothing in it is typed by hand.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

from furrow.routing.benchmark import Run, beats, summary

BEGIN, END = "<!-- gaps -->", "<!-- /gaps -->"
WORDS = {
    "en": {
        "instance": "instance",
        "listed": "best known",
        "best": "best found",
        "gap": "{seconds:g} s",
        "mean": "mean",
        "worst": "worst run",
        "note": "Gaps to the best-known value in percent, by processor seconds of one core; mean over the seeds {seeds}. Bold: below the listed value.",
        "one": "Gaps to the best-known value in percent, by processor seconds of one core; seed {seeds}. Bold: below the listed value.",
        "seeds": "{budget}: {own}",
        "comma": ", ",
        "between": "; ",
        "all": "({told})",
        "infeasible": "{count} of {runs} runs have no feasible plan and are left out.",
    },
    "zh": {
        "instance": "算例",
        "listed": "已知最优值",
        "best": "所得最优值",
        "gap": "{seconds:g} 秒",
        "mean": "平均",
        "worst": "最差一次",
        "note": "与已知最优值的差距（%），按单核处理器秒数。粗体：低于已公布的值。随机种子（取平均）：{seeds}。",
        "one": "与已知最优值的差距（%），按单核处理器秒数。粗体：低于已公布的值。随机种子 {seeds}。",
        "seeds": "{budget}用 {own}",
        "comma": "、",
        "between": "；",
        "all": "{told}",
        "infeasible": "{runs} 次运行中有 {count} 次没有可行计划，未计入。",
    },
}


def read_runs(files: Sequence[Path]) -> list[Run]:
    """The runs of all files; other lines are left out."""
    lines = (line for file in files for line in file.read_text(encoding="utf-8").splitlines())
    return [Run(**json.loads(line)) for line in lines if line.startswith('{"instance"')]


def table(runs: Sequence[Run], language: str) -> str:
    """Markdown: a row for each instance, a column for each budget, then mean and worst."""
    words = WORDS[language]
    budgets = sorted({run.budget for run in runs})
    names = sorted({run.instance for run in runs})
    titles = [
        words["instance"],
        words["listed"],
        *(words["gap"].format(seconds=b) for b in budgets),
        words["best"],
    ]
    rows = [titles, ["---", *["--:"] * (len(titles) - 1)]]
    rows += [_row(name, [run for run in runs if run.instance == name], budgets) for name in names]
    sums = [summary([run for run in runs if run.budget == budget]) for budget in budgets]
    rows.append([words["mean"], "", *(_gap(said.mean_gap) for said in sums), ""])
    rows.append([words["worst"], "", *(_gap(said.worst_gap) for said in sums), ""])
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    notes = [_seeds(runs, words)]
    if lost := sum(not run.feasible for run in runs):
        notes.append(words["infeasible"].format(count=lost, runs=len(runs)))
    return "\n".join([*lines, "", *notes])


def _seeds(runs: Sequence[Run], words: dict[str, str]) -> str:
    """The note under the table: which seeds stand behind the means."""
    seeds = {
        budget: words["comma"].join(map(str, sorted({run.seed for run in runs if run.budget == budget})))
        for budget in sorted({run.budget for run in runs})
    }
    if len(set(seeds.values())) == 1:
        return words["one" if len({run.seed for run in runs}) == 1 else "note"].format(
            seeds=next(iter(seeds.values()))
        )
    told = [
        words["seeds"].format(budget=words["gap"].format(seconds=budget), own=own)
        for budget, own in seeds.items()
    ]
    return words["note"].format(seeds=words["all"].format(told=words["between"].join(told)))


def _row(name: str, runs: Sequence[Run], budgets: Sequence[float]) -> list[str]:
    listed = next((run.best_known for run in runs if run.best_known), None)
    best = min((run.cost for run in runs if run.feasible and run.cost is not None), default=None)
    cells = []
    for budget in budgets:
        gaps = [run.gap for run in runs if run.budget == budget and run.gap is not None]
        cells.append(_gap(fmean(gaps) if gaps else None))
    shown = f"{best:.2f}" if best is not None else "–"
    if any(beats(run) for run in runs):
        shown = f"**{shown}**"
    return [name, f"{listed:.2f}" if listed else "–", *cells, shown]


def _gap(value: float | None) -> str:
    return "–" if value is None else f"{value + 0.0:.2f}".replace("-0.00", "0.00")


def put(page: Path, text: str) -> None:
    """Replaces what stands between the two marks. Raises ValueError when the page has none."""
    whole = page.read_text(encoding="utf-8")
    before, begin, rest = whole.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{page} has no lines {BEGIN} and {END}")
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


def main() -> int:
    """Print the table, or put it into a page."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.tables", description="The table of gaps in Markdown."
    )
    parser.add_argument("runs", type=Path, nargs="+", metavar="RUNS.jsonl")
    parser.add_argument("--language", choices=WORDS, default="en")
    parser.add_argument("--into", type=Path, metavar="PAGE.md")
    options = parser.parse_args()
    text = table(read_runs(options.runs), options.language)
    if options.into:
        put(options.into, text)
    else:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
