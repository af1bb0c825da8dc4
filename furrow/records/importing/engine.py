"""Works through a batch: check, import and undo, each in transactions of some 5,000 rows.

A transaction holds the records, the outcomes of their rows and the batch's position together, so a worker killed at any moment
leaves a batch that the next one continues exactly where it stood.
"""

from __future__ import annotations

import gc
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from furrow.kit.rows import check_references, insert_rows, upkeep_beside, writing_behind
from furrow.records import record as records
from furrow.records.importing import files
from furrow.records.importing.importer import Checked, Foreseeing, RecordImporter, Session, SourceRow
from furrow.records.importing.models import KEPT, UNDONE, ImportBatch, ImportRow, Outcome

CHUNK = 5000
ATTEMPTS = 3
ROW_COLUMNS = (
    "batch_id", "number", "outcome", "title", "record_id", "matched_id", "matched_row", "reason", "messages", "decision", "pending",
    "fixes", "before", "version",
)  # fmt: skip
State = ImportBatch.State

Tick = Callable[[int, int], None]


class Overtaken(Exception):
    """Somebody else went on with this batch; nothing of the present chunk was kept."""


def importer_of(batch: ImportBatch) -> RecordImporter:
    importer: Any = records.get(batch.record).importer
    return importer  # type: ignore[no-any-return]


def advance(batch: ImportBatch, *, seconds: float, tick: Tick | None = None) -> bool:
    """Go on with the batch's pass for about `seconds`; whether the pass is over.

    `tick(done, total)` is called inside each chunk's transaction; what it raises undoes the chunk and ends the work. Raises
    SheetError when the file can no longer be read.
    """
    started = monotonic()
    with translation.override(batch.language or settings.LANGUAGE_CODE), _collector_off(), upkeep_beside():
        work = _undo if batch.state == State.UNDOING else _walk
        over = work(batch, started + seconds, tick)
    ImportBatch.objects.filter(pk=batch.pk).update(seconds=F("seconds") + monotonic() - started)
    return over


def source_of(batch: ImportBatch) -> uuid.UUID:
    """What other rooms know the batch by: the same in every slice of its work and in its undo."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"furrow:import:{batch.pk}")


def _session(batch: ImportBatch) -> Session:
    note = _("Import %(number)d: %(file)s") % {"number": batch.pk, "file": batch}
    return importer_of(batch).session(batch.by, batch.options, note[:300], source_of(batch))


def _walk(batch: ImportBatch, until: float, tick: Tick | None) -> bool:
    session = _session(batch)
    pending = _pending(batch) if batch.state == State.RUNNING and batch.finished_at else None
    rows = files.source_rows(batch, pending)
    total = len(pending) if pending is not None else files.data_row_count(batch)
    done = 0
    chunk = _chunk(rows)
    while chunk:
        done += len(chunk)
        if pending is None and chunk[-1].number <= batch.position:
            session.remember(chunk)
            chunk = _chunk(rows)
            continue
        say = partial(tick, done, total) if tick else None
        coming = _Coming(session, rows)
        _commit(batch, session, chunk, coming, again=pending is not None, tick=say)
        if monotonic() > until:
            return False
        chunk = coming.read()
    _finish(batch)
    return True


def _pending(batch: ImportBatch) -> dict[int, tuple[str, Mapping[str, Any]]]:
    rows = batch.rows.filter(pending=True).values_list("number", "decision", "fixes")
    return {number: (decision, fixes) for number, decision, fixes in rows}


def _chunk(rows: Iterator[SourceRow]) -> list[SourceRow]:
    return list(islice(rows, CHUNK))


class _Coming:
    """The chunk after the present one."""

    def __init__(self, session: Session, source: Iterator[SourceRow]) -> None:
        self.session, self.source = session, source
        self._rows: list[SourceRow] | None = None

    def read(self) -> list[SourceRow]:
        """Read once, however often the present chunk is tried."""
        if self._rows is None:
            self._rows = _chunk(self.source)
            if isinstance(self.session, Foreseeing):
                self.session.foresee(self._rows)
        return self._rows


def _commit(
    batch: ImportBatch,
    session: Session,
    chunk: list[SourceRow],
    coming: _Coming,
    *,
    again: bool,
    tick: Callable[[], None] | None,
) -> None:
    """One chunk in one transaction. A unique value taken by somebody else in between is met by checking the chunk anew."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic(), writing_behind():
                _hold(batch)
                checked = session.check(chunk)
                if batch.state == State.RUNNING:
                    session.write(
                        [row for row in checked if row.outcome in (Outcome.CREATED, Outcome.UPDATED)]
                    )
                counts = _keep(batch, chunk, checked, again=again)
                check_references()
                coming.read()  # while the database takes in the present ones
                position = batch.position if again else chunk[-1].number
                ImportBatch.objects.filter(pk=batch.pk).update(position=position, counts=counts)
                if tick:
                    tick()
        except IntegrityError:
            if attempt == ATTEMPTS:
                raise
        else:
            batch.position, batch.counts = position, counts
            return


