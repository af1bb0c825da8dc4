"""Customers without a rep become compact, equal shares. Playbook 4.5, simple version.

Weighted power diagram: every site goes to the rep with the least squared distance plus that rep's handicap;
handicaps follow the load until the shares are equal, centers follow their shares. What is left unequal moves
over from share to neighboring share where it costs least distance. Deterministic; convex cells do not interlock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import cos, inf, radians

from furrow.routing.problem import Problem, Rep, Site
from furrow.routing.reach import KM_PER_DEGREE, Point, day_minutes, groups, located, middle, round_trips
from furrow.routing.travel import CityTravel, Travel

ROUNDS = 90
LEVEL = 0.01
"""Shares count as equal when none is this far above the mean."""
EFFORT = 20_000_000
"""Distances looked at, at most: large companies get fewer rounds instead of a longer wait."""
STOP_MINUTES, MINUTES_PER_KM = 2.0, 1.6
"""Driving per visit, roughly: parking, and half the way from the middle of the share in city traffic."""
SAMPLE = 300
"""Sites that tell how thinly a neighborhood is settled."""


def divide(problem: Problem, *, every: bool = False) -> Problem:
    """Every site gets a rep, every rep a base.

    Sites that have a rep keep it and count in its load (visits times service and estimated driving); a site
    that names `allowed_reps` or `skills` goes to a rep who may visit it. A pin that names a rep gives the site to that
    rep. Nobody gets a site that the day does not suffice for while others can take it; one that is beyond everybody's
    day goes to the nearest rep and counts in no load, so that solving says it is too far. A rep without a base starts
    from the middle of its share. Sites whose visits may be made by different reps (`same_rep` False) stay without one,
    except with `every`. An already divided problem comes back as it is.
    """
    based = all(problem.travel.known(rep.place) for rep in problem.reps)
    if based and not any(_wants_rep(site, every) for site in problem.sites):
        return problem
    named = [_named(site, problem.reps) for site in problem.sites]
    owners = _owners(named, problem.reps, problem.travel)
    full = [
        site if site.rep is not None else replace(site, rep=problem.reps[k].id)
        for site, k in zip(problem.sites, owners, strict=True)
    ]
    reps = tuple(
        rep
        if problem.travel.known(rep.place)
        else _with_base(rep, [s for s in full if s.rep == rep.id] or full)
        for rep in problem.reps
    )
    if not based:
        full = _handed_over(problem, named, full, reps)
    sites = (new if _wants_rep(old, every) else old for old, new in zip(problem.sites, full, strict=True))
    return replace(problem, sites=tuple(sites), reps=reps)


def _wants_rep(site: Site, every: bool) -> bool:
    return site.rep is None and (site.same_rep or every)


def place_bases(count: int, sites: Sequence[Site]) -> list[tuple[float, float]]:
    """(lng, lat) for `count` invented reps: the middles of equal compact shares of the sites."""
    reps = [Rep(str(k)) for k in range(count)]
    plain = [replace(site, rep=None, allowed_reps=(), pins=()) for site in sites]
    owners = _owners(plain, reps, CityTravel())
    shares = [[site for site, k in zip(sites, owners, strict=True) if k == rep] for rep in range(count)]
    return [middle(share) or middle(sites) or (0.0, 0.0) for share in shares]


def _named(site: Site, reps: Sequence[Rep]) -> Site:
    """The site with what its pins and skills say about the rep; a site that nobody may visit counts as anyone's."""
    if site.rep is not None:
        return site
    named = next((pin.rep for pin in site.pins if pin.rep is not None), None)
    if named is not None:
        return replace(site, rep=named, skills=())
    able = tuple(rep.id for rep in reps if rep.may_visit(site)) if site.skills else ()
    return replace(site, allowed_reps=able or site.allowed_reps, skills=())


def _with_base(rep: Rep, share: Sequence[Site]) -> Rep:
    lng, lat = middle(share) or (0.0, 0.0)
    return replace(rep, lng=lng, lat=lat)


