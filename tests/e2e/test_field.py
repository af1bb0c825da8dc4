"""The phone for a whole day without a signal: eight visits with photos, an extra visit with a store check, a visit that cannot be made, a cold visit; the
browser killed twice; sent over a line where every third request fails, some of them after the server had done it. Asserted row by row."""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Error, FilePayload, Page, Playwright, Route

from tests.cast import PASSWORD
from tests.e2e.conftest import QUIET, faults
from tests.look import browser_path
from tests.processes import Installation, serving, until

PHONE = {"width": 390, "height": 844}
VISITS = 8
SLOW = 15_000


def picture(number: int) -> FilePayload:
    """What a camera gives, another one for each number."""
    out = io.BytesIO()
    Image.effect_noise((900 + number, 700), 40).convert("RGB").save(out, "JPEG")
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


class Phone:
    """A phone whose browser can be killed and started again on the same disk."""

    def __init__(self, playwright: Playwright, folder: Path, address: str) -> None:
        self.playwright, self.folder, self.address = playwright, folder, address
        self.errors: list[str] = []
        self.context: BrowserContext
        self.page: Page

    def start(self, *, offline: bool = False) -> None:
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.folder), executable_path=browser_path(), args=[*QUIET, "--no-sandbox"], viewport=PHONE, has_touch=True, is_mobile=True,
            locale="zh-CN", timezone_id="Asia/Shanghai", geolocation={"longitude": 114.2801, "latitude": 30.5841, "accuracy": 18},
            permissions=["geolocation"], offline=offline,
        )  # fmt: skip
        self.context.set_default_timeout(SLOW)
        self.page = self.context.pages[0] if self.context.pages else self.context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def kill(self) -> None:
        """As when the system takes the memory: no event, no goodbye. Only this browser, found by its own folder."""
        mark = f"--user-data-dir={self.folder}".encode()
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                line = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if mark in line:
                os.kill(int(entry.name), signal.SIGKILL)
        with contextlib.suppress(Error):  # there is nobody left to close
            self.context.close()

    def sign_in(self, name: str) -> None:
        self.page.goto(f"{self.address}/sign-in/?next=/field/")
        self.page.fill("[name=username]", name)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("main form .btn-primary")
        self.page.wait_for_selector(".fp-day")
        until(
            lambda: bool(self.page.evaluate("navigator.serviceWorker.controller !== null")),
            30,
            "the app is kept on the phone",
        )
        self.page.wait_for_selector(".fp-sync.ok")

    def open(self, hash_: str = "#/") -> None:
        self.page.goto(f"{self.address}/field/{hash_}")
        self.page.wait_for_selector(".fp-top")

    def photo(self, number: int) -> None:
        self.page.locator(".fr-foot input[type=file]").set_input_files(picture(number))
        self.page.wait_for_selector(".fp-photos img")

    def kept(self) -> None:
        """Waits until the page says that everything written so far lies on the disk."""
        self.page.wait_for_selector("#app[data-kept=yes]", state="attached")

    def waiting(self) -> int:
        return int(self.page.get_attribute(".fp-sync", "data-waiting") or 0)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Installation:
    """One of its own: only the cast and this day."""
    made = Installation(tmp_path_factory.mktemp("field") / "data")
    shutil.copytree(migrated, made.folder)
    return made


@pytest.fixture(scope="module")
def address(installation: Installation, stores: list[Any]) -> Iterator[str]:
    with serving(installation) as answering:
        yield answering


@pytest.fixture(scope="module")
def stores(installation: Installation) -> list[Any]:
    prepared: dict[str, Any] = json.loads(installation.python("-m", "tests.e2e.field_day", "prepare"))
    return list(prepared["stores"])


@pytest.fixture
def phone(driver: Playwright, address: str, stores: list[Any], tmp_path: Path) -> Iterator[Phone]:
    made = Phone(driver, tmp_path / "phone", address)
    made.start()
    yield made
    with contextlib.suppress(Error):
        made.context.close()


def visit(phone: Phone, number: int) -> None:
    """A visit as it goes: check in, steps, a photo, a line, the goal, check out."""
    page = phone.page
    page.click("[data-act=check-in]")
    page.wait_for_selector(".fp-steps")
    page.click("[data-act=next]")
    phone.photo(number)
    page.fill("[data-field=content]", f"第 {number} 家：看了库存，谈补货")
    page.click(f"[data-goal={'yes' if number % 2 else 'no'}]")
    if number % 3 == 0:
        page.fill("[data-field=went_well]", f"好 {number}")


