"""The entry grid's table as text: tabs between cells, one row a line, as spreadsheets copy it; in and out."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from django.utils.translation import gettext as _

from furrow.books.models import BookLine
from furrow.books.reading import COLUMNS
from furrow.kit.sheets import fold_header
from furrow.kit.sheets.cells import clean_text

MOST_ROWS = 5000
LONGEST_CELL = 300
NAMES = tuple(column.name for column in COLUMNS)


class TooMuch(ValueError):
    """More than one entry may have; `message` says what."""

    def __init__(self, message: str = "") -> None:
        self.message = message or _("At most %(number)s rows at once. Import a larger list as a file.") % {
            "number": f"{MOST_ROWS:,}"
        }
        super().__init__(self.message)


def header_words() -> dict[str, str]:
    """Folded header -> column, in every language."""
    return {fold_header(word): column.name for column in COLUMNS for word in column.field_words().words}


def parse(text: str, columns: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """(row number from 1, column -> text) of the rows that are not blank. A first row of headers says which column is which,
    else they come in the order of `columns`. Raises TooMuch."""
    lines = io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", ""))
    try:
        rows = [
            row for row, _limit in zip(csv.reader(lines, "excel-tab"), range(MOST_ROWS + 2), strict=False)
        ]
    except csv.Error as error:
        raise TooMuch(
            _("One cell holds too much text. Look for a quotation mark that is not closed.")
        ) from error
    order = list(columns)
    start = 0
    if rows and (found := _header(rows[0])):
        order, start = found, 1
    read = []
    for number, row in enumerate(rows[start:], 1):
        cells = {
            name: " ".join(clean_text(cell[:LONGEST_CELL]).split())
            for name, cell in zip(order, row, strict=False)
            if name
        }
        if any(cells.values()):
            read.append((number, cells))
    if len(read) > MOST_ROWS:
        raise TooMuch
    return read


def _header(row: Sequence[str]) -> list[str] | None:
    """The columns a header row names, "" for those of no use; None for a row that is none."""
    words = header_words()
    found = [words.get(fold_header(cell[:60]), "") for cell in row]
    return found if len({name for name in found if name}) >= 2 else None


def as_text(rows: Sequence[Sequence[object]]) -> str:
    """Rows as a spreadsheet copies them."""
    out = io.StringIO()
    csv.writer(out, "excel-tab", lineterminator="\n").writerows(
        [["" if cell is None else str(cell) for cell in row] for row in rows]
    )
    return out.getvalue()


def cells_of(line: BookLine, columns: Sequence[str]) -> list[object]:
    """A line as a row of the grid."""
    values = {
        "customer": f"{line.customer.code} {line.customer.name}",
        "product": line.product.title,
        "period": line.period.label,
        "opening": line.opening,
        "bought": line.bought,
        "sold": line.sold,
        "stock": line.stock,
        "price": line.price,
    }
    return [values[name] for name in columns]
