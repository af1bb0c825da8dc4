"""Photos from phones: they come in pieces and go on where they stopped; whole, they are looked at and put to the visit they belong to."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.attachments import services as attachments
from furrow.attachments.models import Attachment, Category
from furrow.attachments.sniffing import Unfit, kind_of
from furrow.field.models import FieldCommand, PhotoUpload
from furrow.kit.phone import Command, Payload
from furrow.leads.table_models import ColdVisit
from furrow.team.models import User
from furrow.visits import checks
from furrow.visits.phone import record_of

PIECE_MAX = 512 * 1024
KEPT = timedelta(days=14)  # of a photo nobody asked for again


class Elsewhere(Exception):
    """The piece does not begin where the photo ends; `received` says where that is."""

    def __init__(self, received: int) -> None:
        super().__init__(received)
        self.received = received


def _path(upload: PhotoUpload) -> Path:
    return Path(settings.MEDIA_ROOT) / "phone" / f"{upload.client_id.hex}.part"


@transaction.atomic
def take_piece(user: User, client_id: UUID, *, size: int, offset: int, piece: bytes) -> PhotoUpload:
    """Add a piece at `offset`; the last one completes the photo and has it looked at. Raises Elsewhere for a piece that does not fit
    on, ValidationError for a photo too large, of somebody else, or that is none."""
    upload = PhotoUpload.objects.select_for_update().filter(client_id=client_id).first()
    if upload is None:
        if not 0 < size <= settings.ATTACHMENT_MAX_BYTES:
            raise ValidationError(attachments.too_large() if size > 0 else _("The file is empty"))
        _sweep(user)
        upload = PhotoUpload.objects.create(client_id=client_id, by=user, size=size)
    if upload.by_id != user.pk or upload.size != size:
        raise ValidationError(_("This photo belongs to another upload"))
    if upload.refused:
        raise ValidationError(upload.refused)
    if upload.received == upload.size:
        return upload
    if offset != upload.received or len(piece) > PIECE_MAX or offset + len(piece) > size:
        raise Elsewhere(upload.received)
    _write(upload, piece)
    upload.received += len(piece)
    if upload.received == upload.size:
        upload.refused = _wrong_with(upload)
    upload.save(update_fields=["received", "refused"])
    return upload


def _write(upload: PhotoUpload, piece: bytes) -> None:
    """At the offset the database knows: what a broken request wrote beyond it is written over."""
    path = _path(upload)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        file.seek(upload.received)
        file.write(piece)
        file.truncate()


def _wrong_with(upload: PhotoUpload) -> str:
    """Why a whole photo is not taken, "" when it is."""
    path = _path(upload)
    try:
        with path.open("rb") as file:
            kind = kind_of(file)
            if not kind.is_picture and not kind.is_sound:
                raise Unfit(_("This is not a photo"))
    except (Unfit, OSError) as problem:
        path.unlink(missing_ok=True)
        return (
            problem.message
            if isinstance(problem, Unfit)
            else _("The photo got lost on our side. Take it again.")
        )
    return ""


def _sweep(user: User) -> None:
    """Remove this person's photos that were begun long ago and never asked for."""
    for old in PhotoUpload.objects.filter(by=user, attachment=None, created_at__lt=timezone.now() - KEPT):
        _path(old).unlink(missing_ok=True)
        old.delete()


def attach(command: Command) -> dict[str, Any]:
    """photo.attach: photo, visit, cold or added (id of the message of a cold visit or a new customer), name; with check (id of the message of
    a store check) and item it is the photo of what was scored. Puts a whole photo or spoken note to its record."""
    payload = Payload(command.payload)
    upload = (
        PhotoUpload.objects.select_for_update()
        .filter(client_id=payload.identity("photo", _("Photo")), by=command.by)
        .first()
    )
    place = _place_of(command, payload)
    if upload is None or not upload.is_whole:
        raise ValidationError(
            upload.refused if upload and upload.refused else _("The photo has not arrived whole")
        )
    item = None
    if payload.data.get("check"):
        item = checks.scored_item(payload.identity("check", _("Store check")), payload.text("item", 12, _("Item")), by=command.by)  # fmt: skip
    if upload.attachment is None:
        kept = _kept(command.by, upload, *place, payload)
        if item is not None:
            checks.add_photo(item, kept, by=command.by)
        upload.attachment = kept.pk
        upload.save(update_fields=["attachment"])
        transaction.on_commit(lambda: _path(upload).unlink(missing_ok=True))
    return {"id": upload.attachment, "version": 1}


def _place_of(command: Command, payload: Payload) -> tuple[str, int]:
    """The record a file belongs to: the contact record of a visit, or the lead that a cold visit brought."""
    if payload.data.get("cold"):
        client_id = str(payload.identity("cold", _("Cold visit")))
        visit = ColdVisit.objects.filter(client_id=client_id, by=command.by, lead__deleted_at=None).first()
        if visit is None:
            raise ValidationError(_("The cold visit of this file is not there. It was refused or deleted."))
        return "leads", visit.lead_id
    if payload.data.get("added"):
        sent = payload.identity("added", _("Customer"))
        made = FieldCommand.objects.filter(client_id=sent, by=command.by, name="customer.add").first()
        if made is None or made.outcome != FieldCommand.Outcome.ACCEPTED:
            raise ValidationError(_("The new customer of this photo is not there. It was refused."))
        return "customers", int(made.answer["id"])
    record = record_of(command.by, payload.identity("visit", _("Visit")))
    if record is None:
        raise ValidationError(_("The contact record of this photo is not there. It was refused or deleted."))
    return "visits", record.pk


def _kept(user: User, upload: PhotoUpload, record: str, record_id: int, payload: Payload) -> Attachment:
    name = payload.text("name", 120, _("File name")) or _("Photo")
    with _path(upload).open("rb") as file:
        category = Category.PHOTO if kind_of(file).is_picture else Category.OTHER
        return attachments.add_file(record, record_id, file, name, by=user, category=category)
