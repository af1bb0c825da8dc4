"""Signs of a false position, and what to take along to a visit, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from furrow.visits import rules

SIGNS: dict[str, Any] = {
    rules.TOO_GOOD: _("The accuracy is better than any phone's"),
    rules.ON_THE_DOT: _("Exactly the stored position of the outlet, to the last digit"),
    rules.TOO_FAST: _("Too far from the check-in before for the time between"),
    rules.STALE: _("The position was taken long before the check-in"),
}


def sign_words(sign: str) -> str:
    """What speaks against a position."""
    return str(SIGNS.get(sign, sign))


# What to take along and to have ready, by visit type as shipped (P4.8).
CHECKLISTS: dict[str, tuple[Any, ...]] = {
    rules.ROUTINE: (_("Samples"), _("Product material"), _("Price list"), _("Order form"), _("Cards")),
    rules.FIRST: (_("Samples"), _("Company and product material"), _("Quotation"), _("Contract"), _("Cards"), _("A small gift")),
    rules.COLLECTING: (_("Statement of account"), _("Receipt book"), _("Order and delivery notes"), _("Contract")),
    rules.STORE_CHECK: (_("POP material"), _("Price tags"), _("Cleaning cloth"), _("Check list of last time")),
    rules.RETURN: (_("What was promised last time"), _("Product material"), _("A small gift")),
    rules.COLD: (_("Samples"), _("Company and product material"), _("Cards")),
}  # fmt: skip


def checklist_of(visit_type: str) -> list[str]:
    """What to take along as shipped, in the reader's language."""
    return [str(item) for item in CHECKLISTS.get(visit_type, ())]
