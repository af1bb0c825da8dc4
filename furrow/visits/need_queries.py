"""Reads over what customers need: the latest answers, gaps by need, what the phone keeps, open cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from furrow.customers.models import Customer
from furrow.team.models import User
from furrow.visits.check_models import StoreCheckItem
from furrow.visits.guide import NEEDS, Need, OwnNeed, Question, gaps, merged
from furrow.visits.need_models import GuideNeed, NeedAnswer, NeedCase

MOST = 200


def company_guide() -> tuple[Need, ...]:
    """The interview guide as this company asks it. One query."""
    return merged(OwnNeed(row.need, row.hidden) for row in GuideNeed.objects.all())


def need_labels() -> dict[str, Any]:
    """Code -> name of every need, also of those that are no longer asked."""
    return {need.code: need.label for need in NEEDS} | dict(GuideNeed.objects.values_list("code", "name"))


@dataclass(frozen=True, slots=True)
class Known:
    """A question with the latest answer, None while nobody has asked; `before` counts earlier ones."""

    question: Question
    answer: NeedAnswer | None
    before: int


@dataclass(frozen=True, slots=True)
class NeedState:
    """One need of a customer: what is known and the question to ask next."""

    need: Need
    known: tuple[Known, ...]

    @property
    def answered(self) -> int:
        return sum(1 for one in self.known if one.answer is not None)

    @property
    def next(self) -> Question | None:
        left = gaps(self.need, {one.question.code for one in self.known if one.answer is not None})
        return left[0] if left else None


def needs_of(customer: Customer, user: User) -> list[NeedState]:
    """Every need of the guide with the customer's latest answers. Two queries."""
    rows = NeedAnswer.objects.visible_to(user).filter(customer=customer).select_related("by")
    found: dict[str, list[NeedAnswer]] = defaultdict(list)
    for row in rows.order_by("-at", "-pk")[: MOST * 10]:
        found[row.question].append(row)
    return [
        NeedState(
            need,
            tuple(
                Known(
                    question,
                    found[question.code][0] if found[question.code] else None,
                    max(0, len(found[question.code]) - 1),
                )
                for question in need.questions
            ),
        )
        for need in company_guide()
    ]


def cases_of(customer: Customer, user: User) -> list[NeedCase]:
    """The sales doctor's cases, open ones first, then the latest."""
    rows = NeedCase.objects.visible_to(user).filter(customer=customer).select_related("owner")
    labels = need_labels()
    cases = list(rows.order_by("-examined_on", "-pk")[:MOST])
    for case in cases:
        case.label = str(labels.get(case.need, case.need))
    return sorted(cases, key=lambda case: case.closed_on is not None)


def cases_for_phone(user: User, customers: Iterable[int]) -> dict[str, list[dict[str, Any]]]:
    """Customer id -> its open cases, the latest first. One query."""
    rows = NeedCase.objects.visible_to(user).filter(customer__in=list(customers), closed_on=None)
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.order_by("-examined_on", "-pk")[:MOST]:
        days = ("examined_on", "diagnosed_on", "prescribed_on", "act_on")
        told = {"case": row.pk, "opened": str(row.client_id or ""), "need": row.need}
        told |= {name: getattr(row, name) for name in ("findings", "diagnosis", "prescription")}
        told |= {name: day.isoformat() for name in days if (day := getattr(row, name))}
        found[str(row.customer_id)].append(told)
    return found


def answers_for_phone(user: User, customers: Iterable[int]) -> dict[str, dict[str, list[str]]]:
    """Customer id -> question -> [latest answer, day]. One query."""
    rows = NeedAnswer.objects.visible_to(user).filter(customer__in=list(customers)).order_by("at", "pk")
    found: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for customer, question, text, at in rows.values_list("customer", "question", "text", "at"):
        found[str(customer)][question] = [text, timezone.localtime(at).date().isoformat()]
    return found


@dataclass(frozen=True, slots=True)
class Due:
    """A gap or a prescription that waits for somebody."""

    day: date
    customer: Customer
    words: str
    owner: str
    item: int | None

    @property
    def late_days(self) -> int:
        return max(0, (timezone.localdate() - self.day).days)


def gaps_due(user: User, customer: Customer | None = None) -> list[Due]:
    """Gaps of store checks that are open, of one customer or of all in reach, the most urgent first. One query."""
    rows = StoreCheckItem.objects.visible_to(user).gaps()
    if customer is not None:
        rows = rows.filter(store_check__customer=customer)
    rows = rows.select_related("store_check__customer", "gap_owner").order_by("gap_due", "pk")
    return [
        Due(
            row.gap_due,
            row.store_check.customer,
            _gap_words(row),
            row.gap_owner.name if row.gap_owner else "",
            row.pk,
        )
        for row in rows[:MOST]
        if row.gap_due is not None
    ]


def _gap_words(row: StoreCheckItem) -> str:
    return f"{row.words} {row.points}/5 {row.note}".strip()


def gaps_for_phone(user: User, customers: Iterable[int]) -> dict[str, list[list[Any]]]:
    """Customer id -> open gaps as [item, words, day, owner]. One query."""
    rows = StoreCheckItem.objects.visible_to(user).gaps().filter(store_check__customer__in=list(customers))
    found: dict[str, list[list[Any]]] = defaultdict(list)
    for row in rows.select_related("store_check", "gap_owner").order_by("gap_due", "pk")[:MOST]:
        owner = row.gap_owner.name if row.gap_owner else ""
        due = row.gap_due.isoformat() if row.gap_due else ""
        found[str(row.store_check.customer_id)].append([row.pk, _gap_words(row), due, owner])
    return found
