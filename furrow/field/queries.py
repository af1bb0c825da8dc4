"""Reads over phones."""

from __future__ import annotations

from furrow.field.models import Device
from furrow.field.services import token_hash
from furrow.team.models import User


def device_by_token(token: str) -> Device | None:
    """The phone with this token, also one taken out of service. One query."""
    if not token:
        return None
    return Device.objects.filter(token_hash=token_hash(token)).select_related("user__team").first()


def devices_of(user: User) -> list[Device]:
    """Phones the user may see, in use first."""
    rows = Device.objects.visible_to(user).select_related("user", "revoked_by")
    return sorted(
        rows[:500], key=lambda device: (device.revoked_at is not None, device.user.name, -device.pk)
    )
