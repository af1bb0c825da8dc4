"""A phone of the rep and an upload that nobody has begun, for tests/addresses.py."""

from __future__ import annotations

from uuid import UUID

from furrow.field.services import register_device
from tests.cast import Cast

PHOTO = UUID("6f1d9c3e-1f1c-4c51-9a53-0e6a3f0f2a11")


def things(cast: Cast) -> dict[str, object]:
    device, _token = register_device(cast.rep, client_id=PHOTO, name="Android, Chrome")
    return {"field:version": "one", "field:client_id": PHOTO, "field:pk": device}
