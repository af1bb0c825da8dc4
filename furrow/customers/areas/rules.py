"""When an area may be opened as a market (P1.1). Pure."""

from __future__ import annotations

import enum


class Standing(enum.StrEnum):
    """Where an area stands on its way to being opened."""

    OPEN = "open"
    READY = "ready"
    GATHERING = "gathering"
    UNPLANNED = "unplanned"


def standing(*, opened: bool, planned: bool, percent: int, needed: int) -> Standing:
    """Opened; ready when its archives are as complete as it needs; gathering while they are not; unplanned without a plan of its own.

    >>> standing(opened=False, planned=True, percent=59, needed=60).value
    'gathering'
    """
    if opened:
        return Standing.OPEN
    if not planned:
        return Standing.UNPLANNED
    return Standing.READY if percent >= needed else Standing.GATHERING