@contextmanager
def _collector_off() -> Iterator[None]:
    """An import makes very many small objects and hardly a cycle: without the collector's walks it takes a third less time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _hold(batch: ImportBatch) -> None:
    """Lock the batch's row; raises Overtaken unless it stands where this worker left it."""
    now = ImportBatch.objects.select_for_update().values_list("state", "position").get(pk=batch.pk)
    if now != (batch.state, batch.position):
        raise Overtaken


def _keep(
    batch: ImportBatch, chunk: Sequence[SourceRow], checked: Sequence[Checked], *, again: bool
) -> dict[str, int]:
    """Write the rows' outcomes; returns the new counts."""
    fixes: dict[int, Any] = {}
    if again:
        old = batch.rows.filter(number__in=[row.number for row in chunk])
        fixes = dict(old.values_list("number", "fixes"))
        old.delete()
    insert_rows(ImportRow, ROW_COLUMNS, (_row(batch, row, fixes.get(row.number, {})) for row in checked))
    if again:
        return count_rows(batch)
    counts = dict(batch.counts)
    for row in checked:
        counts[row.outcome] = counts.get(row.outcome, 0) + 1
    return counts


def _row(batch: ImportBatch, row: Checked, fixes: Mapping[str, Any]) -> tuple[Any, ...]:
    """Values of ROW_COLUMNS."""
    matched = (row.record_id, row.matched_id, row.matched_row, row.reason)
    title = row.title[:120]
    return (
        batch.pk,
        row.number,
        row.outcome,
        title,
        *matched,
        row.messages,
        "",
        False,
        fixes,
        row.before,
        row.version,
    )


def count_rows(batch: ImportBatch) -> dict[str, int]:
    """outcome -> rows, as they stand in the database."""
    return dict(batch.rows.order_by().values_list("outcome").annotate(Count("pk")))


def _finish(batch: ImportBatch) -> None:
    running = batch.state == State.RUNNING
    batch.state = State.DONE if running else State.CHECKED
    if running:
        batch.finished_at = timezone.now()
    batch.save(update_fields=["state", "finished_at"])


def _undo(batch: ImportBatch, until: float, tick: Tick | None) -> bool:
    session = _session(batch)
    written = batch.rows.filter(record_id__isnull=False, outcome__in=[Outcome.CREATED, Outcome.UPDATED])
    total = written.count()
    while True:
        with transaction.atomic():
            _hold(batch)
            left = written.exclude(reason__in=[UNDONE, KEPT])
            ids = list(left.order_by("record_id").values_list("record_id", flat=True).distinct()[:CHUNK])
            if ids:
                _undo_rows(batch, session, list(left.filter(record_id__in=ids)))
                if tick:
                    tick(total - left.count(), total)
        if not ids:
            ImportBatch.objects.filter(pk=batch.pk).update(state=State.UNDONE)
            batch.state = State.UNDONE
            return True
        if monotonic() > until:
            return False


def _undo_rows(batch: ImportBatch, session: Session, rows: list[ImportRow]) -> None:
    kept = session.undo(rows)
    batch.rows.filter(pk__in=[row.pk for row in rows if row.number not in kept]).update(reason=UNDONE)
    for number, name in kept.items():
        batch.rows.filter(number=number).update(reason=KEPT, title=name[:120])
