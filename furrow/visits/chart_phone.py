"""Need charts on the phone: the handler of chart.save, and what it keeps of them (settings.PHONE_PARTS)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from furrow.contacts.models import Contact, ContactLink
from furrow.kit.phone import Clash, Command, Conflict, Payload
from furrow.team.access import may
from furrow.team.models import User
from furrow.visits.chart_models import LONGEST, PARTS, NeedChart
from furrow.visits.charts import save_chart
from furrow.visits.phone import BIGGEST_ID

MOST = 160


def save(command: Command) -> dict[str, Any]:
    """chart.save: contact, and the parts that were written. Raises Conflict where somebody else wrote something different meanwhile."""
    payload = Payload(command.payload)
    label = _("Need chart")
    pk = payload.whole("contact", 1, BIGGEST_ID, label)
    contact = Contact.objects.visible_to(command.by).filter(pk=pk or 0).first()
    if contact is None or not may(command.by, "contacts.answer"):
        raise ValidationError(_("This person is not there any more or is no longer yours"))
    values = {name: payload.text(name, LONGEST, label) for name in PARTS if name in payload}
    chart = NeedChart.objects.filter(contact=contact).first()
    if chart is not None and command.base is not None and command.base != chart.version:
        clashes = [
            Clash(name, str(NeedChart._meta.get_field(name).verbose_name), mine, getattr(chart, name))  # type: ignore[union-attr]
            for name, mine in values.items()
            if getattr(chart, name) not in ("", mine)
        ]
        if clashes:
            raise Conflict(chart.version, clashes)
    chart = save_chart(contact, values, by=command.by)
    return {"id": chart.pk, "version": chart.version}


def charts(user: User, customers: set[int]) -> dict[str, Any]:
    """ "parts": [name, label]; "people": customer -> [contact, name, version, {part: words}] of the day's customers. Two queries."""
    if not (may(user, "contacts.view") and may(user, "contacts.profile")):
        return {}
    links = ContactLink.objects.visible_to(user).filter(customer__in=customers).select_related("contact")
    rows = list(links.order_by("customer", "-is_main", "pk")[:MOST])
    known = {
        one.contact_id: one for one in NeedChart.objects.filter(contact__in=[row.contact_id for row in rows])
    }
    people: dict[str, list[list[Any]]] = {}
    for row in rows:
        chart = known.get(row.contact_id)
        one = [row.contact_id, row.contact.name, chart.version if chart else 0, chart.values if chart else {}]
        people.setdefault(str(row.customer_id), []).append(one)
    labels = [[name, str(NeedChart._meta.get_field(name).verbose_name)] for name in PARTS]  # type: ignore[union-attr]
    return {"parts": labels, "people": people}
