"""Pure rules of receivables (P6): tax, allocation, aging, what a bank line most likely pays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from furrow.receivables.money import NOTHING, rounded

HUNDRED = Decimal(100)
TAX_RATES = (13, 9, 6, 3, 1, 0)  # percent; China's rates of value-added tax in 2026


@dataclass(frozen=True, slots=True)
class Taxed:
    """An amount with tax and its two parts; net + tax is always gross."""

    net: Decimal
    tax: Decimal
    gross: Decimal


def split_tax(gross: Decimal, rate: int) -> Taxed:
    """Prices include tax: net is rounded, tax is the rest, so that nothing is lost."""
    net = rounded(gross * HUNDRED / (HUNDRED + rate))
    return Taxed(net, gross - net, gross)


def line_gross(quantity: int, price: Decimal, discount: Decimal = NOTHING) -> Decimal:
    """quantity × price less a discount in percent, rounded once."""
    return rounded(quantity * price * (HUNDRED - discount) / HUNDRED)


def share_of(gross: Decimal, part: int, whole: int) -> Decimal:
    """The value of some units of a line. Shares taken one after the other, each as the difference of two of these, sum to the whole."""
    return rounded(gross * part / whole)


def total(parts: Iterable[Taxed]) -> Taxed:
    """A document's sums are the sums of its lines, never a rounding of their own."""
    parts = list(parts)
    return Taxed(*(sum((getattr(part, name) for part in parts), NOTHING) for name in ("net", "tax", "gross")))


# Allocation ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What is still owed on one invoice."""

    id: int
    number: str
    due: date
    open: Decimal


Parts = list[tuple[int, Decimal]]


def oldest_first(amount: Decimal, items: Sequence[OpenItem]) -> Parts:
    """Pay what fell due first; the last one in part. What is left over stays on account."""
    parts: Parts = []
    for item in sorted(items, key=lambda item: (item.due, item.id)):
        part = min(amount, item.open)
        if part > 0:
            parts.append((item.id, part))
            amount -= part
    return parts


NAMED, EXACT, PREFIX, OLDEST, ON_ACCOUNT = "named", "exact", "prefix", "oldest", "on_account"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Which invoices a sum of money most likely pays, and why."""

    parts: Parts
    why: str


def propose(amount: Decimal, items: Sequence[OpenItem], text: str = "") -> Proposal:
    """Invoices named in the text; else the one invoice of exactly this amount; else the oldest ones that sum to it; else oldest first."""
    known = sorted(items, key=lambda item: (item.due, item.id))
    spoken = {found.upper() for found in re.findall(r"[A-Za-z]{2,4}-\d{4}-\d{4,}", text)}
    named = [item for item in known if item.number in spoken]
    if named:
        return Proposal(oldest_first(amount, named), NAMED)
    exact = [item for item in known if item.open == amount]
    if len(exact) == 1:
        return Proposal([(exact[0].id, amount)], EXACT)
    left = amount
    for item in known:
        left -= item.open
        if left == 0:
            return Proposal(oldest_first(amount, known), PREFIX)
        if left < 0:
            break
    parts = oldest_first(amount, known)
    return Proposal(parts, OLDEST if parts else ON_ACCOUNT)


# Aging --------------------------------------------------------------------------------------------

# (code, first day overdue, last day overdue); None is open-ended.
BUCKETS: tuple[tuple[str, int | None, int | None], ...] = (
    ("current", None, 0),
    ("d30", 1, 30),
    ("d60", 31, 60),
    ("d90", 61, 90),
    ("older", 91, None),
)


def days_overdue(due: date, today: date) -> int:
    """Days since the due date; 0 on the day itself and before."""
    return max(0, (today - due).days)


def bucket_of(due: date, today: date) -> str:
    """The aging bucket of what fell due on a day."""
    late = (today - due).days
    return next(
        code for code, first, last in BUCKETS if (first is None or late >= first) and (last is None or late <= last)
    )  # fmt: skip


def aging(items: Iterable[tuple[date, Decimal]], today: date) -> dict[str, Decimal]:
    """Bucket -> what is open in it, all buckets named."""
    sums = {code: NOTHING for code, _first, _last in BUCKETS}
    for due, amount in items:
        sums[bucket_of(due, today)] += amount
    return sums
