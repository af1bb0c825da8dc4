"""The phone's doors: shell, service worker, sign-up of a device, day package, messages, photos. All but the first two ask for the device's token."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from furrow.field import photos, services, shell
from furrow.field.models import Device, FieldCommand, PhotoUpload
from furrow.field.package import day_package
from furrow.field.queries import device_by_token
from furrow.team.access import may

BODY_MAX = 256 * 1024
View = Callable[..., HttpResponse]


def _said(status: int, reason: str, **more: Any) -> JsonResponse:
    answer = JsonResponse({"reason": reason, "now": timezone.now().isoformat(), **more}, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


# The app itself ---------------------------------------------------------------------------------


# Compressed are answers in which nothing stands that came with the request: their length tells nobody anything.


@gzip_page
@login_not_required
@require_safe
def app(request: HttpRequest) -> HttpResponse:
    """The shell. For whoever is signed in their day stands in it, so that a new phone shows it without asking again; with any query it is
    bare, the same for everybody who reads the same language: that is what the phone keeps."""
    user: Any = request.user
    given = None
    if not request.META.get("QUERY_STRING") and user.is_authenticated and may(user, "field.use"):
        given = {"user": {"id": user.pk, "name": user.name}, "package": day_package(user)}
    answer = render(request, "field/app.html", {"app": shell.contents(), "given": given})
    patch_vary_headers(answer, ("Accept-Language", "Cookie"))
    answer["Cache-Control"] = "no-store" if given else "no-cache"
    setattr(answer, "_csp_update", shell.policy())  # noqa: B010  read by csp's middleware
    return answer


@gzip_page
@login_not_required
@require_safe
def pages(request: HttpRequest, version: str) -> HttpResponse:
    """The script of every page but that of the day."""
    answer = HttpResponse(shell.later_script(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "max-age=31536000, immutable" if version == shell.version() else "no-cache"
    return answer


@gzip_page
@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, with the version and the files of this release."""
    answer = HttpResponse(shell.worker_script(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    answer["Service-Worker-Allowed"] = "/field/"
    return answer


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What an installed app is called and looks like."""
    return JsonResponse(shell.manifest(), content_type="application/manifest+json")


@gzip_page
@require_POST
def register(request: HttpRequest) -> HttpResponse:
    """Make this browser a phone of whoever is signed in: `device` is its id; answers with the token and the day package, unless the phone
    `has` its day already; that spares a slow line one way there and back."""
    user: Any = request.user
    if not may(user, "field.use"):
        return _said(403, _("Your role does not use the phone app. An administrator can grant it."))
    try:
        client_id = UUID(request.POST.get("device", ""))
    except ValueError:
        return _said(400, _("The request could not be read. Reload the page and try again."))
    _device, token = services.register_device(user, client_id=client_id, name=_name_of(request))
    day = {} if request.POST.get("has") else {"package": day_package(user)}
    return _said(200, "", token=token, user={"id": user.pk, "name": user.name}, **day)


def _name_of(request: HttpRequest) -> str:
    """Like Android, Chrome: enough to tell one's own phones apart."""
    agent = request.headers.get("user-agent", "")
    kinds = (("iPhone", "iPhone"), ("iPad", "iPad"), ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"))  # fmt: skip
    browsers = (("MicroMessenger", "WeChat"), ("Edg/", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
    found = [next((name for mark, name in names if mark in agent), "") for names in (kinds, browsers)]
    return ", ".join(name for name in found if name)


# What a phone asks and sends --------------------------------------------------------------------


def device_required(view: View) -> View:
    """Only for a known phone. 401 leaves it what it holds until somebody signs in again; 410 tells it to erase itself: it was taken out of
    service, or its user has left."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        scheme, _space, token = request.headers.get("authorization", "").partition(" ")
        device = device_by_token(token.strip()) if scheme.lower() == "bearer" else None
        if device is not None and (device.revoked_at is not None or not device.user.is_active):
            services.note_wiped(device)
            return _said(
                410, _("This phone has been taken out of service; what it held has been erased."), wipe=True
            )
        if device is None or not may(device.user, "field.use"):
            return _said(401, _("Sign in again. What is waiting on this phone stays there."))
        request.user = device.user
        return view(request, device, *args, **kwargs)

    return login_not_required(csrf_exempt(guarded))


@gzip_page
@device_required
@require_safe
def package(request: HttpRequest, device: Device) -> HttpResponse:
    """The day package."""
    services.note_seen(device, request.headers.get("x-furrow-version", ""))
    answer = JsonResponse(
        day_package(device.user), json_dumps_params={"ensure_ascii": False, "separators": (",", ":")}
    )
    answer["Cache-Control"] = "no-store"
    return answer


@device_required
@require_POST
def command(request: HttpRequest, device: Device) -> HttpResponse:
    """One message. 200 with its outcome, the same for every delivery; 400 for what is no message at all."""
    try:
        sent = _message(request)
    except (ValueError, TypeError, KeyError, RecursionError, UnreadablePostError, RequestDataTooBig):
        return _said(400, _("What the phone sent could not be read. Update the app."))
    try:
        kept = services.take_command(device, **sent)
    except PermissionDenied:
        return _said(409, _("Someone else has sent this already from another phone."))
    return JsonResponse(_outcome(kept))


def _outcome(kept: FieldCommand) -> dict[str, Any]:
    return {
        "id": str(kept.client_id),
        "outcome": kept.outcome,
        "reason": kept.reason,
        "answer": kept.answer,
        "now": timezone.now().isoformat(),
    }


def _message(request: HttpRequest) -> dict[str, Any]:
    """The parts of a message. Raises ValueError, TypeError or KeyError for anything else."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > BODY_MAX:
        raise ValueError("too long")
    sent = json.loads(request.body.decode("utf-8"), parse_constant=_no_constant)
    payload, name = sent["payload"], sent["name"]
    if not isinstance(payload, dict) or not isinstance(name, str):
        raise TypeError("payload")
    _keepable([payload, name])
    base, clock = sent.get("base"), sent.get("clock", 0)
    if not (base is None or (type(base) is int and 0 <= base < 2**31)) or type(clock) is not int:
        raise TypeError("base")
    after = sent.get("after")
    return {
        "client_id": UUID(sent["id"]),
        "name": name,
        "at": _moment(sent.get("at")),
        "payload": payload,
        "base": base,
        "after": UUID(after) if after else None,
        "clock_off": clock,
    }


def _moment(text: Any) -> datetime | None:
    """None for a time that cannot be read; it is refused with a reason."""
    try:
        at = datetime.fromisoformat(text)
        return at if at.tzinfo is not None and 1 < at.year < 9998 else None
    except (ValueError, TypeError):
        return None


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _keepable(value: Any) -> None:
    """Raises ValueError for texts and numbers that no database keeps: NUL, half a character, beyond 64 bits."""
    if isinstance(value, str):
        value.encode("utf-8")
        if "\x00" in value:
            raise ValueError("NUL")
    elif isinstance(value, dict):
        for key, part in value.items():
            _keepable([key, part])
    elif isinstance(value, list):
        for part in value:
            _keepable(part)
    elif isinstance(value, float) and abs(value) > 1e300:
        raise ValueError("infinite")


@device_required
@require_http_methods(["GET", "HEAD", "PUT"])
def photo(request: HttpRequest, device: Device, client_id: UUID) -> HttpResponse:
    """GET: how much of a photo is here. PUT: its next piece, with Upload-Offset and Upload-Length. 409 says where to go on."""
    if request.method != "PUT":
        found = PhotoUpload.objects.filter(client_id=client_id, by=request.user.pk).first()
        return _said(200, found.refused if found else "", received=found.received if found else 0)
    try:
        offset = int(request.headers.get("upload-offset", ""))
        size = int(request.headers.get("upload-length", ""))
        if int(request.META.get("CONTENT_LENGTH") or 0) > photos.PIECE_MAX or not 0 <= size < 2**63:
            raise ValueError(size)
        piece = request.body
    except (ValueError, UnreadablePostError, RequestDataTooBig):
        return _said(400, _("What the phone sent could not be read. Update the app."))
    try:
        upload = photos.take_piece(device.user, client_id, size=size, offset=offset, piece=piece)
    except photos.Elsewhere as elsewhere:
        return _said(409, "", received=elsewhere.received)
    except ValidationError as error:
        return _said(422, " ".join(error.messages))
    if upload.refused:
        return _said(422, upload.refused)
    return _said(200, "", received=upload.received)
