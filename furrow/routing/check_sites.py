"""The judge's look at one customer over the cycle: number, days, reps, spacing, changes. Part of `check.py`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf

from furrow.routing.check_book import NEAR, Book, Made, is_open, unable
from furrow.routing.problem import Rep, Site, gap_limits
from furrow.routing.travel import Place

REPLACE = 7
"""A visit may move away from a free day by this many days."""


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """A site's parts of the cost, and how many of its earlier visits lost their day or rep."""

    unserved: float
    spacing: float
    preference: float
    changes: float
    changed: int
    earlier: int


def judge_site(book: Book, site: Site, visits: list[Made], left: int) -> SiteFacts:
    """Writes down what is wrong with the site's visits; `left` are those left out with a reason."""
    made = len(visits) + len(site.done)
    if made + left != site.visits:
        text = f"{site.id} wants {site.visits} visits, has {made} and {left} left out"
        book.say("visit_count", text, site_id=site.id)
    days = sorted([*(v.day for v in visits), *site.done])
    if len(set(days)) < len(days):
        book.say("day_twice", f"{site.id} is visited twice on one day", site_id=site.id)
    reps = sorted({v.rep_id for v in visits})
    if len(reps) > 1 and site.same_rep:
        text = f"{site.id} is visited by {len(reps)} reps: {', '.join(reps)}"
        book.say("rep", text, site_id=site.id)
    if visits and not left:
        _pins(book, site, visits)
        if len(days) == site.visits == len(set(days)) and all(0 <= d < len(book.problem.days) for d in days):
            theirs = [book.reps[r] for r in reps if r in book.reps]
            _spacing(book, site, days, [rep for rep in theirs if unable(site, rep) is None])
    return _facts(book, site, visits, sorted(set(days)), left)


def _pins(book: Book, site: Site, visits: list[Made]) -> None:
    for pin in site.pins:
        there = [v for v in visits if v.day == pin.day]
        if not there:
            book.say("pin", f"{site.id} is pinned to day {pin.day} and not there", site_id=site.id)
        elif pin.rep is not None and pin.rep not in {v.rep_id for v in there}:
            text = f"{site.id} is pinned to rep {pin.rep} on day {pin.day}"
            book.say("pin", text, site_id=site.id)


def _facts(book: Book, site: Site, visits: list[Made], days: list[int], left: int) -> SiteFacts:
    problem, weights, cycle = book.problem, book.problem.weights, len(book.problem.days)
    spacing = preference = 0.0
    if days and site.preferred_weeks and 0 <= days[0] < cycle:
        first = problem.days[days[0]].week
        preference = weights.preference * min(abs(first - week) for week in site.preferred_weeks)
    if len(days) == site.visits and days:
        low, high = gap_limits(site, cycle) if site.patterns is None else (1, cycle)
        for gap in _gaps(days, cycle):
            spacing += weights.spacing * abs(gap - cycle / len(days))
            spacing += weights.stretch * (max(0, low - gap) + max(0, gap - high))
        if site.patterns:
            away = (sum(abs(d - p) for d, p in zip(days, sorted(q), strict=True)) for q in site.patterns)
            spacing += weights.stretch * min(away)
    moved, swapped, hours = _changes(site, visits)
    changes = (
        weights.change_day * len(moved) + weights.change_rep * len(swapped) + weights.change_hour * hours
    )
    return SiteFacts(
        unserved=site.priority * left,
        spacing=spacing,
        preference=preference,
        changes=changes,
        changed=len(moved | swapped),
        earlier=len([e for e in site.earlier if e.day not in site.done]),
    )


def _changes(site: Site, visits: list[Made]) -> tuple[set[int], set[int], float]:
    """Earlier days that are left, earlier days whose rep is another, and hours by which visits that kept their day shift."""
    before = {e.day: e for e in site.earlier if e.day not in site.done}
    now = {v.day: v for v in visits}
    gone = sorted(set(before) - set(now))
    fresh = sorted(set(now) - set(before))
    partner = {day: day for day in set(before) & set(now)} | dict(zip(gone, fresh, strict=False))
    swapped = {
        old
        for old, new in partner.items()
        if before[old].rep is not None and before[old].rep != now[new].rep_id
    }
    hours = 0.0
    for day in set(before) & set(now):
        start = before[day].start
        if start is not None:
            hours += abs(now[day].start - start) / 60
    return set(gone), swapped, hours


def _gaps(days: Sequence[int], cycle: int) -> Iterator[int]:
    if len(days) > 1:
        for place, day in enumerate(days):
            after = days[place + 1] if place + 1 < len(days) else days[0] + cycle
            yield after - day


