"""Reads over people and teams."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from furrow.kit.shell import Step
from furrow.team.access import may, sees_all
from furrow.team.models import Team, User, UserQuerySet


def reps_of(user: User) -> UserQuerySet:
    """The reps whose days this user may plan: those in reach."""
    reps: UserQuerySet = User.objects.visible_to(user).reps().select_related("team")
    return reps


def people_choices(user: User) -> list[tuple[str, str]]:
    """Id and name of the active people in reach, by name: whom a filter or a field offers."""
    people = User.objects.visible_to(user).filter(is_active=True)
    return [(str(pk), name) for pk, name in people.values_list("pk", "name")]


def reps_step(user: User) -> Step | None:
    """Third of the first steps: somebody to visit them. None for those who may not add reps."""
    if not may(user, "team.add_rep"):
        return None
    number = reps_of(user).order_by()[:1000].count()
    return Step(
        _("Add your reps"),
        _("With start point and working hours: routes begin and end there."),
        reverse("people:new"),
        _("New person"),
        "user-plus",
        number > 0,
        ngettext("%(number)s rep", "%(number)s reps", number) % {"number": f"{number:,}"},
    )


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
