"""A territory judged in a grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from furrow.assessment import grid, queries, services
from furrow.assessment.cards import Card, Criterion, Method, Subject
from furrow.assessment.parsing import CardError
from furrow.assessment.regrading import subjects
from furrow.assessment.rules import grade_of
from furrow.assessment.scorecards import current_card
from furrow.customers.models import Customer
from furrow.kit.figures import listed
from furrow.kit.flash import flash
from furrow.kit.sheets.cells import clean_text
from furrow.team.access import right_required
from furrow.team.models import User

PAGE = 60


@dataclass(frozen=True)
class GridRow:
    """One customer with its cells: (criterion, text, what is wrong)."""

    customer: Customer
    cells: list[tuple[Criterion, str, str]]
    now: str
    problem: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("assessment.assess")
def territory(request: HttpRequest, code: str) -> HttpResponse:
    """Up to sixty customers of an owner at a time, by name. Saves the rows that say something new, when none of them is wrong."""
    user: Any = request.user
    try:
        card = current_card(code)
    except CardError as error:
        raise Http404 from error
    if card.subject is not Subject.CUSTOMER or card.method is Method.RANKING or not grid.asked(card):
        raise Http404
    owners = User.objects.line_within_reach(user)
    owner, after = request.GET.get("owner", ""), clean_text(request.GET.get("after", ""))[:120]
    rows = subjects(card, user).order_by("name_order", "pk")
    if owner.isdecimal() and len(owner) < 10:
        rows = rows.filter(owner=int(owner))
    customers = list(rows.filter(name_order__gte=after)[: PAGE + 1] if after else rows[: PAGE + 1])
    shown, more = customers[:PAGE], customers[PAGE:]
    context = {
        "card": card,
        "owners": owners,
        "owner": owner,
        "after": after,
        "criteria": [(one, grid.hint(one)) for one in grid.asked(card)],
        "next": more[0].name_order if more else "",
    }
    if request.method == "POST":
        return _take(request, card, shown, context)
    return render(request, "assessment/grid.html", context | {"rows": _rows(card, shown)})


def _rows(card: Card, customers: list[Customer]) -> list[GridRow]:
    before = queries.current_answers(card, customers)
    criteria = grid.asked(card)
    return [
        GridRow(
            one,
            [
                (
                    criterion,
                    grid.shown(
                        criterion, before[one.pk].answers.get(criterion.code) if one.pk in before else None
                    ),
                    "",
                )
                for criterion in criteria
            ],
            str(card.grade_class(before[one.pk].grade) or before[one.pk].grade) if one.pk in before else "",
        )
        for one in customers
    ]


def _take(
    request: HttpRequest, card: Card, customers: list[Customer], context: dict[str, Any]
) -> HttpResponse:
    user: Any = request.user
    criteria = grid.asked(card)
    before = queries.current_answers(card, customers)
    lines = [
        grid.read(card, one.pk, {c.code: request.POST.get(f"c{one.pk}-{c.code}", "") for c in criteria})
        for one in customers
    ]
    new = [
        (line, customer)
        for line, customer in zip(lines, customers, strict=True)
        if not line.is_blank
        and grid.changed(line, before[customer.pk].answers if customer.pk in before else {}, criteria)
    ]
    few = {
        customer.pk: _few(card, line)
        for line, customer in new
        if not line.problems and not grade_of(card, line.answers).grade
    }
    if few or any(line.problems for line, _customer in new):
        flash_text = _("Nothing saved yet: put the marked cells right first")
        rows = [
            GridRow(
                customer,
                [(c, line.cells[c.code], line.problems.get(c.code, "")) for c in criteria],
                "",
                few.get(customer.pk, ""),
            )
            for line, customer in zip(lines, customers, strict=True)
        ]
        return render(
            request, "assessment/grid.html", context | {"rows": rows, "message": flash_text}, status=422
        )
    evidence = clean_text(" ".join(request.POST.get("evidence", "").split()))[:500]
    count = services.assess_lines(
        card, [(customer, line.answers) for line, customer in new], evidence=evidence, by=user
    )
    flash(
        request, ngettext("%(count)d customer judged", "%(count)d customers judged", count) % {"count": count}
    )
    return redirect(request.get_full_path())


def _few(card: Card, line: grid.Line) -> str:
    names = listed(factor.name for factor in grade_of(card, line.answers).lacking)
    return _("Too few answers: %(names)s") % {"names": names or card.name}
