"""The panel of files on a record's page, whatever the record."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from furrow.attachments.models import Attachment, Category
from furrow.attachments.services import MB, record_of
from furrow.customers.models import Customer
from furrow.customers.timeline import Event, TimelineRead, Window
from furrow.records.record import Panel, may
from furrow.team.models import User

SHOWN = 60


def files_panel(request: HttpRequest, thing: models.Model) -> Panel | None:
    """Files of the record, latest first; adding and deleting for those who may change the record."""
    record = record_of(thing)
    if record is None or not may(request, record.right("view")):
        return None
    user: Any = request.user
    files = Attachment.objects.visible_to(user).filter(record=record.name, object_id=thing.pk)
    context = {
        "record": record.name,
        "thing": thing,
        "files": list(files.select_related("by").order_by("-pk")[:SHOWN]),
        "may_change": may(request, record.right("change")),
        "categories": Category.choices,
        "limit": settings.ATTACHMENT_MAX_BYTES // MB,
    }
    return Panel("files", gettext("Attachments"), "attachments/_panel.html", context, order=60)


def timeline_events(customer: Customer, user: User, window: Window, limit: int) -> list[Event]:
    """Source of a customer's timeline: files added to it; who may see the customer may see these."""
    return [
        Event(at, pk, "paperclip", gettext("File added"), who=who or "", text=name, url=reverse("attachments:download", args=[pk]))
        for at, pk, who, name in _EVENTS.of(customer, user, window, limit)
    ]  # fmt: skip


def _files(_user: User) -> models.QuerySet[Attachment]:
    return Attachment.objects.alive().filter(record="customers").annotate(customer=models.F("object_id"))


_EVENTS = TimelineRead(_files, *("by__name", "name"), at="created_at")
