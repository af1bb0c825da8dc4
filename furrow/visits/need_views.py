"""Needs of a customer at the desk: the interview guide with answers and gaps, the sales doctor's cases, gaps of store checks (P5.3 to P5.5)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from furrow.customers.models import Customer
from furrow.kit.flash import flash
from furrow.team.access import may, require, right_required
from furrow.visits import checks, need_queries, needs
from furrow.visits.check_models import ExclusiveShop, StoreCheckItem
from furrow.visits.guide import STAGES, WARNINGS, WORDS
from furrow.visits.need_forms import STAGE_FORMS, AnswersForm, ExamineForm, GapForm, next_forms, sent_id
from furrow.visits.need_models import NeedCase


def _customer(request: HttpRequest, pk: int) -> Customer:
    user: Any = request.user
    return get_object_or_404(Customer.objects.visible_to(user), pk=pk)


def _page(
    request: HttpRequest,
    customer: Customer,
    code: str,
    form: AnswersForm | None = None,
    case: ExamineForm | None = None,
) -> HttpResponse:
    user: Any = request.user
    states = need_queries.needs_of(customer, user)
    guide = tuple(state.need for state in states)
    state = next((one for one in states if one.need.code == code), states[0])
    need, known = state.need, state.known
    form = form or AnswersForm(need=need)
    context = {
        "customer": customer,
        "need": need,
        "states": states,
        "rows": [
            (one, form[one.question.code], STAGES[one.question.stage], WORDS[one.question.word])
            for one in known
        ],
        "warnings": [(STAGES[stage], text) for stage, text in WARNINGS.items()],
        "form": form,
        "sent": uuid4(),
        "cases": [(one, next_forms(one)) for one in need_queries.cases_of(customer, user)],
        "case_form": case or ExamineForm(user=user, guide=guide, initial={"need": need.code}),
        "case_open": case is not None,
        "may": may(user, "visits.add"),
        "may_mark": may(user, "customers.change"),
        "exclusive": ExclusiveShop.objects.visible_to(user).filter(customer=customer).exists(),
    }
    return render(request, "visits/needs.html", context, status=422 if form.is_bound or case else 200)


@right_required("visits.view")
@require_http_methods(["GET", "HEAD", "POST"])
def customer_needs(request: HttpRequest, pk: int) -> HttpResponse:
    """The guide for one customer; `?need=` chooses the question set. POST keeps the answers."""
    user: Any = request.user
    customer = _customer(request, pk)
    wanted = request.POST.get("need") or request.GET.get("need") or ""
    if request.method != "POST":
        return _page(request, customer, wanted)
    require(user, "visits.add")
    guide = need_queries.company_guide()
    need = next((one for one in guide if one.code == wanted), guide[0])
    code = need.code
    form = AnswersForm(request.POST, need=need)
    if form.is_valid():
        try:
            made = needs.answer_needs(
                customer, form.cleaned_data, by=user, client_id=sent_id(request.POST), at=timezone.now()
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            flash(request, _("Answers kept: %(n)d") % {"n": len(made)})
            return redirect(f"{request.path}?need={code}")
    return _page(request, customer, code, form)


@right_required("visits.add")
@require_POST
def new_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a case of the sales doctor."""
    user: Any = request.user
    customer = _customer(request, pk)
    form = ExamineForm(request.POST, user=user, guide=need_queries.company_guide())
    if form.is_valid():
        data = form.cleaned_data
        try:
            needs.examine(
                customer,
                by=user,
                need=data["need"],
                findings=data["findings"],
                day=data["examined_on"],
                owner=data["owner"],
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            flash(request, _("Case opened"))
            return redirect("visits:needs", pk)
    return _page(request, customer, "", case=form)


@right_required("visits.add")
@require_POST
def move_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Diagnose, prescribe or close, as `act` says."""
    user: Any = request.user
    case = get_object_or_404(NeedCase.objects.visible_to(user).select_related("customer"), pk=pk)
    act = request.POST.get("act", "")
    if act not in STAGE_FORMS:
        flash(request, _("Say what is done to the case"), kind="bad")
        return redirect("visits:needs", case.customer_id)
    form = STAGE_FORMS[act](request.POST, prefix=f"{act}{case.pk}")
    problems = (
        [] if form.is_valid() else [" ".join(str(one) for one in errors) for errors in form.errors.values()]
    )
    if not problems:
        try:
            _move(case, act, form.cleaned_data, user)
        except ValidationError as error:
            problems = error.messages
    if problems:
        flash(request, " ".join(problems), kind="bad")
    else:
        flash(request, _("Case carried on"))
    return redirect("visits:needs", case.customer_id)


def _move(case: NeedCase, act: str, data: dict[str, Any], user: Any) -> None:
    if act == "diagnose":
        needs.diagnose(case, by=user, diagnosis=data["diagnosis"], day=data["diagnosed_on"])
    elif act == "prescribe":
        needs.prescribe(
            case, by=user, prescription=data["prescription"], day=data["prescribed_on"], act_on=data["act_on"]
        )
    else:
        needs.close_case(case, by=user, outcome=data["outcome"], day=data["closed_on"])


# Gaps of store checks ---------------------------------------------------------------------------


@right_required("visits.view")
@require_safe
def gaps(request: HttpRequest) -> HttpResponse:
    """Everything that is to be put right in the user's reach, the most urgent first."""
    user: Any = request.user
    context = {"gaps": need_queries.gaps_due(user), "may": may(user, "visits.add")}
    return render(request, "visits/gaps.html", context)


@right_required("visits.add")
@require_POST
def gap(request: HttpRequest, pk: int) -> HttpResponse:
    """Name who closes a gap and by when; with `done`, it is closed."""
    user: Any = request.user
    item = get_object_or_404(StoreCheckItem.objects.visible_to(user).select_related("store_check"), pk=pk)
    form = GapForm(request.POST, user=user)
    try:
        if request.POST.get("done"):
            checks.close_gap(item, by=user)
            flash(request, _("Gap closed"))
        elif form.is_valid():
            checks.assign_gap(item, by=user, owner=form.cleaned_data["owner"], due=form.cleaned_data["due"])
            flash(request, _("%(name)s closes it") % {"name": form.cleaned_data["owner"].name})
        else:
            raise ValidationError([" ".join(str(one) for one in errors) for errors in form.errors.values()])
    except ValidationError as error:
        flash(request, " ".join(error.messages), kind="bad")
    if item.store_check.record_id and not request.POST.get("back"):
        return redirect("visits:page", item.store_check.record_id)
    return redirect("visits:gaps")
