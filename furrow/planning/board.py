"""What the result page of a plan shows beyond one week's board: its figures in words, maps, table rows, charts, prices of a move."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from furrow.kit import maps, marks
from furrow.kit.figures import clock, hours, km, minutes_words, number
from furrow.planning import moves, queries, remarks
from furrow.planning.models import PlannedVisit, VisitCycle, VisitPlan
from furrow.planning.queries import Board, DayRoute, Stop
from furrow.planning.rules import percent_change
from furrow.team.models import User

VIEWS = ("calendar", "map", "table", "figures")
BASES = {"swept": gettext_lazy("By direction"), "listed": gettext_lazy("As listed")}
ORDERS = ("day", "rep", "time", "name", "grade", "drive", "km")
ROWS_AT_MOST = 200
COLORS = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """The query string of the result page, brought into range. `week` counts from 1, 0 is the whole cycle; `day` lies in it."""

    view: str
    week: int
    rep: int | None
    day: date | None
    base: str
    grade: str
    sort: str
    page: int

    @classmethod
    def parse(cls, request: HttpRequest, cycle: VisitCycle) -> Asked:
        given = request.GET
        day = _day_in(cycle, given.get("day", ""))
        week = _whole(given.get("week", ""))
        if week is None or week > cycle.weeks:
            week = (
                (((day or timezone.localdate()) - cycle.start).days // 7 + 1)
                if day or cycle.is_current
                else _first_week(cycle)
            )
        if day is not None and week and (day - cycle.start).days // 7 + 1 != week:
            day = None
        view, base, sort = given.get("view", ""), given.get("base", ""), given.get("sort", "")
        return cls(
            view if view in VIEWS else VIEWS[0],
            week,
            _whole(given.get("rep", "")),
            day,
            base if base in BASES else "swept",
            given.get("grade", "") if given.get("grade") in {"A", "B", "C", "D"} else "",
            sort if sort.lstrip("-") in ORDERS else "day",
            max(1, _whole(given.get("page", "")) or 1),
        )


def _first_week(cycle: VisitCycle) -> int:
    """The first week with visits: a policy may leave the first ones to other grades."""
    dates = PlannedVisit.objects.filter(plan__cycle=cycle).order_by("date").values_list("date", flat=True)
    first = dates.first()
    return (first - cycle.start).days // 7 + 1 if first else 1


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _day_in(cycle: VisitCycle, text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if cycle.start <= day <= cycle.end else None


@dataclass(frozen=True, slots=True)
class StatLine:
    """One figure of the head: label, figure, unit, comparison."""

    label: str
    figure: str
    unit: str
    sub: SafeString | str


def stats(figures: Mapping[str, Any], unplaced: int, base: str) -> list[StatLine]:
    """The six figures of the head against one baseline; signs are the plain difference, better or not."""
    than = figures.get("baselines", {}).get(base, {})

    def share(key: str, shown: str) -> SafeString | str:
        change = percent_change(float(figures.get(key, 0)), float(than[key])) if than else None
        return _against(_signed(change, 0) + "%" if change is not None else "", shown)

    road, served, far, daily = (
        float(figures.get(key, 0))
        for key in ("travel_minutes", "customer_minutes", "kilometres", "visits_per_day")
    )
    a = figures.get("coverage", {}).get("A", [0, 0, 0, 0])
    return [
        StatLine(
            _("On the road"), hours(road), _("h"), share("travel_minutes", hours(than.get("travel_minutes")))
        ),
        StatLine(
            _("With customers"),
            hours(served),
            _("h"),
            share("customer_minutes", hours(than.get("customer_minutes"))),
        ),
        StatLine(_("Distance"), number(far), _("km"), share("kilometres", number(than.get("kilometres")))),
        StatLine(
            _("Visits a day"),
            number(daily, 1),
            _("visits"),
            _against(_signed(daily - float(than["visits_per_day"]), 1), number(than["visits_per_day"], 1))
            if than
            else "",
        ),
        StatLine(
            _("Grade A covered"),
            number(a[2]),
            f"/ {number(a[3])}",
            _("All of them") if a[2] == a[3] else _("Not all of them"),
        ),
        StatLine(_("Not placed"), number(unplaced), _("customers"), ""),
    ]


def _signed(value: float, places: int) -> str:
    text = number(value, places)
    if text.strip("−") == number(0, places):
        return "0"
    return f"+{text}" if value > 0 else text


def _against(change: str, shown: str) -> SafeString | str:
    said = _("baseline %(figure)s") % {"figure": shown}
    return marks.facts(format_html("<b>{}</b>", change), said) if change else ""


def chosen_day(cycle: VisitCycle, board: Board, asked: Asked) -> tuple[int, date] | None:
    """(rep, day) of the day panel: what was asked for, else today, else the first day with visits."""
    reps = {row.rep_id: row for row in board.rows}
    rows = [reps[asked.rep]] if asked.rep in reps else list(board.rows)
    if not rows or not board.days:
        return None
    shown = {head.date for head in board.days}
    if asked.day in shown:
        return rows[0].rep_id, asked.day
    for row in rows:
        busy = [cell.date for cell in row.days if cell.stops]
        if busy:
            today = timezone.localdate()
            return row.rep_id, today if today in busy else busy[0]
    return rows[0].rep_id, board.days[0].date


def map_data(routes: Sequence[DayRoute], *, colored: str = "") -> dict[str, Any]:
    """Routes for planning/routes.js in the map's own coordinates. `colored`: "rep" or "day" gives each its own color."""
    keys: dict[Any, int] = {}
    groups, points = [], []
    for route in routes:
        if not route.stops:
            continue
        key = {"rep": route.rep_id, "day": route.date}.get(colored)
        color = f"o{keys.setdefault(key, len(keys)) % COLORS + 1}" if colored else ""
        stops = [
            [
                *maps.shown(s.lng, s.lat),
                s.order,
                (s.grade or "none").lower(),
                f"{s.order} {s.name} {clock(s.arrive)}",
                f"{s.id}",
            ]
            for s in route.stops
            if s.lng is not None and s.lat is not None
        ]
        line = [list(maps.shown(*point)) for point in route.line]
        base = list(maps.shown(*route.base)) if route.base else None
        points += line
        groups.append({"color": color, "base": base, "rep": route.rep_name, "line": line, "stops": stops})
    return {"groups": groups, "box": _box(points)}


