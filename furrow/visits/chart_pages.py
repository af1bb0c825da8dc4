"""The need chart on a contact's page, and the door that saves it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from furrow.contacts.models import Contact
from furrow.kit.flash import flash
from furrow.records.record import Panel
from furrow.team.access import right_required
from furrow.visits.chart_models import LONGEST, PARTS, NeedChart
from furrow.visits.charts import save_chart
from furrow.visits.need_forms import CleanForm
from furrow.visits.services import ChangedElsewhere

TITLE = gettext_lazy("Need chart")


def _label(name: str) -> Any:
    return NeedChart._meta.get_field(name).verbose_name  # type: ignore[union-attr]


class ChartForm(CleanForm):
    """All parts, none of which must be known."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in PARTS:
            self.fields[name] = forms.CharField(label=_label(name), max_length=LONGEST, required=False)


def chart_panel(request: HttpRequest, contact: Contact) -> Panel | None:
    """What the person needs, from the business to the inner wish."""
    user: Any = request.user
    if not user.may("contacts.profile"):
        return None
    chart = NeedChart.objects.visible_to(user).filter(contact=contact).first()
    values = chart.values if chart else {}
    form = ChartForm(initial=values | {"version": chart.version if chart else 0})
    context = {
        "contact": contact,
        "rows": [(_label(name), values.get(name, "")) for name in PARTS],
        "known": len(values),
        "form": form if user.may("contacts.answer") else None,
    }
    return Panel("need_chart", str(TITLE), "visits/_chart.html", context, wide=False, order=15)


@right_required("contacts.answer")
@require_POST
def chart(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the chart of one person."""
    user: Any = request.user
    contact = get_object_or_404(Contact.objects.visible_to(user), pk=pk)
    form = ChartForm(request.POST)
    try:
        data = form.checked()
        save_chart(contact, {name: data[name] for name in PARTS}, by=user, version=data["version"])
        flash(request, _("Need chart saved"))
    except ChangedElsewhere:
        flash(request, _("Someone else has changed this meanwhile. Look at it again."), kind="bad")
    except ValidationError as error:
        flash(request, " ".join(error.messages), kind="bad")
    return redirect("contacts:page", pk)
