"""Every step a person takes with an import. The work itself is done by the engine, at once for small files, else by a worker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from furrow.kit import jobs
from furrow.kit.figures import listed
from furrow.kit.sheets import SheetError
from furrow.records.importing import engine, files, kept
from furrow.records.importing.models import Decision, ImportBatch, ImportMapping, ImportRow, Outcome

AT_ONCE = 2000  # rows checked within the request
State = ImportBatch.State


class GoneOn(ValidationError):
    """The batch is further on than the caller saw: twice clicked, or another window."""

    def __init__(self) -> None:
        super().__init__(_("This import has gone on meanwhile. Look at its present state and choose again."))


def take_file(record: str, pieces: Iterable[bytes], filename: str, *, by: Any) -> ImportBatch:
    """Keep an uploaded file and match its columns as far as they are known. Raises SheetError, keeping nothing, for a bad file."""
    batch = ImportBatch(
        record=record,
        by=by,
        language=get_language() or settings.LANGUAGE_CODE,
        filename=filename[-200:],
        stored_as=files.store(pieces),
    )
    try:
        files.look(batch, engine.importer_of(batch))
        _recall(batch)
        batch.save()
    except BaseException:
        kept.remove(batch.path)
        raise
    return batch


def choose_sheet(batch: ImportBatch, sheet: str) -> None:
    """Take another sheet of the workbook. Raises SheetError when it is empty."""
    if sheet not in batch.preview["sheets"]:
        raise SheetError(_("The workbook has no such sheet. Choose one of the list."))
    batch.sheet = sheet
    files.look(batch, engine.importer_of(batch))
    _recall(batch)
    _save_matching(batch)


def choose_header(batch: ImportBatch, row: int) -> None:
    """Take another row as the header; 0 for none."""
    if not 0 <= row <= len(batch.preview["head"]):
        raise SheetError(
            _("The header must stand in the first %(count)d rows.") % {"count": len(batch.preview["head"])}
        )
    files.use_header(batch, row, engine.importer_of(batch))
    _recall(batch)
    _save_matching(batch)


@transaction.atomic
def _save_matching(batch: ImportBatch) -> None:
    """Raises GoneOn when the batch is matched by now: its rows tell what an undo puts back."""
    _held(batch, State.UPLOADED)
    batch.save()


def _recall(batch: ImportBatch) -> None:
    """Match the columns as the company did last time with this header."""
    known = ImportMapping.objects.filter(
        record=batch.record, signature=files.signature(batch.preview["names"])
    ).first()
    if known is not None and batch.header_row:
        width = len(batch.preview["names"])
        batch.columns = {field: column for field, column in known.columns.items() if column < width}
        batch.options = dict(known.options)


def match(
    batch: ImportBatch,
    columns: Mapping[str, int],
    options: Mapping[str, Any],
    *,
    by: Any,
    at_once: bool | None = None,
    check: bool = True,
) -> None:
    """Set columns and options, remember them for this header, and check the file: small ones at once, else by a worker. Without `check`
    it is ready to be imported unseen: the import itself checks every row.

    Raises ValidationError for what is missing, GoneOn when the file is matched already.
    """
    if at_once is None:
        at_once = files.data_row_count(batch) < AT_ONCE
    importer = engine.importer_of(batch)
    missing = [
        str(field.label) for field in importer.all_fields() if field.required and field.name not in columns
    ]
    if missing:
        raise ValidationError(_("Choose the column for: %(fields)s") % {"fields": listed(missing)})
    if len(set(columns.values())) < len(columns):
        raise ValidationError(_("Two fields read the same column. Choose another column for one of them."))
    if not files.data_row_count(batch):
        raise ValidationError(
            _("There are no rows below the header. Choose another header row or another sheet.")
        )
    with transaction.atomic():
        _held(batch, State.UPLOADED)
        batch.columns, batch.options = dict(columns), dict(options)
        said = {"columns": batch.columns, "options": batch.options, "used_at": timezone.now()}
        signature = files.signature(batch.preview["names"])
        ImportMapping.objects.update_or_create(record=batch.record, signature=signature, defaults=said)
        batch.rows.all().delete()
        _begin(batch, State.CHECKING if check else State.CHECKED, by=by, at_once=at_once or not check)
    if at_once and check:
        try:
            engine.advance(batch, seconds=float("inf"))
        except engine.Overtaken as error:
            raise GoneOn from error


def _begin(batch: ImportBatch, state: str, *, by: Any, at_once: bool = False) -> None:
    """Start a pass from the first row on."""
    batch.state, batch.position, batch.counts, batch.seconds = state, 0, {}, 0.0
    _go(batch, by=by, at_once=at_once)


def _go(batch: ImportBatch, *, by: Any, at_once: bool = False) -> None:
    total = files.data_row_count(batch)
    batch.job = None if at_once else jobs.start("records.import", by=by, subject_id=batch.pk, total=total)
    batch.language = get_language() or batch.language
    batch.version += 1
    batch.updated_at = timezone.now()
    batch.save()


def _held(batch: ImportBatch, *states: str) -> ImportBatch:
    """The batch, its row locked. Raises GoneOn unless it is in one of the states."""
    fresh = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if fresh.state not in states:
        raise GoneOn
    return fresh


@transaction.atomic
def start(batch: ImportBatch, *, by: Any, at_once: bool = False) -> ImportBatch:
    """Import what was checked, by a worker; with `at_once` the caller lets the engine work."""
    batch = _held(batch, State.CHECKED)
    batch.rows.all().delete()
    batch.finished_at = None
    _begin(batch, State.RUNNING, by=by, at_once=at_once)
    return batch


@transaction.atomic
def resume(batch: ImportBatch, *, by: Any) -> None:
    """Go on with a pass that was stopped, from the row where it stood."""
    batch = _held(batch, State.CHECKING, State.RUNNING, State.UNDOING)
    if batch.job is None or batch.job.is_over:
        _go(batch, by=by)


@transaction.atomic
def rematch(batch: ImportBatch) -> None:
    """Back to the matching of columns; nothing has been written yet."""
    batch = _held(batch, State.CHECKED, State.CHECKING)
    if batch.job and not batch.job.is_over:
        jobs.request_cancel(batch.job)
    batch.rows.all().delete()
    ImportBatch.objects.filter(pk=batch.pk).update(state=State.UPLOADED, job=None, position=0, counts={})


@transaction.atomic
def settle(
    batch: ImportBatch, decisions: Mapping[int, str], fixes: Mapping[int, Mapping[str, str]], *, by: Any
) -> int:
    """Take decisions on duplicates and corrections of rows with errors, and go through those rows again; how many there are."""
    batch = _held(batch, State.DONE)
    if not set(decisions.values()) <= set(Decision.values):
        raise ValidationError(_("Choose merge, keep both or skip."))
    numbers = [*decisions, *fixes]
    rows = list(batch.rows.filter(number__in=numbers, outcome__in=[Outcome.DUPLICATE, Outcome.ERROR]))
    for row in rows:
        row.decision = decisions.get(row.number, "") if row.outcome == Outcome.DUPLICATE else ""
        row.fixes = {**row.fixes, **fixes.get(row.number, {})} if row.outcome == Outcome.ERROR else row.fixes
        row.pending = bool(row.decision) or row.number in fixes
    ImportRow.objects.bulk_update(rows, ["decision", "fixes", "pending"], batch_size=500)
    count = batch.rows.filter(pending=True).count()
    if count:
        batch.state = State.RUNNING
        _go(batch, by=by)
    return count


def suggestions(batch: ImportBatch) -> dict[int, dict[str, str]]:
    """Row number -> corrections, of all rows whose every error comes with a suggestion."""
    found = {}
    for number, messages in (
        batch.rows.filter(outcome=Outcome.ERROR).values_list("number", "messages").iterator()
    ):
        errors = [message for message in messages if message["level"] == "error"]
        if errors and all(message.get("suggestion") for message in errors):
            found[number] = {message["field"]: message["suggestion"] for message in errors}
    return found


@transaction.atomic
def undo(batch: ImportBatch, *, by: Any) -> None:
    """Put back everything the import wrote. Raises ValidationError after the time for it is over."""
    batch = _held(batch, State.DONE, State.RUNNING)
    if batch.state == State.RUNNING and batch.job and not batch.job.is_over:
        raise ValidationError(_("The import is still running. Stop it first."))
    if batch.state == State.DONE and not batch.can_undo:
        raise ValidationError(_("This import can no longer be undone."))
    batch.state = State.UNDOING
    _go(batch, by=by)
