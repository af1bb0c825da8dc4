"""Pages and acts of visit cycles and the visit policy. The result page: board_views.py."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from furrow.customers.models import Customer
from furrow.kit.flash import flash
from furrow.planning import comparison, free, moves, policies, preview, remarks, services
from furrow.planning.forms import MoveForm, NewPlanForm, PinForm, PolicyForm, PublishForm, messages_of
from furrow.planning.models import PlannedVisit, VisitCycle, VisitPolicy
from furrow.planning.rules import (
    GRADES,
    PRESETS,
    PolicyRules,
    preset,
    visits_per_cycle,
    workload_minutes,
)
from furrow.routing import is_fast
from furrow.team.access import right_required
from furrow.team.queries import reps_of


def cycle_or_404(request: HttpRequest, pk: int) -> VisitCycle:
    """The cycle when it is in reach."""
    rows = VisitCycle.objects.visible_to(request.user)  # type: ignore[arg-type]
    return get_object_or_404(rows.select_related("job", "created_by", "published_by"), pk=pk)


def visit_or_404(request: HttpRequest, pk: int) -> PlannedVisit:
    """The planned visit when it is in reach."""
    rows = PlannedVisit.objects.visible_to(request.user)  # type: ignore[arg-type]
    return get_object_or_404(rows.select_related("plan__cycle", "plan__rep", "customer"), pk=pk)


@require_GET
@right_required("planning.view")
def cycles(request: HttpRequest) -> HttpResponse:
    """All cycles in reach, latest first."""
    rows = VisitCycle.objects.visible_to(request.user).select_related("job", "created_by")  # type: ignore[arg-type]
    lines = comparison.lines_in_reach(rows[:100], request.user)  # type: ignore[arg-type]
    return render(request, "planning/cycles.html", {"lines": lines})


@right_required("planning.plan")
def new(request: HttpRequest) -> HttpResponse:
    """Ask what a plan needs, say what will happen, then start it; asked for `told`, only what will happen with what is ticked now."""
    user: Any = request.user
    used, monday = policies.policy_in_use(), preview.first_free_monday(user, timezone.localdate())
    reps, cities = reps_of(user), free.free_cities(user)
    start = {"start": monday, "policy": used.pk, "reps": [rep.pk for rep in reps]}
    told = request.method == "GET" and "told" in request.GET
    given = request.GET if told else request.POST or None
    form = NewPlanForm(given, reps=reps, cities=cities, may_add=user.may("team.add_rep"), initial=start)
    if form.is_valid() and not told:
        try:
            made = services.create_cycle(by=user, skip_past=True, **form.cleaned_data)
            services.start_planning(made, by=user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("planning:cycle", pk=made.pk)
    ticked = set(given.getlist("reps")) if given else None
    chosen = {rep.pk for rep in reps if ticked is None or str(rep.pk) in ticked}
    towns = [city.code for city in cities if given is None or city.code in given.getlist("cities")]
    cleaned = form.cleaned_data if form.is_bound else {}
    policy, first = cleaned.get("policy") or used, cleaned.get("start") or monday
    context = {
        "form": form,
        "told": preview.new_plan(user, policy, first, cleaned.get("weeks") or 4, chosen=chosen, cities=towns),
        "chosen": chosen,
        "cities": cities,
        "towns": towns,
        "slow": not is_fast(),
    }
    return render(request, "planning/_told.html" if told else "planning/new.html", context)


def _act(request: HttpRequest, pk: int, act: Any, said: str) -> HttpResponse:
    """Run one service on a cycle; say what came of it or why not."""
    row = cycle_or_404(request, pk)
    form = PublishForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else None
    try:
        act(row, version, form.cleaned_data)
    except ValidationError as error:
        flash(request, messages_of(error), kind="bad")
    else:
        if said:
            flash(request, said)
    return redirect("planning:cycle", pk=pk)


@require_POST
@right_required("planning.plan")
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the plan, or make it anew around pinned visits."""
    by: Any = request.user
    return _act(
        request, pk, lambda row, version, _d: services.start_planning(row, by=by, version=version), ""
    )


@require_POST
@right_required("planning.publish")
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """The reps see the plan."""
    by: Any = request.user

    def act(row: VisitCycle, version: int | None, data: dict[str, Any]) -> None:
        services.publish_cycle(row, by=by, version=version, make_owners=data["make_owners"])
        plans = list(row.plans.select_related("rep"))
        for text in remarks.changes_since_planned(row, plans).slight:
            flash(request, text)

    return _act(request, pk, act, _("Published. The reps see it now."))


