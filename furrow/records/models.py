"""Saved views. The import's tables stand in importing/models.py."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from furrow.kit.models import BaseModel
from furrow.records.importing.models import ImportBatch, ImportMapping, ImportRow

__all__ = ["ImportBatch", "ImportMapping", "ImportRow", "SavedView"]


class SavedView(BaseModel):
    """Filters, columns and sort of a list under a name; the owner's own, or shared with everybody."""

    record = models.CharField(max_length=40)
    name = models.CharField(_("Name"), max_length=40)
    query = models.CharField(max_length=2000)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    shared = models.BooleanField(_("Shared with everybody"), default=False)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["record", "owner", "name"], name="saved_view_once")]

    def __str__(self) -> str:
        return self.name
