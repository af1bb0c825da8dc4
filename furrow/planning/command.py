"""`furrow plan FILE`: a customer list becomes a plan of visits, without a database."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from furrow import routing
from furrow.planning import rules
from furrow.planning.lists import Listed, read_list, with_grades
from furrow.planning.outcome import compare, figures_json, reason_of
from furrow.planning.problem import Outlet, Traveler, cycle_days, planning_problem

if TYPE_CHECKING:
    from furrow.planning.exports import PlanBook

MOST_REPS, LONGEST_SEARCH, MOST_ITERATIONS = 500, 3600, 100_000_000
TOO_MUCH, NOT_FEASIBLE = 1, 3
"""Exit codes besides 0: nothing could be planned; the checker found a rule broken."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A plan with all that is said about it."""

    problem: routing.Problem
    result: routing.Result
    figures: dict[str, Any]
    feasible: bool
    broken: tuple[str, ...]
    seconds: float


def run_plan_cli(arguments: Sequence[str]) -> int:
    """The command. Returns 0, 1 for a file that can't be planned, 2 for wrong arguments, 3 when the checker objects."""
    _start_django()
    options = _parser().parse_args(list(arguments))
    from furrow.kit.sheets import SheetError  # noqa: PLC0415  needs settings

    try:
        rows, said = read_list(options.file, options.system)
        rows, graded = with_grades(rows, options.grades)
        answer = make_plan(rows, options)
    except (SheetError, routing.ProblemError, OSError) as error:
        print(_("Not planned: %(why)s") % {"why": _why(error)}, file=sys.stderr)  # noqa: T201
        return TOO_MUCH
    notes = [*said, *([_grade_rule()] if graded else []), *_unpublished(options)]
    if options.json:
        _say(json.dumps(as_json(rows, answer, notes), ensure_ascii=False, indent=2))
    else:
        _say("\n".join(as_text(rows, answer, notes)))
    if options.output:
        from furrow.planning.exports import write_plan  # noqa: PLC0415

        try:
            write_plan(options.output, _book(rows, answer, options))
        except OSError as error:
            print(_("Not written: %(why)s") % {"why": _why(error)}, file=sys.stderr)  # noqa: T201
            return TOO_MUCH
    return 0 if answer.feasible else NOT_FEASIBLE


def _say(text: str) -> None:
    """Print; a reader that closed the pipe early is no error."""
    try:
        print(text, flush=True)  # noqa: T201
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="furrow plan", description=_("Plan visits from a customer list, without a database")
    )
    parser.add_argument("file", metavar=_("FILE"), help=_("xlsx, xls or csv with names and positions"))
    parser.add_argument(
        "--reps",
        type=_number(1, MOST_REPS),
        help=_("how many reps; default: the owners named in the file, else 1"),
    )
    parser.add_argument(
        "--weeks", type=_number(1, 8), default=4, help=_("length of the cycle, 1 to 8; default 4")
    )
    parser.add_argument(
        "--start",
        type=_monday,
        default=rules.next_monday(date.today()),
        help=_("a Monday, YYYY-MM-DD; default: the next one"),
    )
    budget = parser.add_mutually_exclusive_group()
    budget.add_argument(
        "--seconds",
        type=_number(1, LONGEST_SEARCH),
        default=30,
        help=_("search time of the whole plan; default 30"),
    )
    budget.add_argument(
        "--iterations",
        type=_number(1, MOST_ITERATIONS),
        help=_("search steps instead: the same seed gives the same plan"),
    )
    parser.add_argument("--seed", type=int, default=0, help=_("start of the random numbers; default 0"))
    parser.add_argument("--policy", choices=rules.PRESETS, default=rules.PRESETS[0], help=_("visit policy"))
    parser.add_argument(
        "--grades",
        choices=("file", "rule"),
        default="file",
        help=_("take grades from the file, or give them by rule"),
    )
    parser.add_argument(
        "--system",
        choices=("wgs84", "gcj02", "bd09"),
        default="gcj02",
        help=_("coordinate system of the file; default gcj02"),
    )
    parser.add_argument("--json", action="store_true", help=_("print one JSON object"))
    parser.add_argument("-o", "--output", metavar="OUT.xlsx", help=_("write the plan as a workbook"))
    return parser


