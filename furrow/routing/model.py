"""One rep's problem as plain lists: what the search and the polish work on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from furrow.routing.patterns import Pattern, site_patterns
from furrow.routing.problem import Problem, ProblemError, Rep, Site, opening
from furrow.routing.result import Unplaced
from furrow.routing.timetable import Clock, Hours, Spans, clock, day_hours
from furrow.routing.travel import Table


class Choice(NamedTuple):
    """A pattern as positions among the worked days, with all that it costs."""

    positions: tuple[int, ...]
    cost: float
    pattern: Pattern


class Model:
    """Sites are nodes 0 to n-1, the base is node n; worked days are positions 0 to m-1.

    Days with the same hours and the same opening windows share a `kind`, so that a route priced once
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
        worked = [(day.index, hours) for day in self.problem.days if (hours := day_hours(self.rep, day))]
        self.days = [index for index, _ in worked]
        self.hours: list[Hours] = [hours for _, hours in worked]

    def _places(self) -> None:
        problem, rep = self.problem, self.rep
        travel = problem.travel
        wanted = [site for site in problem.sites if site.to_plan > 0]
        if wanted and not travel.known(rep.place):
            raise ProblemError("no_base", f"rep {rep.id}", "has no place to start from; divide() finds one")
        sites = []
        for site in wanted:
            if not travel.known(site.place):
                self._leave(site, site.to_plan, "unreachable_coordinates")
            elif not self.days:
                self._leave(site, site.to_plan, "no_working_day")
            else:
                sites.append(site)
        self.sites: list[Site] = sites
        self.ids = [site.id for site in sites]
        self.service = [float(site.service_minutes) for site in sites]
        self.table: Table = travel.table([site.place for site in sites] + [rep.place])
        weights, minutes, metres = self.weights, self.table.minutes, self.table.metres
        self.leg = [
            [weights.travel_minute * t + weights.travel_km * m / 1000 for t, m in zip(row, far, strict=True)]
            for row, far in zip(minutes, metres, strict=True)
        ]
        self.leg_into = [list(column) for column in zip(*self.leg, strict=True)]

    @property
    def base(self) -> int:
        return len(self.sites)

    def _kinds(self) -> None:
        varied = any(site.windows or site.taboos for site in self.sites)
        kinds: dict[tuple[Hours, int], int] = {}
        self.kind: list[int] = []
        self.kind_hours: list[Hours] = []
        self.opens: list[list[Spans | None]] = []
        for index, hours in zip(self.days, self.hours, strict=True):
            weekday = self.problem.days[index].weekday if varied else 0
            if (hours, weekday) not in kinds:
                kinds[hours, weekday] = len(kinds)
                self.kind_hours.append(hours)
                self.opens.append([_spans(site, weekday, hours) for site in self.sites])
            self.kind.append(kinds[hours, weekday])
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
            alone = [p for p in range(len(self.days)) if self._fits_alone(node, p)]
            open_days = tuple(self.days[p] for p in alone)
            key = (
                site.visits,
                site.min_gap,
                site.max_gap,
                site.patterns,
                site.preferred_weeks,
                site.pins,
                site.done,
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
        position = {day: p for p, day in enumerate(self.days)}
        days = sorted({*open_days, *site.done})
        found = site_patterns(site, visits + len(site.done), days, self.problem.days, self.weights)
        return [
            Choice(
                tuple(position[d] for d in pattern.days if d not in site.done),
                pattern.spacing + pattern.preference,
                pattern,
            )
            for pattern in found
        ]

    def _keep_only(self, keep: list[int]) -> None:
        nodes = [*keep, self.base]
        self.sites = [self.sites[i] for i in keep]
        self.ids = [self.ids[i] for i in keep]
        self.service = [self.service[i] for i in keep]
        self.table = Table(*([[rows[i][j] for j in nodes] for i in nodes] for rows in self.table))
        self.leg = [[self.leg[i][j] for j in nodes] for i in nodes]
        self.leg_into = [list(column) for column in zip(*self.leg, strict=True)]
        self.opens = [[spans[i] for i in keep] for spans in self.opens]
        renamed = {old: new for new, old in enumerate(keep)}
        self.class_limits = [
            (limit, frozenset(renamed[i] for i in members if i in renamed))
            for limit, members in self.class_limits
        ]

    def _fits_alone(self, node: int, position: int) -> bool:
        if self.rep.max_visits == 0 or any(
            limit == 0 and node in members for limit, members in self.class_limits
        ):
            return False
        return self.clock((node,), position) is not None

    def _reason_alone(self, node: int, alone: Sequence[int]) -> str:
        if self.rep.max_visits == 0 or any(
            limit == 0 and node in members for limit, members in self.class_limits
        ):
            return "visit_limit"
        pinned = {pin.day for pin in self.sites[node].pins}
        if not pinned <= set(self.days):
            return "no_working_day"
        if alone:
            return "spacing" if pinned <= {self.days[p] for p in alone} else "no_day_in_windows"
        there_and_back = self.table.minutes[self.base][node] + self.table.minutes[node][self.base]
        if all(there_and_back + self.service[node] > hours.latest - hours.start for hours in self.hours):
            return "unreachable_coordinates"
        return "no_day_in_windows"

    def _leave(self, site: Site, visits: int, reason: str) -> None:
        self.left.append(Unplaced(site.id, visits, reason, self.rep.id))

    def clock(self, stops: Sequence[int], position: int) -> Clock | None:
        """Times of the stops on that day in this order; None when they cannot be met."""
        kind = self.kind[position]
        return clock(
            stops, self.base, self.table.minutes, self.service, self.opens[kind], self.kind_hours[kind]
        )

    def crowded(self, stops: Sequence[int], node: int) -> bool:
        """Whether one more visit, of this node, breaks a visit limit."""
        if self.rep.max_visits is not None and len(stops) >= self.rep.max_visits:
            return True
        for limit, members in self.class_limits:
            if node in members and sum(1 for stop in stops if stop in members) >= limit:
                return True
        return False


def _spans(site: Site, weekday: int, hours: Hours) -> Spans | None:
    spans = opening(site, weekday)
    if any(a <= hours.start and b >= hours.latest for a, b in spans):
        return None
    return spans
