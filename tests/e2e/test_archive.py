"""The archive's main paths: a new customer on the phone in few taps, a possible duplicate told while typing, a fact changed and undone, the
card on paper; the profile of a contact from consent to paper."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.conftest import PHONE, Watched
from tests.e2e.new_customer import enter_customer
from tests.processes import Installation

Open = Callable[..., Watched]
SECRET = "逢初一十五吃素"
MOST_TAPS = 12  # for name, phone, position and channel, from the list of customers to the saved page


def test_a_new_customer_on_the_phone_takes_few_taps_and_its_card_prints(open_page: Open) -> None:
    seen = open_page(viewport=PHONE)
    page = seen.page
    seen.sign_in("rep")
    seen.go("/customers/")
    hand = enter_customer(page)
    assert hand.taps <= MOST_TAPS and hand.fields == 3, hand
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


def test_a_sensitive_answer_from_purpose_and_consent_to_log_and_paper(
    open_page: Open, paths: dict[str, bool], installation: Installation
) -> None:
    seen = open_page()
    page = seen.page
    seen.sign_in("administrator")
    profile = next(path for path in paths if re.fullmatch(r"/contacts/\d+/profile/", path))
    contact = profile.removesuffix("profile/")
    seen.go("/contacts/questions/")
    asked = page.locator("#question-religion")
    asked.locator("summary").click()
    asked.locator("[name=purpose]").fill("安排用餐时避开忌口")
    asked.get_by_role("button", name="Switch on").click()
    seen.go(profile)
    row = page.locator("tr", has_text="Religion")
    row.get_by_role("link", name="Record consent").click()
    page.fill("[name=wording]", "同意贵公司记录饮食忌口")
    page.fill("[name=given_on]", "2025-03-01")
    page.fill("[name=evidence]", "同意书 3 号")
    page.locator("main form .btn-primary").click()
    page.wait_for_url(f"**{profile}")
    row.get_by_role("link", name="Answer: Religion").click()
    page.fill("[name=text]", SECRET)
    page.locator("#quick .btn-primary").click()
    expect(row).to_contain_text("Answered; not shown")
    seen.check()
    stored = b"".join(path.read_bytes() for path in installation.folder.glob("furrow.sqlite3*"))
    assert SECRET.encode() not in stored and "同意书 3 号".encode() in stored
    row.get_by_role("button", name="Reveal").click()
    page.get_by_text(SECRET).wait_for()
    _asked_next(seen, profile)
    seen.go(f"{profile}print/")
    paper = page.locator("tr", has_text="Religion")
    expect(paper).to_contain_text("On file; not printed")
    expect(page.get_by_text("能谈账期")).to_be_visible()
    seen.go(f"{contact}readings/?only=sensitive")
    expect(page.locator("tbody tr").first).to_contain_text(re.compile("Answer revealed.*Religion", re.DOTALL))


def _asked_next(seen: Watched, profile: str) -> None:
    """What is worth learning next is chosen already; once it is answered, another question is."""
    page = seen.page
    seen.go(profile)
    first = page.locator("#quick b").inner_text()
    assert page.locator("#quick option:checked").inner_text() == first
    page.fill("#quick [name=text]", "能谈账期")
    page.locator("#quick .btn-primary").click()
    expect(page.locator("#quick b")).not_to_have_text(first)
    expect(page.locator("tr", has_text=first)).to_contain_text("能谈账期")