def _number(low: int, high: int) -> Any:
    def parse(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(_("choose %(low)d to %(high)d") % {"low": low, "high": high})
        return value

    parse.__name__ = _("whole number")
    return parse


def _monday(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("write the date as YYYY-MM-DD")) from None
    if day.weekday():
        monday = day - timedelta(days=day.weekday())
        raise argparse.ArgumentTypeError(
            _("%(day)s is not a Monday; the Monday before is %(monday)s") % {"day": day, "monday": monday}
        )
    return day


def _why(error: BaseException) -> str:
    if isinstance(error, FileNotFoundError):
        return _("there is no file %(name)s") % {"name": error.filename}
    return str(error) or type(error).__name__


def _start_django() -> None:
    """The file reader and the field words live in Django apps; settings are read, no database is opened."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "furrow.config.settings")
    os.environ.setdefault("FURROW_SECRET_KEY", "not used by this command")
    import django  # noqa: PLC0415
    from django.utils import translation  # noqa: PLC0415

    django.setup()
    translation.activate("zh-hans" if os.environ.get("LANGUAGE") == "zh_Hans" else "en")


def _grade_rule() -> str:
    return _(
        "The file has no grades: A 15%, B 25%, C 35%, D 25% of the customers, drawn by a checksum of code or name."
    )


def _unpublished(options: argparse.Namespace) -> list[str]:
    from furrow.kit.workcalendar import known_years  # noqa: PLC0415

    end = options.start + timedelta(days=7 * options.weeks - 1)
    years = [year for year in range(options.start.year, end.year + 1) if year not in known_years()]
    return [
        _("The public holidays of %(year)d are not published yet: only weekends count as free there.")
        % {"year": year}
        for year in years
    ]


def make_plan(rows: Sequence[Listed], options: argparse.Namespace) -> Answer:
    """Divide, plan every rep on its own core, compare with the baselines, and let the checker judge."""
    from furrow.kit.workcalendar import published_workdays  # noqa: PLC0415

    started = time.perf_counter()
    end = options.start + timedelta(days=7 * options.weeks - 1)
    calendar = published_workdays(range(options.start.year, end.year + 1))
    days = cycle_days(options.start, options.weeks, calendar.is_working)
    names = _rep_names(rows, options.reps)
    known = set(names)
    outlets = [
        Outlet(row.id, row.lng, row.lat, row.grade, row.channel, row.owner if row.owner in known else None)
        for row in rows
    ]
    policy = rules.preset(options.policy).rules
    number = rules.cycle_number(options.start, options.weeks)
    problem = planning_problem(outlets, [Traveler(name) for name in names], policy, days, number=number)
    divided = routing.divide(problem)
    stop: routing.Stop = (
        routing.Iterations(options.iterations) if options.iterations else routing.Seconds(options.seconds)
    )
    lanes = min(os.cpu_count() or 1, len(names))
    parts = routing.split(divided, stop=stop, seed=options.seed, lanes=lanes)
    if lanes > 1 and len(parts) > 1:
        with ProcessPoolExecutor(lanes) as pool:
            results = list(pool.map(_solve, parts))
    else:
        results = [_solve(part) for part in parts]
    sites = {site.id: site for site in divided.sites}
    result = routing.merge(results)
    report = routing.check(divided, result)
    broken = tuple(violation.text for violation in report.violations)
    told = tuple(replace(left, reason=reason_of(left, sites[left.site_id])) for left in result.unplaced)
    result = replace(result, unplaced=told)
    return Answer(
        divided,
        result,
        compare(problem, result.routes),
        report.feasible,
        broken,
        time.perf_counter() - started,
    )


def _solve(part: routing.Part) -> routing.Result:
    return routing.solve(part.problem, stop=part.stop, seed=part.seed)


def _rep_names(rows: Sequence[Listed], count: int | None) -> list[str]:
    """The owners named in the file; asked for more, invented ones join them, asked for fewer, all are invented and divide everything."""
    owners = [name for name, _n in Counter(row.owner for row in rows if row.owner).most_common()]
    if count is None:
        return owners[:MOST_REPS] or [_("Rep %(n)d") % {"n": 1}]
    invented = [_("Rep %(n)d") % {"n": n} for n in range(1, count + 1)]
    return [*owners, *invented][:count] if len(owners) <= count else invented


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


def _book(rows: Sequence[Listed], answer: Answer, options: argparse.Namespace) -> PlanBook:
    from furrow.planning.exports import LeftLine, PlanBook, VisitLine  # noqa: PLC0415
    from furrow.planning.rows import clock_time  # noqa: PLC0415

    known: Mapping[str, Listed] = {row.id: row for row in rows}
    visits = []
    for route in sorted(answer.result.routes, key=lambda r: (r.day, r.rep_id)):
        on = options.start + timedelta(days=route.day)
        for order, stop in enumerate(route.visits, start=1):
            row = known[stop.site_id]
            arrive, start, leave = (clock_time(at) for at in (stop.arrive, stop.start, stop.leave))
            visits.append(
                VisitLine(
                    on, route.rep_id, order, arrive, start, leave, row.code, row.name, row.grade, row.address, row.phone, stop.drive_minutes,
                    stop.drive_metres / 1000,
                )
            )  # fmt: skip
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
