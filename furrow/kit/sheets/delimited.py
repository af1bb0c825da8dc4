"""Lists as text: comma, tab or semicolon between the fields; UTF-8, UTF-16 or GB18030."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from furrow.kit.sheets.cells import Cell, clean_row
from furrow.kit.sheets.limits import Limits, SheetError
from furrow.kit.sheets.sheet import Sheet, too_many_rows, used_columns
from furrow.kit.sheets.source import Source, empty_message

_DELIMITERS = ",\t;|"
_SAMPLE = 65_536
_PIECE = 1 << 20
_FORMULA_STARTS = ("'=", "'+", "'-", "'@")


def open_text(source: Source, limits: Limits) -> Sheet:
    """The list, after one whole pass that proves it readable. Raises SheetError."""
    encoding, broken = _encoding(source)
    with _text(source, encoding) as stream:
        sample = stream.read(_SAMPLE)
    delimiter, named = _delimiter(sample)

    def every_row() -> Iterator[list[str]]:
        with _text(source, encoding) as stream:
            if named:
                stream.readline()
                yield []
            yield from csv.reader(stream, delimiter=delimiter)

    row_count, width = _measure(every_row(), limits)
    columns, notes = tuple(range(width)), _broken_note(broken)
    if width > limits.columns:
        columns, wide = used_columns(every_row(), limits)
        notes += wide

    def read() -> Iterator[list[Cell]]:
        return _uniform(every_row(), columns, row_count, limits.cell_chars)

    return Sheet("csv", "", (), row_count, columns, read, tuple(notes), encoding, delimiter)


def _text(source: Source, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(source.open(), encoding=encoding, errors="replace", newline="")


def _encoding(source: Source) -> tuple[str, int]:
    """(encoding, characters that could not be read). UTF-8 is tried first: other text hardly ever passes for it."""
    head = source.head()
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise SheetError(_wrong_encoding())
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", _damage(source, "utf-16")[0]
    for encoding in ("utf-8-sig", "gb18030"):
        broken, foreign = _damage(source, encoding)
        if broken * 20 > foreign:
            continue
        if encoding == "utf-8-sig" or _plausible(head):
            return encoding, broken
    raise SheetError(_wrong_encoding())


def _wrong_encoding() -> str:
    return _("The file's text encoding cannot be told. Save it as “CSV UTF-8” or .xlsx and try again.")


def _damage(source: Source, encoding: str) -> tuple[int, int]:
    """(undecodable characters, characters beyond ASCII) of the whole file."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    broken = foreign = 0
    with source.open() as stream:
        while piece := stream.read(_PIECE):
            text = decoder.decode(piece)
            broken += text.count("\ufffd")
            foreign += len(text) - len(text.encode("ascii", "ignore"))
    broken += decoder.decode(b"", final=True).count("\ufffd")
    return broken, foreign


def _plausible(head: bytes) -> bool:
    """Whether text read as GB18030 looks Chinese: most of it lies in the 7,445 characters of GB 2312."""
    foreign = [char for char in head.decode("gb18030", "ignore") if char > "\x7f"]
    common = sum(1 for char in foreign if char.encode("gb2312", "ignore"))
    return common * 10 >= len(foreign) * 7


def _delimiter(sample: str) -> tuple[str, bool]:
    """(delimiter, whether a first line "sep=;" names it). The one that cuts most rows into the same number of fields."""
    first = sample.split("\n", 1)[0].strip().lower()
    if len(first) == 5 and first.startswith("sep=") and first[4] in _DELIMITERS:
        return first[4], True
    whole_lines = sample[: sample.rfind("\n") + 1] if len(sample) == _SAMPLE and "\n" in sample else sample

    def fitness(delimiter: str) -> int:
        try:
            widths = Counter(
                len(row) for row in csv.reader(io.StringIO(whole_lines), delimiter=delimiter) if row
            )
        except csv.Error:
            return 0
        return max(((width - 1) * count for width, count in widths.items()), default=0)

    return max(_DELIMITERS, key=fitness), False


def _measure(rows: Iterator[list[str]], limits: Limits) -> tuple[int, int]:
    """(number of the last filled row, fields of the longest row)."""
    last = number = width = 0
    try:
        for number, row in enumerate(rows, start=1):
            if not any(row):
                continue
            if number > limits.rows:
                raise SheetError(too_many_rows(limits))
            last = number
            width = max(width, len(row))
    except csv.Error as error:
        raise SheetError(
            _(
                "Reading stopped near line %(line)d: a quotation mark is not closed or a text is too long. "
                "Correct the line, or save the list as .xlsx."
            )
            % {"line": number + 1}
        ) from error
    if not last:
        raise SheetError(empty_message())
    return last, width


def _broken_note(count: int) -> list[str]:
    if not count:
        return []
    note = ngettext(
        "%(count)d character could not be read and shows as �.",
        "%(count)d characters could not be read and show as �.",
        count,
    )
    return [note % {"count": count}]


def _uniform(
    rows: Iterator[list[str]], columns: tuple[int, ...], count: int, longest: int
) -> Iterator[list[Cell]]:
    width = columns[-1] + 1
    gaps = len(columns) != width
    for number, texts in enumerate(rows, start=1):
        if number > count:
            return
        row = clean_row([*texts], longest)
        row += [""] * (width - len(row))
        if gaps or len(row) > width:
            row = [row[column] for column in columns]
        for index, value in enumerate(row):
            if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
                row[index] = value[1:]
        yield row
