"""A plan's figures in words' reach: lines beside the baselines, coverage, and what of them a user may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from furrow.kit.models import Job
from furrow.planning.models import UnplacedVisit, VisitCycle, VisitPlan
from furrow.planning.rules import percent_change
from furrow.team.models import User


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One measure of the plan beside both baselines. `unit` is minutes, km, visits or per_day; changes are in percent."""

    key: str
    label: str
    unit: str
    value: float
    swept: float
    listed: float
    swept_change: float | None
    listed_change: float | None

    @property
    def swept_share(self) -> float | None:
        """The change as a share, for the `change` filter."""
        return self.swept_change / 100 if self.swept_change is not None else None

    @property
    def listed_share(self) -> float | None:
        return self.listed_change / 100 if self.listed_change is not None else None


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """Of the customers and visits the policy wants in this cycle, how many are in the plan."""

    grade: str
    customers: int
    customers_due: int
    visits: int
    visits_due: int

    @property
    def share(self) -> float:
        return self.customers / self.customers_due if self.customers_due else 1.0


def figure_lines(figures: dict[str, Any]) -> list[FigureLine]:
    """The measures of a cycle's figures beside both baselines; no query."""
    if not figures.get("baselines"):
        return []
    labels = (
        ("travel_minutes", _("On the road"), "minutes"),
        ("customer_minutes", _("With customers"), "minutes"),
        ("kilometres", _("Distance"), "km"),
        ("visits", _("Visits"), "visits"),
        ("visits_per_day", _("Visits a day"), "per_day"),
        ("overtime_minutes", _("Overtime"), "minutes"),
    )
    made = []
    for key, label, unit in labels:
        value, swept, listed = (
            float(part.get(key, 0))
            for part in (figures, *(figures["baselines"][b] for b in ("swept", "listed")))
        )
        changes = percent_change(value, swept), percent_change(value, listed)
        made.append(FigureLine(key, label, unit, value, swept, listed, *changes))
    return made


def coverage_lines(figures: dict[str, Any]) -> list[CoverageLine]:
    """Coverage by grade from a cycle's or a plan's figures; no query."""
    return [
        CoverageLine(grade, customers, customers_due, visits, visits_due)
        for grade, (visits, visits_due, customers, customers_due) in sorted(
            figures.get("coverage", {}).items()
        )
    ]


def figures_in_reach(cycle: VisitCycle, plans: Sequence[VisitPlan], total: int) -> dict[str, Any]:
    """The cycle's figures when all its `total` plans are in reach; else the sum over those that are, without baselines.

    Empty while there is no plan.
    """
    if len(plans) == total:
        return dict(cycle.figures)
    made: dict[str, Any] = {"coverage": {}} if cycle.figures and plans else {}
    for plan in plans if cycle.figures else ():
        for key in (
            "kilometres",
            "travel_minutes",
            "customer_minutes",
            "overtime_minutes",
            "visits",
            "rep_days",
        ):
            made[key] = made.get(key, 0) + plan.figures.get(key, 0)
        for grade, counts in plan.figures.get("coverage", {}).items():
            old = made["coverage"].get(grade, [0, 0, 0, 0])
            made["coverage"][grade] = [a + b for a, b in zip(old, counts, strict=True)]
    if made:
        made["visits_per_day"] = made["visits"] / made["rep_days"] if made["rep_days"] else 0
        made["unplaced_visits"] = sum(wanted - planned for planned, wanted, *_c in made["coverage"].values())
    return made


@dataclass(frozen=True, slots=True)
class CycleLine:
    """A cycle as far as a user may see it: figures, number of reps and of customers not placed tell only of the plans in reach.

    `job` is None where not all plans are in reach: its message counts the whole team's visits.
    """

    cycle: VisitCycle
    figures: dict[str, Any]
    reps: int
    left: int
    job: Job | None

    @property
    def against_swept(self) -> float | None:
        """Time on the road against the swept baseline, as a share: −0.52 is 52% less; None without a plan."""
        if not self.figures.get("baselines"):
            return None
        swept = self.figures["baselines"]["swept"]["travel_minutes"]
        return float(self.figures["travel_minutes"] / swept - 1) if swept else None


def lines_in_reach(cycles: Iterable[VisitCycle], user: User) -> list[CycleLine]:
    """Each cycle as far as the user may see it, in the order given. Three queries."""
    found = list(cycles)
    plans: dict[int, list[VisitPlan]] = defaultdict(list)
    for plan in VisitPlan.objects.visible_to(user).filter(cycle__in=found):
        plans[plan.cycle_id].append(plan)
    totals = dict(
        VisitPlan.objects.filter(cycle__in=found).order_by().values_list("cycle_id").annotate(n=Count("pk"))
    )
    rows = UnplacedVisit.objects.filter(plan__in=VisitPlan.objects.visible_to(user), plan__cycle__in=found)
    left = dict(rows.order_by().values_list("plan__cycle_id").annotate(n=Count("customer_id", distinct=True)))
    made = []
    for cycle in found:
        mine, total = plans[cycle.pk], totals.get(cycle.pk, 0)
        job = cycle.job if len(mine) == total else None
        figures = figures_in_reach(cycle, mine, total)
        made.append(CycleLine(cycle, figures, len(mine), left.get(cycle.pk, 0), job))
    return made
