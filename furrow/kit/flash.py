"""Short messages after an action, with an optional way back ("Deleted ..." [Undo])."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest

_LEVELS = {"ok": messages.SUCCESS, "note": messages.INFO, "bad": messages.ERROR}
_ICONS = {"ok": "check", "note": "info-circle", "bad": "alert-triangle"}


@dataclass(frozen=True)
class Flash:
    """A message as the page shows it. The action is a POST when `post`, else a link."""

    text: str
    kind: str
    label: str = ""
    url: str = ""
    post: bool = False

    @property
    def icon(self) -> str:
        return _ICONS[self.kind]


def flash(
    request: HttpRequest, text: Any, *, kind: str = "ok", label: Any = "", url: str = "", post: bool = True
) -> None:
    """Say `text` on the next page. Kinds: ok, note, bad. With `label` and `url` a button follows: a POST (undo) or a link."""
    action = json.dumps({"label": str(label), "url": url, "post": post}) if url else ""
    messages.add_message(request, _LEVELS[kind], str(text), extra_tags=action)


def flash_of(message: Any) -> Flash:
    """Reads back what `flash` wrote."""
    kind = next((kind for kind, level in _LEVELS.items() if level == message.level), "note")
    action = json.loads(message.extra_tags) if message.extra_tags else {}
    return Flash(str(message.message), kind, **action)
