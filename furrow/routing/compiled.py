"""From the plain lists of a `Model` to the flat arrays of the kernel, and the kernel's answer back.

Groups are the worked days, lanes their routes. Interchangeable reps (`copies`) drive lanes of the same group, so
that each visit of a site may fall to any of them.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from itertools import accumulate, chain
from math import inf, isfinite
from typing import Any

from furrow.routing import native
from furrow.routing.model import Choice, Model
from furrow.routing.timetable import Spans
from furrow.routing.travel import Asked

FAR = 1e7
"""Stands for a way that does not exist: dearer than any visit left out."""
NONE = 2**16 - 1
UNLIMITED = 2**32 - 1
NEIGHBORS = 30
MOST_CLASSES = 32

Plan = tuple[list[list[tuple[int, ...]]], list[int | None], int]
"""Stops per copy and position, choice per node, iterations."""


def search(
    model: Model, *, seed: int, part: Callable[[int, float], float], copies: int = 1, **tuning: float
) -> Plan:
    """The kernel's best plan of this model until `part(iterations, best)` says 1."""
    made = _Arrays(model, copies)
    found = native.run(made.counts, made.numbers, made.arrays, seed=seed, part=part, tuning=tuning)
    m = len(model.hours)
    plan = [[tuple(found.lanes[p * copies + c]) for p in range(m)] for c in range(copies)]
    starts = made.arrays["pattern_start"]
    chosen = [
        None if p is None else made.order[node][p - starts[node]] for node, p in enumerate(found.patterns)
    ]
    return plan, chosen, found.iterations


def fits(model: Model) -> bool:
    """Whether the kernel can weigh this model."""
    places = model.count + len(model.base_places)
    lanes = len(model.hours)
    return model.count > 0 and lanes > 0 and places < NONE and len(model.class_limits) <= MOST_CLASSES


def _even_first(choices: Sequence[Choice]) -> tuple[list[int], int]:
    """The order that begins with the even patterns, and how many these are: spaced as well as the site's best, or cheapest.

    The search chooses among them first. The cheapest may be the days of an earlier plan.
    """
    if not choices:
        return [], 0
    least = min(choice.pattern.spacing for choice in choices) + 1e-9
    cheapest = min(choice.cost for choice in choices)
    even = [choice.pattern.spacing <= least or choice.cost == cheapest for choice in choices]
    return sorted(range(len(choices)), key=lambda i: not even[i]), sum(even)


