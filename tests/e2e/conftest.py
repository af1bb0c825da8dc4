"""A real installation for the browser tests: fresh SQLite database, web server, worker, Chromium. No ORM here: look at pages only."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Response, sync_playwright

from tests.cast import PASSWORD
from tests.processes import ROOT, Installation, end, serving

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two processes share the browser tests by group: each walk over all pages is one, and goes first because it takes longest; of the rest,
    each file is one, since its tests share an installation."""
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in here:
        item.add_marker(pytest.mark.e2e)
        item.add_marker(pytest.mark.xdist_group(item.name if is_walk(item) else item.path.stem))
    if len(here) == len(items):
        items.sort(key=lambda item: not is_walk(item))


def is_walk(item: pytest.Item) -> bool:
    return item.name.startswith("test_every_page_is_sound")


def _made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Installation], object]) -> Path:
    """The folder of an installation that whichever process comes first makes for all of this run."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    ready, half = base / name, base / f"{name}-half"
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            shutil.rmtree(half, ignore_errors=True)
            make(Installation(half))
            half.rename(ready)
    return ready


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of an installation that is only migrated; copied, since migrating takes longer than most tests."""

    def make(made: Installation) -> None:
        made.folder.mkdir()
        made.furrow("manage", "migrate", "--verbosity", "0")

    return _made_once(tmp_path_factory, "migrated", make)


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Installation:
    """Migrated, with the fixed cast and one thing of each kind."""

    def make(made: Installation) -> None:
        shutil.copytree(migrated, made.folder)
        made.furrow("keys", "create")
        (made.folder / "addresses.json").write_text(made.python("-m", "tests.e2e.populate"))

    populated = _made_once(tmp_path_factory, "populated", make)
    own = Installation(tmp_path_factory.mktemp("furrow") / "data")
    shutil.copytree(populated, own.folder)
    return own


@pytest.fixture(scope="session")
def paths(installation: Installation) -> dict[str, bool]:
    """Every address of the product, filled in with the things there are, and whether it shows the director a page."""
    found: dict[str, bool] = json.loads((installation.folder / "addresses.json").read_text())
    return found


@pytest.fixture(scope="session")
def address(installation: Installation) -> Iterator[str]:
    """Where the installation answers, like http://127.0.0.1:41234, with its worker running."""
    with serving(installation) as address:
        worker = installation.start("worker")
        try:
            yield address
        finally:
            end(worker)


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """What drives browsers; there can be only one in a run."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(driver: Playwright) -> Iterator[Browser]:
    """One Chromium for the whole run."""
    program = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if program is None:
        pytest.fail("Chromium is missing: make test installs it, or says how")
    options = [*QUIET, "--no-sandbox"] if os.getuid() == 0 else QUIET
    browser = driver.chromium.launch(executable_path=program, args=options)
    yield browser
    browser.close()


class Watched:
    """A page and everything it complained about: script errors, refused content, answers of 500."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("response", self._response)
        self.under_way = 0
        page.on("request", lambda _request: self._count(1))
        page.on("requestfinished", lambda _request: self._count(-1))
        page.on("requestfailed", lambda _request: self._count(-1))

    def _count(self, change: int) -> None:
        self.under_way += change

    def _response(self, answer: Response) -> None:
        if answer.status >= 400:
            self.complaints.append(f"{answer.status} {answer.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"console: {message.text}")

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)

    def look_as(self, viewport: dict[str, int], *, dark: bool) -> None:
        """Another window and the other theme, without loading anew."""
        self.page.set_viewport_size({"width": viewport["width"], "height": viewport["height"]})
        self.page.emulate_media(color_scheme="dark" if dark else "light")

    def settle(self) -> None:
        """Until it was drawn twice with nothing under way: what comes when it is scrolled to is there."""
        quiet = 0
        while quiet < 2:
            self.page.evaluate(DRAWN)
            quiet = 0 if self.under_way > 0 else quiet + 1

    def sign_in(self, username: str) -> None:
        """Sign in as one of the cast, through the form."""
        self.go("/sign-in/")
        self.page.fill("input[name=username]", username)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("form:has(input[name=username]) button.btn-primary")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def problems(self, *rules: str) -> list[str]:
        """What complained since the last look, what sticks out sideways, and what axe, by these rules or all, finds serious or critical on the
        page as it stands."""
        found, self.complaints = self.complaints, []
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if wide > 0:
            found.append(f"{wide} px wider than the window")
        return [f"{self.page.url}: {problem}" for problem in [*found, *faults(self.page, *rules)]]

    def check(self) -> None:
        """AssertionError unless the page as it stands is sound."""
        problems = self.problems()
        assert not problems, "\n".join(problems)


DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 20))))"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# What depends on the theme and the width of the window; all else of axe holds for a page however it is looked at.
BY_LOOK = ("color-contrast", "scrollable-region-focusable", "target-size", "link-in-text-block")


def faults(page: Page, *rules: str) -> list[str]:
    """What axe-core calls serious or critical, by these rules or all of them."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    result: dict[str, Any] = page.evaluate(
        "only => axe.run(document, {resultTypes: ['violations'], ...(only.length ? {runOnly: only} : {})})",
        list(rules),
    )
    return [
        f"{fault['id']}: {fault['help']} {json.dumps([node['target'] for node in fault['nodes']][:5], ensure_ascii=False)}"
        for fault in result["violations"]
        if fault["impact"] in {"serious", "critical"}
    ]


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Callable[..., Watched]]:
    """open_page(viewport=DESK, language="en", dark=False): a fresh browser profile with one page."""
    contexts = []

    def make(*, viewport: dict[str, int] = DESK, language: str = "en", dark: bool = False) -> Watched:
        context = browser.new_context(
            viewport={"width": viewport["width"], "height": viewport["height"]},
            locale="zh-CN" if language.startswith("zh") else "en-US",
            timezone_id="Asia/Shanghai",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            accept_downloads=True,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Watched(context.new_page(), address)

    yield make
    for context in contexts:
        context.close()
