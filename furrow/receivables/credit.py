"""Credit control (P6.2): terms in force, exposure, and whether an order may go. The hold itself is decided by the orders room with
`check`; nothing else decides it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import DateField, F, Sum
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from furrow.customers.models import Customer
from furrow.kit import audit
from furrow.kit.prepared import AmongIds, Ids, Prepared, PreparedRecords
from furrow.receivables import ledger
from furrow.receivables.credit_models import CreditLimit, CreditPolicy
from furrow.receivables.credit_rules import Given, Position, Reason, Terms, Tolerance, hold_reasons, terms_of
from furrow.receivables.models import NEVER, Account, Invoice, InvoiceKind
from furrow.receivables.money import MOST, NOTHING
from furrow.receivables.promises import broken_counts
from furrow.team.models import User

DEFAULT_LIMIT, DEFAULT_TERM = Decimal("20000.00"), 30
LONGEST_OVERRIDE = 366


@dataclass(frozen=True, slots=True)
class Parts:
    """What rooms above know of a customer's exposure (settings.EXPOSURE_PARTS)."""

    delivered: Decimal = NOTHING
    ordered: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class Check:
    """The answer of the credit check; it may go when there is no reason."""

    terms: Terms
    position: Position
    reasons: list[Reason]


def policy() -> CreditPolicy:
    """The company's policy; what the product ships with until it is first saved."""
    found: list[CreditPolicy] = _POLICY.records()
    return found[0] if found else CreditPolicy(default_limit=DEFAULT_LIMIT, default_term=DEFAULT_TERM, days_overdue=7, broken_promises=1)  # fmt: skip


_POLICY = PreparedRecords(CreditPolicy, lambda: CreditPolicy.objects.order_by("pk")[:1])


def terms(customer_ids: Iterable[int], own_policy: CreditPolicy | None = None) -> dict[int, Terms]:
    """The terms of each customer as of today; a fixed number of queries."""
    ids, company = list(customer_ids), own_policy or policy()
    today = timezone.localdate()
    rows = {pk: (limit, term, expires) for pk, limit, term, expires in _OWN_LIMITS.rows(None, customers=ids)}
    own = {
        pk: Given(limit, term, expires=expires)
        for pk, (limit, term, expires) in rows.items()
        if expires >= today
    }
    classes = _classes(ids)
    default = Given(company.default_limit, company.default_term)
    return {pk: terms_of(own.get(pk), classes.get(pk), default) for pk in ids}


# The latest of each customer comes last.
_OWN_LIMITS = Prepared(
    lambda _reader, customers: (
        CreditLimit.objects.filter(AmongIds(F("customer"), customers))
        .order_by("pk")
        .values_list("customer", "limit", "term_days", "expires")
    ),
    customers=Ids(),
)


def _classes(ids: list[int]) -> dict[int, Given]:
    """What the customers' credit class says, from settings.CREDIT_STANDING: (card, ids) -> {id: standing with name and values}."""
    if not settings.CREDIT_STANDING:
        return {}
    standing: dict[int, Any] = import_string(settings.CREDIT_STANDING)("credit_5c", ids)
    found = {}
    for pk, one in standing.items():
        limit, term = one.values.get("limit"), one.values.get("term_days")
        found[pk] = Given(
            None if limit is None else Decimal(str(limit)), None if term is None else int(term), one.name
        )
    return found


def positions(customer_ids: Iterable[int]) -> dict[int, Position]:
    """Where each customer stands; a fixed number of queries."""
    ids, today = list(customer_ids), timezone.localdate()
    accounts: dict[int, Account] = {row.customer_id: row for row in _ACCOUNTS.records(customers=ids)}
    late = [pk for pk, row in accounts.items() if row.oldest_due < today]
    overdue = dict(_OVERDUE.rows(None, customers=late, today=today)) if late else {}
    broken, parts = broken_counts(ids), _parts(ids)
    found = {}
    for pk in ids:
        account = accounts.get(pk)
        delivered = sum((part[pk].delivered for part in parts if pk in part), NOTHING)
        ordered = sum((part[pk].ordered for part in parts if pk in part), NOTHING)
        found[pk] = Position(
            account.owed if account else NOTHING,
            delivered,
            ordered,
            account.on_account if account else NOTHING,
            0 if account is None or account.oldest_due == NEVER else account.days_overdue,
            overdue.get(pk, NOTHING),
            broken.get(pk, 0),
            account.stopped if account else False,
        )
    return found