def _box(points: Iterable[Sequence[float]]) -> list[float] | None:
    lngs, lats = zip(*points, strict=True) if points else ((), ())
    return [min(lngs), min(lats), max(lngs), max(lats)] if lngs else None


def color_of(routes: Sequence[DayRoute], colored: str) -> list[tuple[str, DayRoute]]:
    """(color, route) in the order and colors of `map_data`."""
    keys: dict[Any, int] = {}
    made = []
    for route in routes:
        if route.stops:
            key = route.rep_id if colored == "rep" else route.date
            made.append((f"o{keys.setdefault(key, len(keys)) % COLORS + 1}", route))
    return made


def table_rows(cycle: VisitCycle, user: User, asked: Asked) -> list[tuple[str, Stop]]:
    """(rep's name, visit), filtered and sorted as asked; equal ones by day, rep and order."""
    rows = queries.table(cycle, user, week=asked.week or None, rep_id=asked.rep)
    rows = [
        pair
        for pair in rows
        if (asked.day is None or pair[1].date == asked.day)
        and (not asked.grade or pair[1].grade == asked.grade)
    ]
    keys: dict[str, Any] = {
        "rep": lambda pair: pair[0],
        "time": lambda pair: pair[1].arrive,
        "name": lambda pair: pair[1].name,
        "grade": lambda pair: pair[1].grade,
        "drive": lambda pair: pair[1].drive_minutes,
        "km": lambda pair: pair[1].drive_km,
        "day": lambda pair: pair[1].date,
    }
    return sorted(rows, key=keys[asked.sort.lstrip("-")], reverse=asked.sort.startswith("-"))


def heads(asked: Asked) -> list[tuple[str, str, str, bool]]:
    """(name, label, sort it asks for, numeric) of the table's columns."""
    columns = (
        ("day", _("Date"), False), ("rep", _("Rep"), False), ("", _("Stop no."), True), ("time", _("Time"), True), ("name", _("Customer"), False),
        ("grade", _("Visit grade"), False), ("", _("Minutes there"), True), ("drive", _("Minutes on the road"), True), ("km", _("km"), True),
    )  # fmt: skip
    return [
        (name, label, f"-{name}" if name and name == asked.sort else name, numeric)
        for name, label, numeric in columns
    ]


