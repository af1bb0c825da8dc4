"""What holds on every page: signing in, both languages, both sizes, both themes, the content policy, axe."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import DESK, PHONE, Watched

Open = Callable[..., Watched]


def html_pages(seen: Watched, paths: list[str]) -> list[str]:
    """Those paths that show the signed-in user a page: 200 and HTML, not a redirect, a file or a refusal."""

    def is_page(path: str) -> bool:
        answer = seen.page.request.get(seen.address + path, max_redirects=0)
        return (
            answer.status == 200
            and answer.headers["content-type"].startswith("text/html")
            and "<html" in answer.text()
        )

    return [path for path in paths if is_page(path)]


def test_a_wrong_password_is_told_and_the_right_one_leads_home(open_page: Open) -> None:
    seen = open_page()
    seen.go("/")
    assert "/sign-in/" in seen.page.url
    seen.page.fill("input[name=username]", "manager")
    seen.page.fill("input[name=password]", "wrong")
    seen.page.click("form:has(input[name=username]) button.btn-primary")
    seen.page.get_by_text("Name and password do not match").wait_for()
    seen.check()
    seen.sign_in("manager")
    assert seen.page.url == seen.address + "/"
    seen.check()


def test_the_language_is_switched_and_stays(open_page: Open) -> None:
    seen = open_page(language="zh")
    seen.go("/sign-in/")
    assert seen.page.get_attribute("html", "lang") == "zh-hans"
    seen.page.get_by_role("button", name="English").first.click()
    seen.page.wait_for_selector("html[lang=en]")
    seen.sign_in("manager")
    assert seen.page.get_attribute("html", "lang") == "en"
    seen.check()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_the_filter_menu_fills_itself_and_filters(open_page: Open, viewport: dict[str, int]) -> None:
    seen = open_page(viewport=viewport)
    seen.go("/sign-in/")
    seen.sign_in("director")
    for path in ("/customers/", "/customers/map/"):
        seen.go(path)
        seen.page.get_by_text("Add filter").click()
        seen.page.locator(".fr-filters input[name=grade][value=A]").check()
        seen.page.locator(".fr-filters .foot button").click()
        seen.page.wait_for_url(lambda address: "grade=A" in address)
        seen.page.locator(".fr-chip.on", has_text="Visit grade").wait_for()
    seen.check()


@pytest.mark.parametrize(
    ("viewport", "language", "dark"),
    [(PHONE, "zh", False), (DESK, "en", False), (PHONE, "en", True), (DESK, "zh", True)],
    ids=["phone-zh-light", "desk-en-light", "phone-en-dark", "desk-zh-dark"],
)
def test_every_page_is_sound(
    open_page: Open, paths: list[str], viewport: dict[str, int], language: str, dark: bool
) -> None:
    seen = open_page(viewport=viewport, language=language, dark=dark)
    seen.go("/sign-in/")
    seen.check()
    seen.sign_in("director")
    problems = []
    for path in html_pages(seen, paths):
        seen.go(path)
        seen.page.wait_for_load_state("networkidle")
        problems += seen.problems()
        if seen.page.locator(".btn-primary:visible").count() > 1:
            problems.append(f"{path}: more than one main button")
    assert not problems, "\n".join(problems)
