"""A fixed cast of users, one company: who is asked in tests for who may do what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password

from furrow.team.access import Role
from furrow.team.models import Team, User
from furrow.team.services import create_team

PASSWORD = "wheat-field-42"


@dataclass(frozen=True)
class Cast:
    """Company → two sales teams. The director leads the top, so sees everything; each manager leads one team of reps."""

    company: Team
    north: Team
    south: Team
    director: User
    manager: User  # leads north
    other_manager: User  # leads south
    rep: User  # north
    second_rep: User  # north
    other_rep: User  # south
    clerk: User
    finance: User
    administrator: User
    read_only: User

    def people(self) -> dict[str, User]:
        """name -> user, in a fixed order."""
        return {name: value for name, value in vars(self).items() if isinstance(value, User)}


def build_cast() -> Cast:
    """Make the teams and people; every password is PASSWORD, every sign-in name the field's name."""
    company = create_team(name="汉江数码", parent=None, by=None)
    north = create_team(name="汉口团队", parent=company, by=None)
    south = create_team(name="武昌团队", parent=company, by=None)

    base = {"longitude": 114.2905, "latitude": 30.5907, "start_address": "江汉路 1 号"}
    people = [
        _person("director", "周敏", Role.MANAGER, company),
        _person("manager", "王强", Role.MANAGER, north),
        _person("other_manager", "刘芳", Role.MANAGER, south),
        _person("rep", "李伟", Role.REP, north, **base),
        _person("second_rep", "陈静", Role.REP, north, **base),
        _person("other_rep", "赵磊", Role.REP, south, **base),
        _person("clerk", "孙丽", Role.CUSTOMER_SERVICE, company),
        _person("finance", "吴涛", Role.FINANCE, company),
        _person("administrator", "郑凯", Role.ADMINISTRATOR, company),
        _person("read_only", "黄洁", Role.READ_ONLY, company),
    ]
    # past the service, in one go: nearly every test begins with them
    made = User.objects.bulk_create(people)
    return Cast(company, north, south, **{one.username: one for one in made})


def _person(username: str, name: str, role: Role, team: Team, **values: Any) -> User:
    return User(username=username, name=name, role=role, team=team, password=_hashed(), **values)


@cache
def _hashed() -> str:
    return make_password(PASSWORD)
