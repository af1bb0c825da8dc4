"""What visits hold of one person beyond texts about customers: the need chart (P1.5, P5.5)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from furrow.contacts.person import Person
from furrow.visits.chart_models import NeedChart


class Charts:
    """The person's need chart."""

    name, label = "need_chart", _("Need chart")

    def export(self, person: Person) -> Any:
        chart = NeedChart.objects.filter(contact=person.contact).first()
        return chart.values if chart else None

    def count(self, person: Person) -> int:
        return NeedChart.objects.filter(contact=person.contact).count()

    def erase(self, person: Person) -> int:
        return NeedChart.objects.filter(contact=person.contact).delete()[0]


CHARTS = Charts()
