"""Customers without a rep become compact, equal shares. Playbook 4.5, simple version.

Weighted power diagram: every site goes to the rep with the least squared distance plus that rep's handicap;
handicaps rise with the load until the shares are equal, centers follow their shares. What is left unequal is
evened out site by site where it costs least distance. Deterministic, and convex cells do not interlock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import cos, radians, sqrt

from furrow.routing.problem import Problem, Rep, Site

ROUNDS = 60
LEVEL = 0.02
"""Shares count as equal when none is this far above the mean, or one site makes the difference."""

Point = tuple[float, float]


def divide(problem: Problem) -> Problem:
    """Every site gets a rep, every rep a base.

    Sites that have a rep keep it and count in its load (service and estimated driving times visits); a site
    that names `allowed_reps` goes to one of them. A pin that names a rep gives the site to that rep. A rep
    without a base starts from the middle of its share. An already divided problem comes back as it is.
    """
    sites = [_pinned(site) for site in problem.sites]
    open_sites = [i for i, site in enumerate(sites) if site.rep is None]
    if not open_sites and all(rep.lng is not None or problem.travel.known(rep.place) for rep in problem.reps):
        return problem
    if open_sites:
        owner = _owners(sites, problem.reps, problem)
        sites = [
            replace(site, rep=problem.reps[owner[i]].id) if site.rep is None else site
            for i, site in enumerate(sites)
        ]
    reps = tuple(
        rep
        if problem.travel.known(rep.place)
        else _with_base(rep, [s for s in sites if s.rep == rep.id], sites)
        for rep in problem.reps
    )
    return replace(problem, sites=tuple(sites), reps=reps)


def place_bases(count: int, sites: Sequence[Site]) -> list[tuple[float, float]]:
    """(lng, lat) for `count` invented reps: the middles of equal compact shares of the sites."""
    located = [site for site in sites if site.lng is not None and site.lat is not None]
    if not located:
        return [(0.0, 0.0)] * count
    points = _plane(located)
    work = [_work(site, _drive(points, located)) for site in located]
    owner = _balance(points, work, count, [None] * count, [0.0] * count, [None] * len(points))
    shares = [[site for site, o in zip(located, owner, strict=True) if o == k] for k in range(count)]
    return [_middle(share) if share else _middle(located) for share in shares]


def _pinned(site: Site) -> Site:
    named = next((pin.rep for pin in site.pins if pin.rep is not None), None)
    return replace(site, rep=named) if site.rep is None and named is not None else site


def _middle(sites: Sequence[Site]) -> tuple[float, float]:
    points = [(s.lng, s.lat, max(1, s.visits)) for s in sites if s.lng is not None and s.lat is not None]
    total = sum(w for _, _, w in points)
    if not total:
        return 0.0, 0.0
    return sum(x * w for x, _, w in points) / total, sum(y * w for _, y, w in points) / total


def _with_base(rep: Rep, share: Sequence[Site], everyone: Sequence[Site]) -> Rep:
    lng, lat = _middle([s for s in share if s.lng is not None] or everyone)
    return replace(rep, lng=lng, lat=lat)


def _plane(sites: Sequence[Site]) -> list[Point]:
    """Kilometres on a local plane; fine within a few hundred kilometres."""
    lat = sum(s.lat or 0.0 for s in sites) / len(sites)
    scale = cos(radians(lat))
    return [((s.lng or 0.0) * 111.2 * scale, (s.lat or 0.0) * 111.2) for s in sites]


def _drive(points: Sequence[Point], sites: Sequence[Site]) -> float:
    """Minutes of driving per visit, from the density of one day's stops (Beardwood, Halton, Hammersley 1959)."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    area = (max(xs) - min(xs)) * (max(ys) - min(ys))
    return 0.7124 * sqrt(area / len(points)) * 1.35 * 60 / 25 * 2 + 2


def _work(site: Site, drive: float) -> float:
    return site.visits * (site.service_minutes + drive)


def _owners(sites: Sequence[Site], reps: Sequence[Rep], problem: Problem) -> list[int]:
    """Index of the rep per site; sites without usable coordinates go where there is least to do."""
    place = {rep.id: k for k, rep in enumerate(reps)}
    located = [i for i, s in enumerate(sites) if s.lng is not None and s.lat is not None and abs(s.lat) <= 90]
    owner = [place[s.rep] if s.rep is not None else -1 for s in sites]
    load = [0.0] * len(reps)
    drive = 10.0
    if located:
        homes = [Site(f"base {rep.id}", rep.lng, rep.lat) for rep in reps if rep.lng is not None]
        points = _plane([*(sites[i] for i in located), *homes])
        drive = _drive(points, sites)
        for i, s in enumerate(sites):
            if owner[i] >= 0:
                load[owner[i]] += _work(s, drive)
        rest = [i for i in located if owner[i] < 0]
        where = dict(zip(located, points, strict=False))
        base_points = iter(points[len(located) :])
        anchors = [next(base_points) if rep.lng is not None else None for rep in reps]
        fixed = [[where[i] for i in located if owner[i] == k] for k in range(len(reps))]
        for k, known in enumerate(fixed):
            if known:
                anchors[k] = _center(known, [1.0] * len(known))
        allowed = [
            frozenset(place[r] for r in sites[i].allowed_reps) if sites[i].allowed_reps else None
            for i in rest
        ]
        work = [_work(sites[i], drive) for i in rest]
        made = _balance([where[i] for i in rest], work, len(reps), anchors, load, allowed)
        for i, k in zip(rest, made, strict=True):
            owner[i] = k
            load[k] += _work(sites[i], drive)
    for i, s in enumerate(sites):
        if owner[i] < 0:
            may = [place[r] for r in s.allowed_reps] or list(range(len(reps)))
            owner[i] = min(may, key=lambda k: (load[k], k))
            load[owner[i]] += _work(s, drive)
    return owner


