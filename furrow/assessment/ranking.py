"""532: customers ranked by a figure and cut into classes by their share of the sum (P3.5). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Place:
    """One customer's place: rank (ties share one), class number from 0, the figure, and the share of the sum reached with it (0 to 1)."""

    rank: int
    number: int
    figure: Decimal
    reached: Decimal


def rank_by_share(figures: Mapping[int, Decimal], shares: Sequence[Decimal]) -> dict[int, Place]:
    """customer id -> place, for `shares` in percent ("50, 30, 20").

    A customer belongs to the class in whose part of the sum it begins: whoever lifts the sum over a line still belongs to the part above
    it, so that one customer with most of the sales stands in the first class. Equal figures share rank and class. A negative figure (more
    returned than bought) counts as nothing in the sum; it and zero stand in the last class. When nobody has a figure above zero there is
    nothing to rank, and nobody gets a class.
    """
    total = sum((figure for figure in figures.values() if figure > 0), Decimal(0))
    if not total:
        return {}
    lines = [sum(shares[: number + 1], Decimal(0)) * total / 100 for number in range(len(shares))]
    ordered = sorted(figures, key=lambda pk: (-figures[pk], pk))
    places: dict[int, Place] = {}
    before = Decimal(0)
    for figure, tied in groupby(ordered, key=lambda pk: figures[pk]):
        ids = list(tied)
        number = next((n for n, line in enumerate(lines) if before < line), len(lines) - 1)
        if figure <= 0:
            number = len(lines) - 1
        rank = len(places) + 1
        before += max(figure, Decimal(0)) * len(ids)
        for pk in ids:
            places[pk] = Place(rank, number, figure, before / total)
    return places
