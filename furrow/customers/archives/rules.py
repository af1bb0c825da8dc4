"""The five archives and their averages (P1.1). Pure.

An area's archives are as complete as the five are on average, each counting alike: a thousand well-kept shops do not make up for knowing
nothing of the competing products there. An archive nobody has begun counts as 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.customers.models import Kind


@dataclass(frozen=True, slots=True)
class Archive:
    """One archive and the kinds of customers it holds. Those of a `shared` one count for every area below the region they stand in:
    the bureau of a city, or a rival's product sold all over it, matters in each of its districts."""

    name: str
    title: Any
    kinds: tuple[Kind, ...]
    shared: bool = False


ARCHIVES = (
    Archive("consumers", pgettext_lazy("archive", "Consumers"), (Kind.CONSUMER,)),
    Archive("dealers", pgettext_lazy("archive", "Dealers"), (Kind.DEALER,)),
    Archive("retailers", _("Retailers and carrier outlets"), (Kind.RETAILER, Kind.CARRIER)),
    Archive("rivals", _("Competing products"), (Kind.RIVAL,), shared=True),
    Archive("public", _("PR environment"), (Kind.PUBLIC,), shared=True),
)
# Key accounts are customers, but none of the five archives that open an area.
BESIDE = Archive("key", _("Key accounts"), (Kind.KEY_ACCOUNT,))
SHARED_KINDS = tuple(kind for archive in ARCHIVES if archive.shared for kind in archive.kinds)


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over some customers; days are ordinals (`date.toordinal`)."""

    customers: int = 0
    owned: int = 0
    graded: int = 0
    placed: int = 0
    visited: int = 0
    percents: int = 0
    confirmed: int = 0
    confirmed_days: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    def share(self, name: str) -> int | None:
        """Percent of the customers that are owned, graded, placed, visited or confirmed, rounded down; None when there are none."""
        return 100 * int(getattr(self, name)) // self.customers if self.customers else None

    @property
    def percent(self) -> int | None:
        """How complete their cards are on average, rounded down so that 100 means all; None when there are none."""
        return self.percents // self.customers if self.customers else None

    def age(self, today: date) -> int | None:
        """Days since they were last confirmed, on average over those ever confirmed; None when none was."""
        return today.toordinal() - self.confirmed_days // self.confirmed if self.confirmed else None


def total(parts: Iterable[Sums]) -> Sums:
    """The sums of all parts together."""
    whole = Sums()
    for part in parts:
        whole += part
    return whole


def of_archive(archive: Archive, by_kind: Mapping[str, Sums]) -> Sums:
    """The sums of one archive out of sums by kind."""
    return total(by_kind.get(kind, Sums()) for kind in archive.kinds)


def area_completeness(by_kind: Mapping[str, Sums]) -> int:
    """Percent of the five archives, each counting a fifth, rounded down.

    >>> area_completeness({"retailer": Sums(customers=2, percents=160), "rival": Sums(customers=1, percents=50)})
    26
    """
    return sum(of_archive(archive, by_kind).percent or 0 for archive in ARCHIVES) // len(ARCHIVES)
