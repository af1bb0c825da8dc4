"""Checks that make a workbook safe to hand to the reader.

The reader unpacks without bounds and allocates the whole rectangle a sheet spans: a one-kilobyte workbook with a value
in A1 and one in XFD1048576 asks for 512 GB, and a failed allocation ends the process. So a workbook's directory is
checked first, and then a child process with bounded memory and time opens it and tells what is in it: it is never opened here.
"""

import json
import mmap
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from furrow.kit.sheets import probe
from furrow.kit.sheets.cells import Cell
from furrow.kit.sheets.limits import Limits, SheetError
from furrow.kit.sheets.source import Source, damaged_message, locked_message, old_format_message

PROBE_LOCKED = 3
_PROBE_SECONDS = 90
_SMALL_ENTRY = 1 << 20


@dataclass(frozen=True)
class SheetSize:
    """One worksheet: rows counted from row 1, columns from column A."""

    name: str
    visible: bool
    rows: int
    columns: int


@dataclass(frozen=True)
class Survey:
    """What the child process tells: every worksheet; of the chosen one where it stands among them, its first column and its merged cells,
    each (first row, column), (last row, column), and its cells. A sheet beyond the limits has none."""

    sizes: list[SheetSize]
    chosen: int | None
    left: int
    merges: list[tuple[tuple[int, int], tuple[int, int]]]
    printed: BinaryIO

    def rows(self) -> Iterator[list[Cell]]:
        """From the first filled cell on; may be walked any number of times."""
        with mmap.mmap(self.printed.fileno(), 0, access=mmap.ACCESS_READ) as pages:
            pages.readline()
            for line in iter(pages.readline, b""):
                yield from probe.decode(line.decode())


def check_zip(source: Source, limits: Limits) -> None:
    """Refuse locked, foreign and bomb-like packages by their directory alone. Raises SheetError."""
    try:
        with source.open() as stream, zipfile.ZipFile(stream) as package:
            infos = package.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise SheetError(damaged_message()) from error
    _check_package({info.filename.lower() for info in infos})
    if any(info.flag_bits & 1 for info in infos):
        raise SheetError(locked_message())
    swollen = any(
        info.file_size > max(_SMALL_ENTRY, limits.entry_ratio * info.compress_size) for info in infos
    )
    unpacked = sum(info.file_size for info in infos)
    if swollen or len(infos) > limits.entries or unpacked > limits.unpacked_bytes:
        raise SheetError(bomb_message())


def _check_package(names: set[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    if not names.isdisjoint(("xl/workbook.bin", "content.xml", "index/document.iwa")):
        raise SheetError(old_format_message())
    if not names.isdisjoint(("word/document.xml", "ppt/presentation.xml")):
        raise SheetError(_("The file is a document, not a list. Choose an .xlsx, .xls or .csv file."))
    if "[content_types].xml" not in names:
        raise SheetError(_("The file is a compressed archive. Unpack it, then import the list inside."))


def bomb_message() -> str:
    return _(
        "The workbook unpacks to far too much data. Copy the rows you need into a new workbook and import that."
    )


def too_far_message() -> str:
    return _(
        "A sheet reaches too far. Delete the rows below and the columns beside the list, save and try again."
    )


def survey(source: Source, limits: Limits, wanted: str | None) -> Survey:
    """The workbook as the child process reads it; see there which worksheet is chosen. Raises SheetError when the child does not survive."""
    asked = json.dumps([wanted, limits.rows, limits.cells])
    printed = tempfile.TemporaryFile()  # noqa: SIM115  as long as the sheet is held
    with source.open() as stream:
        try:
            done = subprocess.run(
                [sys.executable, "-I", probe.__file__, asked],
                input=stream.read(),
                stdout=printed,
                stderr=subprocess.DEVNULL,
                timeout=_PROBE_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise SheetError(bomb_message()) from error
    if done.returncode == PROBE_LOCKED:
        raise SheetError(locked_message())
    if done.returncode < 0:
        raise SheetError(too_far_message())
    if done.returncode:
        raise SheetError(damaged_message())
    printed.seek(0)
    told = json.loads(printed.readline())
    return Survey(**told | {"sizes": [SheetSize(*entry) for entry in told["sizes"]], "printed": printed})
