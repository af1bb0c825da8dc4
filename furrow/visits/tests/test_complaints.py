"""What the visits tell on a customer's page and to the scorecards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from furrow.customers.services import create_customer
from furrow.visits import checks, matters, services
from furrow.visits.facts import complaints
from tests.cast import Cast


def test_complaints_of_twelve_months(cast: Cast, client_of: Callable[..., Client]) -> None:
    now, today = timezone.now(), timezone.localdate()
    loud, content, unseen = [
        create_customer(by=cast.director, name=name, owner=cast.rep)
        for name in ("常投诉的店", "满意的店", "没去过的店")
    ]
    for days, kind in ((400, "complaint"), (30, "complaint"), (9, "complaint"), (9, "promise")):
        at = now - timedelta(days=days)
        matters.keep_matter(loud, by=cast.rep, client_id=uuid4(), at=at, kind=kind, text=f"{days} 天前")
    services.create_record(by=cast.rep, customer=content, started_at=now, ended_at=now, content="盘点")
    told = complaints([loud.pk, content.pk, unseen.pk], today)
    assert {pk: int(fact.value) for pk, fact in told.items()} == {loud.pk: 2, content.pk: 0}

    matters.close_matter(loud.matters.get(text="30 天前"), by=cast.rep, outcome="换了货")
    client = client_of(cast.rep)
    head = client.get(f"/customers/{loud.pk}/").content.decode()
    # That of 400 days ago and that of nine days ago are open.
    assert "Open complaints" in head
    assert "2 overdue" in head
    card = client.get(f"/customers/{loud.pk}/", {"tab": "results"}).content.decode()
    assert "换了货" in card
    assert "9 天前" in card


def test_the_timeline_tells_that_a_shop_became_exclusive(
    cast: Cast, client_of: Callable[..., Client]
) -> None:
    shop = create_customer(by=cast.director, name="专卖的店", owner=cast.rep)
    checks.mark_exclusive(shop, True, by=cast.rep)
    answer = client_of(cast.rep).get(f"/customers/{shop.pk}/panel/timeline/")
    assert answer.status_code == 200
    assert "Exclusive shop" in answer.content.decode()
