"""Possible duplicates among the customers there are: the scan, its pairs, and what is decided on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from furrow.customers import scanning
from furrow.customers.checking import Told, told
from furrow.customers.duplicate_models import DuplicatePair
from furrow.customers.duplicates import Reason
from furrow.customers.pages import RECORD
from furrow.kit.flash import flash
from furrow.kit.models import Job
from furrow.team.access import right_required
from furrow.team.models import User

PAGE = 30
_KNOWN = set(Reason)


@dataclass(frozen=True)
class ShownPair:
    """A pair with its reasons in words; `more` when it belongs to the customers of the pair before it."""

    pair: DuplicatePair
    told: Told
    more: bool


@require_safe
@right_required("customers.merge")
def duplicates(request: HttpRequest) -> HttpResponse:
    """Pairs to decide on, likeliest first; `after` is the place the page before ended at."""
    user: Any = request.user
    rows = (
        DuplicatePair.objects.visible_to(user)
        .undecided()
        .select_related("first__owner", "second__owner")
        .order_by("-score", "id")
    )
    score, _comma, pk = request.GET.get("after", "").partition(",")
    if score.isdecimal() and pk.isdecimal() and len(score) < 4 and len(pk) < 19:
        rows = rows.filter(score__lte=int(score)).exclude(score=int(score), pk__lte=int(pk))
    found = list(rows[: PAGE + 1])
    job = scanning.running()
    last = found[PAGE - 1] if len(found) > PAGE else None
    context = {
        "pairs": _in_clusters(found[:PAGE]),
        "next": f"{last.score},{last.pk}" if last else "",
        "job": job if job and _may_watch(user, job) else None,
        "busy": job is not None,
        "last": scanning.last_scan(),
        "record": RECORD,
    }
    return render(request, "customers/duplicates.html", context)


def _in_clusters(found: list[DuplicatePair]) -> list[ShownPair]:
    """Likeliest first, each followed by the other pairs of the page that share a customer with it."""
    shown: list[ShownPair] = []
    rest = list(found)
    while rest:
        known, more = {rest[0].first_id, rest[0].second_id}, False
        while pair := next((pair for pair in rest if {pair.first_id, pair.second_id} & known), None):
            rest.remove(pair)
            known |= {pair.first_id, pair.second_id}
            reasons = [Reason(name) for name in pair.reasons if name in _KNOWN]
            shown.append(ShownPair(pair, told(pair.score, reasons), more))
            more = True
    return shown


def _may_watch(user: User, job: Job) -> bool:
    return job.by_id == user.pk or User.objects.line_within_reach(user).filter(pk=job.by_id).exists()


@require_POST
@right_required("customers.merge")
def start(request: HttpRequest) -> HttpResponse:
    """Begin a scan of all customers."""
    user: Any = request.user
    if scanning.start_scan(by=user) is None:
        flash(request, _("A scan is under way already"), kind="note")
    return redirect("customers:duplicates")


@require_POST
@right_required("customers.merge")
def decide(request: HttpRequest, pair_id: int) -> HttpResponse:
    """These are two customers, or with `undo` not decided after all."""
    user: Any = request.user
    pair = get_object_or_404(
        DuplicatePair.objects.visible_to(user).select_related("first", "second"), pk=pair_id
    )
    back = "undo" in request.POST or "undo" in request.GET
    scanning.decide_pair(pair, by=user, two=not back)
    names = {"one": pair.first, "other": pair.second}
    if back:
        flash(request, _("“%(one)s” and “%(other)s” are on the list again") % names)
    else:
        address = reverse("customers:decide_pair", args=[pair.pk])
        flash(
            request,
            _("“%(one)s” and “%(other)s” are two customers") % names,
            label=_("Undo"),
            url=f"{address}?undo=1",
        )
    return redirect("customers:duplicates")
