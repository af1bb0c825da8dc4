"""Worksheets of .xlsx, .xlsm and .xls through calamine."""

from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from furrow.kit.sheets.cells import Cell, clean_row
from furrow.kit.sheets.guard import SheetSize, Survey, check_zip, survey, too_far_message
from furrow.kit.sheets.limits import Limits, SheetError
from furrow.kit.sheets.sheet import Sheet, too_many_rows, used_columns
from furrow.kit.sheets.source import Kind, Source, empty_message

Row = list[Cell]


def open_workbook(source: Source, kind: Kind, limits: Limits, wanted: str | None) -> Sheet:
    """The wanted worksheet, or the visible one with the most table-like data. Raises SheetError."""
    if kind == "xlsx":
        check_zip(source, limits)
    found = survey(source, limits, wanted)
    size = _chosen(found, wanted)
    _check_span(size, limits)
    merges = _tall_merges(found)

    def every_row() -> Iterator[Row]:
        return _read(found, size.columns, merges, limits.cell_chars)

    columns = tuple(range(size.columns))
    notes: list[str] = []
    read: Callable[[], Iterator[Row]] = every_row
    if size.columns > limits.columns:
        columns, notes = used_columns(every_row(), limits)

        def used() -> Iterator[Row]:
            return ([row[column] for column in columns] for row in every_row())

        read = used
    names = tuple(one.name for one in found.sizes if one.visible) or (size.name,)
    return Sheet(kind, size.name, names, size.rows, columns, read, tuple(notes))


def _chosen(found: Survey, wanted: str | None) -> SheetSize:
    if found.chosen is not None:
        return found.sizes[found.chosen]
    if wanted is not None:
        raise SheetError(_("The workbook has no sheet “%(name)s”. Choose another sheet.") % {"name": wanted})
    raise SheetError(_("The workbook has no sheet with cells. Choose the file that holds the list."))


def _check_span(size: SheetSize, limits: Limits) -> None:
    if not size.rows:
        raise SheetError(empty_message())
    if size.rows > limits.rows:
        raise SheetError(too_many_rows(limits))
    if size.rows * size.columns > limits.cells:
        raise SheetError(too_far_message())


def _tall_merges(found: Survey) -> dict[int, list[tuple[int, int]]]:
    """Cells merged downwards within one column: first row → [(column, last row)]. Their value holds for each row."""
    merges: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, right) in found.merges:
        if left == right and bottom > top:
            merges.setdefault(top, []).append((left, bottom))
    return merges


def _read(found: Survey, width: int, merges: dict[int, list[tuple[int, int]]], longest: int) -> Iterator[Row]:
    margin: Row = [""] * found.left
    filling: dict[int, tuple[int, Cell]] = {}
    for number, values in enumerate(found.rows()):
        row = margin + clean_row(values, longest)
        for column, (last, value) in list(filling.items()):
            if number > last:
                del filling[column]
            elif row[column] == "":
                row[column] = value
        for column, last in merges.get(number, ()):
            if column < width:
                filling[column] = (last, row[column])
        yield row
