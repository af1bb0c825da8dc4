"""Lists out: .xlsx and .csv, row by row, so that nothing in the data runs as a formula."""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any, Literal
from unicodedata import east_asian_width

from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.kit.sheets.cells import clean_text
from furrow.kit.sheets.limits import SheetError

EXCEL_ROWS = 1_048_576
_LONGEST_TEXT = 32_767
_SAMPLED_ROWS = 200
_NARROWEST, _WIDEST = 6, 50
_BOM = "\ufeff"
_FORBIDDEN_IN_TITLE = re.compile(r"[\[\]:*?/\\]")
_PLAIN_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?%?", re.ASCII)
_QUOTED = re.compile(r"""[,"\n\r]""")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

Value = str | int | float | Decimal | bool | date | datetime | time | None


@dataclass(frozen=True)
class Column:
    """A column to write. `kind` sets the number format; `places` the decimals; `width` (characters) is found if not given."""

    title: str
    kind: Literal["text", "integer", "decimal", "date", "datetime", "time"] = "text"
    places: int = 2
    width: float | None = None


def write_xlsx(
    target: str | os.PathLike[str] | IO[bytes],
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Value]],
) -> int:
    """Write a workbook of one sheet; returns the number of rows. Memory stays flat however many rows come.

    Header bold, frozen, with filter. Texts are written as texts, never as formulas or links; dates and numbers typed;
    Decimal keeps Excel's 15 digits; aware times are written in the active zone. Raises SheetError beyond 1,048,575 rows.
    """
    return write_book(target, [(title, columns, rows)])


def write_book(
    target: str | os.PathLike[str] | IO[bytes],
    sheets: Iterable[tuple[str, Sequence[Column], Iterable[Sequence[Value]]]],
) -> int:
    """Write a workbook of several sheets (title, columns, rows), each as `write_xlsx` does; returns the rows written."""
    book = _workbook(target)
    number = sum(_write_sheet(book, title, columns, rows) for title, columns, rows in sheets)
    book.close()
    return number


def _write_sheet(book: Any, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> int:
    sheet = book.add_worksheet(_FORBIDDEN_IN_TITLE.sub(" ", clean_text(title)).strip(" '")[:31] or None)
    bold = book.add_format({"bold": True, "bottom": 1, "valign": "vcenter"})
    writers = [_writer(book, sheet, column) for column in columns]
    widths = [_display_width(column.title) + 3 for column in columns]
    for index, column in enumerate(columns):
        sheet.write_string(0, index, column.title, bold)
    number = 0
    for number, row in enumerate(rows, start=1):
        if number >= EXCEL_ROWS:
            raise SheetError(_("The list has more rows than an Excel sheet holds. Export it as CSV."))
        for index, value in enumerate(row):
            if value is None or value == "":
                continue
            writers[index](number, index, value)
            if number <= _SAMPLED_ROWS:
                widths[index] = max(widths[index], _shown_width(value, columns[index]) + 1)
    sheet.freeze_panes(1, 0)
    if columns:
        sheet.autofilter(0, 0, number, len(columns) - 1)
    for index, column in enumerate(columns):
        width = column.width if column.width is not None else min(max(widths[index], _NARROWEST), _WIDEST)
        sheet.set_column(index, index, width)
    return number


def _workbook(target: str | os.PathLike[str] | IO[bytes]) -> Any:
    import xlsxwriter  # noqa: PLC0415  slow to import, and no page needs it

    return xlsxwriter.Workbook(
        target if hasattr(target, "write") else os.fspath(target),
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
        },
    )


def _writer(book: Any, sheet: Any, column: Column) -> Callable[[int, int, Value], None]:
    formats = {
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "datetime": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        "time": book.add_format({"num_format": "hh:mm"}),
    }
    places = column.places if column.kind == "decimal" else 0
    figures = book.add_format({"num_format": "#,##0" + ("." + "0" * places if places else "")})

    def write(row: int, index: int, value: Value) -> None:
        if isinstance(value, bool):
            sheet.write_boolean(row, index, value)
        elif isinstance(value, int | float | Decimal):
            if column.kind in ("integer", "decimal"):
                sheet.write_number(row, index, value, figures)
            else:
                sheet.write_number(row, index, value)
        elif isinstance(value, datetime):
            style = formats["date" if column.kind == "date" else "datetime"]
            _write_date(sheet, row, index, _local(value), style)
        elif isinstance(value, date):
            _write_date(sheet, row, index, value, formats["date"])
        elif isinstance(value, time):
            sheet.write_datetime(row, index, value, formats["time"])
        else:
            sheet.write_string(row, index, clean_text(str(value))[:_LONGEST_TEXT])

    return write


def _local(value: datetime) -> datetime:
    return timezone.make_naive(value) if timezone.is_aware(value) else value


def _write_date(sheet: Any, row: int, index: int, value: date, style: Any) -> None:
    """Excel knows no day before 1900: such dates are written as text."""
    if value.year < 1900:
        sheet.write_string(row, index, str(value))
    else:
        sheet.write_datetime(row, index, value, style)


def _display_width(text: str) -> int:
    """Width in half-width characters: a Chinese character counts two."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _shown_width(value: Value, column: Column) -> int:
    if isinstance(value, datetime):
        return 10 if column.kind == "date" else 16
    if isinstance(value, float | Decimal):
        return len(f"{value:,.{column.places}f}") if column.kind == "decimal" else len(f"{value:.15g}")
    return max(map(_display_width, str(value).split("\n")))


def csv_lines(columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    """The lines of a CSV file, for streaming: a BOM first so that Excel reads UTF-8, CRLF at each end (RFC 4180).

    A text that a spreadsheet would run as a formula gets an apostrophe in front, unless it is a plain number
    (https://owasp.org/www-community/attacks/CSV_Injection); `open_sheet` takes it off again.
    """
    yield _BOM + ",".join(_field(column.title) for column in columns) + "\r\n"
    for row in rows:
        yield (
            ",".join(
                _field(value) if isinstance(value, str) else _figure(value, column)
                for value, column in zip(row, columns, strict=True)
            )
            + "\r\n"
        )


def _field(text: str) -> str:
    if text.startswith(_FORMULA_STARTS) and not _PLAIN_NUMBER.fullmatch(text):
        text = "'" + text
    if _QUOTED.search(text):
        return '"' + text.replace('"', '""') + '"'
    return text


def _figure(value: Value, column: Column) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        local = _local(value)
        return str(local.date()) if column.kind == "date" else local.isoformat(" ", "minutes")
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)


def write_csv(
    target: str | os.PathLike[str] | IO[bytes], columns: Sequence[Column], rows: Iterable[Sequence[Value]]
) -> int:
    """Write the lines of `csv_lines` as UTF-8; returns the number of rows."""
    if isinstance(target, str | os.PathLike):
        with open(target, "wb") as stream:
            return write_csv(stream, columns, rows)
    lines = 0
    for line in csv_lines(columns, rows):
        target.write(line.encode("utf-8", "replace"))
        lines += 1
    return lines - 1
