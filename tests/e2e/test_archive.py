"""The archive's main path: a new customer on the phone in few taps, a possible duplicate told while typing, a fact changed and undone, the
card on paper."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.e2e.conftest import PHONE, Watched

Open = Callable[..., Watched]
MOST_TAPS = 12  # for name, phone, position and channel, from the list of customers to the saved page


def test_a_new_customer_on_the_phone_takes_few_taps_and_its_card_prints(open_page: Open) -> None:
    seen = open_page(viewport=PHONE)
    page = seen.page
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": 114.2905, "latitude": 30.5907})
    seen.sign_in("rep")
    seen.go("/customers/")
    taps, fields = 0, 0

    def tap(selector: str) -> None:
        nonlocal taps
        taps += 1
        page.locator(selector).locator("visible=true").first.click()

    def fill(selector: str, text: str) -> None:
        """One tap into the field, then the keyboard."""
        nonlocal fields
        tap(selector)
        fields += 1
        page.keyboard.type(text)

    tap("a[href='/customers/new/']")
    fill("#id_name", "老街口通讯器材")
    fill("#id_phone", "13900008888")
    page.select_option("#id_channel_type", "traditional")
    taps, fields = taps + 2, fields + 1  # open the list, choose
    tap("[data-here]")
    page.get_by_text("Position taken").wait_for()
    tap("main form .btn-primary")
    page.wait_for_url(re.compile(r"/customers/\d+/$"))
    assert taps <= MOST_TAPS and fields == 3, (taps, fields)
    seen.check()
    customer = page.url
    _told_of_a_duplicate(seen)
    page.goto(customer + "?tab=facts")
    _changed_and_undone(seen)
    page.goto(customer + "print/", timeout=60_000)  # the first print page loads the maker of PDFs
    assert page.locator(".paper-group").count() >= 17
    seen.check()
    pdf = page.request.get(customer + "print/?format=pdf", timeout=60_000)
    assert pdf.ok and pdf.body().startswith(b"%PDF") and len(pdf.body()) > 10_000


def _told_of_a_duplicate(seen: Watched) -> None:
    seen.go("/customers/new/")
    seen.page.fill("#id_name", "老街口通訊器材有限公司")
    seen.page.locator("#id_phone").press_sequentially("13900008888")
    seen.page.get_by_text("Possible duplicate").wait_for()
    assert seen.page.locator(".fr-alert").get_by_text("老街口通讯器材").count()


def _changed_and_undone(seen: Watched) -> None:
    page = seen.page
    cell = page.locator("dd", has=page.locator("a[href$='/facts/card.house_rules/']"))
    cell.locator("a.fr-pen").click()
    page.locator("form.fr-inline textarea").fill("周一例会，不接待来访")
    page.locator("form.fr-inline button.btn-line").click()
    page.get_by_text("周一例会，不接待来访").first.wait_for()
    page.get_by_role("button", name="Undo").first.click()
    page.get_by_text("周一例会，不接待来访").first.wait_for(state="detached")
