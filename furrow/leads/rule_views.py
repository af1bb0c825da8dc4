"""Channels with their cost, assignment rules, hours and limits (P2.1, P2.2)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from furrow.catalog.models import Brand
from furrow.catalog.services import set_director
from furrow.kit.flash import flash
from furrow.leads import handover, table_queries, tabling
from furrow.leads.models import Channel
from furrow.leads.moving import settings_now
from furrow.leads.table_forms import ChannelForm, CostForm, RuleForm, SettingsForm
from furrow.leads.views import tell
from furrow.team.access import right_required


@right_required("leads.rules")
def rules(request: HttpRequest) -> HttpResponse:
    """Everything about leads a company sets, on one page: each part is a form of its own."""
    user: Any = request.user
    part = request.POST.get("part", "")
    forms: dict[str, Any] = {
        "settings": SettingsForm(request.POST if part == "settings" else None, instance=settings_now(), prefix="s"),
        "rule": RuleForm(request.POST if part == "rule" else None, user=user),
        "channel": ChannelForm(request.POST if part == "channel" else None, prefix="c"),
        "cost": CostForm(request.POST if part == "cost" else None, prefix="k", initial={"first": timezone.localdate().replace(day=1), "last": timezone.localdate()}),
    }  # fmt: skip
    save: dict[str, Any] = {
        "settings": tabling.save_settings,
        "rule": tabling.add_rule,
        "channel": lambda *, by, **values: tabling.save_channel(None, by=by, **values),
        "cost": tabling.add_cost,
    }
    form = forms.get(part)
    if form is not None and form.is_valid():
        try:
            save[part](by=user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            flash(request, _("Saved"))
            return redirect("leads:rules")
    context = {
        "forms": forms,
        "rules": table_queries.rules(),
        "costs": table_queries.costs()[:40],
        "channels": Channel.objects.all(),
        "brands": Brand.objects.select_related("director"),
        "people": handover.assignees(user),
    }
    return render(request, "leads/rules.html", context, status=422 if form is not None else 200)


@require_POST
@right_required("leads.rules")
def remove(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Take away a rule or a cost, or put a channel in or out of use."""
    user: Any = request.user
    if kind == "rule":
        tabling.remove_rule(get_object_or_404(table_queries.rules(), pk=pk), by=user)
    elif kind == "cost":
        tabling.remove_cost(get_object_or_404(table_queries.costs(), pk=pk), by=user)
    else:
        channel = get_object_or_404(Channel, pk=pk)
        tabling.save_channel(channel, by=user, is_active=not channel.is_active)
    flash(request, _("Saved"))
    return redirect("leads:rules")


@require_POST
@right_required("leads.rules")
def director(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is a brand's market director."""
    user: Any = request.user
    brand = get_object_or_404(Brand, pk=pk)
    people = {str(one.pk): one for one in handover.assignees(user)}
    try:
        set_director(brand, people.get(request.POST.get("person", "")), by=user)
        flash(request, _("Saved"))
    except ValidationError as error:
        tell(request, error)
    return redirect("leads:rules")
