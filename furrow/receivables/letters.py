"""Letters of the ladder 催款函 (P6.3): friendlier at the foot, plainer above. Text that leaves the house uses 您 and 贵公司."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from furrow.kit.figures import day_words, money
from furrow.receivables.collecting_models import Level


@dataclass(frozen=True, slots=True)
class Letter:
    """Title and paragraphs."""

    title: str
    paragraphs: tuple[str, ...]


# level: title, what we say, days we give
_LETTERS: dict[int, tuple[Any, Any, int]] = {
    Level.REMIND: (
        _("Payment reminder"),
        _("The invoices listed below fell due and we have not seen the payment yet. It may have been overlooked, or have crossed this letter; then please take this as settled. Otherwise we ask you to pay by %(day)s."),
        7,
    ),
    Level.CALL: (
        _("Second payment reminder"),
        _("After our reminder the invoices listed below are still open. Please pay by %(day)s, or tell us by when we may expect the payment and whom to speak to about it."),
        7,
    ),
    Level.VISIT: (
        _("Request for payment"),
        _("The invoices listed below are well overdue. Our colleague will call on you to settle them; please have the payment ready by %(day)s, or agree the dates of the installments in writing."),
        7,
    ),
    Level.MANAGER: (
        _("Urgent request for payment"),
        _("In spite of several requests the invoices listed below remain unpaid. We ask your management to see to the payment by %(day)s. Until then new orders can be delivered against payment in advance only."),
        7,
    ),
    Level.STOP: (
        _("Notice of stopped supply"),
        _("As the invoices listed below are still unpaid, we have stopped deliveries from today. They go on as soon as the overdue amount has been received, by %(day)s at the latest."),
        10,
    ),
    Level.LEGAL: (
        _("Final demand before legal steps"),
        _("This is our last request to pay the overdue amount in full by %(day)s. After that day we shall claim it in court, with interest and costs as the contract and the law provide."),
        15,
    ),
}  # fmt: skip


def letter(level: int, customer: str, overdue: Decimal, today: date) -> Letter:
    """The letter of one rung; `customer` is who it is written to."""
    title, body, days = _LETTERS[level]
    opening = _("To %(customer)s:") % {"customer": customer}
    owed = _("As of %(today)s, %(amount)s of our invoices to you is overdue.") % {
        "today": day_words(today),
        "amount": money(overdue),
    }
    until = str(body) % {"day": day_words(today + timedelta(days=days))}
    return Letter(str(title), (str(opening), str(owed), until, str(_("Thank you for your attention."))))
