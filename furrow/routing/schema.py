"""JSON Schema of the exchange documents, made from the dataclasses so that it cannot differ from what is read."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from furrow.routing.exchange import (
    MOST_WEEKS,
    PROBLEM_FORMAT,
    RESULT_FORMAT,
    TRAVELS,
    as_json,
    default_of,
    types_of,
)
from furrow.routing.problem import Problem
from furrow.routing.result import Result
from furrow.routing.schema_words import DESCRIPTIONS
from furrow.routing.travel import Travel

DIALECT = "https://json-schema.org/draft/2020-12/schema"
PLAIN: dict[Any, dict[str, Any]] = {
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
}


def problem_schema() -> dict[str, Any]:
    """What `read_problem` accepts."""
    made = _document("A problem of furrow.routing", PROBLEM_FORMAT, Problem)
    indexes = {"type": "array", "items": {"type": "integer"}}
    weeks = {"type": "integer", "minimum": 1, "maximum": MOST_WEEKS}
    short = {
        "type": "object",
        "description": "Instead of a list: whole weeks from a Monday on, Monday to Friday worked, less and plus these days.",
        "properties": {"weeks": weeks, "free": indexes, "extra": indexes},
        "required": ["weeks"],
        "additionalProperties": False,
    }
    days = made["properties"]["days"]
    made["properties"]["days"] = {
        "description": days.pop("description"),
        "oneOf": [days, short],
    }
    return made


def result_schema() -> dict[str, Any]:
    """What `read_result` accepts."""
    made = _document("A plan of furrow.routing", RESULT_FORMAT, Result)
    made["required"] = ["format", "routes"]
    made["properties"]["judged"] = {
        "type": "object",
        "description": "What the independent checker found; not read again.",
    }
    made["properties"]["made"] = {"type": "object", "description": "How the plan came about; not read again."}
    return made


def described() -> set[str]:
    """`Class.field` of everything that stands in a document."""
    found: dict[str, Any] = {}
    for cls in (Problem, Result):
        _object(cls, found)
    return {
        f"{name}.{field}" for name, made in found.items() for field in made["properties"] if field != "kind"
    } | {f"{cls.__name__}.{field.name}" for cls in (Problem, Result) for field in fields(cls)}


def _document(title: str, kind: str, cls: type) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    whole = _object(cls, parts)
    return {
        "$schema": DIALECT,
        "title": title,
        **whole,
        "properties": {"format": {"const": kind}, **whole["properties"]},
        "required": ["format", *whole["required"]],
        "$defs": dict(sorted(parts.items())),
    }


def _object(cls: type, parts: dict[str, Any]) -> dict[str, Any]:
    """The schema of one dataclass; those it mentions go into `parts`."""
    properties = {}
    types = types_of(cls)
    for field in fields(cls):
        about = DESCRIPTIONS.get(f"{cls.__name__}.{field.name}")
        made = _type(types[field.name], parts) | ({"description": about} if about else {})
        default = default_of(field)
        if default is not MISSING and not is_dataclass(default):
            made["default"] = as_json(default)
        properties[field.name] = made
    required = [field.name for field in fields(cls) if default_of(field) is MISSING]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _type(wanted: Any, parts: dict[str, Any]) -> dict[str, Any]:
    if wanted in PLAIN:
        return dict(PLAIN[wanted])
    if wanted is Travel:
        return {"oneOf": [_travel(kind, cls, parts) for kind, cls in TRAVELS.items()]}
    if isinstance(wanted, type) and is_dataclass(wanted):
        if wanted.__name__ not in parts:
            parts[wanted.__name__] = {}  # a mark against going in circles
            parts[wanted.__name__] = _object(wanted, parts)
        return {"$ref": f"#/$defs/{wanted.__name__}"}
    origin, inner = get_origin(wanted), get_args(wanted)
    if origin in (UnionType, Union):
        return {"anyOf": [_type(part, parts) for part in inner]}
    if issubclass(origin, Mapping):
        keys = {"propertyNames": {"pattern": "^[0-9]{1,9}$"}} if inner[0] is int else {}
        return {"type": "object", "additionalProperties": _type(inner[1], parts), **keys}
    if origin is tuple and inner[-1] is not Ellipsis:
        return {
            "type": "array",
            "prefixItems": [_type(part, parts) for part in inner],
            "items": False,
            "minItems": len(inner),
        }
    made = {"type": "array", "items": _type(inner[0], parts)}
    return made | ({"uniqueItems": True} if issubclass(origin, AbstractSet) else {})


def _travel(kind: str, cls: type, parts: dict[str, Any]) -> dict[str, Any]:
    if cls.__name__ not in parts:
        made = _object(cls, parts)
        made["properties"] = {"kind": {"const": kind}, **made["properties"]}
        made["required"] = ["kind", *made["required"]]
        parts[cls.__name__] = made
    return {"$ref": f"#/$defs/{cls.__name__}"}
