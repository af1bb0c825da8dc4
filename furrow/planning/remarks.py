"""What a reader must know besides the plan itself: visits not placed, warnings, changes since it was planned or published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from furrow.customers.models import Customer, Status
from furrow.kit.figures import listed
from furrow.planning.models import PlannedVisit, UnplacedVisit, VisitCycle, VisitPlan
from furrow.planning.policies import rules_of
from furrow.planning.queries import plans_of
from furrow.planning.rules import PolicyRules
from furrow.team.models import User


@dataclass(frozen=True, slots=True)
class Left:
    """Visits of a customer that found no day, and why; `placed` is placed/wanted, like 2/4."""

    customer_id: int
    name: str
    grade: str
    rep_id: int
    rep_name: str
    visits: int
    reason: str
    reason_text: str
    placed: str


@dataclass(frozen=True, slots=True)
class Change:
    """What is different for one customer since the plan was last published."""

    customer_id: int
    name: str
    rep_name: str
    before: tuple[date, ...]
    after: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """What changed since a plan was made, in words that name whom: `grave` forbids publishing, `slight` is only told."""

    grave: tuple[str, ...] = ()
    slight: tuple[str, ...] = ()


NEARBY = 0.0005
"""Degrees."""
NAMED = 5


def unplaced(cycle: VisitCycle, user: User) -> list[Left]:
    """What found no day, by rep and grade. One query."""
    rows = (
        UnplacedVisit.objects.filter(plan__in=VisitPlan.objects.visible_to(user).filter(cycle=cycle))
        .select_related("customer", "plan__rep")
        .order_by("plan__rep__name_order", "grade", "customer__name_order")
    )
    return [
        Left(
            row.customer_id, row.customer.name, row.grade, row.plan.rep_id, row.plan.rep.name, row.visits, row.reason,
            row.get_reason_display(), row.detail,
        )
        for row in rows
    ]  # fmt: skip


def cycle_warnings(cycle: VisitCycle, user: User) -> list[str]:
    """What a reader of this plan must know besides its figures, in words; a constant number of queries.

    Customers left out are counted over all reps, so only those who see all of them are told.
    """
    options, plans = cycle.options, plans_of(cycle, user)
    said = [unpublished_text(year) for year in options.get("unpublished_years", [])]
    if len(plans) == cycle.plans.count():
        said += _left_out(options)
    middle = [plan.rep.name for plan in plans if plan.hours.get("no_start_point")]
    if middle:
        said.append(middle_text(middle))
    if cycle.is_editable:
        drift = changes_since_planned(cycle, plans)
        said += [*drift.grave, *drift.slight]
    return said


def _left_out(options: Mapping[str, Any]) -> list[str]:
    said = []
    if n := options.get("ungraded"):
        said.append(
            ngettext(
                "%(n)d customer without a grade is not planned.",
                "%(n)d customers without a grade are not planned.",
                n,
            )
            % {"n": n}
        )
    if n := options.get("without_position"):
        said.append(
            ngettext(
                "%(n)d customer has no position and was not placed.",
                "%(n)d customers have no position and were not placed.",
                n,
            )
            % {"n": n}
        )
    return said


def unpublished_text(year: int) -> str:
    """That a year's holidays are not known."""
    return _("The public holidays of %(year)s are not published yet: only weekends count as free there.") % {
        "year": year
    }


def middle_text(names: Iterable[str]) -> str:
    """That reps have no start point."""
    return _("No start point known for %(names)s: their days start from the middle of their customers.") % {
        "names": listed(names)
    }


