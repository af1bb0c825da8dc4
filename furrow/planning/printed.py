"""What `furrow plan` says of a plan: one JSON object, lines for people, a workbook."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from furrow import routing
from furrow.planning.lists import Listed
from furrow.planning.outcome import figures_json

if TYPE_CHECKING:
    from furrow.planning.exports import PlanBook, VisitLine


@dataclass(frozen=True, slots=True)
class Answer:
    """A plan with all that is said about it."""

    problem: routing.Problem
    result: routing.Result
    figures: dict[str, Any]
    feasible: bool
    broken: tuple[str, ...]
    seconds: float


def as_json(rows: Sequence[Listed], answer: Answer, notes: Sequence[str]) -> dict[str, Any]:
    """What `--json` prints."""
    names = {row.id: row.name for row in rows}
    figures, swept, listed = (
        answer.figures,
        answer.figures["baselines"]["swept"],
        answer.figures["baselines"]["listed"],
    )
    made = {
        "feasible": answer.feasible,
        "violations": list(answer.broken[:50]),
        "customers": len(rows),
        "visits": figures["visits"],
        "unplaced": [
            {"customer": names[left.site_id], "visits": left.visits, "reason": left.reason}
            for left in answer.result.unplaced
        ],
        "travel_minutes": figures["travel_minutes"],
        "baseline_sweep_minutes": swept["travel_minutes"],
        "baseline_listed_minutes": listed["travel_minutes"],
        "under_sweep_percent": _under(figures["travel_minutes"], swept["travel_minutes"]),
        "under_listed_percent": _under(figures["travel_minutes"], listed["travel_minutes"]),
        "km": figures["kilometres"],
        "baseline_sweep_km": swept["kilometres"],
        "baseline_listed_km": listed["kilometres"],
        "visits_per_day": figures["visits_per_day"],
        "customer_minutes": figures["customer_minutes"],
        "overtime_minutes": figures["overtime_minutes"],
        "working_days": sum(day.working for day in answer.problem.days),
        "reps": len(answer.problem.reps),
        "longest_day_minutes": figures["longest_day"],
        "coverage": {
            grade: {"visits": planned, "visits_due": wanted, "customers": sites, "customers_due": due}
            for grade, (planned, wanted, sites, due) in figures["coverage"].items()
        },
        "iterations": answer.result.iterations,
        "seconds": round(answer.seconds, 1),
        "notes": list(notes),
    }
    return made


def _under(value: float, base: float) -> float:
    return round(100 * (1 - value / base), 1) if base else 0.0


def as_text(rows: Sequence[Listed], answer: Answer, notes: Sequence[str]) -> list[str]:
    """What is printed for people."""
    from furrow.kit.figures import number  # noqa: PLC0415
    from furrow.planning.comparison import coverage_lines, figure_lines  # noqa: PLC0415

    plan = answer.figures
    lines = [
        _("%(customers)s customers, %(reps)d reps: %(visits)s visits, %(left)s not placed")
        % {
            "customers": number(len(rows)),
            "reps": len(answer.problem.reps),
            "visits": number(plan["visits"]),
            "left": number(sum(left.visits for left in answer.result.unplaced)),
        },
        _("Checked independently: every rule is kept")
        if answer.feasible
        else _("Checked independently: rules are broken"),
        *answer.broken[:20],
        "",
        _row("", _("This plan"), _("By direction"), "", _("As listed"), ""),
    ]
    for line in figure_lines(plan):
        places = 0 if line.unit in ("minutes", "visits") else 1
        values = [number(value, places) for value in (line.value, line.swept, line.listed)]
        changes = ["" if c is None else f"{number(c, 1)}%" for c in (line.swept_change, line.listed_change)]
        units = {"minutes": _("min"), "km": _("km")}
        label = line.label
        if line.unit in units:
            label = _("%(label)s (%(unit)s)") % {"label": line.label, "unit": units[line.unit]}
        lines.append(_row(label, values[0], values[1], changes[0], values[2], changes[1]))
    lines.append("")
    lines += [
        _("Grade %(grade)s: %(n)d of %(all)d customers, %(visits)d of %(due)d visits")
        % {
            "grade": c.grade,
            "n": c.customers,
            "all": c.customers_due,
            "visits": c.visits,
            "due": c.visits_due,
        }
        for c in coverage_lines(plan)
    ]
    names = {row.id: row.name for row in rows}
    for left in answer.result.unplaced[:20]:
        lines.append(f"  {names[left.site_id]}: {_reason(left.reason)}")
    if len(answer.result.unplaced) > 20:
        lines.append("  …")
    lines += ["", *notes] if notes else []
    return lines


def _reason(code: str) -> str:
    from furrow.planning.models import UnplacedVisit  # noqa: PLC0415

    return str(dict(UnplacedVisit.Reason.choices).get(code, code))


def _row(label: str, *cells: str) -> str:
    return _padded(label, 28, left=True) + "".join(_padded(cell, 12) for cell in cells)


def _padded(text: str, width: int, *, left: bool = False) -> str:
    from unicodedata import east_asian_width  # noqa: PLC0415

    gap = " " * max(1, width - sum(2 if east_asian_width(char) in "WF" else 1 for char in text))
    return text + gap if left else gap + text


def plan_book(rows: Sequence[Listed], answer: Answer, options: argparse.Namespace) -> PlanBook:
    from furrow.planning.exports import LeftLine, PlanBook  # noqa: PLC0415

    known: Mapping[str, Listed] = {row.id: row for row in rows}
    visits = list(_visit_lines(known, answer, options.start))
    left = [
        LeftLine(
            u.rep_id or "",
            known[u.site_id].name,
            known[u.site_id].grade,
            u.visits,
            _reason(u.reason),
        )
        for u in answer.result.unplaced
    ]
    by_rep = [
        (
            rep.id,
            figures_json(
                routing.figures(
                    answer.problem.for_rep(rep.id), [r for r in answer.result.routes if r.rep_id == rep.id]
                )
            ),
        )
        for rep in answer.problem.reps
    ]
    end = options.start + timedelta(days=7 * options.weeks - 1)
    facts = [
        (_("Plan"), Path(options.file).name),
        (_("Period"), f"{options.start} – {end}"),
        (_("Visit policy"), options.policy),
    ]
    return PlanBook(facts, answer.figures, by_rep, visits, left)


def _visit_lines(known: Mapping[str, Listed], answer: Answer, monday: date) -> Iterator[VisitLine]:
    from furrow.planning.exports import VisitLine  # noqa: PLC0415
    from furrow.planning.rows import clock_time  # noqa: PLC0415

    for route in sorted(answer.result.routes, key=lambda r: (r.day, r.rep_id)):
        on = monday + timedelta(days=route.day)
        for order, stop in enumerate(route.visits, start=1):
            row = known[stop.site_id]
            arrive, start, leave = (clock_time(at) for at in (stop.arrive, stop.start, stop.leave))
            yield VisitLine(
                    on, route.rep_id, order, arrive, start, leave, row.code, row.name, row.grade, row.address, row.phone, stop.drive_minutes,
                    stop.drive_metres / 1000,
            )  # fmt: skip
