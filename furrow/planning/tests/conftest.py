"""Planning tests live a week before the cycle they plan, whatever the date is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from furrow.planning.tests.company import START


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    today: date = START - timedelta(days=7)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_of: today)
