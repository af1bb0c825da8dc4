"""Last touches to a searched plan: order within each day, mornings, and part of what found no pattern."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from furrow.routing.model import Model

NOON = 12 * 60
REACH = 12
"""How far a stop or a turned stretch may move within its day; days are seldom longer."""


def missed_half(half: str, start: float) -> bool:
    """Whether a visit that begins at `start` is outside the half-day preferred."""
    return (half == "morning" and start >= NOON) or (half == "afternoon" and start < NOON)


def legs_cost(stops: tuple[int, ...], position: int, model: Model) -> float:
    """Driving of one day."""
    base, leg = model.bases[position], model.leg
    return sum(leg[a][b] for a, b in zip((base, *stops), (*stops, base), strict=True))


def day_cost(stops: tuple[int, ...], position: int, model: Model) -> float:
    """Driving, overtime and missed mornings of one day; infinite when the times cannot be kept."""
    made = model.clock(stops, position)
    if made is None:
        return inf
    weights = model.weights
    day = model.days[position]
    late = shifted = 0.0
    for i, (_, start, _) in zip(stops, made.times, strict=True):
        site = model.sites[i]
        late += missed_half(site.half, start)
        if site.earlier and weights.change_hour:
            usual = next((e.start for e in site.earlier if e.day == day), None)
            shifted += abs(start - usual) / 60 if usual is not None else 0.0
    over = max(0.0, made.back - model.hours[position].end)
    late = weights.morning * late + weights.change_hour * shifted
    return legs_cost(stops, position, model) + weights.overtime_minute * over + late


def better_order(stops: tuple[int, ...], position: int, model: Model) -> tuple[int, ...]:
    """Moves single stops, pairs and triples and turns stretches until nothing within reach is cheaper."""
    best, cost = stops, day_cost(stops, position, model)
    improved = True
    while improved:
        improved = False
        for begin, end, to in _moves(len(stops)):
            part, rest = best[begin:end], best[:begin] + best[end:]
            trial = rest[:to] + part + rest[to:] if to != begin else best[:begin] + part[::-1] + best[end:]
            if legs_cost(trial, position, model) < cost - 1e-9:
                price = day_cost(trial, position, model)
                if price < cost - 1e-9:
                    best, cost, improved = trial, price, True
    return best


def _moves(count: int) -> Iterator[tuple[int, int, int]]:
    """(begin, end, to): the stretch begin:end goes to place `to` of the rest, or is turned where it lies."""
    if count > REACH:
        yield 0, count, 0
    for begin in range(count):
        for end in range(begin + 2, min(count, begin + REACH) + 1):
            yield begin, end, begin
    for size in (1, 2, 3):
        for begin in range(count - size + 1):
            for to in range(max(0, begin - REACH), min(count - size, begin + REACH) + 1):
                if to != begin:
                    yield begin, begin + size, to


def fill(node: int, days: list[tuple[int, ...]], model: Model) -> list[int]:
    """Gives a site that found no pattern as many single visits as fit, as evenly as may be.

    Changes `days` and returns the positions used. The visits that are missing stay unplaced.
    """
    used: list[int] = []
    wanted = model.wanted[node]
    if wanted < 2 or model.sites[node].patterns is not None:
        return used
    cycle = len(model.problem.days)
    least = min(gap for gap in (model.sites[node].min_gap, max(1, cycle // (wanted * 2))) if gap is not None)
    while len(used) < wanted - 1:
        options = []
        for position, stops in enumerate(days):
            day = model.days[position]
            away = [abs(day - other) for other in (*model.sites[node].done, *(model.days[p] for p in used))]
            if _crowded(node, position, days, model) or any(min(d, cycle - d) < least for d in away):
                continue
            trials = [(*stops[:i], node, *stops[i:]) for i in range(len(stops) + 1)]
            price, trial = min((day_cost(t, position, model), t) for t in trials)
            if price < inf:
                options.append((price - day_cost(stops, position, model), position, trial))
        if not options:
            break
        _, position, trial = min(options)
        days[position] = trial
        used.append(position)
    return sorted(used)


def _crowded(node: int, position: int, days: list[tuple[int, ...]], model: Model) -> bool:
    """Whether the day's visit limits or the route's capacity leave no room for the node."""
    slots = model.slots[model.worked.index(model.days[position])]
    others = [i for p in slots for i in days[p]]
    return model.crowded(others, node) or model.full(days[position], node)


def reason_left_out(node: int, days: list[tuple[int, ...]], model: Model) -> str:
    """Why no day takes the site: the visit limit, the capacity, the hours, or only the spacing between days."""
    reasons = set()
    worked = {p for choice in model.choices[node] for p in choice.places}
    for position in [slot for p in worked for slot in model.slots[p]]:
        stops = days[position]
        if node in stops:
            continue
        if model.full(stops, node):
            reasons.add("capacity")
        elif _crowded(node, position, days, model):
            reasons.add("visit_limit")
        elif all(
            model.clock((*stops[:i], node, *stops[i:]), position) is None for i in range(len(stops) + 1)
        ):
            reasons.add("day_full")
        else:
            reasons.add("spacing")
    for reason in ("day_full", "visit_limit", "capacity"):
        if reason in reasons:
            return reason
    return "spacing"
