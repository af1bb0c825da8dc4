"""The small marks of the house as safe HTML: icon, grade, tag, money owed, ring, bar, parts, stat. One mark-up for all rooms."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from math import pi
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from furrow.kit.figures import NOTHING, money
from furrow.kit.shell import Figure

GAP = 0.4  # of 100 units between two parts of a segmented bar
_BETWEEN_PHONES = re.compile(r"[、/;；,，]+|\s{2,}|(?<=\d{7}) (?=1\d{10}|\d{7})")
FILLS = {"1", "2", "3", "4", "5", "6", "d"}


@cache
def _paths(name: str) -> str:
    """The inner part of a Tabler outline icon; LookupError for a name the set does not have."""
    path = Path(settings.ROOT) / "node_modules/@tabler/icons/icons/outline" / f"{name}.svg"
    if not re.fullmatch(r"[a-z0-9-]+", name) or not path.exists():
        raise LookupError(f"no icon is called {name!r}")
    inner = re.sub(
        r"^.*?<svg[^>]*>|</svg>\s*$|<path stroke=\"none\"[^>]*/>", "", path.read_text(), flags=re.S
    )
    return re.sub(r"\s*\n\s*", "", inner).strip()


@cache
def icon(name: str, size: int = 20, label: str = "") -> SafeString:
    """A Tabler outline icon inline, stroke 1.75, in the color of its text; hidden from screen readers unless labelled."""
    speech = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="i" width="{0}" height="{0}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75"'
        ' stroke-linecap="round" stroke-linejoin="round" {1}>{2}</svg>',
        size,
        speech,
        mark_safe(_paths(name)),  # noqa: S308 - comes from the icon package, never from people
    )


def grade(letter: str | None, size: str = "") -> SafeString:
    """Grade A to D as letter, shape and tone; a dotted disc without a grade. Sizes: sm, lg or none."""
    known = letter if letter in {"A", "B", "C", "D"} else ""
    title = _("Grade %(letter)s") % {"letter": known} if known else _("Not graded")
    return format_html(
        '<span class="fr-grade {} {}" title="{}">{}</span>',
        known.lower() or "none",
        size,
        title,
        known or NOTHING,
    )


def tag(text: Any, kind: str = "", icon_name: str = "") -> SafeString:
    """A fact in one or two words. Kinds: ok, due (money owed only), bad (wrong or blocked only), note, or none."""
    return format_html(
        '<span class="fr-tag {}">{}{}</span>', kind, icon(icon_name, 14) if icon_name else "", text
    )


def due(amount: Any) -> SafeString:
    """Money owed to us; nothing owed is a plain dash."""
    return (
        format_html('<span class="fr-due">{}</span>', money(amount))
        if amount
        else format_html('<span class="fr-3">{}</span>', NOTHING)
    )


def ring(value: float, label: str = "", size: int = 48) -> SafeString:
    """Completeness in percent, 0 to 100, as a ring. The only ring of the house."""
    radius = size / 2 - 2.5
    whole = 2 * pi * radius
    share = max(0.0, min(100.0, float(value))) / 100
    return format_html(
        '<svg class="fr-ring" width="{0}" height="{0}" viewBox="0 0 {0} {0}" role="img" aria-label="{1}">'
        '<circle class="t" cx="{2}" cy="{2}" r="{3}" stroke-width="5"/>'
        '<circle class="v" cx="{2}" cy="{2}" r="{3}" stroke-width="5" stroke-dasharray="{4} {5}" transform="rotate(-90 {2} {2})"/>'
        '<text x="{2}" y="{6}">{7}</text></svg>',
        size,
        f"{label} {round(value)}%".strip(),
        size / 2,
        radius,
        f"{whole * share:.1f}",
        f"{whole:.1f}",
        size / 2 + 4.5,
        round(value),
    )


def bar(value: float, maximum: float = 100, label: str = "", kind: str = "") -> SafeString:
    """One value of a maximum. Kinds: soft, over, or none."""
    return format_html(
        '<progress class="fr-bar {}" max="{}" value="{}" aria-label="{}"></progress>',
        kind,
        maximum,
        min(value, maximum),
        label or f"{value:g} / {maximum:g}",
    )


def seg(parts: Iterable[tuple[str, float]], whole: float = 0) -> SafeString:
    """Parts of a whole, drawn by share: (fill, amount) with fills "1" to "6" or "d" for wrong. Numbers stand beside it. What the parts
    lack of `whole` stays empty, so that several can be compared."""
    known = [(fill, float(amount)) for fill, amount in parts if amount > 0]
    if any(fill not in FILLS for fill, _amount in known):
        raise ValueError("a part is filled with 1 to 6 or d")
    whole = max(sum(amount for _fill, amount in known), whole) or 1.0
    room = 100 - GAP * (len(known) - 1)
    left, drawn = 0.0, []
    for fill, amount in known:
        width = room * amount / whole
        drawn.append((fill, f"{left:.2f}", f"{width:.2f}"))
        left += width + GAP
    rects = format_html_join("", '<rect class="s{}" x="{}" width="{}" height="8"/>', drawn)
    return format_html(
        '<svg class="fr-seg" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">{}</svg>',
        rects,
    )


def stat(label: Any, figure: Any, unit: Any = "", sub: Any = "", due: bool = False) -> SafeString:
    """One figure of a `dl.fr-stats.fr-stat`: label, figure with its unit, comparison below."""
    return format_html(
        "<div><dt>{}</dt><dd{}>{}{}</dd>{}</div>",
        label,
        mark_safe(' class="fr-due"') if due else "",
        figure,
        format_html("<small>{}</small>", unit) if unit and figure != NOTHING else "",
        format_html('<dd class="sub">{}</dd>', sub) if sub else "",
    )


def stats(figures: Iterable[Figure]) -> SafeString:
    """All of a strip."""
    return mark_safe("".join([stat(one.label, one.value, one.unit, one.sub, one.owed) for one in figures]))  # noqa: S308  each is


DOT = mark_safe('<span class="fr-dot"> </span>')


def facts(*parts: Any) -> SafeString:
    """Facts side by side with the drawn dot between them; empty ones are left out."""
    return format_html_join(DOT, "{}", ((part,) for part in parts if part not in (None, "")))


def phone_links(phone: str) -> SafeString:
    """Each number of a phone field calls when touched; NOTHING for none."""
    numbers = [part for part in _BETWEEN_PHONES.split(phone or "") if part]
    calls = ((number.replace(" ", ""), number) for number in numbers)
    return format_html_join(" ", '<a class="fr-num" href="tel:{}">{}</a>', calls) or SafeString(NOTHING)
