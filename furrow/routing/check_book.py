"""What the judge writes down, and what it looks up: part of `check.py`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from furrow.routing.problem import Problem, Rep, Site, Window
from furrow.routing.result import Route
from furrow.routing.travel import Place

NEAR = 1e-6
NOON = 720


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: a stable code, and words that name rep, day and site."""

    code: str
    text: str
    rep_id: str | None = None
    day: int | None = None
    site_id: str | None = None


class Made(NamedTuple):
    """One planned visit of a site."""

    day: int
    rep_id: str
    start: float


class Book:
    """The violations found, and the problem's sites and reps by name."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.sites = {site.id: site for site in problem.sites}
        self.reps = {rep.id: rep for rep in problem.reps}
        self.found: list[Violation] = []
        self.drives: dict[tuple[str, str], float] = {}

    def say(self, code: str, text: str, route: Route | None = None, site_id: str | None = None) -> None:
        """Writes a violation down; with `route`, its rep and day come first."""
        if route is None:
            self.found.append(Violation(code, text, site_id=site_id))
            return
        several = route.rep_id in self.reps and len(self.reps[route.rep_id].shifts) > 1
        where = f"rep {route.rep_id}, day {route.day}" + (f", shift {route.shift}" if several else "")
        self.found.append(Violation(code, f"{where}: {text}", route.rep_id, route.day, site_id))

    def visits(self, routes: Sequence[Route]) -> dict[str, list[Made]]:
        """The planned visits per site, by day."""
        visits: dict[str, list[Made]] = {}
        for route in routes:
            for visit in route.visits:
                visits.setdefault(visit.site_id, []).append(Made(route.day, route.rep_id, visit.start))
        return {site_id: sorted(made) for site_id, made in visits.items()}

    def hours(self, rep: Rep, index: int, shift: int) -> tuple[int, int] | None:
        """From when until when, without overtime; None when the rep does not work then."""
        day = self.problem.days[index]
        own = rep.shifts[shift] if rep.shifts else rep
        begins = [own.start, day.start, rep.days[index][0] if index in rep.days else None]
        ends = [own.end, day.end, rep.days[index][1] if index in rep.days else None]
        begin, end = max(b for b in begins if b is not None), min(e for e in ends if e is not None)
        if not day.working or index in rep.days_off or begin >= end:
            return None
        return begin, end

    def factor(self, minute: float) -> float:
        """What a drive that begins at this minute takes, times its minutes in the table."""
        found = 1.0
        for start, factor in self.problem.travel.profile:
            if minute >= start:
                found = factor
        return found

    def drive(self, a: Place, b: Place) -> float:
        """Minutes from a to b, before any factor."""
        if (a.key, b.key) not in self.drives:
            minutes = self.problem.travel.table([a, b]).minutes
            self.drives[a.key, b.key], self.drives[b.key, a.key] = minutes[0][1], minutes[1][0]
        return self.drives[a.key, b.key]


def unable(site: Site, rep: Rep) -> str | None:
    """In words, why this rep may not visit the site; None when they may."""
    if site.rep is not None and site.rep != rep.id:
        return f"it belongs to rep {site.rep}"
    if site.allowed_reps and rep.id not in site.allowed_reps:
        return "the rep is not among the allowed ones"
    lacking = sorted(set(site.skills) - rep.skills)
    return f"the rep lacks the skill {', '.join(lacking)}" if lacking else None


def is_open(site: Site, weekday: int, start: float, leave: float) -> bool:
    """Whether a visit lies within a stretch of opening hours and outside all taboos.

    Windows that touch are not joined, except that a taboo may cut any of them.
    """
    inside = not site.windows or any(
        w.start <= start + NEAR and leave <= w.end + NEAR for w in on(site.windows, weekday)
    )
    clear = not any(w.start < leave - NEAR and start < w.end - NEAR for w in on(site.taboos, weekday))
    return inside and clear


def on(windows: Iterable[Window], weekday: int) -> Iterator[Window]:
    """The windows of this weekday."""
    return (w for w in windows if w.weekday is None or w.weekday == weekday)
