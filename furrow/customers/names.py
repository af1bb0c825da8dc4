"""The parts of a customer's name that tell customers apart: its core and its branch. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from furrow.kit.folding import fold, name_key

# After these a name has said what it sells; what follows before 店 is a branch.
TRADES = (
    "通讯器材", "通讯设备", "通讯", "通信", "手机广场", "手机连锁", "手机维修", "手机配件", "手机", "数码生活馆", "数码配件", "数码港", "数码广场", "数码",
    "电脑", "电子", "电器", "家电", "家居", "家具", "建材", "五金", "灯饰", "装饰", "百货", "超市", "便利店", "便利", "商贸", "贸易", "商场", "烟酒",
    "副食", "食品", "粮油", "茶叶", "茶庄", "咖啡", "餐饮", "酒店", "酒楼", "饭店", "面馆", "烘焙", "蛋糕", "水果", "生鲜", "药房", "药店", "大药房", "医药",
    "眼镜", "服装", "服饰", "鞋业", "母婴", "文具", "书店", "书城", "美容", "美发", "汽车", "汽配", "汽修", "轮胎", "化妆品", "日化", "洗涤", "农资", "种业",
    "营业厅", "专卖", "生活馆", "体验馆",
)  # fmt: skip
_TRADE = re.compile(f".*(?:{'|'.join(sorted((*TRADES, '公司'), key=len, reverse=True))})")
_BRACKETED = re.compile(r"[(（\[【〔]([^()（）\[\]【】〔〕]*)[)）\]】〕]")
_LEGAL = frozenset({"个体工商户", "个体", "有限合伙", "普通合伙", "集团", "中国", "特殊普通合伙"})
_KINDS = "旗舰|体验|专卖|直营|加盟|形象|中心|概念|社区|校园"
_SHOP_END = re.compile(r"(?:号?[分门]?店|营业厅|门市部?)$")
_NUMBERED = re.compile(r"第?([0-9]+|[一二三四五六七八九十百]+)(?:号|[分门])?(?:店|部|厅)?$")
_PLACED = re.compile(
    r"([\u4e00-\u9fff]{2}(?:大道|广场|商城|市场|中心|路|街|巷|道|桥|门|村|湾|湖|镇|站|口|里|坊|苑|园|区|县|市|城))店$"
)
_SIDE = re.compile(r"([东西南北新老旧]|旗舰|体验|专卖|直营|加盟|形象)店$")
_HEAD = re.compile(r"(?:总店|总部|本店)$")
_LAST_OF_BRANCH = frozenset(
    "店部厅号分门0123456789一二三四五六七八九十百"
)  # what _HEAD, _NUMBERED, _SIDE and _PLACED end with
_DIGITS = re.compile(r"[0-9]+")
_CHINESE = {char: number for number, char in enumerate("零一二三四五六七八九")}
# Characters that stand for each other in the names of different outlets.
_SETS = (
    "零一二三四五六七八九十百千万0123456789", "东西南北中", "大小", "新老旧", "上下", "前后", "左右", "甲乙丙丁", "内外", "春夏秋冬",
    "红黄蓝绿白黑紫", "金银铜铁", "男女", "父子", "兄弟姐妹", "日月",
)  # fmt: skip


class NameParts(NamedTuple):
    """`core`: folded, without region, legal form and branch; `branch`: folded, without 店, empty for none or the main shop; `numbers`:
    all numbers of the name; `whole`: core and branch."""

    core: str
    branch: str
    numbers: tuple[str, ...]

    @property
    def whole(self) -> str:
        return self.core + self.branch


@lru_cache(maxsize=50_000)
def parts_of(name: str) -> NameParts:
    """The parts of a name, as a person would read them.

    >>> parts_of("武汉市順達通訊（江漢路店）有限公司")
    NameParts(core='顺达通讯', branch='江汉路', numbers=())
    """
    rest, branch = _outside_brackets(name)
    folded = fold(rest) or fold(name)
    if not branch:
        folded, branch = _at_end(folded)
    core = name_key(folded)
    if not branch and folded.endswith("店"):
        core, branch = _after_trade(core)
    return NameParts(core, branch, tuple(map(_plain_number, _DIGITS.findall(core + " " + branch))))


def _outside_brackets(name: str) -> tuple[str, str]:
    """The name without its brackets, and the branch that stood in them; a region or a legal form in brackets is none."""
    branch = ""
    for bracket in _BRACKETED.finditer(name):
        inside = fold(bracket[1])
        name = name.replace(bracket[0], "")
        if inside and inside not in _LEGAL and name_key(f"某某某{bracket[0]}") != "某某某":
            branch += _bare_branch(inside)
    return name, branch


def _bare_branch(text: str) -> str:
    """江汉路店 is 江汉路, 3号店 and 三店 are 3, 总店 is nothing."""
    if _HEAD.search(text):
        return ""
    if found := _NUMBERED.fullmatch(text):
        return _plain_number(found[1])
    bare = _SHOP_END.sub("", text)
    return re.sub(f"(?:{_KINDS})$", "", bare) or bare


def _at_end(folded: str) -> tuple[str, str]:
    """(the name without it, the branch at its end), where the end says so by itself."""
    if folded[-1:] not in _LAST_OF_BRANCH:
        return folded, ""
    if (found := _HEAD.search(folded)) and found.start() >= 2:
        return folded[: found.start()], ""
    numbered = _NUMBERED.search(folded)
    if numbered and numbered.start() >= 2 and (numbered[1].isdigit() or folded[-1] in "店部厅号"):
        return folded[: numbered.start()], _plain_number(numbered[1])
    if folded[-1] != "店":
        return folded, ""
    traded = _TRADE.match(folded)
    found = _SIDE.search(folded)
    if found and found.start() >= 2 and (traded or len(found[1]) > 1):
        return folded[: found.start()], found[1]
    if not traded and (found := _PLACED.search(folded)) and found.start() >= 2:
        return folded[: found.start()], found[1]
    return folded, ""


def _after_trade(core: str) -> tuple[str, str]:
    """The core up to its last trade word, and the branch behind it."""
    found = _TRADE.match(core)
    if found is None or len(core) - found.end() < 2 or found.end() < 3:
        return core, ""
    return name_key(core[: found.end()]), _bare_branch(core[found.end() :])


def _plain_number(text: str) -> str:
    """Digits without leading zeros; Chinese numerals up to 99 as digits."""
    if text.isdigit() and text.isascii():
        return text.lstrip("0") or "0"
    tens, ten, ones = text.rpartition("十")
    if ten and all(char in _CHINESE for char in tens + ones) and len(tens) < 2 and len(ones) < 2:
        return str((_CHINESE[tens] if tens else 1) * 10 + (_CHINESE[ones] if ones else 0))
    return "".join(str(_CHINESE[char]) if char in _CHINESE else char for char in text)


def contrasting(a: str, b: str) -> bool:
    """Whether two names of one length differ in a character that sets outlets apart: 东 and 西, 一 and 二, 大 and 小."""
    if len(a) != len(b):
        return False
    differing = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    return len(differing) == 1 and any(
        differing[0][0] in group and differing[0][1] in group for group in _SETS
    )
