"""The clerk's daily round, sweeps with their cold visits, the weekly valid-customer list (P2.2)."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from furrow.catalog.models import Brand
from furrow.kit.flash import flash
from furrow.kit.pdf import pdf_available, pdf_response
from furrow.leads import handover, papers, table_queries, tabling
from furrow.leads.forms import PhoneField, one_line
from furrow.leads.models import Lead
from furrow.leads.rules import week_of
from furrow.leads.table_forms import ColdVisitForm, PostForm, StopForm, SweepForm, TickForm, TraceForm
from furrow.leads.table_models import OwnPost, RoundStop, Sweep, ValidLine, ValidList
from furrow.leads.views import day_asked, tell
from furrow.team.access import require, right_required


def errors_of(form: Any) -> str:
    """What is wrong with a form of one line, in one sentence."""
    return " ".join(str(text) for texts in form.errors.values() for text in texts)


# Daily round ------------------------------------------------------------------------------------


@right_required("leads.round")
def daily_round(request: HttpRequest) -> HttpResponse:
    """每日巡查: the stops to tick off, our own posts with answers and traces."""
    user: Any = request.user
    day = day_asked(request)
    add = request.POST.get("add", "")
    stop_form = StopForm(request.POST if add == "stop" else None, prefix="stop")
    post_form = PostForm(request.POST if add == "post" else None, prefix="post")
    for form, save in ((stop_form, tabling.save_stop), (post_form, tabling.save_post)):
        if form.is_bound and form.is_valid():
            save(None, by=user, **form.cleaned_data)
            return redirect("leads:round")
    stops = table_queries.round_of(day)
    context = {
        "day": day, "before": day - timedelta(days=1), "after": day + timedelta(days=1), "is_today": day == timezone.localdate(),
        "stops": stops, "done": sum(1 for one in stops if one.tick), "posts": table_queries.posts(),
        "stop_form": stop_form, "post_form": post_form,
    }  # fmt: skip
    return render(
        request, "leads/round.html", context, status=422 if stop_form.errors or post_form.errors else 200
    )


@require_POST
@right_required("leads.round")
def tick(request: HttpRequest, pk: int) -> HttpResponse:
    """A stop was looked at today, or was not after all; `retire` takes it off the round."""
    user: Any = request.user
    stop = get_object_or_404(_stops(), pk=pk)
    today, form = timezone.localdate(), TickForm(request.POST)
    if "undo" in request.POST:
        tabling.untick_stop(stop, today, by=user)
    elif "retire" in request.POST:
        tabling.save_stop(stop, by=user, is_active=False)
    elif form.is_valid():
        tabling.tick_stop(
            stop, today, by=user, found=form.cleaned_data["found"] or 0, note=form.cleaned_data["note"]
        )
    else:
        flash(request, errors_of(form), kind="bad")
    return redirect("leads:round")


@require_POST
@right_required("leads.round")
def trace(request: HttpRequest, pk: int) -> HttpResponse:
    """What a post has brought by today; `retire` takes it off the list."""
    user: Any = request.user
    post, form = get_object_or_404(_posts(), pk=pk), TraceForm(request.POST)
    if "retire" in request.POST:
        tabling.save_post(post, by=user, is_active=False)
    elif form.is_valid():
        tabling.trace_post(post, timezone.localdate(), by=user, **form.cleaned_data)
    else:
        flash(request, errors_of(form), kind="bad")
    return redirect("leads:round")


def _stops() -> Any:
    """The company's; whoever keeps the round may tick any."""
    return RoundStop.objects


def _posts() -> Any:
    return OwnPost.objects


# Sweeps -----------------------------------------------------------------------------------------


@require_safe
@right_required("leads.view")
def sweeps(request: HttpRequest) -> HttpResponse:
    """The sweeps in reach with shops done and left, and cold visits outside them."""
    user: Any = request.user
    context = {"lines": table_queries.sweeps(user), "loose": table_queries.loose_visits(user)}
    return render(request, "leads/sweeps.html", context)


