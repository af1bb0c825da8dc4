"""A small company for planning tests: two reps in one team, a dozen shops around two bases in Wuhan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from furrow.customers.models import Customer
from furrow.planning.models import VisitCycle
from furrow.planning.policies import policy_in_use
from furrow.planning.services import create_cycle, start_planning
from furrow.team.models import User
from tests.cast import Cast

START = date(2026, 11, 30)
GRADES = "AABBBCCCCDDD"


@dataclass
class Shops:
    """The customers of rep and second rep, and those without an owner."""

    own: list[Customer]
    second: list[Customer]
    free: list[Customer]


def shop(number: int, owner: User | None, *, grade: str, lng: float | None, lat: float | None) -> Customer:
    return Customer.objects.create(
        code=f"S{number:03d}", name=f"通达数码{number}店", owner=owner, visit_grade=grade, channel_type="traditional",
        longitude=lng, latitude=lat, address=f"江汉路 {number} 号", phone=f"138000{number:05d}", status="active",
    )  # fmt: skip


def shops(cast: Cast) -> Shops:
    """Twelve shops each for two reps, four without an owner; every one within 4 km."""
    made: list[list[Customer]] = []
    for block, (owner, count) in enumerate(((cast.rep, 12), (cast.second_rep, 12), (None, 4))):
        made.append(
            [
                shop(
                    100 * block + i,
                    owner,
                    grade=GRADES[i],
                    lng=114.27 + 0.012 * (i % 4) + 0.05 * block,
                    lat=30.58 + 0.009 * (i // 4),
                )
                for i in range(count)
            ]
        )
    return Shops(*made)


def draft(cast: Cast, *, reps: list[User] | None = None, **options: object) -> VisitCycle:
    """A draft by the manager of both reps."""
    values = {"weeks": 4, "policy": policy_in_use(), "seconds": None, "iterations": 400, "seed": 7, **options}
    return create_cycle(by=cast.manager, start=START, reps=reps or [cast.rep, cast.second_rep], **values)


def planned(cast: Cast, **options: object) -> VisitCycle:
    """A cycle with its plan made; the caller's test runs transactions for real."""
    cycle = draft(cast, **options)
    start_planning(cycle, by=cast.manager)
    cycle.refresh_from_db()
    return cycle
