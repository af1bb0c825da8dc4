"""The pages of an import. Another's batch is not found; every button leads back to the batch's page, which shows where it stands."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from typing import IO, Any, cast

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from furrow.kit.flash import flash
from furrow.kit.sheets import SheetError
from furrow.kit.uploads import exceeded
from furrow.records.importing import files, services, tables
from furrow.records.importing.engine import importer_of
from furrow.records.importing.importer import RecordImporter
from furrow.records.importing.models import ImportBatch, Outcome
from furrow.records.importing.tables import ImportTable
from furrow.records.record import Record, require

PAST_SHOWN = 30
State = ImportBatch.State
_DECISION = re.compile(r"decide_(\d{1,9})", re.ASCII)


def _batches(request: HttpRequest, record: Record) -> Any:
    require(request, record.right("import"))
    return ImportBatch.objects.visible_to(request.user).filter(record=record.name).select_related("by", "job")


def _batch(request: HttpRequest, record: Record, batch_id: int) -> ImportBatch:
    found: ImportBatch = get_object_or_404(_batches(request, record), pk=batch_id)
    return found


def _to(record: Record, batch: ImportBatch) -> HttpResponse:
    return redirect(f"{record.name}:import_batch", batch.pk)


# Upload -----------------------------------------------------------------------------------------


def upload(request: HttpRequest, record: Record) -> HttpResponse:
    """Choose, drop or paste a list; below it the past imports."""
    past = _batches(request, record).order_by("-pk")[:PAST_SHOWN]
    problem = ""
    if request.method == "POST":
        try:
            name, pieces = _sent(request)
            return _to(record, services.take_file(record.name, pieces, name, by=request.user))
        except SheetError as error:
            problem = error.message
    context = {"record": record, "past": past, "problem": problem, "pasted": request.POST.get("table", "")}
    return render(request, "records/import_upload.html", context, status=422 if problem else 200)


def _sent(request: HttpRequest) -> tuple[str, Iterator[bytes]]:
    """Name and bytes of the file, else of the pasted table, which has no name."""
    if exceeded(request):
        raise files.too_large()
    sent = request.FILES.get("file")
    if isinstance(sent, UploadedFile):
        return sent.name or "", sent.chunks()
    if pasted := request.POST.get("table", "").strip("\r\n"):
        return "", iter([pasted.encode("utf-8", "replace")])
    raise SheetError(_("No file was chosen. Choose one, or paste the rows into the field."))


def blank(request: HttpRequest, record: Record) -> HttpResponse:
    """An empty list with all columns and one example row, for whoever has no list yet."""
    require(request, record.right("import"))
    file = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it
    tables.write_blank(file, str(record.title), cast(RecordImporter, record.importer))
    return _download(file, f"{record.title}.xlsx")


def _download(file: IO[bytes], name: str) -> HttpResponse:
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name)  # type: ignore[return-value]


# One batch --------------------------------------------------------------------------------------


def batch_page(request: HttpRequest, record: Record, batch_id: int) -> HttpResponse:
    """Where the batch stands: matching, progress, or rows with their outcomes."""
    batch = _batch(request, record, batch_id)
    if batch.state == State.UPLOADED:
        return _match_page(request, record, batch)
    if batch.is_busy:
        stopped = batch.job is None or batch.job.is_over
        if batch.job is not None and batch.job.status == "done":  # finished between the two reads
            return _to(record, batch)
        context = {"record": record, "batch": batch, "job": batch.job, "stopped": stopped}
        return render(request, "records/import_progress.html", context)
    importer = importer_of(batch)
    table = ImportTable(batch, importer, request.user, request.GET)
    step = importer.next_step(batch, request.user) if batch.state == State.DONE else None
    context = {
        "record": record,
        "batch": batch,
        "table": table,
        "headline": tables.headline(batch),
        "step": step,
    }
    return render(request, "records/import_result.html", context)


def _match_page(
    request: HttpRequest, record: Record, batch: ImportBatch, form: Any = None, problem: str = ""
) -> HttpResponse:
    importer = importer_of(batch)
    form = form or importer.options_form(request.user, initial=batch.options)
    context = {
        "record": record,
        "batch": batch,
        "form": form,
        "problem": problem,
        "rows": tables.match_rows(batch, importer),
        "count": files.data_row_count(batch),
        "head": tables.head_rows(batch),
    }
    return render(
        request, "records/import_match.html", context, status=422 if problem or form.errors else 200
    )


def layout(request: HttpRequest, record: Record, batch_id: int) -> HttpResponse:
    """Another sheet or another header row."""
    batch = _batch(request, record, batch_id)
    if batch.state != State.UPLOADED:
        return _to(record, batch)
    sheet, row = request.POST.get("sheet", batch.sheet), request.POST.get("header_row", "")
    try:
        if sheet != batch.sheet:
            services.choose_sheet(batch, sheet)
        elif row.isascii() and row.isdigit() and len(row) < 6:
            services.choose_header(batch, int(row))
    except SheetError as error:
        flash(request, error.message, kind="bad")
    except ValidationError as error:
        flash(request, " ".join(error.messages), kind="bad")
    return _to(record, batch)


def match(request: HttpRequest, record: Record, batch_id: int) -> HttpResponse:
    """Take the matching and the options, then check the file."""
    batch = _batch(request, record, batch_id)
    if batch.state != State.UPLOADED:
        return _to(record, batch)
    importer = importer_of(batch)
    form = importer.options_form(request.user, data=request.POST)
    width = len(batch.preview["names"])
    chosen = {field.name: request.POST.get(f"column_{field.name}", "") for field in importer.all_fields()}
    columns = {
        name: int(text)
        for name, text in chosen.items()
        if text.isascii() and text.isdigit() and len(text) < 6
    }
    columns = {name: column for name, column in columns.items() if column < width}
    if not form.is_valid():
        batch.columns = columns
        return _match_page(request, record, batch, form)
    try:
        services.match(batch, columns, importer.plain_options(form.cleaned_data), by=request.user)
    except services.GoneOn as error:
        flash(request, " ".join(error.messages), kind="bad")
    except ValidationError as error:
        batch.columns = columns
        return _match_page(request, record, batch, form, " ".join(error.messages))
    except SheetError as error:
        services.rematch(batch)
        flash(request, error.message, kind="bad")
    return _to(record, batch)


def _step(request: HttpRequest, record: Record, batch_id: int, service: Any, **kwargs: Any) -> HttpResponse:
    batch = _batch(request, record, batch_id)
    try:
        service(batch, **kwargs)
    except ValidationError as error:
        flash(request, " ".join(error.messages), kind="bad")
    return _to(record, batch)


def start(request: HttpRequest, record: Record, batch_id: int) -> HttpResponse:
    """Import what was checked."""
    return _step(request, record, batch_id, services.start, by=request.user)


def resume(request: HttpRequest, record: Record, batch_id: int) -> HttpResponse:
    """Go on after a stop."""
    return _step(request, record, batch_id, services.resume, by=request.user)


def rematch(request: HttpRequest, record: Record, batch_id: int) -> HttpResponse:
    """Back to the columns."""
    return _step(request, record, batch_id, services.rematch)


def undo(request: HttpRequest, record: Record, batch_id: int) -> HttpResponse:
    """Put the whole batch back."""
    return _step(request, record, batch_id, services.undo, by=request.user)


def settle(request: HttpRequest, record: Record, batch_id: int) -> HttpResponse:
    """Decisions (decide_ROW) and corrections (fix_ROW_FIELD) of the rows on the page."""
    batch = _batch(request, record, batch_id)
    decisions = {
        int(found[1]): value
        for key, value in request.POST.items()
        if value and (found := _DECISION.fullmatch(key))
    }
    return _settle(request, record, batch, decisions, tables.sent_fixes(batch, request.POST))


def adopt(request: HttpRequest, record: Record, batch_id: int) -> HttpResponse:
    """Take all suggestions of rows that nothing else is wrong with."""
    batch = _batch(request, record, batch_id)
    return _settle(request, record, batch, {}, services.suggestions(batch))


def _settle(
    request: HttpRequest, record: Record, batch: ImportBatch, decisions: Any, fixes: Any
) -> HttpResponse:
    try:
        count = services.settle(batch, decisions, fixes, by=request.user)
    except ValidationError as error:
        flash(request, " ".join(error.messages), kind="bad")
    except SheetError as error:
        flash(request, error.message, kind="bad")
    else:
        if not count:
            flash(request, _("Nothing was decided or corrected"), kind="note")
        else:
            words = ngettext("%(count)d row gone through again", "%(count)d rows gone through again", count)
            flash(request, words % {"count": count})
    return _to(record, batch)


def errors(request: HttpRequest, record: Record, batch_id: int) -> HttpResponse:
    """The rows with errors as a workbook: the columns of the list and why; it can be corrected and imported again."""
    batch = _batch(request, record, batch_id)
    if not batch.count(Outcome.ERROR):
        flash(request, _("No row has an error"), kind="note")
        return _to(record, batch)
    file = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it
    try:
        tables.write_errors(file, batch, importer_of(batch))
    except SheetError as error:
        flash(request, error.message, kind="bad")
        return _to(record, batch)
    return _download(file, _("Errors of import %(number)d.xlsx") % {"number": batch.pk})
