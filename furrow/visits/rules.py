"""Pure rules of a visit: steps by type, how the time went, score of a store check, signs of a false position, times that are believed (P5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from furrow.kit.positions import distance_m

ROUTINE, FIRST, COLLECTING, STORE_CHECK, RETURN, COLD = (
    "routine",
    "first",
    "collecting",
    "store_check",
    "return",
    "cold",
)
REFLECTIONS = ("went_well", "fell_short", "lesson_learnt")
FULL_POINTS = 5
FUTURE_ALLOWED = timedelta(minutes=10)
PAST_ALLOWED = timedelta(days=60)
LONGEST_VISIT = timedelta(hours=24)
LATE_AFTER = timedelta(minutes=15)


class Step(NamedTuple):
    """A step of a visit type. One that is not mandatory may be skipped with a reason."""

    kind: str
    mandatory: bool


# What a visit type asks for as shipped (P5.1).
STEPS: dict[str, tuple[Step, ...]] = {
    ROUTINE: (
        Step("prepare", False),
        Step("observe", True),
        Step("stock", False),
        Step("present", False),
        Step("decide", True),
    ),
    FIRST: (
        Step("prepare", True),
        Step("front_photo", True),
        Step("observe", True),
        Step("open", True),
        Step("present", False),
        Step("refusals", False),
        Step("decide", True),
        Step("sign", False),
    ),
    COLLECTING: (Step("prepare", True), Step("collect", True), Step("refusals", False), Step("decide", True)),
    STORE_CHECK: (
        Step("front_photo", True),
        Step("store_check", True),
        Step("competitor", False),
        Step("train", False),
        Step("decide", False),
    ),
    RETURN: (Step("prepare", True), Step("open", True), Step("refusals", False), Step("decide", True)),
    COLD: (Step("observe", True), Step("open", True), Step("decide", False)),
}


class Split(NamedTuple):
    """How the time of a visit went, percent."""

    trust: int
    needs: int
    present: int
    agree: int


MODEL_SPLIT = Split(40, 30, 20, 10)
OLD_SPLIT = Split(10, 20, 30, 40)


def is_whole(split: Sequence[int]) -> bool:
    """Whether four parts, none below nothing, make a hundred."""
    return len(split) == 4 and all(0 <= part <= 100 for part in split) and sum(split) == 100


def end_of_day(local: datetime) -> datetime:
    """The last moment of that day, in its zone."""
    return datetime.combine(local.date(), time.max, tzinfo=local.tzinfo)


def score(points: Sequence[int]) -> Decimal | None:
    """0 to 100 with one decimal: the share of the points there were to get; None when nothing was scored."""
    if not points:
        return None
    share = Decimal(sum(points)) / (FULL_POINTS * len(points)) * 100
    return share.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Fix:
    """A position as a phone gave it: WGS-84 degrees, accuracy in meters, when it was taken."""

    lng: float
    lat: float
    accuracy: float | None = None
    at: datetime | None = None

    def meters_to(self, lng: float, lat: float) -> float:
        return distance_m(self.lng, self.lat, lng, lat)


# What speaks against a position; shown, never blocking.
TOO_GOOD, ON_THE_DOT, TOO_FAST, STALE = "too_good", "on_the_dot", "too_fast", "stale"
BEST_ACCURACY_M = 1.0
FASTEST_KMH = 200.0
STALE_AFTER = timedelta(minutes=10)


def spoofing_signs(
    fix: Fix, at: datetime, outlet: tuple[float, float] | None = None, before: Fix | None = None
) -> list[str]:
    """What speaks against a position taken at `at`: an accuracy no phone has; exactly the outlet's stored point, to the digit;
    farther from the position `before` than a car can go in that time; taken long before."""
    signs = []
    if fix.accuracy is not None and fix.accuracy < BEST_ACCURACY_M:
        signs.append(TOO_GOOD)
    if outlet is not None and (round(fix.lng, 6), round(fix.lat, 6)) == (
        round(outlet[0], 6),
        round(outlet[1], 6),
    ):
        signs.append(ON_THE_DOT)
    if before is not None and before.at is not None:
        hours = max((at - before.at) / timedelta(hours=1), 1 / 60)
        if fix.meters_to(before.lng, before.lat) / 1000 / hours > FASTEST_KMH:
            signs.append(TOO_FAST)
    if fix.at is not None and at - fix.at > STALE_AFTER:
        signs.append(STALE)
    return signs


def is_believable(at: datetime, now: datetime) -> bool:
    """Whether something can have happened then: not ahead of the server by more than ten minutes, not older than sixty days."""
    return now - PAST_ALLOWED <= at <= now + FUTURE_ALLOWED


SAME_VISIT = timedelta(minutes=30)
UNENDED = timedelta(hours=2)


def is_same_visit(started: datetime, ended: datetime | None, other: datetime) -> bool:
    """Whether a visit that another phone of the same person began at the same customer is this one: begun while it went on, or up to half an
    hour before it. One that nobody ended is taken to last two hours."""
    return started - SAME_VISIT <= other <= (ended or started + UNENDED)


DONE, MISSED, RUNNING, LATE, AHEAD = "done", "missed", "running", "late", "ahead"


def state_of(
    planned: datetime, now: datetime, *, started: bool, ended: bool, cannot: bool, day_over: bool
) -> str:
    """Where a planned visit stands: done, running, said to be impossible or not made by the end of the day (missed), more than fifteen
    minutes behind (late), or ahead."""
    if ended:
        return DONE
    if started:
        return RUNNING
    if cannot or day_over:
        return MISSED
    return LATE if now - planned > LATE_AFTER else AHEAD
