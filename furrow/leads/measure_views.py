"""Measures per channel as funnel and table, by week, with the way down to the rows (P2.4)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from furrow.kit.figures import short_day
from furrow.kit.sheets import Column
from furrow.leads import papers
from furrow.leads.measures import Figures, Measures, measures
from furrow.leads.views import day_asked
from furrow.team.access import require, right_required

PERIODS = (4, 8, 13, 26, 52)


@require_safe
@right_required("leads.view")
def measure(request: HttpRequest) -> HttpResponse:
    """The last weeks; every number leads to its leads."""
    user: Any = request.user
    asked = request.GET.get("weeks", "")
    weeks = int(asked) if asked in {str(known) for known in PERIODS} else 8
    found = measures(user, day_asked(request), weeks)
    if request.GET.get("format") in ("xlsx", "csv"):
        require(user, "leads.export")
        return papers.table_response(request, _paper(found), request.GET["format"])
    query = "".join(f"&week={week.start}" for week in found.weeks)
    context = {"found": found, "weeks": weeks, "periods": PERIODS, "query": query, "chart": _chart(found)}
    return render(request, "leads/measures.html", context)


def _chart(found: Measures) -> dict[str, Any]:
    total = found.total
    return {
        "funnel": [
            {"name": _("Leads"), "value": total.leads},
            {"name": _("Found valid"), "value": total.valid},
            {"name": _("Talked to"), "value": total.talks},
            {"name": _("Converted"), "value": total.converted},
        ],
        "weeks": [short_day(week.start) for week in found.weeks],
        "leads": [week.figures.leads for week in found.weeks],
        "valid": [week.figures.valid for week in found.weeks],
        "converted": [week.figures.converted for week in found.weeks],
        "words": {"leads": _("Leads"), "valid": _("Found valid"), "converted": _("Converted")},
    }


def _paper(found: Measures) -> papers.Paper:
    heads = [
        Column(_("Lead channel")), Column(_("Sub-channel")), Column(_("Leads"), "integer"), Column(_("Found valid"), "integer"),
        Column(_("Valid rate"), "decimal", 4), Column(_("First feedback after (minutes)"), "integer"), Column(_("Talked to"), "integer"),
        Column(_("Converted"), "integer"), Column(_("Conversion rate"), "decimal", 4), Column(_("Cost"), "decimal"),
        Column(_("Cost per lead"), "decimal"), Column(_("Revenue"), "decimal"),
    ]  # fmt: skip
    rows = [
        (str(row.channel.get_kind_display()), str(row.channel), *_cells(row.figures)) for row in found.rows
    ]
    rows.append((_("All"), "", *_cells(found.total)))
    return papers.Paper(_("Measures per channel"), f"channels-{found.first}-{found.last}", heads, rows)


def _cells(one: Figures) -> tuple[Any, ...]:
    return (
        one.leads, one.valid, _rate(one.valid_rate), one.response_minutes, one.talks, one.converted, _rate(one.conversion_rate), one.cost,
        one.cost_per_lead, one.revenue,
    )  # fmt: skip


def _rate(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
