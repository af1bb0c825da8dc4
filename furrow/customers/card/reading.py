"""One customer's card as it is read: every fact by its path, its words, who confirmed which group. A constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils.translation import get_language, gettext

from furrow.customers.card.cells import Cells
from furrow.customers.card.completeness import Completeness, completeness
from furrow.customers.card.filled import filled
from furrow.customers.card.groups import MONEY, TABLES, Group, column_of, groups_of, wanted_of
from furrow.customers.card.lines import LISTS
from furrow.customers.card.models import CardConfirmation
from furrow.customers.custom import queries as custom
from furrow.customers.custom.models import CustomField
from furrow.customers.models import Customer
from furrow.kit.figures import money, number
from furrow.kit.prepared import Prepared
from furrow.kit.regions import region_book
from furrow.team.models import User

# What the page of one customer reads along with its row. The tables beside it are wide, and each part of the page shows few of them:
# a table is read when its first fact is asked for.
READ_ALONG = ("owner",)
# Paper shows every fact of every card.
READ_WHOLE = ("owner", *TABLES, "card__opened_by_us", "public_body__our_contact")


def fact_value(customer: Customer, path: str) -> Any:
    """The value of a fact that is a column of the customer or of a table beside it (a region by its code); None where there is no row
    yet."""
    table, dot, column = path.partition(".")
    if not dot:
        return getattr(customer, "region_id" if path == "region" else path)
    try:
        return getattr(getattr(customer, table), column)
    except ObjectDoesNotExist:
        return None


def fact_words(path: str, value: Any) -> str:
    """A fact in the reader's words; "" where nothing is known."""
    if value is None or value == "":
        return ""
    if path == "region":
        return region_book().full_name(value, get_language() or "")
    column = column_of(path)
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if path in MONEY:
        return money(value)
    if isinstance(column, models.DecimalField):
        return number(value, column.decimal_places).rstrip("0").rstrip(".")
    if isinstance(column, models.IntegerField):
        return number(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


class Confirmed(NamedTuple):
    """When a group was last confirmed, and by whom."""

    at: datetime
    by: str


_CONFIRMED = Prepared(
    lambda _reader, customer: CardConfirmation.objects.filter(customer=customer).values_list(
        "group", "at", "by__name"
    ),
    customer=models.BigIntegerField(),
)


@dataclass
class CardReading:
    """The whole card of one customer for one reader; read with READ_ALONG, each part is asked for once."""

    customer: Customer
    user: User
    asked: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def cells(self) -> Cells:
        """How the reader sees facts."""
        return Cells(self.customer.pk, may_change=self.user.may("customers.change"))

    @property
    def groups(self) -> tuple[Group, ...]:
        return groups_of(self.customer.kind)

    @cached_property
    def lists(self) -> dict[str, list[Any]]:
        """path -> rows of the groups that are lists."""
        if not self.customer.pk:
            return {path: [] for path in LISTS}
        return {path: list(getattr(self.customer, lines.relation).all()) for path, lines in LISTS.items()}

    @cached_property
    def confirmed(self) -> dict[str, Confirmed]:
        """Group name -> when and by whom it was last confirmed."""
        rows = _CONFIRMED.rows(None, customer=self.customer.pk)
        return {group: Confirmed(at, name or "") for group, at, name in rows}

    @cached_property
    def custom_fields(self) -> list[CustomField]:
        """The company's own fields of this kind."""
        return custom.fields_in_use(self.customer.kind)

    @cached_property
    def custom_values(self) -> dict[int, Any]:
        return custom.values_of(self.customer) if self.customer.pk and self.custom_fields else {}

    @cached_property
    def dealers_in_reach(self) -> dict[int, Customer]:
        """The dealers this card names, as far as the reader may see them."""
        ids = {fact_value(self.customer, path) for path in ("dealer.parent_id", "outlet.supplied_by_id")}
        named = ids - {None}
        return (
            {row.pk: row for row in Customer.objects.visible_to(self.user).filter(pk__in=named)}
            if named
            else {}
        )

    def words(self, path: str) -> str:
        """The fact in words; a dealer out of reach is named as such."""
        if path in LISTS:
            return LISTS[path].text(self.lists[path])
        if path in {"dealer.parent", "outlet.supplied_by"}:
            pk = fact_value(self.customer, f"{path}_id")
            if pk is None:
                return ""
            known = self.dealers_in_reach.get(pk)
            return known.name if known else gettext("A dealer of another team")
        return fact_words(path, fact_value(self.customer, path))

    @cached_property
    def complete(self) -> Completeness:
        """How complete the card is at the customer's visit grade, and what to learn next."""
        known = filled([self.customer]).get(self.customer.pk, set())
        return self._complete(known)

    def _complete(self, known: set[str]) -> Completeness:
        return completeness(wanted_of(self.customer.kind), known, self.customer.visit_grade)


def cards_of(customers: Iterable[Customer], user: User) -> list[CardReading]:
    """The cards of customers read with READ_WHOLE, in their order; a constant number of queries however many."""
    rows = list(customers)
    related = [lines.relation for lines in LISTS.values()]
    models.prefetch_related_objects(rows, *related, "confirmations__by")
    fields = custom.fields_in_use()
    values = custom.values_of_many(rows) if fields else {}
    readings = [CardReading(row, user) for row in rows]
    named = {fact_value(row, path) for row in rows for path in ("dealer.parent_id", "outlet.supplied_by_id")}
    dealers = Customer.objects.visible_to(user).in_bulk(named - {None}) if named - {None} else {}
    known = filled(rows)
    for reading in readings:
        row = reading.customer
        # Filled in beforehand, so that no reading asks for itself.
        reading.__dict__ |= {
            "confirmed": {
                one.group: Confirmed(one.at, one.by.name if one.by else "") for one in row.confirmations.all()
            },
            "custom_fields": [one for one in fields if one.kind in ("", row.kind)],
            "custom_values": values.get(row.pk, {}),
            "dealers_in_reach": dealers,
            "complete": reading._complete(known.get(row.pk, set())),
        }
    return readings
