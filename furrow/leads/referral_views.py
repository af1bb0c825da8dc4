"""Referrals from ask to thanks: introduce, met, thank; the tree; whom to ask (P7.5)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from furrow.kit.flash import flash
from furrow.leads import referral_queries as queries
from furrow.leads import referring
from furrow.leads.drawing import draw_tree
from furrow.leads.referral_forms import IntroduceForm, ThankForm
from furrow.leads.referral_pages import REFERRALS
from furrow.leads.table_models import Referral
from furrow.leads.views import tell
from furrow.team.access import right_required


def _referral(request: HttpRequest, pk: int) -> Referral:
    found: Referral = get_object_or_404(REFERRALS.rows(request), pk=pk)
    return found


def _said(request: HttpRequest, form: Any) -> None:
    flash(request, " ".join(str(text) for texts in form.errors.values() for text in texts), kind="bad")


@require_POST
@right_required("leads.change")
def introduce(request: HttpRequest, pk: int) -> HttpResponse:
    """They named somebody, who becomes a lead."""
    user: Any = request.user
    referral, form = _referral(request, pk), IntroduceForm(request.POST, user=user)
    if form.is_valid():
        lead = referring.introduce(referral, by=user, **form.cleaned_data)
        flash(request, _("“%(name)s” is entered as a lead") % {"name": lead.name})
    else:
        _said(request, form)
    return redirect("referrals:page", pk)


@require_POST
@right_required("leads.change")
def met(request: HttpRequest, pk: int) -> HttpResponse:
    """We met whom they named."""
    user: Any = request.user
    try:
        referring.mark_met(_referral(request, pk), by=user)
    except ValidationError as error:
        tell(request, error)
    return redirect("referrals:page", pk)


@require_POST
@right_required("leads.change")
def thank(request: HttpRequest, pk: int) -> HttpResponse:
    """Thanks were given."""
    user: Any = request.user
    referral, form = _referral(request, pk), ThankForm(request.POST)
    if not form.is_valid():
        _said(request, form)
        return redirect("referrals:page", pk)
    try:
        referring.thank(referral, form.cleaned_data["thanks"], by=user, on=form.cleaned_data["on"])
        flash(request, _("Thanks are written down"))
    except ValidationError as error:
        tell(request, error)
    return redirect("referrals:page", pk)


@require_safe
@right_required("leads.view")
def tree(request: HttpRequest) -> HttpResponse:
    """Who named whom, as a picture with the same as a list."""
    user: Any = request.user
    branches = queries.referral_tree(user)
    context = {"branches": branches, "picture": draw_tree(branches), "record": REFERRALS}
    return render(request, "leads/referral_tree.html", context)


@require_safe
@right_required("leads.view")
def whom_to_ask(request: HttpRequest) -> HttpResponse:
    """Customers to ask for a referral now, and why."""
    user: Any = request.user
    return render(request, "leads/whom_to_ask.html", {"rows": queries.whom_to_ask(user), "record": REFERRALS})
