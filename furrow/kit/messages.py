"""Compiles the translations: each room's django.po into a django.mo beside it, when older or missing. Needs no gettext tools."""

from __future__ import annotations

import os
from pathlib import Path

import polib

ROOMS = Path(__file__).resolve().parent.parent


def compile_all(root: Path = ROOMS) -> list[Path]:
    """Write every outdated .mo file below `root`; returns those written. Safe while another process does the same."""
    written = []
    for source in sorted(root.glob("**/locale/*/LC_MESSAGES/django.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        draft = target.with_suffix(f".{os.getpid()}")
        polib.pofile(str(source)).save_as_mofile(str(draft))  # type: ignore[no-untyped-call]
        draft.replace(target)
        written.append(target)
    return written


if __name__ == "__main__":
    compile_all()
