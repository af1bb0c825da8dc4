"""Whether a kept file names somebody: plain text in the encodings of our users, and what is packed in workbooks and documents. Pictures
and PDF cannot be read here. Pure: no database."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
_PIECE, _OVERLAP = 1 << 20, 400
_TAG = re.compile(rb"<[^<>]*>")


def mentions(path: Path, words: Iterable[str]) -> bool:
    """Whether a file holds one of the words, in any encoding it may have, also inside a zipped workbook or document, where a word may be
    broken up by marks of form."""
    needles = {word.encode(encoding) for word in words for encoding in ENCODINGS}
    if not needles or not path.exists():
        return False
    pattern = re.compile(b"|".join(re.escape(needle) for needle in needles))
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as package:
            return any(
                _found(package.open(name), pattern, without_tags=name.endswith(".xml"))
                for name in package.namelist()
            )
    with path.open("rb") as file:
        return _found(file, pattern)


def _found(file: IO[bytes], pattern: re.Pattern[bytes], *, without_tags: bool = False) -> bool:
    tail = b""
    try:
        while piece := file.read(_PIECE):
            text = tail + piece
            if pattern.search(text) or (without_tags and pattern.search(_TAG.sub(b"", text))):
                return True
            tail = text[-_OVERLAP:]
    except (zipfile.BadZipFile, RuntimeError, EOFError):
        return False
    return False
