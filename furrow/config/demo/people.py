"""Who works at the demo company."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from furrow.kit.positions import CoordinateSystem, to_wgs84
from furrow.team.access import Role
from furrow.team.models import Team, User
from furrow.team.services import create_person, create_team

# Everybody's; shown on the sign-in page, so there is nothing to guard.
PASSWORD = "furrow-demo"  # noqa: S105
COMPANY = "鹤禾通讯"
HANKOU, WUCHANG = "汉口组", "武昌组"


@dataclass(frozen=True)
class Person:
    """Someone of the demo company; `start` is the start point as (address, longitude, latitude) in GCJ-02."""

    username: str
    name: str
    role: Role
    team: str = COMPANY
    start: tuple[str, float, float] | None = None
    hours: tuple[int, int] = (9, 18)
    limit: int = 16


PEOPLE = (
    Person("director", "沈国庆", Role.MANAGER),
    Person("hankou", "梅晓岚", Role.MANAGER, HANKOU),
    Person("wuchang", "袁立群", Role.MANAGER, WUCHANG),
    Person("rep1", "程志远", Role.REP, HANKOU, ("江岸区后湖大道118号", 114.2905, 30.6480)),
    Person("rep2", "鲁静文", Role.REP, HANKOU, ("江汉区新华路236号", 114.2740, 30.5960)),
    Person("rep3", "邹凯", Role.REP, HANKOU, ("硚口区解放大道387号", 114.2330, 30.5890), (8, 17)),
    Person("rep4", "夏雨桐", Role.REP, WUCHANG, ("武昌区友谊大道52号", 114.3440, 30.5880)),
    Person("rep5", "龚建波", Role.REP, WUCHANG, ("洪山区珞狮路149号", 114.3530, 30.5230), limit=18),
    Person("rep6", "胡佳宁", Role.REP, WUCHANG, ("汉阳区汉阳大道427号", 114.2300, 30.5570), (8, 17)),
    Person("clerk", "万芳", Role.CUSTOMER_SERVICE),
    Person("finance", "彭秀兰", Role.FINANCE),
    Person("admin", "丁海涛", Role.ADMINISTRATOR),
    Person("reader", "谭敏", Role.READ_ONLY),
)


@dataclass(frozen=True)
class SignIn:
    """One line of the sign-in page."""

    username: str
    password: str
    name: str
    role: str


def sign_ins() -> list[SignIn]:
    """The people of the demo company who are in this database, in the reader's language; one query."""
    there = User.objects.filter(username__in=[person.username for person in PEOPLE], is_active=True)
    names = dict(there.values_list("username", "name"))
    return [
        SignIn(
            person.username,
            PASSWORD,
            person.name,
            _("%(role)s, %(team)s") % {"role": person.role.label, "team": person.team},
        )
        for person in PEOPLE
        if names.get(person.username) == person.name
    ]


def hire() -> dict[str, User]:
    """Make the teams and everybody in them; by sign-in name."""
    company = create_team(name=COMPANY, parent=None, by=None)
    teams: dict[str, Team] = {COMPANY: company}
    for name in (HANKOU, WUCHANG):
        teams[name] = create_team(name=name, parent=company, by=None)
    people = {person.username: _hire(number, person, teams) for number, person in enumerate(PEOPLE)}
    # One password, hashed once: thirteen hashes would take as long as all customers and their plan.
    User.objects.filter(pk__in=[user.pk for user in people.values()]).update(password=make_password(PASSWORD))
    return people


def _hire(number: int, person: Person, teams: dict[str, Team]) -> User:
    values: dict[str, Any] = {}
    if person.start is not None:
        address, lng, lat = person.start
        values["start_address"] = address
        values["longitude"], values["latitude"] = to_wgs84(lng, lat, CoordinateSystem.GCJ02)
    return create_person(
        by=None,
        username=person.username,
        name=person.name,
        role=person.role,
        team=teams[person.team],
        phone=f"13800001{number:03d}",
        work_start=time(person.hours[0]),
        work_end=time(person.hours[1]),
        daily_visit_limit=person.limit,
        **values,
    )
