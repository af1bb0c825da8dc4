"""Setting the current grades of many customers; called by whoever judges them (assessment) or takes grades over (import)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from furrow.customers.models import Customer
from furrow.kit import audit
from furrow.team.models import User

CHUNK = 2000

Grades = tuple[str, str]  # customer grade, visit grade; "" is none


@transaction.atomic
def set_grades(wanted: Mapping[int, Grades], *, by: User | None, action: str = "assess") -> dict[int, Grades]:
    """Set customer grade and visit grade of living customers, id -> (customer grade, visit grade).

    Returns the grades before, for every customer found; the rows stay locked until the transaction ends. Whoever already has
    the wanted grades is left untouched: no new version, no audit entry.
    """
    before: dict[int, Grades] = {}
    for ids in _chunks(sorted(wanted)):
        before.update(_set_chunk({pk: wanted[pk] for pk in ids}, by, action))
    return before


def _set_chunk(wanted: Mapping[int, Grades], by: User | None, action: str) -> dict[int, Grades]:
    rows = Customer.objects.alive().select_for_update().filter(pk__in=list(wanted)).order_by("pk")
    before = {
        pk: (customer, visit)
        for pk, customer, visit in rows.values_list("pk", "customer_grade", "visit_grade")
    }
    changed = [pk for pk, grades in before.items() if grades != wanted[pk]]
    groups: dict[Grades, list[int]] = defaultdict(list)
    for pk in changed:
        groups[wanted[pk]].append(pk)
    for (customer, visit), ids in groups.items():
        Customer.objects.filter(pk__in=ids).update(
            customer_grade=customer, visit_grade=visit, version=F("version") + 1, updated_at=timezone.now()
        )
    names = ("customer_grade", "visit_grade")
    entries = [
        (
            pk,
            audit.changes_between(
                dict(zip(names, before[pk], strict=True)), dict(zip(names, wanted[pk], strict=True))
            ),
        )
        for pk in changed
    ]
    audit.record_many(Customer, action, entries, by_id=by.pk if by else None)
    return before


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
