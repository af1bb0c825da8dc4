"""Cell values to Python: text, codes, numbers, phones, yes/no and choices.

Every parser takes what `Sheet.rows()` gives, returns None (or an empty value) for a blank cell and raises `ValueProblem`
with a message in the active language. "-", "—", "/" and "N/A" count as blank everywhere, as do Excel's error texts.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from furrow.kit.figures import listed
from furrow.kit.folding import fold
from furrow.kit.sheets.cells import Cell, clean_text

BLANKS = frozenset(
    ("", "-", "--", "—", "——", "–", "−", "/", "\\", "N/A", "n/a", "NA", "null", "NULL", "None", "nan", "NaN",
     "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "－", "／")
)  # fmt: skip
_NOTHING = frozenset(("无", "没有", "暂无", "未知", "不详"))
_PLAIN_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,15})?", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+", re.ASCII)
_SCIENTIFIC = re.compile(r"([+-]?\d(?:\.\d{1,15})?)e\+?(\d{1,2})", re.ASCII | re.IGNORECASE)
_MONEY = re.compile(r"^(?:RMB|CNY|USD|[¥$])|(?:RMB|CNY|元|yuan)$", re.IGNORECASE)
_TIMES = {"万": 10_000, "w": 10_000, "千": 1_000, "k": 1_000, "百": 100, "百万": 1_000_000, "亿": 100_000_000}
_TIMES_AT_END = re.compile(r"(百万|[万千百亿wk])$", re.IGNORECASE)
_MOST_DIGITS = 15
_MANY = Decimal(10) ** 15
_FULL_WIDTH = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_FULL_WIDTH |= {0xFF0D: 0x2D, 0xFF0E: 0x2E, 0xFF0F: 0x2F, 0xFF3F: 0x5F, 0xFF03: 0x23}

_YES = frozenset(("yes", "y", "true", "t", "1", "on", "是", "有", "对", "真", "已", "√", "✓", "✔", "☑"))
_NO = frozenset(
    (
        "no",
        "n",
        "false",
        "f",
        "0",
        "off",
        "否",
        "无",
        "没有",
        "不",
        "不是",
        "假",
        "未",
        "×",
        "✗",
        "✘",
        "☐",
        "x",
    )
)


class ValueProblem(ValueError):
    """A cell that cannot be taken; `message` says why and what to write instead, in the active language."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def is_blank(value: Cell | None) -> bool:
    """Whether a cell stands for nothing."""
    return value is None or (isinstance(value, str) and value.strip() in BLANKS)


