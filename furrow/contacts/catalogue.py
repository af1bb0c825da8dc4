"""The questions of the contact profile as data: Mackay 66 in seven groups, each with sensitivity and purpose (P1.5)."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

FILE = Path(__file__).parent / "data" / "questions.csv"


class Sensitivity(models.TextChoices):
    """Who may know an answer, and under which conditions it may be asked at all."""

    NORMAL = "normal", _("Normal")
    PERSONAL = "personal", _("Personal")
    SENSITIVE = "sensitive", _("Sensitive personal information")


GROUPS: dict[str, Any] = {
    "person": _("The person"),
    "education": _("Education"),
    "family": _("Family"),
    "business": _("Business background"),
    "interests": _("Special interests"),
    "lifestyle": _("Lifestyle"),
    "customer_and_us": _("The customer and you"),
}
# Share of each group in the completeness of a profile, together 100: the last one matters most (P1.5).
WEIGHTS = {
    "person": 10,
    "education": 6,
    "family": 6,
    "business": 20,
    "interests": 8,
    "lifestyle": 12,
    "customer_and_us": 38,
}
PURPOSES: dict[str, Any] = {
    "address": _("Reach and address them properly"),
    "visit": _("Choose time and place of a visit"),
    "care": _("Show regard on days that matter to them"),
    "background": _("Understand what they know and where they come from"),
    "relationship": _("Know who of us works well with them"),
    "goals": _("Offer what helps them reach their own goals"),
    "small_talk": _("Begin a talk with what they like"),
    "hospitality": _("Be a considerate host"),
    "avoid": _("Avoid what would hurt or offend"),
    "deal": _("Solve the problem the way they see it"),
}
KINDS: dict[str, Any] = {
    "health": _("Health"),
    "minors": _("Minor children"),
    "politics": _("Politics"),
    "religion": _("Religion"),
    "confidential": _("Confidential matters"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """One of the sixty-six. `order`: which to learn first within its group; `kind` says why a sensitive one is."""

    number: int
    code: str
    group: str
    sensitivity: str
    kind: str
    purpose: str
    order: int
    en: str
    zh: str

    @property
    def label(self) -> str:
        """The question in the reader's language."""
        return self.zh if (get_language() or "").startswith("zh") else self.en

    @property
    def is_sensitive(self) -> bool:
        return self.sensitivity == Sensitivity.SENSITIVE

    @property
    def is_personal(self) -> bool:
        """Personal or sensitive: not for every role."""
        return self.sensitivity != Sensitivity.NORMAL

    @property
    def purpose_label(self) -> str:
        return str(PURPOSES[self.purpose])

    @property
    def sensitivity_label(self) -> str:
        return str(Sensitivity(self.sensitivity).label)

    @property
    def kind_label(self) -> str:
        return str(KINDS[self.kind]) if self.kind else ""


@cache
def questions() -> dict[str, Question]:
    """code -> question, by number."""
    with FILE.open(encoding="utf-8", newline="") as file:
        written: Iterable[dict[str, Any]] = csv.DictReader(file)
        rows = [
            Question(**row | {"number": int(row["number"]), "order": int(row["order"])}) for row in written
        ]
    return {row.code: row for row in sorted(rows, key=lambda row: row.number)}


def in_group(group: str) -> list[Question]:
    """The questions of a group, by number."""
    return [question for question in questions().values() if question.group == group]


def sensitive() -> list[Question]:
    """Those that are off until switched on."""
    return [question for question in questions().values() if question.is_sensitive]
