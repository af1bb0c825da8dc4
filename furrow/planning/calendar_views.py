"""The work calendar page: a year of months; a day is toggled by whoever may change the calendar."""

from __future__ import annotations

from calendar import Calendar
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from furrow.kit.figures import day_words
from furrow.kit.flash import flash
from furrow.kit.services import SEED_SOURCE, clear_work_day, publish_year, seed_calendar, set_work_day
from furrow.kit.workcalendar import CalendarYear, DayKind, WorkDay, known_years
from furrow.planning.forms import CalendarDayForm
from furrow.team.access import may, right_required

FIRST, LAST = 2004, 2100


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of the grid; `turn` is the kind that a click gives it, empty for "as its weekday says"."""

    date: date
    works: bool
    kind: str
    label: str
    turn: str
    is_today: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A month as weeks from Monday; None outside the month."""

    first: date
    weeks: tuple[tuple[CalendarDay | None, ...], ...]
    working: int


def _source(source: str) -> str:
    """Where a year's days are from; the shipped calendar is a package, whose name says nothing to readers."""
    return _("the shipped calendar") if source == SEED_SOURCE else source


@require_GET
@right_required("planning.view")
def year(request: HttpRequest) -> HttpResponse:
    """All months of a year with its holidays and make-up days, and whether they are published."""
    wanted = _year(request.GET.get("year", ""))
    rows = {row.date: row for row in WorkDay.objects.filter(date__year=wanted)}
    months = tuple(_month(wanted, month, rows) for month in range(1, 13))
    known = CalendarYear.objects.filter(year=wanted).first()
    context = {
        "year": wanted,
        "months": months,
        "working": sum(month.working for month in months),
        "published": bool(known and known.published),
        "source": _source(known.source) if known else "",
        "shipped": wanted in known_years(),
        "differing": sorted(rows.values(), key=lambda row: row.date),
        "can_change": may(request.user, "calendar.change"),
        "before": wanted - 1 if wanted > FIRST else None,
        "after": wanted + 1 if wanted < LAST else None,
    }
    return render(request, "planning/calendar.html", context)


def _year(text: str) -> int:
    wanted = int(text) if text.isdecimal() and len(text) == 4 else timezone.localdate().year
    return min(max(FIRST, wanted), LAST)


def _month(of: int, month: int, rows: dict[date, WorkDay]) -> Month:
    days = [
        tuple(_day(on, rows.get(on)) if on.month == month else None for on in week)
        for week in Calendar().monthdatescalendar(of, month)
    ]
    return Month(
        date(of, month, 1), tuple(days), sum(1 for week in days for day in week if day and day.works)
    )


def _day(on: date, row: WorkDay | None) -> CalendarDay:
    ordinary = on.weekday() < 5
    works = DayKind(row.kind).is_working if row else ordinary
    opposite = DayKind.FREE if works else DayKind.WORKDAY
    turn = "" if works != ordinary else opposite.value
    return CalendarDay(
        on, works, row.kind if row else "", row.label if row else "", turn, on == timezone.localdate()
    )


@require_POST
@right_required("calendar.change")
def set_day(request: HttpRequest) -> HttpResponse:
    """Make a day free or worked, or let it be what its weekday says. Plans made before stay as they are."""
    day, _comma, kind = request.POST.get("pick", "").partition(",")
    form = CalendarDayForm({"day": day, "kind": kind} if day else request.POST)
    if not form.is_valid() or not FIRST <= form.cleaned_data["day"].year <= LAST:
        flash(request, _("Not changed: choose a day of the calendar."), kind="bad")
        return redirect("planning:calendar")
    by: Any = request.user
    on, kind = form.cleaned_data["day"], form.cleaned_data["kind"]
    if kind:
        set_work_day(on, kind, form.cleaned_data["name"], by=by)
    else:
        clear_work_day(on, by=by)
    works = DayKind(kind).is_working if kind else on.weekday() < 5
    said = _("%(day)s is a working day now") if works else _("%(day)s is free now")
    flash(request, said % {"day": day_words(on)})
    return redirect(f"{reverse('planning:calendar')}?year={on.year}#m{on.month}")


@require_POST
@right_required("calendar.change")
def publish(request: HttpRequest) -> HttpResponse:
    """Take the shipped calendar of a year, or say that the days entered by hand are its public holidays."""
    of, by = _year(request.POST.get("year", "")), request.user
    if request.POST.get("take") == "shipped" and of in known_years():
        seed_calendar([of])
        flash(request, _("The public holidays of %(year)s are in") % {"year": of})
    else:
        state = request.POST.get("published") == "1"
        publish_year(of, by=by, published=state)  # type: ignore[arg-type]
        said = _("%(year)s counts as published") if state else _("%(year)s counts as not published")
        flash(request, said % {"year": of})
    return redirect(f"{reverse('planning:calendar')}?year={of}")
