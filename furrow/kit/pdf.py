"""The print page as PDF, where the machine has what WeasyPrint needs (Pango); elsewhere the button is not shown."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from django.conf import settings
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


def _stylesheet(url: str) -> bytes:
    """A static file of ours, by its own name or by the one it is served under; raises ValueError for any other address: a print page
    can never make the server read elsewhere."""
    name = unquote(url.partition("/static/")[2].split("?")[0])
    if name.endswith(".css") and ".." not in name:
        served = Path(settings.STATIC_ROOT) / name
        if served.is_file():
            return served.read_bytes()
        found = finders.find(name)
        if isinstance(found, str):
            return Path(found).read_bytes()
    raise ValueError(f"not one of our stylesheets: {url}")


def pdf_bytes(request: HttpRequest, template: str, context: dict[str, Any]) -> bytes:
    """The template as PDF; raises Http404 where PDFs cannot be made."""
    if not pdf_available():
        raise Http404
    import weasyprint  # noqa: PLC0415
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class OwnStyles(URLFetcher):
        """Gives our stylesheets and pictures that stand in the page itself, nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:image/jpeg;base64,"):
                return super().fetch(url, headers)
            return URLFetcherResponse(url, _stylesheet(url), {"Content-Type": "text/css"})

    html = render_to_string(template, {**context, "for_pdf": True}, request=request)
    pdf: bytes = weasyprint.HTML(string=html, base_url="http://print/", url_fetcher=OwnStyles()).write_pdf()
    return pdf


def pdf_response(request: HttpRequest, template: str, context: dict[str, Any], filename: str) -> HttpResponse:
    """The PDF as a download."""
    response = HttpResponse(pdf_bytes(request, template, context), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
