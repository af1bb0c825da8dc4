"""The uploaded file: kept privately as it came, looked at once, read row by row."""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from furrow.kit.sheets import (
    Cell,
    FieldWords,
    Limits,
    Sheet,
    SheetError,
    find_header,
    fold_header,
    match_columns,
    open_sheet,
)
from furrow.kit.sheets.header import header_name
from furrow.kit.sheets.values import BLANKS, shown
from furrow.records.importing import kept
from furrow.records.importing.importer import RecordImporter, SourceRow, labels_of
from furrow.records.importing.models import ImportBatch

HEAD_ROWS = 60
KEPT_DAYS = 90
LONGEST_SHOWN = 80
REASON_HEADER = gettext_noop("Import problem")


def store(pieces: Iterable[bytes]) -> str:
    """Keep the bytes under MEDIA_ROOT/imports, readable by the server only, and return the name there.

    Raises SheetError, keeping nothing, when they exceed settings.IMPORT_MAX_BYTES.
    """
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name, size = uuid.uuid4().hex, 0
    with (folder / name).open("xb") as file:
        for piece in pieces:
            size += len(piece)
            if size > settings.IMPORT_MAX_BYTES:
                break
            file.write(piece)
    if size > settings.IMPORT_MAX_BYTES:
        (folder / name).unlink()
        raise too_large()
    return name


def forget_old() -> int:
    """Remove uploaded files after KEPT_DAYS; what became of their rows stays. Returns how many."""
    oldest = time.time() - KEPT_DAYS * 86_400
    old = [file for file in _folder().glob("*") if not file.suffix and file.stat().st_mtime < oldest]
    for file in old:
        kept.remove(file)
    return len(old)


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "imports"


