"""Walks the whole database, every column of every table with the tables of the search indexes, and all kept files, looking for words."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection


def tables() -> list[str]:
    """All tables, those behind the search indexes too."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        else:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        return sorted(row[0] for row in cursor.fetchall())


def traces(needles: list[str]) -> list[str]:
    """table.column (or file) and word for every hit; JSON escapes and sessions are decoded, bytes are searched as they are."""
    found = []
    for table in tables():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    found += [f"{table}.{name}: {needle}" for needle in needles if _holds(value, needle)]
    for path in Path(settings.MEDIA_ROOT).rglob("*") if Path(settings.MEDIA_ROOT).exists() else ():
        if path.is_file():
            found += [f"{path.name}: {needle}" for needle in needles if _in_file(path, needle)]
    return found


def _holds(value: Any, needle: str) -> bool:
    if value is None:
        return False
    if isinstance(value, bytes | bytearray | memoryview):
        return any(needle.encode(encoding) in bytes(value) for encoding in ("utf-8", "utf-16-le", "gb18030"))
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    text = str(value)
    forms = [text, *_decoded(text)]
    return any(needle.lower() in form.lower() for form in forms)


def _decoded(text: str) -> list[str]:
    forms = []
    if "%" in text:  # the query of a saved view
        forms.append(unquote_plus(text))
    if "\\u" in text:
        forms.append(re.sub(r"\\+u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text))
    if text.startswith((".eJ", "eyJ")):
        data = json.dumps(SessionStore().decode(text), ensure_ascii=False)
        forms += [data, re.sub(r"\\+u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), data)]
    return forms


def _in_file(path: Path, needle: str) -> bool:
    contents = [path.read_bytes()]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as package:
            contents = [package.read(name) for name in package.namelist()]
        contents += [re.sub(rb"<[^<>]*>", b"", content) for content in contents]
    return any(
        needle.encode(encoding) in content
        for content in contents
        for encoding in ("utf-8", "utf-16-le", "gb18030")
    )
