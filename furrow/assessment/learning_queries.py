"""A card's snapshots against what became of the customers (P3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from furrow.assessment.cards import Card
from furrow.assessment.learning import Auc, Row, auc, by_grade, in_order
from furrow.assessment.models import Assessment
from furrow.team.models import User

CHUNK = 2000
# What an outcome is called; which room knows it stands in settings.OUTCOMES.
NAMES: dict[str, Any] = {
    "business": _("Won and kept, or lost"),
    "payment": _("Paid on time, or late"),
    "growth": _("Sales grew, or fell"),
}


@dataclass(frozen=True)
class Learnt:
    """What a card told: over how many customers, whether better scores came out better, and by class."""

    cases: int
    auc: Auc | None
    rows: list[tuple[str, Row]]
    in_order: bool

    @property
    def auc_range(self) -> str:
        """The 95% interval, "0.61–0.78"."""
        return f"{self.auc.low:.2f}–{self.auc.high:.2f}" if self.auc else ""


def outcomes() -> dict[str, str]:
    """Outcomes that some room knows now, code -> name."""
    return {code: str(NAMES.get(code, code)) for code, path in settings.OUTCOMES.items() if path}


def check_card(card: Card, outcome: str, user: User, as_of: date) -> Learnt:
    """The first standing snapshot of each customer in reach by this card against the outcome since: who was judged before it is known
    how it ends. Providers are `(customer_ids, as_of) -> {customer_id: bool}`."""
    rows = (
        Assessment.objects.visible_to(user)
        .standing()
        .filter(card_code=card.code, customer__isnull=False, rank__gt=0)
        .order_by("customer", "at", "id")
        .values_list("customer_id", "grade", "rank", "score")
    )
    first: dict[int, tuple[str, float]] = {}
    for pk, grade, rank, score in rows.iterator(chunk_size=CHUNK):
        first.setdefault(pk or 0, (grade, float(score) if score is not None else -float(rank)))
    provider = import_string(str(settings.OUTCOMES[outcome]))
    ids = list(first)
    ended: dict[int, bool] = {}
    for start in range(0, len(ids), CHUNK):
        ended.update(provider(ids[start : start + CHUNK], as_of))
    known = [pk for pk in ids if pk in ended]
    good = [ended[pk] for pk in known]
    order = [one.code for one in card.classes]
    table = by_grade([first[pk][0] for pk in known], good, order)
    named = [(str(card.grade_class(row.grade) or row.grade), row) for row in table]
    return Learnt(len(known), auc([first[pk][1] for pk in known], good), named, in_order(table))
