"""Every string a person may see is translated: none missing, fuzzy, obsolete or with other placeholders, and none left bare in a template."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import polib
import pytest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext, override, pgettext

from tests.messages import ROOT, Catalog, catalogs, extract_all, key

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
TEMPLATES = sorted(ROOT.rglob("templates/**/*.html"))


@pytest.fixture(scope="module")
def fresh() -> dict[Catalog, polib.POFile]:
    if shutil.which("xgettext") is None:
        pytest.fail("xgettext is missing: install gettext (make test does)")
    return extract_all()


@pytest.mark.parametrize(
    "catalog", catalogs(), ids=lambda catalog: f"{catalog.room or 'furrow'}-{catalog.domain}"
)
def test_catalog_is_complete(catalog: Catalog, fresh: dict[Catalog, polib.POFile]) -> None:
    wanted = {key(entry): entry for entry in fresh[catalog]}
    have = catalog.committed()
    known = {key(entry): entry for entry in have if not entry.obsolete}
    problems = [f"missing: {text[1]!r}" for text in wanted.keys() - known.keys()]
    problems += [f"obsolete: {text[1]!r}" for text in known.keys() - wanted.keys()]
    problems += [f"obsolete: {entry.msgid!r}" for entry in have.obsolete_entries()]
    for text, entry in known.items():
        if entry.fuzzy:
            problems.append(f"fuzzy: {text[1]!r}")
        problems += [f"{why}: {text[1]!r}" for why in _faults(entry)]
    assert not problems, (
        f"{catalog.path.relative_to(ROOT.parent)}: {len(problems)} entries (make messages collects)\n"
        + "\n".join(sorted(problems))
    )


def _faults(entry: polib.POEntry) -> list[str]:
    """What is wrong with one translation; Chinese has a single plural form."""
    texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if not texts or not all(text.strip() for text in texts):
        return ["untranslated"]
    if len(texts) != 1:
        return ["needs exactly one plural form"]
    wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    return [] if set(PLACEHOLDER.findall(texts[0])) == wanted else ["other placeholders"]


def test_no_room_shows_the_words_of_another() -> None:
    """All rooms and libraries share one catalog when the server runs: where two translate one text differently, only one of them shows.
    Such a text needs a context (pgettext), or one wording everywhere."""
    lost = []
    with override("zh-hans"):
        for catalog in catalogs():
            if not catalog.room or catalog.domain != "django":
                continue
            for entry in catalog.committed():
                wanted = entry.msgstr_plural.get(0, entry.msgstr)
                shown = _shown(entry)
                if shown != wanted:
                    lost.append(f"{catalog.room}: {entry.msgid!r} shows as {shown!r}, not {wanted!r}")
    assert not lost, "make .stamps/messages compiles; else:\n" + "\n".join(lost)


def _shown(entry: polib.POEntry) -> str:
    one, many, context = entry.msgid, entry.msgid_plural, entry.msgctxt
    if many:
        return npgettext(context, one, many, 1) if context else ngettext(one, many, 1)
    return pgettext(context, one) if context else _(one)


# Names and signs that are the same in every language.
SAME_EVERYWHERE = {
    "Furrow",
    "Ctrl",
    "Enter",
    "Esc",
    "Excel",
    "CSV",
    "xlsx",
    "xls",
    "csv",
    "iCalendar",
    "UTF",
    "GB",
    "MB",
    "ID",
    "km",
    "min",
    "English",
    "EN",
}
BLOCKS = re.compile(
    r"{%\s*block \w*(?:class|width)\w*\s*%}.*?{%\s*endblock.*?%}|{%\s*comment.*?endcomment\s*%}|{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%}|{#.*?#}|<!--.*?-->|<!doctype[^>]*>",
    re.S | re.I,
)
SPOKEN = re.compile(r"\s(?:title|aria-label|placeholder|alt)\s*=\s*(\"[^\"]*\"|'[^']*')", re.I)
CODE = re.compile(r"{%.*?%}|{{.*?}}|&\w+;", re.S)
TAG = re.compile(r"<[^>]*>", re.S)
WORD = re.compile(r"[A-Za-z]{2,}|[\u4e00-\u9fff]+")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_has_no_bare_text(path: Path) -> None:
    text = CODE.sub(" ", BLOCKS.sub(" ", path.read_text()))
    spoken = " ".join(found.strip("\"'") for found in SPOKEN.findall(text))
    bare = [
        word
        for word in WORD.findall(TAG.sub(" ", text) + " " + spoken)
        if word not in SAME_EVERYWHERE and word not in {"精耕", "中", "中文", "简体中文"}
    ]
    assert not bare, f"put {bare} into {{% translate %}}"
