"""Pages that belong to no room: home, settings, Ctrl-K, health."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_safe

from furrow.config import menu
from furrow.config.palette import find
from furrow.kit.maps import Bounds, labels_within


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page: first steps until all are done, then the figures of each room."""
    steps = _made_by(menu.HOME_STEPS, request.user)
    current = next((step for step in steps if not step.done), None)
    context = {
        "today": timezone.localdate(),
        "steps": steps if current else [],
        "current": current,
        "cards": _made_by(menu.HOME_CARDS, request.user),
    }
    return render(request, "config/home.html", context)


def _made_by(paths: list[str], user: Any) -> list[Any]:
    made = (import_string(path)(user) for path in paths)
    return [thing for thing in made if thing is not None]


@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """What the user may set up."""
    return render(request, "config/settings.html", {"entries": menu.Shell(request).allowed(menu.SETTINGS)})


@require_GET
def palette(request: HttpRequest) -> HttpResponse:
    """Ctrl-K: pages and records that match `q`; the options alone for the dialog, a page without JavaScript."""
    text = request.GET.get("q", "").strip()[:60]
    template = (
        "config/palette_items.html" if request.headers.get("HX-Request") == "true" else "config/palette.html"
    )
    answer = render(request, template, {"items": find(request, text), "text": text})
    answer["Vary"] = "HX-Request, Cookie"
    return answer


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 while the database answers; for load balancers and `furrow serve`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def map_labels(request: HttpRequest) -> JsonResponse:
    """Names of the divisions on a stretch of map, for maps without tiles."""
    bounds = Bounds.parse(request.GET.get("bounds", ""), request.GET.get("zoom", ""))
    labels = labels_within(bounds, get_language() or "") if bounds else []
    return JsonResponse({"labels": labels})
