"""The duplicate check before and while a customer is entered (P2.3)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from furrow.customers.card.whole_form import WholeForm
from furrow.customers.check_form import CheckForm
from furrow.customers.checking import AT_ENTRY, ON_PAGE, look_alikes, probable
from furrow.customers.models import Kind
from furrow.customers.pages import RECORD
from furrow.records.everyday import form_page
from furrow.team.access import right_required


@require_safe
@right_required("customers.view")
def similar(request: HttpRequest) -> HttpResponse:
    """While a new customer is typed in: who may be the same."""
    user: Any = request.user
    form = CheckForm(request.GET)
    one = form.likeness()
    found = look_alikes(one, user, limit=AT_ENTRY) if one else []
    return render(request, "customers/_similar.html", {"found": found})


@require_safe
@right_required("customers.add")
def check(request: HttpRequest) -> HttpResponse:
    """查重: asked before a customer is created; from here it is created with nothing typed again."""
    user: Any = request.user
    form = CheckForm(request.GET if request.GET else None)
    one = form.likeness() if form.is_bound else None
    context = {
        "form": form,
        "asked": one is not None,
        "found": look_alikes(one, user, limit=ON_PAGE) if one else [],
        "carry": form.carried(),
    }
    in_place = request.htmx  # type: ignore[attr-defined]  # set by the middleware of django-htmx
    template = "customers/_check_found.html" if in_place else "customers/check.html"
    return render(request, template, context)


@right_required("customers.add")
def new(request: HttpRequest) -> HttpResponse:
    """A new customer, filled in with what the check was asked by. One that is probably here already is saved only when confirmed."""
    user: Any = request.user
    carried = CheckForm(request.GET)
    if request.method == "POST":
        form, found = WholeForm(request.POST, user=user), []
        if "confirm" not in request.POST and form.is_valid():
            found = probable(form.cleaned_data, user)
        if not found:
            return form_page(request, RECORD)
        context = {"found": found, "refused": True}
    else:
        kind = request.GET.get("kind", "")
        initial = carried.initial_values() | ({"kind": kind} if kind in Kind.values else {})
        form = WholeForm(user=user, initial=initial)
        one = carried.likeness()
        context = {"found": look_alikes(one, user, limit=AT_ENTRY) if one else []}
    context |= {"record": RECORD, "thing": None, "form": form, "back": reverse("customers:list")}
    return render(request, RECORD.form_template, context, status=422 if form.is_bound else 200)
