"""Whom to ask for money today (P6.3): by amount × risk × fit of the day, the first delay of a customer always among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal

from django.db.models import Max, Q
from django.utils import timezone

from furrow.customers.card.models import CustomerCard
from furrow.customers.models import Customer
from furrow.receivables import queries
from furrow.receivables.collecting import habit_of, overdue_of
from furrow.receivables.collecting_models import CollectingStep, PayingHabit, PromiseToPay
from furrow.receivables.collecting_rules import (
    Risk,
    fit_of,
    lateness_risk,
    may_ask_at,
    next_level,
    priority,
)
from furrow.receivables.models import Account
from furrow.receivables.money import NOTHING
from furrow.receivables.promises import broken_counts
from furrow.receivables.region_hours import Avoided, hours_to_avoid
from furrow.team.models import User

LONGEST_LIST = 60
CANDIDATES = 300
STEP_COUNTS = 120  # days for which the last rung counts


@dataclass(frozen=True, slots=True)
class Late:
    """How things stand with one customer whose money is overdue."""

    customer_id: int
    account: int
    overdue: Decimal
    days: int
    risk: Risk
    fit: Decimal
    why: str
    level: int
    first_delay: bool
    priority: Decimal
    habit: PayingHabit | None
    last: CollectingStep | None
    broken: int


@dataclass(frozen=True, slots=True)
class ToCollect:
    """One line of the list, with everything needed at the door. `avoid`: hours not to ask, of the customer's own or by its region, whose
    name `avoid_in` is then; `now`: whether the present hour lies outside them."""

    customer: Customer
    late: Late
    person: str
    avoid: tuple[time, time] | None
    avoid_in: str
    now: bool


def to_collect(user: User, *, limit: int = LONGEST_LIST) -> list[ToCollect]:
    """Customers in reach whose money is overdue, those asked for another day and those whose promise runs left out. A fixed number of
    queries over at most CANDIDATES accounts: the largest overdue balances and the latest to become overdue."""
    today = timezone.localdate()
    rows = Account.objects.visible_to(user).filter(oldest_due__lt=today, owed__gt=0)
    accounts: dict[int, tuple[int, date]] = {}
    for order in ("-balance", "-oldest_due"):
        found = rows.order_by(order, "-id").values_list("customer", "pk", "oldest_due")[: CANDIDATES // 2]
        accounts |= {customer: (pk, oldest) for customer, pk, oldest in found}
    chosen = _chosen(_standing(accounts, today), limit)
    ids = [one.customer_id for one in chosen]
    customers = Customer.objects.select_related("owner").in_bulk(ids)
    persons = dict(CustomerCard.objects.filter(customer__in=ids).values_list("customer", "settlement_person"))
    regions = {pk: customer.region_id or "" for pk, customer in customers.items()}
    avoided = hours_to_avoid(regions, [one.habit for one in chosen if one.habit])
    return [_line(one, customers[one.customer_id], persons.get(one.customer_id, ""), avoided.get(one.customer_id)) for one in chosen]  # fmt: skip


def _line(one: Late, customer: Customer, person: str, avoided: Avoided | None) -> ToCollect:
    if avoided is None:
        return ToCollect(customer, one, person, None, "", now=True)
    start, end, place = avoided
    return ToCollect(customer, one, person, (start, end), place, may_ask_at(timezone.localtime().time(), start, end))  # fmt: skip


def _standing(accounts: dict[int, tuple[int, date]], today: date) -> list[Late]:
    ids = list(accounts)
    overdue, broken = overdue_of(ids), broken_counts(ids)
    history = queries.paid_history(ids, today)
    habits = {row.customer_id: row for row in PayingHabit.objects.filter(customer__in=ids)}
    running = PromiseToPay.objects.filter(customer__in=ids, kept_on=None, withdrawn_at=None, due__gte=today)
    promised = set(running.values_list("customer", flat=True))
    steps = last_steps(ids)
    found = []
    for pk, (account, oldest) in accounts.items():
        last, days, promises = steps.get(pk), (today - oldest).days, broken.get(pk, 0)
        if pk in promised or _later(last, today):
            continue
        risk = lateness_risk([(ago, late) for ago, late, _took in history.get(pk, [])], days, promises)
        habit = habits.get(pk)
        fit, why = fit_of(habit_of(habit), today)
        sum_ = overdue.get(pk, NOTHING)
        rung = last.level if last is not None and (today - last.day).days <= STEP_COUNTS else 0
        found.append(
            Late(
                pk, account, sum_, days, risk, fit, why, next_level(days, rung, promises), first_delay=not risk.late and not rung,
                priority=priority(sum_, risk.probability, fit), habit=habit, last=last, broken=promises,
            )
        )  # fmt: skip
    return found


def _later(last: CollectingStep | None, today: date) -> bool:
    """Asked today already, or to be asked again on another day."""
    return last is not None and (last.day == today or (last.ask_again or today) > today)


def _chosen(found: list[Late], limit: int) -> list[Late]:
    """The most urgent, and for first delays that are not among them up to a quarter of the places."""
    found.sort(key=lambda one: (-one.priority, one.customer_id))
    firsts = [one for one in found[limit:] if one.first_delay][: limit // 4]
    return found[: limit - len(firsts)] + firsts


def last_steps(ids: Sequence[int]) -> dict[int, CollectingStep]:
    """Customer -> the latest attempt to collect."""
    latest = (
        CollectingStep.objects.filter(customer__in=ids).values("customer").annotate(last=Max("pk")).order_by()
    )
    rows = CollectingStep.objects.filter(pk__in=[row["last"] for row in latest])
    return {row.customer_id: row for row in rows}


def due_promises(user: User) -> list[PromiseToPay]:
    """Promises for today and the next three days, and those just broken: to be reminded of."""
    today = timezone.localdate()
    rows = PromiseToPay.objects.visible_to(user).filter(
        Q(due__range=(today - timedelta(days=3), today + timedelta(days=3))), kept_on=None, withdrawn_at=None
    )  # fmt: skip
    return list(rows.select_related("customer").order_by("due", "id")[:20])
