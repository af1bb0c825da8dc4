"""Problem and result as JSON documents, the same words as in the dataclasses; `problem.schema.json` and `result.schema.json` describe them.

What a document says wrongly is named with its path: `sites[3].visits: must be a whole number`. Fields at their default may be left out.
`null` in a travel table means that there is no way. Standard library only; a document is data and is never run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import MISSING, Field, asdict, fields, is_dataclass, replace
from difflib import get_close_matches
from functools import cache
from math import isfinite
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from furrow.routing.check_cost import Report
from furrow.routing.problem import Problem, ProblemError, working_calendar
from furrow.routing.result import Result
from furrow.routing.travel import CityTravel, MatrixTravel, PlaneTravel, Travel

PROBLEM_FORMAT = "furrow-routing-problem-1"
RESULT_FORMAT = "furrow-routing-result-1"
TRAVELS: dict[str, type] = {"city": CityTravel, "plane": PlaneTravel, "matrix": MatrixTravel}
LARGEST = 2**31 - 1
MOST_WEEKS = 104


class ExchangeError(ValueError):
    """The document is not what it should be; `path` leads to the place, "" is the whole document."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path or 'document'}: {reason}")
        self.path = path
        self.reason = reason


def read_problem(text: str | bytes) -> Problem:
    """The problem in a JSON document. Raises `ExchangeError`, also for a problem that contradicts itself."""
    document = _document(text, PROBLEM_FORMAT)
    if isinstance(document.get("days"), dict):
        document = document | {"days": as_json(_calendar(document["days"]))}
    try:
        problem: Problem = _record(document, Problem, "")
    except ProblemError as error:
        raise ExchangeError(_place(document, error.subject), error.reason) from None
    return problem


def problem_document(problem: Problem) -> dict[str, Any]:
    """The document of a problem; travel of an own kind becomes a matrix."""
    return {
        "format": PROBLEM_FORMAT,
        **as_json(replace(problem, travel=CityTravel())),
        "travel": _travel_document(problem),
    }


def read_result(text: str | bytes) -> Result:
    """The plan in a JSON document; what the checker said there is not believed, and left out. Raises `ExchangeError`.

    Without `unplaced` nothing is left out, without `cost` none is claimed.
    """
    document = {"unplaced": [], "cost": {}} | _document(text, RESULT_FORMAT)
    result: Result = _record({k: v for k, v in document.items() if k not in ("judged", "made")}, Result, "")
    return result


