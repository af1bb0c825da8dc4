"""Pure rules of the customer card."""

from __future__ import annotations

from furrow.customers.duplicates import phone_keys
from furrow.kit.sheets.phones import parse_phones
from furrow.kit.sheets.values import ValueProblem


def phones_of(phone: str) -> tuple[str, ...]:
    """The numbers of a phone field as they are compared (P2.3); none when it cannot be read as numbers.

    >>> phones_of("+86 138-0000-1234、027-85550000")
    ('13800001234', '02785550000')
    """
    try:
        return phone_keys(parse_phones(phone))
    except ValueProblem:
        return ()
