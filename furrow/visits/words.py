"""Signs of a false position in words."""

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
