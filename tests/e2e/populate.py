"""Puts the fixed cast and one thing of each kind into an installation, and prints all addresses as JSON: python -m tests.e2e.populate."""

import json
import os

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "furrow.config.settings")
    django.setup()
    from django_q.conf import Conf

    Conf.SYNC = True  # plans are made here and now; the worker comes later
    from furrow.customers.archives.counting import start_count
    from furrow.kit.places import load_regions
    from tests.addresses import addresses, build_things
    from tests.cast import build_cast

    load_regions(townships=False)

    things = build_things(build_cast())
    start_count(
        by=None
    )  # else the archives count themselves and load anew just when a walk goes on to the next page
    print(json.dumps([address.url(things) for address in addresses()]))


if __name__ == "__main__":
    main()
