"""Sign-in by name and password; the signed-in person comes with the team, which every page asks for."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.db import connection, models
from django.http import HttpRequest

from furrow.kit.prepared import Prepared
from furrow.team.models import Team, User

_PERSON = [field.attname for field in User._meta.concrete_fields]
_TEAM = ("id", "name", "parent_id", "path")
# Every page asks this first: built anew each time it took three times as long.
_WITH_TEAM = Prepared(
    lambda _reader, person: User.objects.filter(pk=person).values_list(
        *_PERSON, *(f"team__{name}" for name in _TEAM)
    ),
    person=models.BigIntegerField(),
)


class PeopleBackend(ModelBackend):
    """Django's own, reading person and team in one query."""

    def get_user(self, user_id: int) -> User | None:
        for row in _WITH_TEAM.rows(None, person=user_id):
            person: User = User.from_db(connection.alias, _PERSON, row[: len(_PERSON)])
            if person.team_id is not None:
                person.team = Team.from_db(connection.alias, _TEAM, row[len(_PERSON) :])
            return person if person.is_active else None
        return None


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