def changes_since_published(cycle: VisitCycle, user: User) -> list[Change]:
    """Customers whose days differ from what the reps were last told, empty when the plan was never published. Three queries."""
    plans = [plan for plan in plans_of(cycle, user) if plan.published is not None]
    now: dict[tuple[int, int], list[date]] = defaultdict(list)
    for plan_id, customer_id, on in (
        PlannedVisit.objects.filter(plan__in=plans)
        .order_by("date")
        .values_list("plan_id", "customer_id", "date")
    ):
        now[plan_id, customer_id].append(on)
    made: list[tuple[VisitPlan, int, tuple[date, ...], tuple[date, ...]]] = []
    for plan in plans:
        told: dict[int, list[date]] = defaultdict(list)
        for customer_id, on, _start in plan.published or []:
            told[customer_id].append(date.fromisoformat(on))
        here = {customer for plan_id, customer in now if plan_id == plan.pk}
        for customer_id in sorted(here | told.keys()):
            before, after = tuple(told[customer_id]), tuple(now[plan.pk, customer_id])
            if before != after:
                made.append((plan, customer_id, before, after))
    names = dict(
        Customer.objects.filter(pk__in={customer for _plan, customer, _b, _a in made}).values_list(
            "pk", "name"
        )
    )
    return [
        Change(customer, names[customer], plan.rep.name, before, after)
        for plan, customer, before, after in made
    ]


def changes_since_planned(cycle: VisitCycle, plans: Sequence[VisitPlan]) -> Drift:
    """What people, customers and rules are now against what these plans were made from. `plans` come with their reps. Five queries."""
    ahead = PlannedVisit.objects.filter(plan__in=plans, date__gte=timezone.localdate()).order_by()
    rows = ahead.values_list("customer_id", "plan__rep_id").distinct()
    reps = dict(rows)
    where = {entry["id"]: entry.get("at") for plan in plans for entry in plan.customers}
    gone, given, moved = [], [], []
    for customer in Customer.objects.filter(pk__in=list(reps)).select_related("owner").order_by("pk"):
        if customer.deleted_at is not None or customer.status == Status.LOST:
            gone.append(customer.name)
        elif customer.owner is not None and customer.owner_id != reps[customer.pk]:
            given.append(
                _("%(customer)s (now %(owner)s)") % {"customer": customer.name, "owner": customer.owner.name}
            )
        elif _elsewhere(where.get(customer.pk), customer):
            moved.append(customer.name)
    working = set(
        User.objects.reps().filter(pk__in=[plan.rep_id for plan in plans]).values_list("pk", flat=True)
    )
    idle = [plan.rep.name for plan in plans if plan.rep_id not in working and plan.rep_id in reps.values()]
    grave = [
        (gone, _("Deleted or lost since planning: %(names)s. Re-plan, then publish.")),
        (given, _("Given to someone else since planning: %(names)s. Re-plan, then publish.")),
        (idle, _("No longer a rep, or their sign-in is closed: %(names)s. Make a new plan without them.")),
    ]
    slight = []
    if moved:
        slight.append(
            _("Moved since planning: %(names)s. Their drives are those to the old place until you re-plan.")
            % {"names": _names(moved)}
        )
    if cycle.policy is not None and not _same_rules(cycle):
        slight.append(
            _(
                "The visit policy was changed since planning. This plan keeps the rules it was made with; a new plan follows the new ones."
            )
        )
    return Drift(tuple(text % {"names": _names(names)} for names, text in grave if names), tuple(slight))


def _elsewhere(planned_at: Sequence[float] | None, customer: Customer) -> bool:
    """Whether the customer lies more than about 50 m from where the plan drives to."""
    if planned_at is None:
        return False
    if customer.longitude is None or customer.latitude is None:
        return True
    return max(abs(planned_at[0] - customer.longitude), abs(planned_at[1] - customer.latitude)) > NEARBY


def _same_rules(cycle: VisitCycle) -> bool:
    if cycle.policy is None:
        return False
    then, now = PolicyRules.from_json(cycle.policy_rules), rules_of(cycle.policy)
    return replace(then, name="") == replace(now, name="")


def _names(names: Sequence[str]) -> str:
    shown = listed(names[:NAMED])
    more = len(names) - NAMED
    if more <= 0:
        return shown
    return ngettext("%(names)s and %(n)d more", "%(names)s and %(n)d more", more) % {
        "names": shown,
        "n": more,
    }
