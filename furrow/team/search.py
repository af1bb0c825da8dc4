"""What a person is found by: name, pinyin, initials, sign-in name, phone."""

from __future__ import annotations

from typing import Any

from django.db import models

from furrow.kit.folding import fold, initials, pinyin_of
from furrow.kit.grams import TextIndex
from furrow.team.models import User


class PeopleIndex(TextIndex):
    """Finds people by part of the name, pinyin, initials, sign-in name or phone; few enough to read them all."""

    def match(
        self, query: str, *, limit: int, within: models.QuerySet[Any] | None = None, slips: bool = False
    ) -> list[int]:
        """Ids of people found, at most `limit`; slips are not forgiven among so few."""
        rows = User.objects.all() if within is None else within
        text = fold(query)
        found = (
            pk
            for pk, *words in rows.values_list("pk", "name", "username", "phone")
            if text and _holds(words, text)
        )
        return [pk for _count, pk in zip(range(limit), found, strict=False)]


def _holds(words: list[str], text: str) -> bool:
    if any(text in fold(word) for word in words):
        return True
    spoken = (
        ["".join(reading) for reading in pinyin_of(words[0])] + initials(words[0]) if text.isascii() else []
    )
    return any(text in one for one in spoken)
