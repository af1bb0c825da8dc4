"""What the company asks of each visit type: the ordered steps, what to take along, the script (P5.1, P4.8)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from furrow.kit.flash import flash
from furrow.kit.sheets.cells import clean_text
from furrow.team.access import right_required
from furrow.visits import services
from furrow.visits.models import StepKind, StepPlan, VisitType
from furrow.visits.rules import Step
from furrow.visits.words import checklist_of

LEFT_OUT, MAY, MUST = "", "may", "must"
USES = ((LEFT_OUT, gettext_lazy("Left out")), (MAY, gettext_lazy("Optional, with a reason")), (MUST, gettext_lazy("Mandatory")))  # fmt: skip


class StepsForm(forms.Form):
    """Every kind of step with its place and whether it must be; what to take along, one thing a line; the script."""

    checklist = forms.CharField(
        label=gettext_lazy("To take along"),
        required=False,
        max_length=1500,
        help_text=gettext_lazy("One thing a line; the phone lists them before the visit"),
        widget=forms.Textarea(attrs={"rows": "6"}),
    )
    script = forms.CharField(
        label=gettext_lazy("Script"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("How to open, what to say to refusals; read on the phone before the visit"),
        widget=forms.Textarea(attrs={"rows": "6"}),
    )

    def __init__(self, *args: Any, steps: tuple[Step, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = {step.kind: (place, step.mandatory) for place, step in enumerate(steps, 1)}
        self.kinds = sorted(StepKind, key=lambda kind: places.get(kind.value, (99, False))[0])
        for kind in self.kinds:
            place, must = places.get(kind.value, (None, False))
            self.fields[f"use_{kind.value}"] = forms.ChoiceField(
                label=kind.label,
                choices=USES,
                required=False,
                initial=LEFT_OUT if place is None else MUST if must else MAY,
            )
            self.fields[f"place_{kind.value}"] = forms.IntegerField(
                label=pgettext("visit step", "Place"),
                required=False,
                min_value=1,
                max_value=99,
                initial=place,
            )

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """Label, use and place of every kind, those in use first."""
        return [(kind.label, self[f"use_{kind.value}"], self[f"place_{kind.value}"]) for kind in self.kinds]

    def steps(self) -> list[Step]:
        """Those in use by their place; without one, at the end."""
        data = self.cleaned_data
        used = [kind.value for kind in self.kinds if data.get(f"use_{kind.value}")]
        used.sort(key=lambda kind: data.get(f"place_{kind}") or 100)
        return [Step(kind, data[f"use_{kind}"] == MUST) for kind in used]

    def to_take(self) -> list[str]:
        """The lines of the list."""
        return [
            line
            for line in (clean_text(one).strip() for one in self.cleaned_data["checklist"].splitlines())
            if line
        ]


@right_required("planning.policy")
@require_safe
def step_plans(request: HttpRequest) -> HttpResponse:
    """All visit types with their steps."""
    own = {row.visit_type for row in StepPlan.objects.all()}
    steps = services.all_steps()
    labels = dict(StepKind.choices)
    rows = [
        (kind, label, [(labels[step.kind], step.mandatory) for step in steps.get(kind, ())], kind in own)
        for kind, label in VisitType.choices
    ]
    return render(request, "visits/step_plans.html", {"rows": rows})


@right_required("planning.policy")
@require_http_methods(["GET", "HEAD", "POST"])
def step_plan(request: HttpRequest, kind: str) -> HttpResponse:
    """The steps of one visit type; `reset` goes back to what is shipped."""
    user: Any = request.user
    if kind not in VisitType.values:
        raise Http404
    plan = StepPlan.objects.filter(visit_type=kind).first()
    if request.method == "POST" and request.POST.get("reset"):
        services.reset_step_plan(kind, by=user)
        flash(request, _("Back to the steps as shipped"))
        return redirect("visits:step_plans")
    take = plan.checklist if plan else checklist_of(kind)
    initial = {"checklist": "\n".join(take), "script": plan.script if plan else ""}
    form = StepsForm(request.POST or None, steps=services.steps_of(kind), initial=initial)
    if form.is_bound and form.is_valid():
        try:
            services.save_step_plan(
                kind,
                by=user,
                steps=form.steps(),
                checklist=form.to_take(),
                script=clean_text(form.cleaned_data["script"]),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            flash(request, _("Saved; phones take it with their next data of the day"))
            return redirect("visits:step_plans")
    context = {"form": form, "label": VisitType(kind).label, "own": plan is not None}
    return render(request, "visits/step_plan.html", context, status=422 if form.is_bound else 200)
