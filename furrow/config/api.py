"""The HTTP API at /api/: bearer tokens, the rooms' routers, and errors as one sentence in the caller's language.

There is no documentation page, since Swagger comes from a foreign host; /api/openapi.json describes everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, RequestDataTooBig, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as SchemaError
from ninja.parser import Parser
from ninja.security import HttpBearer

from furrow.assessment.api import router as assessment
from furrow.attachments.api import router as attachments
from furrow.books.api import router as books
from furrow.books.services import ChangedElsewhere as LineChanged
from furrow.catalog.api import router as products
from furrow.catalog.services import ChangedElsewhere as ProductChanged
from furrow.config.errors import too_much_text
from furrow.contacts.api import router as contacts
from furrow.contacts.services import ChangedElsewhere as ContactChanged
from furrow.customers.api import router as customers
from furrow.customers.areas.api import router as areas
from furrow.customers.areas.services import PlanChangedElsewhere as AreaChanged
from furrow.customers.card.api import router as cards
from furrow.customers.custom.api import router as own_fields
from furrow.customers.services import ChangedElsewhere as CustomerChanged
from furrow.leads.api import router as leads
from furrow.leads.moving import ChangedElsewhere as LeadChanged
from furrow.leads.moving import Refused as LeadRefused
from furrow.orders.api import router as orders
from furrow.planning.api import router as planning
from furrow.planning.services import ChangedElsewhere as CycleChanged
from furrow.receivables.api import router as receivables
from furrow.team.models import User
from furrow.team.queries import person_by_token
from furrow.team.services import token_hash
from furrow.visits.api import router as visits


class Bearer(HttpBearer):
    """The token of an active person; the request then acts as that person."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        try:
            person = person_by_token(token_hash(token))
        except UnicodeEncodeError:
            return None
        if person is not None:
            request.user = person
        return person


class Reader(Parser):
    """JSON whose texts the database can keep: no NUL, no half of a character."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        body = super().parse_body(request)
        for text in _texts(body):
            if "\x00" in text:
                raise ValueError("NUL")
            text.encode()
        return body


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for part in [*value, *value.values()] if isinstance(value, dict) else value:
            yield from _texts(part)


api = NinjaAPI(
    title="Furrow", version="1", docs_url=None, auth=Bearer(), urls_namespace="api", parser=Reader()
)
api.add_router("/customers", own_fields)
api.add_router("/customers", customers)
api.add_router("/customers", cards)
api.add_router("/areas", areas)
api.add_router("/contacts", contacts)
api.add_router("/leads", leads)
api.add_router("/visits", visits)
api.add_router("/products", products)
api.add_router("/books", books)
api.add_router("/orders", orders)
api.add_router("/receivables", receivables)
api.add_router("/files", attachments)
api.add_router("", assessment)
api.add_router("/cycles", planning)


def urls() -> tuple[list[URLPattern], str]:
    """Patterns and namespace. The API asks for tokens itself, so the sign-in page stays out of it."""
    patterns: Any = api.urls[0]
    for pattern in patterns:
        login_not_required(pattern.callback)
    return patterns, "api"


def _answer(
    request: HttpRequest, status: int, error: str, fields: dict[str, str] | None = None
) -> HttpResponse:
    content: dict[str, Any] = {"error": error}
    if fields:
        content["fields"] = fields
    return api.create_response(request, content, status=status)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    answer = _answer(
        request, 401, _("No valid token. Issue one in your profile and send it as “Authorization: Bearer …”.")
    )
    answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(PermissionDenied)
def _forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return _answer(request, 403, _("No permission for this. An administrator can grant it."))


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return _answer(request, 404, _("Not found"))


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return _answer(request, 413, too_much_text())


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _answer(
        request, error.status_code, _("The request could not be read. Send the body as JSON in UTF-8.")
    )


@api.exception_handler(AreaChanged)
@api.exception_handler(ContactChanged)
@api.exception_handler(CustomerChanged)
@api.exception_handler(LeadChanged)
@api.exception_handler(LeadRefused)
@api.exception_handler(ProductChanged)
@api.exception_handler(LineChanged)
@api.exception_handler(CycleChanged)
def _conflict(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return _answer(request, 409, " ".join(error.messages))


@api.exception_handler(ValidationError)
def _refused(request: HttpRequest, error: ValidationError) -> HttpResponse:
    if not hasattr(error, "error_dict"):
        return _answer(request, 422, " ".join(error.messages))
    fields = {name: " ".join(str(text) for text in texts) for name, texts in error.message_dict.items()}
    text = " ".join(
        problem if name == NON_FIELD_ERRORS else _in_field(name, problem) for name, problem in fields.items()
    )
    fields.pop(NON_FIELD_ERRORS, None)
    return _answer(request, 422, text, fields)


@api.exception_handler(SchemaError)
def _misshapen(request: HttpRequest, error: SchemaError) -> HttpResponse:
    fields = dict(_problems(error.errors))
    return _answer(
        request, 422, " ".join(_in_field(name, problem) for name, problem in fields.items()), fields
    )


def _in_field(name: str, problem: str) -> str:
    return _("“%(field)s”: %(problem)s.") % {"field": name, "problem": problem.rstrip(".。")}


def _problems(errors: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Field and sentence of every finding of the schema; of the branches of a union the first is told."""
    for error in reversed(errors):
        path = [str(part)[:60] for part in error["loc"] if part not in {"query", "body", "wanted", "path"}]
        yield _place(path), _problem(error["type"], error.get("ctx", {}))


def _place(path: list[str]) -> str:
    """The field; inside a list of objects with the row, counted from 1: lines 2 quantity."""
    if len(path) > 2 and path[1].isdigit():
        return f"{path[0]} {int(path[1]) + 1} {path[2]}"
    return path[0] if path else "body"


# Kind of finding -> the sentence's end, and what the schema calls its limit.
_PROBLEMS: dict[str, tuple[Any, str]] = {
    "missing": (gettext_lazy("is missing"), ""),
    "extra_forbidden": (gettext_lazy("is not known here"), ""),
    "greater_than_equal": (gettext_lazy("must be at least %(limit)s"), "ge"),
    "less_than_equal": (gettext_lazy("must be at most %(limit)s"), "le"),
    "string_too_long": (gettext_lazy("must have at most %(limit)s characters"), "max_length"),
    "too_long": (gettext_lazy("must have at most %(limit)s entries"), "max_length"),
    "enum": (gettext_lazy("must be one of: %(limit)s"), "expected"),
    "literal_error": (gettext_lazy("must be one of: %(limit)s"), "expected"),
    "int": (gettext_lazy("must be a whole number"), ""),
    "float": (gettext_lazy("must be a number"), ""),
    "date": (gettext_lazy("must be a date like 2026-11-30"), ""),
    "string": (gettext_lazy("must be plain text"), ""),
}


def _problem(kind: str, limits: dict[str, Any]) -> str:
    text, limit = (
        _PROBLEMS.get(kind) or _PROBLEMS.get(kind.split("_")[0]) or (gettext_lazy("is not understood"), "")
    )
    return str(text) % {"limit": str(limits[limit]).replace("'", "")} if limit else str(text)
