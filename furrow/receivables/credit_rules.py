"""Pure rules of credit control (P6.2): which terms hold, what a customer's exposure is, why an order is held."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

CUSTOMER, CLASS, COMPANY = "customer", "class", "company"


@dataclass(frozen=True, slots=True)
class Given:
    """What one level says; None leaves it to the next."""

    limit: Decimal | None = None
    term_days: int | None = None
    grade: str = ""
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms in force, and which level each comes from."""

    limit: Decimal
    term_days: int
    limit_from: str
    term_from: str
    grade: str = ""
    expires: date | None = None


def terms_of(own: Given | None, of_class: Given | None, company: Given) -> Terms:
    """Customer (until it expires) → class from the 5C assessment → company, each figure by itself."""
    levels = [(CUSTOMER, own), (CLASS, of_class), (COMPANY, company)]

    def first(name: str) -> tuple[Any, str]:
        return next(
            (getattr(given, name), level)
            for level, given in levels
            if given is not None and getattr(given, name) is not None
        )

    limit, limit_from = first("limit")
    term, term_from = first("term_days")
    grade, expires = of_class.grade if of_class else "", own.expires if own else None
    return Terms(limit, term, limit_from, term_from, grade, expires)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a customer stands: everything they would owe if all that is on its way arrived, and how they pay."""

    invoices: Decimal
    delivered: Decimal  # not invoiced yet
    ordered: Decimal  # confirmed, not delivered yet
    on_account: Decimal
    days_overdue: int = 0
    overdue: Decimal = Decimal(0)
    broken_promises: int = 0
    stopped: bool = False

    @property
    def exposure(self) -> Decimal:
        """Open invoices + delivered not invoiced + ordered not delivered − on account."""
        return self.invoices + self.delivered + self.ordered - self.on_account


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What the company bears: days a payment may be late, promises that may be broken, before an order is held."""

    days_overdue: int
    broken_promises: int


OVER_LIMIT, OVERDUE, BROKEN, STOPPED = "limit", "overdue", "promises", "stopped"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a hold with its figure: yuan over the limit, days overdue, promises broken."""

    code: str
    figure: Decimal


def kept(reasons: list[Reason]) -> str:
    """The reasons as an order keeps them, free of any language: limit=1200.00;overdue=12"""
    return ";".join(f"{reason.code}={reason.figure}" for reason in reasons)


def from_kept(text: str) -> list[Reason]:
    """The way back from `kept`. Raises ValueError for anything else."""
    found = re.findall(rf"({STOPPED}|{OVER_LIMIT}|{OVERDUE}|{BROKEN})=(\d+(?:\.\d+)?)", text)
    reasons = [Reason(code, Decimal(figure)) for code, figure in found]
    if kept(reasons) != text:
        raise ValueError(text)
    return reasons


def hold_reasons(
    position: Position, terms: Terms, tolerance: Tolerance, extra: Decimal = Decimal(0)
) -> list[Reason]:
    """Why an order worth `extra` (beyond what the position counts already) is held; empty: it may go."""
    reasons = []
    if position.stopped:
        reasons.append(Reason(STOPPED, Decimal(0)))
    over = position.exposure + extra - terms.limit
    if over > 0:
        reasons.append(Reason(OVER_LIMIT, over))
    if position.days_overdue > tolerance.days_overdue:
        reasons.append(Reason(OVERDUE, Decimal(position.days_overdue)))
    if position.broken_promises > tolerance.broken_promises:
        reasons.append(Reason(BROKEN, Decimal(position.broken_promises)))
    return reasons
