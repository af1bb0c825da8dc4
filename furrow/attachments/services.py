"""Every change of attachments: taken in, deleted and brought back, moved with a merge, erased for good."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.attachments import storage
from furrow.attachments.models import Attachment, Category
from furrow.attachments.sniffing import Unfit, clean_name, kind_of, previews_of
from furrow.kit import audit
from furrow.kit.models import AuditEntry
from furrow.records import record as records
from furrow.team.models import User

MOST_FILES = 200  # of one record
KEPT_DAYS = 30  # a deleted file can be brought back so long
PURGED_AT_ONCE = 50
MB = 1024 * 1024
MOVED = "attachments.files"  # in what a merge of customers remembers


def add_file(
    record: str, object_id: int, file: IO[bytes], name: str, *, by: User | None, category: str = ""
) -> Attachment:
    """Take a file for a record; callers have checked reach and right. Raises ValidationError for one that is empty, too large, of a
    kind that is not taken or already there, and where the record or the company has no room left."""
    size = _size_of(file)
    if size > settings.ATTACHMENT_MAX_BYTES:
        raise ValidationError(too_large())
    try:
        kind = kind_of(file)
        previews, edges = previews_of(file) if kind.is_picture else ({}, (None, None))
    except Unfit as problem:
        raise ValidationError(problem.message) from problem
    wanted = category if category in Category.values else ""
    chosen = wanted or (Category.PHOTO if kind.is_picture else Category.OTHER)
    stored, digest, size = storage.keep(file, previews)
    try:
        with transaction.atomic():
            _refuse(record, object_id, digest, size)
            made = Attachment.objects.create(
                record=record,
                object_id=object_id,
                name=clean_name(name, kind),
                category=chosen,
                media_type=kind.media_type,
                size=size,
                sha256=digest,
                stored_as=stored,
                width=edges[0],
                height=edges[1],
                by=by,
            )
            audit.record(made, "create", by=by, changes={"name": [None, made.name]})
    except BaseException:
        storage.remove([stored])
        raise
    purge_deleted()
    return made


def too_large() -> str:
    """What to say of a file beyond settings.ATTACHMENT_MAX_BYTES."""
    return _("The file is larger than %(limit)d MB. Make it smaller and choose it again.") % {
        "limit": settings.ATTACHMENT_MAX_BYTES // MB
    }


def _size_of(file: IO[bytes]) -> int:
    file.seek(0, 2)
    return file.tell()


def _refuse(record: str, object_id: int, digest: str, size: int) -> None:
    there = Attachment.objects.alive().filter(record=record, object_id=object_id)
    if same := there.filter(sha256=digest).first():
        raise ValidationError(_("“%(name)s” is the same file and there already") % {"name": same.name})
    if there.count() >= MOST_FILES:
        raise ValidationError(
            _("At most %(number)d files on one record. Delete one first.") % {"number": MOST_FILES}
        )
    if used_bytes() + size > settings.ATTACHMENT_QUOTA_BYTES:
        raise ValidationError(
            _(
                "All files together may take %(limit)d MB. Delete old ones, or ask an administrator for more room."
            )
            % {"limit": settings.ATTACHMENT_QUOTA_BYTES // MB}
        )


def used_bytes() -> int:
    """What all files of the company take, deleted ones that can come back included."""
    return Attachment.objects.aggregate(total=models.Sum("size"))["total"] or 0


@transaction.atomic
def delete_file(attachment: Attachment, *, by: User | None) -> None:
    """Delete softly; the bytes go after KEPT_DAYS."""
    _set_deleted(attachment, timezone.now())
    audit.record(attachment, "delete", by=by, note=attachment.name)


@transaction.atomic
def restore_file(attachment: Attachment, *, by: User | None) -> Attachment:
    """Take a deletion back."""
    _set_deleted(attachment, None)
    audit.record(attachment, "restore", by=by, note=attachment.name)
    return attachment


def _set_deleted(attachment: Attachment, at: Any) -> None:
    attachment.deleted_at = at
    attachment.version += 1
    attachment.updated_at = timezone.now()
    attachment.save(update_fields=["deleted_at", "version", "updated_at"])


def purge_deleted() -> int:
    """Remove some of the files that were deleted more than KEPT_DAYS ago, for good; how many."""
    long_ago = timezone.now() - timedelta(days=KEPT_DAYS)
    gone = list(Attachment.objects.filter(deleted_at__lt=long_ago)[:PURGED_AT_ONCE])
    _erase(gone)
    return len(gone)


# A record's files as a whole ----------------------------------------------------------------------


def files_of(record: str, object_ids: Iterable[int]) -> models.QuerySet[Attachment]:
    """All files of these records, deleted ones that can come back included: what an export of a person's data holds, what its
    erasure must remove."""
    return Attachment.objects.filter(record=record, object_id__in=list(object_ids)).order_by("pk")


def erase_files_of(record: str, object_ids: Iterable[int]) -> int:
    """Remove all files of these records for good: bytes, previews, rows and the names in the audit trail. Returns how many.

    The bytes go once the transaction is committed."""
    return erase_files(files_of(record, object_ids))


def erase_files(rows: models.QuerySet[Attachment]) -> int:
    """As `erase_files_of`, of these rows."""
    with transaction.atomic():
        gone = list(rows.select_for_update())
        AuditEntry.objects.filter(
            model=Attachment._meta.label_lower, object_id__in=[one.pk for one in gone]
        ).update(changes={}, note="")
        _erase(gone)
    return len(gone)


def _erase(gone: list[Attachment]) -> None:
    names = [one.stored_as for one in gone]
    Attachment.objects.filter(pk__in=[one.pk for one in gone]).delete()
    transaction.on_commit(lambda: storage.remove(names))


@transaction.atomic
def move_files(record: str, gone: int, kept: int) -> list[int]:
    """When two records become one: the files go to the one kept. Returns their ids, for `move_back`."""
    rows = Attachment.objects.filter(record=record, object_id=gone)
    ids = list(rows.values_list("pk", flat=True))
    rows.update(object_id=kept)
    return ids


@transaction.atomic
def move_back(ids: Iterable[int], gone: int) -> None:
    """Take `move_files` back."""
    Attachment.objects.filter(pk__in=list(ids)).update(object_id=gone)


def record_of(thing: models.Model) -> records.Record | None:
    """The kind of record a thing is, if it is one."""
    return next((one for name in settings.RECORDS if (one := records.get(name)).model is type(thing)), None)


def customers_merged(merge: Any) -> None:
    """Two customers became one: the files follow, and the merge remembers which, for its undo."""
    if ids := move_files("customers", merge.gone_id, merge.kept_id):
        merge.moved[MOVED] = ids
        merge.save(update_fields=["moved"])


def merge_undone(merge: Any) -> None:
    """They are two again: the files that followed go back."""
    move_back(merge.moved.get(MOVED, []), merge.gone_id)
