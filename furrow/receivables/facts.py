"""What the books of money tell the scorecards (P3): how late a customer pays, how much is overdue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from furrow.kit.facts import Fact
from furrow.receivables.models import Account, Invoice, InvoiceKind
from furrow.receivables.money import NOTHING
from furrow.receivables.queries import paid_history

DAYS = 365


def late_days(ids: Sequence[int], as_of: date) -> dict[int, Fact]:
    """Average days that invoices paid in the last twelve months were late; in time and early count as 0."""
    period = f"{(as_of - timedelta(days=DAYS)).isoformat()[:7]} – {as_of.isoformat()[:7]}"
    found = {}
    for pk, past in paid_history(ids, as_of).items():
        late = [max(0, days) for ago, days, _took in past if ago <= DAYS]
        if late:
            found[pk] = Fact(Decimal(round(sum(late) / len(late))), period, _("Payments"))
    return found


def overdue(ids: Sequence[int], as_of: date) -> dict[int, Fact]:
    """What is overdue now, of customers who have an account."""
    rows = Invoice.objects.filter(customer__in=ids, kind=InvoiceKind.INVOICE, open__gt=0, due__lt=as_of)
    sums = dict(rows.values_list("customer").annotate(Sum("open")).order_by())
    known = Account.objects.filter(customer__in=ids).values_list("customer", flat=True)
    return {pk: Fact(sums.get(pk, NOTHING), as_of.isoformat(), _("Receivables")) for pk in known}