def _spacing(book: Book, site: Site, days: list[int], reps: list[Rep]) -> None:
    """Patterns or gap limits; a visit may move away from a free day of the reps who make them, and what no choice of days keeps is excused."""
    cycle = len(book.problem.days)
    low, high = gap_limits(site, cycle)
    wrong = [gap for gap in _gaps(days, cycle) if not low <= gap <= high]
    listed = {tuple(sorted(p)) for p in site.patterns} if site.patterns is not None else None
    if not reps or (not wrong if listed is None else tuple(days) in listed):
        return
    could = [d for d in range(cycle) if d in site.done or any(_could(book, site, rep, d) for rep in reps)]
    lost = _lost(book, could)
    if listed is not None:
        if not any(_stands_for(days, pattern, lost) for pattern in listed):
            text = f"{site.id}: days {days} are none of its patterns"
            book.say("spacing", text, site_id=site.id)
    elif _regular(site, could, cycle, low, high) and not _moved(days, lost, cycle, low, high):
        book.say("spacing", f"{site.id}: gaps of {wrong} days, {low} to {high} allowed", site_id=site.id)


def _lost(book: Book, could: Iterable[int]) -> set[int]:
    """Days that fall out though their weekday is otherwise possible: holidays and leave."""
    days, held = book.problem.days, set(could)
    weekdays = {days[d].weekday for d in held}
    return {day.index for day in days if day.index not in held and day.weekday in weekdays}


def _stands_for(days: list[int], pattern: tuple[int, ...], lost: set[int]) -> bool:
    return all(
        day == wish or (wish in lost and abs(day - wish) <= REPLACE)
        for day, wish in zip(days, pattern, strict=True)
    )


def _moved(days: list[int], lost: set[int], cycle: int, low: int, high: int) -> bool:
    """Whether the days come from days within the limits by moving some away from lost days."""
    origins = [[day, *(x for x in lost if abs(x - day) <= REPLACE)] for day in days]
    for first in origins[0]:
        reached = {first}
        for options in origins[1:]:
            reached = {x for x in options if any(low <= x - last <= high for last in reached)}
        if any(low <= first + cycle - last <= high for last in reached):
            return True
    return False


def _regular(site: Site, could: list[int], cycle: int, low: int, high: int) -> bool:
    """Whether any choice of possible days keeps the gap limits; if none does, free days excuse the plan."""
    pins = {*site.done, *(pin.day for pin in site.pins)}
    for first in could:
        if first >= high or any(pin < first for pin in pins):
            break
        reached = {first}
        for _ in range(site.visits - 1):
            reached = {
                d
                for d in could
                for last in reached
                if low <= d - last <= high and not any(last < pin < d for pin in pins)
            }
        if any(
            low <= first + cycle - last <= high and not any(pin > last for pin in pins) for last in reached
        ):
            return True
    return False


def _could(book: Book, site: Site, rep: Rep, index: int) -> bool:
    """Whether the rep could make this one visit on this day if there were no other."""
    if rep.max_visits == 0 or (rep.capacity is not None and site.demand > rep.capacity):
        return False
    if any(limit == 0 and name in site.classes for name, limit in rep.class_limits.items()):
        return False
    if any(pin.day == index and pin.rep not in (None, rep.id) for pin in site.pins):
        return False
    return any(_fits(book, site, rep, index, shift) for shift in range(rep.routes))


def _fits(book: Book, site: Site, rep: Rep, index: int, shift: int) -> bool:
    hours, base = book.hours(rep, index, shift), rep.base(shift)
    if hours is None or not _way(book, base, site.place):
        return False
    begin, end = hours
    arrive = begin + book.drive(base, site.place) * book.factor(begin)
    pause = None if rep.shifts or rep.lunch is None or begin >= rep.lunch.start else rep.lunch
    noon = (inf, inf)
    if pause is not None and arrive >= pause.start:
        arrive += pause.minutes
    elif pause is not None:
        noon = (pause.start, pause.start + pause.minutes)
    pinned = [pin.start for pin in site.pins if pin.day == index and pin.start is not None]
    moments = {arrive, noon[1], *(w.start for w in site.windows), *(w.end for w in site.taboos), *pinned}
    weekday = book.problem.days[index].weekday
    for start in sorted(m for m in moments if arrive - NEAR <= m < inf):
        leave = start + site.service_minutes
        allowed = not pinned or abs(start - pinned[0]) <= NEAR
        if allowed and not noon[0] <= start < noon[1] and is_open(site, weekday, start, leave):
            back = leave + book.drive(site.place, base) * book.factor(leave)
            return back <= end + rep.overtime + NEAR
    return False


def _way(book: Book, base: Place, place: Place) -> bool:
    known = book.problem.travel.known
    return known(base) and known(place) and book.drive(base, place) < inf and book.drive(place, base) < inf
