"""The reference search for one rep: a periodic tour problem, by ruin and recreate under simulated annealing.

After Christiaens and Vanden Berghe 2020 (slack induction by string removals), generalized to day patterns: a
customer is put back on the cheapest of its allowed patterns. A day's route is an immutable object that
remembers what every customer's insertion costs, so taking back a change is putting old objects back, and days
that did not change are not priced again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp
from random import Random

from furrow.routing.model import Model
from furrow.routing.stop import Gauge

INFINITE = float("inf")
Offer = tuple[float, int, float]
"""Rise of cost, place in the route, driving and service minutes afterwards."""
NO_OFFER: Offer = (INFINITE, 0, 0.0)
UNKNOWN: Offer = (-1.0, -1, -1.0)

HEAT, CHILL = 0.4, 0.01
"""First and last temperature, in mean legs."""
MOST_SITES = 8
"""Sites taken out at once, at most."""
REPORT = 100
"""Iterations between two signs of life."""
DOUBT = 0.1
"""Share of insertions priced with noise, so that the greedy choice does not always win."""


class Line:
    """A day's stops in order. Shared by all days of one kind, never changed."""

    __slots__ = (
        "cost",
        "free",
        "heads",
        "kind",
        "legs",
        "most",
        "offers",
        "over",
        "room",
        "stops",
        "tails",
        "work",
    )

    def __init__(self, stops: tuple[int, ...], kind: int, model: Model) -> None:
        base = model.kind_base[kind]
        self.stops = stops
        self.kind = kind
        self.heads = (base, *stops)
        self.tails = (*stops, base)
        leg, minutes, opens = model.leg, model.table.minutes, model.opens[kind]
        self.free = not model.profile and all(opens[i] is None for i in stops)
        self.room, self.most = model.kind_room[kind]
        self.legs = [leg[a][b] for a, b in zip(self.heads, self.tails, strict=True)]
        service = model.service
        self.work = sum(service[i] for i in stops)
        self.work += sum(minutes[a][b] for a, b in zip(self.heads, self.tails, strict=True))
        self.over = self.overtime(model)
        self.cost = sum(self.legs) + model.weights.overtime_minute * self.over
        self.offers = [UNKNOWN] * model.count

    def kept(self, model: Model) -> bool:
        """Whether hours and windows still hold; where ways are not direct, a stop less may be a longer day."""
        if self.free:
            return self.work <= self.most + 1e-9
        return model.clock(self.stops, model.kind.index(self.kind)) is not None

    def overtime(self, model: Model) -> float:
        """Minutes after the end of the day's hours; exact where opening hours make the rep wait."""
        if self.most == self.room:
            return 0.0
        if self.free:
            return max(0.0, self.work - self.room)
        made = model.clock(self.stops, model.kind.index(self.kind))
        return max(0.0, made.back - model.kind_hours[self.kind].end) if made else 0.0


