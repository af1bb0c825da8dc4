"""Two records become one: choose, preview, merge, undo; and the way from a merged-away record to the one kept."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from furrow.customers import merging
from furrow.customers.checking import ON_PAGE, look_alikes, told
from furrow.customers.duplicate_models import CustomerMerge
from furrow.customers.duplicates import compare
from furrow.customers.matching import likenesses
from furrow.customers.models import Customer
from furrow.customers.pages import RECORD
from furrow.customers.search import CUSTOMERS
from furrow.kit.flash import flash
from furrow.records import everyday
from furrow.team.access import right_required

LATEST = 100


@require_safe
@right_required("customers.view")
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer's page; the address of a merged-away record leads to the one kept."""
    user: Any = request.user
    try:
        return everyday.page(request, RECORD, pk)
    except Http404:
        kept = merging.kept_of(pk)
        if kept is None or not Customer.objects.visible_to(user).filter(pk=kept).exists():
            raise
        return redirect("customers:page", kept)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("customers.merge")
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Preview of a merge, every field side by side; without `with` first the choice of the other record."""
    user: Any = request.user
    kept = get_object_or_404(Customer.objects.visible_to(user), pk=pk)
    other = request.POST.get("with") or request.GET.get("with") or ""
    if not other:
        return _choose(request, kept)
    if not (other.isascii() and other.isdigit() and len(other) < 19) or int(other) == pk:
        raise Http404
    gone = get_object_or_404(Customer.objects.visible_to(user), pk=int(other))
    if request.method == "POST":
        return _merge(request, kept, gone)
    compared = likenesses([kept.pk, gone.pk])
    match = compare(compared[kept.pk], compared[gone.pk])
    context = {
        "preview": merging.preview(kept, gone),
        "told": told(match.score, match.reasons, match.level) if match.level else None,
        "record": RECORD,
    }
    return render(request, "customers/merge.html", context)


def _choose(request: HttpRequest, kept: Customer) -> HttpResponse:
    user: Any = request.user
    asked = request.GET.get("q", "")[:100]
    if asked.strip():
        rows = Customer.objects.visible_to(user)
        ids = [pk for pk in CUSTOMERS.match(asked, limit=ON_PAGE, within=rows) if pk != kept.pk]
        known = rows.select_related("owner", "region").in_bulk(ids)
        found: list[Any] = [known[pk] for pk in ids if pk in known]
        likes = []
    else:
        found = []
        one = likenesses([kept.pk])[kept.pk]
        likes = [like for like in look_alikes(one, user, limit=ON_PAGE, without=[kept.pk]) if like.in_reach]
    context = {"kept": kept, "likes": likes, "found": found, "asked": asked, "record": RECORD}
    return render(request, "customers/merge_choose.html", context)


def _merge(request: HttpRequest, kept: Customer, gone: Customer) -> HttpResponse:
    user: Any = request.user
    picks = {
        name.removeprefix("pick:"): str(value)
        for name, value in request.POST.items()
        if name.startswith("pick:")
    }
    seen = [request.POST.get(name, "") for name in ("kept_version", "gone_version")]
    known = all(text.isascii() and text.isdigit() and len(text) < 10 for text in seen)
    versions = (int(seen[0]), int(seen[1])) if known else None
    try:
        done = merging.merge_customers(kept, gone, by=user, picks=picks, versions=versions)
    except ValidationError as error:
        flash(request, " ".join(error.messages), kind="bad")
        return redirect(f"{reverse('customers:merge', args=[kept.pk])}?with={gone.pk}")
    flash(
        request,
        _("“%(gone)s” is now part of “%(kept)s”") % {"gone": gone, "kept": done.kept},
        label=_("Undo"),
        url=reverse("customers:undo_merge", args=[done.pk]),
    )
    return redirect("customers:page", kept.pk)


@require_safe
@right_required("customers.merge")
def merges(request: HttpRequest) -> HttpResponse:
    """The latest merges, each with its undo as long as there is one."""
    user: Any = request.user
    rows = CustomerMerge.objects.visible_to(user).select_related("kept", "gone", "by")[:LATEST]
    return render(request, "customers/merges.html", {"merges": rows, "record": RECORD})


@require_POST
@right_required("customers.merge")
def undo(request: HttpRequest, merge_id: int) -> HttpResponse:
    """Make two records of one again; says what could not be put back."""
    user: Any = request.user
    done = get_object_or_404(
        CustomerMerge.objects.visible_to(user).select_related("kept", "gone"), pk=merge_id
    )
    try:
        left = merging.undo_merge(done, by=user)
    except ValidationError as error:
        flash(request, " ".join(error.messages), kind="bad")
        return redirect("customers:merges")
    flash(
        request,
        _("“%(gone)s” and “%(kept)s” are two customers again") % {"gone": done.gone, "kept": done.kept},
    )
    for sentence in left:
        flash(request, sentence, kind="bad")
    return redirect("customers:page", done.kept_id)
