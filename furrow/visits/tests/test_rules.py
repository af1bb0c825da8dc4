"""Rules of a visit against hand-computed values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from furrow.visits import rules
from furrow.visits.models import StepKind, VisitType
from furrow.visits.rules import Fix

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def test_every_type_has_steps_of_known_kinds() -> None:
    assert set(rules.STEPS) == set(VisitType.values)
    assert {step.kind for steps in rules.STEPS.values() for step in steps} <= set(StepKind.values)
    assert all(len({step.kind for step in steps}) == len(steps) for steps in rules.STEPS.values())


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([], None),
        ([5, 5], "100.0"),
        ([0], "0.0"),
        ([3, 4, 5], "80.0"),
        ([1, 2, 5], "53.3"),
        ([5, 5, 4, 3, 2, 2], "70.0"),
    ],
)
def test_score_is_the_share_of_the_points_there_were_to_get(points: list[int], expected: str | None) -> None:
    assert rules.score(points) == (None if expected is None else Decimal(expected))


def test_four_parts_make_a_hundred() -> None:
    assert rules.is_whole(rules.MODEL_SPLIT) and rules.is_whole(rules.OLD_SPLIT)
    assert not rules.is_whole([40, 30, 20, 9])
    assert not rules.is_whole([40, 30, 30])
    assert not rules.is_whole([120, -20, 0, 0])


def test_signs_of_a_false_position() -> None:
    outlet = (114.30, 30.59)
    assert rules.spoofing_signs(Fix(114.3001, 30.5901, 12.0, NOW), NOW, outlet) == []
    assert rules.spoofing_signs(Fix(114.3001, 30.5901, 0.0, NOW), NOW, outlet) == [rules.TOO_GOOD]
    assert rules.spoofing_signs(Fix(*outlet, 12.0, NOW), NOW, outlet) == [rules.ON_THE_DOT]
    assert rules.spoofing_signs(Fix(114.31, 30.58, 12.0, NOW - timedelta(minutes=11)), NOW) == [rules.STALE]


def test_a_car_does_not_drive_a_hundred_kilometers_in_twenty_minutes() -> None:
    before = Fix(114.30, 30.59, 10.0, NOW - timedelta(minutes=20))  # one degree of latitude is 111 km
    assert rules.spoofing_signs(Fix(114.30, 31.49, 10.0, NOW), NOW, None, before) == [rules.TOO_FAST]
    assert rules.spoofing_signs(Fix(114.30, 31.09, 10.0, NOW), NOW, None, before) == []  # 56 km: 167 km/h


@pytest.mark.parametrize(
    ("at", "believed"),
    [
        (NOW, True),
        (NOW + timedelta(minutes=10), True),
        (NOW + timedelta(minutes=11), False),
        (NOW - timedelta(days=60), True),
        (NOW - timedelta(days=61), False),
        (datetime(1970, 1, 1, tzinfo=UTC), False),
        (datetime(2099, 1, 1, tzinfo=UTC), False),
    ],
)
def test_times_that_are_believed(at: datetime, believed: bool) -> None:
    assert rules.is_believable(at, NOW) is believed


@pytest.mark.parametrize(
    ("late_by", "said", "state"),
    [
        (0, {}, rules.AHEAD),
        (15, {}, rules.AHEAD),
        (16, {}, rules.LATE),
        (16, {"started": True}, rules.RUNNING),
        (0, {"started": True, "ended": True}, rules.DONE),
        (0, {"cannot": True}, rules.MISSED),
        (500, {"day_over": True}, rules.MISSED),
        (500, {"day_over": True, "started": True, "ended": True}, rules.DONE),
    ],
)
def test_where_a_planned_visit_stands(late_by: int, said: dict[str, bool], state: str) -> None:
    flags = {"started": False, "ended": False, "cannot": False, "day_over": False} | said
    assert rules.state_of(NOW, NOW + timedelta(minutes=late_by), **flags) == state


@pytest.mark.parametrize(
    ("ended", "other", "same"),
    [
        (20, -31, False),
        (20, -30, True),
        (20, 20, True),
        (20, 21, False),
        (None, 120, True),
        (None, 121, False),
    ],
)
def test_one_person_is_at_one_place_once_at_a_time(ended: int | None, other: int, same: bool) -> None:
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    end = None if ended is None else at + timedelta(minutes=ended)
    assert rules.is_same_visit(at, end, at + timedelta(minutes=other)) is same