def _handed_over(
    before: Problem, named: Sequence[Site], full: Sequence[Site], reps: Sequence[Rep]
) -> list[Site]:
    """What a base that was just found does not reach goes to the nearest rep who does."""
    free = [i for i, site in enumerate(named) if site.rep is None and located(site)]
    sites = list(full)
    place = {rep.id: k for k, rep in enumerate(reps)}
    trips = round_trips(before.travel, reps, [sites[i] for i in free])
    for i, trip in zip(free, trips, strict=True):
        near = [k for k, rep in enumerate(reps) if trip[k] + sites[i].service_minutes <= day_minutes(rep)]
        may = [k for k in near if not named[i].allowed_reps or reps[k].id in named[i].allowed_reps]
        if may and place[sites[i].rep or ""] not in may:
            sites[i] = replace(sites[i], rep=reps[min(may, key=lambda k: (trip[k], k))].id)
    return sites


def _center(points: Sequence[Point], work: Sequence[float]) -> Point:
    total = sum(work)
    if not total:
        work, total = [1.0] * len(points), float(len(points))
    x = sum(p[0] * w for p, w in zip(points, work, strict=True)) / total
    return x, sum(p[1] * w for p, w in zip(points, work, strict=True)) / total


def _owners(sites: Sequence[Site], reps: Sequence[Rep], travel: Travel) -> list[int]:
    """Index of the rep per site; sites without usable coordinates go where there is least to do."""
    place = {rep.id: k for k, rep in enumerate(reps)}
    owner = [place[s.rep] if s.rep is not None else -1 for s in sites]
    load = [sum(s.visits * s.service_minutes for s in sites if s.rep == rep.id) for rep in reps]
    parts, beyond = groups(sites, reps, travel)
    for part in parts:
        names = {reps[k].id for k in part.reps}
        near = {
            i: () if near == part.reps else tuple(reps[k].id for k in near) for i, near in part.takers.items()
        }
        mine = [i for i, site in enumerate(sites) if i in near or site.rep in names]
        shares = _Shares(
            [replace(sites[i], allowed_reps=near[i]) if i in near else sites[i] for i in mine],
            [reps[k] for k in part.reps],
            {reps[k].id: n for n, k in enumerate(part.reps)},
        )
        for j, n in zip(shares.free, shares.assign(), strict=True):
            owner[mine[j]] = part.reps[n]
        for k, minutes in zip(part.reps, shares.loads(), strict=True):
            load[k] = minutes
    for i, site in enumerate(sites):
        if i in beyond:
            owner[i] = beyond[i]
        elif owner[i] < 0:
            owner[i] = min(
                [place[r] for r in site.allowed_reps] or range(len(reps)),
                key=lambda k: (load[k], k),
            )
            load[owner[i]] += site.visits * site.service_minutes
    return owner


