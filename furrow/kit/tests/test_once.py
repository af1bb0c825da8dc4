"""{% once %}: made once for each language and each of the values named, and for nothing else."""

from __future__ import annotations

from django.template import engines
from django.utils import translation


def test_once_is_made_anew_for_each_language_and_value_only() -> None:
    page = engines["django"].from_string(
        "{% once role %}{{ role }} {% translate 'Cancel' %} {{ x }}{% endonce %}, {{ x }}"
    )
    assert page.render({"role": "rep", "x": 1}) == "rep Cancel 1, 1"
    assert page.render({"role": "rep", "x": 2}) == "rep Cancel 1, 2"
    assert page.render({"role": "manager", "x": 3}) == "manager Cancel 3, 3"
    with translation.override("zh-hans"):
        assert page.render({"role": "rep", "x": 4}) == "rep 取消 4, 4"
    assert page.render({"role": "rep", "x": 5}) == "rep Cancel 1, 5"


def test_once_escapes_as_elsewhere() -> None:
    page = engines["django"].from_string("{% once %}{{ name }}{% endonce %}")
    assert page.render({"name": "<b>"}) == "&lt;b&gt;"
