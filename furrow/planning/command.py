"""`furrow plan FILE`: a customer list becomes a plan of visits, without a database."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from furrow import routing
from furrow.planning import rules
from furrow.planning.lists import Listed, read_list, with_grades
from furrow.planning.outcome import compare, reason_of
from furrow.planning.printed import Answer, as_json, as_text, plan_book
from furrow.planning.problem import Outlet, Traveler, cycle_days, planning_problem

MOST_REPS, LONGEST_SEARCH, MOST_ITERATIONS = 500, 3600, 100_000_000
TOO_MUCH, NOT_FEASIBLE = 1, 3
"""Exit codes besides 0: nothing could be planned; the checker found a rule broken."""


def run_plan_cli(arguments: Sequence[str]) -> int:
    """The command. Returns 0, 1 for a file that can't be planned, 2 for wrong arguments, 3 when the checker objects."""
    _start_django()
    options = _parser().parse_args(list(arguments))
    from furrow.kit.sheets import SheetError  # noqa: PLC0415  needs settings

    try:
        _check_output(options.output)
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
            with Path(options.output).open("wb") as target:
                write_plan(target, plan_book(rows, answer, options))
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
    name = {"name": getattr(error, "filename", None)}
    if isinstance(error, FileNotFoundError):
        return _("there is no file %(name)s") % name
    if isinstance(error, IsADirectoryError):
        return _("%(name)s is a folder. Name a file.") % name
    if isinstance(error, PermissionError):
        return _("%(name)s is locked or you may not open it.") % name
    return str(error) or type(error).__name__


def _check_output(output: str | None) -> None:
    """Before anything is planned, since that takes long. Raises OSError when no file can be written there."""
    if output is None:
        return
    path = Path(output)
    if not path.parent.is_dir():
        raise NotADirectoryError(_("there is no folder %(name)s for the workbook") % {"name": path.parent})
    if path.is_dir():
        raise IsADirectoryError(None, None, output)


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
