"""Fixtures every room's tests share: the fixed cast, a signed-in client, and a settled language."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from furrow.kit.messages import compile_all
from furrow.team.models import User
from tests.cast import Cast, build_cast


def pytest_configure(config: pytest.Config) -> None:
    """Translated pages are compared in tests, so the catalogs must be fresh before Django reads them."""
    compile_all()


@pytest.fixture(autouse=True)
def _settled() -> Iterator[None]:
    """Every test begins in English with an empty cache, whatever ran before."""
    cache.clear()
    with translation.override("en"):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """Director, two managers, three reps, clerk, finance, administrator, read-only."""
    return build_cast()


@pytest.fixture
def client_of() -> Callable[[User | None], Client]:
    """client_of(user) is a signed-in test client, client_of(None) an anonymous one; pages come in English."""

    def make(user: User | None) -> Client:
        client = Client(headers={"accept-language": "en"})
        if user is not None:
            client.force_login(user, backend="furrow.team.backends.PeopleBackend")
        return client

    return make
