"""What is not everyday CRUD: map, change of owner, printed cards, region names while typing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from furrow.customers import queries, services
from furrow.customers.card.paper import papers_of
from furrow.customers.card.reading import READ_WHOLE
from furrow.customers.forms import OwnerForm
from furrow.customers.pages import RECORD
from furrow.kit.flash import flash
from furrow.kit.maps import Bounds
from furrow.records.listing import Listing, chosen
from furrow.team.access import right_required

CARDS_AT_ONCE = 200
OWNERS_AT_ONCE = 20_000


@require_safe
@right_required("customers.view")
def customer_map(request: HttpRequest) -> HttpResponse:
    """The list's customers on a map; the same filters, and a list beside it with the same numbers."""
    listing = Listing(RECORD, request)
    rows = listing.rows
    context = {
        "record": RECORD,
        "listing": listing,
        "bounds": queries.bounds(rows),
        "unplaced": rows.filter(longitude=None)[:1000].count(),
        "by": "owner" if request.GET.get("by") == "owner" else "grade",
    }
    return render(request, "customers/map.html", context)


@require_safe
@right_required("customers.view")
def map_data(request: HttpRequest) -> HttpResponse:
    """Points of one stretch of map, or counts per square where there are too many; 400 for bounds that are none."""
    bounds = Bounds.parse(request.GET.get("bounds", ""), request.GET.get("zoom", ""))
    if bounds is None:
        return JsonResponse(
            {"error": _("The part of the map to show is missing. Load the page again.")}, status=400
        )
    rows = Listing(RECORD, request).rows
    return JsonResponse(queries.on_map(rows, bounds))


@require_safe
@right_required("customers.view")
def regions(request: HttpRequest) -> HttpResponse:
    """Names of regions that begin or continue what was typed, as choices of a datalist."""
    names = queries.region_names(request.GET.get("region", ""), get_language() or "")
    return render(request, "customers/_regions.html", {"names": names})


@require_POST
@right_required("customers.change_owner")
def change_owner(request: HttpRequest) -> HttpResponse:
    """Bulk: first asks who, then hands over; with a way back."""
    rows = chosen(RECORD, request)
    number = rows[: OWNERS_AT_ONCE + 1].count()
    if not 0 < number <= OWNERS_AT_ONCE:
        few = _("Tick at least one customer first")
        many = _("At most %(number)s customers at once: narrow the list first") % {
            "number": f"{OWNERS_AT_ONCE:,}"
        }
        flash(request, many if number else few, kind="bad")
        return redirect("customers:list")
    user: Any = request.user
    form = OwnerForm(request.POST if "owner" in request.POST else None, user=user)
    if form.is_bound and form.is_valid():
        owner = form.cleaned_data["owner"]
        before = services.change_owner(rows, owner, by=user)
        request.session["owners_before"] = [[*before.items()], owner.pk if owner else None]
        number = len(before)
        to_whom = owner.name if owner else _("nobody")
        text = ngettext(
            "%(number)s customer handed to %(name)s", "%(number)s customers handed to %(name)s", number
        )
        flash(
            request,
            text % {"number": number, "name": to_whom},
            label=_("Undo"),
            url=reverse("customers:undo_owner"),
        )
        return redirect("customers:list")
    context = {
        "form": form,
        "number": number,
        "first": rows.first(),
        "ids": request.POST.getlist("ids"),
        "record": RECORD,
    }
    return render(request, "customers/change_owner.html", context)


@require_POST
@right_required("customers.change_owner")
def undo_owner(request: HttpRequest) -> HttpResponse:
    """Take the last change of owner back."""
    before, owner_id = request.session.pop("owners_before", [[], None])
    user: Any = request.user
    services.undo_change_owner(dict(before), owner_id, by=user)
    flash(request, _("Owners put back"))
    return redirect("customers:list")


@right_required("customers.view")
def print_cards(request: HttpRequest) -> HttpResponse:
    """Bulk: the customer cards of the ticked rows, one after another; with none ticked, back to the list."""
    rows = chosen(RECORD, request).select_related(*READ_WHOLE).order_by("name_order", "pk")
    things = list(rows[: CARDS_AT_ONCE + 1])
    if not things:
        flash(request, _("Tick the customers whose cards you want to print"), kind="note")
        return redirect("customers:list")
    limit = CARDS_AT_ONCE if len(things) > CARDS_AT_ONCE else 0
    user: Any = request.user
    context = {"papers": papers_of(things[:CARDS_AT_ONCE], user), "limit": limit, "record": RECORD}
    return render(request, RECORD.print_template, context)
