"""Spreadsheets in and out, without a database.

Reading: `open_sheet` -> `find_header` -> `match_columns` -> the parsers of `values`, `dates` and `degrees`.
Writing: `write_xlsx` and `write_csv`.
"""

from furrow.kit.sheets.header import (
    ColumnMatch,
    FieldWords,
    HeaderGuess,
    find_header,
    fold_header,
    match_columns,
)
from furrow.kit.sheets.limits import Limits, SheetError
from furrow.kit.sheets.read import Cell, Sheet, open_sheet
from furrow.kit.sheets.write import Column, csv_lines, write_csv, write_xlsx

__all__ = [
    "Cell",
    "Column",
    "ColumnMatch",
    "FieldWords",
    "HeaderGuess",
    "Limits",
    "Sheet",
    "SheetError",
    "csv_lines",
    "find_header",
    "fold_header",
    "match_columns",
    "open_sheet",
    "write_csv",
    "write_xlsx",
]
