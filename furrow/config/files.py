"""Files in a customer's timeline. The rooms of files and of customers stand side by side and know nothing of each other."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from furrow.attachments.models import Attachment
from furrow.customers.models import Customer
from furrow.customers.timeline import Event, TimelineRead, Window
from furrow.team.models import User


def timeline_events(customer: Customer, user: User, window: Window, limit: int) -> list[Event]:
    """Source of a customer's timeline: files added to it."""
    return [
        Event(at, pk, "paperclip", _("File added"), who=who or "", text=name, url=reverse("attachments:download", args=[pk]))
        for at, pk, who, name in _EVENTS.of(customer, user, window, limit)
    ]  # fmt: skip


_EVENTS = TimelineRead(
    lambda user: (
        Attachment.objects.visible_to(user)
        .filter(record="customers")
        .annotate(customer=models.F("object_id"))
    ),
    *("by__name", "name"),
    at="created_at",
)