_ACCOUNTS = PreparedRecords(
    Account, lambda customers: Account.objects.filter(AmongIds(F("customer"), customers)), customers=Ids()
)
_OVERDUE = Prepared(
    lambda _reader, customers, today: (
        Invoice.objects.filter(
            AmongIds(F("customer"), customers), kind=InvoiceKind.INVOICE, open__gt=0, due__lt=today
        )
        .values_list("customer")
        .annotate(Sum("open"))
        .order_by()
    ),
    customers=Ids(),
    today=DateField(),
)


def _parts(ids: list[int]) -> list[dict[int, Parts]]:
    return [import_string(path)(ids) for path in settings.EXPOSURE_PARTS]


def check(customer_id: int, extra: Decimal = NOTHING) -> Check:
    """May an order worth `extra` beyond what the exposure counts go to this customer? Lock the account before you act on it."""
    own = policy()
    found = terms([customer_id], own)[customer_id]
    position = positions([customer_id])[customer_id]
    tolerance = Tolerance(own.days_overdue, own.broken_promises)
    return Check(found, position, hold_reasons(position, found, tolerance, extra))


# Changes ------------------------------------------------------------------------------------------


@transaction.atomic
def set_limit(
    customer: Customer,
    *,
    limit: Decimal | None,
    term_days: int | None,
    expires: date,
    reason: str,
    by: User | None,
) -> CreditLimit:
    """A customer's own limit or term until a day. Raises ValidationError for a day that is over or more than a year ahead, a figure
    that cannot be, and without a reason."""
    today = timezone.localdate()
    if not today <= expires or (expires - today).days > LONGEST_OVERRIDE:
        raise ValidationError({"expires": _("An own limit holds until a day within the next year.")})
    if limit is None and term_days is None:
        raise ValidationError({"limit": _("Give a limit, a term, or both.")})
    if limit is not None and not 0 <= limit <= MOST:
        raise ValidationError({"limit": _("The limit must be 0 or more.")})
    if term_days is not None and not 0 <= term_days <= 365:
        raise ValidationError({"term_days": _("The term is between 0 and 365 days.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Say why")})
    ledger.locked(customer.pk)
    row = CreditLimit.objects.create(
        customer=customer,
        limit=limit,
        term_days=term_days,
        expires=expires,
        reason=reason.strip()[:200],
        by=by,
    )
    given = {"credit_limit": limit, "payment_term": term_days, "expires": expires}
    audit.record(customer, "credit_limit", by=by, note=row.reason, changes={name: [None, audit.plain(value)] for name, value in given.items()})  # fmt: skip
    return row


@transaction.atomic
def end_limit(customer: Customer, *, by: User | None) -> bool:
    """Let the class or the company decide again from tomorrow's check on; False when there was no own limit in force."""
    ledger.locked(customer.pk)
    row = CreditLimit.objects.filter(customer=customer).order_by("-pk").first()
    if row is None or row.expires < timezone.localdate():
        return False
    row.expires = timezone.localdate() - timedelta(days=1)
    row.version += 1
    row.save(update_fields=["expires", "version"])
    audit.record(customer, "credit_limit", by=by, changes={"expires": [None, row.expires.isoformat()]})
    return True


@transaction.atomic
def change_policy(
    *, default_limit: Decimal, default_term: int, days_overdue: int, broken_promises: int, by: User | None
) -> CreditPolicy:
    """The company's defaults and what it bears."""
    values = {
        "default_limit": default_limit,
        "default_term": default_term,
        "days_overdue": days_overdue,
        "broken_promises": broken_promises,
    }
    row = CreditPolicy.objects.select_for_update().first() or policy()
    before = audit.values_of(row, values)
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    audit.record(row, "change", by=by, changes=audit.changes_between(before, audit.values_of(row, values)))
    return row


@transaction.atomic
def set_stopped(customer: Customer, stopped: bool, *, reason: str, by: User | None) -> None:
    """Stop supply to a customer, or let it go on (P6.3, the fifth rung)."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why")})
    account = ledger.locked(customer.pk)
    if account.stopped != stopped:
        account.stopped = stopped
        account.version += 1
        account.save(update_fields=["stopped", "version"])
        audit.record(
            customer, "stop_supply" if stopped else "resume_supply", by=by, note=reason.strip()[:300]
        )
