"""What the contact book tells the scorecards (P3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Count
from django.utils.translation import gettext as _

from furrow.contacts.models import ContactLink
from furrow.kit.facts import Fact


def contacts_known(ids: Sequence[int], as_of: date) -> dict[int, Fact]:
    """How many living contacts each customer has."""
    rows = ContactLink.objects.filter(customer__in=ids, contact__deleted_at=None).order_by()
    counted = rows.values("customer").annotate(count=Count("pk"))
    return {
        row["customer"]: Fact(Decimal(row["count"]), as_of.isoformat(), _("Contact book")) for row in counted
    }
