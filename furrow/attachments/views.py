"""Files in and out. Nothing a person sent is ever shown by the browser as a page: originals are downloads, previews are our own JPEGs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from furrow.attachments import services, storage
from furrow.attachments.models import Attachment
from furrow.attachments.pages import files_panel
from furrow.attachments.sniffing import PREVIEW_EDGES
from furrow.kit.flash import flash
from furrow.kit.uploads import exceeded
from furrow.records import record as records
from furrow.records.record import Record, require

FILES_AT_ONCE = 20
SANDBOX = "default-src 'none'; sandbox"


def _record(request: HttpRequest, name: str, pk: int, verb: str) -> tuple[Record, Any]:
    """The kind of record and the one in reach; 404 for what is not there, 403 without the right."""
    if name not in settings.RECORDS:
        raise Http404
    record = records.get(name)
    require(request, record.right(verb))
    return record, get_object_or_404(record.rows(request), pk=pk)


def _attachment(request: HttpRequest, pk: int, rows: models.QuerySet[Attachment]) -> Attachment:
    return get_object_or_404(rows, pk=pk)


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("accept", "")


@require_POST
def upload(request: HttpRequest, record: str, pk: int) -> HttpResponse:
    """Take the files `file` for a record. Answers in JSON with the panel anew to the script, else leads back to the record's page."""
    kind, thing = _record(request, record, pk, "change")
    user: Any = request.user
    taken, refused = 0, []
    if exceeded(request):
        refused.append(services.too_large())
    files = request.FILES.getlist("file")
    if len(files) > FILES_AT_ONCE:
        refused.append(_("At most %(number)d files at once") % {"number": FILES_AT_ONCE})
    elif not files and not refused:
        refused.append(_("Choose a file first; an empty one is not taken"))
    for file in files[:FILES_AT_ONCE] if len(files) <= FILES_AT_ONCE else []:
        try:
            services.add_file(
                kind.name, thing.pk, file, file.name or "", by=user, category=request.POST.get("category", "")
            )
        except ValidationError as error:
            refused += [
                _("%(file)s: %(text)s") % {"file": (file.name or "")[:80], "text": text}
                for text in error.messages
            ]
        else:
            taken += 1
    said = (
        ngettext("%(number)d file added", "%(number)d files added", taken) % {"number": taken}
        if taken
        else ""
    )
    if _wants_json(request):
        return JsonResponse({"taken": taken, "message": said, "refused": refused})
    if said:
        flash(request, said)
    for text in refused:
        flash(request, text, kind="bad")
    return redirect(f"{kind.name}:page", thing.pk)


@require_safe
def panel(request: HttpRequest, record: str, pk: int) -> HttpResponse:
    """The list of files anew, after one came or went."""
    _kind, thing = _record(request, record, pk, "view")
    made = files_panel(request, thing)
    return render(request, "attachments/_list.html", {"panel": made.context if made else {}})


def _safe(response: FileResponse) -> FileResponse:
    """No browser runs, frames, or guesses at what we send here."""
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, max-age=3600"
    return response


@require_safe
def download(request: HttpRequest, pk: int) -> FileResponse:
    """The file as it came, always as a download."""
    user: Any = request.user
    found = _attachment(request, pk, Attachment.objects.visible_to(user))
    path = storage.path_of(found.stored_as)
    if not path.is_file():
        raise Http404
    return _safe(
        FileResponse(path.open("rb"), as_attachment=True, filename=found.name, content_type=found.media_type)
    )


@require_safe
def preview(request: HttpRequest, pk: int, size: str) -> FileResponse:
    """A picture drawn anew by us as JPEG: small for the list, larger to look at."""
    user: Any = request.user
    found = _attachment(request, pk, Attachment.objects.visible_to(user))
    path = storage.path_of(found.stored_as, size)
    if size not in PREVIEW_EDGES or not found.has_preview or not path.is_file():
        raise Http404
    return _safe(FileResponse(path.open("rb"), content_type="image/jpeg"))


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete softly, with a way back."""
    user: Any = request.user
    found = _attachment(request, pk, Attachment.objects.visible_to(user))
    kind, thing = _record(request, found.record, found.object_id, "change")
    services.delete_file(found, by=user)
    flash(
        request,
        _("Deleted “%(name)s”") % {"name": found},
        label=_("Undo"),
        url=reverse("attachments:restore", args=[pk]),
    )
    return redirect(f"{kind.name}:page", thing.pk)


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a deletion back."""
    user: Any = request.user
    found = _attachment(request, pk, Attachment.objects.deleted_within_reach(user))
    kind, thing = _record(request, found.record, found.object_id, "change")
    services.restore_file(found, by=user)
    flash(request, _("Restored “%(name)s”") % {"name": found})
    return redirect(f"{kind.name}:page", thing.pk)
