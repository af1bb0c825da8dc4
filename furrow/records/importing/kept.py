"""The rows of a list as they were read once: the check, the import and the error file take them from here, many times as fast as from the
workbook. They lie beside the upload, one file for each sheet looked at, and go with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from furrow.kit.sheets import Cell
from furrow.kit.sheets.probe import decode, encode

BLOCK = 500
Row = list[Cell]


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
        file.write(encode(block))
        file.write("\n")
        yield block


def read(path: Path) -> Iterator[Row]:
    """The rows kept under `path`, each as it was. Raises FileNotFoundError at once."""
    return _read(path.open(encoding="utf-8", errors="surrogatepass"))


def _read(file: Any) -> Iterator[Row]:
    with file:
        for line in file:
            yield from decode(line)
