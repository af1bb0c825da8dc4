"""How soon the phone app is usable on a slow phone and a slow line: Chromium with a processor slowed four times and slow 4G (1.6 Mbit/s down,
0.75 up, 150 ms), a published day of nine stops among 40 outlets. Usable: the check-in button of the next stop is on the page. The first load
fetches everything; every later start comes from the phone. Part of `python -m bench field`; needs Chromium."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from bench.measure import Measure

STARTS = 5
SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
SLOWER = 4
WATCH = """new MutationObserver(() => { if (!globalThis.usable && document.querySelector("[data-act=check-in]"))
  globalThis.usable = performance.now(); }).observe(document, { childList: true, subtree: true });"""
USABLE = """() => new Promise((done) => { const look = () => (globalThis.usable ? done(globalThis.usable) : setTimeout(look, 20)); look(); })"""


def measures() -> Iterator[Measure]:
    """Bytes of the first load and of the day package, seconds until usable at the first load and at later starts."""
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
            found = _driven(address, Path(folder) / "phone")
    yield Measure("phone: first load over the wire", found["bytes"] / 1024, "KiB", 1536)
    yield Measure("phone: day package of 40 outlets, unpacked", found["package"] / 1024, "KiB", 300)
    yield Measure("phone: first load until usable, slow 4G, processor ÷ 4", found["first"], "s", 1)
    yield Measure("phone: later start until usable, slow 4G, processor ÷ 4", found["later"], "s", 1)


def _driven(address: str, folder: Path) -> dict[str, float]:
    import django
    from playwright.sync_api import sync_playwright

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "furrow.config.settings_test")
    django.setup()
    from tests.cast import PASSWORD
    from tests.look import browser_path

    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(folder), executable_path=browser_path(), args=["--no-sandbox", "--disable-dev-shm-usage"],
            viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, locale="zh-CN", timezone_id="Asia/Shanghai",
        )  # fmt: skip
        page = context.new_page()
        page.goto(f"{address}/sign-in/")
        page.fill("[name=username]", "second_rep")
        page.fill("[name=password]", PASSWORD)
        page.click("main form .btn-primary")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        slow = context.new_cdp_session(page)
        loaded: list[float] = []
        slow.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
        slow.send("Network.enable")
        slow.send("Network.emulateNetworkConditions", SLOW_4G)
        slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        context.add_init_script(WATCH)
        page.goto(f"{address}/field/")
        first = page.evaluate(USABLE)
        page.wait_for_load_state("networkidle")
        page.evaluate("navigator.serviceWorker.ready")
        later = []
        for _start in range(STARTS):
            page.goto("about:blank")
            page.goto(f"{address}/field/")
            later.append(page.evaluate(USABLE))
        package: Any = page.evaluate(
            """async () => { const open = indexedDB.open((await indexedDB.databases()).find((one) => /^furrow-/.test(one.name)).name);
            await new Promise((ok) => { open.onsuccess = ok; }); const got = open.result.transaction("kept").objectStore("kept").get("package");
            await new Promise((ok) => { got.onsuccess = ok; }); return new Blob([JSON.stringify(got.result)]).size; }"""
        )
        context.close()
    return {
        "bytes": sum(loaded),
        "package": float(package),
        "first": first / 1000,
        "later": median(later) / 1000,
    }


def main() -> None:
    """The figures as JSON, one a line."""
    for one in measures():
        print(one.as_json())
    print(json.dumps({"load": Path("/proc/loadavg").read_text().split()[:3]}))


if __name__ == "__main__":
    main()
