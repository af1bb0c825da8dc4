"""Two plans as people make them without a planner, to compare with. Issue 2, item 8.

Both cut the outlets into equal shares per rep, spread each frequency class evenly over the days of its period in
order, and look at nothing else: no hours, no windows, no limits. A site that has a rep stays with that rep, and nobody
is sent where the day does not suffice: the cut is made among the reps who get there, and what nobody reaches is left
out, so that long ways nobody would drive make no baseline look bad. A rep without a base starts from the middle of the
share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import atan2, cos, radians

from furrow.routing.problem import Problem, Rep, Site
from furrow.routing.reach import groups, located
from furrow.routing.result import Route, Visit
from furrow.routing.timetable import day_hours
from furrow.routing.travel import Table


def listed(problem: Problem) -> tuple[Route, ...]:
    """File order: cut into equal shares, spread over the days and visited in that order."""
    return tuple(route for part in _parts(problem) for route in _listed(part))


def swept(problem: Problem) -> tuple[Route, ...]:
    """Order by angle around the base instead, and nearest neighbor within the day.

    The shares are cut by angle around the middle of all bases (of all outlets when there are none), each rep's
    share is then spread over the days by angle around that rep's own base.
    """
    return tuple(route for part in _parts(problem) for route in _swept(part))


def _parts(problem: Problem) -> Iterator[Problem]:
    """The problem cut into parts whose reps share no customer; in each, any rep may get any customer without one."""
    if any(site.rep is None and not located(site) for site in _usable(problem)):
        yield problem  # places on another plane: nothing to tell regions by
        return
    found, _ = groups(problem.sites, problem.reps, problem.travel)
    alone = set(range(len(problem.reps))) - {k for part in found for k in part.reps}
    for reps, free in [*((part.reps, part.takers) for part in found), *(((k,), {}) for k in sorted(alone))]:
        names = {problem.reps[k].id for k in reps}
        yield replace(
            problem,
            sites=tuple(
                replace(site, allowed_reps=(), pins=())
                for i, site in enumerate(problem.sites)
                if i in free or site.rep in names
            ),
            reps=tuple(problem.reps[k] for k in reps),
        )


def _listed(problem: Problem) -> list[Route]:
    routes: list[Route] = []
    for rep, share in _shares(problem, _usable(problem), []):
        routes += _rep_routes(problem, _based(rep, share, problem), share, nearest=False)
    return routes


def _swept(problem: Problem) -> list[Route]:
    sites = _usable(problem)
    homes = [(r.lng, r.lat) for r in problem.reps if r.lng is not None and r.lat is not None]
    middle = _mean(homes or [(s.lng or 0.0, s.lat or 0.0) for s in sites])
    routes: list[Route] = []
    for rep, share in _shares(problem, _by_angle(sites, middle), homes):
        based = _based(rep, share, problem)
        around = (based.lng or 0.0, based.lat or 0.0)
        routes += _rep_routes(problem, based, _by_angle(share, around), nearest=True)
    return routes


def _usable(problem: Problem) -> list[Site]:
    return [site for site in problem.sites if site.visits and problem.travel.known(site.place)]


def _mean(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    count = max(1, len(points))
    return sum(x for x, _ in points) / count, sum(y for _, y in points) / count


def _by_angle(sites: Sequence[Site], around: tuple[float, float]) -> list[Site]:
    flat = cos(radians(around[1])) if abs(around[1]) <= 90 else 1.0
    return sorted(sites, key=lambda s: atan2((s.lat or 0.0) - around[1], ((s.lng or 0.0) - around[0]) * flat))


def _shares(
    problem: Problem, ordered: Sequence[Site], homes: Sequence[tuple[float, float]]
) -> list[tuple[Rep, list[Site]]]:
    """Owned sites to their reps; the rest cut in order so that all have equally many.

    With different bases (`homes`) each cut goes to the nearest of the reps that are left.
    """
    owned = {rep.id: [s for s in ordered if s.rep == rep.id] for rep in problem.reps}
    rest = [s for s in ordered if s.rep is None]
    even = len(ordered) / len(problem.reps)
    needs = {rep.id: max(0.0, even - len(owned[rep.id])) for rep in problem.reps}
    total = sum(needs.values()) or 1.0
    left, done, begin = list(problem.reps), 0.0, 0
    while left:
        rep = left[0]
        if len(homes) == len(problem.reps):
            ahead = rest[begin : begin + max(1, round(even))]
            x, y = _mean([(s.lng or 0.0, s.lat or 0.0) for s in ahead])
            rep = min(left, key=lambda r: ((r.lng or 0.0) - x) ** 2 + ((r.lat or 0.0) - y) ** 2)
        left.remove(rep)
        done += needs[rep.id]
        end = round(len(rest) * done / total) if left else len(rest)
        owned[rep.id] += rest[begin:end]
        begin = end
    place = {site.id: i for i, site in enumerate(ordered)}
    return [(rep, sorted(owned[rep.id], key=lambda s: place[s.id])) for rep in problem.reps]


def _based(rep: Rep, share: Sequence[Site], problem: Problem) -> Rep:
    if problem.travel.known(rep.place) or not share:
        return rep
    lng, lat = _mean([(s.lng or 0.0, s.lat or 0.0) for s in share for _ in range(s.visits)])
    return replace(rep, lng=lng, lat=lat)


def _rep_routes(problem: Problem, rep: Rep, share: Sequence[Site], *, nearest: bool) -> list[Route]:
    worked = [day for day in problem.days if day_hours(rep, day)]
    if not share or not worked:
        return []
    table = problem.travel.table([site.place for site in share] + [rep.place])
    stops: list[list[int]] = [[] for _ in worked]
    for visits in sorted({site.visits for site in share}):
        members = [i for i, site in enumerate(share) if site.visits == visits]
        for turn, node in enumerate(members):
            for k in range(visits):
                # visit k of the turn-th of n falls at (k + turn / n) periods of (days / visits) days, rounded down
                stops[len(worked) * (k * len(members) + turn) // (visits * len(members))].append(node)
    return [
        _route(rep, day.index, _nearest(order, table) if nearest else sorted(order), share, table)
        for day, order in zip(worked, stops, strict=True)
        if order
    ]


def _nearest(stops: Sequence[int], table: Table) -> list[int]:
    here, left, order = len(table.minutes) - 1, sorted(stops), []
    while left:
        row = table.minutes[here]
        here = min(left, key=lambda i: (row[i], i))
        left.remove(here)
        order.append(here)
    return order


def _route(rep: Rep, day: int, order: Sequence[int], share: Sequence[Site], table: Table) -> Route:
    base = here = len(share)
    now: float = rep.start
    visits = []
    for node in order:
        drive = table.minutes[here][node]
        now += drive
        leave = now + share[node].service_minutes
        visits.append(Visit(share[node].id, now, now, leave, drive, table.metres[here][node]))
        now, here = leave, node
    back = now + table.minutes[here][base]
    return Route(
        rep_id=rep.id,
        day=day,
        depart=rep.start,
        visits=tuple(visits),
        back=back,
        back_minutes=table.minutes[here][base],
        back_metres=table.metres[here][base],
        overtime=max(0.0, back - rep.end),
    )
