"""People who act at the very same moment: real connections side by side on PostgreSQL. Whoever comes first wins, the others are refused or
find it done; no lead is in two hands, handed over twice or converted twice. (SQLite lets one connection write at a time.)"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from furrow.leads import converting, feedback, handover, services
from furrow.leads.course_models import Conversion, Holding, SheetKind, SheetLine
from furrow.leads.models import Lead
from furrow.leads.states import HELD, OWNERLESS
from furrow.leads.tests.leads import enter
from tests.cast import Cast

pytestmark = [pytest.mark.django_db(transaction=True)]
THREADS, ACTS, LEADS = 6, 10, 3


def acts(cast: Cast, dice: Random, pk: int, other: int) -> list[Callable[[], Any]]:
    """What people do to a lead, each reading it anew as a page would."""
    person = dice.choice([cast.rep, cast.second_rep, cast.other_rep])

    def lead(key: int = pk) -> Lead:
        return Lead.objects.get(pk=key)

    return [
        lambda: handover.make_sheet(SheetKind.NOW, by=cast.clerk),
        lambda: handover.assign_lead(lead(), person, by=cast.director, instead_of=lead().holder_id),
        lambda: handover.assign_lead(lead(), person, by=cast.director),
        lambda: feedback.report_lead(lead(), "valid", by=person, text="要货"),
        lambda: feedback.report_lead(lead(), "rejected", by=person, reason="no_need"),
        lambda: feedback.release_lead(lead(), by=person),
        lambda: feedback.pick_lead(lead(), by=person),
        lambda: converting.convert_lead(lead(), by=cast.director),
        lambda: services.merge_lead(lead(), lead(other), by=cast.director),
    ]


@pytest.mark.parametrize("seed", range(4))
def test_no_lead_ends_in_two_hands_when_many_act_at_once(cast: Cast, seed: int) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("one writer at a time")
    services.seed_channels()
    leads = [enter(cast.clerk).pk for _n in range(LEADS)]
    begin, broken = Barrier(THREADS), []

    def person(number: int) -> None:
        dice = Random(f"{seed}.{number}")
        try:
            begin.wait(20)
            for _turn in range(ACTS):
                pk, other = dice.sample(leads, 2)
                try:
                    dice.choice(acts(cast, dice, pk, other))()
                except ValidationError:
                    continue  # a refusal is an answer
        except Exception as error:
            broken.append(repr(error))
        finally:
            connection.close()

    threads = [Thread(target=person, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not broken and not any(thread.is_alive() for thread in threads), broken
    rows = {row.pk: row for row in Lead.objects.filter(pk__in=leads)}
    assert set(rows) == set(leads)
    held = list(Holding.objects.filter(until=None).values_list("lead_id", "holder_id"))
    assert len({pk for pk, _holder in held}) == len(held)
    assert dict(held) == {pk: row.holder_id for pk, row in rows.items() if row.state in HELD}
    assert all(row.holder_id is None for row in rows.values() if row.state in OWNERLESS)
    lines = list(SheetLine.objects.values_list("lead_id", flat=True))
    assert len(lines) == len(set(lines))
    for row in rows.values():
        assert Conversion.objects.filter(lead=row, undone_at=None).count() == (row.state == "converted")
