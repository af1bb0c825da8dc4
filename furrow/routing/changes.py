"""What a plan changes against the one before (`Site.earlier`): the measure of stability. Playbook 4.6."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from furrow.routing.problem import Earlier, Site, Weights


class Changes(NamedTuple):
    """Visits of the earlier plan that are no longer on their day, no longer with their rep, and hours shifted."""

    days: int = 0
    reps: int = 0
    hours: float = 0

    def cost(self, weights: Weights) -> float:
        """Weighed."""
        return (
            weights.change_day * self.days + weights.change_rep * self.reps + weights.change_hour * self.hours
        )


def partners(site: Site, days: Mapping[int, object]) -> dict[int, Earlier]:
    """The earlier visit that each new day (a key of `days`) stands for.

    A day that both plans hold is the same visit. The earlier visits left over, by day, go to the new days left over,
    by day, as far as there are both. Earlier visits on days that are `done` were made and stand for nothing.
    """
    before = {visit.day: visit for visit in site.earlier if visit.day not in site.done}
    made = {day: before[day] for day in sorted(days) if day in before}
    gone = [before[day] for day in sorted(before) if day not in days]
    fresh = [day for day in sorted(days) if day not in before]
    return made | dict(zip(fresh, gone, strict=False))


def changes(site: Site, visits: Mapping[int, tuple[str | None, float | None]]) -> Changes:
    """What these new visits (day -> rep and beginning, None where not known yet) change.

    A day counts once per earlier visit whose day holds none now, whether it moved or fell away. A rep counts where
    the earlier visit names one and its partner has another. Hours count for visits that kept their day; one that
    moved is a change already.
    """
    if not site.earlier:
        return Changes()
    days = sum(visit.day not in visits for visit in site.earlier if visit.day not in site.done)
    reps, hours = 0, 0.0
    for day, before in partners(site, visits).items():
        rep, start = visits[day]
        reps += before.rep is not None and rep is not None and before.rep != rep
        if before.day == day and before.start is not None and start is not None:
            hours += abs(start - before.start) / 60
    return Changes(days, reps, hours)
