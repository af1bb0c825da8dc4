"""Inquiries from the company's own site, without any third party against spam: a field only machines fill in, a signed token that is neither too
young nor too old and works once, and a limit per origin and in all (P2.1)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from furrow.leads.models import Lead
from furrow.leads.services import record_lead, shipped_channel
from furrow.leads.table_models import WebKnock

SALT = "furrow.leads.web"
YOUNGEST, OLDEST = timedelta(seconds=3), timedelta(hours=3)
PER_ORIGIN, PER_HOUR = 5, 200


class NotYet(ValidationError):
    """The form was sent faster than anybody writes, or its token is missing, old or not ours: show it again with a fresh one."""


class TooMany(ValidationError):
    """More than the limit came from there, or in all."""


def new_token() -> str:
    """What goes along with the form."""
    return TimestampSigner(salt=SALT).sign(secrets.token_urlsafe(12))


def _nonce(token: str) -> str:
    signer = TimestampSigner(salt=SALT)
    try:
        nonce = signer.unsign(token, max_age=OLDEST)
    except (SignatureExpired, BadSignature, UnicodeEncodeError):
        raise NotYet(_("Please send the form once more")) from None
    try:
        signer.unsign(token, max_age=YOUNGEST)
    except SignatureExpired:
        return nonce
    raise NotYet(_("Please look through your message and send it once more"))


def origin_of(address: str) -> str:
    """An address as a keyed hash: enough to count by, and it leads back to nobody."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"{SALT}:{address}".encode(), hashlib.sha256)
    return digest.hexdigest()[:32]


@transaction.atomic
def _knock(origin: str) -> None:
    since = timezone.now() - timedelta(hours=1)
    recent = WebKnock.objects.filter(at__gte=since)
    if recent.filter(origin=origin).count() >= PER_ORIGIN or recent.count() >= PER_HOUR:
        raise TooMany(_("Too many messages came at once. Please call us, or try again in an hour."))
    WebKnock.objects.create(origin=origin)


def take_inquiry(
    *,
    token: str,
    trap: str,
    address: str,
    name: str,
    phone: str,
    contact_name: str,
    situation: str,
    source: str,
) -> Lead | None:
    """Enter an inquiry sent from outside. None, silently, when the trap is filled in. Raises NotYet and TooMany. A token used before gives the
    lead it entered, so that a form sent twice is one inquiry."""
    if trap:
        return None
    nonce = _nonce(token)
    known = Lead.objects.filter(client_id=f"web:{nonce}").first()
    if known is not None:
        return known
    _knock(origin_of(address))
    return record_lead(
        by=None,
        client_id=f"web:{nonce}",
        channel=shipped_channel("site_message"),
        name=name or contact_name,
        contact_name=contact_name,
        phone=phone,
        situation=situation,
        source=source,
    )