def leave(phone: Phone) -> None:
    phone.page.locator("[data-act=check-out]").click()
    phone.page.wait_for_selector(".fp-day")


def flaky(context: BrowserContext) -> Callable[[], int]:
    """Every third request fails: in turn before it reaches the server and after the server has done it."""
    seen = {"all": 0, "failed": 0}

    def handle(route: Route) -> None:
        seen["all"] += 1
        if seen["all"] % 3:
            route.continue_()
            return
        seen["failed"] += 1
        if seen["failed"] % 2:
            route.fetch()
        route.abort("connectionreset")

    for path in ("commands", "photos", "package"):
        context.route(f"**/field/{path}/**", handle)
    return lambda: seen["failed"]


def test_a_day_without_a_signal(phone: Phone, stores: list[Any], installation: Installation) -> None:
    phone.sign_in("second_rep")
    phone.context.set_offline(True)
    phone.open()
    for number in range(1, 4):
        visit(phone, number)
        leave(phone)
    visit(phone, 4)
    phone.kept()
    phone.kill()  # in the middle of the fourth visit
    phone.start(offline=True)
    phone.open()
    page = phone.page
    page.click("[data-act=go-on]")
    assert page.input_value("[data-field=content]") == "第 4 家：看了库存，谈补货"
    leave(phone)
    page.reload()
    page.wait_for_selector(".fp-day")
    for number in range(5, VISITS + 1):
        visit(phone, number)
        leave(phone)
    store_check(page, stores[9][0])
    phone.kept()
    phone.kill()  # after check-out of the extra visit
    phone.start(offline=True)
    phone.open()
    page = phone.page
    page.goto(f"{phone.address}/field/#/cannot/{stores[8][0]}")
    page.fill("main input", "门口施工")
    page.click("[data-reason=closed]")
    page.wait_for_selector(".fp-day")
    page.goto(f"{phone.address}/field/#/cold")
    page.fill("[name=name]", "新开的配件店")
    page.fill("[name=situation]", "卖膜和线")
    page.click("[data-act=keep-cold]")
    page.wait_for_selector(".fp-day")
    # Check-in, photo, check-out each; the extra visit with its check and the photo in it; the one not made; the cold one.
    assert phone.waiting() == 3 * VISITS + 4 + 2
    failed = flaky(phone.context)
    phone.context.set_offline(False)
    phone.open("#/phone")
    page.wait_for_selector('.fp-sync[data-waiting="0"]', timeout=180_000)
    assert failed() >= 10
    assert page.query_selector(".fp-refused, .fp-clash") is None
    assert_rows(json.loads(installation.python("-m", "tests.e2e.field_day", "dump")), stores)
    assert not phone.errors, phone.errors


def store_check(page: Page, store: int) -> None:
    """An extra visit with a store check."""
    page.goto(f"{page.url.split('#')[0]}#/customer/{store}")
    page.click("[data-act=check-in]")
    page.wait_for_selector(".fp-steps")
    page.locator(".fp-step").nth(1).click()
    page.get_by_role("button", name="门店检查").click()
    for code, points in (("pop", 4), ("price", 3), ("staff", 5)):
        page.locator(f"[data-item={code}] button").nth(points).click()
    page.set_input_files("[data-item-photo=price]", picture(99))
    page.wait_for_selector(".fp-score .fp-photos img")
    page.locator(".fp-grid fieldset input").nth(2).fill("12")
    page.click("[data-act=keep-check]")
    page.wait_for_selector(".fp-steps")
    page.fill("[data-field=content]", "计划外：查了门店")
    page.locator("[data-act=check-out]").click()
    page.wait_for_selector(".fp-day")


