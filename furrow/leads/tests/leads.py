"""Leads for tests."""

from __future__ import annotations

from typing import Any

from furrow.leads import feedback, handover, services
from furrow.leads.course_models import SheetKind
from furrow.leads.models import Lead
from furrow.team.models import User
from tests.cast import Cast

_NUMBER = iter(range(10_000_000, 99_999_999))


def enter(by: User, name: str = "", **values: Any) -> Lead:
    """An inquiry by hotline."""
    number = next(_NUMBER)
    values.setdefault("phone", f"138{number}")
    channel = values.pop("channel", None) or services.shipped_channel("hotline")
    return services.record_lead(by=by, name=name or f"顺达通讯 {number}", channel=channel, **values)


def assigned(cast: Cast, to: User | None = None, **values: Any) -> Lead:
    """An inquiry the director gave to somebody."""
    lead = enter(cast.clerk, **values)
    return handover.assign_lead(lead, to or cast.rep, by=cast.director)


def valid(cast: Cast, to: User | None = None, **values: Any) -> Lead:
    lead = assigned(cast, to, **values)
    return feedback.report_lead(lead, "valid", by=lead.holder)


def sheet(cast: Cast) -> Any:
    return handover.make_sheet(SheetKind.NOW, by=cast.clerk)
