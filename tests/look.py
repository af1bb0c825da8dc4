"""Looks at pages in Chromium: screenshots, axe findings, console and CSP errors, horizontal overflow, small touch targets.

    python -m tests.look --url http://127.0.0.1:8000 --user NAME --password WORD --out build/look / /customers/ /settings/

By default every page is opened at 390 and 1440 px, in both languages, light and dark: eight pictures a page, named
`<page>-<width>-<language>-<theme>.png`. Narrow it with --width, --language and --theme (each may be repeated);
--guest opens the pages without signing in; --full takes the whole page instead of the first screen.
Findings are printed and also written to `findings.json`; the exit code is 1 when there are any. Browser: $CHROMIUM, else
the one on the path.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

AXE = Path(__file__).resolve().parent.parent / "node_modules/axe-core/axe.min.js"
HEIGHTS = {390: 844, 1440: 900}
SMALL = """() => [...document.querySelectorAll('a, button, summary, select, input:not([type=hidden])')].filter(e => {
  const r = e.getBoundingClientRect();
  if (!r.width || !r.height || e.closest('p, dialog, .fr-crumb, .fr-skip, .fr-flash') || getComputedStyle(e).visibility === 'hidden') return false;
  if (e.matches('input[type=checkbox], input[type=radio], .visually-hidden')) return false;
  return r.height < (e.matches('.btn, .fr-item, .form-control, .form-select, .fr-tabs a, td.lead a') ? 43.5 : 31.5);
}).slice(0, 5).map(e => e.outerHTML.slice(0, 90))"""


def browser_path() -> str:
    """Debian's Chromium or whatever $CHROMIUM says."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        raise SystemExit("No Chromium found: install it or set CHROMIUM to its path.")
    return found


def launch(playwright: Any) -> Browser:
    """A headless browser that also starts as root."""
    browser: Browser = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
    return browser


def sign_in(page: Page, url: str, user: str, password: str) -> None:
    """Through the form, like a person."""
    page.goto(f"{url}/sign-in/")
    page.fill("[name=username]:visible", user)
    page.fill("[name=password]:visible", password)
    page.click("main form .btn-primary")
    page.wait_for_url(lambda address: "/sign-in/" not in address)


def dress(page: Page, url: str, language: str, theme: str) -> None:
    """Switch language and theme, as the buttons of the shell do."""
    token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "csrftoken")
    for name, value in (("language", language), ("theme", theme)):
        page.request.post(
            f"{url}/{name}/",
            form={name: value, "next": "/healthz"},
            headers={"Referer": url + "/", "X-CSRFToken": token},
        )


def findings_of(page: Page, width: int) -> list[str]:
    """What is wrong with the page as it stands."""
    # axe goes in as a string through the debugger, which the page's own policy does not reach
    page.evaluate(AXE.read_text())
    result = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    found = [
        f"axe {v['impact']}: {v['id']}: {node['html'][:140]}"
        for v in result["violations"]
        if v["impact"] in {"serious", "critical"}
        for node in v["nodes"][:4]
    ]
    wide = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    if wide > 0:
        found.append(f"page is {wide} px wider than the screen")
    if width < 768:
        found += [f"small target: {html}" for html in page.evaluate(SMALL)]
    return found


def look(args: argparse.Namespace) -> dict[str, list[str]]:
    """Opens every page in every dress; returns the findings by picture name."""
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    findings: dict[str, list[str]] = {}
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for width, language, theme in product(args.width, args.language, args.theme):
            context = browser.new_context(
                viewport={"width": width, "height": HEIGHTS.get(width, 900)}, has_touch=width < 768
            )
            page = context.new_page()
            heard: list[str] = []
            page.on(
                "console",
                lambda m, heard=heard: (
                    heard.append(f"console {m.type}: {m.text}") if m.type in {"error", "warning"} else None
                ),
            )
            page.on("pageerror", lambda error, heard=heard: heard.append(f"script: {error}"))
            if not args.guest:
                sign_in(page, args.url, args.user, args.password)
            else:
                page.goto(f"{args.url}/sign-in/")
            dress(page, args.url, language, theme)
            for address in args.pages:
                heard.clear()
                page.goto(args.url + address)
                page.wait_for_load_state("networkidle")
                name = f"{address.strip('/').replace('/', '_').replace('?', '_') or 'home'}-{width}-{language}-{theme}"
                page.screenshot(path=out / f"{name}.png", full_page=args.full)
                findings[name] = heard.copy() + findings_of(page, width)
            context.close()
        browser.close()
    return {name: found for name, found in findings.items() if found}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pages", nargs="+")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--user", default="demo")
    parser.add_argument("--password", default="")
    parser.add_argument("--out", default="build/look")
    parser.add_argument("--width", type=int, action="append")
    parser.add_argument("--language", action="append", choices=["zh-hans", "en"])
    parser.add_argument("--theme", action="append", choices=["light", "dark"])
    parser.add_argument("--guest", action="store_true")
    parser.add_argument("--full", action="store_true")
    args = parser.parse_args()
    args.width = args.width or [390, 1440]
    args.language = args.language or ["zh-hans", "en"]
    args.theme = args.theme or ["light", "dark"]
    findings = look(args)
    Path(args.out, "findings.json").write_text(json.dumps(findings, ensure_ascii=False, indent=1))
    for name, found in findings.items():
        print(name)
        for line in found:
            print("   ", line)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
