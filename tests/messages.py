"""Strings to translate, room by room: what the sources hold, and what the room's catalogs hold.

python -m tests.messages     merges the strings of every room into its catalogs (make messages)
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent / "furrow"
LANGUAGE = "zh_Hans"
LEFT_OUT = {"migrations", "tests", "locale", "__pycache__", "data"}


@dataclass(frozen=True)
class Catalog:
    """One room and one of its two domains: django (Python and templates) or djangojs (JavaScript)."""

    room: str
    domain: str

    @property
    def folder(self) -> Path:
        return ROOT / self.room

    @property
    def path(self) -> Path:
        return self.folder / "locale" / LANGUAGE / "LC_MESSAGES" / f"{self.domain}.po"

    def committed(self) -> polib.POFile:
        """What the repository holds; empty when there is no file."""
        return polib.pofile(str(self.path)) if self.path.exists() else polib.POFile()

    def extracted(self) -> polib.POFile:
        """What the sources hold now, by xgettext, in a copy so that the checkout stays as it is."""
        with tempfile.TemporaryDirectory() as name:
            copy = Path(name)
            for source in self._sources():
                target = copy / source.relative_to(self.folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
            (copy / "locale").mkdir(exist_ok=True)
            command = [
                sys.executable,
                "-m",
                "django",
                "makemessages",
                "-l",
                LANGUAGE,
                "-d",
                self.domain,
                "--no-wrap",
            ]
            made = subprocess.run(command, cwd=copy, capture_output=True, text=True)
            if made.returncode:
                raise RuntimeError(f"{self.room}: {made.stderr}")
            result = copy / "locale" / LANGUAGE / "LC_MESSAGES" / f"{self.domain}.po"
            return polib.pofile(str(result)) if result.exists() else polib.POFile()

    def _sources(self) -> Iterator[Path]:
        endings = {".js"} if self.domain == "djangojs" else {".py", ".html", ".txt"}
        walk = self.folder.glob("*") if not self.room else self.folder.rglob("*")
        for path in walk:
            if (
                path.is_file()
                and path.suffix in endings
                and not LEFT_OUT & set(path.relative_to(self.folder).parts)
            ):
                yield path


def catalogs() -> list[Catalog]:
    """Every catalog there is or should be: all rooms, the package itself (room ""), and JavaScript where it asks for translations."""
    rooms = ["", *sorted(path.name for path in ROOT.iterdir() if (path / "__init__.py").exists())]
    found = [Catalog(room, "django") for room in rooms]
    for room in rooms[1:]:
        scripts = (ROOT / room).rglob("static/**/*.js")
        if any("gettext(" in script.read_text() for script in scripts):
            found.append(Catalog(room, "djangojs"))
    return found


Key = tuple[str, str, str]


def key(entry: polib.POEntry) -> Key:
    """What makes two entries the same: context, text and plural."""
    return (entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


def extract_all() -> dict[Catalog, polib.POFile]:
    """All catalogs as the sources have them now, two at a time."""
    wanted = catalogs()
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(wanted, pool.map(Catalog.extracted, wanted), strict=True))


def merge(catalog: Catalog, fresh: polib.POFile) -> None:
    """Write the room's catalog in the order of the sources: kept translations, new strings empty, vanished ones dropped."""
    known = {key(entry): entry for entry in catalog.committed() if not entry.obsolete}
    if not fresh and not known:
        return
    made = polib.POFile(wrapwidth=120)
    made.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": LANGUAGE,
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for entry in fresh:
        old = known.get(key(entry))
        if old is None:
            entry.occurrences, entry.flags = [], [flag for flag in entry.flags if flag != "fuzzy"]
        made.append(old or entry)
    catalog.path.parent.mkdir(parents=True, exist_ok=True)
    made.save(str(catalog.path))


def main() -> None:
    for catalog, fresh in extract_all().items():
        merge(catalog, fresh)


if __name__ == "__main__":
    main()
