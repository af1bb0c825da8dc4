"""On which days of the cycle a site may be visited together, and what each choice costs. Playbook 4.2."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, islice, pairwise, product
from typing import NamedTuple

from furrow.routing.problem import Day, Site, Weights, gap_limits

MOST = 240
"""Patterns of two and more visits kept per site: enough for all weekly ones, and an insertion stays below 0.1 ms."""
FIRSTS = 48
"""First days that patterns are made from; cycles of up to eight weeks have no more."""
REPLACE = 7
"""A visit may move away from a lost day by this many days."""
VARIANTS = 8
"""Patterns made from one that meets lost days, at most."""


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
    """Allowed patterns of `visits` days among `open_days`, cheapest first.

    `open_days` are ascending and hold the days of visits already made; these and pinned days are always in. Of several
    visits at most `MOST` patterns are made: the evenest bands of gaps first, and where a band holds too many, as many
    from each first day, evenly picked from all there are; single visits get all their days.

    A day that is not open though its weekday is elsewhere (a holiday, leave) is lost: patterns that meet lost days move
    them to open days within a week, at `Weights.stretch` per day that a gap then leaves the limits (per day moved, for
    explicit patterns). When nothing is left even so, the limits give way and each day costs `Weights.stretch`.
    """
    pinned = sorted({pin.day for pin in site.pins} | set(site.done))
    if visits <= 0 or len(open_days) < visits or not set(pinned) <= set(open_days):
        return []
    cycle, lost = len(days), _lost(open_days, days)
    if site.patterns is not None and visits == site.visits:
        listed = [tuple(sorted(pattern)) for pattern in site.patterns]
        found = [days for pattern in listed for days in _replaced(pattern, open_days, lost)]
        held = [days for days in dict.fromkeys(found) if set(days) >= set(pinned)]
        return _priced(held, site, days, weights, (1, cycle))
    if visits == 1:
        return _priced([(d,) for d in open_days if set(pinned) <= {d}], site, days, weights, (1, cycle))
    limits = gap_limits(site, cycle) if visits == site.visits else (1, cycle)
    for low, high in _giving_way(limits, open_days, pinned, cycle):
        made = dict.fromkeys(_spread(visits, open_days, pinned, (low, high), cycle, MOST))
        if lost and (low, high) == limits:
            wider = sorted({*open_days, *lost})
            for pattern in _spread(visits, wider, pinned, limits, cycle, MOST):
                made |= dict.fromkeys(_replaced(pattern, open_days, lost))
        if made:
            return _priced(list(made), site, days, weights, limits)
    return []


def _lost(open_days: Sequence[int], days: Sequence[Day]) -> frozenset[int]:
    held = set(open_days)
    weekdays = {days[d].weekday for d in held}
    return frozenset(day.index for day in days if day.index not in held and day.weekday in weekdays)


def _replaced(
    pattern: tuple[int, ...], open_days: Sequence[int], lost: frozenset[int]
) -> Iterator[tuple[int, ...]]:
    """The pattern with its lost days moved to the two nearest open days on either side, in order; itself without any."""
    options: list[list[int]] = []
    held = set(open_days)
    for day in pattern:
        if day in held:
            options.append([day])
            continue
        at = bisect_left(open_days, day)
        around = [d for d in open_days[max(0, at - 2) : at + 2] if day in lost and abs(d - day) <= REPLACE]
        options.append(sorted(around, key=lambda d: (abs(d - day), d)))
    rising = (days for days in islice(product(*options), 64) if all(a < b for a, b in pairwise(days)))
    yield from islice(rising, VARIANTS)


def _giving_way(
    limits: tuple[int, int], open_days: Sequence[int], pinned: Sequence[int], cycle: int
) -> Iterator[tuple[int, int]]:
    """The limits, then wider and wider ones; those that a hole in the open days or two pins rule out are passed over."""
    low, high = limits
    close = min((b - a for a, b in pairwise(pinned)), default=low)
    needed = max(0, low - close, max(gaps(open_days, cycle), default=0) - high)
    yield limits
    step = max(1, needed)
    while step < 2 * cycle:
        yield max(1, low - step), min(cycle, high + step)
        step += max(1, (step - needed) // 2)


def _spread(
    visits: int,
    open_days: Sequence[int],
    pinned: Sequence[int],
    limits: tuple[int, int],
    cycle: int,
    most: int,
) -> list[tuple[int, ...]]:
    """At most about `most` patterns within the limits, evenest bands of gaps first."""
    low, high = limits
    if visits == len(open_days):
        every = tuple(open_days)
        return [every] if all(low <= gap <= high for gap in gaps(every, cycle)) else []
    even = cycle / visits
    found: dict[tuple[int, ...], None] = {}
    give, widest = 0, int(max(high - even, even - low)) + 1
    while True:
        band = (max(low, int(even - give)), min(high, int(even + give) + 1))
        latest = min([band[1] - 1, cycle - 1 - band[0] * (visits - 1), *pinned])
        tables = _tables([d for d in open_days if d <= latest], visits, open_days, pinned, band, cycle)
        quota = max(1, (most - len(found)) // max(1, len(tables)))
        for table in tables:
            ranks = range(table.total) if table.total <= quota else _even(table.total, quota)
            found.update(dict.fromkeys(table.pattern(rank) for rank in ranks))
        if len(found) * 2 > most or give >= widest:
            return list(found)[:most]
        give = max(1, min(widest, 2 * give))


def _tables(
    firsts: Sequence[int],
    visits: int,
    open_days: Sequence[int],
    pinned: Sequence[int],
    band: tuple[int, int],
    cycle: int,
) -> list[_Ways]:
    """Those of the first days that have patterns. In a long cycle some first days will do, unless none of them has any."""
    some = [firsts[i] for i in _even(len(firsts), min(FIRSTS, len(firsts)))]
    for days in (some, sorted({*firsts} - {*some})):
        tables = [_Ways(d, visits, open_days, pinned, band, cycle) for d in days]
        tables = [table for table in tables if table.total]
        if tables:
            return tables
    return []


def _even(total: int, count: int) -> list[int]:
    return [i * total // count for i in range(count)]


class _Ways:
    """How many patterns there are from a first day on, by day and visits still to come; the n-th of them.

    The counts stand for all patterns without listing them: their number has no bound, the table is days × visits.
    """

    def __init__(
        self,
        first: int,
        visits: int,
        open_days: Sequence[int],
        pinned: Sequence[int],
        band: tuple[int, int],
        cycle: int,
    ) -> None:
        low, high = band
        self.days = [day for day in open_days if day >= first]
        last = pinned[-1] if pinned else -1
        ahead = [pinned[at] if (at := bisect_right(pinned, d)) < len(pinned) else cycle for d in self.days]
        self.reach = [
            (bisect_left(self.days, d + low), bisect_right(self.days, min(d + high, pin)))
            for d, pin in zip(self.days, ahead, strict=True)
        ]
        wrap = first + cycle
        ways = [int(low <= wrap - d <= high and d >= last) for d in self.days]
        self.table = [ways]
        for _ in range(visits - 1):
            sums = [0, *accumulate(ways)]
            ways = [sums[b] - sums[a] if b > a else 0 for a, b in self.reach]
            self.table.append(ways)
        self.total = ways[0] if ways else 0

    def pattern(self, rank: int) -> tuple[int, ...]:
        """The pattern of this rank, from 0 to `total` - 1, in the order of their days."""
        at, chosen = 0, [self.days[0]]
        for ways in reversed(self.table[:-1]):
            begin, end = self.reach[at]
            for at in range(begin, end):
                if rank < ways[at]:
                    break
                rank -= ways[at]
            chosen.append(self.days[at])
        return tuple(chosen)


def _priced(
    found: Sequence[tuple[int, ...]],
    site: Site,
    days: Sequence[Day],
    weights: Weights,
    limits: tuple[int, int],
) -> list[Pattern]:
    listed = site.patterns if found and len(found[0]) == site.visits else None
    priced = [
        Pattern(
            p,
            spacing_cost(p, len(days), weights, limits) + weights.stretch * moved_days(p, listed),
            preference_cost(p, site, days, weights),
        )
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
    return priced[:MOST] if site.visits > 1 else priced


def moved_days(pattern: Sequence[int], listed: Sequence[Sequence[int]] | None) -> int:
    """Days by which a pattern is off the nearest of the explicit ones, visit by visit; 0 without explicit patterns."""
    if not listed:
        return 0
    return min(sum(abs(a - b) for a, b in zip(pattern, sorted(wish), strict=True)) for wish in listed)


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
