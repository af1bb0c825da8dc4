"""Promises and complaints at the desk: everything open in reach, a new one, how one ended; which customer is an exclusive shop; the standard."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from furrow.customers.models import Customer
from furrow.kit.flash import flash
from furrow.kit.sheets.cells import clean_text
from furrow.team.access import may, right_required
from furrow.visits import checks
from furrow.visits import matters as services
from furrow.visits.check_models import StoreStandard
from furrow.visits.matter_models import Matter, MatterKind
from furrow.visits.need_forms import CleanForm, sent_id
from furrow.visits.rules import FULL_POINTS

MOST = 300


class MatterForm(CleanForm):
    """A promise or a complaint."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=MatterKind.choices)
    text = forms.CharField(label=gettext_lazy("What it is about"), max_length=300)
    due = forms.DateField(label=gettext_lazy("To be done by"), required=False)


@right_required("visits.view")
@require_safe
def matters(request: HttpRequest) -> HttpResponse:
    """Everything open in the user's reach, the most urgent first."""
    user: Any = request.user
    rows = Matter.objects.visible_to(user).open().select_related("customer", "owner").order_by("due", "pk")
    context = {"rows": list(rows[:MOST]), "today": timezone.localdate(), "may": may(user, "visits.add")}
    return render(request, "visits/matters.html", context)


@right_required("visits.add")
@require_POST
def new_matter(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a promise or a complaint of this customer."""
    user: Any = request.user
    customer = get_object_or_404(Customer.objects.visible_to(user), pk=pk)
    form = MatterForm(request.POST)
    try:
        services.keep_matter(
            customer, by=user, client_id=sent_id(request.POST), at=timezone.now(), **form.checked()
        )
        flash(request, pgettext("matter", "Kept"))
    except ValidationError as error:
        flash(request, " ".join(error.messages), kind="bad")
    return redirect("customers:page", pk)


@right_required("visits.add")
@require_POST
def close_matter(request: HttpRequest, pk: int) -> HttpResponse:
    """How it ended; with `back`, to the list of all."""
    user: Any = request.user
    matter = get_object_or_404(Matter.objects.visible_to(user), pk=pk)
    try:
        services.close_matter(matter, by=user, outcome=clean_text(request.POST.get("outcome", ""))[:300])
        flash(request, _("Closed"))
    except ValidationError as error:
        flash(request, " ".join(error.messages), kind="bad")
    return (
        redirect("visits:matters")
        if request.POST.get("back")
        else redirect("customers:page", matter.customer_id)
    )


# Store standard ---------------------------------------------------------------------------------


class StandardForm(CleanForm):
    """The criteria, one a row, with empty rows for new ones; a row whose words are taken out goes."""

    days = forms.IntegerField(
        label=gettext_lazy("Days to close a gap"), min_value=1, max_value=checks.MOST_DAYS
    )

    def __init__(self, *args: Any, standard: StoreStandard | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["days"] = standard.days if standard else 14
        self.known = standard.asked if standard else []
        self.places = range(
            checks.MOST_CRITERIA if self.is_bound else min(checks.MOST_CRITERIA, len(self.known) + 4)
        )
        for place in self.places:
            one = self.known[place] if place < len(self.known) else {}
            self.fields[f"text_{place}"] = forms.CharField(
                label=_("What the shop has to show"),
                max_length=120,
                required=False,
                initial=one.get("text", ""),
            )
            self.fields[f"must_{place}"] = forms.IntegerField(
                label=_("Points at least"), min_value=1, max_value=FULL_POINTS, required=False, initial=one.get("must", FULL_POINTS)
            )  # fmt: skip

    def rows(self) -> list[tuple[Any, Any]]:
        """Words and points of each place."""
        return [(self[f"text_{at}"], self[f"must_{at}"]) for at in self.places]

    def criteria(self) -> list[tuple[str, str, int]]:
        """Those that have words."""
        data = self.cleaned_data
        return [
            (self.known[at]["code"] if at < len(self.known) else "", data[f"text_{at}"].strip(), data.get(f"must_{at}") or FULL_POINTS)
            for at in self.places
            if data.get(f"text_{at}", "").strip()
        ]  # fmt: skip


@right_required("planning.policy")
@require_http_methods(["GET", "HEAD", "POST"])
def standard(request: HttpRequest) -> HttpResponse:
    """What an exclusive shop is scored against."""
    user: Any = request.user
    form = StandardForm(request.POST or None, standard=StoreStandard.objects.order_by("pk").first())
    if form.is_bound and form.is_valid():
        try:
            checks.save_standard(form.criteria(), by=user, days=form.cleaned_data["days"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            flash(request, _("Saved; phones take it with their next data of the day"))
            return redirect("visits:standard")
    return render(request, "visits/standard.html", {"form": form}, status=422 if form.is_bound else 200)


@right_required("customers.change")
@require_POST
def exclusive(request: HttpRequest, pk: int) -> HttpResponse:
    """Score this customer against the standard, or no longer (`on` empty)."""
    user: Any = request.user
    customer = get_object_or_404(Customer.objects.visible_to(user), pk=pk)
    on = bool(request.POST.get("on"))
    checks.mark_exclusive(customer, on, by=user)
    flash(request, _("Scored against the store standard from now on") if on else _("No longer scored against the store standard"))  # fmt: skip
    return redirect("visits:needs", pk)
