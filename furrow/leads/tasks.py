"""What the clock does for leads: one tick every few minutes, harmless however often it comes."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone, translation

from furrow.leads.feedback import escalate_overdue, recycle_idle
from furrow.leads.handover import make_due_sheets
from furrow.leads.table_models import WebKnock
from furrow.leads.tabling import collect_valid

KNOCKS_KEPT = timedelta(days=1)


def tick() -> None:
    """Make the sheets whose hour has come, escalate what is overdue, take back what lies idle, and on Monday count last week's list."""
    now = timezone.now()
    with translation.override(settings.LANGUAGE_CODE):
        make_due_sheets(now)
        escalate_overdue(now)
        recycle_idle(now)
        last_week = timezone.localdate(now) - timedelta(days=7)
        collect_valid(last_week, by=None)
        WebKnock.objects.filter(at__lt=now - KNOCKS_KEPT).delete()
