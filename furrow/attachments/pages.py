"""The panel of files on a record's page, whatever the record."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext

from furrow.attachments.models import Attachment, Category
from furrow.attachments.services import MB, record_of
from furrow.records.record import Panel, may

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
