"""Run as a script: opens the workbook on standard input with bounded memory and prints the size of every worksheet.

Ends with 3 for a password and 1 for a damaged file; a sheet that spans too much ends it by a signal. Knows only the
reader, not Furrow, so that it starts in a few hundredths of a second.
"""

import io
import itertools
import json
import sys

import python_calamine

MEMORY = 1_500 * 1024 * 1024
SECONDS = 60
SAMPLE = 50


def bound_resources() -> None:
    """Where the system has no such limits (not POSIX), the child still keeps a crash away from the parent."""
    try:
        import resource  # noqa: PLC0415
    except ImportError:
        return
    for what, bound in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (bound, bound))
        except (ValueError, OSError):
            continue


def sizes(workbook: python_calamine.CalamineWorkbook) -> list[tuple[str, bool, int, int, int]]:
    """(name, visible, rows, columns, filled cells of the median row) of every worksheet; unreadable ones are left out."""
    found = []
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
        end = sheet.end or (-1, -1)
        filled = sorted(len(row) - row.count("") for row in itertools.islice(sheet.iter_rows(), SAMPLE))
        found.append((about.name, visible, end[0] + 1, end[1] + 1, filled[len(filled) // 2] if filled else 0))
    if problems and not found:
        raise ValueError("no sheet can be read")
    return found


def main() -> int:
    bound_resources()
    try:
        workbook = python_calamine.load_workbook(io.BytesIO(sys.stdin.buffer.read()))
        json.dump(sizes(workbook), sys.stdout)
    except python_calamine.PasswordError:
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