def too_large() -> SheetError:
    """What to say of a file beyond settings.IMPORT_MAX_BYTES."""
    return SheetError(
        _("The file is larger than %(limit)d MB. Split it into smaller files and import one after the other.")
        % {"limit": settings.IMPORT_MAX_BYTES // (1024 * 1024)}
    )


def open_batch(batch: ImportBatch) -> Sheet:
    """The batch's sheet. Raises SheetError for a file that cannot be read, or is not kept any more."""
    _check_kept(batch)
    return open_sheet(
        batch.path,
        batch.filename,
        limits=Limits(file_bytes=settings.IMPORT_MAX_BYTES),
        sheet=batch.sheet or None,
    )


def _check_kept(batch: ImportBatch) -> None:
    if not batch.path.is_file():
        raise SheetError(_("The uploaded file is no longer kept. Upload it again."))


def look(batch: ImportBatch, importer: RecordImporter) -> None:
    """Read the file once and fill sheet, header_row, row_count, preview and the suggested columns of the unsaved batch.

    preview: {"sheets", "notes", "letters", "names", "head": first rows as texts, "filled": filled cells per column}.
    Raises SheetError when there is nothing to import.
    """
    sheet = open_batch(batch)
    head = sheet.head(HEAD_ROWS)
    filled = [0] * len(sheet.columns)
    rows = 0
    with kept.keeping(kept.path_of(batch.path, sheet.name), sheet.rows()) as blocks:
        for block in blocks:
            rows += sum(map(_is_filled, block))
            empty = [column.count("") for column in zip(*block, strict=True)]
            filled = [count + len(block) - less for count, less in zip(filled, empty, strict=True)]
    if not rows:
        raise SheetError(_("The sheet is empty. Choose the file or the sheet that holds the list."))
    known = {fold_header(word) for field in importer.all_fields() for word in field.field_words().words}
    guess = find_header(head, known, sheet.columns)
    batch.sheet = sheet.name
    batch.row_count = rows
    batch.header_row = 0 if guess.row_index is None else guess.row_index + 1
    batch.preview = {
        "sheets": list(sheet.names),
        "notes": list(sheet.notes),
        "letters": [sheet.letter(index) for index in range(len(sheet.columns))],
        "names": [
            *guess.names,
            *(_letter_name(sheet.letter(index)) for index in range(len(guess.names), len(sheet.columns))),
        ],
        "head": [[shown(cell)[:LONGEST_SHOWN] for cell in row] for row in head],
        "filled": filled,
    }
    batch.columns = suggest(batch, importer)


def use_header(batch: ImportBatch, row: int, importer: RecordImporter) -> None:
    """Take another row (from 1; 0: none) as the header and suggest columns anew."""
    labels = batch.preview["head"][row - 1] if row else []
    names: list[str] = []
    for index, letter in enumerate(batch.preview["letters"]):
        base = header_name(labels[index]) if index < len(labels) else ""
        name, number = base or _letter_name(letter), 2
        while name in names:
            name, number = f"{base} {number}", number + 1
        names.append(name)
    batch.header_row = row
    batch.preview = {**batch.preview, "names": names}
    batch.columns = suggest(batch, importer)


def _letter_name(letter: str) -> str:
    return _("Column %(letter)s") % {"letter": letter}


def suggest(batch: ImportBatch, importer: RecordImporter) -> dict[str, int]:
    """field -> column by the words of the header; nothing is matched without a header."""
    if not batch.header_row:
        return {}
    words = [*(field.field_words() for field in importer.all_fields()), FieldWords("", importer.ignored)]
    return {
        match.field: match.column for match in match_columns(batch.preview["names"], words) if match.field
    }


def signature(names: Sequence[str]) -> str:
    """The same for all files with these headers in this order; the reason column of an error file does not count."""
    reasons = {fold_header(reason) for reason in labels_of(gettext_lazy(REASON_HEADER))}
    folded = [word for word in map(fold_header, names) if word not in reasons]
    return hashlib.sha256("\x1f".join(folded).encode()).hexdigest()


def data_row_count(batch: ImportBatch) -> int:
    """Rows below the header that hold anything."""
    above = sum(1 for row in batch.preview["head"][: batch.header_row] if any(row))
    return max(0, batch.row_count - above)


def data_rows(batch: ImportBatch) -> Iterator[tuple[int, list[Cell]]]:
    """(sheet row from 1, cells) of every row below the header that holds anything. Raises SheetError at once as `open_batch` does."""
    rows = _rows(batch)
    numbered = enumerate(islice(rows, batch.header_row, None), start=batch.header_row + 1)
    return ((number, row) for number, row in numbered if _is_filled(row))


def _is_filled(row: Sequence[Cell]) -> bool:
    return row.count("") != len(row)


def _rows(batch: ImportBatch) -> Iterator[list[Cell]]:
    """As they were read when the list was looked at; from the upload where that is not kept."""
    _check_kept(batch)
    try:
        return kept.read(kept.path_of(batch.path, batch.sheet))
    except FileNotFoundError:
        return open_batch(batch).rows()


def source_rows(
    batch: ImportBatch, fixes: Mapping[int, tuple[str, Mapping[str, Any]]] | None
) -> Iterator[SourceRow]:
    """The matched cells of every row; of only the rows in `fixes` (number -> decision, corrections) if given. Raises SheetError at once."""
    return _matched(data_rows(batch), batch, fixes)


def _matched(
    rows: Iterator[tuple[int, list[Cell]]],
    batch: ImportBatch,
    fixes: Mapping[int, tuple[str, Mapping[str, Any]]] | None,
) -> Iterator[SourceRow]:
    width = len(batch.preview["letters"])
    columns = [(name, index) for name, index in batch.columns.items() if index < width]
    for number, row in rows:
        cells = {name: cell for name, index in columns if (cell := row[index]) not in BLANKS}
        if fixes is None:
            yield SourceRow(number, cells)
        elif number in fixes:
            decision, corrected = fixes[number]
            cells.update(corrected)
            yield SourceRow(number, {name: cell for name, cell in cells.items() if cell != ""}, decision)
