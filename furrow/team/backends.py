"""Sign-in by name and password; the signed-in person comes with the team, which every page asks for."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from furrow.team.models import User


class PeopleBackend(ModelBackend):
    """Django's own, reading person and team in one query."""

    def get_user(self, user_id: int) -> User | None:
        try:
            person: User = User.objects.select_related("team").get(pk=user_id)
        except User.DoesNotExist:
            return None
        return person if person.is_active else None


def attempted_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The name a wrong password counts against. Signing in does not tell capitals from small letters, so neither does the count."""
    name = (credentials or {}).get("username") or request.POST.get("username", "")
    return str(name).strip().upper()
