"""What holds on every page: signing in, both languages, both sizes, both themes, the content policy, axe."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Route

from tests.e2e.conftest import AXE, BY_LOOK, DESK, PHONE, Watched

Open = Callable[..., Watched]


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


def test_a_page_that_loads_itself_anew_takes_no_click_back(open_page: Open) -> None:
    """While the next page is under way, an answer that asks for the present one anew comes in."""
    seen = open_page()
    seen.sign_in("director")
    held: list[Route] = []
    seen.page.route("**/accounts/", lambda route: held.append(route))
    seen.page.route("**/anew/", lambda route: route.fulfill(headers={"HX-Refresh": "true"}, body=""))
    seen.page.evaluate("""() => {
      document.body.setAttribute("hx-get", "/anew/");
      document.body.setAttribute("hx-trigger", "anew");
      htmx.process(document.body);
      setTimeout(() => document.body.dispatchEvent(new Event("anew")), 100);
      setTimeout(() => location.assign("/accounts/"), 0);
    }""")
    with seen.page.expect_response("**/anew/"):
        pass
    seen.page.wait_for_timeout(300)
    assert len(held) == 1
    held[0].continue_()
    seen.page.wait_for_url("**/accounts/")


@pytest.mark.parametrize(
    ("language", "looks"),
    [("zh", ((PHONE, False), (DESK, True))), ("en", ((DESK, False), (PHONE, True)))],
    ids=["zh", "en"],
)
def test_every_page_is_sound(
    open_page: Open, paths: dict[str, bool], language: str, looks: tuple[tuple[dict[str, int], bool], ...]
) -> None:
    """Each page is loaded once a language and looked at twice: phone and desk, light and dark, turned about in the other language."""
    seen = open_page(language=language)
    seen.go("/sign-in/")
    seen.check()
    seen.sign_in("director")
    seen.page.add_init_script(path=AXE)  # handed to each page anew it takes longer than it works
    problems = []
    for path in (path for path, is_page in paths.items() if is_page):
        for at_first, (viewport, dark) in zip((True, False), looks, strict=True):
            seen.look_as(viewport, dark=dark)
            if at_first:
                seen.go(path)
            seen.settle()
            told = f"{viewport['width']} px, {language}, {'dark' if dark else 'light'}"
            problems += [f"{told}: {problem}" for problem in seen.problems(*(() if at_first else BY_LOOK))]
        if seen.page.locator(".btn-primary:visible").count() > 1:
            problems.append(f"{path}: more than one main button")
    assert not problems, "\n".join(problems)
