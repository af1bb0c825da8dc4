"""The editor's form and a card's plain data: names of fields are paths into it ("factors.0.criteria.2.levels.1.zh")."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

Definition = dict[str, Any]
PATH = re.compile(r"[a-z_]+(?:\.(?:[a-zA-Z0-9_]+)){0,7}", re.ASCII)
FLAGS = ("judged", "final")
TEXTS = ("name", "about", "advice", "hint", "unit")
TOO_LONG = 400


def with_form(definition: Definition, data: Mapping[str, str]) -> Definition:
    """The definition with what the form says; fields it does not have are left alone, names that lead nowhere are ignored."""
    made = copy.deepcopy(definition)
    for path, value in data.items():
        if PATH.fullmatch(path):
            _put(made, path.split("."), value[:TOO_LONG])
    for path in [path for path in data.get("flags", "").split() if PATH.fullmatch(path)]:
        _put(made, path.split("."), path in data)
    if "kinds" in data:
        made["for_kinds"] = [kind for kind in data["kinds"].split()[:20] if f"kind_{kind}" in data]
    return made


def _put(root: Any, steps: list[str], value: Any) -> None:
    *way, last = steps
    place = root
    for step in way:
        place = _step(place, step)
        if place is None:
            return
    if (
        isinstance(place, dict)
        and not isinstance(place.get(last), dict | list)
        and (last in place or (last in _ADDABLE and value != ""))
    ):
        place[last] = value
    elif (
        isinstance(place, list)
        and last.isdecimal()
        and int(last) < len(place)
        and not isinstance(place[int(last)], dict | list)
    ):
        place[int(last)] = value


_ADDABLE = {
    "from",
    "points",
    "zh",
    "en",
    "fact",
    "letter",
    "high_from",
    "medium_from",
    "period",
    "limit",
    "term_days",
    "method",
    "kind",
    "weight",
    "low",
    "high",
    "least_share",
    "code",
    "ranked_by",
    "weighed_by",
    "unknown_allowed",
    "unknown_class",
    *FLAGS,
}


def _step(place: Any, step: str) -> Any:
    if isinstance(place, dict):
        if step in TEXTS and not isinstance(place.get(step), dict):
            text = place.get(step) or ""
            place[step] = {"zh": str(text), "en": str(text)}
        if step in ("scale", "values") and not isinstance(place.get(step), dict):
            place[step] = {}
        return place.get(step)
    if isinstance(place, list) and step.isdecimal() and int(step) < len(place):
        return place[int(step)]
    return None


def flags_of(definition: Mapping[str, Any]) -> list[str]:
    """Paths of the tick boxes: a form does not send the empty ones."""
    factors, classes = (definition.get(name, []) for name in ("factors", "classes"))
    judged = [
        f"factors.{one}.criteria.{two}.judged"
        for one, factor in enumerate(factors if isinstance(factors, list) else [])
        for two in range(len(factor.get("criteria", [])) if isinstance(factor, dict) else 0)
    ]
    if definition.get("method") != "combination":
        return judged
    return judged + [
        f"classes.{one}.final" for one in range(len(classes) if isinstance(classes, list) else 0)
    ]


def with_row(definition: Definition, path: str) -> Definition:
    """The definition with one more row at the end of the list at `path`; a path that leads to no list changes nothing."""
    made = copy.deepcopy(definition)
    rows, name = _list_at(made, path)
    if rows is not None and name in _BLANK and len(rows) < 40:
        row = copy.deepcopy(_BLANK[name])
        if "code" in row and name != "levels":
            known = {one.get("code") for one in rows if isinstance(one, dict)}
            row["code"] = next(
                code for number in range(1, 99) if (code := f"{row['code']}{number}") not in known
            )
        rows.append(row)
    return made


def without_row(definition: Definition, path: str) -> Definition:
    """The definition without the row at `path` ("factors.0.criteria.2")."""
    made = copy.deepcopy(definition)
    parent, _dot, last = path.rpartition(".")
    rows, _name = _list_at(made, parent)
    if rows is not None and last.isdecimal() and int(last) < len(rows):
        rows.pop(int(last))
    return made


def _list_at(root: Any, path: str) -> tuple[list[Any] | None, str]:
    if not PATH.fullmatch(path):
        return None, ""
    *way, last = path.split(".")
    place = root
    for step in way:
        place = _step(place, step)
    if isinstance(place, dict) and last in _BLANK:
        place.setdefault(last, [])
    found = _step(place, last) if place is not None else None
    return (found, last) if isinstance(found, list) else (None, "")


_EMPTY = {"zh": "", "en": ""}
_BLANK: dict[str, Any] = {
    "factors": {"code": "group", "name": _EMPTY, "weight": "0", "criteria": []},
    "criteria": {
        "code": "item",
        "name": _EMPTY,
        "kind": "choice",
        "weight": "0",
        "levels": [dict(_EMPTY), dict(_EMPTY)],
    },
    "levels": _EMPTY,
    "steps": {"from": "", "points": ""},
    "notes": {"code": "question", "name": _EMPTY},
    "classes": {"code": "K", "name": _EMPTY, "from": "", "advice": _EMPTY},
}
