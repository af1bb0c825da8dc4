"""Every change of a person's need chart (P5.5). The audit trail names the parts that changed, never what they say: it is about a person."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.contacts.models import Contact
from furrow.kit import audit
from furrow.team.models import User
from furrow.visits.chart_models import LONGEST, PARTS, NeedChart
from furrow.visits.services import ChangedElsewhere


@transaction.atomic
def save_chart(
    contact: Contact, values: Mapping[str, str], *, by: User, version: int | None = None
) -> NeedChart:
    """Write the parts that are given. With `version`, raises ChangedElsewhere unless it is still the current one (0: none is there yet). Raises
    ValidationError for a part that does not exist or is too long."""
    if not set(values) <= set(PARTS) or any(len(text) > LONGEST for text in values.values()):
        raise ValidationError(
            _("A part of the need chart has at most %(most)d characters") % {"most": LONGEST}
        )
    chart, made = NeedChart.objects.select_for_update().get_or_create(contact=contact)
    if version is not None and version != (0 if made else chart.version):
        raise ChangedElsewhere
    changed = sorted(name for name, text in values.items() if getattr(chart, name) != text.strip())
    if not changed and not made:
        return chart
    for name in changed:
        setattr(chart, name, values[name].strip())
    if not made:
        chart.version += 1
    chart.updated_at = timezone.now()
    chart.save()
    audit.record(chart, "create" if made else "change", by=by, changes={"parts": [None, changed]})
    return chart
