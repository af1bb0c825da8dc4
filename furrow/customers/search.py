"""What a customer is found by: name, short name, phone, code."""

from __future__ import annotations

from furrow.customers.models import Customer
from furrow.kit.grams import TextIndex
from furrow.kit.tokens import IndexedText

CUSTOMERS = TextIndex("customers_search")
INDEXED_FIELDS = ("name", "short_name", "contact_name", "phone", "code", "former_codes")


def indexed(
    name: str, short_name: str, contact_name: str, phone: str, code: str, former_codes: str
) -> IndexedText:
    """The searchable text of one customer, from the values of INDEXED_FIELDS."""
    return IndexedText(
        names=(name, short_name, contact_name),
        phones=tuple(phone.replace("、", " ").split()),
        codes=(code, *former_codes.split("\n")),
    )


def put(customer: Customer) -> None:
    """Write one customer into the index, in the current transaction."""
    CUSTOMERS.put([(customer.pk, indexed(*(getattr(customer, name) for name in INDEXED_FIELDS)))])
