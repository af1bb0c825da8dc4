"""Codes of the rules in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from furrow.kit.figures import money, number
from furrow.receivables import collecting_rules as collecting
from furrow.receivables import credit_rules as credit
from furrow.receivables import rules
from furrow.receivables.collecting_rules import Risk
from furrow.receivables.credit_rules import Reason

BUCKETS: dict[str, Any] = {
    "current": gettext_lazy("Not due"),
    "d30": gettext_lazy("1–30 days"),
    "d60": gettext_lazy("31–60 days"),
    "d90": gettext_lazy("61–90 days"),
    "older": gettext_lazy("Over 90 days"),
}
LEVELS = {
    credit.CUSTOMER: gettext_lazy("set singly"),
    credit.CLASS: gettext_lazy("credit class"),
    credit.COMPANY: gettext_lazy("company default"),
}
PROPOSAL = gettext_lazy("Proposed are the invoices named, else those of this amount, else the oldest")
WHY_PROPOSED = {
    rules.NAMED: gettext_lazy("The invoice number is named"),
    rules.EXACT: gettext_lazy("One open invoice has exactly this amount"),
    rules.PREFIX: gettext_lazy("The oldest invoices come to exactly this amount"),
    rules.OLDEST: gettext_lazy("Oldest invoices first"),
    rules.ON_ACCOUNT: gettext_lazy("Nothing is open: on account"),
}
WHY_TODAY = {
    collecting.PAY_DAY: gettext_lazy("Paying day"),
    collecting.NEAR: gettext_lazy("Paying day is near"),
    collecting.WAGES: gettext_lazy("Wage day: the till is empty"),
    collecting.PLAIN: "",
}
STATES = {
    "open": gettext_lazy("Open promise"),
    "kept": gettext_lazy("Kept"),
    "broken": gettext_lazy("Broken"),
    "withdrawn": gettext_lazy("Withdrawn"),
}


def reason_words(reason: Reason) -> str:
    """One reason for a hold in words."""
    figure = int(reason.figure)
    if reason.code == credit.OVER_LIMIT:
        return _("over the credit limit by %(amount)s") % {"amount": money(reason.figure)}
    if reason.code == credit.OVERDUE:
        return ngettext("%(n)s day overdue", "%(n)s days overdue", figure) % {"n": number(figure)}
    if reason.code == credit.BROKEN:
        return ngettext("%(n)s broken promise", "%(n)s broken promises", figure) % {"n": number(figure)}
    return _("supply is stopped")


def reasons_words(reasons: list[Reason]) -> str:
    """All of them, in one line."""
    return _("; ").join(map(reason_words, reasons))


def kept_words(text: str) -> str:
    """Kept reasons in the reader's language; words that were kept as words are told as they stand."""
    try:
        return reasons_words(credit.from_kept(text))
    except ValueError:
        return text


def risk_words(risk: Risk) -> str:
    """What a risk is made of: never a number without its reason."""
    if not risk.paid:
        return _("No payments yet: the usual share of late payers is assumed")
    said = ngettext(
        "%(late)s of %(paid)s invoice paid late", "%(late)s of %(paid)s invoices paid late", risk.paid
    ) % {"late": number(risk.late), "paid": number(risk.paid)}
    if risk.late and risk.recent_late > risk.late / risk.paid + 0.05:
        said = _("%(said)s, more often lately") % {"said": said}
    return said