class Search:
    """Holds the plan of one rep while it is improved: a line per worked day and a choice per node."""

    def __init__(self, model: Model, seed: int) -> None:
        self.model = model
        self.random = Random(seed)
        self.count = model.count
        self.memory: dict[tuple[int, tuple[int, ...]], Line] = {}
        self.memory_size = max(2000, 800_000 // max(1, self.count))
        self.plan: list[Line] = [self.line((), kind) for kind in model.kind]
        self.chosen: list[int] = [-1] * self.count
        self.at: list[tuple[int, ...]] = [()] * self.count
        """Routes that hold each node."""
        self.charge = [
            model.weights.unserved * site.priority * wanted + model.weights.change_day * len(site.earlier)
            for site, wanted in zip(model.sites, model.wanted, strict=True)
        ]
        self.open_at = [sorted({p for c in choices for p in c.places}) for choices in model.choices]
        self.packed = [[(*c.places, c.cost) for c in choices] for choices in model.choices]
        self.near = [
            sorted(range(self.count), key=lambda j, row=row: (row[j], j))[:60]  # type: ignore[misc]
            for row in model.leg[: self.count]
        ]
        self.far = model.leg[model.bases[0]] if model.bases else []
        self.top = 0.0
        self.insert_order(sorted(range(self.count), key=lambda i: (-model.wanted[i], -self.charge[i], i)))

    def line(self, stops: tuple[int, ...], kind: int) -> Line:
        memory = self.memory
        found = memory.get((kind, stops))
        if found is None:
            if len(memory) > self.memory_size:
                memory.clear()
            found = memory[kind, stops] = Line(stops, kind, self.model)
        return found

    def cost(self) -> float:
        model, chosen, charge = self.model, self.chosen, self.charge
        total = sum(line.cost for line in self.plan)
        for node, choice in enumerate(chosen):
            total += charge[node] if choice < 0 else model.choices[node][choice].cost
        weights = model.weights
        longest = max((line.work for line in self.plan), default=0.0)
        return total + weights.workload * max(0.0, longest - weights.easy_day)

    def offer(self, line: Line, node: int) -> Offer:
        """The cheapest place in the line that keeps hours, windows and limits; remembered in the line."""
        model = self.model
        found = NO_OFFER
        if not model.full(line.stops, node):
            into, out = model.leg_into[node], model.leg[node]
            rises = [into[a] + out[b] - leg for a, b, leg in zip(line.heads, line.tails, line.legs)]  # noqa: B905
            if line.free and not model.profile and model.opens[line.kind][node] is None:
                best = min(rises)
                place = rises.index(best)
                work = self.work_after(line, node, place)
                if work <= line.room:
                    found = best - model.weights.overtime_minute * line.over, place, work
                elif work <= line.most:
                    found = best + model.weights.overtime_minute * (work - line.room - line.over), place, work
            else:
                found = self.offer_timed(line, node, rises)
        line.offers[node] = found
        return found

    def work_after(self, line: Line, node: int, place: int) -> float:
        minutes = self.model.table.minutes
        a, b = line.heads[place], line.tails[place]
        return line.work + self.model.service[node] + minutes[a][node] + minutes[node][b] - minutes[a][b]

    def offer_timed(self, line: Line, node: int, rises: list[float]) -> Offer:
        model, stops = self.model, line.stops
        hours, position = model.kind_hours[line.kind], model.kind.index(line.kind)
        for rise, place in sorted(zip(rises, range(len(rises)), strict=True)):
            made = model.clock((*stops[:place], node, *stops[place:]), position)
            if made is not None:
                over = max(0.0, made.back - hours.end)
                rise += model.weights.overtime_minute * (over - line.over)
                return rise, place, self.work_after(line, node, place)
        return NO_OFFER

    def insert_order(self, nodes: Sequence[int], noise: float = 0.0) -> None:
        """Puts each node on its cheapest pattern, in this order; a node without one stays out."""
        self.top = max((line.work for line in self.plan), default=0.0)
        self.top = max(self.top, self.model.weights.easy_day)
        for node in nodes:
            self.insert(node, noise)

    def insert(self, node: int, noise: float) -> None:
        top = self.top
        weight = self.model.weights.workload
        price: list[float] = [INFINITE] * len(self.model.slots)
        route = [0] * len(price)
        for p in self.open_at[node]:
            found, route[p] = self.cheapest(node, p)
            price[p] = found[0] + weight * (found[2] - top) if found[2] > top else found[0]
        if noise and self.random.random() < DOUBT:
            rnd = self.random.random
            price = [p + noise * rnd() for p in price]
        sums = pattern_sums(self.packed[node], price, self.model.wanted[node])
        best = min(sums)
        if best >= self.charge[node]:
            return
        choice = sums.index(best)
        self.chosen[node] = choice
        self.at[node] = tuple(route[p] for p in self.model.choices[node][choice].places)
        for p in self.at[node]:
            line = self.plan[p]
            place, work = line.offers[node][1:]
            stops = line.stops
            self.plan[p] = self.line((*stops[:place], node, *stops[place:]), line.kind)
            if work > self.top:
                self.top = work

    def cheapest(self, node: int, place: int) -> tuple[Offer, int]:
        """The cheapest offer among the routes of a worked day, and the route that makes it."""
        model, slots = self.model, self.model.slots[place]
        if model.limited and model.crowded([i for p in slots for i in self.plan[p].stops], node):
            return NO_OFFER, slots[0]
        best, at = NO_OFFER, slots[0]
        for p in slots:
            line = self.plan[p]
            found = line.offers[node]
            if found is UNKNOWN:
                found = self.offer(line, node)
            if found[0] < best[0]:
                best, at = found, p
        return best, at

    def remove(self, nodes: Sequence[int]) -> bool:
        """Takes nodes out; False when a day cannot be kept without them, which calls for taking the change back."""
        out = set(nodes)
        touched: set[int] = set()
        for node in nodes:
            if self.chosen[node] >= 0:
                touched.update(self.at[node])
                self.chosen[node] = -1
        for p in touched:
            line = self.plan[p]
            self.plan[p] = self.line(tuple(i for i in line.stops if i not in out), line.kind)
        return self.model.direct or all(self.plan[p].kept(self.model) for p in touched)

    def ruin(self) -> list[int]:
        """Sites to take out: a neighborhood, or strings of visits from days near one site."""
        rnd = self.random
        seed = rnd.randrange(self.count)
        most = min(MOST_SITES, self.count)
        size = 1 + int(rnd.random() * most)
        if rnd.random() < 0.5:
            near = self.near[seed][: size * 2]
            return list({seed, *rnd.sample(near, min(size, len(near)))})
        found: dict[int, None] = {seed: None}
        for node in self.near[seed]:
            if self.chosen[node] < 0:
                found[node] = None
                continue
            positions = self.at[node]
            stops = self.plan[positions[int(rnd.random() * len(positions))]].stops
            at = stops.index(node)
            length = 1 + int(rnd.random() * 4)
            begin = max(0, at - int(rnd.random() * length))
            found.update(dict.fromkeys(stops[begin : begin + length]))
            if len(found) >= size:
                break
        return list(found)

    def waiting(self, nodes: Sequence[int]) -> list[int]:
        """A few of the customers that were without a day before `nodes` were taken out."""
        out = [i for i, choice in enumerate(self.chosen) if choice < 0 and i not in nodes]
        return out if len(out) <= MOST_SITES else self.random.sample(out, MOST_SITES)

    def order(self, nodes: list[int]) -> None:
        """One of four orders of going back: by chance, most work first, farthest first, nearest first."""
        rnd, model = self.random, self.model
        rnd.shuffle(nodes)
        kind = rnd.random()
        if kind < 0.4:
            return
        if kind < 0.7:
            nodes.sort(key=lambda i: -model.wanted[i] * model.service[i])
        elif kind < 0.9:
            nodes.sort(key=lambda i: -self.far[i])
        else:
            nodes.sort(key=lambda i: self.far[i])

    def anneal(self, gauge: Gauge, watch: Callable[[int, float, float], None]) -> int:
        """Improves the plan until the gauge says 1; returns the iterations.

        Calls `watch(iteration, best, part)` at each better plan and now and then in between.
        """
        rnd = self.random.random
        current = best = self.cost()
        best_plan, best_chosen, best_at = list(self.plan), list(self.chosen), list(self.at)
        legs = [leg for line in self.plan for leg in line.legs if leg > 0]
        mean = sum(legs) / len(legs) if legs else 1.0
        iteration = better_at = 0
        watch(0, best, 0.0)
        while self.count and (part := gauge(iteration, iteration - better_at)) < 1:
            iteration += 1
            heat = mean * HEAT * (CHILL / HEAT) ** part
            old_plan, old_chosen, old_at = list(self.plan), list(self.chosen), list(self.at)
            nodes = self.ruin()
            cost = INFINITE
            if self.remove(nodes):
                nodes += self.waiting(nodes)
                self.order(nodes)
                self.insert_order(nodes, mean)
                cost = self.cost()
            if cost < current or rnd() < exp((current - cost) / heat):
                current = cost
                if cost < best - 1e-9:
                    best, better_at = cost, iteration
                    best_plan, best_chosen, best_at = list(self.plan), list(self.chosen), list(self.at)
                    watch(iteration, best, part)
            else:
                self.plan, self.chosen, self.at = old_plan, old_chosen, old_at
            if iteration % REPORT == 0:
                watch(iteration, best, part)
        self.plan, self.chosen, self.at = best_plan, best_chosen, best_at
        return iteration


def pattern_sums(packed: Sequence[tuple[float, ...]], price: list[float], visits: int) -> list[float]:
    """Each pattern's price: its days' and its own. The frequent lengths are unrolled for speed."""
    if visits == 1:
        return [price[a] + c for a, c in packed]  # type: ignore[call-overload]
    if visits == 2:
        return [price[a] + price[b] + c for a, b, c in packed]  # type: ignore[call-overload]
    if visits == 4:
        return [price[a] + price[b] + price[d] + price[e] + c for a, b, d, e, c in packed]  # type: ignore[call-overload]
    return [sum(price[p] for p in row[:-1]) + row[-1] for row in packed]  # type: ignore[call-overload]
