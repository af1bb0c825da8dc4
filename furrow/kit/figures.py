"""Dates, times, numbers and money as the house writes them (writing.md), in the language of the reader.

Nothing known (None or empty text) is an em dash; 0 means counted and none.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

NOTHING = "—"
MINUS = "−"


def is_chinese() -> bool:
    """Whether the reader's language is Chinese."""
    return (get_language() or "").startswith("zh")


def local_day(value: date | datetime) -> date:
    """The calendar day in the company's zone."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def day(value: date | datetime | None) -> str:
    """2026-11-21: tables and fields."""
    return local_day(value).isoformat() if value else NOTHING


def short_day(value: date | datetime | None) -> str:
    """11-21, with the year when it is another: narrow columns."""
    if not value:
        return NOTHING
    own = local_day(value)
    return f"{own:%m-%d}" if own.year == timezone.localdate().year else own.isoformat()


def day_words(value: date | datetime | None) -> str:
    """11月21日（周六） or Sat 21 Nov; in another year 2026年11月21日 or 21 November 2026."""
    if not value:
        return NOTHING
    own = local_day(value)
    if own.year != timezone.localdate().year:
        return date_format(own, "Y年n月j日" if is_chinese() else "j F Y", use_l10n=False)
    if is_chinese():
        return f"{own.month}月{own.day}日（周{'一二三四五六日'[own.weekday()]}）"
    return date_format(own, "D j M", use_l10n=False)


def weekday(value: date | datetime | None) -> str:
    """周六 or Sat."""
    if not value:
        return NOTHING
    own = local_day(value)
    return f"周{'一二三四五六日'[own.weekday()]}" if is_chinese() else date_format(own, "D", use_l10n=False)


def clock(value: datetime | time | int | None) -> str:
    """14:05. A whole number is minutes after midnight."""
    if value is None:
        return NOTHING
    if isinstance(value, int):
        return f"{value // 60:02d}:{value % 60:02d}"
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return f"{value:%H:%M}"


def moment(value: datetime | None) -> str:
    """2026-11-21 14:05."""
    return f"{day(value)} {clock(value)}" if value else NOTHING


def ago(value: datetime | None) -> str:
    """Just now, 5 minutes ago, 3 hours ago, Yesterday 14:05; older than a week: the date."""
    if not value:
        return NOTHING
    minutes = int((timezone.now() - value).total_seconds() // 60)
    days = (timezone.localdate() - local_day(value)).days
    if minutes < 1:
        return _("Just now")
    if minutes < 60:
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}
    if days < 1:
        return ngettext("%(n)d hour ago", "%(n)d hours ago", minutes // 60) % {"n": minutes // 60}
    if days == 1:
        return _("Yesterday %(time)s") % {"time": clock(value)}
    if days < 7:
        return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}
    return day(value)


def number(value: Any, places: int = 0) -> str:
    """12,340 or 12,340.5: rounded half up, thousands with commas, a true minus sign."""
    if value is None or value == "":
        return NOTHING
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{abs(exact):,}" if exact >= 0 else f"{MINUS}{abs(exact):,}"


def thousands(value: Any) -> str:
    """12,340."""
    return number(value)


def money(value: Any) -> str:
    """¥12,340.50; minus before the sign."""
    if value is None or value == "":
        return NOTHING
    text = number(value, 2)
    return f"{MINUS}¥{text[1:]}" if text.startswith(MINUS) else f"¥{text}"


def percent(value: Any) -> str:
    """86.5% from a share between 0 and 1; at most one decimal, none when it is zero."""
    if value is None or value == "":
        return NOTHING
    text = number(Decimal(str(value)) * 100, 1)
    return f"{text.removesuffix('.0')}%"


def change(value: Any) -> str:
    """−18% or +8.2% from a share: the sign says better or worse, never the color."""
    text = percent(value)
    return text if text == NOTHING or text.startswith(MINUS) or text == "0%" else f"+{text}"


def minutes_words(value: Any) -> str:
    """45 分钟 or 45 min; from an hour on 7.1 小时 or 7.1 h."""
    if value is None or value == "":
        return NOTHING
    if abs(float(value)) < 60:
        return _("%(n)s min") % {"n": number(value)}
    return _("%(n)s h") % {"n": hours(value)}


def hours(value: Any) -> str:
    """7.1 from minutes: for columns whose head names the unit."""
    return NOTHING if value is None or value == "" else number(Decimal(str(value)) / 60, 1)


def km(value: Any) -> str:
    """12.3 公里 or 12.3 km from kilometers."""
    return NOTHING if value is None or value == "" else _("%(n)s km") % {"n": number(value, 1)}


def listed(parts: Iterable[object]) -> str:
    """One after the other, with the sign of the reader's language between them."""
    return _(", ").join(map(str, parts))


def bracketed(text: Any) -> str:
    """What is said behind a name, in the brackets of the reader's language."""
    return _(" (%(text)s)") % {"text": text}
