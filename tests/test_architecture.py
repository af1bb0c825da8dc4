"""What import-linter cannot see: references by name, private modules, doors without a gate, forbidden names and page code."""

from __future__ import annotations

import ast
import re
import tomllib
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "furrow"
MODULES = sorted(
    path for path in PACKAGE.rglob("*.py") if not {"migrations", "tests", "__pycache__"} & set(path.parts)
)
TEMPLATES = sorted(PACKAGE.rglob("templates/**/*.html"))
PRIVATE = {"views", "forms", "pages", "api", "urls"}
DOORS = {"views", "pages", "api"}
# The same for everybody: divisions of the country, the work calendar, the names of teams, the visit policy, names in the catalog, lead channels; no row belongs to anyone.
PUBLIC_MODELS = {
    "OpenQuestion",
    "Erasure",
    "Region",
    "WorkDay",
    "CalendarYear",
    "CardVersion",
    "PotentialEstimate",
    "Team",
    "VisitPolicy",
    "Brand",
    "Variety",
    "Channel",
}


def floors() -> list[str]:
    """Rooms from the top floor down, as import-linter holds them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers: list[str] = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [room.strip("()") for layer in layers for room in layer.split(" | ")]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def room_of(path: Path) -> str:
    """customers for furrow/customers/views.py, cli for furrow/cli.py."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Dotted names a module imports, with the imported name appended: furrow.team.access.may."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def docstrings(path: Path) -> set[ast.AST]:
    found: set[ast.AST] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                found.add(first.value)
    return found


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """Line and text of every string that is not a docstring."""
    left_out = docstrings(path)
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in left_out:
            yield node.lineno, node.value


def where(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def test_every_room_has_a_floor() -> None:
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert rooms <= set(floors()), f"name {rooms - set(floors())} in pyproject.toml"


def test_foreign_keys_point_downwards() -> None:
    """A key by name ("planning.Cycle") escapes import-linter. Pointing to the user model is allowed from everywhere."""
    order = {room: number for number, room in enumerate(floors())}
    wrong = []
    for model in apps.get_models():
        if not model.__module__.startswith("furrow."):
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if (
                field.auto_created
                or not isinstance(target, type)
                or not target.__module__.startswith("furrow.")
            ):
                continue
            own, other = model.__module__.split(".")[1], target.__module__.split(".")[1]
            if order[other] < order[own] and target._meta.label != settings.AUTH_USER_MODEL:
                wrong.append(f"{model._meta.label}.{field.name} points up to {other}")
    assert not wrong, "\n".join(wrong)


def test_names_of_higher_rooms_stand_only_in_config() -> None:
    """A dotted name in a string ("furrow.planning.tasks.step") is an import too; wiring between rooms belongs to config."""
    order = {room: number for number, room in enumerate(floors())}
    wrong = []
    for path in MODULES:
        own = room_of(path)
        for line, text in strings(path):
            found = re.match(r"furrow\.(\w+)\.", text)
            if (
                found
                and text != "furrow.config.settings"
                and own in order
                and own not in {"config", "cli"}
                and order.get(found[1], 99) < order[own]
            ):
                wrong.append(f"{where(path, line)}: {text}")
    assert not wrong, "\n".join(wrong)


def test_views_forms_and_pages_are_private_to_their_room() -> None:
    wrong = []
    for path in MODULES:
        for name in imports(path):
            parts = name.split(".")
            if (
                parts[0] == "furrow"
                and len(parts) > 2
                and parts[2] in PRIVATE
                and room_of(path) not in {parts[1], "config", "cli"}
            ):
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert not wrong, "\n".join(wrong)


def _narrows(link: ast.Attribute | ast.Call) -> bool:
    if isinstance(link, ast.Attribute):
        return link.attr == "visible_to" or link.attr.endswith("_within_reach")
    given = {keyword.arg: ast.unparse(keyword.value) for keyword in link.keywords}
    own = any(
        text in {"request.user", "request.user.pk"} or ".visible_to(" in text or "_within_reach(" in text
        for text in given.values()
    )
    held = re.fullmatch(r"\w+\.(?:pk|\w+_id)", given.get("pk", "")) is not None
    return own or held


def _ungated(path: Path) -> Iterator[tuple[int, str]]:
    """Each `Model.objects` whose chain of calls is never narrowed: by visible_to, by …_within_reach, to the user's own rows,
    or to a row read again whose object is held already (pk=cycle.pk)."""
    parents = {child: node for node in ast.walk(tree(path)) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree(path)):
        if not (isinstance(node, ast.Attribute) and node.attr == "objects"):
            continue
        model = ast.unparse(node.value)
        link: ast.AST | None = node
        gated = model in PUBLIC_MODELS
        while not gated and isinstance(link, ast.Attribute | ast.Call):
            gated = _narrows(link)
            link = parents.get(link)
        if not gated:
            yield node.lineno, model


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.stem in DOORS], ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_doors_ask_what_is_visible(path: Path) -> None:
    wrong = [
        f"{where(path, line)}: {model}.objects is not narrowed by visible_to(user)"
        for line, model in _ungated(path)
    ]
    assert not wrong, "\n".join(wrong)


