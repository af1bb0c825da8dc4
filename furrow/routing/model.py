"""One rep's problem as plain lists: what the search and the polish work on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from furrow.routing.changes import changes
from furrow.routing.patterns import Pattern, site_patterns
from furrow.routing.problem import Problem, ProblemError, Rep, Site, opening
from furrow.routing.result import Unplaced
from furrow.routing.timetable import Clock, Hours, Spans, clock, day_hours, pinned_span
from furrow.routing.travel import Asked, Table, pairs


class Choice(NamedTuple):
    """A pattern as places among the worked days, with all that it costs."""

    places: tuple[int, ...]
    cost: float
    pattern: Pattern


class Model:
    """Sites are nodes 0 to n-1, bases are nodes from n on; routes are positions 0 to m-1, one per worked day and shift.

    `slots` are the positions per worked day. Routes with the same base and hours on days with the same hours and the same opening windows share a `kind`, so that a route priced once
    counts for all of them. Sites that no day can take are in `left` with their reason and are no nodes.
    """

    def __init__(self, problem: Problem) -> None:
        if len(problem.reps) != 1:
            raise ProblemError("one_rep", "", "the search takes one rep at a time; use Problem.for_rep")
        self.problem = problem
        self.rep: Rep = problem.reps[0]
        self.weights = problem.weights
        self.left: list[Unplaced] = []
        self._days()
        self._places()
        self._kinds()
        self._choices()

    def _days(self) -> None:
        self.days: list[int] = []
        """Day per position."""
        self.shift: list[int] = []
        self.hours: list[Hours] = []
        self.worked: list[int] = []
        self.slots: list[tuple[int, ...]] = []
        for day in self.problem.days:
            first = len(self.days)
            for shift in range(self.rep.routes):
                hours = day_hours(self.rep, day, shift)
                if hours is not None:
                    self.days.append(day.index)
                    self.shift.append(shift)
                    self.hours.append(hours)
            if len(self.days) > first:
                self.worked.append(day.index)
                self.slots.append(tuple(range(first, len(self.days))))

    def _places(self) -> None:
        problem, rep = self.problem, self.rep
        travel = problem.travel
        wanted = [site for site in problem.sites if site.to_plan > 0]
        bases = list(dict.fromkeys(rep.base(shift) for shift in sorted(set(self.shift)))) or [rep.place]
        if wanted and not all(travel.known(base) for base in bases):
            raise ProblemError("no_base", f"rep {rep.id}", "has no place to start from; divide() finds one")
        sites = []
        for site in wanted:
            if not rep.may_visit(site) or any(pin.rep not in (None, rep.id) for pin in site.pins):
                self._leave(site, site.to_plan, "no_rep")
            elif not travel.known(site.place):
                self._leave(site, site.to_plan, "unreachable_coordinates")
            elif not self.days:
                self._leave(site, site.to_plan, "no_working_day")
            else:
                sites.append(site)
        self.sites: list[Site] = sites
        self.ids = [site.id for site in sites]
        self.service = [float(site.service_minutes) for site in sites]
        self.base_places = bases
        self.bases = [len(sites) + bases.index(rep.base(shift)) for shift in self.shift]
        self.profile = travel.profile
        self._measure()
        # a way round may be shorter than the way through, so that taking a stop out can break a day
        self.direct = self.points is not None and not travel.profile

    def _measure(self) -> None:
        """Drives between the nodes and what they cost; for very many points only when they are asked for."""
        places = [site.place for site in self.sites] + self.base_places
        travel = self.problem.travel
        self.points = travel.points(places) if self.sites else None
        self.table: Table = travel.table(places) if self.sites else _no_drives(len(places))
        (minutes, metres), by_minute, by_km = self.table, self.weights.travel_minute, self.weights.travel_km
        self.leg: Sequence[Sequence[float]]
        self.leg_into: Sequence[Sequence[float]]
        if isinstance(minutes, Asked):
            self.leg = pairs(
                len(places), lambda i, j: by_minute * minutes[i][j] + by_km * metres[i][j] / 1000
            )
            self.leg_into = self.leg
            return
        self.leg = [
            [by_minute * t + by_km * m / 1000 for t, m in zip(row, far, strict=True)]
            for row, far in zip(minutes, metres, strict=True)
        ]
        self.leg_into = [list(column) for column in zip(*self.leg, strict=True)]

    @property
    def count(self) -> int:
        return len(self.sites)

    def _kinds(self) -> None:
        varied = any(site.windows or site.taboos for site in self.sites)
        clocks: dict[int, tuple[tuple[int, int], ...]] = {
            day: tuple(
                (i, p.start)
                for i, s in enumerate(self.sites)
                for p in s.pins
                if p.day == day and p.start is not None
            )
            for day in {p.day for s in self.sites for p in s.pins if p.start is not None}
        }
        kinds: dict[object, int] = {}
        self.kind: list[int] = []
        self.kind_hours: list[Hours] = []
        self.kind_base: list[int] = []
        self.opens: list[list[Spans | None]] = []
        for index, hours, base in zip(self.days, self.hours, self.bases, strict=True):
            weekday = self.problem.days[index].weekday
            pinned = clocks.get(index, ())
            key = (hours, base, weekday if varied else 0, pinned)
            if key not in kinds:
                kinds[key] = len(kinds)
                self.kind_hours.append(hours)
                self.kind_base.append(base)
                spans = [_spans(site, weekday, hours) for site in self.sites]
                for node, start in pinned:
                    spans[node] = pinned_span(self.sites[node], weekday, start)
                self.opens.append(spans)
            self.kind.append(kinds[key])
        self.kind_room = [(hours.room, hours.most) for hours in self.kind_hours]
        self.limited = self.rep.max_visits is not None or bool(self.rep.class_limits)
        wanted = [(name, limit) for name, limit in sorted(self.rep.class_limits.items())]
        self.class_limits = [
            (limit, frozenset(i for i, site in enumerate(self.sites) if name in site.classes))
            for name, limit in wanted
        ]

    def _choices(self) -> None:
        """Patterns per node. Like sites share them, since making them is the dear part."""
        keep: list[int] = []
        self.choices: list[list[Choice]] = []
        self.wanted: list[int] = []
        made: dict[object, list[Choice]] = {}
        for node, site in enumerate(self.sites):
            alone = [p for p, slots in enumerate(self.slots) if any(self._fits_alone(node, s) for s in slots)]
            open_days = tuple(self.worked[p] for p in alone)
            key = (
                site.visits,
                site.min_gap,
                site.max_gap,
                site.patterns,
                site.preferred_weeks,
                site.pins,
                site.done,
                site.earlier,
                open_days,
            )
            visits = min(site.to_plan, len(alone))
            if key not in made:
                made[key] = self._make(site, visits, open_days)
            if not made[key]:
                self._leave(site, site.to_plan, self._reason_alone(node, alone))
                continue
            if visits < site.to_plan:
                self._leave(site, site.to_plan - visits, "no_working_day")
            keep.append(node)
            self.choices.append(made[key])
            self.wanted.append(visits)
        if len(keep) < len(self.sites):
            self._keep_only(keep)

    def _make(self, site: Site, visits: int, open_days: Sequence[int]) -> list[Choice]:
        if not visits:
            return []
        place = {day: p for p, day in enumerate(self.worked)}
        days = sorted({*open_days, *site.done})
        found = site_patterns(site, visits + len(site.done), days, self.problem.days, self.weights)
        return [
            Choice(
                tuple(place[d] for d in pattern.days if d not in site.done),
                pattern.spacing + pattern.preference + self._changed(site, pattern.days),
                pattern,
            )
            for pattern in found
        ]

    def _changed(self, site: Site, days: Sequence[int]) -> float:
        """What the changes of day and rep cost; hours are known only when the day's order is."""
        made = {day: (self.rep.id, None) for day in days if day not in site.done}
        return changes(site, made).cost(self.weights)

    def _keep_only(self, keep: list[int]) -> None:
        renamed = {
            old: new
            for new, old in enumerate([*keep, *range(self.count, self.count + len(self.base_places))])
        }
        self.bases = [renamed[base] for base in self.bases]
        self.kind_base = [renamed[base] for base in self.kind_base]
        self.sites = [self.sites[i] for i in keep]
        self.ids = [self.ids[i] for i in keep]
        self.service = [self.service[i] for i in keep]
        self._measure()
        self.opens = [[spans[i] for i in keep] for spans in self.opens]
        self.class_limits = [
            (limit, frozenset(renamed[i] for i in members if i in renamed))
            for limit, members in self.class_limits
        ]

    def _fits_alone(self, node: int, position: int) -> bool:
        return self._barred(node) is None and self.clock((node,), position) is not None

    def _barred(self, node: int) -> str | None:
        """The reason why no route ever takes the site, whatever the day."""
        if self.rep.max_visits == 0 or any(not n and node in members for n, members in self.class_limits):
            return "visit_limit"
        over = self.rep.capacity is not None and self.sites[node].demand > self.rep.capacity + 1e-9
        return "capacity" if over else None

    def _reason_alone(self, node: int, alone: Sequence[int]) -> str:
        barred = self._barred(node)
        if barred is not None:
            return barred
        pinned = {pin.day for pin in self.sites[node].pins}
        if not pinned <= set(self.worked):
            return "no_working_day"
        if alone:
            return "spacing" if pinned <= {self.worked[p] for p in alone} else "no_day_in_windows"
        minutes, room = self.table.minutes, (hours.latest - hours.start for hours in self.hours)
        trips = (minutes[base][node] + minutes[node][base] for base in self.bases)
        if all(trip + self.service[node] > most for trip, most in zip(trips, room, strict=True)):
            return "unreachable_coordinates"
        return "no_day_in_windows"

    def _leave(self, site: Site, visits: int, reason: str) -> None:
        self.left.append(Unplaced(site.id, visits, reason, self.rep.id))

    def clock(self, stops: Sequence[int], position: int) -> Clock | None:
        """Times of the stops on that day in this order; None when they cannot be met."""
        kind = self.kind[position]
        return clock(
            stops,
            self.kind_base[kind],
            self.table.minutes,
            self.service,
            self.opens[kind],
            self.kind_hours[kind],
            self.profile,
        )

    def crowded(self, stops: Sequence[int], node: int) -> bool:
        """Whether one more visit, of this node, breaks a visit limit of a day that has these stops."""
        if self.rep.max_visits is not None and len(stops) >= self.rep.max_visits:
            return True
        for limit, members in self.class_limits:
            if node in members and sum(1 for stop in stops if stop in members) >= limit:
                return True
        return False

    def full(self, stops: Sequence[int], node: int) -> bool:
        """Whether one more visit, of this node, exceeds the capacity of a route that has these stops."""
        if self.rep.capacity is None:
            return False
        load = sum(self.sites[stop].demand for stop in stops)
        return load + self.sites[node].demand > self.rep.capacity + 1e-9


def _no_drives(bases: int) -> Table:
    nothing = [[0.0] * bases for _ in range(bases)]
    return Table(nothing, nothing)


def _spans(site: Site, weekday: int, hours: Hours) -> Spans | None:
    spans = opening(site, weekday)
    if any(a <= hours.start and b >= hours.latest for a, b in spans):
        return None
    return spans
