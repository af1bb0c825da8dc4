"""The phone app in Chromium, with a published day of nine stops among 40 outlets; part of `python -m bench field`.

How soon it is usable on a slow phone and a slow line: processor slowed four times and slow 4G (1.6 Mbit/s down, 0.75 up, 150 ms each way
there and back). Usable: the check-in button of the next stop is on the page. Every new phone begins with nothing at all;
the figure is the median of several, beside it the first one after the server itself has started. Later starts come from the phone.

How it lies in the hand: on every page of a visit the one main button is in the lower half of the screen and whatever is tapped measures
44 px or more; how it reads in the sun: the least contrast of any text in the light theme, WCAG's formula.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench.measure import Measure

PHONES, STARTS = 5, 5
SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
SLOWER = 4
TAP, SUN = 44, 7
WATCH = """new MutationObserver(() => { if (!globalThis.usable && document.querySelector("[data-act=check-in]"))
  globalThis.usable = performance.now(); }).observe(document, { childList: true, subtree: true });"""
USABLE = """() => new Promise((done) => { const look = () => (globalThis.usable ? done(globalThis.usable) : setTimeout(look, 20)); look(); })"""
PACKAGE = """async () => { const open = indexedDB.open((await indexedDB.databases()).find((one) => /^furrow-/.test(one.name)).name);
  await new Promise((ok) => { open.onsuccess = ok; }); const got = open.result.transaction("kept").objectStore("kept").get("package");
  await new Promise((ok) => { got.onsuccess = ok; }); return new Blob([JSON.stringify(got.result)]).size; }"""
# Of what is on the screen: main buttons and how many lie low, the least side of anything to tap, the least contrast of a text.
HAND = """() => {
  const seen = (one) => { const box = one.getBoundingClientRect(); return box.width > 1 && box.height > 1 && getComputedStyle(one).visibility !== "hidden" && !one.closest(".visually-hidden"); };
  const main = [...document.querySelectorAll(".btn-primary")].filter(seen);
  const middle = (one) => { const box = one.getBoundingClientRect(); return box.top + box.height / 2; };
  const tapped = [...document.querySelectorAll("a, button, summary, select, textarea, input:not([type=checkbox]):not([type=file]), label:has(input[type=checkbox], input[type=file])")].filter(seen);
  const size = (one) => { const box = one.getBoundingClientRect(); const more = parseFloat(getComputedStyle(one, "::after").inset) || 0;
    return Math.min(box.width, box.height) + (getComputedStyle(one, "::after").content !== "none" ? Math.max(0, -2 * more) : 0); };
  const channels = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => { const [r, g, b] = rgb.slice(0, 3).map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4)); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = (one) => { for (let at = one; at; at = at.parentElement) { const color = channels(getComputedStyle(at).backgroundColor); if (color.length < 4 || color[3] > 0) return color; } return [255, 255, 255]; };
  const texts = [...document.querySelectorAll("#app *")].filter((one) => seen(one) && !one.closest("svg, .fr-grade") && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  const contrast = (one) => { const [a, b] = [light(channels(getComputedStyle(one).color)), light(behind(one))].sort((x, y) => y - x); return (a + 0.05) / (b + 0.05); };
  const least = (list, of) => list.reduce((low, one) => (of(one) < low[0] ? [of(one), `${one.className} ${one.textContent.slice(0, 20)}`] : low), [1e9, ""]);
  return { main: main.length, low: main.filter((one) => middle(one) >= innerHeight / 2).length, tap: least(tapped, size), contrast: least(texts, contrast) };
}"""


@dataclass
class Found:
    """What was measured: milliseconds of each first load and later start, bytes, and the looks at the pages."""

    first: list[float] = field(default_factory=list)
    later: list[float] = field(default_factory=list)
    bytes: float = 0
    package: float = 0
    hand: dict[str, dict[str, Any]] = field(default_factory=dict)


def measures() -> Iterator[Measure]:
    """Bytes of the first load and of the day package, seconds until usable, reach and contrast."""
    from tests.look import browser_path
    from tests.processes import Installation, serving

    if browser_path() is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        made = Installation(Path(folder) / "data")
        made.folder.mkdir()
        made.furrow("manage", "migrate", "--verbosity", "0")
        made.python("-m", "tests.e2e.field_day", "prepare", "40")
        with serving(made) as address:
            found = _driven(address)
    slow = "slow 4G, processor ÷ 4"
    yield Measure("phone: first load over the wire", found.bytes / 1024, "KiB", 1536)
    yield Measure("phone: day package of 40 outlets, unpacked", found.package / 1024, "KiB", 300)
    yield Measure(f"phone: first load until usable, {slow}", median(found.first[1:]) / 1000, "s", 1)
    yield Measure(f"phone: the same, server just started, {slow}", found.first[0] / 1000, "s")
    yield Measure(f"phone: later start until usable, {slow}", median(found.later) / 1000, "s", 1)
    pages = found.hand.values()
    share = sum(page["low"] for page in pages) / sum(page["main"] for page in pages)
    yield Measure(f"phone: main buttons in the lower half, {len(pages)} pages", share * 100, "%", 100, False)
    yield Measure("phone: least side of what is tapped", min(page["tap"][0] for page in pages), "px", TAP, False)  # fmt: skip
    yield Measure("phone: least contrast of a text in the light theme", min(page["contrast"][0] for page in pages), ": 1", SUN, False)  # fmt: skip


def _driven(address: str) -> Found:
    import django
    from playwright.sync_api import sync_playwright

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "furrow.config.settings_test")
    django.setup()
    from tests.look import browser_path

    found = Found()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        for number in range(PHONES + 1):
            page = _signed_in(browser, address)
            _first(page, address, found)
            if number == PHONES:
                _later(page, address, found)
                _hand(page, address, found)
            page.context.close()
        browser.close()
    return found


def _signed_in(browser: Any, address: str) -> Any:
    """A phone that has never seen the app, its user signed in."""
    from tests.cast import PASSWORD

    context = browser.new_context(
        viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, locale="zh-CN", timezone_id="Asia/Shanghai",
    )  # fmt: skip
    page = context.new_page()
    page.goto(f"{address}/sign-in/")
    page.fill("[name=username]", "second_rep")
    page.fill("[name=password]", PASSWORD)
    page.click("main form .btn-primary")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto("about:blank")
    return page


def _first(page: Any, address: str, found: Found) -> None:
    slow = page.context.new_cdp_session(page)
    loaded: list[float] = []
    slow.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
    slow.send("Network.enable")
    slow.send("Network.emulateNetworkConditions", SLOW_4G)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.context.add_init_script(WATCH)
    page.goto(f"{address}/field/")
    found.first.append(page.evaluate(USABLE))
    page.wait_for_load_state("networkidle")
    page.evaluate("navigator.serviceWorker.ready")
    found.bytes = sum(loaded)
    found.package = page.evaluate(PACKAGE)


def _later(page: Any, address: str, found: Found) -> None:
    for _start in range(STARTS):
        page.goto("about:blank")
        page.goto(f"{address}/field/")
        found.later.append(page.evaluate(USABLE))


def _hand(page: Any, address: str, found: Found) -> None:
    """The pages of a visit as they lie before the thumb."""

    def look(name: str, hash_: str) -> None:
        page.goto(f"{address}/field/{hash_}")
        page.wait_for_selector(".fp-main")
        found.hand[name] = page.evaluate(HAND)

    look("day", "#/")
    store = page.get_attribute(".fp-next h2 a", "href").rsplit("/", 1)[-1]
    look("store", f"#/customer/{store}")
    page.click("[data-act=check-in]")
    page.wait_for_selector(".fp-steps")
    visit = page.url.rsplit("/", 1)[-1]
    for name in ("visit", "check", "guide"):
        look(name, f"#/{name}/{visit}")
    for name, hash_ in (("order", f"#/order/{store}"), ("cold visit", "#/cold"), ("new customer", "#/new")):
        look(name, hash_)


def main() -> None:
    """The figures as JSON, one a line."""
    for one in measures():
        print(one.as_json())
    print(json.dumps({"load": Path("/proc/loadavg").read_text().split()[:3]}))


if __name__ == "__main__":
    main()