def result_document(
    result: Result, report: Report | None = None, made: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The document of a plan: with `report` what the checker says, with `made` how it came about (free form)."""
    document = {"format": RESULT_FORMAT, **as_json(result)}
    if report is not None:
        cost = asdict(report.cost) | {"total": report.cost.total}
        document["judged"] = {"feasible": report.feasible, **as_json(report), "cost": cost}
    return document | ({"made": dict(made)} if made is not None else {})


def as_json(value: Any) -> Any:
    """Dataclasses as objects without the fields at their default, sets sorted, infinity as null."""
    if is_dataclass(value):
        pairs = ((field, getattr(value, field.name)) for field in fields(value))
        return {f.name: as_json(v) for f, v in pairs if v != default_of(f)}
    if isinstance(value, Mapping):
        return {str(key): as_json(part) for key, part in value.items()}
    if isinstance(value, AbstractSet):
        return [as_json(part) for part in sorted(value)]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [as_json(part) for part in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def default_of(field: Field[Any]) -> Any:
    """The default of a dataclass field, or MISSING."""
    return field.default_factory() if field.default_factory is not MISSING else field.default


@cache
def types_of(cls: type) -> dict[str, Any]:
    """Field name -> type of a dataclass."""
    hints = get_type_hints(cls)
    return {field.name: hints[field.name] for field in fields(cls)}


def _document(text: str | bytes, kind: str) -> dict[str, Any]:
    try:
        given = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        document = json.loads(given, object_pairs_hook=_once, parse_constant=_no_constant)
    except ExchangeError:
        raise
    except UnicodeDecodeError:
        raise ExchangeError("", "is not UTF-8 text") from None
    except RecursionError:
        raise ExchangeError("", "is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ExchangeError(
            "", f"is not JSON: {error.msg} in line {error.lineno}, column {error.colno}"
        ) from None
    except ValueError:  # an integer of thousands of digits
        raise ExchangeError("", "holds a number that is too long") from None
    if not isinstance(document, dict):
        raise ExchangeError("", "must be an object")
    if document.get("format") != kind:
        raise ExchangeError("format", f"must be “{kind}”")
    return {name: value for name, value in document.items() if name != "format"}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ExchangeError("", f"an object has the field “{twice}” twice")
    return made


def _no_constant(name: str) -> None:
    raise ExchangeError("", f"{name} is no number of JSON; write null for no way")


def _calendar(given: dict[str, Any]) -> Any:
    """`{"weeks": 4, "free": [4], "extra": [5]}`: Monday to Friday work, less and plus day indexes."""
    _known(given, ("weeks", "free", "extra"), "days")
    weeks = _value(given.get("weeks"), int, "days.weeks")
    if not 1 <= weeks <= MOST_WEEKS:
        raise ExchangeError("days.weeks", f"must be 1 to {MOST_WEEKS}")
    lists = [_value(given.get(name, []), tuple[int, ...], f"days.{name}") for name in ("free", "extra")]
    return working_calendar(weeks, *lists)


def _place(document: dict[str, Any], subject: str) -> str:
    """The path of what a `ProblemError` names: "site a" is sites[0] where that one has the id a."""
    kind, _, name = subject.partition(" ")
    if kind == "travel":
        return kind
    if kind == "day":
        return f"days[{name}]"
    for index, part in enumerate(document.get(f"{kind}s", ())):
        if isinstance(part, dict) and part.get("id") == name:
            return f"{kind}s[{index}]"
    return ""


def _known(given: Mapping[str, Any], names: Sequence[str], path: str) -> None:
    for name in given:
        if name not in names:
            near = get_close_matches(name[:100], names, 1)
            hint = f"; did you mean “{near[0]}”?" if near else ""
            raise ExchangeError(path, f"has no field “{name[:100]}”{hint}")


def _record(given: Any, cls: type, path: str) -> Any:
    if not isinstance(given, dict):
        raise ExchangeError(path, "must be an object")
    known = types_of(cls)
    _known(given, list(known), path)
    for field in fields(cls):
        if default_of(field) is MISSING and field.name not in given:
            raise ExchangeError(path, f"lacks the field “{field.name}”")
    return cls(**{name: _value(part, known[name], _under(path, name)) for name, part in given.items()})


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _value(given: Any, wanted: Any, path: str) -> Any:
    """`given` as the wanted type; raises `ExchangeError` with the path."""
    if wanted is Travel:
        return _travel(given, path)
    if is_dataclass(wanted) and isinstance(wanted, type):
        return _record(given, wanted, path)
    origin, parts = get_origin(wanted), get_args(wanted)
    if origin in (UnionType, Union):
        if given is None and NoneType in parts:
            return None
        return _value(given, next(part for part in parts if part is not NoneType), path)
    if origin is None:
        return _plain(given, wanted, path)
    if issubclass(origin, Mapping):
        if not isinstance(given, dict):
            raise ExchangeError(path, "must be an object")
        return {_key(k, parts[0], path): _value(v, parts[1], f"{path}.{k[:40]}") for k, v in given.items()}
    return _list(given, origin, parts, path)


def _list(given: Any, origin: type, parts: tuple[Any, ...], path: str) -> Any:
    if not isinstance(given, list):
        raise ExchangeError(path, "must be a list")
    if origin is tuple and parts[-1] is not Ellipsis:
        if len(given) != len(parts):
            raise ExchangeError(path, f"must have {len(parts)} values")
        each: Sequence[Any] = parts
    else:
        each = [parts[0]] * len(given)
    read = [
        _value(part, kind, f"{path}[{i}]") for i, (part, kind) in enumerate(zip(given, each, strict=True))
    ]
    return frozenset(read) if issubclass(origin, AbstractSet) else tuple(read)


def _key(given: str, wanted: type, path: str) -> str | int:
    """Keys of JSON objects are texts; those that are day indexes become numbers."""
    if wanted is int:
        if not (given.isascii() and given.isdigit() and len(given) < 10 and str(int(given)) == given):
            raise ExchangeError(f"{path}.{given[:40]}", "must be a day index")
        return int(given)
    key: str = _plain(given, str, path)
    return key


NAMES = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}


def _plain(given: Any, wanted: type, path: str) -> Any:
    right = isinstance(given, wanted) or (wanted is float and isinstance(given, int))
    if not right or (isinstance(given, bool) and wanted is not bool):
        raise ExchangeError(path, f"must be {NAMES[wanted]}")
    if isinstance(given, float) and not isfinite(given):
        raise ExchangeError(path, "is too large")
    if isinstance(given, int) and abs(given) > LARGEST:
        raise ExchangeError(path, "is too large")
    if isinstance(given, str) and any("\ud800" <= char <= "\udfff" for char in given):
        raise ExchangeError(path, "holds half a character")
    return given


def _travel(given: Any, path: str) -> Travel:
    kind = given.get("kind") if isinstance(given, dict) else None
    if not isinstance(kind, str) or kind not in TRAVELS:
        raise ExchangeError(path, f"must be an object whose “kind” is one of {', '.join(TRAVELS)}")
    for name in POSITIVE & set(given):
        if not _value(given[name], float, _under(path, name)) > 0:
            raise ExchangeError(_under(path, name), "must be greater than 0")
    made: Travel = _record(
        {name: part for name, part in given.items() if name != "kind"}, TRAVELS[kind], path
    )
    return made


POSITIVE = {"kmh", "far_kmh", "metres_per_minute"}


def _travel_document(problem: Problem) -> dict[str, Any]:
    travel = problem.travel
    for kind, cls in TRAVELS.items():
        if type(travel) is cls:
            return {"kind": kind, **as_json(travel)}
    bases = [rep.base(shift) for rep in problem.reps for shift in range(rep.routes)]
    every = dict.fromkeys([*(rep.place for rep in problem.reps), *bases, *(s.place for s in problem.sites)])
    places = [place for place in every if travel.known(place)]
    table = travel.table(places)
    rows = {place.key: row for row, place in enumerate(places)}
    return {"kind": "matrix", **as_json(MatrixTravel(rows, table.minutes, table.metres, travel.profile))}
