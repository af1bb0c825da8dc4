"""Collecting (P6.3): promises, steps of the ladder, paying habits, and the list of whom to ask today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.customers.models import Customer
from furrow.kit import audit
from furrow.kit.figures import money
from furrow.receivables import ledger
from furrow.receivables.collecting_models import CollectingStep, Level, PayingHabit, PromiseToPay
from furrow.receivables.collecting_rules import Habit, pay_days
from furrow.receivables.credit import set_stopped
from furrow.receivables.models import Invoice, InvoiceKind
from furrow.receivables.money import NOTHING
from furrow.receivables.promises import refill
from furrow.receivables.services import checked_amount
from furrow.team.models import User

HABITS = ("pay_days", "pay_from", "pay_until", "avoid_from", "avoid_until", "wage_day", "other_bills")
FURTHEST_PROMISE = 366


@transaction.atomic
def promise(customer: Customer, amount: Decimal, due: date, *, said_by: str = "", by: User | None, given_on: date | None = None) -> PromiseToPay:  # fmt: skip
    """Write down what the customer named. Raises ValidationError for a day that is over or more than a year ahead."""
    amount, given_on = checked_amount(amount), given_on or timezone.localdate()
    ledger.check_day(given_on, "given_on")
    if not given_on <= due or (due - given_on).days > FURTHEST_PROMISE:
        raise ValidationError({"due": _("The day promised lies between today and a year from now.")})
    ledger.locked(customer.pk)
    row = PromiseToPay.objects.create(customer=customer, amount=amount, due=due, given_on=given_on, said_by=said_by[:60], by=by)  # fmt: skip
    refill(customer.pk)
    audit.record(row, "create", by=by, note=f"{money(amount)} {due}")
    return row


@transaction.atomic
def withdraw_promise(row: PromiseToPay, *, by: User | None) -> None:
    """It was written down by mistake. Raises ValidationError once it is kept or its day is over: a broken promise stays one."""
    ledger.locked(row.customer_id)
    row = PromiseToPay.objects.get(pk=row.pk)
    if row.state != "open":
        raise ValidationError(_("Only a promise whose day has not passed can be withdrawn."))
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at"])
    refill(row.customer_id)
    audit.record(row, "delete", by=by)


@transaction.atomic
def take_step(
    customer: Customer, level: int, *, result: str, by: User | None, spoke_with: str = "", ask_again: date | None = None, day: date | None = None
) -> CollectingStep:  # fmt: skip
    """Write down one attempt; the fifth rung stops supply. Raises ValidationError for a day to ask again that is over."""
    day = day or timezone.localdate()
    ledger.check_day(day)
    if ask_again is not None and not day <= ask_again <= day.replace(year=day.year + 1, day=min(day.day, 28)):
        raise ValidationError({"ask_again": _("Choose a day from today on, within a year.")})
    if not result.strip():
        raise ValidationError({"result": _("Say what came of it")})
    account = ledger.locked(customer.pk)
    step = CollectingStep.objects.create(
        customer=customer, level=level, day=day, spoke_with=spoke_with[:60], result=result.strip()[:300], ask_again=ask_again,
        overdue=overdue_of([customer.pk]).get(customer.pk, NOTHING), by=by,
    )  # fmt: skip
    audit.record(step, "create", by=by)
    if level == Level.STOP and not account.stopped:
        set_stopped(customer, True, reason=step.result, by=by)
    return step


@transaction.atomic
def set_habit(customer: Customer, *, by: User | None, **values: Any) -> PayingHabit:
    """How the customer pays. Raises ValidationError for days of the month that are none."""
    try:
        pay_days(values.get("pay_days", ""))
    except ValueError as error:
        raise ValidationError({"pay_days": _("Write days of the month, like 10, 25 or 26-28")}) from error
    ledger.locked(customer.pk)
    row = PayingHabit.objects.select_for_update().filter(customer=customer).first() or PayingHabit(
        customer=customer
    )
    before = audit.values_of(row, HABITS) if row.pk else {}
    for name in HABITS:
        setattr(row, name, values.get(name, getattr(row, name)))
    row.version += 1
    row.updated_at = timezone.now()
    row.save()
    audit.record(row, "change" if before else "create", by=by, changes=audit.changes_between(before, audit.values_of(row, HABITS)))  # fmt: skip
    return row


def habit_of(row: PayingHabit | None) -> Habit:
    """As the rules read it."""
    if row is None:
        return Habit()
    return Habit(pay_days(row.pay_days), row.pay_from, row.pay_until, row.wage_day)


def overdue_of(ids: Sequence[int]) -> dict[int, Decimal]:
    """Customer -> what is overdue now; nothing for those who owe nothing late."""
    rows = Invoice.objects.filter(
        customer__in=ids, kind=InvoiceKind.INVOICE, open__gt=0, due__lt=timezone.localdate()
    )
    return dict(rows.values_list("customer").annotate(Sum("open")).order_by())
