"""The interview guide as the company asks it: its needs and the questions of each, written by whoever sets the steps of visits (P5.4)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from furrow.kit.flash import flash
from furrow.team.access import right_required
from furrow.visits import needs
from furrow.visits.guide import NEEDS, STAGES, Need, OwnNeed, merged
from furrow.visits.need_forms import QuestionSetForm
from furrow.visits.need_models import GuideNeed

NEW = "new"


@right_required("planning.policy")
@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """All needs with their questions; hidden ones at the end."""
    own = list(GuideNeed.objects.all())
    written = {row.code for row in own}
    asked = merged(OwnNeed(row.need, row.hidden) for row in own)
    rows = [(need, need.code in written, False) for need in asked]
    rows += [(row.need, True, True) for row in own if row.hidden]
    return render(request, "visits/guide.html", {"rows": rows, "stages": STAGES})


def _need(code: str) -> tuple[Need | None, GuideNeed | None]:
    """The need as it stands, and the row in which the company wrote it."""
    row = GuideNeed.objects.filter(code=code).first()
    if row is not None:
        return row.need, row
    return next((need for need in NEEDS if need.code == code), None), None


@right_required("planning.policy")
@require_http_methods(["GET", "HEAD", "POST"])
def question_set(request: HttpRequest, code: str) -> HttpResponse:
    """The questions of one need; `new` writes another; `reset` goes back to what is shipped, or takes the company's own one out."""
    user: Any = request.user
    need, row = _need(code)
    if need is None and code != NEW:
        raise Http404
    if request.method == "POST" and request.POST.get("reset"):
        needs.reset_question_set(code, by=user)
        flash(request, _("Back to the questions as shipped"))
        return redirect("visits:guide")
    initial = {"name": str(need.label) if need else "", "hidden": bool(row and row.hidden)}
    form = QuestionSetForm(request.POST or None, questions=need.questions if need else (), initial=initial)
    if form.is_bound and form.is_valid():
        data, key = form.cleaned_data, "" if code == NEW else code
        try:
            needs.save_question_set(
                key, by=user, name=data["name"], questions=form.questions(key), hidden=data["hidden"]
            )
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        else:
            flash(request, _("Saved; phones take it with their next data of the day"))
            return redirect("visits:guide")
    shipped = code in {one.code for one in NEEDS}
    context = {"form": form, "need": need, "own": row is not None and shipped}
    return render(request, "visits/question_set.html", context, status=422 if form.is_bound else 200)