def assert_rows(rows: dict[str, Any], stores: list[Any]) -> None:
    expected = [
        {
            "store": stores[number - 1][1],
            "planned": True,
            "content": f"第 {number} 家：看了库存，谈补货",
            "goal": "yes" if number % 2 else "no",
            "went_well": f"好 {number}" if number % 3 == 0 else "",
            "fell_short": "",
            "lesson": "",
            "ended": True,
            "steps": [["prepare", True, ""]],
            "photos": 1,
        }
        for number in range(1, VISITS + 1)
    ]
    found = [{key: row[key] for key in expected[0]} for row in rows["records"]]
    extra = found.pop()
    assert found == expected
    assert (extra["store"], extra["planned"], extra["content"], extra["ended"]) == (
        stores[9][1],
        False,
        "计划外：查了门店",
        True,
    )
    assert all(row["distance"] is not None for row in rows["records"])
    assert rows["missed"] == [[stores[8][1], "closed", "门口施工"]]
    assert rows["checks"] == [[stores[9][1], "80.0", True, [12]]]
    assert all(outcome == "accepted" for _name, outcome in rows["commands"])
    assert len(rows["commands"]) == 3 * VISITS + 4 + 2
    assert rows["item_photos"] == ["price"]
    assert rows["cold"] == [["新开的配件店", "卖膜和线"]]


def test_a_routine_visit_takes_few_taps_and_one_line(phone: Phone) -> None:
    """Counted by the page itself: everything tapped from the day's page back to it."""
    phone.sign_in("second_rep")
    page = phone.page
    page.goto(f"{phone.address}/field/#/customers")
    page.evaluate("window.taps = 0; document.addEventListener('click', () => { window.taps += 1; }, true)")
    page.locator(".fp-stops a").first.click()
    page.click("[data-act=check-in]")
    page.wait_for_selector(".fp-steps")
    while page.locator("[data-act=next]").count():
        page.click("[data-act=next]")
    page.click("[data-field=content]")
    page.keyboard.type("已看库存，约好下周补货")
    page.click("[data-goal=yes]")
    page.click("[data-act=check-out]")
    page.wait_for_selector(".fp-day")
    assert page.evaluate("window.taps") <= 14


def test_what_an_input_method_is_still_composing_is_kept(phone: Phone) -> None:
    phone.sign_in("second_rep")
    page = phone.page
    page.goto(f"{phone.address}/field/#/customers")
    page.locator(".fp-stops a").nth(1).click()
    page.click("[data-act=check-in]")
    page.wait_for_selector(".fp-steps")
    page.click("[data-field=went_well]")
    keys = phone.context.new_cdp_session(page)
    keys.send("Input.imeSetComposition", {"text": "ting", "selectionStart": 4, "selectionEnd": 4})
    page.evaluate("window.dispatchEvent(new Event('offline'))")  # news arrive while composing
    keys.send("Input.imeSetComposition", {"text": "听对", "selectionStart": 2, "selectionEnd": 2})
    assert page.input_value("[data-field=went_well]") == "听对"
    phone.kept()
    phone.kill()
    phone.start()
    phone.open()
    page = phone.page
    kept = page.evaluate(
        """async () => { const open = indexedDB.open((await indexedDB.databases()).find((one) => /^furrow-/.test(one.name)).name);
        await new Promise((ok) => { open.onsuccess = ok; }); const all = open.result.transaction("visits").objectStore("visits").getAll();
        await new Promise((ok) => { all.onsuccess = ok; }); return all.result.map((visit) => visit.values.went_well); }"""
    )
    assert "听对" in kept


SLOW_CLOCK = """(() => { const real = Date, off = -3 * 864e5; globalThis.Date = class extends real {
  constructor(...given) { if (given.length) super(...given); else super(real.now() + off); } static now() { return real.now() + off; } }; })()"""
FULL_DISK = """() => { const put = IDBObjectStore.prototype.put; globalThis.roomAgain = () => { IDBObjectStore.prototype.put = put; };
  IDBObjectStore.prototype.put = function () { throw new DOMException("full", "QuotaExceededError"); }; }"""
MEANWHILE = """
import django; django.setup()
from django.utils import timezone
from furrow.customers.services import create_customer
from furrow.team.models import User
from furrow.visits.models import ContactRecord
from furrow.visits.services import write_record
record = ContactRecord.objects.filter(by__username="second_rep").latest("pk")
assert abs((timezone.now() - record.started_at).total_seconds()) < 600, record.started_at
write_record(record, by=User.objects.get(username="manager"), values={"went_well": "主管写的"})
other = User.objects.get(username="other_rep")
create_customer(by=User.objects.get(username="director"), name="星河通讯器材店", phone="13711112222", owner=other)
"""
REVOKE = """
import django; django.setup()
from furrow.attachments.models import Attachment
from furrow.customers.models import Customer
from furrow.field.models import Device
from furrow.field.services import revoke_device
from furrow.team.models import User
from furrow.visits.models import ContactRecord
record = ContactRecord.objects.filter(by__username="second_rep").latest("pk")
assert (record.went_well, record.content) == ("业务员写的", "满了也不丢"), (record.went_well, record.content)
assert Customer.objects.filter(name="星河通讯器材店").count() == 2
assert Attachment.objects.get(record="customers").object_id == Customer.objects.get(owner=record.by, phone="13711112222").pk
for device in Device.objects.filter(user__username="second_rep", revoked_at=None):
    revoke_device(device, by=User.objects.get(username="manager"))
"""