@dataclass
class _Shares:
    """The sites that have a place, in kilometres on a local plane; `free` are those still to be given."""

    sites: Sequence[Site]
    reps: Sequence[Rep]
    place: dict[str, int]
    free: list[int] = field(init=False)
    owner: list[int] = field(init=False)

    def __post_init__(self) -> None:
        spots = [i for i, site in enumerate(self.sites) if located(site)]
        self.free = [i for i in spots if self.sites[i].rep is None]
        self.flat = cos(radians(sum(self.sites[i].lat or 0.0 for i in spots) / max(1, len(spots))))
        self.points = [self._point(self.sites[i]) for i in self.free]
        self.allowed = [[self.place[r] for r in self.sites[i].allowed_reps] or None for i in self.free]
        owned: list[list[int]] = [[] for _ in self.reps]
        for i in spots:
            rep = self.sites[i].rep
            if rep is not None:
                owned[self.place[rep]].append(i)
        work = self._works(spots)
        self.work = [work[i] for i in self.free]
        self.held = [sum(work[i] for i in mine) for mine in owned]
        self.anchors = [
            self._at(middle([self.sites[i] for i in mine])) or (self._point(rep) if located(rep) else None)
            for rep, mine in zip(self.reps, owned, strict=True)
        ]
        self.owner = []

    def _point(self, thing: Site | Rep) -> Point:
        return (thing.lng or 0.0) * KM_PER_DEGREE * self.flat, (thing.lat or 0.0) * KM_PER_DEGREE

    def _at(self, spot: Point | None) -> Point | None:
        return (spot[0] * KM_PER_DEGREE * self.flat, spot[1] * KM_PER_DEGREE) if spot else None

    def _works(self, located: Sequence[int]) -> dict[int, float]:
        """Minutes per site: visits times service and driving.

        The way from the middle of the share is judged from how far the share's number of neighbors reaches:
        two thirds of the radius is a disk's mean distance.
        """
        points = {i: self._point(self.sites[i]) for i in located}
        sample = [points[i] for i in located[:: max(1, len(located) // SAMPLE)]]
        rank = min(len(sample) - 1, len(sample) // len(self.reps))
        work = {}
        for i, (x, y) in points.items():
            reach = sorted([(x - a) ** 2 + (y - b) ** 2 for a, b in sample])[rank] ** 0.5
            site = self.sites[i]
            work[i] = site.visits * (site.service_minutes + STOP_MINUTES + MINUTES_PER_KM * reach * 2 / 3)
        return work

    def far(self, j: int, k: int) -> float:
        (x, y), (a, b) = self.points[j], self.centers[k]
        return (x - a) ** 2 + (y - b) ** 2

    def loads(self) -> list[float]:
        load = list(self.held)
        for j, k in enumerate(self.owner):
            load[k] += self.work[j]
        return load

    def assign(self) -> list[int]:
        """Owner per free site."""
        count = len(self.reps)
        self.centers = [anchor or (0.0, 0.0) for anchor in self.anchors]
        if count == 1 or not self.free:
            self.owner = [0] * len(self.free)
            return self.owner
        anchored = len(set(self.anchors) - {None}) == count
        if not anchored:
            self.centers = self._matched(_bisect(self.points, self.work, count))
        self._diagram(anchored)
        self._even_out()
        return self.owner

    def _matched(self, centers: list[Point]) -> list[Point]:
        """The centers in the order of the reps: each goes to the rep whose anchor is nearest, the rest to those without."""
        left, order = list(range(len(centers))), [-1] * len(centers)
        ways = sorted(
            ((x - a[0]) ** 2 + (y - a[1]) ** 2, k, c)
            for k, a in enumerate(self.anchors)
            if a is not None
            for c, (x, y) in enumerate(centers)
        )
        for _, k, c in ways:
            if order[k] < 0 and c in left:
                order[k] = c
                left.remove(c)
        return [centers[c if c >= 0 else left.pop(0)] for c in order]

    def _diagram(self, anchored: bool) -> None:
        """Handicaps follow the imbalance, in the scale of each center's distance to the next one.

        Moving the border between two centers by a part of their distance D takes a handicap of that part
        of D squared; half steps do not overshoot.
        """
        count = len(self.reps)
        handicap = [0.0] * count
        rounds = max(30, min(ROUNDS, EFFORT // (len(self.points) * count)))
        best: tuple[float, list[int], list[Point]] = (inf, [], self.centers)
        for turn in range(rounds):
            self.owner = self._cells(handicap)
            load = self.loads()
            goal = sum(load) / count or 1.0
            uneven = max(load) / goal
            if turn >= rounds * 2 // 3 and uneven < best[0]:
                best = uneven, self.owner, self.centers
            pace = 0.5 if turn < rounds * 2 // 3 else 0.2
            for k, (x, y) in enumerate(self.centers):
                scale = min((x - a) ** 2 + (y - b) ** 2 for i, (a, b) in enumerate(self.centers) if i != k)
                handicap[k] += pace * scale * max(-0.5, min(0.5, load[k] / goal - 1))
            if turn < rounds * 2 // 3 and turn % 5 == 4:
                self.centers = self._recentered(anchored)
        _, self.owner, self.centers = best

    def _cells(self, handicap: Sequence[float]) -> list[int]:
        cells = [(a, b, h) for (a, b), h in zip(self.centers, handicap, strict=True)]
        owner = []
        for (x, y), may in zip(self.points, self.allowed, strict=True):
            costs = [(x - a) ** 2 + (y - b) ** 2 + h for a, b, h in cells]
            owner.append(costs.index(min(costs)) if may is None else min(may, key=costs.__getitem__))
        return owner

    def _recentered(self, anchored: bool) -> list[Point]:
        """The middles of the shares; where every rep has an own base or own customers, halfway to those."""
        made = []
        for k, old in enumerate(self.centers):
            mine = [j for j, o in enumerate(self.owner) if o == k]
            x, y = _center([self.points[j] for j in mine], [self.work[j] for j in mine]) if mine else old
            anchor = self.anchors[k]
            made.append(((x + anchor[0]) / 2, (y + anchor[1]) / 2) if anchored and anchor else (x, y))
        return made

    def _even_out(self) -> None:
        """Work flows from the largest to the smallest share, one site per step of the cheapest chain of shares."""
        load, count = self.loads(), len(self.reps)
        goal = sum(load) / count
        for _ in range(min(len(self.points), EFFORT // (4 * len(self.points) * count))):
            most = max(range(count), key=lambda k: (load[k], -k))
            least = min(range(count), key=lambda k: (load[k], k))
            chain = self._chain(most, least) if load[most] > goal * (1 + LEVEL) else []
            if not chain:
                return
            before = list(self.owner)
            for j, k in chain:
                self.owner[j] = k
            after = self.loads()
            if sum((x - goal) ** 2 for x in after) >= sum((x - goal) ** 2 for x in load):
                self.owner = before
                return
            load = after

    def _chain(self, most: int, least: int) -> list[tuple[int, int]]:
        """Cheapest way to pass one site on from share to share (Bellman-Ford over the reps)."""
        count = len(self.reps)
        edge: list[list[tuple[float, int]]] = [[(inf, -1)] * count for _ in range(count)]
        for j, k in enumerate(self.owner):
            if self.work[j]:
                here = self.far(j, k)
                for to in self.allowed[j] or range(count):
                    edge[k][to] = min(edge[k][to], (self.far(j, to) - here, j))
        price, came = [inf] * count, [-1] * count
        price[most] = 0.0
        for _ in range(count - 1):
            for k in range(count):
                for to in range(count):
                    if to not in (k, most) and price[k] + edge[k][to][0] < price[to] - 1e-9:
                        price[to], came[to] = price[k] + edge[k][to][0], k
        chain: list[tuple[int, int]] = []
        to = least
        while to != most and came[to] >= 0 and len(chain) < count:
            chain.append((edge[came[to]][to][1], to))
            to = came[to]
        return chain if to == most else []


def _bisect(points: Sequence[Point], work: Sequence[float], count: int) -> list[Point]:
    """First centers: the set is cut across its longer side, by work, until every part is one rep's."""
    if count == 1 or len(points) < 2:
        return [_center(points, work)] * count
    xs, ys = [x for x, _ in points], [y for _, y in points]
    axis = 0 if max(xs) - min(xs) >= max(ys) - min(ys) else 1
    order = sorted(range(len(points)), key=lambda i: (points[i][axis], points[i][1 - axis], i))
    half = count // 2
    aim, done, cut = sum(work) * half / count, 0.0, 0
    while cut < len(order) - 1 and (done < aim or cut == 0):
        done += work[order[cut]]
        cut += 1
    first, second = order[:cut], order[cut:]
    return [
        *_bisect([points[i] for i in first], [work[i] for i in first], half),
        *_bisect([points[i] for i in second], [work[i] for i in second], count - half),
    ]
