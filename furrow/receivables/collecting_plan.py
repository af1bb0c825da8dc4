"""What collecting tells the visit plan (P4.2, P4.7): whom to see for money in week 4, and the reason of the visit in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from furrow.kit.figures import money
from furrow.receivables.collecting import overdue_of
from furrow.receivables.collecting_models import PromiseToPay
from furrow.receivables.models import Account
from furrow.team.access import may
from furrow.team.models import User

BROKEN_TOLD = 60  # days for which a broken promise is a reason to come


def to_visit(ids: Sequence[int]) -> set[int]:
    """Of these customers, those with money overdue."""
    rows = Account.objects.filter(customer__in=ids, owed__gt=0, oldest_due__lt=timezone.localdate())
    return set(rows.values_list("customer", flat=True))


def visit_reasons(user: User, ids: Sequence[int]) -> dict[int, str]:
    """Why to see these customers, in the reader's words, for those in reach with money overdue; three queries."""
    if not may(user, "receivables.view"):
        return {}
    today = timezone.localdate()
    rows = Account.objects.visible_to(user).filter(customer__in=ids, owed__gt=0, oldest_due__lt=today)
    late = dict(rows.values_list("customer", "oldest_due"))
    overdue, promised = overdue_of(list(late)), _promised(list(late))
    found = {}
    for pk, oldest in late.items():
        days = (today - oldest).days
        text = ngettext("Collect %(amount)s, %(n)d day overdue", "Collect %(amount)s, %(n)d days overdue", days)  # fmt: skip
        reason = text % {"amount": money(overdue.get(pk, Decimal(0))), "n": days}
        found[pk] = _("; ").join([reason, *promised.get(pk, [])])
    return found


def _promised(ids: list[int]) -> dict[int, list[str]]:
    """The latest promise of each customer that was not kept: one that runs, or one broken of late."""
    rows = PromiseToPay.objects.filter(
        customer__in=ids, kept_on=None, withdrawn_at=None, due__gte=timezone.localdate() - timedelta(days=BROKEN_TOLD)
    )  # fmt: skip
    found: dict[int, list[str]] = {}
    for row in rows.order_by("due", "id"):
        text = _("%(amount)s promised for %(day)s did not come") if row.state == "broken" else _("%(amount)s promised for %(day)s")  # fmt: skip
        found[row.customer_id] = [text % {"amount": money(row.amount), "day": row.due}]
    return found
