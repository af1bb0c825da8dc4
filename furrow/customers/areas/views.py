"""The regions browser, the plan of an area, its opening, the opening order, and the overview of the archives (P1.1, P1.7)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from furrow.customers.archives import counting
from furrow.customers.areas import queries, services
from furrow.customers.areas.forms import OpenForm, PlanForm
from furrow.customers.areas.models import AreaPlan
from furrow.customers.areas.picture import BY, map_of
from furrow.customers.areas.queries import Area
from furrow.customers.areas.words import level_words, standing_words
from furrow.kit import audit
from furrow.kit.flash import flash
from furrow.kit.places import Region
from furrow.kit.regions import region_book
from furrow.kit.sheets import Column, write_csv, write_xlsx
from furrow.records import changes
from furrow.records.exports import CONTENT
from furrow.team.access import right_required

HISTORY = 20
SORTS = {
    "name": lambda area: area.code,
    "customers": lambda area: (-area.sums.customers, area.code),
    "complete": lambda area: (-area.percent, area.code),
    "order": lambda area: (area.order is None, area.order or 0, area.code),
}


def _region_or_404(code: str) -> Region:
    region = queries.region_or_none(code)
    if region is None:
        raise Http404
    return region


def _counted() -> dict[str, Any]:
    """When the figures were counted, and whether they should be again."""
    last, job = counting.last_count(), counting.running()
    return {"last": last, "counting": job, "stale": job is None and counting.is_stale(last)}


def _rows(request: HttpRequest, found: list[Area]) -> tuple[list[Area], int, str]:
    """(areas to show, how many without anything are left out, sort)."""
    sort = request.GET.get("sort", "name")
    sort = sort if sort in SORTS else "name"
    shown = [area for area in found if area.sums.customers or area.plan or area.percent]
    if "all" in request.GET or not shown:
        shown = found
    return sorted(shown, key=SORTS[sort]), len(found) - len(shown), sort


@require_safe
@right_required("customers.view")
def areas(request: HttpRequest, code: str = "") -> HttpResponse:
    """A region and those right below it; the country without a code. `print` gives the paper list."""
    user: Any = request.user
    region = _region_or_404(code) if code else None
    below = queries.areas_below(code, user)
    rows, empty, sort = _rows(request, below)
    by = request.GET.get("by", "")
    by = by if by in BY else "customers"
    context = {
        "region": region,
        "line": region_book().line(code)[:-1] if code else [],
        "here": queries.area(code, user) if code else None,
        "areas": rows,
        "empty": empty,
        "sort": sort,
        # The country as a whole is not sketched: its shape is not ours to draw.
        "map": map_of(below, by) if code and rows else None,
        "by_choices": list(BY.items()),
        "bars": queries.bars(rows) if len(rows) > 1 else [],
        "unplaced": 0 if code else queries.without_region(user),
    }
    if "print" in request.GET:
        return render(request, "customers/areas/print_list.html", context)
    context |= _counted() | {"history": _history(code)}
    return render(request, "customers/areas/page.html", context)


def _history(code: str) -> list[changes.Change]:
    plan = queries.plan_of(code) if code else None
    return changes.in_words(AreaPlan, list(audit.history(plan)[:HISTORY])) if plan else []


@require_safe
@right_required("customers.view")
def opening_order(request: HttpRequest) -> HttpResponse:
    """The areas to be opened, in their order."""
    user: Any = request.user
    context = {"areas": queries.opening_list(user), "order": True, **_counted()}
    if "print" in request.GET:
        return render(request, "customers/areas/print_list.html", context)
    return render(request, "customers/areas/order.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("customers.open_areas")
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """Level of customer sought, opening order and completeness needed of one region."""
    region = _region_or_404(code)
    user: Any = request.user
    there = queries.plan_of(code)
    form = PlanForm(request.POST if request.method == "POST" else None, instance=there)
    if request.method == "POST" and form.is_valid():
        try:
            services.plan_area(region, by=user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            flash(request, _("Plan of %(area)s saved") % {"area": region.label})
            return redirect("customers:area", code)
    context = {"region": region, "form": form, "title": _("Plan of %(area)s") % {"area": region.label}}
    return render(request, "customers/areas/form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("customers.open_areas")
def open_area(request: HttpRequest, code: str) -> HttpResponse:
    """Open a region for selling; before its archives are complete enough a reason is asked for."""
    region = _region_or_404(code)
    user: Any = request.user
    form = OpenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.open_area(region, by=user, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            flash(request, _("%(area)s is open for selling") % {"area": region.label})
            return redirect("customers:area", code)
    # it stands on the page only where a reason is needed; the service refuses without
    form.fields["reason"].required = True
    context = {
        "region": region,
        "form": form,
        "here": queries.area(code, user),
        "title": _("Open %(area)s") % {"area": region.label},
    }
    return render(request, "customers/areas/open.html", context, status=422 if form.is_bound else 200)


@require_POST
@right_required("customers.open_areas")
def close_area(request: HttpRequest, code: str) -> HttpResponse:
    """Take an opening back."""
    region = _region_or_404(code)
    user: Any = request.user
    try:
        services.close_area(region, by=user)
    except ValidationError as error:
        flash(request, " ".join(error.messages), kind="bad")
    else:
        flash(request, _("%(area)s is not open any more") % {"area": region.label})
    return redirect("customers:area", code)


@require_safe
@right_required("customers.export")
def export(request: HttpRequest, code: str = "") -> HttpResponse:
    """The regions below one as xlsx or csv, all of them."""
    if code:
        _region_or_404(code)
    user: Any = request.user
    kind = "csv" if request.GET.get("format") == "csv" else "xlsx"
    numbers = {"kind": "integer"}
    titles: list[tuple[str, dict[str, Any]]] = [
        (_("Region code"), {}), (_("Region"), {}), (_("Level of customer"), {}), (_("Opening order"), numbers), (_("Customers"), numbers),
        (_("With owner (%)"), numbers), (_("Graded (%)"), numbers), (_("With position (%)"), numbers), (_("Visited in four weeks (%)"), numbers), (_("Completeness (%)"), numbers),
        (_("Completeness needed (%)"), numbers), (_("Standing"), {}), (_("Opened"), {"kind": "date"}),
    ]  # fmt: skip
    heads = [Column(title, **more) for title, more in titles]
    file = tempfile.TemporaryFile(suffix=f".{kind}")  # noqa: SIM115  closed by the response
    cells = _cells(queries.areas_below(code, user))
    number = write_xlsx(file, _("Areas"), heads, cells) if kind == "xlsx" else write_csv(file, heads, cells)
    audit.exported(user, f"{_('Areas')} {code}".strip(), number)
    file.seek(0)
    name = f"{_('Areas')}-{code or 'CN'}-{timezone.localdate().isoformat()}.{kind}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT[kind])  # type: ignore[return-value]


def _cells(rows: list[Area]) -> Iterator[list[Any]]:
    for area in rows:
        yield [
            area.code, area.name, level_words(area), area.order, area.sums.customers, area.owned, area.graded, area.placed, area.visited, area.percent,
            area.needed, standing_words(area), area.plan.opened_on if area.plan else None,
        ]  # fmt: skip


@require_safe
@right_required("customers.view")
def archives(request: HttpRequest) -> HttpResponse:
    """市场档案: the five archives, how complete, how old; by owner; of one region with `region`."""
    user: Any = request.user
    code = request.GET.get("region", "")
    region = queries.region_or_none(code) if code else None
    code = region.pk if region else ""
    context = {
        "region": region,
        "lines": queries.archive_lines(user, code),
        "owners": queries.owner_lines(user, code),
        **_counted(),
    }
    template = (
        "customers/areas/print_archives.html" if "print" in request.GET else "customers/areas/archives.html"
    )
    return render(request, template, context)


@require_POST
@right_required("customers.view")
def count(request: HttpRequest) -> HttpResponse:
    """Count the archives anew in the background: what changed, or with `whole` everything. One count at a time."""
    user: Any = request.user
    if "whole" in request.POST or counting.is_stale(counting.last_count()) or "now" in request.POST:
        counting.start_count(by=user, whole="whole" in request.POST)
    return _count_state(request)


@require_safe
@right_required("customers.view")
def count_state(request: HttpRequest) -> HttpResponse:
    """Whether the count is over; then the page loads anew."""
    return _count_state(request)


def _count_state(request: HttpRequest) -> HttpResponse:
    if not getattr(request, "htmx", False):
        return redirect("customers:areas")
    context = {"last": counting.last_count(), "counting": counting.running(), "stale": False}
    answer = render(request, "customers/areas/_counted.html", context)
    if context["counting"] is None:
        answer["HX-Refresh"] = "true"
    return answer
