"""Base model, audit entry and background job. Region, WorkDay and CalendarYear stand in their own modules."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class BaseModel(models.Model):
    """A business record: when it was made and last changed, and a version that rises with every change."""

    created_at = models.DateTimeField(_("Created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("Changed"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class Deletable(BaseModel):
    """A business record that is only ever deleted softly; `deleted_at` is empty while it lives."""

    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True


class AuditEntry(models.Model):
    """One change of one thing: who, when, what, with old and new values. Written by the services, never changed."""

    at = models.DateTimeField(default=timezone.now)
    # Written with every change and read by thing only: people are never deleted, and an index by person would only cost time.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    action = models.CharField(max_length=40)
    model = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    changes = models.JSONField(default=dict)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["model", "object_id", "-id"], name="audit_thing")]

    def __str__(self) -> str:
        return f"{self.action} {self.model} {self.object_id}"


class Job(models.Model):
    """Long work done by a worker, in steps that end by themselves; the page watching it reads this row."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("In progress")
        DONE = "done", _("Done")
        FAILED = "failed", _("Stopped by an error")
        CANCELLED = "cancelled", _("Canceled")

    kind = models.CharField(max_length=40)
    company = models.CharField(max_length=60, default="main")
    # Of who started it: the messages are written by the worker.
    language = models.CharField(max_length=10, blank=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="children")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    subject_id = models.BigIntegerField(null=True)
    params = models.JSONField(default=dict)
    status = models.CharField(max_length=12, choices=Status, default=Status.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    cancel_requested = models.BooleanField(default=False)
    lease = models.CharField(max_length=32, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "subject_id", "-id"], name="job_subject")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id} {self.status}"

    @property
    def is_over(self) -> bool:
        return self.status in {self.Status.DONE, self.Status.FAILED, self.Status.CANCELLED}

    @property
    def percent(self) -> int:
        """Share done, 0 to 100."""
        return min(100, round(100 * self.done / self.total)) if self.total else 0

    @property
    def seconds(self) -> int:
        """Seconds since the first step began."""
        end: Any = self.finished_at or timezone.now()
        return int((end - self.started_at).total_seconds()) if self.started_at else 0


# Django finds models through this module; they need nothing from it, so the order does not matter.
from furrow.kit.places import Region  # noqa: E402, F401
from furrow.kit.workcalendar import CalendarYear, WorkDay  # noqa: E402, F401
