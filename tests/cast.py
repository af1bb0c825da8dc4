"""A fixed cast of users, one company: who is asked in tests for who may do what."""

from __future__ import annotations

from dataclasses import dataclass

from furrow.team.access import Role
from furrow.team.models import Team, User
from furrow.team.services import create_person, create_team

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

    def person(username: str, name: str, role: Role, team: Team, **values: object) -> User:
        return create_person(
            by=None, username=username, name=name, role=role, team=team, password=PASSWORD, **values
        )

    base = {"longitude": 114.2905, "latitude": 30.5907, "start_address": "江汉路 1 号"}
    return Cast(
        company=company,
        north=north,
        south=south,
        director=person("director", "周敏", Role.MANAGER, company),
        manager=person("manager", "王强", Role.MANAGER, north),
        other_manager=person("other_manager", "刘芳", Role.MANAGER, south),
        rep=person("rep", "李伟", Role.REP, north, **base),
        second_rep=person("second_rep", "陈静", Role.REP, north, **base),
        other_rep=person("other_rep", "赵磊", Role.REP, south, **base),
        clerk=person("clerk", "孙丽", Role.CUSTOMER_SERVICE, company),
        finance=person("finance", "吴涛", Role.FINANCE, company),
        administrator=person("administrator", "郑凯", Role.ADMINISTRATOR, company),
        read_only=person("read_only", "黄洁", Role.READ_ONLY, company),
    )
