"""Sign-in by name and password; the signed-in person comes with the team, which every page asks for."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend

from furrow.team.models import User


class PeopleBackend(ModelBackend):
    """Django's own, reading person and team in one query."""

    def get_user(self, user_id: int) -> User | None:
        person: User | None = User.objects.select_related("team").filter(pk=user_id, is_active=True).first()
        return person
