"""Six hundred shops that do not exist, on streets that do; pure and the same for a seed."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from math import cos, hypot, radians
from pathlib import Path
from random import Random

FOLDER = Path(__file__).parent
SURNAMES = "王李张刘陈杨黄吴赵周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹彭肖蔡潘田董袁于余蒋叶杜苏魏程吕丁沈任姚卢姜谭廖范汪"
GIVEN = [
    "建国", "志强", "海燕", "春梅", "文杰", "晓东", "丽娟", "国平", "秀英", "俊", "敏", "静", "军", "涛", "勇", "艳", "红梅", "小平", "永胜", "佳", "慧", "斌", "云霞", "爱华", "大鹏", "汉生", "楚雄", "新华", "桂兰", "振宇", "思远", "雅琴", "立新", "德明", "金凤", "长江", "玉兰", "少华", "明亮", "彩云",
]  # fmt: skip
# Share of outlets, and words after the short name.
CHANNELS: dict[str, tuple[int, tuple[str, ...]]] = {
    "traditional": (
        68,
        ("通讯", "手机店", "数码", "手机维修", "通讯器材", "手机配件", "数码配件", "通讯合作营业厅"),
    ),
    "modern": (15, ("手机广场", "数码生活馆", "手机连锁", "智能生活馆")),
    "wholesale": (9, ("通讯批发", "手机配件批发", "数码商贸", "通讯设备商行")),
    "closed": (8, ("校园数码", "厂区通讯", "园区数码便利店")),
}
MARKET_CHANNELS = {"traditional": 45, "modern": 3, "wholesale": 52}
STATUS = {"active": 80, "prospect": 11, "dormant": 6, "lost": 3}
OWNERSHIP = {"sole": 70, "private": 27, "collective": 2, "joint": 1}
NOTES = (
    "周一上午盘点，下午去",
    "店主中午不在",
    "要先打电话",
    "在二楼，从侧门上",
    "想要新品展示架",
    "每月25日对账",
)

# Water nobody sells phones on, GCJ-02: the middle of the Yangtze with half its width, and lakes as boxes.
YANGTZE = (
    (114.130, 30.370), (114.197, 30.437), (114.244, 30.494), (114.277, 30.534), (114.288, 30.550), (114.295, 30.571),
    (114.322, 30.605), (114.350, 30.632), (114.405, 30.665), (114.460, 30.668), (114.560, 30.640),
)  # fmt: skip
RIVER_HALF_M = 750
LAKES = (
    (114.362, 30.535, 114.440, 30.585), (114.322, 30.560, 114.342, 30.580), (114.352, 30.484, 114.376, 30.502),
    (114.205, 30.525, 114.232, 30.545), (114.340, 30.400, 114.408, 30.450), (114.190, 30.665, 114.230, 30.690),
)  # fmt: skip
METRES_PER_DEGREE = 111_320


@dataclass(frozen=True)
class Area:
    """A shopping street or market: centre in GCJ-02, the rep who walks it, how far shops scatter, its share of shops."""

    place: str
    region: str
    rep: str
    lng: float
    lat: float
    spread: float
    weight: int
    kind: str
    streets: tuple[str, ...]


@dataclass
class Shop:
    """A shop to be written as a customer; `rep` is the sign-in name of its owner, empty for none."""

    name: str
    place: str
    region: str
    rep: str
    address: str
    lng: float | None
    lat: float | None
    channel: str
    status: str
    contact: str
    phone: str
    ownership: str
    note: str = ""
    legal: str = ""
    draw: float = field(default=0.0, compare=False)


def areas() -> list[Area]:
    """The rows of areas.csv."""
    with (FOLDER / "areas.csv").open(encoding="utf-8", newline="") as file:
        return [
            Area(
                row["place"], row["region"], f"rep{row['rep']}", float(row["lng"]), float(row["lat"]),
                float(row["spread"]), int(row["weight"]), row["kind"], tuple(row["streets"].split(";")),
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip


def shops(count: int, seed: int) -> list[Shop]:
    """`count` shops, spread over the areas by weight; every fiftieth or so lacks something, as in real lists."""
    dice = Random(seed)
    numbers = iter(dice.sample(range(2000, 10_000), 2 * count))
    names = _names(dice)
    places = _spread(areas(), count)
    dice.shuffle(places)
    made = [_shop(area, names, numbers, dice) for area in places]
    _leave_gaps(made)
    return made


def _spread(found: list[Area], count: int) -> list[Area]:
    """The area of each shop: shares by weight, rounded so that they add up."""
    total = sum(area.weight for area in found)
    ends = [round(part * count / total) for part in accumulate(area.weight for area in found)]
    return [
        area
        for area, start, end in zip(found, [0, *ends], ends, strict=False)
        for _number in range(start, end)
    ]


def _names(dice: Random) -> Iterator[str]:
    """Short names in mixed order, again from the start when all are used."""
    words = (FOLDER / "short_names.csv").read_text(encoding="utf-8").split()[1:]
    while True:
        dice.shuffle(words)
        yield from words


def _pick(shares: dict[str, int], dice: Random) -> str:
    return dice.choices(list(shares), list(shares.values()))[0]


def _shop(area: Area, names: Iterator[str], numbers: Iterator[int], dice: Random) -> Shop:
    shares = (
        MARKET_CHANNELS if area.kind == "market" else {name: share for name, (share, _) in CHANNELS.items()}
    )
    channel = _pick(shares, dice)
    name = next(names) + dice.choice(CHANNELS[channel][1])
    if channel == "modern" or dice.random() < 0.3:
        name += f"（{area.place}店）"
    lng, lat = _position(area, dice)
    boss = dice.choice(SURNAMES) + dice.choice(GIVEN)
    ownership = "private" if channel in {"modern", "wholesale"} else _pick(OWNERSHIP, dice)
    return Shop(
        name=name,
        place=area.place,
        region=area.region,
        rep=area.rep,
        address=_address(area, dice),
        lng=lng,
        lat=lat,
        channel=channel,
        status=_pick(STATUS, dice),
        contact=boss if dice.random() < 0.8 else dice.choice(SURNAMES) + "经理",
        phone=_phone(channel, numbers, dice),
        ownership=ownership,
        note=dice.choice(NOTES) if dice.random() < 0.12 else "",
        legal=boss if ownership == "private" else "",
        draw=dice.random(),
    )


def _address(area: Area, dice: Random) -> str:
    street = f"{dice.choice(area.streets)}{dice.randint(1, 620)}号"
    if area.kind == "market":
        return f"{street}{area.place}通讯市场{dice.choice('一二三')}楼{dice.choice('ABCD')}{dice.randint(1, 88):02d}"
    return street + (f"附{dice.randint(1, 9)}号" if dice.random() < 0.2 else "")


def _phone(channel: str, numbers: Iterator[int], dice: Random) -> str:
    """Numbers that ring nowhere: 1380000xxxx and 027-8555xxxx, each once."""
    mobile, landline = f"1380000{next(numbers)}", f"027-8555{next(numbers)}"
    if channel in {"wholesale", "modern"}:
        return f"{landline}、{mobile}" if dice.random() < 0.4 else landline
    return mobile


def _position(area: Area, dice: Random) -> tuple[float, float]:
    """A point around the area's centre, on land; the centre after fifty throws into the water."""
    for _throw in range(50):
        lat = area.lat + dice.gauss(0, area.spread) / METRES_PER_DEGREE
        lng = area.lng + dice.gauss(0, area.spread) / (METRES_PER_DEGREE * cos(radians(area.lat)))
        if not in_water(lng, lat):
            return round(lng, 6), round(lat, 6)
    return area.lng, area.lat


