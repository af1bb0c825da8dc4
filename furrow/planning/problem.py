"""Customers, reps, rules and calendar become a routing problem; used by the database and by the command line alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from furrow.planning.rules import POLICY_WEEKS, PolicyRules, visits_due, weekdays_of_grades
from furrow.routing.problem import DAY_MINUTES, Day, Lunch, Pin, Problem, Rep, Site, Window
from furrow.routing.travel import CityTravel

PRIORITIES = {"A": 8.0, "B": 4.0, "C": 2.0, "D": 1.0}
"""What a visit left undone weighs: when hours do not suffice, D gives way first."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """A customer as the planner sees it: WGS-84 degrees or None, grade A to D, channel type or "", the rep it belongs to or None.

    `visits` overrides what the policy says (a plan already made keeps its numbers); `pinned` and `done` (visits of days
    gone by) are day indexes. `collect`: its money is overdue, so it is seen at least once, in the last week unless it is seen more often.
    """

    id: str
    lng: float | None
    lat: float | None
    grade: str
    channel: str = ""
    owner: str | None = None
    visits: int | None = None
    pinned: tuple[int, ...] = ()
    done: tuple[int, ...] = ()
    collect: bool = False


@dataclass(frozen=True, slots=True)
class Traveler:
    """A rep as the planner sees them: start point and hours, in minutes from midnight."""

    id: str
    lng: float | None = None
    lat: float | None = None
    start: int = 9 * 60
    end: int = 18 * 60
    lunch_start: int = 12 * 60
    lunch_minutes: int = 60
    max_visits: int | None = None


def cycle_days(start: date, weeks: int, is_working: Callable[[date], bool]) -> tuple[Day, ...]:
    """All days of the cycle from its Monday on."""
    return tuple(
        Day(index, day.weekday(), index // 7, working=is_working(day))
        for index in range(7 * weeks)
        for day in [start + timedelta(days=index)]
    )


def planning_problem(
    outlets: Iterable[Outlet],
    travelers: Sequence[Traveler],
    rules: PolicyRules,
    days: tuple[Day, ...],
    *,
    number: int,
    overtime: int = 0,
) -> Problem:
    """The problem of cycle `number`. Outlets without a grade that the rules know, or not due in this cycle, are left out.

    `overtime` is in minutes per rep and day. Raises `ProblemError` when there is no rep or hours contradict.
    """
    weeks = len(days) // 7
    chosen = [outlet for outlet in outlets if outlet.grade in rules.lines]
    shares: dict[str | None, list[Outlet]] = {}
    for outlet in chosen:
        shares.setdefault(outlet.owner, []).append(outlet)
    made = {site.id: site for share in shares.values() for site in _share(share, rules, number, weeks)}
    sites = [made[outlet.id] for outlet in chosen]  # in list order: a baseline follows it
    reps = tuple(_rep(traveler, rules, overtime) for traveler in travelers)
    road = rules.travel
    travel = CityTravel(road.detour, road.speed_kmh, road.park_minutes)
    return Problem(tuple(site for site in sites if site.visits), reps, days, travel=travel)


def _share(outlets: Sequence[Outlet], rules: PolicyRules, number: int, weeks: int) -> list[Site]:
    """The sites of one rep, or those of nobody yet. What depends on the mix of grades is decided per rep, so that one rep's
    problem is the same alone and within the whole cycle's."""
    grades = Counter(outlet.grade for outlet in outlets)
    own_days = {} if rules.allow_mixing else weekdays_of_grades(rules, grades)
    sites = [_site(outlet, rules, number, weeks, own_days) for outlet in outlets]
    last = {outlet.id for outlet in outlets if outlet.collect}
    return [_to_collect(site, weeks) if site.id in last else site for site in _without_crowding(sites, weeks)]


def _to_collect(site: Site, weeks: int) -> Site:
    """Week 4 is for service and collecting (P4.2): whoever is seen once in the cycle is seen then."""
    return replace(site, preferred_weeks=(weeks - 1,)) if site.visits == 1 and weeks == POLICY_WEEKS else site


def _without_crowding(sites: list[Site], weeks: int) -> list[Site]:
    """Preferred weeks keep the grades apart; a grade with more than half of all visits would only crowd into its weeks,
    leaving the others empty, so its customers who are not visited every week are free to use them all."""
    visits: Counter[str] = Counter()
    for site in sites:
        visits[site.grade] += site.visits
    most = {grade for grade, n in visits.items() if 2 * n > visits.total()}
    return [
        replace(site, preferred_weeks=()) if site.grade in most and site.visits < weeks else site
        for site in sites
    ]


def _site(
    outlet: Outlet, rules: PolicyRules, number: int, weeks: int, own_days: Mapping[str, frozenset[int]]
) -> Site:
    rule = rules.lines[outlet.grade]
    due = outlet.visits if outlet.visits is not None else visits_due(rule, outlet.id, number, weeks)
    least = max(len(outlet.pinned) + len(outlet.done), int(outlet.collect))
    weekdays = own_days.get(outlet.grade)
    return Site(
        outlet.id,
        outlet.lng,
        outlet.lat,
        visits=max(due, least),
        service_minutes=rule.service_minutes,
        priority=PRIORITIES[outlet.grade],
        grade=outlet.grade,
        classes=(outlet.channel,) if outlet.channel else (),
        min_gap=rule.min_gap_days,
        max_gap=rule.max_gap_days,
        windows=tuple(Window(0, DAY_MINUTES, day) for day in sorted(weekdays)) if weekdays else (),
        preferred_weeks=tuple(week - 1 for week in rule.preferred_weeks if 1 <= week <= weeks),
        half="morning" if rule.morning_first else "",
        rep=outlet.owner,
        pins=tuple(Pin(day) for day in outlet.pinned),
        done=outlet.done,
    )


def _rep(traveler: Traveler, rules: PolicyRules, overtime: int) -> Rep:
    lunch = Lunch(traveler.lunch_start, traveler.lunch_minutes) if traveler.lunch_minutes else None
    return Rep(
        traveler.id,
        traveler.lng,
        traveler.lat,
        traveler.start,
        traveler.end,
        lunch=lunch,
        overtime=overtime,
        max_visits=traveler.max_visits,
        class_limits=dict(rules.channel_limits),
    )
