"""Error pages in the product's look, in the reader's language. They need neither database nor user."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _


def _answer(request: HttpRequest, status: int, heading: str, advice: str, again: str = "") -> HttpResponse:
    """A page; for HTMX a short message that goes to the messages instead of replacing part of the page; for scripts the words alone."""
    if "application/json" in request.headers.get("accept", ""):
        said = _("%(heading)s. %(advice)s") % {"heading": heading, "advice": advice}
        return JsonResponse({"message": said}, status=status)
    theme = request.COOKIES.get("furrow_theme", "system")
    context = {
        "status": status,
        "heading": heading,
        "advice": advice,
        "again": again,
        "shell": {"theme": theme},
    }
    if request.headers.get("HX-Request") != "true":
        return HttpResponse(render_to_string("config/error.html", context), status=status)
    answer = HttpResponse(render_to_string("config/error_part.html", context), status=status)
    answer["HX-Retarget"] = "#flashes"
    answer["HX-Reswap"] = "beforeend"
    return answer


def too_much_text() -> str:
    """What to say of a body beyond settings.DATA_UPLOAD_MAX_MEMORY_SIZE."""
    limit = (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) // (1024 * 1024)
    advice = _("A form takes up to %(limit)d MB of text. Send a longer list as a file. Nothing was changed.")
    return advice % {"limit": limit}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; 413 for a form that holds more text than we take."""
    with override(get_language_from_request(request)):
        if isinstance(exception, RequestDataTooBig):
            return _answer(request, 413, _("Too much text for one form"), too_much_text())
        return _answer(
            request,
            400,
            _("This request could not be read"),
            _("Go back and try once more. Nothing was changed."),
        )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    with override(get_language_from_request(request)):
        return _answer(request, 403, _("No permission for this page"), _("An administrator can grant it."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404; says nothing about what may lie out of reach."""
    with override(get_language_from_request(request)):
        return _answer(
            request,
            404,
            _("Not found"),
            _("The address is wrong, or what was here has been deleted or is out of your reach."),
        )


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    with override(get_language_from_request(request)):
        again = request.get_full_path() if request.method == "GET" else ""
        advice = _(
            "The mistake is ours and has been recorded. Try again; if it stays, tell your administrator when it happened."
        )
        return _answer(request, 500, _("Sorry, this page broke down"), advice, again)


def csrf_failure(request: HttpRequest, reason: str = "", **_extra: Any) -> HttpResponse:
    """403 for a form that is too old or came from elsewhere."""
    with override(get_language_from_request(request)):
        advice = _(
            "The page was open too long or you signed in again meanwhile. Go back, reload the page and send it again. Nothing was changed."
        )
        return _answer(request, 403, _("This form is no longer valid"), advice)
