"""Plausible customers in any number, the same for the same seed: names as shops have them, places in Wuhan, phones, owners, grades."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

PLACES = [
    "江汉",
    "汉正",
    "武昌",
    "光谷",
    "徐东",
    "中南",
    "街道口",
    "王家湾",
    "古田",
    "后湖",
    "百步亭",
    "青山",
    "钟家村",
    "四新",
    "南湖",
    "关山",
    "鲁巷",
    "水果湖",
    "积玉桥",
    "杨园",
]
BRANDS = [
    "华信",
    "恒达",
    "顺达",
    "鑫源",
    "通达",
    "宏图",
    "万家",
    "金桥",
    "飞鸿",
    "天宇",
    "诚信",
    "联创",
    "盛世",
    "百汇",
    "新世纪",
    "三江",
    "瑞丰",
    "中天",
    "永兴",
    "博远",
]
TRADES = ("通讯", "手机店", "数码", "手机配件批发", "电子商行", "通讯器材经营部", "数码港", "手机维修")
SURNAMES = "王李张刘陈杨黄赵周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟强磊军洋勇杰涛明超芳娜敏静丽艳娟霞燕玲"
STREETS = [
    "解放大道",
    "中山大道",
    "武珞路",
    "珞喻路",
    "建设大道",
    "友谊大道",
    "和平大道",
    "汉阳大道",
    "雄楚大道",
    "发展大道",
]
GRADES = "AABBBBCCCCCCCDDDDDDD"
CHANNELS = ("traditional",) * 14 + ("modern",) * 3 + ("wholesale",) * 2 + ("closed",)


def rows(count: int, *, owner_ids: Sequence[int | None] = (None,), seed: int = 1) -> Iterator[dict[str, Any]]:
    """Column values of `count` customers with codes KH000001 and on, as customers.bulk.create_many takes them."""
    chance = random.Random(seed)
    for number in range(1, count + 1):
        place, grade = chance.choice(PLACES), chance.choice(GRADES)
        yield {
            "code": f"KH{number:06}",
            "name": f"{place}{chance.choice(BRANDS)}{chance.choice(TRADES)}{number % 97 or ''}",
            "contact_name": chance.choice(SURNAMES) + chance.choice(GIVEN),
            "phone": f"13{chance.randrange(10**9):09}",
            "channel_type": chance.choice(CHANNELS),
            "status": "active",
            "owner_id": owner_ids[number % len(owner_ids)],
            "customer_grade": grade,
            "visit_grade": grade,
            "address": f"{chance.choice(STREETS)} {chance.randrange(1, 900)} 号",
            "longitude": round(chance.gauss(114.30, 0.08), 6),
            "latitude": round(chance.gauss(30.58, 0.06), 6),
            "position_system": "gcj02",
        }
