"""Too many wrong passwords: counted for a name from an address, and whose address that is behind proxies."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import reverse

from furrow.team.backends import client_address
from tests.cast import PASSWORD, Cast


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),  # the first is what the visitor claimed
        (2, "198.51.100.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "nonsense", "10.0.0.1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_address_behind_our_own_proxies(settings: Any, proxies: int, forwarded: str, address: str) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == address


def _sign_in(cast: Cast, address: str, password: str) -> int:
    client = Client(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=address)
    return client.post(reverse("team:sign_in"), {"username": "rep", "password": password}).status_code


def test_behind_a_proxy_one_visitor_locks_nobody_else_out(cast: Cast, settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    answers = [_sign_in(cast, "203.0.113.9", "wrong") for _again in range(settings.AXES_FAILURE_LIMIT)]
    assert answers[-1] == 429 and _sign_in(cast, "203.0.113.9", PASSWORD) == 429
    assert _sign_in(cast, "203.0.113.10", PASSWORD) == 302


def test_without_a_proxy_a_made_up_header_changes_nothing(cast: Cast) -> None:
    for number in range(settings.AXES_FAILURE_LIMIT):
        _sign_in(cast, f"203.0.113.{number}", "wrong")
    assert _sign_in(cast, "203.0.113.99", PASSWORD) == 429
