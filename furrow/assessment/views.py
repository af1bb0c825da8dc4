"""Grading pages: one customer by the scorecard, many at once, and the way back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from furrow.assessment import queries, services
from furrow.assessment.cards import CUSTOMER_GRADE, WHY, Answer, Card, Kind, Method, Subject
from furrow.assessment.facts import closed_to, fact_answer, gather, name_of, unfilled
from furrow.assessment.forms import CardForm, GradesForm, GridRow
from furrow.assessment.models import Assessment
from furrow.assessment.parsing import CardError
from furrow.assessment.rules import WrongAnswer, answer_points, grade_of
from furrow.assessment.scorecards import current_card
from furrow.customers.models import Customer
from furrow.kit.facts import Fact
from furrow.kit.figures import day
from furrow.kit.flash import flash
from furrow.records import record
from furrow.records.listing import chosen
from furrow.team.access import right_required

GRID_ROWS = 200
MOST = 20_000


def _customer_or_404(request: HttpRequest, pk: int) -> Customer:
    user: Any = request.user
    return get_object_or_404(Customer.objects.visible_to(user), pk=pk)


def _card_or_404(code: str, subject: Subject = Subject.CUSTOMER) -> Card:
    """The card in force, if customers (or regions) are judged by it one by one."""
    try:
        card = current_card(code)
    except CardError as error:
        raise Http404 from error
    if card.subject is not subject or card.method is Method.RANKING:
        raise Http404
    return card


def _facts(card: Card, customer: Customer) -> dict[str, Fact]:
    """What the books say of this customer, fact -> Fact."""
    found = gather(card.facts(), [customer.pk], timezone.localdate())
    return {code: known[customer.pk] for code, known in found.items() if customer.pk in known}


@right_required("assessment.assess")
def assess(request: HttpRequest, pk: int, code: str = CUSTOMER_GRADE) -> HttpResponse:
    """One customer by one card; starts from the last one's answers and what the books say."""
    user: Any = request.user
    customer, card = _customer_or_404(request, pk), _card_or_404(code)
    facts = _facts(card, customer)
    if request.method != "POST":
        last = queries.last_answers(customer, code)
        start = start_answers(card, last, facts)
        initial: dict[str, Any] = {f"points_{name}": answer for name, answer in start.items()}
        notes = last.notes if last else {}
        initial |= {
            f"why_{name.removeprefix(WHY)}" if name.startswith(WHY) else f"note_{name}": text
            for name, text in notes.items()
        }
        form = CardForm(card=card, facts=facts, closed=closed_to(user), initial=initial)
        return _card_page(request, customer, form, answers=start)
    form = CardForm(request.POST, card=card, facts=facts, closed=closed_to(user))
    if not form.is_valid():
        return _card_page(request, customer, form, status=422)
    try:
        made = services.assess_customer(
            customer,
            card=card,
            answers=form.answers(),
            evidence=form.cleaned_data["evidence"],
            facts=form.used_facts(),
            notes=form.notes(),
            by=user,
        )
    except services.TooFewAnswers:
        form.add_error(None, _("Not saved: too few points for a grade. The result says what is missing."))
        return _card_page(request, customer, form, answers=form.answers(), status=422)
    flash(
        request,
        _saved_text(customer, card, made.grade),
        label=_("Undo"),
        url=reverse("assessment:undo", args=[made.batch]),
    )
    return redirect("customers:page", customer.pk)


def _saved_text(customer: Customer, card: Card, grade: str) -> str:
    if card.code == CUSTOMER_GRADE:
        return _("“%(name)s” is graded %(grade)s") % {"name": customer, "grade": grade}
    found = {"name": customer, "card": card.name, "grade": card.grade_class(grade) or grade}
    return _("“%(name)s”, %(card)s: %(grade)s") % found


def start_answers(card: Card, last: Assessment | None, facts: Mapping[str, Fact]) -> dict[str, Answer]:
    """What the form begins with: what the books say now, else the last answers as far as the card still takes them."""
    found: dict[str, Answer] = {}
    for criterion in card.criteria():
        fact = facts.get(criterion.fact)
        answer = fact_answer(criterion, fact) if fact else None
        if answer is None and last is not None and criterion.kind is not Kind.COMPUTED:
            answer = last.answers.get(criterion.code)
        try:
            if answer is not None and answer_points(criterion, answer, card) is not None:
                found[criterion.code] = answer
        except WrongAnswer:
            continue
    return found


def _card_page(
    request: HttpRequest,
    customer: Customer,
    form: CardForm,
    *,
    answers: Mapping[str, Answer] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "customer": customer,
        "form": form,
        "card": form.card,
        "outcome": grade_of(form.card, answers or {}),
        "now": queries.current_of(customer).get(form.card.code),
        "unfilled": [name_of(fact) for fact in unfilled(form.card.facts())],
        "outcome_url": reverse("assessment:outcome_by", args=[customer.pk, form.card.code]),
    }
    return render(request, "assessment/assess.html", context, status=status)


@require_POST
@right_required("assessment.assess")
def outcome(request: HttpRequest, pk: int, code: str = CUSTOMER_GRADE) -> HttpResponse:
    """The result of the points ticked so far; saves nothing."""
    customer, card = _customer_or_404(request, pk), _card_or_404(code)
    form = CardForm(request.POST, card=card, facts=_facts(card, customer))
    answers = form.answers() if form.is_valid() else {}
    now = queries.current_of(customer).get(code)
    context = {"customer": customer, "card": card, "outcome": grade_of(card, answers), "now": now}
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
    card = current_card(CUSTOMER_GRADE)
    form = GradesForm(request.POST if saving else None, card=card)
    fields = ("id", "name", "code", "customer_grade", "visit_grade")
    shown = customers.only(*fields).order_by("name_order", "id")[: count if saving else GRID_ROWS]
    rows = form.rows(shown)
    if saving and form.is_valid():
        gradings = form.gradings(rows)
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


@require_safe
@right_required("assessment.view")
def history(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One customer by one card over time: a line of classes with the table behind it."""
    customer = _customer_or_404(request, pk)
    try:
        card = current_card(code)
    except CardError as error:
        raise Http404 from error
    rows = queries.history(customer, card)
    chart = {
        "names": [day(row.assessment.at) for row in reversed(rows)],
        "ranks": [len(card.classes) + 1 - row.assessment.rank for row in reversed(rows)],
        "scores": [
            float(row.assessment.score) if row.assessment.score is not None else None
            for row in reversed(rows)
        ],
        "classes": [str(one) for one in reversed(card.classes)],
        "word": str(_("Score")),
    }
    context = {"customer": customer, "card": card, "rows": rows, "chart": chart}
    return render(request, "assessment/history.html", context)
