"""What makes up the app on the phone: its modules, sheets, icons, words; one version for all of it.

Style and first script stand in the shell's own answer: each way there and back costs a slow line 150 ms, so the first load takes one.
The script of the day runs as soon as it has come; words and icons of the other pages stand behind it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from furrow.field import bundle
from furrow.field.photos import PIECE_MAX
from furrow.field.words import labels, words
from furrow.kit.marks import icon
from furrow.orders import phone_words
from furrow.orders.phone_words import order_words

# What the page of the day needs; the other pages follow when it stands.
FIRST = (
    "app",
    "early",
    "api",
    "db",
    "dom",
    "day",
    "held",
    "keeping",
    "map",
    "news",
    "outbox",
    "parts",
    "places",
    "state",
    "sync",
)
LATER = (
    "camera",
    "card",
    "carried",
    "chart",
    "cockpit",
    "cold",
    "customers",
    "deciding",
    "doctor",
    "guide",
    "matters",
    "more",
    "orders",
    "other",
    "pad",
    "pages",
    "phone",
    "photos",
    "prepare",
    "sign",
    "steps",
    "store",
    "visit",
    "visiting",
    "voice",
)
MODULES = (*FIRST, *LATER)
BORROWED = {"pad": "orders/pad.js"}  # of another room
STYLES = ("field/base.css", "kit/furrow.css", "field/field.css")
OTHERS = ("kit/mark.svg",)
ICONS = (
    "home-2", "users", "edit", "dots", "device-mobile", "cloud-check", "cloud-off", "cloud-up", "alert-triangle", "map-pin", "navigation",
    "phone", "chevron-left", "chevron-right", "check", "clock", "camera", "arrow-right", "x", "plus", "refresh", "trash", "ban", "message-2",
    "cake", "calendar-event", "clipboard-check", "building-store", "external-link", "login", "language", "search", "walk", "eye", "microphone",
    "clipboard-list", "lock", "lock-open", "minus", "sparkles",
)  # fmt: skip


def _text(name: str) -> str:
    return Path(str(finders.find(name))).read_text(encoding="utf-8")


def _module(name: str) -> str:
    return _text(BORROWED.get(name, f"field/{name}.js"))


@cache
def style() -> SafeString:
    """The sheets of the app, without what only the desk needs."""
    here = Path(__file__).parent / "templates/field/app.html"
    used = "".join([here.read_text(encoding="utf-8"), *map(_module, MODULES)])
    return mark_safe(bundle.sheet((_text(name) for name in STYLES), used))  # noqa: S308  own files


@cache
def script() -> SafeString:
    """What the page of the day needs; stands in the shell itself and runs before the rest of it has come."""
    made = '"use strict";\n' + bundle.bundled({name: _module(name) for name in FIRST})
    return mark_safe(made)  # noqa: S308  own files


@cache
def later_script() -> str:
    """Every other page; fetched once the day stands."""
    return bundle.bundled({name: _module(name) for name in LATER}, known=FIRST)


def policy() -> dict[str, list[str]]:
    """What the Content-Security-Policy of the shell allows beside our own files: exactly the style and the script that stand in it."""
    return {"style-src": [_hash(style())], "script-src": [_hash(script())]}


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def version() -> str:
    """Changes whenever a file or a word of the app does."""
    digest = hashlib.sha256()
    for text in (style(), script(), later_script(), *map(_text, OTHERS)):
        digest.update(text.encode())
    here = Path(__file__).parent
    for path in (
        here / "templates/field/app.html",
        here / "templates/field/sw.js",
        here / "words.py",
        Path(phone_words.__file__),
    ):
        digest.update(path.read_bytes())
    digest.update(" ".join(ICONS).encode())
    return digest.hexdigest()[:12]


def later_address() -> str:
    """Where the other pages lie; another address for each version."""
    return reverse("field:pages", args=[version()])


def worker_script() -> str:
    """The service worker of this version."""
    files = [later_address(), *(static(name) for name in OTHERS)]
    return render_to_string(
        "field/sw.js",
        {"version": json.dumps(version()), "files": mark_safe(json.dumps(files))},  # noqa: S308  own names
    )


def manifest() -> dict[str, Any]:
    """The web app manifest."""
    return {
        "name": _("Furrow in the field"),
        "short_name": _("Furrow"),
        "start_url": "/field/",
        "scope": "/field/",
        "display": "standalone",
        "lang": get_language() or settings.LANGUAGE_CODE,
        "background_color": "#f6f5f0",
        "theme_color": "#f6f5f0",
        "icons": [{"src": static("kit/mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    }


def _at_once(names: Iterable[str]) -> frozenset[str]:
    """Those that the page of the day names."""
    return bundle.named(names, script())


@cache
def sprite(*, first: bool) -> SafeString:
    """The icons of the first script, or all others, as symbols for <use href="#i-name">."""
    early = _at_once(ICONS)
    symbols = ((name, mark_safe(_inner(name))) for name in ICONS if (name in early) is first)  # noqa: S308  from the icon package
    drawn = format_html_join("", '<symbol id="i-{}" viewBox="0 0 24 24">{}</symbol>', symbols)
    return format_html('<svg hidden width="0" height="0">{}</svg>', drawn)


def _inner(name: str) -> str:
    drawn = str(icon(name))
    return drawn[drawn.index(">") + 1 : drawn.rindex("</svg>")]


def contents() -> dict[str, Any]:
    """What the shell's template shows, in the reader's language."""
    said = words() | order_words()
    early = _at_once(said)
    return {
        "sprite": sprite(first=True),
        "style": style(),
        "script": script(),
        "words": {
            "words": {key: word for key, word in said.items() if key in early},
            "language": get_language() or settings.LANGUAGE_CODE,
            "version": version(),
            "pages": later_address(),
            "piece": PIECE_MAX // 2,
            "photo": settings.ATTACHMENT_MAX_BYTES,
        },
        "rest": {
            "words": {key: word for key, word in said.items() if key not in early},
            "labels": labels(),
        },
        "rest_sprite": sprite(first=False),
    }
