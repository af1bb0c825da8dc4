"""Who may look at a job and stop it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from furrow.kit.models import Job
from furrow.team.models import User
from tests.cast import Cast


@pytest.mark.parametrize(
    ("who", "answer"),
    [
        ("manager", 302), ("director", 302), ("administrator", 302), ("rep", 403), ("clerk", 403), ("read_only", 403),
        ("other_manager", 404), ("other_rep", 404),
    ],
)  # fmt: skip
def test_only_those_who_lead_stop_what_others_started(
    cast: Cast, client_of: Callable[[User | None], Client], who: str, answer: int
) -> None:
    job = Job.objects.create(kind="planning.cycle", by=cast.manager, status=Job.Status.RUNNING)
    client: Any = client_of(cast.people()[who])
    assert client.post(f"/jobs/{job.pk}/cancel/").status_code == answer
    assert Job.objects.get().cancel_requested == (answer == 302)
    if answer == 403:
        assert "cancel" not in client.get(f"/jobs/{job.pk}/").content.decode()


def test_everybody_stops_their_own(cast: Cast, client_of: Callable[[User | None], Client]) -> None:
    job = Job.objects.create(kind="records.import", by=cast.clerk, status=Job.Status.RUNNING)
    assert client_of(cast.clerk).post(f"/jobs/{job.pk}/cancel/").status_code == 302
