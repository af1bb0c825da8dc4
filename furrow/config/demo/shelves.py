"""What the phone saw at the demo company's store checks: drawn shelves in place of photos, so that the pages show where a photo stands."""

from __future__ import annotations

import io
from random import Random

from django.utils import timezone
from PIL import Image, ImageDraw

from furrow.attachments.services import add_file
from furrow.visits import checks
from furrow.visits.check_models import CheckItem, StoreCheck
from furrow.visits.models import ContactRecord

SHOWN = {CheckItem.POP: "海报", CheckItem.DISPLAY: "陈列", CheckItem.SHELF: "货架", CheckItem.PRICE: "价签", CheckItem.STOCK: "库存"}  # fmt: skip
BOARDS, PLACES = 3, 7
WIDE, HIGH = 640, 480
GOODS = ("#1e5b3d", "#3f7480", "#d9cf9f", "#b4692a", "#63675c")


def photograph(check: StoreCheck, record: ContactRecord) -> None:
    """A picture of each poor item that can be seen."""
    dice = Random(record.pk)
    for item in check.items.filter(code__in=SHOWN, points__lte=2).order_by("pk"):
        name = f"{SHOWN[CheckItem(item.code)]}-{timezone.localtime(record.started_at):%H%M}.jpg"
        drawn = _shelf(CheckItem(item.code), dice)
        kept = add_file("visits", record.pk, drawn, name, by=record.by, category="photo")
        checks.add_photo(item, kept, by=record.by)


def _shelf(code: CheckItem, dice: Random) -> io.BytesIO:
    """Boards with goods; what is wrong with them is what the item is about."""
    picture = Image.new("RGB", (WIDE, HIGH), "#e6e2d6")
    pen = ImageDraw.Draw(picture)
    filled = {CheckItem.STOCK: 0.35, CheckItem.SHELF: 0.55}.get(code, 0.95)
    for board in range(BOARDS):
        foot = 190 + 125 * board
        for place in range(PLACES):
            left = 45 + 80 * place
            if dice.random() < filled:
                top = foot - dice.randint(62, 92)
                pen.rectangle((left, top, left + 58, foot), fill=dice.choice(GOODS))
                pen.rectangle((left + 8, top + 12, left + 50, top + 30), fill="#f6f5f0")
            if code != CheckItem.PRICE or dice.random() < 0.4:
                pen.rectangle((left + 10, foot + 6, left + 48, foot + 20), fill="#fffdf5", outline="#84867a")
        pen.rectangle((25, foot, WIDE - 25, foot + 5), fill="#565b51")
    if code in (CheckItem.POP, CheckItem.DISPLAY):
        pen.rectangle(
            (40, 18, WIDE - 40, 78), fill="#a32a20" if code == CheckItem.POP else "#f6f5f0", outline="#84867a"
        )
        pen.polygon([(WIDE - 110, 18), (WIDE - 40, 18), (WIDE - 40, 78)], fill="#d9cf9f")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    out.seek(0)
    return out
