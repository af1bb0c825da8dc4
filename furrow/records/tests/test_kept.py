"""Rows of a list kept as they were read."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from furrow.records.importing import kept

ROWS: list[kept.Row] = [
    ["顺达\n“通讯”", 5.0, 5, True, ""],
    [date(2026, 2, 28), datetime(2026, 2, 28, 9, 30, 1), time(9, 30), timedelta(days=1, seconds=5), ""],
    ["", "", "", "", ""],
    [math.inf, -0.1, 10**18, False, "\ud800😀\u2028"],
]


def test_every_kind_of_cell_comes_back(tmp_path: Path) -> None:
    path = kept.path_of(tmp_path / "abc", "表一")
    with kept.keeping(path, iter(ROWS * 400)) as blocks:
        assert sum(map(len, blocks)) == 1600
    read = list(kept.read(path))
    assert read == ROWS * 400
    assert [[type(cell) for cell in row] for row in read[:4]] == [
        [type(cell) for cell in row] for row in ROWS
    ]


def test_nothing_is_kept_of_a_list_not_read_to_its_end(tmp_path: Path) -> None:
    path = kept.path_of(tmp_path / "abc", "")
    with pytest.raises(ZeroDivisionError), kept.keeping(path, iter(ROWS)) as blocks:
        next(blocks)
        raise ZeroDivisionError
    assert not list(tmp_path.iterdir())
    with pytest.raises(FileNotFoundError):
        kept.read(path)


def test_an_upload_goes_with_all_that_was_read_from_it(tmp_path: Path) -> None:
    upload, other = tmp_path / "abc", tmp_path / "abcd"
    for path in (
        upload,
        other,
        kept.path_of(upload, "表一"),
        kept.path_of(upload, "表二"),
        kept.path_of(other, "表一"),
    ):
        path.touch()
    kept.remove(upload)
    assert set(tmp_path.iterdir()) == {other, kept.path_of(other, "表一")}
