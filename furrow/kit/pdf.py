"""The print page as PDF, where the machine has what WeasyPrint needs (Pango); elsewhere the button is not shown."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string


@cache
def pdf_available() -> bool:
    """Whether PDFs can be made on this machine."""
    try:
        import weasyprint  # noqa: F401, PLC0415  loads system libraries that may be missing
    except (ImportError, OSError):
        return False
    return True


def _fetch(url: str, *args: Any, **kwargs: Any) -> Any:
    """Only our own static files: a print page can never make the server read another address."""
    from weasyprint.urls import URLFetcherResponse  # noqa: PLC0415

    path = finders.find(url.rsplit("/static/", 1)[-1].split("?")[0]) if "/static/" in url else None
    if not path:
        raise ValueError("only static files")
    return URLFetcherResponse(url, Path(path).read_bytes(), {"Content-Type": "text/css"})


def pdf_bytes(request: HttpRequest, template: str, context: dict[str, Any]) -> bytes:
    """The template as PDF; raises Http404 where PDFs cannot be made."""
    if not pdf_available():
        raise Http404
    import weasyprint  # noqa: PLC0415

    html = render_to_string(template, {**context, "for_pdf": True}, request=request)
    pdf: bytes = weasyprint.HTML(string=html, base_url="http://print/", url_fetcher=_fetch).write_pdf()
    return pdf


def pdf_response(request: HttpRequest, template: str, context: dict[str, Any], filename: str) -> HttpResponse:
    """The PDF as a download."""
    response = HttpResponse(pdf_bytes(request, template, context), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
