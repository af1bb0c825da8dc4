"""What makes up the app on the phone: its files, icons, words; one version for all of it."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from furrow.field.photos import PIECE_MAX
from furrow.field.words import labels, words
from furrow.kit.marks import icon
from furrow.orders import phone_words
from furrow.orders.phone_words import order_words

# What the page of the day needs, fetched at once; the other pages follow when it stands.
FIRST = (
    "app",
    "early",
    "api",
    "db",
    "dom",
    "day",
    "keeping",
    "map",
    "news",
    "orders",
    "outbox",
    "parts",
    "photos",
    "places",
    "state",
    "sync",
)
LATER = (
    "card",
    "chart",
    "cockpit",
    "cold",
    "customers",
    "guide",
    "matters",
    "more",
    "other",
    "pages",
    "prepare",
    "sign",
    "steps",
    "store",
    "visit",
    "voice",
)
MODULES = (*FIRST, *LATER)
STYLES = ("field/base.css", "kit/furrow.css", "field/field.css")
OTHERS = ("kit/mark.svg", "orders/pad.js")
ICONS = (
    "home-2", "users", "edit", "dots", "device-mobile", "cloud-check", "cloud-off", "cloud-up", "alert-triangle", "map-pin", "navigation",
    "phone", "chevron-left", "chevron-right", "check", "clock", "camera", "arrow-right", "x", "plus", "refresh", "trash", "ban", "message-2",
    "cake", "calendar-event", "clipboard-check", "building-store", "external-link", "login", "language", "search", "walk", "eye", "microphone",
    "clipboard-list", "lock", "lock-open", "minus", "sparkles",
)  # fmt: skip


def files() -> list[str]:
    """Addresses of everything the app needs beside its shell."""
    names = [*STYLES, *(f"field/{name}.js" for name in MODULES), *OTHERS]
    return [static(name) for name in names]


@cache
def version() -> str:
    """Changes whenever a file or a word of the app does."""
    digest = hashlib.sha256()
    names = [*STYLES, *(f"field/{name}.js" for name in MODULES), *OTHERS]
    for name in names:
        found = finders.find(name)
        digest.update(Path(str(found)).read_bytes() if found else name.encode())
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


def worker_script() -> str:
    """The service worker of this version."""
    return render_to_string(
        "field/sw.js",
        {"version": json.dumps(version()), "files": mark_safe(json.dumps(["/field/", *files()]))},  # noqa: S308  own names
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


@cache
def sprite() -> SafeString:
    """The icons as symbols, for <use href="#i-name">."""
    symbols = ((name, mark_safe(_inner(name))) for name in ICONS)  # noqa: S308  from the icon package
    return format_html_join("", '<symbol id="i-{}" viewBox="0 0 24 24">{}</symbol>', symbols)


def _inner(name: str) -> str:
    drawn = str(icon(name))
    return drawn[drawn.index(">") + 1 : drawn.rindex("</svg>")]


def contents() -> dict[str, Any]:
    """What the shell's template shows, in the reader's language."""
    return {
        "version": version(),
        "sprite": format_html('<svg hidden width="0" height="0">{}</svg>', sprite()),
        "styles": [static(name) for name in STYLES],
        "script": static("field/app.js"),
        "early": static("field/early.js"),
        "modules": [static(f"field/{name}.js") for name in FIRST[2:]],
        "words": {
            "words": words() | order_words(),
            "labels": labels(),
            "language": get_language() or settings.LANGUAGE_CODE,
            "version": version(),
            "piece": PIECE_MAX // 2,
            "photo": settings.ATTACHMENT_MAX_BYTES,
        },
    }
