"""furrow plan FILE, on a small list."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import python_calamine

from furrow.planning.command import run_plan_cli

HEAD = "客户编码,客户名称,等级,经度,纬度,电话\n"


def _list(folder: Path, rows: list[str], head: str = HEAD, encoding: str = "utf-8") -> str:
    path = folder / "list.csv"
    path.write_text(head + "".join(f"{row}\n" for row in rows), encoding=encoding)
    return str(path)


def _shops(count: int, grade: str = "") -> list[str]:
    return [
        f"S{i},通达{i}店,{grade},{114.27 + 0.01 * (i % 6)},{30.56 + 0.01 * (i // 6)},1380000{i:04d}"
        for i in range(count)
    ]


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run_plan_cli([*arguments, "--start", "2026-11-30"])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_same_seed_and_iterations_give_the_same_plan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _list(tmp_path, _shops(24), encoding="gb18030")
    made = []
    for _turn in range(2):
        code, out, _err = _run(capsys, file, "--reps", "2", "--iterations", "300", "--seed", "5", "--json")
        assert code == 0
        made.append({key: value for key, value in json.loads(out).items() if key != "seconds"})
    assert made[0] == made[1]
    assert made[0]["feasible"] and made[0]["unplaced"] == [] and made[0]["reps"] == 2
    assert (
        min(made[0][key] for key in ("travel_minutes", "baseline_sweep_minutes", "baseline_listed_minutes"))
        > 0
    )
    assert any("no grades" in note for note in made[0]["notes"])


def test_grades_and_owners_come_from_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"{row},{'李强' if i % 2 else '王敏'}" for i, row in enumerate(_shops(6, "A"))]
    file = _list(tmp_path, rows, head=HEAD.replace("电话", "电话,业务员"))
    code, out, _err = _run(capsys, file, "--iterations", "100", "--json", "-o", str(tmp_path / "plan.xlsx"))
    said = json.loads(out)
    assert code == 0 and said["reps"] == 2 and said["visits"] == 24 and said["notes"] == []
    book = python_calamine.CalamineWorkbook.from_path(str(tmp_path / "plan.xlsx"))
    assert {row[2] for row in book.get_sheet_by_name("Visits").to_python()[1:]} == {"李强", "王敏"}


def test_without_a_place_a_customer_is_listed_as_not_placed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _list(tmp_path, [*_shops(4, "C"), "S9,无坐标店,C,,,"])
    code, out, _err = _run(capsys, file, "--iterations", "100", "--json")
    assert code == 0
    assert json.loads(out)["unplaced"] == [
        {"customer": "无坐标店", "visits": 1, "reason": "unreachable_coordinates"}
    ]
    _code, text, _err = _run(capsys, file, "--iterations", "100")
    assert "无坐标店: No usable position" in text and "Checked independently: every rule is kept" in text


@pytest.mark.parametrize(
    "arguments", [["--start", "2026-12-01"], ["--weeks", "0"], ["--seconds", "5", "--iterations", "5"]]
)
def test_wrong_arguments_end_with_2(
    tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run_plan_cli([_list(tmp_path, _shops(2)), *arguments])
    assert ended.value.code == 2 and capsys.readouterr().err


def test_a_file_that_is_no_list_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty, strange = tmp_path / "empty.csv", tmp_path / "strange.csv"
    empty.write_text("")
    strange.write_text("一,二\n1,2\n3,4\n")
    for file in (empty, strange, tmp_path / "gone.csv"):
        code, out, err = _run(capsys, str(file), "--iterations", "10")
        assert code == 1 and not out and err.startswith("Not planned: ") and "Traceback" not in err


def test_a_list_without_any_position_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = _run(capsys, _list(tmp_path, ["甲店", "乙店"], head="客户名称\n"), "--json")
    assert code == 1 and not out and "no customer has a position" in err


def test_where_no_workbook_can_be_written_is_said_before_planning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _list(tmp_path, _shops(4))
    for target, why in ((tmp_path / "gone" / "plan.xlsx", "there is no folder"), (tmp_path, "is a folder")):
        code, out, err = _run(capsys, file, "--seconds", "600", "-o", str(target))
        assert code == 1 and not out and why in err
    assert _run(capsys, str(tmp_path))[0] == 1


def test_the_awkward_workbooks_of_others_are_refused_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(__file__).parents[2] / "kit" / "tests" / "sheets"
    for file in sorted(path for path in folder.iterdir() if path.suffix in {".xls", ".xlsx", ".csv"}):
        code, out, err = _run(capsys, str(file), "--iterations", "10", "--json")
        assert code == 1 and not out and err.startswith("Not planned: ") and "Errno" not in err
