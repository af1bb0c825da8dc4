"""Pure rules of the customer card."""

from __future__ import annotations

import re

from furrow.customers.duplicates import phone_keys
from furrow.kit.sheets.phones import parse_phones
from furrow.kit.sheets.values import ValueProblem

_MOBILE = re.compile(r"1[3-9][0-9]{9}")


def phones_of(phone: str) -> tuple[str, ...]:
    """The numbers of a phone field as they are compared (P2.3); none when it cannot be read as numbers.

    >>> phones_of("+86 138-0000-1234、027-85550000")
    ('13800001234', '02785550000')
    """
    if _MOBILE.fullmatch(phone):  # nearly all of a list
        return (phone,)
    try:
        return phone_keys(parse_phones(phone))
    except ValueProblem:
        return ()