def shown(value: Cell | None) -> str:
    """A cell as its reader sees it: whole numbers without ".0", dates as 2025-12-23, at most 15 digits."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        return f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    return str(value)


def parse_text(
    value: Cell | None, *, max_length: int | None = None, narrow: bool = False, lines: bool = False
) -> str:
    """The text trimmed, "" when blank. `narrow` makes full-width letters and digits half-width; `lines` keeps breaks."""
    text = value if isinstance(value, str) else shown(value)
    if text in BLANKS:
        return ""
    if not text.isprintable() or text[:1] == " " or text[-1:] == " ":
        text = clean_text(text)
        if not lines:
            text = " ".join(text.split())
        if text in BLANKS:
            return ""
    if narrow and not text.isascii():
        text = text.translate(_FULL_WIDTH)
    if max_length is not None and len(text) > max_length:
        raise ValueProblem(
            ngettext(
                "The text is too long: at most %(limit)d character.",
                "The text is too long: at most %(limit)d characters.",
                max_length,
            )
            % {"limit": max_length}
        )
    return text


def parse_code(value: Cell | None, *, max_length: int | None = None) -> str:
    """A code or number kept as text: leading zeros stay, 12345.0 is 12345, full-width becomes half-width."""
    if isinstance(value, float) and not isinstance(value, bool) and abs(value) >= 1e15:
        raise ValueProblem(_digits_lost())
    text = parse_text(value, max_length=max_length, narrow=True).lstrip("'")
    scientific = _SCIENTIFIC.fullmatch(text)
    if scientific and "." in text:
        return _digits_of(scientific)
    return text


def _digits_lost() -> str:
    return _("Excel has rounded this number. Format the column as text and enter all digits.")


def _digits_of(match: re.Match[str]) -> str:
    """1.3800001234E+10 holds all its digits, 1.38E+10 has lost them."""
    places, power = len(match[1].partition(".")[2]), int(match[2])
    if places != power or power >= _MOST_DIGITS:
        raise ValueProblem(_digits_lost())
    return match[1].replace(".", "")


def parse_decimal(value: Cell | None) -> Decimal | None:
    """A number: 1,234.50; ￥1,234; 12.5% (0.125); 5万; (300) is −300; full-width digits. None when blank.

    Numbers from workbooks are taken with Excel's 15 digits. Raises ValueProblem for text and for 10¹⁵ and more.
    """
    number: Decimal | None
    if isinstance(value, str):
        number = Decimal(value) if _PLAIN_NUMBER.fullmatch(value) else _written_number(value)
    elif isinstance(value, bool | date | time):
        raise ValueProblem(_not_a_number(shown(value)))
    elif isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise ValueProblem(_not_a_number(str(value)))
        number = Decimal(int(value)) if value.is_integer() and abs(value) < 1e15 else Decimal(f"{value:.15g}")
    elif isinstance(value, int):
        number = Decimal(value)
    elif value is None:
        return None
    else:
        raise ValueProblem(_not_a_number(shown(value)))
    if number is not None and abs(number) >= _MANY:
        raise ValueProblem(_("The number is too large. Check the column and the unit."))
    return number


def _not_a_number(text: str) -> str:
    return _("“%(value)s” is not a number. Write digits only, for example 1234.5.") % {"value": text[:40]}


def _written_number(written: str) -> Decimal | None:
    if is_blank(written) or written.strip() in _NOTHING:
        return None
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", written[:60]))
    text = text.replace("，", ",").replace("−", "-").replace("—", "-")
    scientific = _SCIENTIFIC.fullmatch(text)
    if scientific:
        return Decimal(scientific[1]) * Decimal(10) ** int(scientific[2])
    sign = 1
    if text.startswith("(") and text.endswith(")"):
        sign, text = -1, text[1:-1]
    text = _MONEY.sub("", _MONEY.sub("", text))
    if text[:1] in ("-", "+"):
        sign, text = (-sign if text[0] == "-" else sign), text[1:]
    text = _MONEY.sub("", text)
    factor = Decimal(1)
    if text.endswith("%"):
        factor, text = Decimal("0.01"), text[:-1]
    else:
        unit = _TIMES_AT_END.search(text)
        if unit:
            factor, text = Decimal(_TIMES[unit[1].lower()]), text[: unit.start()]
    if not _GROUPED.fullmatch(text):
        raise ValueProblem(_not_a_number(written))
    return sign * Decimal(text.replace(",", "")) * factor


def parse_integer(value: Cell | None) -> int | None:
    """A whole number in any form `parse_decimal` takes. None when blank."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    number = parse_decimal(value)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise ValueProblem(
            _("“%(value)s” is not a whole number. Leave out the decimals.") % {"value": shown(value)[:40]}
        )
    return int(number)


def parse_yes_no(value: Cell | None) -> bool | None:
    """Yes or no in either language, as a tick, as 1 or 0. None when blank."""
    if isinstance(value, bool):
        return value
    if is_blank(value):
        return None
    word = shown(value).strip()
    folded = unicodedata.normalize("NFKC", word).lower()
    if folded in _YES:
        return True
    if folded in _NO:
        return False
    raise ValueProblem(_("“%(value)s” is neither yes nor no. Write yes or no.") % {"value": word[:40]})


def choice_table(choices: Iterable[tuple[str, str | Promise]]) -> dict[str, str]:
    """Folded word → code, from codes and labels in every language of the product. Build it once per column."""
    pairs = list(choices)
    table: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for code, label in pairs:
                table.setdefault(fold(str(label)), code)
    for code, _label in pairs:
        table[fold(code)] = code
    table.pop("", None)
    return table


def parse_choice(
    value: Cell | None, table: Mapping[str, str], labels: Iterable[str | Promise] = ()
) -> str | None:
    """The code of a choice given by code or label. `labels` are named in the error. None when blank."""
    if is_blank(value):
        return None
    written = shown(value)
    code = table.get(written) or table.get(fold(written))
    if code is not None:
        return code
    allowed = listed(labels)
    if allowed:
        raise ValueProblem(
            _("“%(value)s” is not one of the choices. Write one of: %(choices)s.")
            % {"value": written[:40], "choices": allowed}
        )
    raise ValueProblem(_("“%(value)s” is not one of the choices.") % {"value": written[:40]})
