"""Customer analysis sheet, follow-up strategies, and the judgement of regions with their market potential."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from furrow.assessment import queries, services, strategies
from furrow.assessment.cards import Card, Subject
from furrow.assessment.facts import closed_to, open_answers
from furrow.assessment.forms import CardForm
from furrow.assessment.models import Assessment, PotentialEstimate, Strategy, StrategyStep
from furrow.assessment.rules import grade_of
from furrow.assessment.scorecards import current_card, current_cards, versions
from furrow.assessment.strategy_forms import PotentialForm, StrategyForm
from furrow.customers.models import Customer
from furrow.kit.flash import flash
from furrow.kit.pdf import pdf_available, pdf_response
from furrow.kit.places import Region
from furrow.kit.sheets.cells import clean_text
from furrow.team.access import right_required

SHEET = "four_analyses"
REGIONS = "region_selection"
MOST = 200


def _customer(request: HttpRequest, pk: int) -> Customer:
    user: Any = request.user
    return get_object_or_404(Customer.objects.visible_to(user).select_related("owner", "region"), pk=pk)


@require_safe
@right_required("assessment.view")
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """客户分析表: the latest four analyses as the paper form, with the strategies written from it; `?format=pdf` gives it as PDF."""
    customer = _customer(request, pk)
    card = current_card(SHEET)
    past = queries.history(customer, card, 1)
    latest = past[0] if past else None
    used = latest.outcome.card if latest and latest.outcome else card
    user: Any = request.user
    context = {
        "customer": customer,
        "card": used,
        "latest": latest,
        "answers": open_answers(used, latest.assessment.answers, closed_to(user)) if latest else {},
        "notes": latest.assessment.notes if latest else {},
        "prospect": queries.current_of(customer).get("man"),
        "strategies": queries.strategies_of(customer),
        "pdf": pdf_available(),
    }
    if request.GET.get("format") == "pdf":
        return pdf_response(request, "assessment/print_sheet.html", context, f"analysis-{pk}.pdf")
    return render(request, "assessment/print_sheet.html", context)


# Strategies -------------------------------------------------------------------------------------


@require_safe
@right_required("assessment.view")
def strategy_list(request: HttpRequest) -> HttpResponse:
    """Strategies in reach: under way first, with how far each is."""
    user: Any = request.user
    state = request.GET.get("state", "open")
    state = state if state in Strategy.State.values else "open"
    rows = queries.strategies(user, state)[: MOST + 1]
    context = {
        "rows": rows[:MOST],
        "more": len(rows) > MOST,
        "state": state,
        "states": Strategy.State.choices,
        "today": timezone.localdate(),
    }
    return render(request, "assessment/strategies.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("assessment.assess")
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """A new strategy for one customer, begun from its analysis sheet."""
    user: Any = request.user
    customer = _customer(request, pk)
    latest = queries.current_of(customer).get(SHEET)
    notes = latest.notes if latest else {}
    start = {
        "need": notes.get("needs", ""),
        "obstacle": notes.get("objections", ""),
        "approach": notes.get("problems", ""),
        "owner": customer.owner_id or user.pk,
    }
    aim = request.GET.get("aim", "")
    start |= {"aim": aim} if aim in Strategy.Aim.values else {}
    form = StrategyForm(request.POST or None, user=user, initial=start)
    if request.method == "POST" and form.is_valid():
        made = strategies.write_strategy(
            customer, values=form.cleaned_data, steps=form.steps(), assessment=latest, by=user
        )
        flash(request, _("Strategy written; whoever carries it out sees it in the list"))
        return redirect("assessment:strategy", made.pk)
    context = {"customer": customer, "form": form, "latest": latest}
    return render(request, "assessment/strategy_form.html", context, status=422 if form.is_bound else 200)


def _strategy(request: HttpRequest, pk: int) -> Strategy:
    user: Any = request.user
    return get_object_or_404(
        Strategy.objects.visible_to(user).select_related("customer", "owner", "by"), pk=pk
    )


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("assessment.view")
def strategy(request: HttpRequest, strategy: int) -> HttpResponse:
    """One strategy with its steps; POST changes it and adds steps."""
    user: Any = request.user
    one = _strategy(request, strategy)
    may_change = user.may("assessment.assess")
    form = StrategyForm(request.POST or None, user=user, instance=one)
    if request.method == "POST":
        if not may_change:
            raise Http404
        if form.is_valid():
            strategies.change_strategy(
                _strategy(request, strategy), values=form.cleaned_data, steps=form.steps(), by=user
            )
            flash(request, _("Strategy changed"))
            return redirect("assessment:strategy", strategy)
        one = _strategy(request, strategy)
    steps = list(one.steps.all())
    context = {
        "strategy": one,
        "steps": steps,
        "form": form,
        "done": sum(step.done_at is not None for step in steps),
        "may_change": may_change,
        "states": Strategy.State.choices,
    }
    return render(request, "assessment/strategy.html", context, status=422 if form.is_bound else 200)


@require_POST
@right_required("assessment.assess")
def tick(request: HttpRequest, strategy: int, step: int) -> HttpResponse:
    """A step was done, or not after all."""
    user: Any = request.user
    found = get_object_or_404(
        StrategyStep.objects.filter(strategy__in=Strategy.objects.visible_to(user)),
        pk=step,
        strategy=strategy,
    )
    result = clean_text(" ".join(request.POST.get("result", "").split()))[:300]
    strategies.tick_step(found, done="done" in request.POST, result=result, by=user)
    return redirect("assessment:strategy", strategy)


@require_POST
@right_required("assessment.assess")
def end(request: HttpRequest, strategy: int) -> HttpResponse:
    """Reached, given up, or open again."""
    user: Any = request.user
    one, state = _strategy(request, strategy), request.POST.get("state", "")
    if state in Strategy.State.values:
        strategies.end_strategy(
            one,
            state=state,
            outcome=clean_text(request.POST.get("outcome", "")).strip()[:500],
            by=user,
        )
        flash(request, _("Strategy: %(state)s") % {"state": Strategy.State(state).label})
    else:
        flash(request, _("Say how it ended"), kind="bad")
    return redirect("assessment:strategy", strategy)


# Regions ----------------------------------------------------------------------------------------


@require_safe
@right_required("assessment.view")
def regions(request: HttpRequest) -> HttpResponse:
    """Regions judged so far by one of the cards for them, the best first, and a way to pick one."""
    user: Any = request.user
    card, cards = _region_card(request)
    asked = clean_text(request.GET.get("q", "")).strip()[:40]
    rows = (
        Assessment.objects.visible_to(user)
        .current(card.code)
        .select_related("region", "by")
        .order_by("rank", "-score")[:MOST]
    )
    found = Region.objects.filter(name__contains=asked).order_by("code")[:20] if asked else []
    judged = [(row, str(card.grade_class(row.grade) or row.grade)) for row in rows]
    context = {"judged": judged, "found": found, "asked": asked, "card": card, "cards": cards}
    return render(request, "assessment/regions.html", context)


def _region_card(request: HttpRequest) -> tuple[Card, list[Card]]:
    """The card for regions that ?card= names, region selection for none, and all there are."""
    cards = {code: one for code, one in current_cards().items() if one.subject is Subject.REGION}
    return cards.get(request.GET.get("card", ""), cards[REGIONS]), list(cards.values())


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("assessment.assess")
def region(request: HttpRequest, region: str) -> HttpResponse:
    """One region: estimates of its market with their inputs, and the judgement that takes the latest of them."""
    user: Any = request.user
    place = get_object_or_404(Region, pk=region)
    card, cards = _region_card(request)
    here = f"{reverse('assessment:region', args=[region])}?card={card.code}"
    estimates = list(PotentialEstimate.objects.filter(region=place).select_related("by")[:10])
    forms = {way: PotentialForm(way=way) for way in PotentialEstimate.Way.values}
    status = 200
    if request.method == "POST" and request.POST.get("do") in forms:
        way = request.POST["do"]
        forms[way] = PotentialForm(request.POST, way=way)
        if forms[way].is_valid():
            strategies.estimate_potential(
                place, way=way, inputs=forms[way].figures(), note=forms[way].cleaned_data["note"], by=user
            )
            return redirect(here)
        status = 422
    history = queries.region_history(place, card.code)
    form = CardForm(card=card, initial=_region_start(history, estimates))
    if request.method == "POST" and status == 200:
        form = CardForm(request.POST, card=card)
        if form.is_valid():
            try:
                services.assess_region(
                    place, card=card, answers=form.answers(), evidence=form.cleaned_data["evidence"], by=user
                )
            except services.TooFewAnswers:
                form.add_error(
                    None, _("Not saved: too few points for a grade. The result says what is missing.")
                )
            else:
                return redirect(here)
        status = 422
    used = versions((one.card_code, one.card_version) for one in history)
    named = [
        (one, str(used[one.card_code, one.card_version].grade_class(one.grade)))
        for one in history
        if (one.card_code, one.card_version) in used
    ]
    context = {
        "region": place,
        "card": card,
        "cards": cards,
        "form": form,
        "forms": forms.items(),
        "estimates": estimates,
        "history": named,
        "outcome": grade_of(card, history[0].answers) if history else None,
    }
    return render(request, "assessment/region.html", context, status=status)


def _region_start(history: list[Assessment], estimates: list[PotentialEstimate]) -> dict[str, Any]:
    """The last answers, and the latest estimate in ten thousand yuan."""
    start = {f"points_{name}": answer for name, answer in history[0].answers.items()} if history else {}
    if estimates:
        start["points_potential"] = f"{estimates[0].amount / 10_000:.2f}"
    return start