def test_what_can_go_wrong_loses_nothing(phone: Phone, installation: Installation) -> None:
    """A clock three days slow, a sign-in that ended, a full disk, somebody else's change, and at last a phone taken out of service."""
    installation.environment.setdefault("DJANGO_SETTINGS_MODULE", "furrow.config.settings")
    phone.context.add_init_script(SLOW_CLOCK)
    phone.sign_in("second_rep")
    page = phone.page
    ended = {"status": 401, "json": {"reason": "Sign in again"}}
    page.route("**/field/commands/", lambda route: route.fulfill(**ended))
    phone.open("#/customers")
    page.locator(".fp-stops a").nth(2).click()
    page.click("[data-act=check-in]")
    page.wait_for_selector(".fp-sync[data-sync=signin]")
    assert phone.waiting() >= 1  # the sign-in has ended; the queue stays
    page.evaluate(FULL_DISK)
    page.fill("[data-field=content]", "满了也不丢")
    page.wait_for_selector("#app[data-kept=failed]", state="attached")
    page.wait_for_selector(".fp-said.bad")
    page.evaluate("roomAgain()")
    phone.kept()  # by itself, once there is room
    page.unroute("**/field/commands/")
    leave(phone)
    phone.open("#/phone")
    page.click("[data-act=send-now]")
    page.wait_for_selector('.fp-sync.ok[data-waiting="0"]')

    installation.python("-c", MEANWHILE)
    phone.open("#/")
    page.locator(".fp-stops a[href*=visit]").last.click()
    page.fill("[data-field=went_well]", "业务员写的")
    page.click("[data-act=save]")
    page.wait_for_selector(".fp-sync.bad")
    phone.open("#/phone")
    sides = page.locator(".fp-clash .fp-sides button")
    assert ["业务员写的" in sides.nth(0).inner_text(), "主管写的" in sides.nth(1).inner_text()] == [
        True,
        True,
    ]
    page.click("[data-act=decide]")
    page.wait_for_selector('.fp-sync.ok[data-waiting="0"]')

    # A new customer that another rep has already: asked side by side, masked; its card waits until that is decided.
    phone.open("#/new")
    page.fill("[name=name]", "星河通讯器材店")
    page.fill("[name=phone]", "13711112222")
    page.set_input_files("[data-photo=card]", picture(7))
    page.wait_for_selector(".fp-photos img")
    page.click("[data-act=keep-cold]")
    page.wait_for_selector('.fp-sync.bad[data-waiting="1"]')
    phone.open("#/phone")
    told = sides.nth(1).inner_text()
    assert "星**" in told and "星河" not in told, told
    page.click("[data-act=decide]")
    page.wait_for_selector('.fp-sync.ok[data-waiting="0"]')

    installation.python("-c", REVOKE)
    page.click("[data-act=send-now]")
    page.wait_for_selector(".fp-wait .btn-primary")
    left = page.evaluate("indexedDB.databases().then((all) => all.map((one) => one.name))")
    assert not [name for name in left if name.startswith("furrow-")], left
    assert not phone.errors, phone.errors


def test_one_broken_panel_leaves_the_rest_alive(phone: Phone) -> None:
    phone.sign_in("second_rep")
    phone.context.add_init_script("globalThis.furrowBreak = 'map'")
    phone.page.reload()
    phone.page.wait_for_selector(".fp-broken")
    assert phone.page.locator(".fp-broken").count() == 1
    assert phone.page.locator(".fp-day").count() == 1 and phone.page.locator(".fp-stops").count() >= 1