@right_required("leads.add")
def new_sweep(request: HttpRequest) -> HttpResponse:
    """A sweep with its shops."""
    user: Any = request.user
    initial = {"rep": user.pk, "begins_on": timezone.localdate()}
    form = SweepForm(request.POST if request.method == "POST" else None, user=user, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            made = tabling.plan_sweep(by=user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(
                None if "shops" not in getattr(error, "error_dict", {}) else "shops", error.messages
            )
        else:
            return redirect("leads:sweep", made.pk)
    return render(request, "leads/sweep_form.html", {"form": form}, status=422 if form.is_bound else 200)


@right_required("leads.view")
def sweep(request: HttpRequest, pk: int) -> HttpResponse:
    """One sweep: the shops left, then those done; a visit is registered beside its shop."""
    user: Any = request.user
    found = get_object_or_404(Sweep.objects.visible_to(user).select_related("rep", "region"), pk=pk)
    shops = table_queries.shops_of(found)
    if request.method == "POST":
        require(user, "leads.add")
        return _visited(request, found, shops)
    left = sum(1 for shop in shops if not hasattr(shop, "visit"))
    context = {
        "sweep": found,
        "shops": shops,
        "left": left,
        "done": len(shops) - left,
        "once": secrets.token_urlsafe(12),
    }
    return render(request, "leads/sweep.html", context)


def _visited(request: HttpRequest, found: Sweep, shops: list[Any]) -> HttpResponse:
    user: Any = request.user
    shop = next((one for one in shops if str(one.pk) == request.POST.get("shop")), None)
    form = ColdVisitForm({"name": shop.name if shop else "", **request.POST.dict()})
    try:
        if not form.is_valid():
            raise ValidationError(errors_of(form))
        phone = PhoneField(required=False).clean(form.cleaned_data["phone"])
        tabling.register_cold_visit(
            by=user,
            client_id=f"desk:{found.pk}:{shop.pk if shop else 0}:{one_line(request.POST.get('once'))[:30]}",
            name=form.cleaned_data["name"],
            phone=phone,
            situation=form.cleaned_data["situation"],
            shop=shop,
            address=shop.address if shop else "",
        )
        flash(request, _("Registered; tomorrow morning it goes onto the handover sheet"))
    except ValidationError as error:
        tell(request, error)
    return redirect("leads:sweep", found.pk)


# Valid-customer list ----------------------------------------------------------------------------


def _list(request: HttpRequest) -> ValidList:
    """The list of the week asked for, counted anew so that it holds what came since."""
    return tabling.collect_valid(week_of(day_asked(request)), by=request.user)  # type: ignore[arg-type]


@require_safe
@right_required("leads.view")
def valid_list(request: HttpRequest) -> HttpResponse:
    """有效客户名单表 of a week, split by brand; the brand's director names who follows up."""
    user: Any = request.user
    listed = _list(request)
    lines = table_queries.valid_lines(listed, user)
    context = {
        "listed": listed,
        "end": listed.week + timedelta(days=6),
        "before": listed.week - timedelta(days=7),
        "after": listed.week + timedelta(days=7),
        "is_last": listed.week >= week_of(timezone.localdate()),
        "parts": table_queries.by_brand(lines),
        "total": len(lines),
        "brands": Brand.objects.all() if user.may("leads.split") else [],
        "people": handover.assignees(user),
        "decides": {line.pk for line in lines if tabling.may_decide(line.lead, user)},
    }
    return render(request, "leads/valid.html", context)


@require_POST
@right_required("leads.view")
def valid_line(request: HttpRequest, pk: int) -> HttpResponse:
    """Split one line to a brand, or name who follows up."""
    user: Any = request.user
    rows = ValidLine.objects.filter(lead__in=Lead.objects.visible_to(user)).select_related(
        "list", "lead__brand"
    )
    line = get_object_or_404(rows, pk=pk)
    week = line.list.week
    try:
        if "brand" in request.POST:
            require(user, "leads.split")
            chosen = request.POST["brand"]
            brand = (
                Brand.objects.filter(pk=int(chosen)).first()
                if chosen.isascii() and chosen.isdigit() and len(chosen) < 18
                else None
            )
            tabling.split_line(line, brand, by=user)
        else:
            to = {str(one.pk): one for one in handover.assignees(user)}.get(request.POST.get("person", ""))
            if to is None:
                raise ValidationError(_("Choose one of your people who can follow it up"))
            tabling.decide_line(line, to, by=user)
            flash(request, _("%(name)s follows up “%(lead)s”") % {"name": to.name, "lead": line.lead.name})
    except ValidationError as error:
        tell(request, error)
    return redirect(f"{reverse('leads:valid')}?day={week}")


@require_safe
@right_required("leads.view")
def print_valid(request: HttpRequest) -> HttpResponse:
    """The list on paper, as PDF, or as a table."""
    user: Any = request.user
    listed = _list(request)
    lines = table_queries.valid_lines(listed, user)
    kind = request.GET.get("format", "")
    if kind in ("xlsx", "csv"):
        require(user, "leads.export")
        return papers.table_response(request, papers.valid_list(listed, lines), kind)
    context = {
        "listed": listed,
        "end": listed.week + timedelta(days=6),
        "parts": table_queries.by_brand(lines),
        "pdf": pdf_available(),
    }
    if kind == "pdf":
        return pdf_response(request, "leads/print_valid.html", context, f"valid-{listed.week}.pdf")
    return render(request, "leads/print_valid.html", context)
