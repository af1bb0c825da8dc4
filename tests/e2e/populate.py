"""Puts the fixed cast and one thing of each kind into an installation, and prints all addresses as JSON, with whether each is a page:
python -m tests.e2e.populate."""

import json
import os
from typing import Any

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "furrow.config.settings")
    django.setup()
    from django.test import Client
    from django_q.conf import Conf

    Conf.SYNC = True  # plans are made here and now; the worker comes later
    from furrow.customers.archives.counting import start_count
    from furrow.kit.places import load_regions
    from tests.addresses import addresses, build_things
    from tests.cast import build_cast

    load_regions(townships=False)

    cast = build_cast()
    things = build_things(cast)
    start_count(
        by=None
    )  # else the archives count themselves and load anew just when a walk goes on to the next page
    visitor = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
    visitor.force_login(cast.director, backend="furrow.team.backends.PeopleBackend")
    paths = [address.url(things) for address in addresses()]
    print(json.dumps({path: _is_page(visitor, path) for path in paths}))


def _is_page(visitor: Any, path: str) -> bool:
    """A page, or something that fails: no redirect, file, part of a page or refusal."""
    answer = visitor.get(path)
    return answer.status_code >= 500 or (
        answer.status_code == 200
        and answer["content-type"].startswith("text/html")
        and b"<html" in answer.content
    )


if __name__ == "__main__":
    main()
