"""Worksheets of .xlsx, .xlsm and .xls through calamine."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import python_calamine
from django.utils.translation import gettext as _

from furrow.kit.sheets.cells import Cell, clean_row
from furrow.kit.sheets.guard import SheetSize, check_zip, survey, too_far_message
from furrow.kit.sheets.limits import Limits, SheetError
from furrow.kit.sheets.sheet import Sheet, too_many_rows, used_columns
from furrow.kit.sheets.source import Kind, Source, damaged_message, empty_message

Row = list[Cell]
_WIDEST_COUNTED = 20


def open_workbook(source: Source, kind: Kind, limits: Limits, wanted: str | None) -> Sheet:
    """The wanted worksheet, or the visible one with the most table-like data. Raises SheetError."""
    if kind == "xlsx":
        check_zip(source, limits)
    sizes = survey(source)
    size = _choose(sizes, wanted)
    _check_span(size, limits)
    worksheet = _load(source, size.name)
    merges = _tall_merges(worksheet)

    def every_row() -> Iterator[Row]:
        return _read(worksheet, size.columns, merges, limits.cell_chars)

    columns = tuple(range(size.columns))
    notes: list[str] = []
    read: Callable[[], Iterator[Row]] = every_row
    if size.columns > limits.columns:
        columns, notes = used_columns(every_row(), limits)

        def used() -> Iterator[Row]:
            return ([row[column] for column in columns] for row in every_row())

        read = used
    names = tuple(one.name for one in sizes if one.visible) or (size.name,)
    return Sheet(kind, size.name, names, size.rows, columns, read, tuple(notes))


def _choose(sizes: list[SheetSize], wanted: str | None) -> SheetSize:
    if wanted is not None:
        for size in sizes:
            if size.name == wanted:
                return size
        raise SheetError(_("The workbook has no sheet “%(name)s”. Choose another sheet.") % {"name": wanted})
    offered = [size for size in sizes if size.visible] or sizes
    if not offered:
        raise SheetError(_("The workbook has no sheet with cells. Choose the file that holds the list."))
    return max(offered, key=lambda size: size.rows * min(size.filled, _WIDEST_COUNTED))


def _check_span(size: SheetSize, limits: Limits) -> None:
    if not size.rows:
        raise SheetError(empty_message())
    if size.rows > limits.rows:
        raise SheetError(too_many_rows(limits))
    if size.rows * size.columns > limits.cells:
        raise SheetError(too_far_message())


@contextmanager
def _damage_told() -> Iterator[None]:
    """Turn whatever the reader raises into a SheetError; its panics do not derive from Exception."""
    try:
        yield
    except Exception as error:
        raise SheetError(damaged_message()) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise SheetError(damaged_message()) from error


def _load(source: Source, name: str) -> python_calamine.CalamineSheet:
    with _damage_told(), source.open() as stream:
        return python_calamine.load_workbook(stream).get_sheet_by_name(name)


def _tall_merges(worksheet: python_calamine.CalamineSheet) -> dict[int, list[tuple[int, int]]]:
    """Cells merged downwards within one column: first row → [(column, last row)]. Their value holds for each row."""
    merges: dict[int, list[tuple[int, int]]] = {}
    with _damage_told():
        for (top, left), (bottom, right) in worksheet.merged_cell_ranges or []:
            if left == right and bottom > top:
                merges.setdefault(top, []).append((left, bottom))
    return merges


def _read(
    worksheet: python_calamine.CalamineSheet,
    width: int,
    merges: dict[int, list[tuple[int, int]]],
    longest: int,
) -> Iterator[Row]:
    left = worksheet.start[1] if worksheet.start else 0
    margin: Row = [""] * left
    filling: dict[int, tuple[int, Cell]] = {}
    for number, values in enumerate(worksheet.iter_rows()):
        row = margin + clean_row(values, longest) if left else clean_row(values, longest)
        for column, (last, value) in list(filling.items()):
            if number > last:
                del filling[column]
            elif row[column] == "":
                row[column] = value
        for column, last in merges.get(number, ()):
            if column < width:
                filling[column] = (last, row[column])
        yield row