def in_water(lng: float, lat: float) -> bool:
    """Whether a GCJ-02 point lies in the Yangtze or one of the large lakes, roughly."""
    if any(west < lng < east and south < lat < north for west, south, east, north in LAKES):
        return True
    return any(_distance_m((lng, lat), a, b) < RIVER_HALF_M for a, b in pairwise(YANGTZE))


def _distance_m(point: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
    """From a point to the stretch between two others, on a flat map around Wuhan."""
    width = METRES_PER_DEGREE * cos(radians(30.57))
    px, py, bx, by = (
        (point[0] - a[0]) * width,
        (point[1] - a[1]) * METRES_PER_DEGREE,
        (b[0] - a[0]) * width,
        (b[1] - a[1]) * METRES_PER_DEGREE,
    )
    along = max(0.0, min(1.0, (px * bx + py * by) / (bx * bx + by * by)))
    return hypot(px - along * bx, py - along * by)


def _leave_gaps(made: list[Shop]) -> None:
    """One in sixty has no position, one in sixty no owner, one in a hundred no phone or no region."""
    for shop in made[7::60]:
        shop.lng = shop.lat = None
    for shop in made[11::60]:
        shop.rep = ""
    for shop in made[19::100]:
        shop.phone = ""
    for shop in made[53::100]:
        shop.region = ""
