"""Grading pages: one customer by the scorecard, many at once, and the way back."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from furrow.assessment import queries, services
from furrow.assessment.forms import CardForm, GradesForm, GridRow
from furrow.assessment.rules import grade_of
from furrow.assessment.scorecards import card as shipped_card
from furrow.customers.models import Customer
from furrow.kit.flash import flash
from furrow.records import record
from furrow.records.listing import chosen
from furrow.team.access import right_required

GRID_ROWS = 200
MOST = 20_000


def _customer_or_404(request: HttpRequest, pk: int) -> Customer:
    user: Any = request.user
    return get_object_or_404(Customer.objects.visible_to(user), pk=pk)


@right_required("assessment.assess")
def assess(request: HttpRequest, pk: int) -> HttpResponse:
    """One customer's scorecard; starts from the last one's answers."""
    user: Any = request.user
    customer, card = _customer_or_404(request, pk), shipped_card()
    if request.method != "POST":
        last = queries.last_answers(customer)
        start = {f"points_{code}": points for code, points in last.answers.items()} if last else {}
        return _card_page(
            request, customer, CardForm(card=card, initial=start), start_answers=last.answers if last else {}
        )
    form = CardForm(request.POST, card=card)
    if not form.is_valid():
        return _card_page(request, customer, form, status=422)
    try:
        made = services.assess_customer(
            customer, card=card, answers=form.answers(), evidence=form.cleaned_data["evidence"], by=user
        )
    except services.TooFewAnswers:
        form.add_error(None, _("Not saved: too few points for a grade. The result says what is missing."))
        return _card_page(request, customer, form, start_answers=form.answers(), status=422)
    text = _("“%(name)s” is graded %(grade)s") % {"name": customer, "grade": made.grade}
    flash(request, text, label=_("Undo"), url=reverse("assessment:undo", args=[made.batch]))
    return redirect("customers:page", customer.pk)


def _card_page(
    request: HttpRequest,
    customer: Customer,
    form: CardForm,
    *,
    start_answers: dict[str, int | None] | None = None,
    status: int = 200,
) -> HttpResponse:
    known = {criterion.code for criterion in form.card.criteria()}
    answers = {code: points for code, points in (start_answers or {}).items() if code in known}
    context = {"customer": customer, "form": form, "card": form.card, "outcome": grade_of(form.card, answers)}
    return render(request, "assessment/assess.html", context, status=status)


@require_POST
@right_required("assessment.assess")
def outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """The result of the points ticked so far; saves nothing."""
    customer = _customer_or_404(request, pk)
    form = CardForm(request.POST, card=shipped_card())
    answers = form.answers() if form.is_valid() else {}
    context = {"customer": customer, "card": form.card, "outcome": grade_of(form.card, answers)}
    return render(request, "assessment/_outcome.html", context)


@right_required("assessment.assess")
def grade_chosen(request: HttpRequest) -> HttpResponse:
    """Grades for the rows ticked in the customers' list: the page first, then with `save` the saving."""
    user: Any = request.user
    if request.method != "POST":
        return redirect("customers:list")
    customers = chosen(record.get("customers"), request)
    count = customers.order_by().count()
    if not 0 < count <= MOST:
        too_many = _("At most %(most)s customers at once: narrow the list first") % {"most": f"{MOST:,}"}
        flash(request, too_many if count else _("No customers chosen"), kind="bad")
        return redirect(_list_address(request))
    saving = "save" in request.POST
    form = GradesForm(request.POST if saving else None)
    fields = ("id", "name", "code", "customer_grade", "visit_grade")
    shown = customers.only(*fields).order_by("name", "id")[: count if saving else GRID_ROWS]
    rows = form.rows(shown)
    if saving and form.is_valid():
        card = shipped_card()
        gradings = form.gradings(rows, card)
        if form.is_valid():
            batch = services.assess_rows(gradings, reason=form.cleaned_data["reason"], by=user, card=card)
            return _graded(request, batch)
    return _grid_page(request, form, rows, count)


def _graded(request: HttpRequest, batch: services.Batch) -> HttpResponse:
    text = ngettext("Graded %(count)s customer", "Graded %(count)s customers", batch.count)
    undo_address = reverse("assessment:undo", args=[batch.id])
    flash(request, text % {"count": f"{batch.count:,}"}, label=_("Undo"), url=undo_address)
    return redirect(_list_address(request))


def _grid_page(request: HttpRequest, form: GradesForm, rows: list[GridRow], count: int) -> HttpResponse:
    context = {
        "form": form,
        "count": count,
        "rows": rows if count <= GRID_ROWS else [],
        "grid_rows": GRID_ROWS,
        "ids": [] if request.POST.get("all") else request.POST.getlist("ids"),
        "query": request.POST.get("query", ""),
        "back": _list_address(request),
    }
    return render(request, "assessment/grade_many.html", context, status=422 if form.is_bound else 200)


def _list_address(request: HttpRequest) -> str:
    """The list with the filters that it was left with."""
    query = QueryDict(request.POST.get("query", "").lstrip("?")).urlencode()
    return reverse("customers:list") + (f"?{query}" if query else "")


@require_POST
@right_required("assessment.assess")
def undo(request: HttpRequest, batch: uuid.UUID) -> HttpResponse:
    """Take back what the user graded in one action."""
    user: Any = request.user
    count = services.undo_batch(batch, by=user)
    if count:
        text = ngettext(
            "%(count)s customer has the grade from before again",
            "%(count)s customers have their grades from before again",
            count,
        )
        flash(request, text % {"count": f"{count:,}"})
    else:
        flash(request, _("Nothing to undo: these customers were graded anew since"), kind="note")
    return redirect("customers:list")
