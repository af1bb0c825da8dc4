"""A file's bytes and what they really are, whatever the name says."""

import io
import os
from pathlib import Path
from typing import BinaryIO, Literal

from django.utils.translation import gettext as _

from furrow.kit.sheets.limits import Limits, SheetError

Kind = Literal["xlsx", "xls", "csv"]

_HEAD = 65_536
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*", b"\x00\x00\x01\x00")
_IMAGES_LIKE_TEXT = (b"BM", b"RIFF")
_ARCHIVES = (b"Rar!\x1a", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh91AY", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
_WEB_PAGES = (b"<!doctype", b"<html", b"<table", b"<head", b"<meta", b"<style", b"<div", b"mime-version:")
_OLD_EXCEL = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UNICODE_MARKS = (b"\xff\xfe", b"\xfe\xff")


class Source:
    """Bytes in memory or a file on disk, opened anew for every pass."""

    def __init__(self, content: str | os.PathLike[str] | bytes, filename: str) -> None:
        self.filename = filename
        self.data = content if isinstance(content, bytes) else None
        self.path = None if isinstance(content, bytes) else Path(content)

    @property
    def size(self) -> int:
        if self.path is not None:
            return self.path.stat().st_size
        return len(self.data or b"")

    def open(self) -> BinaryIO:
        if self.path is not None:
            return self.path.open("rb")
        return io.BytesIO(self.data or b"")

    def head(self) -> bytes:
        with self.open() as stream:
            return stream.read(_HEAD)

    def contains(self, needle: bytes) -> bool:
        """Whether the bytes occur anywhere, read in pieces."""
        with self.open() as stream:
            tail = b""
            while piece := stream.read(1 << 20):
                if needle in tail + piece:
                    return True
                tail = piece[-len(needle) :]
        return False


def check_size(source: Source, limits: Limits) -> None:
    """Refuse an empty or oversized file before a byte is read."""
    if source.size == 0:
        raise SheetError(empty_message())
    if source.size > limits.file_bytes:
        raise SheetError(
            _(
                "The file is larger than %(limit)d MB. Split it into smaller files and import one after the other."
            )
            % {"limit": limits.file_bytes // (1024 * 1024)}
        )


def kind_of(source: Source) -> Kind:
    """Tell workbook from text by content. Raises SheetError for anything that is no list."""
    head = source.head()
    if head.startswith(_ZIP):
        return "xlsx"
    if head.startswith(_OLE):
        return _kind_of_ole(source)
    _refuse_foreign(head)
    if not head.startswith(_UNICODE_MARKS) and head.count(0) > max(8, len(head) // 100):
        raise SheetError(_not_a_list())
    return "csv"


def _kind_of_ole(source: Source) -> Kind:
    if source.contains("EncryptedPackage".encode("utf-16-le")):
        raise SheetError(locked_message())
    if source.contains("Workbook".encode("utf-16-le")) or source.contains("Book".encode("utf-16-le")):
        return "xls"
    raise SheetError(_not_a_list())


def _refuse_foreign(head: bytes) -> None:
    if head.startswith(_IMAGES) or (head.startswith(_IMAGES_LIKE_TEXT) and 0 in head[:64]):
        raise SheetError(_("The file is a picture, not a list. Choose an .xlsx, .xls or .csv file."))
    if head.startswith(b"%PDF"):
        raise SheetError(_("The file is a PDF. Choose the .xlsx, .xls or .csv file it was made from."))
    if head.startswith(_ARCHIVES):
        raise SheetError(_("The file is a compressed archive. Unpack it, then import the list inside."))
    if head.startswith(_OLD_EXCEL):
        raise SheetError(old_format_message())
    start = head[:4096].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(_WEB_PAGES):
        raise SheetError(
            _("The file is a web page named like a workbook. Open it in Excel or WPS and save it as .xlsx.")
        )
    if start.startswith((b"<?xml", b"<workbook", b"{\\rtf")):
        raise SheetError(old_format_message())


def _not_a_list() -> str:
    return _("The file holds no list that can be read. Choose an .xlsx, .xls or .csv file.")


def locked_message() -> str:
    return _("The workbook is locked with a password. Open it, remove the password, save it and try again.")


def old_format_message() -> str:
    return _("This file format cannot be read. Open the file in Excel or WPS and save it as .xlsx.")


def empty_message() -> str:
    return _("The file is empty. Choose the file that holds the list.")


def damaged_message() -> str:
    return _(
        "The file is damaged or incomplete. Open it in Excel or WPS, save it as a new .xlsx and try again."
    )
