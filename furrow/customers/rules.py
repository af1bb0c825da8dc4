"""Pure rules of the customer card."""

from __future__ import annotations

from furrow.kit.folding import name_key
from furrow.kit.sheets.phones import parse_phones
from furrow.kit.sheets.values import ValueProblem


def phone_key(phone: str) -> str:
    """The first number's last eleven digits, to tell that two customers share a phone; empty below seven digits (P2.3).

    >>> phone_key("+86 138-0000-1234、027-85550000")
    '13800001234'
    """
    try:
        numbers = parse_phones(phone)
    except ValueProblem:
        return ""
    digits = "".join(filter(str.isdigit, numbers[0])) if numbers else ""
    return digits[-11:] if len(digits) >= 7 else ""


def keys_of(name: str, phone: str) -> tuple[str, str]:
    """(name key, phone key) as the customer row keeps them for duplicate checks."""
    return name_key(name)[:120], phone_key(phone)
