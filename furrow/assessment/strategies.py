"""Every change of target customers, follow-up strategies and estimates of regions (P3.3, P3.9 to P3.11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from furrow.assessment.models import Assessment, PotentialEstimate, Strategy, StrategyStep, TargetCustomer
from furrow.assessment.potential import estimate
from furrow.customers.models import Customer
from furrow.kit import audit
from furrow.kit.places import Region
from furrow.team.models import User

Steps = Sequence[tuple[date, str]]
TEXTS = ("aim", "need", "obstacle", "approach", "owner")


@transaction.atomic
def pick_targets(ids: Sequence[int], *, reason: str, by: User) -> int:
    """Make customers in reach target customers; those who are already stay so. Returns how many became ones."""
    rows = Customer.objects.visible_to(by).select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    there = set(TargetCustomer.objects.standing().filter(customer__in=ids).values_list("customer", flat=True))
    new = [customer for customer in rows if customer.pk not in there]
    made = TargetCustomer.objects.bulk_create(
        [TargetCustomer(customer=customer, reason=reason[:300], by=by) for customer in new]
    )
    audit.record_many(
        Customer,
        "pick_target",
        [(one.customer_id, {"target": [False, True]}) for one in made],
        by_id=by.pk,
        note=reason[:300],
    )
    return len(made)


@transaction.atomic
def release_target(customer: Customer, *, by: User) -> bool:
    """Put a target customer back on the waiting list; False when it is none."""
    rows = TargetCustomer.objects.standing().filter(customer=customer)
    if not rows.update(ended_at=timezone.now()):
        return False
    audit.record(customer, "release_target", by=by, changes={"target": [True, False]})
    return True


@transaction.atomic
def write_strategy(
    customer: Customer, *, values: Mapping[str, Any], steps: Steps, assessment: Assessment | None, by: User
) -> Strategy:
    """A new strategy with its dated steps, filed with the analysis sheet it was written from."""
    made = Strategy.objects.create(
        customer=customer, assessment=assessment, by=by, **{name: values[name] for name in TEXTS}
    )
    _add_steps(made, steps)
    audit.record(made, "create", by=by, changes=audit.changes_between({}, audit.values_of(made, TEXTS)))
    return made


@transaction.atomic
def change_strategy(strategy: Strategy, *, values: Mapping[str, Any], steps: Steps, by: User) -> Strategy:
    """Change what it says and add steps; steps there are stay."""
    locked = Strategy.objects.select_for_update().get(pk=strategy.pk)
    before = audit.values_of(locked, TEXTS)
    for name in TEXTS:
        setattr(locked, name, values[name])
    locked.version, locked.updated_at = locked.version + 1, timezone.now()
    locked.save()
    _add_steps(locked, steps)
    changes = audit.changes_between(before, audit.values_of(locked, TEXTS))
    audit.record(locked, "change", by=by, changes=changes | ({"steps": [None, len(steps)]} if steps else {}))
    return locked


def _add_steps(strategy: Strategy, steps: Steps) -> None:
    StrategyStep.objects.bulk_create(
        [StrategyStep(strategy=strategy, day=day, text=text[:300]) for day, text in steps]
    )


@transaction.atomic
def tick_step(step: StrategyStep, *, done: bool, result: str, by: User) -> None:
    """Say that a step was done, with its result, or that it was not after all."""
    locked = StrategyStep.objects.select_for_update().get(pk=step.pk)
    if bool(locked.done_at) == done and locked.result == result:
        return
    before = audit.values_of(locked, ("done_at", "result"))
    locked.done_at, locked.result = (locked.done_at or timezone.now()) if done else None, result[:300]
    locked.save()
    audit.record(
        step.strategy,
        "tick_step",
        by=by,
        changes=audit.changes_between(before, audit.values_of(locked, ("done_at", "result"))),
        note=locked.text,
    )


@transaction.atomic
def end_strategy(strategy: Strategy, *, state: str, outcome: str, by: User) -> Strategy:
    """Close a strategy as reached or given up, or open it again."""
    locked = Strategy.objects.select_for_update().get(pk=strategy.pk)
    before = audit.values_of(locked, ("state", "outcome"))
    locked.state, locked.outcome = Strategy.State(state), outcome[:500]
    locked.ended_at = None if locked.state == Strategy.State.OPEN else timezone.now()
    locked.version, locked.updated_at = locked.version + 1, timezone.now()
    locked.save()
    audit.record(
        locked,
        "end",
        by=by,
        changes=audit.changes_between(before, audit.values_of(locked, ("state", "outcome"))),
    )
    return locked


@transaction.atomic
def estimate_potential(
    region: Region, *, way: str, inputs: Mapping[str, Decimal], note: str, by: User
) -> PotentialEstimate:
    """Work out and keep the market potential of a region with its inputs."""
    made = PotentialEstimate.objects.create(
        region=region,
        way=way,
        inputs={name: str(value) for name, value in inputs.items()},
        amount=estimate(way, inputs),
        note=note[:300],
        by=by,
    )
    audit.record(made, "estimate", by=by, changes={"amount": [None, str(made.amount)]})
    return made
