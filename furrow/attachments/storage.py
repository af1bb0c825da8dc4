"""Where files lie: MEDIA_ROOT is the company's own folder, outside everything the web server serves by itself."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from django.conf import settings

PIECE = 1 << 20


def folder() -> Path:
    """The folder of all attachments of this company."""
    return Path(settings.MEDIA_ROOT) / "attachments"


def path_of(stored_as: str, preview: str = "") -> Path:
    """Where a file or one of its previews lies; the first two letters spread files over folders."""
    return folder() / stored_as[:2] / f"{stored_as}{f'.{preview}' if preview else ''}"


def inline(stored_as: str, preview: str) -> str:
    """A preview as data: address, for papers that fetch nothing; "" when it is not there."""
    path = path_of(stored_as, preview)
    if not path.is_file():
        return ""
    return f"data:image/jpeg;base64,{base64.b64encode(path.read_bytes()).decode()}"


def keep(file: IO[bytes], previews: dict[str, bytes]) -> tuple[str, str, int]:
    """Copy the file and its previews under a new random name; (name, sha256, size). Nothing is left behind when it fails."""
    name = secrets.token_hex(16)
    path = path_of(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    file.seek(0)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            while piece := file.read(PIECE):
                digest.update(piece)
                target.write(piece)
            size = target.tell()
        for preview, content in previews.items():
            path_of(name, preview).write_bytes(content)
    except BaseException:
        remove([name])
        raise
    return name, digest.hexdigest(), size


def remove(names: Iterable[str]) -> None:
    """Delete these files and their previews; those that are gone already are no fault."""
    for name in names:
        for path in path_of(name).parent.glob(f"{name}*"):
            path.unlink(missing_ok=True)
