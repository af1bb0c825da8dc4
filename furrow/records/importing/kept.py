"""The rows of a list as they were read once: the check, the import and the error file take them from here, many times as fast as from the
workbook. They lie beside the upload, one file for each sheet looked at, and go with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from furrow.kit.sheets import Cell

BLOCK = 500
Row = list[Cell]
_KINDS: dict[str, Any] = {"datetime": datetime, "date": date, "time": time}


def path_of(upload: Path, sheet: str) -> Path:
    """Where the rows of this sheet lie."""
    return upload.with_name(f"{upload.name}.{sha256(sheet.encode()).hexdigest()[:16]}.rows")


def remove(upload: Path) -> None:
    """Remove an upload with the rows read from it."""
    for path in (upload, *upload.parent.glob(f"{upload.name}.*")):
        path.unlink(missing_ok=True)


@contextmanager
def keeping(path: Path, rows: Iterator[Row]) -> Iterator[Iterator[list[Row]]]:
    """Gives the rows in blocks and keeps them under `path` once all have been taken."""
    draft = path.with_name(f"{path.name}.{uuid4().hex}")
    try:
        with draft.open("x", encoding="utf-8", errors="surrogatepass") as file:
            yield _written(file, rows)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _written(file: Any, rows: Iterator[Row]) -> Iterator[list[Row]]:
    while block := list(islice(rows, BLOCK)):
        file.write(_encode(block))
        file.write("\n")
        yield block


def read(path: Path) -> Iterator[Row]:
    """The rows kept under `path`, each as it was. Raises FileNotFoundError at once."""
    return _read(path.open(encoding="utf-8", errors="surrogatepass"))


def _read(file: Any) -> Iterator[Row]:
    with file:
        for line in file:
            yield from _decode(line)


def _plain(cell: Any) -> dict[str, Any]:
    """A cell that JSON has no kind for."""
    if isinstance(cell, timedelta):
        return {"seconds": cell.total_seconds()}
    for kind, known in _KINDS.items():
        if isinstance(cell, known):
            return {kind: cell.isoformat()}
    raise TypeError(f"not a cell: {type(cell).__name__}")


def _cell(plain: dict[str, Any]) -> Cell:
    ((kind, value),) = plain.items()
    return timedelta(seconds=value) if kind == "seconds" else _KINDS[kind].fromisoformat(value)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode
_decode = json.JSONDecoder(object_hook=_cell).decode