class _Arrays:
    def __init__(self, model: Model, copies: int) -> None:
        self.model = model
        self.copies = copies
        self.arrays: dict[str, array[Any]] = {}
        self.group_of = {p: g for g, slots in enumerate(model.slots) for p in slots}
        self.clocks = self._needs_clocks()
        self._travel()
        self._sites()
        self._patterns()
        self._lanes()
        self._openings()
        weights = model.weights
        self.counts = {
            "sites": model.count,
            "bases": len(model.base_places),
            "groups": len(model.slots),
            "reps": 1,
            "lanes": len(model.hours) * copies,
            "patterns": len(self.arrays["pattern_cost"]),
            "elements": len(self.arrays["element_groups"]) // 2,
            "openings": len(self.arrays["span_start"]) - 1,
            "spans": len(self.arrays["span"]) // 2,
            "class_limits": len(self.arrays["class_limit"]) // 3,
            "profile_bands": len(self.arrays["profile"]) // 2,
            "neighbors": NEIGHBORS,
            "flags": native.SOFT * (copies > 1 or self._benchmark())
            + native.CLOCKS * self.clocks
            + native.MINUTES * bool(self.arrays["minutes"])
            + native.POINTS * bool(self.arrays["points"]),
            "reserved": 0,
        }
        self.numbers = {
            "ratio": self.ratio,
            "compactness": float(weights.compactness),
            "workload": float(weights.workload),
            "easy_day": float(weights.easy_day) if weights.workload else 0.0,
        }

    def _benchmark(self) -> bool:
        """Limits may be exceeded on the way where every visit has to be made by somebody."""
        return all(not site.same_rep for site in self.model.sites)

    def _needs_clocks(self) -> bool:
        model, weights = self.model, self.model.weights
        return (
            bool(model.profile)
            or any(spans is not None for opens in model.opens for spans in opens)
            or (weights.morning > 0 and any(site.half for site in model.sites))
            or (
                weights.change_hour > 0
                and any(e.start is not None for site in model.sites for e in site.earlier)
            )
        )

    def _travel(self) -> None:
        model, weights = self.model, self.model.weights
        proportional = weights.travel_km == 0 and weights.travel_minute > 0
        self.ratio = 1 / weights.travel_minute if proportional else 1.0
        self.arrays |= {
            "points": array("d"),
            "measure": array("d"),
            "legs": array("f"),
            "minutes": array("f"),
        }
        self.arrays["profile"] = array("d", chain.from_iterable(model.profile))
        if model.points is not None and isinstance(model.table.minutes, Asked):
            at, *measure = model.points
            self.arrays["points"] = array("d", chain.from_iterable(at))
            self.arrays["measure"] = array("d", (*measure, weights.travel_minute, weights.travel_km / 1000))
            return
        self.arrays["legs"] = array("f", map(_near, chain.from_iterable(model.leg)))
        if not proportional:
            self.arrays["minutes"] = array("f", map(_near, chain.from_iterable(model.table.minutes)))

    def _sites(self) -> None:
        model = self.model
        unserved = model.weights.unserved
        numbers = (
            (service, float(site.demand), min(unserved * site.priority * wanted, FAR / 10))
            for service, site, wanted in zip(model.service, model.sites, model.wanted, strict=True)
        )
        self.arrays["site_numbers"] = array("d", chain.from_iterable(numbers))
        self.arrays["visits"] = array("H", model.wanted)
        classes = [
            sum(1 << c for c, (_, members) in enumerate(model.class_limits) if node in members)
            for node in range(model.count)
        ]
        self.arrays["classes"] = array("I", classes)

    def _patterns(self) -> None:
        choices = self.model.choices
        self.order, even = zip(*map(_even_first, choices), strict=True)
        flat = [mine[i] for mine, order in zip(choices, self.order, strict=True) for i in order]
        self.arrays["even"] = array("I", even)
        self.arrays["pattern_start"] = array("I", accumulate(map(len, choices), initial=0))
        self.arrays["pattern_cost"] = array("f", (choice.cost for choice in flat))
        self.arrays["element_start"] = array("I", accumulate((len(c.places) for c in flat), initial=0))
        self.arrays["element_groups"] = array(
            "H", (x for c in flat for place in c.places for x in (place, 1))
        )

    def _lanes(self) -> None:
        model = self.model
        ids, numbers = array("H"), array("d")
        capacity = model.rep.capacity if model.rep.capacity is not None else inf
        for position, hours in enumerate(model.hours):
            base = model.bases[position]
            room, most = model.kind_room[model.kind[position]]
            pause = (float(hours.lunch.start), float(hours.lunch.minutes)) if hours.lunch else (inf, 0.0)
            if self.clocks:
                room = most = inf
            for _ in range(self.copies):
                ids.extend((self.group_of[position], base, base))
                numbers.extend((capacity, room, most, float(model.weights.overtime_minute)))
                numbers.extend((hours.start, hours.end, hours.latest, *pause))
        self.arrays["lane_ids"], self.arrays["lane_numbers"] = ids, numbers
        most_visits = model.rep.max_visits if model.rep.max_visits is not None else UNLIMITED
        self.arrays["group_numbers"] = array("I", [0, most_visits] * len(model.slots))
        self.arrays["class_limit"] = array(
            "I",
            (
                x
                for g in range(len(model.slots))
                for c, (limit, _) in enumerate(model.class_limits)
                for x in (g, c, limit)
            ),
        )

    def _openings(self) -> None:
        """Opening hours and wished hours per node and group; equal ones are kept once."""
        opening_of, start, span, wish = array("H"), array("I", [0]), array("f"), array("f")
        numbers: dict[object, int] = {}
        for node in range(self.model.count) if self.clocks else ():
            for group, slots in enumerate(self.model.slots):
                key = (self._spans(node, slots), self._wish(node, group))
                if key == (None, None):
                    opening_of.append(NONE)
                    continue
                if key not in numbers:
                    numbers[key] = len(numbers)
                    span.extend(chain.from_iterable(key[0] or ()))
                    start.append(len(span) // 2)
                    wish.extend(key[1] or (0, 0, 0))
                opening_of.append(numbers[key])
        self.arrays |= {"opening_of": opening_of, "span_start": start, "span": span, "wish": wish}

    def _spans(self, node: int, slots: Sequence[int]) -> Spans | None:
        for position in slots:
            spans = self.model.opens[self.model.kind[position]][node]
            if spans is not None:
                return spans or ((-1.0, -1.0),)
        return None

    def _wish(self, node: int, group: int) -> tuple[float, float, float] | None:
        site, weights = self.model.sites[node], self.model.weights
        day = self.model.worked[group]
        near = [e.start for e in site.earlier if e.day == day and e.start is not None]
        if near and weights.change_hour > 0:
            return 3, near[0], weights.change_hour / 60
        if site.half and weights.morning > 0:
            return (1 if site.half == "morning" else 2), 0, weights.morning
        return None


def _near(value: float) -> float:
    return value if isfinite(value) and value < FAR else FAR
