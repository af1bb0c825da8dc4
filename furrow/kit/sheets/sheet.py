"""One opened list."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from furrow.kit.sheets.cells import Cell, column_letter
from furrow.kit.sheets.limits import Limits
from furrow.kit.sheets.source import Kind


@dataclass(frozen=True)
class Sheet:
    """An opened list. `rows()` can be walked any number of times.

    name: worksheet, empty for text. names: the worksheets one may choose. row_count: rows up to the last filled one.
    columns: 0-based positions of the kept columns in the file. notes: translated remarks for the reader.
    encoding, delimiter: of a text file.
    """

    kind: Kind
    name: str
    names: tuple[str, ...]
    row_count: int
    columns: tuple[int, ...]
    read: Callable[[], Iterator[list[Cell]]] = field(repr=False)
    notes: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""

    def rows(self) -> Iterator[list[Cell]]:
        """Every row from row 1 of the file on, blank ones included, each exactly as long as `columns`."""
        return self.read()

    def head(self, count: int = 60) -> list[list[Cell]]:
        return list(islice(self.read(), count))

    def letter(self, index: int) -> str:
        """The file's name (A, B, … AA) of the kept column `index`."""
        return column_letter(self.columns[index])


def too_many_rows(limits: Limits) -> str:
    return _(
        "The list has more than %(limit)s rows. Split it into smaller files and import one after the other."
    ) % {"limit": f"{limits.rows:,}"}


def used_columns(rows: Iterable[Sequence[Cell]], limits: Limits) -> tuple[tuple[int, ...], list[str]]:
    """The positions of the first `limits.columns` columns with a value anywhere, and a note when some are left out."""
    used: set[int] = set()
    for row in rows:
        used.update(column for column, value in enumerate(row) if value != "")
    kept = tuple(sorted(used)[: limits.columns])
    if len(used) <= limits.columns:
        return kept, []
    left_out = len(used) - limits.columns
    note = ngettext(
        "The sheet is very wide: the first %(kept)d filled columns are read, %(left)d is left out.",
        "The sheet is very wide: the first %(kept)d filled columns are read, %(left)d are left out.",
        left_out,
    )
    return kept, [note % {"kept": limits.columns, "left": left_out}]
