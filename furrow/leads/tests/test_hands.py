"""Whatever the order of operations and retries: no lead is in two hands, none vanishes, none is handed over twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from furrow.leads import converting, feedback, handover, services
from furrow.leads.course_models import Conversion, Holding, SheetKind, SheetLine
from furrow.leads.models import Lead
from furrow.leads.states import HELD, OWNERLESS, State
from furrow.leads.tests.leads import enter
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ANY = st.integers(0, 5)


def machine(cast: Cast) -> type[RuleBasedStateMachine]:  # noqa: C901  one rule per service
    """Three people, up to five leads, and every service in any order, each call possibly made twice."""
    people = [cast.rep, cast.second_rep, cast.other_rep]

    class Hands(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.block = transaction.atomic()
            self.block.__enter__()
            self.entered: list[int] = []
            self.late = timezone.now()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

        def lead(self, which: int) -> Lead:
            return Lead.objects.get(pk=self.entered[which % len(self.entered)])

        def attempt(self, act: Callable[[], Any], twice: bool) -> None:
            """Refusals are answers; a second call with the same arguments must not do more than the first."""
            try:
                with transaction.atomic():
                    act()
            except ValidationError:
                return
            if twice:
                before = self.counted()
                try:
                    with transaction.atomic():
                        act()
                except ValidationError:
                    pass
                assert self.counted() == before

        def counted(self) -> tuple[int, ...]:
            return tuple(model.objects.count() for model in (Lead, Holding, SheetLine, Conversion))

        @precondition(lambda self: len(self.entered) < 5)
        @rule(key=st.integers(0, 3), urgent=st.booleans())
        def enter(self, key: int, urgent: bool) -> None:
            lead = enter(cast.clerk, client_id=f"k{key}", is_urgent=urgent)
            if lead.pk not in self.entered:
                self.entered.append(lead.pk)

        @rule(twice=st.booleans())
        def sheet(self, twice: bool) -> None:
            self.attempt(lambda: handover.make_sheet(SheetKind.NOW, by=cast.clerk), twice)

        @precondition(lambda self: self.entered)
        @rule(which=ANY, to=st.integers(0, 2), seen=st.booleans(), twice=st.booleans())
        def assign(self, which: int, to: int, seen: bool, twice: bool) -> None:
            lead = self.lead(which)
            instead = lead.holder_id if seen else None
            self.attempt(
                lambda: handover.assign_lead(lead, people[to], by=cast.director, instead_of=instead), twice
            )

        @precondition(lambda self: self.entered)
        @rule(which=ANY, result=st.sampled_from(["valid", "needs_more", "rejected"]), twice=st.booleans())
        def report(self, which: int, result: str, twice: bool) -> None:
            lead = self.lead(which)
            self.attempt(
                lambda: feedback.report_lead(lead, result, by=cast.rep, text="问过", reason="no_need"), twice
            )

        @precondition(lambda self: self.entered)
        @rule(
            which=ANY,
            act=st.sampled_from(["lose", "release", "convert", "undo", "delete", "restore", "unmerge"]),
            twice=st.booleans(),
        )
        def act(self, which: int, act: str, twice: bool) -> None:
            lead = self.lead(which)
            acts: dict[str, Callable[[], Any]] = {
                "lose": lambda: feedback.lose_lead(lead, "price", by=cast.rep),
                "release": lambda: feedback.release_lead(lead, by=cast.rep),
                "convert": lambda: converting.convert_lead(lead, by=cast.director),
                "undo": lambda: converting.undo_conversion(lead, by=cast.director),
                "delete": lambda: services.delete_lead(lead, by=cast.director),
                "restore": lambda: services.restore_lead(lead, by=cast.director),
                "unmerge": lambda: services.unmerge_lead(lead, by=cast.director),
            }
            self.attempt(acts[act], twice)

        @precondition(lambda self: self.entered)
        @rule(which=ANY, who=st.integers(0, 2), twice=st.booleans())
        def pick(self, which: int, who: int, twice: bool) -> None:
            lead = self.lead(which)
            self.attempt(lambda: feedback.pick_lead(lead, by=people[who]), twice)

        @precondition(lambda self: len(self.entered) > 1)
        @rule(which=ANY, into=ANY, twice=st.booleans())
        def merge(self, which: int, into: int, twice: bool) -> None:
            one, other = self.lead(which), self.lead(into)
            self.attempt(lambda: services.merge_lead(one, other, by=cast.director), twice)

        @rule(days=st.integers(0, 20), twice=st.booleans())
        def clock(self, days: int, twice: bool) -> None:
            later = timezone.now() + timedelta(days=days)
            self.attempt(lambda: (feedback.escalate_overdue(later), feedback.recycle_idle(later)), twice)

        @invariant()
        def nothing_is_lost_or_held_twice(self) -> None:
            rows = {row.pk: row for row in Lead.objects.filter(pk__in=self.entered)}
            assert set(rows) == set(self.entered)
            open_ones = list(Holding.objects.filter(until=None).values_list("lead_id", "holder_id"))
            assert len({pk for pk, _holder in open_ones}) == len(open_ones)
            held = {pk: row.holder_id for pk, row in rows.items() if row.state in HELD}
            assert held == dict(open_ones)
            assert all(row.holder_id is None for row in rows.values() if row.state in OWNERLESS)
            lines = list(SheetLine.objects.values_list("lead_id", flat=True))
            assert len(lines) == len(set(lines))
            for row in rows.values():
                assert row.state != State.ON_SHEET or row.pk in lines
                done = Conversion.objects.filter(lead=row, undone_at=None).count()
                assert done == (row.state == State.CONVERTED)
                assert row.state != State.MERGED or row.duplicate_of_id not in (None, row.pk)

    return Hands


def test_no_order_of_operations_loses_or_doubles_a_lead(cast: Cast) -> None:
    run_state_machine_as_test(
        machine(cast),
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
