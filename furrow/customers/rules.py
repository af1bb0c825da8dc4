"""Pure rules of the customer card."""

from __future__ import annotations

import re

from furrow.kit.folding import name_key

_PHONE_PARTS = re.compile(r"[、/;；,，\s]+")


def phone_key(phone: str) -> str:
    """The first number's last eleven digits, to tell that two customers share a phone; empty below seven digits (P2.3).

    >>> phone_key("+86 138-0000-1234、027-85550000")
    '13800001234'
    """
    digits = ""
    for part in _PHONE_PARTS.split(phone.strip()):
        digits += "".join(char for char in part if char.isdigit())
        if len(digits) >= 7:
            break
    return digits[-11:] if len(digits) >= 7 else ""


def keys_of(name: str, phone: str) -> tuple[str, str]:
    """(name key, phone key) as the customer row keeps them for duplicate checks."""
    return name_key(name)[:120], phone_key(phone)
