"""Somebody who asks for one page after the other, and leaves nothing behind."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.test import Client


class Visitor:
    """Signed in once, as the client is: that takes longer than most answers."""

    def __init__(self, client: Client) -> None:
        client.raise_request_exception = False
        self.client = client
        self.cookies = client.cookies.output(header="")

    def status(self, method: str, url: str, **given: Any) -> int:
        """The answer to one request; whatever it changed is undone, signing out included."""
        with transaction.atomic():
            answer: Any = getattr(self.client, method.lower())(url, **given)
            if answer.streaming:  # read to its end, the client closes it without closing the database
                list(answer)
            transaction.set_rollback(True)
        cache.clear()
        if self.client.cookies.output(header="") != self.cookies:
            self.client.cookies.clear()
            self.client.cookies.load(self.cookies)
        return int(answer.status_code)
