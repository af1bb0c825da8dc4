"""What the documentation says in tables is what the program does, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import translation

from furrow.cli import commands
from furrow.config.api import api
from furrow.routing import Weights
from furrow.routing.check import REASONS
from furrow.routing.exchange import read_problem
from furrow.team.access import ALL_RIGHTS, RIGHTS, Role

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
LANGUAGES = {"en": "en", "zh": "zh-hans"}
VARIABLE = re.compile(r"FURROW_[A-Z_]+")


def page(folder: str, name: str) -> str:
    return (DOCS / folder / f"{name}.md").read_text(encoding="utf-8")


def rows(text: str) -> list[list[str]]:
    """Cells of all table rows."""
    lines = (line.strip() for line in text.splitlines())
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]


@pytest.mark.parametrize("folder", LANGUAGES)
def test_the_table_of_rights_is_the_one_in_force(folder: str) -> None:
    table = rows(page(folder, "access"))
    with translation.override(LANGUAGES[folder]):
        roles = [str(role.label) for role in Role]
    assert next(row[2:] for row in table if len(row) > 2) == roles
    told = {row[0].strip("`"): row[2:] for row in table if row[0].startswith("`")}
    assert told == {
        right: ["✓" if right in RIGHTS[role] else "–" for role in Role] for right in sorted(ALL_RIGHTS)
    }


@pytest.mark.parametrize("folder", LANGUAGES)
def test_every_address_and_method_of_the_api_is_told(folder: str) -> None:
    told: set[tuple[str, str]] = set()
    address = ""
    for row in rows(page(folder, "api")):
        address = row[0].strip("`") or address
        told.add((address, row[1].lower()))
    schema = api.get_openapi_schema()
    assert {(path, method) for path, methods in schema["paths"].items() for method in methods} <= told
    assert {path for path, _method in told if path.startswith("/api/")} == set(schema["paths"])


@pytest.mark.parametrize("folder", LANGUAGES)
def test_every_command_is_told(folder: str) -> None:
    told = {
        row[0].strip("`").split()[1]
        for row in rows(page(folder, "commands"))
        if row[0].startswith("`furrow ")
    }
    assert told == set(commands())


@pytest.mark.parametrize("folder", LANGUAGES)
def test_every_setting_is_told(folder: str) -> None:
    sources = [*(ROOT / "furrow" / "config").glob("*.py"), ROOT / "furrow" / "cli.py"]
    read = {name for path in sources for name in VARIABLE.findall(path.read_text(encoding="utf-8"))}
    assert set(VARIABLE.findall(page(folder, "settings"))) == read


@pytest.mark.parametrize("folder", LANGUAGES)
def test_every_weight_of_the_planner_is_told_with_its_default(folder: str) -> None:
    told = {
        row[0].strip("`"): row[1].replace(",", "") for row in rows(page(folder, "planner")) if len(row) == 3
    }
    weights = Weights()
    assert {name: f"{getattr(weights, name):g}" for name in weights.__slots__}.items() <= told.items()


@pytest.mark.parametrize("folder", LANGUAGES)
def test_every_reason_for_a_visit_left_out_is_told(folder: str) -> None:
    told = {row[0].strip("`") for row in rows(page(folder, "planner")) if len(row) == 2}
    assert told >= set(REASONS)


def test_the_problem_in_the_documentation_can_be_read() -> None:
    for folder in LANGUAGES:
        (example,) = re.findall(r"```json\n(.*?)```", page(folder, "planner-json"), re.DOTALL)
        assert len(read_problem(example).sites) == 2


def test_both_languages_have_the_same_pages_and_every_link_leads_somewhere() -> None:
    pages = {folder: sorted(path.name for path in (DOCS / folder).glob("*.md")) for folder in LANGUAGES}
    assert pages["en"] == pages["zh"]
    for folder, names in pages.items():
        linked = set(re.findall(r"\]\(([\w-]+\.md)\)", page(folder, "index")))
        assert linked == set(names) - {"index.md"}
        for name in names:
            text = (DOCS / folder / name).read_text(encoding="utf-8")
            for link in re.findall(r"\]\(([^)#:]+)\)", text):
                assert (DOCS / folder / link).exists(), f"{folder}/{name}: {link}"
