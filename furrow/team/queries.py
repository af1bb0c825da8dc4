"""Reads over people and teams."""

from __future__ import annotations

from django.db import models

from furrow.team.access import sees_all
from furrow.team.models import Team, User, UserQuerySet


def reps_of(user: User) -> UserQuerySet:
    """The reps whose days this user may plan: those in reach."""
    reps: UserQuerySet = User.objects.visible_to(user).reps().select_related("team")
    return reps


def person_by_token(token_hash: str) -> User | None:
    """The active person holding an API token."""
    found: User | None = (
        User.objects.filter(api_token_hash=token_hash, is_active=True)
        .exclude(api_token_hash="")
        .select_related("team")
        .first()
    )
    return found


def teams_to_staff(user: User) -> models.QuerySet[Team]:
    """The teams this user may put people into: the own one with everything below it, for company-wide roles and at the top all."""
    rows = Team.objects.order_by("path")
    if sees_all(user):
        return rows
    return rows.filter(path__startswith=user.team.path) if user.team is not None else rows.none()


def team_names() -> list[tuple[int, str]]:
    """(id, name) of all teams, each below the one it is part of."""
    return list(Team.objects.order_by("path").values_list("pk", "name"))
