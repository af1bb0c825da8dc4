"""The command line: documents in and out, benchmark runs, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from furrow.routing import Cost, Problem, Result, benchmark
from furrow.routing.__main__ import main
from furrow.routing.benchmark import Run, beats, run_one, summary
from furrow.routing.exchange import problem_document, read_result
from furrow.routing.tests.small import SQUARE, world
from furrow.routing.tests.test_read import PVRP

Printed = pytest.CaptureFixture[str]


@pytest.fixture
def square(tmp_path: Path) -> Path:
    file = tmp_path / "square.json"
    file.write_text(json.dumps(problem_document(world(SQUARE))))
    return file


@pytest.fixture
def instances(tmp_path: Path) -> Path:
    """A folder with two instances, one of them listed far too high."""
    folder = tmp_path / "instances"
    folder.mkdir()
    (folder / "tiny.txt").write_text(PVRP)
    (folder / "free.txt").write_text(PVRP)
    (folder / "best_known.csv").write_text("instance,best_known\ntiny,1000\n")
    return folder


def test_a_problem_becomes_a_plan(square: Path, capsys: Printed) -> None:
    assert main([str(square), "--iterations", "100", "--seed", "7"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["judged"]["feasible"] is True
    assert document["judged"]["cost"]["total"] == 40
    assert document["made"] == {"seed": 7}


def test_a_plan_goes_into_a_file_and_before_the_checker(
    square: Path, tmp_path: Path, capsys: Printed
) -> None:
    plan = tmp_path / "plan.json"
    assert main([str(square), "--iterations", "100", "-o", str(plan)]) == 0
    assert read_result(plan.read_bytes()).cost.travel == 40
    assert main(["check", str(square), str(plan)]) == 0
    assert json.loads(capsys.readouterr().out)["cost"]["travel"] == 40
    changed = json.loads(plan.read_text())
    bare = {name: changed[name] for name in ("format", "routes")}
    plan.write_text(json.dumps(bare))
    assert main(["check", str(square), str(plan)]) == 0
    assert json.loads(capsys.readouterr().out)["cost"]["total"] == 40
    changed["cost"]["travel"] = 39
    plan.write_text(json.dumps(changed))
    assert main(["check", str(square), str(plan)]) == 3
    assert [v["code"] for v in json.loads(capsys.readouterr().out)["violations"]] == ["total"]
    changed["routes"][0]["visits"].pop()
    plan.write_text(json.dumps(changed))
    assert main(["check", str(square), str(plan)]) == 3
    judged = json.loads(capsys.readouterr().out)
    assert "visit_count" in {violation["code"] for violation in judged["violations"]}


def test_a_benchmark_file_is_a_problem_too(instances: Path, capsys: Printed) -> None:
    assert main([str(instances / "tiny.txt"), "--iterations", "200"]) == 0
    assert json.loads(capsys.readouterr().out)["judged"]["visits"] == 11


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "format: must be “furrow-routing-problem-1”\n"),
        ("", "the file is empty\n"),
        ("1 2 3\n", "line 1: 4 numbers are due, there are 3\n"),
        (json.dumps(problem_document(world(SQUARE)) | {"reps": 1}), "reps: must be a list\n"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(text: str, said: str, tmp_path: Path, capsys: Printed) -> None:
    file = tmp_path / "bad"
    file.write_text(text)
    assert main([str(file), "--iterations", "1"]) == 1
    assert capsys.readouterr() == ("", said)


def test_a_missing_file_is_named(tmp_path: Path, capsys: Printed) -> None:
    assert main([str(tmp_path / "none.json")]) == 1
    assert "none.json: No such file" in capsys.readouterr().err
    assert main(["bench", str(tmp_path / "none"), "--seconds", "1"]) == 1
    assert "none" in capsys.readouterr().err
    assert main(["bench", str(tmp_path), "--seconds", "1"]) == 1
    assert capsys.readouterr().err == "there are no .txt files\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["x.json", "--seconds", "0"],
        ["x.json", "--seconds", "nan"],
        ["x.json", "--iterations", "1.5"],
        ["x.json", "--seconds", "1", "--iterations", "2"],
        ["bench", "x.txt"],
        ["bench", "--seconds", "1"],
        ["bench", "x.txt", "--seconds", "1", "--jobs", "0"],
    ],
)
def test_wrong_usage(arguments: list[str], capsys: Printed) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def test_bench_prints_a_line_of_json_for_each_run(instances: Path, capsys: Printed) -> None:
    assert main(["bench", str(instances), "--seconds", "0.05", "--seeds", "2", "--json"]) == 0
    printed = capsys.readouterr()
    lines = [json.loads(line) for line in printed.out.splitlines()]
    assert [(line["instance"], line["seed"]) for line in lines] == [
        ("free", 1),
        ("free", 2),
        ("tiny", 1),
        ("tiny", 2),
    ]
    assert set(lines[0]) == {
        "instance", "seed", "cost", "best_known", "gap", "feasible", "seconds", "iterations", "budget",
    }  # fmt: skip
    assert all(line["feasible"] for line in lines)
    assert (lines[0]["best_known"], lines[0]["gap"]) == (None, None)
    tiny = lines[2]
    assert tiny["gap"] == pytest.approx(100 * (tiny["cost"] / 1000 - 1))
    assert printed.err.startswith("instances: 2, runs: 4, infeasible: 0, mean gap -")


def test_bench_ends_a_run_that_has_the_listed_value(instances: Path, capsys: Printed) -> None:
    # the file without a listed value uses its budget of processor time up, the one listed far too high nothing of it
    assert main(["bench", str(instances), "--seconds", "0.3", "--until-listed", "--json"]) == 0
    free, tiny = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert free["iterations"] > 5 * tiny["iterations"]
    assert tiny["gap"] < 0


def test_bench_keeps_plans_below_the_listed_value(instances: Path, tmp_path: Path, capsys: Printed) -> None:
    kept = tmp_path / "kept"
    assert main(["bench", str(instances), "--seconds", "0.05", "--keep", str(kept)]) == 0
    assert "mean gap -" in capsys.readouterr().out
    assert [file.name for file in kept.iterdir()] == ["tiny.json"]
    made = json.loads((kept / "tiny.json").read_text())["made"]
    assert (made["instance"], made["best_known"]) == ("tiny", 1000)
    assert main(["check", str(instances / "tiny.txt"), str(kept / "tiny.json")]) == 0
    assert json.loads(capsys.readouterr().out)["cost"]["travel"] == pytest.approx(made["cost"])


def test_a_kept_plan_gives_way_only_to_a_better_one(instances: Path, tmp_path: Path) -> None:
    file = tmp_path / "tiny.json"
    file.write_text(json.dumps({"made": {"cost": 1.0}}))
    run_one(instances / "tiny.txt", 1, 0.02, tmp_path)
    assert json.loads(file.read_text())["made"]["cost"] == 1.0
    file.write_text(json.dumps({"made": {"cost": 999.0}}))
    run_one(instances / "tiny.txt", 1, 0.02, tmp_path)
    assert json.loads(file.read_text())["made"]["cost"] < 999


def test_several_processes_give_every_run(instances: Path, capsys: Printed) -> None:
    assert main(["bench", str(instances), "--seconds", "0.02", "--seeds", "2", "--jobs", "2", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {(line["instance"], line["seed"]) for line in lines} == {
        (name, seed) for name in ("free", "tiny") for seed in (1, 2)
    }


def test_a_solver_that_fails_or_leaves_out_is_no_result(
    instances: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: Any, **_more: Any) -> Result:
        raise RuntimeError("seed 1 broke")

    monkeypatch.setattr(benchmark, "solve", fail)
    assert main(["bench", str(instances / "tiny.txt"), "--seconds", "1", "--json"]) == 3
    line = json.loads(capsys.readouterr().out)
    assert (line["cost"], line["feasible"], line["error"]) == (None, False, "RuntimeError: seed 1 broke")

    def nothing(problem: Problem, **_more: Any) -> Result:
        return Result((), (), Cost())

    monkeypatch.setattr(benchmark, "solve", nothing)
    run = run_one(instances / "tiny.txt", 1, 1)
    assert (run.feasible, run.gap) == (False, None)


def run(name: str, seed: int, gap: float | None, feasible: bool = True) -> Run:
    cost = None if gap is None else 100 + gap
    return Run(name, seed, cost, None if gap is None else 100, gap, feasible, 1, 1, 1)


def test_the_summary_is_the_mean_of_the_instances_means() -> None:
    runs = [run("a", 1, 2), run("a", 2, 4), run("b", 1, -1), run("c", 1, None, feasible=False)]
    said = summary(runs)
    assert (said.mean_gap, said.worst_gap, said.worst) == (1, 4, "a, seed 2")
    assert said.as_text() == "instances: 3, runs: 4, infeasible: 1, mean gap 1.000%, worst 4.000% (a, seed 2)"
    assert summary([run("c", 1, None)]).as_text() == "instances: 1, runs: 1, infeasible: 0"


def test_below_the_rounding_is_not_beaten() -> None:
    assert beats(run("a", 1, -0.006))
    assert not beats(run("a", 1, -0.004))
    assert not beats(run("a", 1, -1, feasible=False))
    assert not beats(run("a", 1, None))


def test_iterations_and_seed_fix_the_plan(square: Path, capsys: Printed) -> None:
    printed = []
    for _ in range(2):
        assert main([str(square), "--iterations", "12", "--seed", "3"]) == 0
        document = json.loads(capsys.readouterr().out)
        del document["seconds"]
        printed.append(document)
    assert printed[0] == printed[1]
    assert printed[0]["iterations"] >= 12