def rep_lines(cycle: VisitCycle, plans: Sequence[VisitPlan]) -> list[dict[str, Any]]:
    """Per rep: hours on the road in the plan and both baselines, visits and visits a day."""
    found = cycle.figures.get("baselines", {})
    made = []
    for plan in plans:
        base = {name: found.get(name, {}).get("reps", {}).get(str(plan.rep_id)) for name in BASES}
        own = plan.figures
        made.append(
            {
                "rep": plan.rep,
                "travel": own.get("travel_minutes", 0),
                **base,
                "km": own.get("kilometres", 0),
                "visits": own.get("visits", 0),
                "per_day": own.get("visits_per_day", 0),
                "longest": own.get("longest_day", 0),
                "overtime": own.get("overtime_minutes", 0),
            }
        )
    return made


def chart_data(lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The two charts of the figures view, for planning/charts.js; hours with one decimal."""

    def column(key: str, divide: float) -> list[float | None]:
        return [round(float(line[key]) / divide, 1) if line[key] is not None else None for line in lines]

    travel = [
        (_("As listed"), "--c5", column("listed", 60)),
        (_("By direction"), "--c2", column("swept", 60)),
        (_("This plan"), "--c1", column("travel", 60)),
    ]
    return {
        "names": [line["rep"].name for line in lines],
        "travel": {
            "unit": _("h"),
            "series": [part for part in travel if any(value is not None for value in part[2])],
        },
        "daily": {"unit": _("visits"), "series": [(_("Visits a day"), "--c1", column("per_day", 1))]},
    }


def price_facts(price: moves.Price) -> list[str]:
    """What a move costs, in words: minutes and kilometers with their sign, the new time and place."""
    if not price.possible:
        return []
    minutes = minutes_words(abs(price.minutes))
    sign = "+" if price.minutes > 0 else "−"
    told = [_("no extra driving")] if abs(price.minutes) < 0.5 else [sign + minutes]
    if abs(price.metres) >= 50:
        told.append(("+" if price.metres > 0 else "−") + km(abs(price.metres) / 1000))
    return [*told, _("%(time)s, stop %(n)d") % {"time": price.start, "n": price.order}]


def price_json(price: moves.Price) -> dict[str, Any]:
    """One price for a script, with its words."""
    return {
        "possible": price.possible, "fits": price.fits, "minutes": round(price.minutes, 1), "metres": round(price.metres),
        "overtime": round(price.overtime, 1), "start": price.start, "order": price.order, "codes": list(price.codes),
        "facts": price_facts(price), "reasons": list(price.reasons),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Option:
    """Another day a visit could go to, with its price; `cheapest` saves most driving among those that break no rule."""

    date: date
    price: moves.Price
    facts: SafeString
    cheapest: bool


def options(visit: PlannedVisit, cycle: VisitCycle) -> list[tuple[int, list[Option]]]:
    """(week, days) that the visit could move to: working days from today on, with prices."""
    flags = cycle.options.get("working", [])
    today = timezone.localdate()
    days = [
        cycle.day_of(i)
        for i, works in enumerate(flags)
        if works and cycle.day_of(i) != visit.date and cycle.day_of(i) >= today
    ]
    prices = moves.price_days(visit, days)
    fitting = [day for day in days if prices[day].fits]
    best = min(fitting, key=lambda day: prices[day].minutes, default=None)
    weeks: dict[int, list[Option]] = {}
    for day in days:
        found = Option(day, prices[day], marks.facts(*price_facts(prices[day])), day == best)
        weeks.setdefault((day - cycle.start).days // 7 + 1, []).append(found)
    return list(weeks.items())


def marked(was_published: bool, changes: Sequence[remarks.Change], stops: Iterable[Stop]) -> set[int]:
    """Ids of visits to mark: those that differ from what the reps were last told, before a first publishing those a person moved."""
    if not was_published:
        return {stop.id for stop in stops if stop.moved}
    fresh = {
        (change.customer_id, day) for change in changes for day in change.after if day not in change.before
    }
    return {stop.id for stop in stops if (stop.customer_id, stop.date) in fresh}


def week_of(cycle: VisitCycle, week: int) -> list[date]:
    """The dates of a week, or of the whole cycle for week 0."""
    first = cycle.start + timedelta(days=7 * (week - 1)) if week else cycle.start
    return [first + timedelta(days=i) for i in range(7 if week else 7 * cycle.weeks)]
