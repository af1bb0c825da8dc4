"""Names of companies and shops in any number, and where they are: the same for the same seed.

Short names and trade words come from the folder `names` of the data that lies beside the repository (FURROW_BENCH_DATA names another);
without it the demo company's 330 short names are used, and the measures say so.
"""

from __future__ import annotations

import gzip
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TRADES = (
    "通讯", "通讯器材", "手机", "数码", "电器", "家电", "超市", "便利店", "商贸", "科技", "电子", "百货", "建材", "五金", "食品", "烟酒", "药房", "服饰",
    "家居", "汽配", "文具", "母婴", "餐饮", "茶叶", "贸易", "酒店",
)  # fmt: skip
LEGAL = ("有限公司", "有限责任公司", "商行", "经营部", "股份有限公司", "门市部", "经销部", "", "", "", "店")
BRANCHES = (
    "江汉路", "中山路", "解放大道", "人民广场", "光谷", "火车站", "步行街", "万达广场", "大学城", "古田", "徐东", "南湖", "东街", "北门", "体育中心",
    "新城", "汽车站", "建设路", "滨江", "银泰城",
)  # fmt: skip
STREETS = (
    "解放路",
    "中山路",
    "人民路",
    "建设大道",
    "和平路",
    "长江路",
    "友谊大道",
    "新华街",
    "文化路",
    "胜利街",
    "青年路",
    "滨湖大道",
    "迎宾路",
    "光明街",
)


@dataclass(frozen=True, slots=True)
class Firm:
    """One business before it is written down: the parts of its name and what is known of it. Position: WGS-84."""

    brand: str
    trade: str
    legal: str
    branch: str
    city: str
    region: str
    district: str
    street: str
    number: int
    phone: str
    position: tuple[float, float]
    before: bool  # whether the city stands before the name

    @property
    def name(self) -> str:
        legal = "" if self.branch else self.legal
        return f"{self.city if self.before else ''}{self.brand}{self.trade}{legal}{f'（{self.branch}店）' if self.branch else ''}"

    @property
    def address(self) -> str:
        return f"{self.street}{self.number}号"


@cache
def short_names() -> tuple[str, ...]:
    """Brands; `data_missing` tells where they come from."""
    path = _folder() / "company_short_names_dev.csv.gz"
    if path.exists():
        lines = gzip.decompress(path.read_bytes()).decode().split("\n")[1:]
    else:
        lines = (ROOT / "furrow/config/demo/short_names.csv").read_text(encoding="utf-8").split("\n")[1:]
    return tuple(line.strip() for line in lines if 2 <= len(line.strip()) <= 6)


def data_missing() -> str:
    """A remark for the measures' names when the large list of names is not there."""
    return "" if (_folder() / "company_short_names_dev.csv.gz").exists() else ", demo names only"


def _folder() -> Path:
    return Path(os.environ.get("FURROW_BENCH_DATA") or ROOT.parent / "shared" / "data") / "names"


@cache
def districts() -> tuple[tuple[str, str, str, float, float], ...]:
    """(code, district, city, longitude, latitude) of 600 districts."""
    from furrow.kit.divisions import counties_and_above

    rows = {row.code: row for row in counties_and_above()}
    found = [
        (row.code, row.name, rows[row.code[:4]].name, row.lng or 110.0, row.lat or 30.0)
        for row in rows.values()
        if len(row.code) == 6 and row.code[:4] in rows and row.name not in {"市辖区", "县"}
    ]
    return tuple(found[:: max(1, len(found) // 600)])


def firm(chance: random.Random) -> Firm:
    """One business, drawn at random."""
    code, district, city, lng, lat = chance.choice(districts())
    return Firm(
        brand=chance.choice(short_names()),
        trade=chance.choice(TRADES),
        legal=chance.choice(LEGAL),
        branch=chance.choice(BRANCHES) if chance.random() < 0.2 else "",
        city=city.removesuffix("市"),
        region=code,
        district=district,
        street=chance.choice(STREETS),
        number=chance.randrange(1, 900),
        phone=f"1{chance.choice('3578')}{chance.randrange(10**9):09}",
        position=(round(lng + chance.gauss(0, 0.03), 6), round(lat + chance.gauss(0, 0.03), 6)),
        before=chance.random() < 0.4,
    )


def other(known: Firm, chance: random.Random, *keep: str) -> Firm:
    """Another business that shares only what is named in `keep`."""
    return replace(firm(chance), **{name: getattr(known, name) for name in keep})


def customers(count: int, seed: int = 1) -> Iterator[dict[str, object]]:
    """Column values of `count` customers, as customers.bulk.insert_many takes them."""
    chance = random.Random(seed)
    for number in range(1, count + 1):
        made = firm(chance)
        yield {
            "code": f"K{number:07}",
            "name": made.name,
            "phone": made.phone,
            "address": made.address,
            "region_id": made.region,
            "longitude": made.position[0],
            "latitude": made.position[1],
            "position_system": "wgs84",
            "status": "active",
        }
