"""Attachments over HTTP: the same reach, checks and services as the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile

from furrow.attachments import services
from furrow.attachments.models import Attachment
from furrow.records import record as records
from furrow.records.record import require

router = Router(tags=["attachments"])


class FileOut(Schema):
    """A file; `url` gives its bytes to whoever is signed in on the pages."""

    id: int
    name: str
    category: str
    media_type: str
    size: int
    created_at: datetime
    url: str

    @staticmethod
    def resolve_url(attachment: Attachment) -> str:
        return reverse("attachments:download", args=[attachment.pk])


def _thing(request: HttpRequest, record: str, pk: int, verb: str) -> records.Record:
    """The kind of record, when the one asked for is in reach."""
    if record not in settings.RECORDS:
        raise Http404
    found = records.get(record)
    require(request, found.right(verb))
    get_object_or_404(found.rows(request), pk=pk)
    return found


@router.get("/{slug:record}/{int:pk}", response=list[FileOut])
def list_files(request: HttpRequest, record: str, pk: int) -> list[Attachment]:
    """The files of one record, latest first; a record's name is that of its list, like customers."""
    _thing(request, record, pk, "view")
    user: Any = request.user
    return list(Attachment.objects.visible_to(user).filter(record=record, object_id=pk).order_by("-pk")[:200])


@router.post("/{slug:record}/{int:pk}", response={201: FileOut})
def add_file(request: HttpRequest, record: str, pk: int, file: File[UploadedFile]) -> Status[Attachment]:
    """Take a file (multipart, field `file`); 422 says why one is not taken."""
    found = _thing(request, record, pk, "change")
    user: Any = request.user
    return Status(201, services.add_file(found.name, pk, file, file.name or "", by=user))


@router.delete("/{int:pk}", response={204: None})
def delete_file(request: HttpRequest, pk: int) -> Status[None]:
    """Delete softly; the pages can bring it back for a while."""
    user: Any = request.user
    found = get_object_or_404(Attachment.objects.visible_to(user), pk=pk)
    _thing(request, found.record, found.object_id, "change")
    services.delete_file(found, by=user)
    return Status(204, None)
