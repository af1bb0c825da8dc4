"""Groups that are lists, as text with one line each: what people type or paste from a spreadsheet (P1.2 groups 7 and 10)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

MOST = 200
_PARTS = re.compile(r"\t|\s*[,，;；|]\s*")


@dataclass(frozen=True, slots=True)
class Lines:
    """One such group: the relation that holds it, its columns, an example, and how a line's parts become column values."""

    relation: str
    columns: tuple[str, ...]
    example: str
    parse: Callable[[Sequence[str]], dict[str, Any]]

    def text(self, rows: Sequence[Any]) -> str:
        """Rows as text: the way back from `read`."""
        return "\n".join(", ".join(self.cells(row)) for row in rows)

    def cells(self, row: Any) -> list[str]:
        """A row's parts in words, without empty ones at the end."""
        cells = [str(value) for value in (getattr(row, name) for name in self.columns)]
        while len(cells) > 1 and not cells[-1]:
            cells.pop()
        return cells

    def read(self, text: str) -> list[dict[str, Any]]:
        """Column values per line; empty lines are left out. Raises ValidationError naming the first line that is wrong."""
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if len(lines) > MOST:
            raise ValidationError(_("At most %(number)s lines"), params={"number": MOST})
        rows = []
        for number, line in enumerate(lines, start=1):
            try:
                parts = [part.strip() for part in _PARTS.split(line)]
                rows.append({**self.parse(parts), "order": number})
            except ValueError as error:
                raise ValidationError(
                    _("Line %(number)s: %(problem)s"), params={"number": number, "problem": error}
                ) from error
        return rows


def _limited(text: str, length: int) -> str:
    if len(text) > length:
        raise ValueError(_("at most %(number)s characters in one place") % {"number": length})
    return text


def _carried(parts: Sequence[str]) -> dict[str, Any]:
    if not parts[0]:
        raise ValueError(_("begin with the brand"))
    if len(parts) > 3:
        raise ValueError(_("brand, variety and specification, no more"))
    brand, variety, specification = [*parts, "", ""][:3]
    return {
        "brand": _limited(brand, 60),
        "variety": _limited(variety, 60),
        "specification": _limited(specification, 100),
    }


def _price(parts: Sequence[str]) -> dict[str, Any]:
    if len(parts) != 3 or not parts[1]:
        raise ValueError(_("write date, product and price"))
    try:
        on = date.fromisoformat(parts[0].replace("/", "-").replace(".", "-"))
    except ValueError:
        raise ValueError(_("write the date like 2026-11-21")) from None
    if on > timezone.localdate():
        raise ValueError(_("the date lies ahead"))
    try:
        price = Decimal(parts[2].lstrip("¥￥").removesuffix("元").strip())
    except InvalidOperation:
        raise ValueError(_("write the price as a number")) from None
    if not price.is_finite() or not 0 <= price < 10_000_000_000:
        raise ValueError(_("write the price as a number"))
    return {
        "seen_on": on,
        "product": _limited(parts[1], 100),
        "price": price.quantize(Decimal("0.01")),
    }


LISTS = {
    "lines.carried": Lines("carried_lines", ("brand", "variety", "specification"), "倍思, 快充头, 65W", _carried),
    "lines.prices": Lines("retail_prices", ("seen_on", "product", "price"), "2026-11-20, 65W 快充头, 129.00", _price),
}  # fmt: skip
