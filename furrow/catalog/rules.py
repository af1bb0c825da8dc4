"""Pure rules of the catalog: barcodes, titles, variety paths."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from furrow.kit.folding import fold

LENGTHS = (8, 12, 13)  # EAN-8, UPC-A, EAN-13
VARIETY_DEPTH = 5
_SPLIT = re.compile(r"\s*[/>＞／›»]\s*")


class BarcodeProblem(ValueError):
    """A barcode that cannot be one; `message` says why, in the active language."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def check_digit(body: str) -> int:
    """The last digit of a GTIN from the digits before it: weights 3, 1, 3, … from the right, filled up to ten.

    >>> check_digit("690123456789")
    2
    """
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return -total % 10


def clean_barcode(text: str) -> str:
    """The digits of an EAN-13, EAN-8 or UPC-A, "" for nothing. Raises BarcodeProblem for another length or a wrong check digit."""
    digits = re.sub(r"[\s\-]", "", text)
    if not digits:
        return ""
    if not (digits.isascii() and digits.isdigit()):
        raise BarcodeProblem(_("A barcode has digits only"))
    if len(digits) not in LENGTHS:
        raise BarcodeProblem(
            _("A barcode has 13, 12 or 8 digits; this one has %(digits)d") % {"digits": len(digits)}
        )
    if (right := check_digit(digits[:-1])) != int(digits[-1]):
        raise BarcodeProblem(
            _("The last digit does not fit the others: it should be %(digit)d. Scan or type the code again.")
            % {"digit": right}
        )
    return digits


def barcode_key(barcode: str) -> str:
    """The same article's code in every notation: a UPC-A is an EAN-13 with a zero before it."""
    return barcode.zfill(14) if barcode else ""


def title_of(brand: str, name: str, specification: str) -> str:
    """How a product is called everywhere: brand, name, specification; a brand the name begins with is not said twice."""
    parts = [name, specification] if fold(name).startswith(fold(brand)) else [brand, name, specification]
    return " ".join(part for part in parts if part)


def title_key(title: str) -> str:
    """What two titles are compared by: folded, cut to what the column keeps."""
    return fold(title)[:200]


def variety_names(path: str) -> list[str]:
    """The names along a written path, from the top.

    >>> variety_names("手机 / 智能手机")
    ['手机', '智能手机']
    """
    return [name for name in _SPLIT.split(" ".join(path.split())) if name]
