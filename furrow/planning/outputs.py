"""What leaves the house: the workbook, printed route sheets 路线卡, and a calendar feed per rep."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.dateparse import parse_date
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from furrow.kit import audit
from furrow.kit.pdf import pdf_available, pdf_response
from furrow.planning import queries
from furrow.planning.exports import cycle_book, write_plan
from furrow.planning.models import PlannedVisit, VisitCycle
from furrow.planning.reasons import with_reasons
from furrow.planning.views import cycle_or_404
from furrow.team.access import right_required
from furrow.team.models import User

if TYPE_CHECKING:
    from icalendar import Event

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FEED_PAST_DAYS = 60


@require_GET
@right_required("planning.view")
@right_required("customers.export")
def xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """The plans in reach as one workbook; it holds customers' addresses and phones, so it is an export and audited as one."""
    row = cycle_or_404(request, pk)
    target = io.BytesIO()
    user: Any = request.user
    write_plan(target, cycle_book(row, user))
    audit.exported(user, _("Visit plan"), row.name)
    response = HttpResponse(target.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="furrow-plan-{row.start.isoformat()}.xlsx"'
    return response


@require_GET
@right_required("planning.view")
def route_sheets(request: HttpRequest, pk: int) -> HttpResponse:
    """Route sheets to take along: `rep` and either `day` or `week` narrow them; `format=pdf` gives a PDF."""
    row = cycle_or_404(request, pk)
    wanted = request.GET.get("rep", "")
    plans = [p for p in queries.plans_of(row, request.user) if not wanted or str(p.rep_id) == wanted]  # type: ignore[arg-type]
    routes = [route for route in queries.routes_of(plans, _days(request, row)) if route.stops]
    context = {"cycle": row, "routes": with_reasons(routes, request.user), "pdf": pdf_available()}  # type: ignore[arg-type]
    if request.GET.get("format") == "pdf":
        return pdf_response(
            request, "planning/route_sheets.html", context, f"route-sheets-{row.start.isoformat()}.pdf"
        )
    return render(request, "planning/route_sheets.html", context)


def _days(request: HttpRequest, row: VisitCycle) -> list[date]:
    week = request.GET.get("week", "")
    try:
        day = parse_date(request.GET.get("day", ""))
    except ValueError:
        day = None
    if day is not None:
        return [day] if row.start <= day <= row.end else []
    if week.isdecimal() and 1 <= int(week[:3]) <= row.weeks:
        return [row.day_of(7 * (int(week[:3]) - 1) + i) for i in range(7)]
    return [row.day_of(i) for i in range(7 * row.weeks)]


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """A rep's published visits for a calendar program; the unguessable address is the key. Answers 304 when nothing changed."""
    if not token.isprintable():
        raise Http404  # PostgreSQL refuses to look for control characters
    rep = get_object_or_404(User, calendar_token=token, is_active=True)
    since = datetime.now(UTC).date() - timedelta(days=FEED_PAST_DAYS)
    rows = PlannedVisit.objects.published().filter(plan__rep=rep, date__gte=since)
    stamps = rows.values_list("plan__cycle__published_at", flat=True).order_by("-plan__cycle__published_at")
    latest = stamps.first()
    etag = quote_etag(
        f"{rep.pk}-{rows.count()}-{latest.timestamp() if latest else 0}-{rep.language}-{settings.TIME_ZONE}"
    )
    if (unchanged := get_conditional_response(request, etag=etag)) is not None:
        return unchanged
    with translation.override(rep.language or settings.LANGUAGE_CODE):
        body = _calendar(rep, queries.stops_of(rows), latest)
    response = HttpResponse(
        body,
        content_type="text/calendar; charset=utf-8",
        headers={"ETag": etag, "Cache-Control": "private, max-age=300"},
    )
    response["Content-Disposition"] = 'inline; filename="furrow.ics"'
    return response


def _calendar(rep: User, stops: list[queries.Stop], stamp: datetime | None) -> bytes:
    from icalendar import Calendar, vText  # noqa: PLC0415  slow to import, and no page needs it

    zone = ZoneInfo(settings.TIME_ZONE)
    made = Calendar()
    made.add("prodid", "-//Furrow//Visit plan//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", vText(_("Visits of %(name)s") % {"name": rep.name}))
    made.add("x-wr-timezone", settings.TIME_ZONE)
    made.add("x-published-ttl", "PT1H")
    seen: dict[tuple[int, int], int] = {}
    for stop in sorted(stops, key=lambda s: (s.date, s.start, s.order)):
        made.add_component(_event(stop, zone, stamp, seen))
    made.add_missing_timezones()
    return bytes(made.to_ical())


def _event(
    stop: queries.Stop, zone: ZoneInfo, stamp: datetime | None, seen: dict[tuple[int, int], int]
) -> Event:
    """UIDs name plan, customer and the visit's turn, so a visit moved to another day stays the same entry."""
    from icalendar import Event  # noqa: PLC0415  as above

    key = (stop.plan_id, stop.customer_id)
    seen[key] = turn = seen.get(key, 0) + 1
    event = Event()
    event.add("uid", f"visit-{stop.plan_id}-{stop.customer_id}-{turn}@furrow")
    event.add("dtstamp", stamp or datetime.now(UTC))
    event.add("dtstart", datetime.combine(stop.date, stop.start, zone))
    event.add("dtend", datetime.combine(stop.date, stop.leave, zone))
    event.add("summary", _("%(grade)s %(name)s") % {"grade": stop.grade, "name": stop.label})
    if stop.address:
        event.add("location", stop.address)
    told = [line for line in (_("Stop %(n)d") % {"n": stop.order}, stop.contact, stop.phone) if line]
    event.add("description", "\n".join(told))
    if stop.lng is not None and stop.lat is not None:
        event.add("geo", (stop.lat, stop.lng))
    return event