@require_POST
@right_required("planning.publish")
def unpublish(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the plan back to change it."""
    by: Any = request.user
    said = _("Taken back. The reps see it again once it is published.")
    return _act(
        request, pk, lambda row, version, _d: services.unpublish_cycle(row, by=by, version=version), said
    )


@require_POST
@right_required("planning.plan")
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a plan that is not published."""
    by: Any = request.user
    row = cycle_or_404(request, pk)
    try:
        services.delete_cycle(row, by=by)
    except ValidationError as error:
        flash(request, messages_of(error), kind="bad")
        return redirect("planning:cycle", pk=pk)
    flash(request, _("Deleted “%(name)s”") % {"name": row.name})
    return redirect("planning:cycles")


@require_POST
@right_required("planning.plan")
def move(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Move a visit to another day; JSON for scripts, else back to the board with the way to undo it."""
    visit = visit_or_404(request, visit_id)
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _answer(request, visit, error=_("Choose a day of this cycle"))
    given = form.cleaned_data
    by: Any = request.user
    try:
        moved, paid = moves.move_visit(
            visit, given["to"], by=by, version=given["version"], anyway=given["anyway"]
        )
    except ValidationError as error:
        return _answer(request, visit, error=messages_of(error))
    return _answer(request, moved, said=_("Moved “%(name)s”") % {"name": visit.customer.name}, paid=paid)


@require_POST
@right_required("planning.plan")
def undo(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Take the last move of a visit back."""
    visit = visit_or_404(request, visit_id)
    try:
        back, paid = moves.undo_move(visit, by=request.user)  # type: ignore[arg-type]
    except ValidationError as error:
        return _answer(request, visit, error=messages_of(error))
    return _answer(
        request, back, said=_("Moved back “%(name)s”") % {"name": visit.customer.name}, paid=paid, undo=False
    )


@require_POST
@right_required("planning.plan")
def pin(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Pin a visit to its day, or let go of it."""
    visit = visit_or_404(request, visit_id)
    form = PinForm(request.POST)
    pinned = form.is_valid() and form.cleaned_data["pinned"]
    try:
        moves.pin_visits([visit], pinned, by=request.user)  # type: ignore[arg-type]
    except ValidationError as error:
        return _answer(request, visit, error=messages_of(error))
    said = _("Pinned “%(name)s”") if pinned else _("Let go of “%(name)s”")
    return _answer(request, visit, said=said % {"name": visit.customer.name}, undo=False)


def _answer(
    request: HttpRequest,
    visit: PlannedVisit,
    *,
    said: str = "",
    error: str = "",
    paid: moves.Price | None = None,
    undo: bool = True,
) -> HttpResponse:
    row = visit.plan.cycle
    if request.accepts("application/json") and not request.accepts("text/html"):
        version = VisitCycle.objects.filter(pk=row.pk).values_list("version", flat=True)[0]
        body = {
            "ok": not error,
            "text": error or said,
            "price": asdict(paid) if paid else None,
            "version": version,
        }
        return JsonResponse(body, status=409 if error else 200)
    if error:
        flash(request, error, kind="bad")
    elif undo and paid:
        flash(request, said, label=_("Undo"), url=reverse("planning:undo", args=[visit.pk]))
    else:
        flash(request, said)
    week = (visit.date - row.start).days // 7 + 1
    return redirect(f"{reverse('planning:cycle', args=[row.pk])}?week={week}")


def _policy(request: HttpRequest) -> VisitPolicy:
    pk = request.GET.get("policy", "") or request.POST.get("policy", "")
    return (
        get_object_or_404(VisitPolicy, pk=int(pk))
        if pk.isdecimal() and len(pk) < 18
        else policies.policy_in_use()
    )


@right_required("planning.policy")
def policy(request: HttpRequest) -> HttpResponse:
    """Edit a policy; “preview” shows the work it makes without saving."""
    user: Any = request.user
    row = _policy(request)
    form = PolicyForm(request.POST or None, instance=row)
    rules = policies.rules_of(VisitPolicy.objects.get(pk=row.pk))
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST:
            rules = form.rules()
        else:
            try:
                policies.change_policy(row, by=user, **form.values())
            except ValidationError as error:
                form.add_error(None, error)
            else:
                flash(request, _("Saved. New plans follow these rules; plans there are stay as they are."))
                return redirect(f"{reverse('planning:policy')}?policy={row.pk}")
    language = get_language() or ""
    context = {
        "policy": row,
        "form": form,
        "lines": list(zip(GRADES, form.lines, strict=True)),
        "all": VisitPolicy.objects.all(),
        "presets": [(code, preset(code).name(language)) for code in PRESETS],
        "work": _work(user, rules),
    }
    return render(request, "planning/policy.html", context)


def _work(user: Any, rules: PolicyRules) -> list[dict[str, Any]]:
    """Per grade: customers, visits and hours a week that the rules make of the customers in reach."""
    counted = Counter(
        dict(Customer.objects.visible_to(user).order_by().values_list("visit_grade").annotate(n=Count("pk")))
    )
    made = []
    for grade in GRADES:
        here = {grade: counted[grade]}
        made.append(
            {
                "grade": grade,
                "customers": counted[grade],
                "visits": visits_per_cycle(rules, here) / 4,
                "minutes": workload_minutes(rules, here) / 4,
            }
        )
    return made


@require_POST
@right_required("planning.policy")
def reset(request: HttpRequest) -> HttpResponse:
    """Back to the shipped preset, or a new policy from one."""
    by: Any = request.user
    code = request.POST.get("preset", "")
    if code in PRESETS:
        row = policies.create_from_preset(code, by=by)
        flash(request, _("Added “%(name)s”") % {"name": row})
    else:
        row = _policy(request)
        try:
            policies.reset_policy(row, by=by)
        except ValidationError as error:
            flash(request, messages_of(error), kind="bad")
        else:
            flash(request, _("Back to the rules as shipped"))
    return redirect(f"{reverse('planning:policy')}?policy={row.pk}")


@require_POST
@right_required("planning.policy")
def use(request: HttpRequest) -> HttpResponse:
    """Use this policy for new plans."""
    row = _policy(request)
    policies.use_policy(row, by=request.user)  # type: ignore[arg-type]
    flash(request, _("New plans follow “%(name)s”") % {"name": row})
    return redirect(f"{reverse('planning:policy')}?policy={row.pk}")
