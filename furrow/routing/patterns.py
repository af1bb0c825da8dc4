"""On which days of the cycle a site may be visited together, and what each choice costs. Playbook 4.2."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from furrow.routing.problem import Day, Site, Weights, gap_limits

MOST = 240
"""Patterns kept per site: enough for all weekly ones, and one site's insertion stays below 0.1 ms."""


class Pattern(NamedTuple):
    """Days of the cycle, ascending, with the cost of their spacing and of their preference."""

    days: tuple[int, ...]
    spacing: float
    preference: float


def gaps(days: Sequence[int], cycle: int) -> list[int]:
    """Calendar days from each visit to the next, over the end of the cycle; none for a single visit."""
    if len(days) < 2:
        return []
    return [b - a for a, b in zip(days, (*days[1:], days[0] + cycle), strict=True)]


def site_patterns(
    site: Site, visits: int, open_days: Sequence[int], days: Sequence[Day], weights: Weights
) -> list[Pattern]:
    """Allowed patterns of `visits` days among `open_days`, cheapest first, at most `MOST`.

    `open_days` are ascending and hold the days of visits already made; these and pinned days are always in. When free days or pins leave no pattern within the gap limits, the limits give
    way one day at a time and each day costs `Weights.stretch`. Explicit patterns are taken as they are.
    """
    pinned = {pin.day for pin in site.pins} | set(site.done)
    if visits <= 0 or len(open_days) < visits or not pinned <= set(open_days):
        return []
    cycle = len(days)
    if site.patterns is not None and visits == site.visits:
        allowed = set(open_days)
        found = [p for p in map(tuple, map(sorted, site.patterns)) if allowed >= set(p) and set(p) >= pinned]
        return _priced(found, site, days, weights, (1, cycle))
    low, high = gap_limits(site, cycle) if visits == site.visits else (1, cycle)
    for stretch in range(cycle):
        limits = (max(1, low - stretch), high + stretch)
        found = _spread(visits, open_days, pinned, limits, cycle)
        if found:
            return _priced(found, site, days, weights, (low, high))
    return []


def _spread(
    visits: int, open_days: Sequence[int], pinned: set[int], limits: tuple[int, int], cycle: int
) -> list[tuple[int, ...]]:
    """Patterns within the limits; where there are too many, the evenest from each first day."""
    if visits == 1:
        return [(d,) for d in open_days if pinned <= {d}]
    low, high = limits
    even = cycle / visits
    latest = min([cycle - low * (visits - 1), *pinned])
    firsts = [d for d in open_days if d <= latest]
    quota = max(4, MOST // max(1, len(firsts)))
    found: dict[int, dict[tuple[int, ...], None]] = {first: {} for first in firsts}
    for give in range(int(max(high - even, even - low)) + 2):
        band = (max(low, int(even - give)), min(high, int(even + give) + 1))
        for first, mine in found.items():
            for pattern in _walk((first,), visits, open_days, sorted(pinned), band, cycle):
                if len(mine) >= quota:
                    break
                mine[pattern] = None
    return [pattern for mine in found.values() for pattern in mine]


def _walk(
    chosen: tuple[int, ...],
    visits: int,
    open_days: Sequence[int],
    pinned: Sequence[int],
    band: tuple[int, int],
    cycle: int,
) -> Iterator[tuple[int, ...]]:
    low, high = band
    left = visits - len(chosen)
    last, wrap = chosen[-1], chosen[0] + cycle
    ahead = [day for day in pinned if day > last]
    if not left:
        if not ahead and low <= wrap - last <= high:
            yield chosen
        return
    if len(ahead) > left:
        return
    latest = ahead[0] if ahead else cycle
    for day in open_days:
        if day > latest:
            return
        if low <= day - last <= high and low * left <= wrap - day <= high * left:
            yield from _walk((*chosen, day), visits, open_days, pinned, band, cycle)


def _priced(
    found: Sequence[tuple[int, ...]],
    site: Site,
    days: Sequence[Day],
    weights: Weights,
    limits: tuple[int, int],
) -> list[Pattern]:
    priced = [
        Pattern(p, spacing_cost(p, len(days), weights, limits), preference_cost(p, site, days, weights))
        for p in found
    ]
    even = len(days) / max(1, len(found[0]) if found else 1)
    priced.sort(
        key=lambda p: (
            p.spacing + p.preference,
            sum(abs(gap - even) for gap in gaps(p.days, len(days))),
            p.days,
        )
    )
    return priced[:MOST]


def spacing_cost(pattern: Sequence[int], cycle: int, weights: Weights, limits: tuple[int, int]) -> float:
    """Days off the even gap, and days beyond the limits, weighed."""
    between = gaps(pattern, cycle)
    even = cycle / max(1, len(pattern))
    off = sum(abs(gap - even) for gap in between)
    beyond = sum(max(limits[0] - gap, gap - limits[1], 0) for gap in between)
    return weights.spacing * off + weights.stretch * beyond


def preference_cost(pattern: Sequence[int], site: Site, days: Sequence[Day], weights: Weights) -> float:
    """Weeks between the first visit and its preferred weeks, weighed."""
    if not site.preferred_weeks or not pattern:
        return 0.0
    week = days[pattern[0]].week
    return weights.preference * min(abs(week - wish) for wish in site.preferred_weeks)
