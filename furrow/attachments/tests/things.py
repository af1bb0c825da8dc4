"""A file on the rep's customer, for tests/addresses.py."""

from __future__ import annotations

import io

from PIL import Image

from furrow.attachments.services import add_file, delete_file
from furrow.customers.services import create_customer
from tests.cast import Cast


def picture(width: int = 60, height: int = 40, form: str = "JPEG", **saved: object) -> io.BytesIO:
    """A picture in one colour that depends on its size."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), (width % 256, height % 256, 90)).save(out, form, **saved)
    out.seek(0)
    return out


def things(cast: Cast) -> dict[str, object]:
    customer = create_customer(by=cast.director, name="有附件的店", owner=cast.rep)
    kept = add_file("customers", customer.pk, picture(), "门头.jpg", by=cast.rep)
    gone = add_file("customers", customer.pk, picture(61), "旧门头.jpg", by=cast.rep)
    delete_file(gone, by=cast.rep)
    return {
        "attachments:pk": kept,
        "attachments:restore.pk": gone,
        "attachments:upload.pk": customer,
        "attachments:panel.pk": customer,
        "attachments:upload.record": "customers",
        "attachments:panel.record": "customers",
        "attachments:size": "thumb",
        "api:list_files.pk": customer,
        "api:add_file.pk": customer,
        "api:delete_file.pk": kept,
        "record": "customers",
    }
