"""What a cell may hold, and cleaning of cell text."""

import re
from datetime import date, datetime, time, timedelta

Cell = str | float | int | bool | date | datetime | time | timedelta

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Control characters, soft hyphen, zero-width and direction marks, lone surrogates, noncharacters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
_ODD_SPACES = re.compile(r"[^\S\n ]")


def clean_text(text: str) -> str:
    """The text without invisible characters, spaces of any width made plain, trimmed; line breaks stay as \\n."""
    if text.isprintable():
        return text.strip()
    text = _LINE_ENDS.sub("\n", text)
    text = _ODD_SPACES.sub(" ", text)
    return _UNSEEN.sub("", text).strip()


def clean_row(row: list[Cell], longest: int) -> list[Cell]:
    """The row with its texts cleaned, and cut at `longest` characters."""
    # most cells are short and have nothing to clean: no call for those
    return [
        value
        if not isinstance(value, str)
        else value.strip()
        if len(value) <= longest and value.isprintable()
        else clean_text(value[:longest])
        for value in row
    ]


def column_letter(position: int) -> str:
    """Excel's name of a column: 0 is A, 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
