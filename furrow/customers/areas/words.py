"""Areas in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from furrow.customers.areas.queries import Area
from furrow.customers.areas.rules import Standing


def level_words(area: Area) -> str:
    """The level of customer sought; "" without a plan."""
    return str(area.plan.get_level_sought_display()) if area.plan and area.plan.level_sought else ""


def standing_words(area: Area) -> str:
    """Where the area stands, in one or two words."""
    return {
        Standing.OPEN: _("Open for selling"),
        Standing.READY: _("Ready to open"),
        Standing.GATHERING: _("Archives incomplete"),
        Standing.UNPLANNED: _("No plan"),
    }[area.standing]
