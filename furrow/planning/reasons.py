"""Why a visit is made, and who must be seen for money: asked of the rooms that keep the books (P4.2, P4.7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from furrow.planning.queries import DayRoute
from furrow.team.models import User


def collecting(ids: Sequence[int]) -> set[int]:
    """Of these customers, those to be seen for money in the cycle (settings.VISITS_TO_COLLECT)."""
    return import_string(settings.VISITS_TO_COLLECT)(ids) if settings.VISITS_TO_COLLECT else set()


def visit_reasons(user: User, ids: Sequence[int]) -> dict[int, str]:
    """Customer -> why it should be seen now, in the reader's words, from all rooms (settings.VISIT_REASONS)."""
    found: dict[int, list[str]] = {}
    for path in settings.VISIT_REASONS:
        for pk, text in import_string(path)(user, ids).items():
            found.setdefault(pk, []).append(text)
    return {pk: _("; ").join(texts) for pk, texts in found.items()}


def with_reasons(routes: Sequence[DayRoute], user: User) -> list[DayRoute]:
    """The routes with the reason of each visit; as many queries for many days as for one."""
    known = visit_reasons(user, sorted({stop.customer_id for route in routes for stop in route.stops}))
    return [
        replace(route, stops=tuple(replace(stop, reason=known.get(stop.customer_id, "")) for stop in route.stops))
        for route in routes
    ]  # fmt: skip


def for_phone(user: User, customers: set[int]) -> dict[str, str]:
    """Part of the day package: customer id -> reason."""
    return {str(pk): text for pk, text in visit_reasons(user, sorted(customers)).items()}
