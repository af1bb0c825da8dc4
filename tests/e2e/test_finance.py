"""A day of finance: 500 bank lines with proposals, one payment allocated by hand, a customer dunned and held, its order released by name, the
statement of account."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.e2e.conftest import PHONE, Watched

Open = Callable[..., Watched]
SHOP, LINES = "顺达通讯", 500
SLOW = 60_000


def bank_file(path: Path) -> Path:
    """500 payments of five yuan each, every one with its reference."""
    rows = [f"2026-11-02,{SHOP},5.00,DAY{number:05}" for number in range(LINES)]
    path.write_text("\n".join(["交易日期,对方户名,贷方发生额,流水号", *rows]), "utf-8")
    return path


def test_a_day_of_finance(open_page: Open, paths: dict[str, bool], tmp_path: Path) -> None:
    def address(pattern: str) -> str:
        return next(path for path in paths if re.fullmatch(pattern, path))

    account = address(r"/accounts/\d+/")
    number = account.split("/")[2]
    seen = open_page()
    page = seen.page
    seen.sign_in("finance")

    seen.go("/payments/import/")
    page.set_input_files("input[type=file]", bank_file(tmp_path / "bank.csv"))
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("button", name="Check first").click()
    page.get_by_role("button", name="Import", exact=True).click(timeout=60_000)
    page.locator(".fr-tabs a").first.filter(has_text=str(LINES)).wait_for(timeout=90_000)
    page.wait_for_selector(".fr-job", state="detached", timeout=90_000)
    seen.check()

    seen.go(address(r"/receivables/payments/\d+/allocate/"))
    page.locator("main form .btn-primary").click()
    expect(page.get_by_text("Allocated ¥80.00")).to_be_visible()

    seen.go(account)
    page.locator("form[action$='/withdraw/'] button").first.click()  # while a promise runs nobody is asked
    expect(page.get_by_text("Promise withdrawn")).to_be_visible()
    seen.go("/receivables/collecting/")
    expect(page.get_by_text(SHOP).first).to_be_visible()
    seen.check()
    seen.go(f"/receivables/accounts/{number}/step/")
    page.select_option("[name=level]", "2")
    page.fill("[name=result]", "财务说周五付")
    page.locator("main form .btn-primary").click()
    expect(page.get_by_text("Step “Call” written down")).to_be_visible()
    seen.go(f"/receivables/accounts/{number}/letter/2/")
    expect(page.get_by_text("Second payment reminder").first).to_be_visible()
    seen.go(f"/receivables/accounts/{number}/stop/")
    page.fill("[name=reason]", "两次催款未付")
    page.locator("main form .btn-danger-line").click()
    expect(page.get_by_text("Supply stopped").first).to_be_visible()

    order = held_order(open_page(viewport=PHONE))
    released(open_page(viewport=PHONE), order)

    seen.go(f"{account}print/")
    expect(page.get_by_text("人民币").first).to_be_visible()
    expect(page.get_by_text(SHOP).first).to_be_visible()
    seen.check()


def held_order(seen: Watched) -> str:
    """The rep takes an order of the customer, which is held, and asks for its release on the phone; the order's address."""
    page = seen.page
    seen.sign_in("rep")
    seen.go("/orders/new/")
    page.fill("[name=customer]", SHOP)
    page.fill("[name=product_0]", "鹤鸣 Z9")
    page.fill("[name=quantity_0]", "1")
    page.get_by_role("button", name="Place order").click()
    expect(page.get_by_text("supply is stopped").first).to_be_visible()
    seen.check()
    path = page.url.removeprefix(seen.address)
    on_the_phone(seen, path, "老板答应周五付清", "ask-release")
    expect(page.get_by_text("老板答应周五付清")).to_be_visible(
        timeout=SLOW
    )  # the answer of the server, fetched anew
    return path


def released(seen: Watched, order: str) -> None:
    """The manager lets it go on the phone, with a reason that stands on the order."""
    seen.sign_in("manager")
    on_the_phone(seen, order, "已见付款凭证", "release")
    expect(held_on_phone(seen, order)).to_have_count(0, timeout=SLOW)
    seen.go(order)
    expect(seen.page.get_by_text("已见付款凭证").first).to_be_visible()
    seen.check()


def on_the_phone(seen: Watched, order: str, reason: str, act: str) -> None:
    """Write the reason beside the held order, and do it."""
    seen.page.goto(f"{seen.address}/field/#/held")
    shown = held_on_phone(seen, order)
    shown.locator("[name=reason]").fill(reason, timeout=SLOW)
    shown.locator(f"[data-act={act}]").click()


def held_on_phone(seen: Watched, order: str) -> Locator:
    return seen.page.locator(f"[data-held='{order.split('/')[2]}']")
