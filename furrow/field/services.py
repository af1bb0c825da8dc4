"""Every change of what the phone room keeps: devices, messages taken in, whether positions are shown."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from furrow.field.models import Device, FieldCommand, FieldPolicy, PositionNotice
from furrow.kit import audit
from furrow.kit.phone import Command, Conflict
from furrow.kit.sheets.cells import clean_text
from furrow.team.models import User
from furrow.visits.rules import is_believable

LONGEST_REASON = 400
MOST_CLOCK_OFF = 2**31 - 1


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


# Devices ----------------------------------------------------------------------------------------


@transaction.atomic
def register_device(user: User, *, client_id: UUID, name: str = "") -> tuple[Device, str]:
    """A phone of this person, and its token, shown once. Registering the same phone again gives it a new token; one that was taken
    out of service begins anew, empty."""
    token = secrets.token_urlsafe(32)
    device, made = Device.objects.select_for_update().get_or_create(
        user=user, client_id=client_id, defaults={"token_hash": token_hash(token)}
    )
    device.name = clean_text(name)[:80]
    device.token_hash = token_hash(token)
    device.revoked_at, device.revoked_by, device.wiped_at = None, None, None
    device.seen_at = timezone.now()
    device.save()
    audit.record(device, "create" if made else "renew", by=user)
    return device, token


@transaction.atomic
def revoke_device(device: Device, *, by: User) -> Device:
    """Take a phone out of service: it is answered no more, and the next time it asks it erases what it holds."""
    device = Device.objects.select_for_update().get(pk=device.pk)
    if device.revoked_at is None:
        device.revoked_at, device.revoked_by = timezone.now(), by
        device.save(update_fields=["revoked_at", "revoked_by"])
        audit.record(device, "revoke", by=by)
    return device


def note_seen(device: Device, version: str) -> None:
    """When the phone last asked, and which version of the app it runs."""
    Device.objects.filter(pk=device.pk).update(seen_at=timezone.now(), version=clean_text(version)[:20])


def note_wiped(device: Device) -> None:
    """The phone has been told to erase itself."""
    Device.objects.filter(pk=device.pk, wiped_at=None).update(wiped_at=timezone.now())


# Messages ---------------------------------------------------------------------------------------


def take_command(
    device: Device,
    *,
    client_id: UUID,
    name: str,
    at: datetime | None,
    payload: Mapping[str, Any],
    base: int | None = None,
    after: UUID | None = None,
    clock_off: int = 0,
) -> FieldCommand:
    """Do what a message asks, once, and keep what became of it; a second delivery gets the same answer.

    The change and its outcome are one transaction. `after` is the message of the same phone that this one follows upon: its version
    is what this one was made on. Raises PermissionDenied for the id of somebody else's message.
    """
    known = FieldCommand.objects.filter(client_id=client_id).first()
    if known is None:
        try:
            with transaction.atomic():
                return _do(device, client_id, name, at, payload, base, after, clock_off)
        except IntegrityError:  # the same message came twice at this moment
            known = FieldCommand.objects.filter(client_id=client_id).first()
            if known is None:
                raise
    if known.by_id != device.user_id:
        raise PermissionDenied(client_id)
    return known


def _do(
    device: Device,
    client_id: UUID,
    name: str,
    at: datetime | None,
    payload: Mapping[str, Any],
    base: int | None,
    after: UUID | None,
    clock_off: int,
) -> FieldCommand:
    if after is not None:
        base = _version_after(device, after)
    kept = FieldCommand(
        client_id=client_id,
        device=device,
        by=device.user,
        name=name[:40],
        payload=dict(payload),
        happened_at=at,
        base=base,
        clock_off=max(-MOST_CLOCK_OFF, min(MOST_CLOCK_OFF, clock_off)),
        outcome=FieldCommand.Outcome.ACCEPTED,
    )
    # Written first: of two deliveries at the same moment the second waits here, then finds the first one's outcome.
    kept.save(force_insert=True)
    try:
        with transaction.atomic():
            kept.answer = _handled(kept, at, payload, base)
    except ValidationError as error:
        kept.outcome, kept.reason = FieldCommand.Outcome.REFUSED, " ".join(error.messages)[:LONGEST_REASON]
    except Conflict as conflict:
        kept.outcome = FieldCommand.Outcome.CONFLICT
        kept.reason = (
            conflict.reason or _("Someone else wrote something different meanwhile. Choose what shall stand.")
        )[:LONGEST_REASON]
        kept.answer = {
            "version": conflict.version,
            "clashes": [asdict(clash) for clash in conflict.clashes],
        }
    kept.save(update_fields=["outcome", "reason", "answer"])
    return kept


def _handled(
    kept: FieldCommand, at: datetime | None, payload: Mapping[str, Any], base: int | None
) -> dict[str, Any]:
    path = settings.PHONE_COMMANDS.get(kept.name)
    if path is None:
        raise ValidationError(_("This version of Furrow does not know what the phone sent. Update the app."))
    if at is None or not is_believable(at, timezone.now()):
        raise ValidationError(_("The time of the phone is wrong. Set its clock, then enter this again."))
    command = Command(kept.name, kept.client_id, kept.by, at, payload, base)
    answer: dict[str, Any] = import_string(path)(command)
    return answer


def _version_after(device: Device, client_id: UUID) -> int:
    """The version that the message before made; 0, which no thing has, when it was not accepted."""
    before = FieldCommand.objects.filter(client_id=client_id, by=device.user_id).first()
    accepted = before is not None and before.outcome == FieldCommand.Outcome.ACCEPTED
    version = before.answer.get("version") if before is not None and accepted else None
    return version if isinstance(version, int) else 0


# Positions --------------------------------------------------------------------------------------


def positions_shown() -> bool:
    """Whether the company has switched positions in the live view on."""
    return FieldPolicy.objects.filter(pk=1, show_positions=True).exists()


@transaction.atomic
def set_positions(shown: bool, *, by: User) -> FieldPolicy:
    """Switch positions in the live view on or off. Switched on, everybody is told on the phone anew before theirs is shown."""
    policy, _made = FieldPolicy.objects.select_for_update().get_or_create(pk=1)
    if policy.show_positions != shown:
        policy.show_positions, policy.changed_at, policy.changed_by = shown, timezone.now(), by
        policy.save()
        if shown:
            PositionNotice.objects.all().delete()
        audit.record(policy, "change", by=by, changes={"show_positions": [not shown, shown]})
    return policy


def acknowledge_positions(command: Command) -> dict[str, Any]:
    """positions.told: the person has read that positions are shown."""
    notice, _made = PositionNotice.objects.get_or_create(user=command.by)
    return {"id": notice.pk, "version": 1}
