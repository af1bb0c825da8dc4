"""Every address of the product, with one thing of each kind to put into it. Rooms that land are found by themselves.

An address like customers/<int:pk>/ needs a customer. Where the kind does not follow from the address, the room says so in
furrow/<room>/tests/things.py: `def things(cast) -> dict[str, object]`, with keys like "planning:pk", "planning:day.rep" or "rep_id"
(name of the address and of its part, namespace and part, or the part alone; the narrowest wins). The word before a part serves as a
namespace too: /api/customers/<int:pk> needs "customers:pk". Things belong to cast.rep.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.cast import Cast

ROOMS = sorted(
    path.parent.name for path in (Path(__file__).resolve().parent.parent / "furrow").glob("*/__init__.py")
)


@dataclass(frozen=True)
class Address:
    """One pattern: where it stands, its full name (customers:page) and the parts to fill in."""

    route: str
    name: str
    parts: tuple[str, ...]

    def url(self, things: dict[str, Any]) -> str:
        """The address with things filled in; raises LookupError naming the missing key."""
        return reverse(self.name, kwargs={part: self._value(part, things) for part in self.parts})

    def _value(self, part: str, things: dict[str, Any]) -> Any:
        namespace = self.name.rpartition(":")[0]
        before = self.route.partition(f":{part}>")[0].rpartition("/")[0].rpartition("/")[2]
        for key in (f"{self.name}.{part}", f"{namespace}:{part}", f"{before}:{part}", part):
            if key in things:
                thing = things[key]
                return thing.pk if isinstance(thing, Model) else thing
        raise LookupError(
            f"{self.route}: say what {part} is, as {namespace}:{part} in furrow/{namespace or 'config'}/tests/things.py"
        )


def addresses() -> list[Address]:
    """All addresses, sorted by route; one that serves several methods under several names stands once."""
    found = {address.route: address for address in _walk(get_resolver(), "", "")}
    return [found[route] for route in sorted(found)]


def _walk(resolver: URLResolver, route: str, namespace: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        here = route + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, here, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern):
            if not entry.name:
                raise LookupError(f"{here} has no name")
            yield Address("/" + here, namespace + entry.name, tuple(entry.pattern.regex.groupindex))


def build_things(cast: Cast) -> dict[str, Any]:
    """One thing of each kind, made by the rooms from the lowest floor up; later rooms may use what earlier ones made."""
    made: dict[str, Any] = {}
    for room in sorted(ROOMS, key=_floor):
        name = f"furrow.{room}.tests.things"
        if importlib.util.find_spec(name):
            made |= importlib.import_module(name).things(cast)
    return made


def _floor(room: str) -> int:
    order = [
        "kit",
        "records",
        "team",
        "catalog",
        "customers",
        "contacts",
        "books",
        "attachments",
        "visits",
        "assessment",
        "receivables",
        "orders",
        "leads",
        "planning",
        "field",
        "config",
    ]
    return order.index(room) if room in order else len(order)
