"""The whole plan as a workbook: summary, visits, not placed, per rep. The database and the command line fill the same rows."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from furrow.kit.figures import percent, weekday
from furrow.kit.sheets.write import Column, Value, write_book
from furrow.planning.comparison import FigureLine, coverage_lines, figure_lines
from furrow.planning.models import PlannedVisit, VisitCycle
from furrow.planning.queries import plans_of, stops_of
from furrow.planning.remarks import unplaced
from furrow.team.models import User


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One visit of the workbook. `minutes` and `km` are those of the drive that leads to it."""

    date: date
    rep: str
    order: int
    arrive: time
    start: time
    leave: time
    code: str
    name: str
    grade: str
    address: str
    phone: str
    minutes: float
    km: float
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class LeftLine:
    """Visits of one customer that found no day."""

    rep: str
    name: str
    grade: str
    visits: int
    reason: str


@dataclass(frozen=True, slots=True)
class PlanBook:
    """What the workbook holds: name and period as (label, text) pairs, the cycle's figures, figures by rep, the lines."""

    facts: Sequence[tuple[str, str]]
    figures: Mapping[str, Any]
    by_rep: Sequence[tuple[str, Mapping[str, Any]]]
    visits: Iterable[VisitLine]
    left: Iterable[LeftLine]


def cycle_book(cycle: VisitCycle, user: User) -> PlanBook:
    """The workbook of the plans in the user's reach. Four queries."""
    plans = plans_of(cycle, user)
    names = {plan.pk: plan.rep.name for plan in plans}
    facts = [
        (_("Plan"), cycle.name),
        (_("Period"), f"{cycle.start.isoformat()} – {cycle.end.isoformat()}"),
        (_("Status"), str(cycle.get_status_display())),
        (_("Visit policy"), str(cycle.policy_rules.get("name", ""))),
    ]
    stops = stops_of(PlannedVisit.objects.filter(plan__in=plans))
    lines = [
        VisitLine(
            s.date, names[s.plan_id], s.order, s.arrive, s.start, s.leave, s.code, s.name, s.grade, s.address, s.phone,
            s.drive_minutes, s.drive_km, s.pinned,
        )
        for s in stops
    ]  # fmt: skip
    lines.sort(key=lambda line: (line.date, line.rep, line.order))
    left = [
        LeftLine(row.rep_name, row.name, row.grade, row.visits, row.reason_text)
        for row in unplaced(cycle, user)
    ]
    figures = cycle.figures if len(plans) == cycle.plans.count() else {}
    return PlanBook(facts, figures, [(plan.rep.name, plan.figures) for plan in plans], lines, left)


def write_plan(target: str | os.PathLike[str] | IO[bytes], book: PlanBook) -> int:
    """Write the workbook in the language of the moment; returns the rows written. Raises SheetError beyond Excel's rows."""
    return write_book(
        target,
        [
            (pgettext("workbook", "Summary"), *_summary(book)),
            (_("Visits"), *_visits(book.visits)),
            (_("Not placed"), *_left(book.left)),
            (_("By rep"), *_by_rep(book.by_rep)),
        ],
    )


Filled = tuple[list[Column], list[list[Value]]]


def _summary(book: PlanBook) -> Filled:
    columns = [
        Column(_("Measure")),
        Column(_("This plan"), "decimal", 1),
        Column(_("By direction"), "decimal", 1),
        Column(_("Change"), width=12),
        Column(_("As listed"), "decimal", 1),
        Column(_("Change"), width=12),
    ]
    rows: list[list[Value]] = [[label, text] for label, text in book.facts]
    for line in figure_lines(dict(book.figures)):
        changes = [_signed(change) for change in (line.swept_change, line.listed_change)]
        rows.append([_with_unit(line), line.value, line.swept, changes[0], line.listed, changes[1]])
    for row in coverage_lines(dict(book.figures)):
        covered = _("%(n)d of %(all)d customers") % {"n": row.customers, "all": row.customers_due}
        rows.append([_("Coverage, grade %(grade)s") % {"grade": row.grade}, percent(row.share), covered])
    return columns, [[*row, *[None] * (len(columns) - len(row))] for row in rows]


def _signed(change: float | None) -> str:
    return "" if change is None else f"{change:+.1f}%".replace("-", "−")


def _with_unit(line: FigureLine) -> str:
    units = {"minutes": _("min"), "km": _("km")}
    return (
        _("%(label)s (%(unit)s)") % {"label": line.label, "unit": units[line.unit]}
        if line.unit in units
        else line.label
    )


def _visits(lines: Iterable[VisitLine]) -> Filled:
    columns = [
        Column(_("Date"), "date"),
        Column(_("Weekday")),
        Column(_("Rep")),
        Column(_("No."), "integer"),
        Column(_("Arrives"), "time"),
        Column(_("Begins"), "time"),
        Column(_("Leaves"), "time"),
        Column(_("Code")),
        Column(_("Customer")),
        Column(_("Grade")),
        Column(_("Address")),
        Column(_("Phone")),
        Column(_("Drive, min"), "decimal", 1),
        Column(_("Drive, km"), "decimal", 1),
        Column(_("Pinned")),
    ]
    rows: list[list[Value]] = [
        [
            x.date, weekday(x.date), x.rep, x.order, x.arrive, x.start, x.leave, x.code, x.name, x.grade, x.address, x.phone,
            x.minutes, x.km, _("Pinned") if x.pinned else "",
        ]
        for x in lines
    ]  # fmt: skip
    return columns, rows


def _left(lines: Iterable[LeftLine]) -> Filled:
    columns = [
        Column(_("Rep")),
        Column(_("Customer")),
        Column(_("Grade")),
        Column(_("Visits"), "integer"),
        Column(_("Reason")),
    ]
    return columns, [[x.rep, x.name, x.grade, x.visits, x.reason] for x in lines]


def _by_rep(by_rep: Iterable[tuple[str, Mapping[str, Any]]]) -> Filled:
    keys = (
        "visits",
        "visits_per_day",
        "customer_minutes",
        "travel_minutes",
        "kilometres",
        "overtime_minutes",
        "longest_day",
    )
    titles = (
        _("Visits"), _("Visits a day"), _("With customers, min"), _("On the road, min"), _("Distance, km"), _("Overtime, min"),
        _("Longest day, min"),
    )  # fmt: skip
    columns = [
        Column(_("Rep")),
        *(
            Column(title, "integer" if key == "visits" else "decimal", 1)
            for key, title in zip(keys, titles, strict=True)
        ),
    ]
    return columns, [[name, *(figures.get(key) for key in keys)] for name, figures in by_rep]
