"""What rooms hand to the shell: answers for Ctrl-K and cards for the home page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PaletteItem:
    """One answer of Ctrl-K: a page or a record."""

    label: str
    url: str
    sub: str = ""
    icon: str = "arrow-right"


@dataclass(frozen=True)
class Figure:
    """A number with its words; `owed` only for money owed to us."""

    label: str
    value: str
    unit: str = ""
    sub: str = ""
    owed: bool = False


@dataclass(frozen=True)
class Card:
    """A panel of the home page: at most six figures and one way on."""

    title: str
    figures: tuple[Figure, ...]
    url: str
    action: str
    note: str = ""


@dataclass(frozen=True)
class Step:
    """One of the first steps: what to do, and once done, what came of it."""

    title: str
    text: str
    url: str
    action: str
    icon: str
    done: bool
    result: str = ""