def test_no_rooms_for_odds_and_ends() -> None:
    names = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}
    wrong = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if path.stem in names or names & set(path.relative_to(PACKAGE).parts)
    ]
    assert not wrong, f"give these a name that says what they know: {wrong}"


def test_nothing_happens_behind_the_back() -> None:
    """No signals, no ready(): what a change triggers stands in config/reactions.py."""
    wrong = []
    for path in MODULES:
        wrong += [
            f"{path.relative_to(ROOT)}: {name}"
            for name in imports(path)
            if name.startswith(("django.db.models.signals", "django.dispatch"))
        ]
        wrong += [
            where(path, node.lineno)
            for node in ast.walk(tree(path))
            if isinstance(node, ast.FunctionDef) and node.name == "ready"
        ]
    assert not wrong, "\n".join(wrong)


SCHEMA = re.compile(
    r"\b(?:FROM|JOIN|INTO|UPDATE|TABLE|ON|USING)\s+\"?[a-z_]\w*\"?\.\"?[a-z_]\w*\"?(?!\w*\s*=)|\bsearch_path\b|\bCREATE SCHEMA\b"
)


def test_raw_sql_names_no_schema() -> None:
    """Companies will be schemas: a schema's name in SQL would tie a query to one of them. Only statements are looked at."""
    wrong = []
    for path in MODULES:
        for line, text in strings(path):
            if re.search(r"\b(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP)\b", text) and SCHEMA.search(
                text.replace(" ON ", " on ")
            ):
                wrong.append(f"{where(path, line)}: {SCHEMA.search(text)}")
    assert not wrong, "\n".join(wrong)


INLINE = re.compile(
    r"\sstyle\s*=|\son\w+\s*=\s*[\"']|\shx-on\b|<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>|javascript:",
    re.I,
)
HASHED = "<script>{{ app.script }}</script>"  # the phone's shell, whose policy names this script by its hash


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_template_keeps_the_content_policy(path: Path) -> None:
    """The policy has no unsafe-inline: the browser would refuse these anyway. A paper printed by WeasyPrint obeys it too."""
    wrong = [
        where(path, number)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if INLINE.search(line) and line != HASHED
    ]
    assert not wrong, "\n".join(wrong)


def test_lengths_are_near_the_guide() -> None:
    """Guide values, printed and not failed: a longer thing may be right, but somebody should have looked at it."""
    long = [
        f"{path.relative_to(ROOT)}: {count} lines"
        for path in MODULES
        if (count := len(path.read_text().splitlines())) > 400
    ]
    long += [
        f"{path.relative_to(ROOT)}: {count} lines"
        for path in TEMPLATES
        if (count := len(path.read_text().splitlines())) > 150
    ]
    for path in MODULES:
        for node in ast.walk(tree(path)):
            limit = 200 if isinstance(node, ast.ClassDef) else 40 if isinstance(node, ast.FunctionDef) else 0
            if (
                limit
                and isinstance(node, ast.ClassDef | ast.FunctionDef)
                and (count := (node.end_lineno or node.lineno) - node.lineno + 1) > limit
            ):
                long.append(f"{where(path, node.lineno)} {node.name}: {count} lines")
    if long:
        warnings.warn("Longer than the guide:\n  " + "\n  ".join(long), stacklevel=1)
