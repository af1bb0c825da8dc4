"""Run as a script: opens the workbook on standard input with bounded memory and prints what is in it, so that no other process need parse it.

Its one argument is JSON: the wanted worksheet or null, the most rows and the most cells one may have. The first line printed tells the size
of every worksheet and, of the chosen one, where it stands among them, its first column and its merged cells; the lines after it are its rows,
unless it has too many. Ends with 3 for a password and 1 for a damaged file; a sheet that spans too much ends it by a signal. Knows only the
reader, not Furrow, so that it starts in a few hundredths of a second.
"""

import io
import itertools
import json
import signal
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import python_calamine

MEMORY = 1_500 * 1024 * 1024
SECONDS = 60
SAMPLE = 50
WIDEST_COUNTED = 20
LINE_CELLS = 1_000  # a cell may hold 32,767 characters
_KINDS: dict[str, Any] = {"datetime": datetime, "date": date, "time": time}


def bound_resources() -> None:
    """Where the system has no such limits (not POSIX), the child still keeps a crash away from the parent."""
    try:
        import resource  # noqa: PLC0415
    except ImportError:
        return
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    for what, bound in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (bound, bound))
        except (ValueError, OSError):
            continue


def survey(
    workbook: python_calamine.CalamineWorkbook, wanted: str | None
) -> tuple[list[tuple[str, bool, int, int]], int | None, python_calamine.CalamineSheet | None]:
    """(name, visible, rows, columns) of every worksheet, unreadable ones left out; which of them is wanted, and it itself: without a name the
    visible one with the most table-like data."""
    sizes: list[tuple[str, bool, int, int]] = []
    chosen, kept, best = None, None, (False, -1)
    problems = 0
    for index, about in enumerate(workbook.sheets_metadata):
        if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        visible = about.visible == python_calamine.SheetVisibleEnum.Visible
        try:
            sheet = workbook.get_sheet_by_index(index)
        except python_calamine.CalamineError:
            problems += 1
            continue
        rows, columns = (last + 1 for last in sheet.end or (-1, -1))
        rank = (visible, rows * _filled(sheet))
        if rank > best if wanted is None else about.name == wanted and chosen is None:
            best, chosen, kept = rank, len(sizes), sheet
        sizes.append((about.name, visible, rows, columns))
    if problems and not sizes:
        raise ValueError("no sheet can be read")
    return sizes, chosen, kept


def _filled(sheet: python_calamine.CalamineSheet) -> int:
    """Filled cells of the median row, as far as they count."""
    filled = sorted(len(row) - row.count("") for row in itertools.islice(sheet.iter_rows(), SAMPLE))
    return min(filled[len(filled) // 2], WIDEST_COUNTED) if filled else 0


def _plain(cell: Any) -> dict[str, Any]:
    """A cell that JSON has no kind for."""
    if isinstance(cell, timedelta):
        return {"seconds": cell.total_seconds()}
    for kind, known in _KINDS.items():
        if isinstance(cell, known):
            return {kind: cell.isoformat()}
    raise TypeError(f"not a cell: {type(cell).__name__}")


def _cell(plain: dict[str, Any]) -> Any:
    ((kind, value),) = plain.items()
    return timedelta(seconds=value) if kind == "seconds" else _KINDS[kind].fromisoformat(value)


# Rows as a line of text, and back: every cell of the kind it was.
encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode
decode = json.JSONDecoder(object_hook=_cell).decode


def lines(
    workbook: python_calamine.CalamineWorkbook, wanted: str | None, most_rows: int, most_cells: int
) -> Iterator[str]:
    """What is printed."""
    sizes, chosen, sheet = survey(workbook, wanted)
    left = sheet.start[1] if sheet and sheet.start else 0
    merges = (sheet and sheet.merged_cell_ranges) or []
    yield encode({"sizes": sizes, "chosen": chosen, "left": left, "merges": merges})
    if sheet is None or chosen is None:
        return
    _name, _visible, height, width = sizes[chosen]
    if height <= most_rows and height * width <= most_cells:
        rows = sheet.iter_rows()
        while block := list(itertools.islice(rows, max(1, LINE_CELLS // max(1, width)))):
            yield encode(block)


def main() -> int:
    bound_resources()
    try:
        workbook = python_calamine.load_workbook(io.BytesIO(sys.stdin.buffer.read()))
        with io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="\n") as printed:
            for line in lines(workbook, *json.loads(sys.argv[1])):
                printed.write(f"{line}\n")
    except python_calamine.PasswordError:
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
