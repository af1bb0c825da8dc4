"""Addresses of a record's import, below the record's own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, update_wrapper
from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from furrow.records.importing import views
from furrow.records.record import Record


def import_urls(record: Record) -> list[URLPattern]:
    """Upload, one batch with its steps, error file and blank list."""

    def view(function: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        bound: Any = partial(function, record=record)
        return update_wrapper(bound, function)

    def step(name: str, function: Callable[..., HttpResponse]) -> URLPattern:
        route = f"import/<int:batch_id>/{name}/"
        return path(route, require_POST(view(function)), name=f"import_{name}")

    return [
        path("import/", require_http_methods(["GET", "HEAD", "POST"])(view(views.upload)), name="import"),
        path("import/blank/", require_safe(view(views.blank)), name="import_blank"),
        path("import/<int:batch_id>/", require_safe(view(views.batch_page)), name="import_batch"),
        path("import/<int:batch_id>/errors/", require_safe(view(views.errors)), name="import_errors"),
        step("layout", views.layout),
        step("match", views.match),
        step("rematch", views.rematch),
        step("start", views.start),
        step("resume", views.resume),
        step("settle", views.settle),
        step("adopt", views.adopt),
        step("undo", views.undo),
    ]
