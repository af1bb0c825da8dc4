"""Phone numbers out of cells."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from furrow.kit.sheets.cells import Cell
from furrow.kit.sheets.values import ValueProblem, parse_code

_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_BETWEEN = re.compile(r"[/;、,，；／\n|\\]+|或|和")
_SHAPE = re.compile(r"\+?[\d()（）\-.\s]+", re.ASCII)
_EXTENSION = re.compile(r"(?:转|分机|ext\.?|x)\s*[:：]?\s*(\d{1,6})$", re.IGNORECASE | re.ASCII)
_NOTE = re.compile(
    r"[(（][^\d()（）]*[)）]|^(?:手机|电话|座机|tel|phone|mobile|mob)\.?\s*[:：]?\s*", re.IGNORECASE
)
_CHINA = re.compile(r"(?:\+|00)?86(?=1[3-9]\d{9}$)", re.ASCII)
_LONGEST = 15
_LONGEST_HERE = 13
_SHORTEST = 5


def parse_phones(value: Cell | None) -> list[str]:
    """The phone numbers of a cell, in order, without repeats; [] when blank.

    Several stand apart by / ; 、 , a line break or a space. Mobile numbers come as 11 digits without 86, others as
    digits with their leading zeros, a leading + and "-extension". Numbers that Excel turned into 13800001234.0 are
    mended; 1.38E+10 as text has lost digits and raises ValueProblem, as does a mobile number with a digit too few.
    """
    text = parse_code(value)
    if not text:
        return []
    if _MOBILE.fullmatch(text):
        return [text]
    numbers: list[str] = []
    for part in _BETWEEN.split(text):
        for piece in _apart(_NOTE.sub("", part.strip()).strip()):
            number = _number(piece)
            if number not in numbers:
                numbers.append(number)
    return numbers


def _apart(part: str) -> list[str]:
    """One number written with gaps, or several with spaces between."""
    if not part:
        return []
    digits = sum(1 for char in part if char.isdigit())
    pieces = part.split()
    if len(pieces) == 1 or part.startswith("+") or digits <= _LONGEST_HERE or _EXTENSION.search(part):
        return [part]
    return pieces


def _number(written: str) -> str:
    extension = _EXTENSION.search(written)
    body = written[: extension.start()].strip() if extension else written
    if not _SHAPE.fullmatch(body):
        raise ValueProblem(
            _("“%(value)s” is not a phone number. Write digits, several numbers apart by “/”.")
            % {"value": written[:40]}
        )
    digits = re.sub(r"\D", "", body)
    number = _CHINA.sub("", ("+" if body.startswith("+") else "") + digits)
    _check_length(number, written)
    return f"{number}-{extension[1]}" if extension else number


def _check_length(number: str, written: str) -> None:
    size = len(number.removeprefix("+"))
    if re.fullmatch(r"1[3-9]\d{8}|1[3-9]\d{10}", number):
        missing = 11 - size
        if missing > 0:
            raise ValueProblem(
                ngettext(
                    "The mobile number %(number)s is %(count)d digit short. Write all 11 digits.",
                    "The mobile number %(number)s is %(count)d digits short. Write all 11 digits.",
                    missing,
                )
                % {"number": number, "count": missing}
            )
        raise ValueProblem(
            _("The mobile number %(number)s has a digit too many. Write 11 digits.") % {"number": number}
        )
    if not _SHORTEST <= size <= _LONGEST:
        raise ValueProblem(
            _("The phone number “%(value)s” has %(count)d digits. Check it.")
            % {"value": written[:40], "count": size}
        )
