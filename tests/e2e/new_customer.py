"""A new customer entered on the phone, as a thumb does it; counted for the browser tests and for `python -m bench taps`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Page

NAME, PHONE_NUMBER = "老街口通讯器材", "13900008888"
HERE = {"longitude": 114.2905, "latitude": 30.5907}


@dataclass
class Hand:
    """Taps, and fields filled in, so far."""

    page: Page
    taps: int = 0
    fields: int = 0

    def tap(self, selector: str) -> None:
        self.taps += 1
        self.page.locator(selector).locator("visible=true").first.click()

    def write(self, selector: str, text: str) -> None:
        """One tap into the field, then the keyboard."""
        self.tap(selector)
        self.fields += 1
        self.page.keyboard.type(text)

    def choose(self, selector: str, value: str) -> None:
        """One tap opens the list of the phone itself, one takes the value."""
        self.page.select_option(selector, value)
        self.taps += 2
        self.fields += 1


def enter_customer(page: Page) -> Hand:
    """Name, phone, channel and position, from the list of customers to the page of the new one."""
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation(HERE)
    hand = Hand(page)
    hand.tap("a[href='/customers/new/']")
    hand.write("#id_name", NAME)
    hand.write("#id_phone", PHONE_NUMBER)
    hand.choose("#id_channel_type", "traditional")
    hand.tap("[data-here]")
    page.locator("[data-here-says]:not(:empty)").wait_for()
    hand.tap("main form .btn-primary")
    page.wait_for_url(re.compile(r"/customers/\d+/$"))
    return hand
