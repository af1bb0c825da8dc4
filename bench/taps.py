"""How much a new customer asks of the hand, on the phone in Chromium: name, phone, channel and position, from the list of customers to the
saved page (tests/e2e/new_customer.py does it and counts).

The seconds by hand follow from the counts by the keystroke-level model of Card, Moran and Newell: 1.35 s to look and decide and 1.1 s to
point for each tap, 0.28 s for each key. A Chinese name is typed in pinyin, with one key more to take the words.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Measure
from furrow.kit.folding import pinyin_of

MOST_TAPS, MOST_SECONDS = 12, 40
PER_TAP, PER_KEY = 1.35 + 1.1, 0.28


def measures(full: bool) -> Iterator[Measure]:
    """Taps, fields and seconds; there is one size."""
    import django
    from playwright.sync_api import sync_playwright

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "furrow.config.settings_test")
    django.setup()
    from tests.cast import PASSWORD
    from tests.e2e.new_customer import NAME, PHONE_NUMBER, enter_customer
    from tests.look import launch, sign_in
    from tests.processes import Installation, serving

    with tempfile.TemporaryDirectory() as folder:
        made = Installation(Path(folder) / "data")
        made.folder.mkdir()
        made.furrow("manage", "migrate", "--verbosity", "0")
        made.python("-m", "tests.e2e.field_day", "prepare", "20")
        with serving(made) as address, sync_playwright() as playwright:
            browser = launch(playwright)
            context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
            page = context.new_page()
            sign_in(page, address, "rep", PASSWORD)
            page.goto(f"{address}/customers/")
            hand = enter_customer(page)
            browser.close()
    keys = len("".join(pinyin_of(NAME)[0])) + 1 + len(PHONE_NUMBER)
    yield Measure("new customer on the phone: taps", hand.taps, "taps", MOST_TAPS)
    yield Measure("new customer on the phone: fields filled in", hand.fields, "fields")
    yield Measure("new customer on the phone: keys", keys, "keys")
    yield Measure("new customer on the phone: by hand, keystroke model", hand.taps * PER_TAP + keys * PER_KEY, "s", MOST_SECONDS)  # fmt: skip
