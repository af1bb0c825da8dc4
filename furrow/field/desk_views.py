"""The phone room's pages at the desk: the day in the field, phones in use, whether positions are shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from furrow.field import services
from furrow.field.live import live_day, plan_against_actual
from furrow.field.models import Device, FieldPolicy
from furrow.field.queries import devices_of
from furrow.kit.flash import flash
from furrow.team.access import right_required


@right_required("field.live")
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """One day, today unless `day` says another, and its week so far."""
    user: Any = request.user
    today = timezone.localdate()
    try:
        on = parse_date(request.GET.get("day", "")) or today
    except ValueError:
        on = today
    on = on if abs((on - today).days) <= 366 else today
    monday = on - timedelta(days=on.weekday())
    context = {
        "on": on,
        "is_today": on == today,
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1) if on < today else None,
        "reps": live_day(user, on),
        "monday": monday,
        "actuals": plan_against_actual(user, monday, min(on, monday + timedelta(days=6))),
        "positions": services.positions_shown(),
    }
    return render(request, "field/live.html", context)


@right_required("field.use")
@require_safe
def devices(request: HttpRequest) -> HttpResponse:
    """One's own phones, and those of people in reach for who may take them out of service."""
    user: Any = request.user
    context = {"devices": devices_of(user), "positions": services.positions_shown()}
    return render(request, "field/devices.html", context)


@right_required("field.use")
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a phone out of service."""
    user: Any = request.user
    device = get_object_or_404(Device.objects.visible_to(user).select_related("user"), pk=pk)
    services.revoke_device(device, by=user)
    flash(
        request,
        _("%(device)s of %(name)s erases itself when it next connects")
        % {"device": device, "name": device.user.name},
    )
    return redirect("field:devices")


@right_required("field.positions")
@require_POST
def positions(request: HttpRequest) -> HttpResponse:
    """Switch positions in the live view on or off."""
    user: Any = request.user
    policy: FieldPolicy = services.set_positions(request.POST.get("shown") == "yes", by=user)
    flash(
        request,
        _("Positions are shown from now on to who leads, for everybody who has read the notice on the phone")
        if policy.show_positions
        else _("Positions are no longer shown"),
    )
    return redirect("field:devices")
