"""Opening a list: workbook or text, checked against limits, read row by row."""

import os

from furrow.kit.sheets import delimited, workbook
from furrow.kit.sheets.cells import Cell
from furrow.kit.sheets.limits import DEFAULT_LIMITS, Limits, SheetError
from furrow.kit.sheets.sheet import Sheet
from furrow.kit.sheets.source import Source, check_size, kind_of

__all__ = ["Cell", "Limits", "Sheet", "SheetError", "open_sheet"]


def open_sheet(
    content: str | os.PathLike[str] | bytes,
    filename: str = "",
    *,
    limits: Limits = DEFAULT_LIMITS,
    sheet: str | None = None,
) -> Sheet:
    """Open an .xlsx, .xlsm, .xls, .csv, .tsv or .txt by its content; the name is only for messages.

    `content` is a path or the bytes. `sheet` names the worksheet to read; without it the visible one that looks most
    like a list is taken. Formulas give their stored values; error cells and formulas without a value are empty.
    Raises SheetError, its message in the active language, for everything that cannot be read; rows() raises no more.
    """
    source = Source(content, filename)
    check_size(source, limits)
    kind = kind_of(source)
    if kind == "csv":
        return delimited.open_text(source, limits)
    return workbook.open_workbook(source, kind, limits, sheet)
