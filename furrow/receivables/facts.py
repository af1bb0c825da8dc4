"""What the books of money tell the scorecards (P3): how late a customer pays, how much is overdue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from furrow.kit.facts import Fact, months
from furrow.receivables.collecting_models import PromiseToPay
from furrow.receivables.contribution import contributions
from furrow.receivables.models import Account, Invoice, InvoiceKind
from furrow.receivables.money import CENT, NOTHING
from furrow.receivables.queries import paid_history

DAYS = 365
LATE_DAYS = 30


def late_days(ids: Sequence[int], as_of: date) -> dict[int, Fact]:
    """Average days that invoices paid in the last twelve months were late; in time and early count as 0."""
    period = months(as_of - timedelta(days=DAYS), as_of)
    found = {}
    for pk, past in paid_history(ids, as_of).items():
        late = [max(0, days) for ago, days, _took in past if ago <= DAYS]
        if late:
            found[pk] = Fact(Decimal(round(sum(late) / len(late))), period, _("Payments"))
    return found


def contribution(ids: Sequence[int], as_of: date) -> dict[int, Fact]:
    """What customers contributed in the last twelve months; none is known of those of whose goods no cost price is."""
    since = as_of - timedelta(days=DAYS)
    found = contributions(ids, since, as_of)
    return {pk: Fact(one.margin, months(since, as_of), _("Invoices and cost prices")) for pk, one in found.items() if one.costed}  # fmt: skip


def overdue(ids: Sequence[int], as_of: date) -> dict[int, Fact]:
    """What is overdue now, of customers who have an account."""
    rows = Invoice.objects.filter(customer__in=ids, kind=InvoiceKind.INVOICE, open__gt=0, due__lt=as_of)
    sums = dict(rows.values_list("customer").annotate(Sum("open")).order_by())
    known = Account.objects.filter(customer__in=ids).values_list("customer", flat=True)
    return {pk: Fact(sums.get(pk, NOTHING), as_of.isoformat(), _("Receivables")) for pk in known}


def promises_kept(ids: Sequence[int], as_of: date) -> dict[int, Fact]:
    """Percent of the promises to pay of the last twelve months that were kept in time; those still running say nothing yet."""
    since = as_of - timedelta(days=DAYS)
    rows = PromiseToPay.objects.filter(customer__in=ids, withdrawn_at=None, due__gt=since)
    told = rows.filter(Q(kept_on__lte=as_of) | Q(due__lt=as_of)).values_list("customer").order_by()
    sums = told.annotate(all=Count("pk"), kept=Count("pk", filter=Q(kept_on__lte=as_of)))
    period = months(since, as_of)
    return {
        pk: Fact((Decimal(100 * kept) / number).quantize(CENT), period, _("Promises to pay"))
        for pk, number, kept in sums
    }


def billed(ids: Sequence[int]) -> dict[int, Decimal]:
    """What customers have been billed before tax, credit notes taken off: the revenue of the channel they came through."""
    rows = Invoice.objects.filter(customer__in=ids).order_by().values_list("customer")
    sums = rows.annotate(
        asked=Sum("net", filter=Q(kind=InvoiceKind.INVOICE), default=NOTHING),
        back=Sum("net", filter=Q(kind=InvoiceKind.CREDIT_NOTE), default=NOTHING),
    )
    return {pk: asked - back for pk, asked, back in sums}


def paid_well(ids: Sequence[int], as_of: date) -> dict[int, bool]:
    """What became of customers: well while none of the invoices due in the last twelve months went unpaid for more than LATE_DAYS; those
    with no invoice old enough to tell are left out."""
    told = as_of - timedelta(days=LATE_DAYS)
    rows = Invoice.objects.filter(
        customer__in=ids, kind=InvoiceKind.INVOICE, due__gt=as_of - timedelta(days=DAYS), due__lt=told
    )
    found: dict[int, bool] = {}
    for pk, due, paid_on in rows.values_list("customer", "due", "paid_on"):
        ended = paid_on if paid_on is not None and paid_on <= as_of else as_of
        found[pk] = found.get(pk, True) and (ended - due).days <= LATE_DAYS
    return found