def test_pages_are_sound(phone: Phone, stores: list[Any]) -> None:
    phone.sign_in("second_rep")
    for hash_ in (
        "#/",
        f"#/customer/{stores[0][0]}",
        "#/customers",
        "#/note",
        "#/new",
        "#/phone",
        "#/more",
        "#/cold",
        "#/held",
        f"#/cannot/{stores[0][0]}",
        f"#/order/{stores[0][0]}",
        "visit",
        "check",
        "guide",
    ):
        if hash_ == "visit":
            phone.open(f"#/customer/{stores[4][0]}")
            phone.page.click("[data-act=check-in]")
            phone.page.wait_for_selector(".fp-steps")
            visit = phone.page.url.rsplit("/", 1)[-1]
        phone.open(hash_ if hash_.startswith("#") else f"#/{hash_}/{visit}")
        phone.page.wait_for_selector(".fp-main")
        # What is folded is looked at, too.
        phone.page.locator("details.fp-more").evaluate_all(
            "all => all.forEach((one) => { one.open = true; })"
        )
        wide = phone.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0 and not faults(phone.page), (hash_, wide, faults(phone.page))
    assert not phone.errors


class Between(BaseHTTPRequestHandler):
    """Between phone and server; `newer` (old version, new one) puts the next release of the app in the place of this one."""

    server: ThreadingHTTPServer
    address = ""
    newer: tuple[str, str] = ("", "")

    def pass_on(self) -> None:
        old, new = self.newer
        sent = {name: value for name, value in self.headers.items() if name.lower() != "accept-encoding"}
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        line = http.client.HTTPConnection(self.address)
        with contextlib.closing(line):
            line.request(self.command, self.path, body, sent)
            said = line.getresponse()
            text = said.read()
        if old:
            text = text.replace(old.encode(), new.encode())
        self.send_response(said.status)
        for name, value in said.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "connection", "server", "date"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = do_HEAD = pass_on

    def log_message(self, *_given: Any) -> None:
        """Says nothing."""


@pytest.fixture
def between(address: str) -> Iterator[type[Between]]:
    """A `Between` on an address of its own, which stands in `server`."""

    class Mine(Between):
        pass

    Mine.address = address.removeprefix("http://")
    with ThreadingHTTPServer(("127.0.0.1", 0), Mine) as server:
        Mine.server = server
        Thread(target=server.serve_forever, daemon=True).start()
        yield Mine
        server.shutdown()


def test_a_new_version_is_offered_and_loses_nothing(phone: Phone, between: type[Between]) -> None:
    """Small at the first load with all that the phone keeps; the next version waits for a tap; what was not sent yet goes out from it."""
    phone.address = f"http://127.0.0.1:{between.server.server_port}"
    page = phone.page
    session = phone.context.new_cdp_session(page)
    session.send("Network.enable")
    loaded: list[float] = []
    session.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
    phone.sign_in("second_rep")
    assert 0 < sum(loaded) < 1_500_000
    page.route("**/field/commands/", lambda route: route.abort())
    phone.open("#/customers")
    page.locator(".fp-stops a").nth(6).click()
    page.click("[data-act=check-in]")
    page.fill("[data-field=content]", "新版本之前写的")
    phone.kept()
    card = page.url.partition("#")[2]
    old, new = page.evaluate("furrow.dom.config.version"), "0123456789ab"
    between.newer = (old, new)
    page.evaluate("navigator.serviceWorker.getRegistration('/field/').then((found) => found.update())")
    there = "navigator.serviceWorker.getRegistration('/field/').then((found) => found.waiting !== null)"
    until(lambda: bool(page.evaluate(there)), 30, "the next version is on the phone")
    assert page.input_value("[data-field=content]") == "新版本之前写的"
    phone.open("#/")
    page.wait_for_selector(".fp-update")
    assert (phone.waiting(), page.evaluate("furrow.dom.config.version")) == (1, old)
    with page.expect_event("load"):
        page.click(".fp-update button")
    page.wait_for_selector(".fp-day")
    assert (phone.waiting(), page.evaluate("furrow.dom.config.version")) == (1, new)
    assert page.evaluate("caches.keys()") == [f"furrow-{new}"] and not page.query_selector(".fp-update")
    phone.open(f"#{card}")
    assert page.input_value("[data-field=content]") == "新版本之前写的"
    page.unroute("**/field/commands/")
    phone.open("#/phone")
    page.click("[data-act=send-now]")
    page.wait_for_selector('.fp-sync.ok[data-waiting="0"]')
    assert not phone.errors, phone.errors
