"""Sign-in by name and password; the signed-in person comes with the team, which every page asks for."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from furrow.team.models import Team, User

# Every page asks this first. Written out: through the ORM it takes three times as long.
_WITH_TEAM = """
    SELECT person.*, team.name AS team_name, team.parent_id AS team_parent, team.path AS team_path
    FROM team_user person LEFT JOIN team_team team ON team.id = person.team_id WHERE person.id = %s
"""


class PeopleBackend(ModelBackend):
    """Django's own, reading person and team in one query."""

    def get_user(self, user_id: int) -> User | None:
        rows: Any = User.objects.raw(_WITH_TEAM, [user_id])
        person: Any = next(iter(rows), None)
        if person is None or not person.is_active:
            return None
        if person.team_id is not None:
            known = (person.team_id, person.team_name, person.team_parent, person.team_path)
            person.team = Team.from_db(rows.db, ("id", "name", "parent_id", "path"), known)
        found: User = person
        return found


def attempted_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The name a wrong password counts against. Signing in does not tell capitals from small letters, so neither does the count."""
    name = (credentials or {}).get("username") or request.POST.get("username", "")
    return str(name).strip().upper()


def client_address(request: HttpRequest) -> str | None:
    """The address a wrong password counts against. Every proxy adds the address it was asked from at the end of X-Forwarded-For, so
    behind n of our own it stands n-th from the end; what stands before it is the visitor's own claim. Without it, or when it is no
    address, the one that asked this server.
    """
    asked_from: str | None = request.META.get("REMOTE_ADDR")
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if not 0 < settings.TRUSTED_PROXIES <= len(hops):
        return asked_from
    try:
        return str(ip_address(hops[-settings.TRUSTED_PROXIES].strip()))
    except ValueError:
        return asked_from
