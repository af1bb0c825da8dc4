"""The shell of the app: one answer with everything the day needs, allowed by its hash; bare for whoever it should not name."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable

import pytest
from django.test import Client

from furrow.field import shell
from furrow.field.bundle import bundled, named, sheet
from furrow.team.models import User
from tests.cast import Cast

ClientOf = Callable[[User | None], Client]


def test_modules_become_one_script_in_the_order_of_their_imports() -> None:
    sources = {
        "app": 'import { a as first } from "./low.js";\n// said\nconst b = 1;\n',
        "low": "export const a = 2;\nexport async function c() { return a; }\n",
        "all": 'export { c } from "./low.js";\n',
    }
    assert bundled(sources) == (
        "globalThis.furrow ||= {};\n"
        "furrow.low = (() => {\nconst a = 2;\nasync function c() { return a; }\nreturn { a, c };\n})();\n"
        "furrow.app = (() => {\nconst { a: first } = furrow.low;\nconst b = 1;\nreturn {  };\n})();\n"
        "furrow.all = (() => {\n\nreturn { c: furrow.low.c };\n})();\n"
    )
    assert "furrow.low =" not in bundled({"app": sources["app"]}, known=["low"])


@pytest.mark.parametrize(
    "sources",
    [
        {"app": "export default 1;\n"},
        {"app": 'import * as x from "./low.js";\n'},
        {"app": 'import { a } from "./gone.js";\n'},
        {"app": 'import { a } from "./low.js";\n', "low": 'import { b } from "./app.js";\n'},
    ],
)
def test_what_the_script_would_break_on_is_said_beforehand(sources: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"app|low"):
        bundled(sources)


def test_a_sheet_loses_only_what_stands_nowhere() -> None:
    text = "/* all */ .fr-a, .fr-b:is(.x, .y) { color: red; }\n@media print { .fr-b { top: 0; } }\n.fp-c { --x: 1; } .fr-b { left: 0; }"
    assert sheet([text], 'class="fr-a"') == ".fr-a{color: red;}.fp-c{--x: 1;}"
    assert sheet([text], "fr-b") == ".fr-b:is(.x, .y){color: red;}@media print{.fr-b{top: 0;}}.fp-c{--x: 1;}.fr-b{left: 0;}"  # fmt: skip


def test_names_that_a_script_may_ask_for() -> None:
    script = 't("next"); icon("map-pin"); t(`map_${one}`); const away = "not next";'
    names = ["next", "map-pin", "map_baidu", "map", "away", "not"]
    assert named(names, script) == {"next", "map-pin", "map_baidu"}


@pytest.mark.django_db
def test_the_day_stands_in_the_shell_of_whoever_may_use_the_phone(cast: Cast, client_of: ClientOf) -> None:
    def given(user: User | None, query: str = "") -> str | None:
        answer = client_of(user).get(f"/field/{query}")
        found = re.search(r'<script id="given"[^>]*>(.*?)</script>', answer.content.decode())
        assert answer["Cache-Control"] == ("no-store" if found else "no-cache")
        return found[1] if found else None

    mine = json.loads(given(cast.rep) or "")
    assert mine["user"] == {"id": cast.rep.pk, "name": cast.rep.name} and mine["package"]["customers"] == {}
    assert [given(None), given(cast.finance), given(cast.rep, "?bare")] == [None, None, None]


@pytest.mark.django_db
def test_the_policy_of_the_shell_allows_exactly_what_stands_in_it(cast: Cast, client_of: ClientOf) -> None:
    answer = client_of(cast.rep).get("/field/")
    policy, page = answer["Content-Security-Policy"], answer.content.decode()
    assert "unsafe" not in policy
    for name, inside in (
        ("style-src", r"<style>(.*?)</style>"),
        ("script-src", r"<script>(.*?)</script>"),
    ):
        found = re.findall(inside, page, re.DOTALL)
        hashed = base64.b64encode(hashlib.sha256(found[0].encode()).digest()).decode()
        assert len(found) == 1 and f"{name} 'self' 'sha256-{hashed}'" in policy
    plain = client_of(cast.rep).get("/")["Content-Security-Policy"]
    assert "sha256" not in plain
    later = client_of(None).get(shell.later_address())
    assert "furrow.visit =" in later.content.decode() and "immutable" in later["Cache-Control"]
    assert "immutable" not in client_of(None).get("/field/pages-old.js")["Cache-Control"]
