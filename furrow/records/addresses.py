"""The addresses of the everyday pages: urls_of(record), for the room's own urls.py."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, update_wrapper
from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST, require_safe

from furrow.records import views
from furrow.records.importing.urls import import_urls
from furrow.records.record import Record


def urls_of(record: Record) -> list[URLPattern]:
    """The everyday pages of one record, below the room's own prefix and namespace."""

    def view(function: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        bound: Any = partial(function, record=record)
        return update_wrapper(bound, function)

    patterns = [
        path("", require_safe(view(views.list_page)), name="list"),
        path("count/", require_safe(view(views.count)), name="count"),
        path("choices/", require_safe(view(views.choices)), name="choices"),
        path("new/", view(views.form_page), name="new"),
        path("export/", view(views.export), name="export"),
        path("views/", require_POST(view(views.save_view)), name="save_view"),
        path("views/<int:view_id>/delete/", require_POST(view(views.delete_view)), name="delete_view"),
        path("<int:pk>/", require_safe(view(views.page)), name="page"),
        path("<int:pk>/edit/", view(views.form_page), name="edit"),
        path("<int:pk>/delete/", require_POST(view(views.delete)), name="delete"),
        path("<int:pk>/restore/", require_POST(view(views.restore)), name="restore"),
        path("<int:pk>/panel/<str:name>/", require_safe(view(views.panel)), name="panel"),
        path("<int:pk>/history/", require_safe(view(views.history)), name="history"),
        path("<int:pk>/print/", require_safe(view(views.print_page)), name="print"),
    ]
    if record.importer is not None:
        patterns += import_urls(record)
    return patterns
