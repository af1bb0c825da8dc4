"""What Ctrl-K finds: pages by their names in both languages, pinyin and initials; records by the rooms' providers."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import override

from furrow.config import menu
from furrow.kit.folding import fold, initials, pinyin_of
from furrow.kit.shell import PaletteItem

LIMIT = 12


def find(request: HttpRequest, text: str) -> list[PaletteItem]:
    """At most LIMIT answers, pages first; without text all pages the user may open."""
    entries = menu.Shell(request).allowed([*menu.MENU, *menu.ACTIONS, *menu.SETTINGS])
    named = {entry.url_name: entry for entry in reversed(entries) if _matches(entry, text)}
    pages = [
        PaletteItem(str(entry.label), entry.url, str(entry.sub), entry.icon)
        for entry in reversed(named.values())
    ]
    if not text:
        return pages[:LIMIT]
    found = pages[: LIMIT // 2]
    for path in menu.PALETTE:
        if len(found) < LIMIT:
            found += import_string(path)(request.user, text, LIMIT - len(found))
    return found


def _matches(entry: menu.Entry, text: str) -> bool:
    return all(any(word in key for key in _keys(entry)) for word in map(fold, text.split()))


@cache
def _keys(entry: menu.Entry) -> tuple[str, ...]:
    """How a page may be typed: its label in every language, its pinyin and its initials."""
    keys = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            label = str(entry.label)
        keys += [fold(label), *("".join(reading) for reading in pinyin_of(label)), *initials(label)]
    return tuple(keys)
