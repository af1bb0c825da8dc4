"""What the customer card tells the scorecards (P3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from furrow.customers.archives.counting import percents_of
from furrow.customers.card.models import CustomerCard
from furrow.customers.models import Customer, Status
from furrow.kit.facts import Fact


def years_of_business(ids: Sequence[int], as_of: date) -> dict[int, Fact]:
    """Full years since business with us began."""
    rows = CustomerCard.objects.filter(customer__in=ids, began_on__lte=as_of).values_list(
        "customer", "began_on"
    )
    return {
        pk: Fact(
            Decimal(as_of.year - began.year - ((as_of.month, as_of.day) < (began.month, began.day))),
            began.isoformat(),
            _("Customer card"),
        )
        for pk, began in rows
        if began is not None
    }


def card_completeness(ids: Sequence[int], as_of: date) -> dict[int, Fact]:
    """How complete each customer's card is now, in percent, by the same rule as its page (P1.1)."""
    return {
        pk: Fact(Decimal(percent), as_of.isoformat(), _("Customer card")) for pk, percent in percents_of(ids)
    }


def won_and_kept(ids: Sequence[int], as_of: date) -> dict[int, bool]:
    """What became of customers: active is good, lost is bad; prospects and dormant ones have not ended yet."""
    ended = {Status.ACTIVE: True, Status.LOST: False}
    rows = Customer.objects.alive().filter(pk__in=ids, status__in=list(ended)).values_list("pk", "status")
    return {pk: ended[Status(status)] for pk, status in rows}
