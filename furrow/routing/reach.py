"""Who can get where within a day: problems fall into parts that share no customer, and far outliers move no middle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import cos, floor, hypot, inf, radians

from furrow.routing.problem import Rep, Site
from furrow.routing.travel import Travel

KM_PER_DEGREE = 111.2
REGION_KM = 60.0
"""Sites in neighboring squares of this side belong to one region: a rep without a base may live anywhere in it."""
BLOCK = 40
ROUNDS = 40

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Group:
    """Reps who compete for customers: indexes of the reps, and per free site (by index) the reps of these who reach it."""

    reps: tuple[int, ...]
    takers: dict[int, tuple[int, ...]]


def located(thing: Site | Rep) -> bool:
    """Whether coordinates are there and possible."""
    return thing.lng is not None and thing.lat is not None and abs(thing.lat) <= 90 and abs(thing.lng) <= 180


def middle(sites: Sequence[Site]) -> Point | None:
    """(lng, lat) with the least straight way to all visits of the sites; None when no site is located.

    A geometric median (Weiszfeld): unlike the mean it stays where most of the work is, however far the rest lies.
    """
    spots = [site for site in sites if located(site)]
    if not spots:
        return None
    flat = cos(radians(sum(s.lat or 0.0 for s in spots) / len(spots))) or 1.0
    points = [((s.lng or 0.0) * flat, s.lat or 0.0, max(1, s.visits)) for s in spots]
    total = sum(w for _, _, w in points)
    x, y = (sum(p[axis] * p[2] for p in points) / total for axis in (0, 1))
    for _ in range(ROUNDS):
        pulls = [(a, b, w / max(1e-6, hypot(a - x, b - y))) for a, b, w in points]
        weight = sum(w for _, _, w in pulls)
        x, y = sum(a * w for a, _, w in pulls) / weight, sum(b * w for _, b, w in pulls) / weight
    return x / flat, y


def round_trips(travel: Travel, reps: Sequence[Rep], sites: Sequence[Site]) -> list[list[float]]:
    """Minutes there and back per site and rep; infinite where either has no known place."""
    made = [[inf] * len(reps) for _ in sites]
    bases = [k for k, rep in enumerate(reps) if travel.known(rep.place)]
    goals = [i for i, site in enumerate(sites) if travel.known(site.place)]
    step = max(BLOCK, len(bases))
    for first in range(0, len(goals) if bases else 0, step):
        block = goals[first : first + step]
        places = [reps[k].place for k in bases] + [sites[i].place for i in block]
        minutes = travel.table(places).minutes
        for a, i in enumerate(block, len(bases)):
            for b, k in enumerate(bases):
                made[i][k] = minutes[a][b] + minutes[b][a]
    return made


def day_minutes(rep: Rep) -> float:
    """The longest day, or shift: hours and overtime."""
    return max(own.end - own.start for own in (rep.shifts or (rep,))) + rep.overtime


def groups(sites: Sequence[Site], reps: Sequence[Rep], travel: Travel) -> tuple[list[Group], dict[int, int]]:
    """Free located sites with the reps who may visit them, in groups that share no rep; and sites beyond everybody's day
    with the rep who is nearest.

    A rep reaches a site when the round trip and the visit fit into the day. A rep with neither base nor own
    customers may live anywhere: such reps go to the regions with most work per head.
    """
    free = [i for i, site in enumerate(sites) if site.rep is None and located(site)]
    seated = [rep if travel.known(rep.place) else _seated(rep, sites) for rep in reps]
    region = dict(zip(free, _regions([sites[i] for i in free]), strict=True))
    living = _settle(sites, reps, seated, region, travel)
    trips = round_trips(travel, seated, [sites[i] for i in free])
    takers: dict[int, tuple[int, ...]] = {}
    beyond: dict[int, int] = {}
    place = {rep.id: k for k, rep in enumerate(reps)}
    for i, trip in zip(free, trips, strict=True):
        may = [place[name] for name in sites[i].allowed_reps] or list(range(len(reps)))
        near = tuple(
            k
            for k in may
            if living.get(k) == region[i] or trip[k] + sites[i].service_minutes <= day_minutes(reps[k])
        )
        if near:
            takers[i] = near
        else:
            beyond[i] = min(may, key=lambda k: (trip[k], k))
    return list(_joined(takers, len(reps))), beyond


def _seated(rep: Rep, sites: Sequence[Site]) -> Rep:
    """Where the own customers are, for a rep without a base."""
    lng, lat = middle([site for site in sites if site.rep == rep.id]) or (None, None)
    return replace(rep, lng=lng, lat=lat)


def _regions(sites: Sequence[Site]) -> list[int]:
    """Number of the region per site."""
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for i, site in enumerate(sites):
        row = floor((site.lat or 0.0) * KM_PER_DEGREE / REGION_KM)
        flat = max(0.01, cos(radians(row * REGION_KM / KM_PER_DEGREE)))
        cells[row, floor((site.lng or 0.0) * KM_PER_DEGREE * flat / REGION_KM)].append(i)
    label = [-1] * len(sites)
    number = 0
    while cells:
        heap = [next(iter(cells))]
        while heap:
            row, column = heap.pop()
            for i in cells.pop((row, column), ()):
                label[i] = number
            around = ((row + a, column + b) for a in (-1, 0, 1) for b in (-1, 0, 1))
            heap += [cell for cell in around if cell in cells]
        number += 1
    return label


def _settle(
    sites: Sequence[Site], reps: Sequence[Rep], seated: list[Rep], region: dict[int, int], travel: Travel
) -> dict[int, int]:
    """Region per rep without a place, one after the other where most work per head is left; they get a seat there.

    Reps who reach the middle of a region count there, with the customers they have.
    """
    roaming = [k for k, rep in enumerate(seated) if not travel.known(rep.place)]
    if not roaming or not region:
        return {}
    members: dict[int, list[Site]] = defaultdict(list)
    for i, number in region.items():
        members[number].append(sites[i])
    free = {number: _work(here) for number, here in members.items()}
    held = [_work([site for site in sites if site.rep == rep.id]) for rep in reps]
    spots = [
        Site(f"region {n}", *(middle(here) or (0.0, 0.0)), service_minutes=0) for n, here in members.items()
    ]
    heads, load, living = dict.fromkeys(members, 0), dict(free), {}
    for number, trip in zip(members, round_trips(travel, seated, spots), strict=True):
        for k, minutes in enumerate(trip):
            if minutes <= day_minutes(reps[k]):
                heads[number] += 1
                load[number] += held[k]
    given = dict.fromkeys(members, 0)
    for k in roaming:
        best = max(members, key=lambda n: (min(free[n] / (given[n] + 1), load[n] / (heads[n] + 1)), -n))
        given[best] += 1
        heads[best] += 1
        living[k] = best
        spot = spots[list(members).index(best)]
        seated[k] = replace(reps[k], lng=spot.lng, lat=spot.lat)
    return living


def _work(sites: Sequence[Site]) -> float:
    return sum(site.visits * (site.service_minutes + 2) for site in sites)


def _joined(takers: dict[int, tuple[int, ...]], count: int) -> Iterator[Group]:
    """Reps who share a taker's list, directly or through others, belong together."""
    head = list(range(count))
    for near in set(takers.values()):
        names = {head[k] for k in near}
        head = [min(names) if h in names else h for h in head]
    parts: dict[int, dict[int, tuple[int, ...]]] = defaultdict(dict)
    for i, near in takers.items():
        parts[head[near[0]]][i] = near
    for name, part in sorted(parts.items()):
        yield Group(tuple(k for k in range(count) if head[k] == name), part)
