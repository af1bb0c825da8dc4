"""The purchase-sales book as people use it: a block of 2,000 rows pasted, three bad ones put right, saved; and a photo sent to a customer."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

from PIL import Image
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE, Watched

Open = Callable[..., Watched]

PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def book_of(seen: Watched, paths: dict[str, bool]) -> str:
    return next(path for path in paths if re.fullmatch(r"/books/customer/\d+/", path))


def test_two_thousand_pasted_rows_three_bad_ones_corrected_and_saved(
    open_page: Open, paths: dict[str, bool]
) -> None:
    seen = open_page()
    seen.go("/sign-in/")
    seen.sign_in("director")
    page = seen.page
    seen.go(f"{book_of(seen, paths)}grid/")
    page.wait_for_selector("[data-grid][data-ready]")
    code = page.request.get(seen.address + "/products/find/?q=X30").json()["found"][0]["code"]
    months = [f"{2000 + number // 12}-{number % 12 + 1:02}" for number in range(250)]
    codes = [code, *(make_product(seen, f"E{number}") for number in range(7))]
    rows = [[one, month, "", "5", "3", "2", "99.5"] for one in codes for month in months]
    rows[3][3], rows[1000][0], rows[1999][4] = "five", "nothing like it", "-3"
    text = "产品\t期间\t期初\t进货\t实销\t库存\t零售价\r\n" + "\r\n".join("\t".join(row) for row in rows)
    page.locator(".bk-grid tbody tr").nth(2).locator("td").first.click()
    page.evaluate(PASTE, text)
    page.locator(".bk-grid td.bad").nth(2).wait_for()
    assert page.locator(".bk-grid tbody tr").count() >= 2000
    assert page.locator(".bk-grid td.bad").count() == 3
    page.reload()
    page.get_by_text("What you had not saved is here again").wait_for()
    page.locator("[data-save]").click()
    page.get_by_text("3 rows have errors; nothing is saved yet").wait_for()
    assert not seen.complaints  # axe takes its time over 14,000 cells: it looks at a small grid below
    for right in ("5", codes[4], "3"):  # the cursor stands in the first wrong cell
        assert page.locator(".bk-editor").get_attribute("aria-invalid") == "true"
        page.keyboard.type(right)
        page.keyboard.press("Enter")
        if right != "3":
            page.locator("[data-next-error]").click()
    page.locator("[data-save]").click()
    page.get_by_text("2,000 lines saved").wait_for()
    assert "/grid/" not in page.url
    seen.check()


def make_product(seen: Watched, name: str) -> str:
    """A product by what its form sends; its code."""
    request = seen.page.request
    token = next(cookie["value"] for cookie in seen.page.context.cookies() if cookie["name"] == "csrftoken")
    sent = {"brand": "云雀", "name": name, "csrfmiddlewaretoken": token}
    made = request.post(f"{seen.address}/products/new/", form=sent, headers={"Referer": seen.address})
    assert re.search(r"/products/\d+/$", made.url), made.text()
    found: str = request.get(f"{seen.address}/products/find/?q={name}").json()["found"][0]["code"]
    return found


def test_arrows_enter_tab_and_escape(open_page: Open, paths: dict[str, bool]) -> None:
    seen = open_page()
    seen.go("/sign-in/")
    seen.sign_in("director")
    page = seen.page
    seen.go(f"{book_of(seen, paths)}grid/")
    page.wait_for_selector("[data-grid][data-ready]")
    page.locator(".bk-grid tbody tr").nth(4).locator("td").nth(3).click()
    page.keyboard.type("12")
    page.keyboard.press("Tab")
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    assert page.locator(".bk-editor").input_value() == "12"
    page.keyboard.press("Control+z")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('[data-save]')")
    assert page.locator(".bk-grid tbody tr").nth(4).locator("td").nth(4).inner_text().strip() == ""
    page.locator(".bk-grid tbody tr").nth(4).locator("td").nth(3).click()
    page.keyboard.type("many")
    page.keyboard.press("Enter")
    page.locator("[data-save]").click()
    page.locator(".bk-grid td.bad").first.wait_for()
    seen.check()


def test_a_photo_is_sent_and_its_preview_shown(open_page: Open, paths: dict[str, bool]) -> None:
    seen = open_page(viewport=PHONE, language="zh")
    seen.go("/sign-in/")
    seen.sign_in("rep")
    page = seen.page
    customer = next(path for path in paths if re.fullmatch(r"/customers/\d+/", path))
    seen.go(f"{customer}?tab=facts")
    picture = io.BytesIO()
    Image.new("RGB", (1200, 900), "seagreen").save(picture, "JPEG")
    file = {"name": "门头照片.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    page.locator("[data-upload] input[type=file]").first.set_input_files([file])
    page.locator(".at-name", has_text="门头照片.jpg").wait_for()
    image = page.locator(".at-thumb img").first
    image.scroll_into_view_if_needed()
    expect(image).to_have_js_property("naturalWidth", 320)
    seen.check()
    file = {"name": "evil.jpg", "mimeType": "image/jpeg", "buffer": b"<script>alert(1)</script>"}
    page.locator("[data-upload] input[type=file]").first.set_input_files([file])
    page.get_by_text("不支持这种文件").wait_for()
    seen.check()
