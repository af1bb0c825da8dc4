"""A file that belongs to a record of any room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.attachments import storage
from furrow.kit.models import Deletable
from furrow.records import record as records
from furrow.team.models import User


class Category(models.TextChoices):
    """What the file is to us."""

    CONTRACT = "contract", _("Contract copy")
    LICENCE = "licence", _("License or certificate")
    PHOTO = "photo", pgettext_lazy("attachment", "Photo")
    OTHER = "other", pgettext_lazy("attachment", "Other")


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Files, narrowed as the records they belong to."""

    def alive(self) -> AttachmentQuerySet:
        return self.filter(deleted_at=None)

    def visible_to(self, user: User) -> AttachmentQuerySet:
        """Living files of records the user may see."""
        return self.alive().filter(_within_reach(user))

    def deleted_within_reach(self, user: User) -> AttachmentQuerySet:
        """Softly deleted files that would be visible to the user."""
        return self.exclude(deleted_at=None).filter(_within_reach(user))


def _within_reach(user: User) -> models.Q:
    """A file follows its record: same right, same rows."""
    condition = models.Q(pk__in=[])
    for name in settings.RECORDS:
        record = records.get(name)
        if user.may(record.right("view")):
            manager: Any = record.model._default_manager
            rows = manager.visible_to(user)
            # Row by row through the primary key: a list of all ids in reach would be a million long.
            condition |= models.Q(
                models.Exists(rows.order_by().filter(pk=models.OuterRef("object_id"))), record=name
            )
    return condition


class Attachment(Deletable):
    """One file. `record` is the name of a kind of record (settings.RECORDS), `object_id` the record's id; `stored_as` the unguessable
    name below the company's folder, previews beside it."""

    record = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    name = models.CharField(_("File name"), max_length=140)
    category = models.CharField(_("Category"), max_length=10, choices=Category, default=Category.OTHER)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("Size"))
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=40, unique=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("Attachment")
        indexes = [models.Index(fields=["record", "object_id", "-id"], name="attachment_of")]

    if TYPE_CHECKING:
        by_id: int | None

    def __str__(self) -> str:
        return self.name

    @property
    def thumb_inline(self) -> str:
        """The small preview as a data: address, for papers; "" for a file that is no picture."""
        return storage.inline(self.stored_as, "thumb") if self.has_preview else ""

    @property
    def has_preview(self) -> bool:
        return self.width is not None
