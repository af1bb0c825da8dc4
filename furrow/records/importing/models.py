"""One import of a file, the outcome of each of its rows, and what was once said about files with the same header."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from furrow.kit.models import BaseModel, Job

UNDO_DAYS = 14


class Outcome(models.TextChoices):
    """What becomes, or would become, of a row; in the order of the tabs."""

    CREATED = "created", pgettext_lazy("import", "Created")
    UPDATED = "updated", pgettext_lazy("import", "Updated")
    DUPLICATE = "duplicate", _("Possible duplicates")
    ERROR = "error", _("Errors")
    UNCHANGED = "unchanged", _("Unchanged")


UNDONE, KEPT = "undone", "kept"


class Decision(models.TextChoices):
    """What a person says about a possible duplicate."""

    UPDATE = "update", _("Merge")
    CREATE = "create", _("Keep both")
    SKIP = "skip", _("Skip")


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    """Imports, narrowed."""

    def visible_to(self, user: Any) -> ImportBatchQuerySet:
        """The user's own; all of them for an administrator."""
        return self if user.role == "administrator" else self.filter(by=user)


class ImportBatch(BaseModel):
    """One file on its way in.

    `position` is the last sheet row (from 1) the current pass has dealt with: all up to it is committed, nothing after it.
    `header_row` is the sheet row of the header, 0 when there is none. `columns`: field -> index of the column read.
    `preview`: what the matching page shows, see files.Preview. `counts`: outcome -> rows.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Columns not matched yet")
        CHECKING = "checking", _("Checking")
        CHECKED = "checked", _("Checked, not imported yet")
        RUNNING = "running", _("Importing")
        DONE = "done", _("Imported")
        UNDOING = "undoing", _("Undoing")
        UNDONE = "undone", _("Undone")

    record = models.CharField(max_length=40)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    language = models.CharField(
        max_length=10, blank=True
    )  # in which the person worked: messages are kept in it
    filename = models.CharField(max_length=200)
    stored_as = models.CharField(max_length=60)
    sheet = models.CharField(max_length=200, blank=True)
    preview = models.JSONField(default=dict)
    header_row = models.PositiveIntegerField(default=0)
    columns = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    position = models.PositiveIntegerField(default=0)
    row_count = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    seconds = models.FloatField(default=0.0)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    finished_at = models.DateTimeField(null=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["record", "by", "-id"], name="import_batch_mine")]

    if TYPE_CHECKING:
        by_id: int | None
        job_id: int | None

    def __str__(self) -> str:
        return self.filename or str(_("Pasted table"))

    @property
    def path(self) -> Path:
        """Where the uploaded bytes lie; private, never served."""
        return Path(settings.MEDIA_ROOT) / "imports" / self.stored_as

    @property
    def is_busy(self) -> bool:
        """Whether a pass is under way or waits for a worker."""
        return self.state in {self.State.CHECKING, self.State.RUNNING, self.State.UNDOING}

    @property
    def whole_seconds(self) -> int:
        """Seconds the last pass took, at least one."""
        return max(1, round(self.seconds))

    @property
    def undo_until(self) -> datetime | None:
        """The moment after which the batch can no longer be undone; None before it was imported."""
        return self.finished_at + timedelta(days=UNDO_DAYS) if self.finished_at else None

    @property
    def can_undo(self) -> bool:
        written = self.counts.get(Outcome.CREATED, 0) + self.counts.get(Outcome.UPDATED, 0)
        until = self.undo_until
        return self.state == self.State.DONE and written > 0 and until is not None and timezone.now() <= until

    def count(self, outcome: str) -> int:
        """Rows with this outcome."""
        return int(self.counts.get(outcome, 0))


class ImportRow(models.Model):
    """The outcome of one row. `number` is the row of the sheet, from 1.

    `messages`: [{"field", "value", "text", "suggestion" (may be missing), "level": "error" | "warning" | "info"}], the field by
    name; info tells what the row holds beside its title.
    `fixes`: field -> corrected text, taken instead of the cell; `pending`: corrected or decided, not gone through yet. `before`: the record's values before this row changed them;
    with `version`, the record's version after, undo knows whether somebody changed it since.
    """

    # Written a hundred thousand at a time under the batch's lock: the constraint and an index of its own would only cost time.
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.CASCADE, related_name="rows", db_constraint=False, db_index=False
    )
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    title = models.CharField(max_length=120, blank=True)
    record_id = models.BigIntegerField(null=True)
    matched_id = models.BigIntegerField(null=True)
    matched_row = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=20, blank=True)  # of the match; UNDONE or KEPT after an undo
    messages = models.JSONField(default=list)
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    pending = models.BooleanField(default=False)
    fixes = models.JSONField(default=dict)
    before = models.JSONField(null=True)
    version = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="import_row_once")]
        indexes = [models.Index(fields=["batch", "outcome", "number"], name="import_row_tab")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.number} {self.outcome}"

    if TYPE_CHECKING:
        batch_id: int


class ImportMapping(models.Model):
    """How the company last matched the columns of files with this header, and the options it chose."""

    record = models.CharField(max_length=40)
    signature = models.CharField(max_length=64)
    columns = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "signature"], name="import_mapping_once")]

    def __str__(self) -> str:
        return f"{self.record} {self.signature[:8]}"
