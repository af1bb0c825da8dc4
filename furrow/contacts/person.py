"""One person across all rooms: by what they are recognized, and what a room says of the data it holds about them (P1.5).

settings.PERSON_DATA lists the holders. A room that keeps something about a contact beyond plain text columns (files, sealed or encoded
data) adds its own holder there; plain text and JSON columns of all rooms are swept by holders.Texts without being named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from furrow.contacts.models import Contact, ContactLink
from furrow.kit import audit
from furrow.kit.sheets.phones import parse_phones
from furrow.kit.sheets.values import ValueProblem

REMOVED = "＊＊＊"
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_CONTENT = re.compile(r"\w")
_ESCAPE = re.compile(r"\\+u([0-9a-fA-F]{4})")
_NAMED = ("name", "phone", "wechat", "email")


@dataclass(frozen=True)
class Person:
    """Who is looked for. `marks` belong to nobody else (mobile numbers, WeChat, e-mail) and are looked for everywhere; `names` only where
    something is said about one of the `customers` (ids), since others have the same name."""

    contact: Contact
    names: tuple[str, ...]
    marks: tuple[str, ...]
    customers: tuple[int, ...] = field(default=())

    @cached_property
    def mark_pattern(self) -> re.Pattern[str] | None:
        return _pattern(self.marks)

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """Marks and names."""
        return _pattern((*self.marks, *self.names))

    def written_marks(self) -> list[str]:
        """The marks as they may stand in a column: mobile numbers also with dashes or spaces."""
        found: list[str] = []
        for mark in self.marks:
            found.append(mark)
            if _MOBILE.fullmatch(mark):
                parts = (mark[:3], mark[3:7], mark[7:])
                found += ["-".join(parts), " ".join(parts)]
        return found


class Holder(Protocol):
    """What one room, or one kind of storage, holds of a person. Called inside the erasure's transaction."""

    name: str
    label: str | Promise

    def export(self, person: Person) -> Any:
        """What is held, for the person to read: JSON values; None when nothing is worth telling."""

    def count(self, person: Person) -> int:
        """How many rows or files `erase` would change or remove."""

    def erase(self, person: Person) -> int:
        """Remove it; returns the same count."""


def holders() -> list[Holder]:
    """All holders, in the order in which they erase."""
    return [import_string(path) for path in settings.PERSON_DATA]


def person_of(contact: Contact) -> Person:
    """The person with everything they were ever called by, as the change history has it."""
    known: dict[str, set[str]] = {name: {getattr(contact, name)} for name in _NAMED}
    for changes in audit.history(contact).order_by().values_list("changes", flat=True):
        for name in _NAMED:
            known[name].update(str(value) for value in changes.get(name, ()) if value)
    marks = {mark for phone in known["phone"] for mark in _mobiles(phone)}
    marks |= {value for value in known["wechat"] | known["email"] if len(value) >= 4}
    names = sorted(name for name in known["name"] if len(name) >= 2)
    links = ContactLink.objects.filter(contact=contact).values_list("customer_id", flat=True)
    return Person(contact, tuple(names), tuple(sorted(_own(contact, marks))), tuple(links))


def _mobiles(phone: str) -> list[str]:
    try:
        numbers = parse_phones(phone)
    except ValueProblem:
        numbers = []
    plain = ["".join(filter(str.isdigit, number)) for number in numbers]
    return [number for number in plain if _MOBILE.fullmatch(number)] or _MOBILE.findall(phone)


def _own(contact: Contact, marks: Iterable[str]) -> list[str]:
    """Marks no other living contact has: a number that colleagues share is not one person's."""
    others = Contact.objects.alive().exclude(pk=contact.pk)
    return [
        mark
        for mark in marks
        if not others.filter(
            models.Q(phone__contains=mark) | models.Q(wechat=mark) | models.Q(email__iexact=mark)
        ).exists()
    ]


def _pattern(words: Iterable[str]) -> re.Pattern[str] | None:
    parts = [
        r"(?<!\d)" + r"[\s\-]?".join(word) + r"(?!\d)" if word.isdigit() else re.escape(word)
        for word in sorted(words, key=len, reverse=True)
    ]
    return re.compile("|".join(parts), re.IGNORECASE) if parts else None


def without(text: str, pattern: re.Pattern[str]) -> str:
    """The text with every hit taken out; empty when nothing else was in it."""
    left = pattern.sub(REMOVED, text if pattern.search(text) else _unescaped(text))
    return left if _CONTENT.search(left.replace(REMOVED, "")) else ""


def cleaned(value: Any, pattern: re.Pattern[str]) -> Any:
    """A JSON value with every hit taken out of its texts and keys."""
    if isinstance(value, str):
        return without(value, pattern) if has(value, pattern) else value
    if isinstance(value, list):
        return [cleaned(part, pattern) for part in value]
    if isinstance(value, dict):
        return {cleaned(key, pattern): cleaned(part, pattern) for key, part in value.items()}
    return value


def has(value: Any, pattern: re.Pattern[str] | None) -> bool:
    """Whether a text or JSON value holds a hit."""
    if pattern is None or value is None:
        return False
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return pattern.search(text) is not None or (
        "\\u" in text and pattern.search(_unescaped(text)) is not None
    )


def _unescaped(text: str) -> str:
    """JSON kept as text within JSON writes characters as \\u6b27, however often it was wrapped."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
