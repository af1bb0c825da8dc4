"""The result page of a plan (calendar, map, table, figures), and the page of one planned visit with what moving it costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from furrow.planning import board, comparison, moves, queries, remarks, services
from furrow.planning.board import Asked
from furrow.planning.models import VisitCycle
from furrow.planning.reasons import with_reasons
from furrow.planning.views import cycle_or_404, visit_or_404
from furrow.team.access import may, right_required


@require_GET
@right_required("planning.view")
def cycle(request: HttpRequest, pk: int) -> HttpResponse:
    """A plan: what it is waiting for while there is none, else the view asked for (board.Asked)."""
    row = cycle_or_404(request, pk)
    asked = Asked.parse(request, row)
    context = _frame(request, row, asked)
    if row.figures:
        fill = {"calendar": _calendar, "map": _map, "table": _table, "figures": _figures}[asked.view]
        context |= fill(request, row, asked, context)
    return render(request, "planning/cycle.html", context)


def _frame(request: HttpRequest, row: VisitCycle, asked: Asked) -> dict[str, Any]:
    """Head, figures and tabs, the same in every view."""
    user: Any = request.user
    plans = queries.plans_of(row, user)
    total = row.plans.count()
    figures = comparison.figures_in_reach(row, plans, total)
    left = remarks.unplaced(row, user) if row.figures else []
    weeks = queries.weeks_of(row, plans) if row.figures else ()
    return {
        "cycle": row,
        "asked": asked,
        "plans": plans,
        "totals": figures,
        "job": row.job if row.status == VisitCycle.Status.PLANNING else None,
        "ended": row.job
        if row.job and row.status in {VisitCycle.Status.DRAFT, VisitCycle.Status.FAILED}
        else None,
        "warnings": remarks.cycle_warnings(row, user),
        "can_plan": may(user, "planning.plan") and len(plans) == total,
        "can_publish": may(user, "planning.publish") and len(plans) == total,
        "can_move": may(user, "planning.plan") and len(plans) == total and row.is_editable,
        "conflicts": services.publish_conflicts(row) if row.is_editable else [],
        "stats": board.stats(figures, len(left), asked.base) if row.figures else [],
        "bases": board.BASES.items() if figures.get("baselines") else (),
        "weeks": weeks,
        "visits": sum(week.visits for week in weeks),
        "unplaced": left,
        "changes": remarks.changes_since_published(row, user) if row.is_editable else [],
        "proposed": queries.newly_owned(plans),
        "was_published": any(plan.published is not None for plan in plans),
    }


def _calendar(request: HttpRequest, row: VisitCycle, asked: Asked, frame: dict[str, Any]) -> dict[str, Any]:
    user: Any = request.user
    found = queries.board(row, asked.week, user)
    if not asked.week:
        spans = [
            [head for head in found.days if (head.date - row.start).days // 7 == week]
            for week in range(row.weeks)
        ]
        return {"board": found, "spans": spans, "part": "planning/_board_overview.html"}
    stops = [stop for rep in found.rows for cell in rep.days for stop in cell.stops]
    chosen = board.chosen_day(row, found, asked)
    context: dict[str, Any] = {
        "board": found,
        "marked": board.marked(frame["was_published"], frame["changes"], stops),
        "chosen": chosen,
        "part": "planning/_board.html",
    }
    if chosen:
        plan = next(plan for plan in frame["plans"] if plan.rep_id == chosen[0])
        (route,) = with_reasons([queries.day_route(plan, chosen[1])], request.user)  # type: ignore[arg-type]
        context |= {"route": route, "map_data": board.map_data([route])}
    return context


def _map(request: HttpRequest, row: VisitCycle, asked: Asked, frame: dict[str, Any]) -> dict[str, Any]:
    if "rep" not in request.GET and frame["plans"]:
        asked = replace(asked, rep=frame["plans"][0].rep_id)  # everybody at once is too much for a first look
    own = [plan for plan in frame["plans"] if asked.rep in (None, plan.rep_id)]
    dates = [asked.day] if asked.day else board.week_of(row, asked.week)
    routes = [route for route in queries.routes_of(own, dates) if route.stops]
    colored = "day" if len(own) == 1 and not asked.day else "rep"
    days = [head for head in queries.heads_of(row, board.week_of(row, asked.week), set()) if head.works]
    return {
        "asked": asked,
        "one_rep": len(own) == 1,
        "routes": board.color_of(routes, colored),
        "map_data": board.map_data(routes, colored=colored),
        "days": days,
        "part": "planning/_board_map.html",
    }


def _table(request: HttpRequest, row: VisitCycle, asked: Asked, frame: dict[str, Any]) -> dict[str, Any]:
    rows = board.table_rows(row, request.user, asked)  # type: ignore[arg-type]
    first = (asked.page - 1) * board.ROWS_AT_MOST
    days = [head for head in queries.heads_of(row, board.week_of(row, asked.week), set()) if head.works]
    return {
        "rows": rows[first : first + board.ROWS_AT_MOST],
        "count": len(rows),
        "first": first + 1,
        "last": min(first + board.ROWS_AT_MOST, len(rows)),
        "before": asked.page - 1 if first else None,
        "after": asked.page + 1 if first + board.ROWS_AT_MOST < len(rows) else None,
        "heads": board.heads(asked),
        "days": days,
        "grades": "ABCD",
        "part": "planning/_board_table.html",
    }


def _figures(request: HttpRequest, row: VisitCycle, asked: Asked, frame: dict[str, Any]) -> dict[str, Any]:
    lines = board.rep_lines(row, frame["plans"])
    return {
        "figures": comparison.figure_lines(frame["totals"]),
        "coverage": comparison.coverage_lines(frame["totals"]),
        "reps": lines,
        "chart_data": board.chart_data(lines),
        "part": "planning/_board_figures.html",
    }


@require_GET
@right_required("planning.view")
def visit(request: HttpRequest, visit_id: int) -> HttpResponse:
    """One planned visit: when, by whom, and every day it could move to with its price. Its block `move` is also the board's dialog."""
    row = visit_or_404(request, visit_id)
    plan_cycle = row.plan.cycle
    total, seen = plan_cycle.plans.count(), len(queries.plans_of(plan_cycle, request.user))  # type: ignore[arg-type]
    can_move = may(request.user, "planning.plan") and plan_cycle.is_editable and total == seen
    weeks = board.options(row, plan_cycle) if can_move else []
    return render(
        request,
        "planning/visit.html",
        {"visit": row, "cycle": plan_cycle, "can_move": can_move, "weeks": weeks},
    )


@require_GET
@right_required("planning.plan")
def price(request: HttpRequest, visit_id: int) -> JsonResponse:
    """What moving a visit would cost, as JSON: to the day `to`, else {"days": {day: price}} for its week `week` of the cycle."""
    row = visit_or_404(request, visit_id)
    plan_cycle = row.plan.cycle
    asked = request.GET.get("to", "")
    if asked:
        return JsonResponse(board.price_json(moves.price_move(row, _day(asked))))
    found = moves.price_days(row, board.week_of(plan_cycle, Asked.parse(request, plan_cycle).week))
    return JsonResponse(
        {"days": {day.isoformat(): board.price_json(cost) for day, cost in found.items() if day != row.date}}
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