def _center(points: Sequence[Point], work: Sequence[float]) -> Point:
    total = sum(work) or 1.0
    return (
        sum(x * w for (x, _), w in zip(points, work, strict=True)) / total,
        sum(y * w for (_, y), w in zip(points, work, strict=True)) / total,
    )


def _balance(
    points: Sequence[Point],
    work: Sequence[float],
    count: int,
    anchors: Sequence[Point | None],
    loads: Sequence[float],
    allowed: Sequence[frozenset[int] | None],
) -> list[int]:
    """Owner per point: power diagram, then evened out. `loads` are there already."""
    if not points:
        return []
    if count == 1:
        return [0] * len(points)
    goal = (sum(work) + sum(loads)) / count
    distinct = len({a for a in anchors if a is not None}) == count
    centers = [a for a in anchors if a is not None] if distinct else _bisect(points, work, count)
    fixed = distinct
    everyone = range(count)
    handicap = [0.0] * count
    spread = sum((x - centers[0][0]) ** 2 + (y - centers[0][1]) ** 2 for x, y in points) / len(points) or 1.0
    best: tuple[float, list[int]] | None = None
    for turn in range(ROUNDS):
        owner = []
        share = list(loads)
        for (x, y), w, may in zip(points, work, allowed, strict=True):
            k = min(
                may or everyone,
                key=lambda k: (x - centers[k][0]) ** 2 + (y - centers[k][1]) ** 2 + handicap[k],
            )
            owner.append(k)
            share[k] += w
        uneven = max(abs(s - goal) for s in share) / (goal or 1.0)
        if turn >= ROUNDS // 2 and (best is None or uneven < best[0]):
            best = (uneven, owner)
        step = spread * (0.5 * (1 - turn / ROUNDS)) / count
        handicap = [h + step * (s - goal) / (goal or 1.0) for h, s in zip(handicap, share, strict=True)]
        if not fixed and turn < ROUNDS // 2:
            centers = _recenter(points, work, owner, centers)
    final = best[1] if best is not None else owner
    return _even_out(points, work, final, list(loads), goal, allowed, _recenter(points, work, final, centers))


def _recenter(
    points: Sequence[Point], work: Sequence[float], owner: Sequence[int], centers: Sequence[Point]
) -> list[Point]:
    made = []
    for k, old in enumerate(centers):
        mine = [i for i, o in enumerate(owner) if o == k]
        made.append(_center([points[i] for i in mine], [work[i] for i in mine]) if mine else old)
    return made


def _bisect(points: Sequence[Point], work: Sequence[float], count: int) -> list[Point]:
    """First centers: the set is cut across its longer side, by work, until every part is one rep's."""
    if count == 1:
        return [_center(points, work)]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    axis = 0 if max(xs) - min(xs) >= max(ys) - min(ys) else 1
    order = sorted(range(len(points)), key=lambda i: (points[i][axis], points[i][1 - axis], i))
    half = count // 2
    aim, done, cut = sum(work) * half / count, 0.0, 0
    while cut < len(order) - 1 and (done < aim or cut == 0):
        done += work[order[cut]]
        cut += 1
    first, second = order[:cut], order[cut:] or order[-1:]
    return [
        *_bisect([points[i] for i in first], [work[i] for i in first], half),
        *_bisect([points[i] for i in second], [work[i] for i in second], count - half),
    ]


def _even_out(
    points: Sequence[Point],
    work: Sequence[float],
    owner: list[int],
    load: list[float],
    goal: float,
    allowed: Sequence[frozenset[int] | None],
    centers: Sequence[Point],
) -> list[int]:
    """Moves sites from too large shares to smaller ones while that lessens the difference, nearest first."""

    def far(i: int, k: int) -> float:
        return (points[i][0] - centers[k][0]) ** 2 + (points[i][1] - centers[k][1]) ** 2

    for k, w in zip(owner, work, strict=True):
        load[k] += w
    for _ in range(len(points)):
        most = max(range(len(load)), key=lambda k: (load[k], -k))
        if load[most] <= goal * (1 + LEVEL):
            break
        moves = [
            (far(i, k) - far(i, most), i, k)
            for i, o in enumerate(owner)
            if o == most
            for k in (allowed[i] or range(len(load)))
            if load[k] + work[i] < load[most]
        ]
        if not moves:
            break
        _, i, k = min(moves)
        owner[i] = k
        load[most] -= work[i]
        load[k] += work[i]
    return owner
