"""Cells of a customer list to column values. No database; what is not certain becomes a message, never a guess."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache, lru_cache, partial
from typing import Any
from unicodedata import normalize

from django.utils.translation import gettext as _

from furrow.customers.custom.importing import OwnReader
from furrow.customers.models import ChannelType, Customer, Grade, Kind, OwnershipType, Status
from furrow.kit.figures import listed
from furrow.kit.folding import fold
from furrow.kit.positions import CoordinateSystem, check_position, to_wgs84
from furrow.kit.regions import Found, region_book
from furrow.kit.sheets import Cell
from furrow.kit.sheets.degrees import SwappedPosition, parse_longitude, parse_position
from furrow.kit.sheets.phones import parse_phones
from furrow.kit.sheets.values import ValueProblem, choice_table, parse_code, parse_text, shown

TEXTS = ("name", "short_name", "contact_name", "address", "legal_representative")
MOST_GUESSES, LONGEST_GUESSED = (
    200,
    20,
)  # of names nobody has: a wrong column must not cost a comparison per row and person
_GRADES = frozenset(Grade.values)
PLACES = ("province", "city", "district")
_LIMITS = {
    name: getattr(Customer._meta.get_field(name), "max_length", None)
    for name in (*TEXTS, "note", "code", "phone")
}

CHANNEL_WORDS = {
    "wholesale": "批发 批发商 批发市场 分销 分销商 经销商 distributor", "modern": "现代 现代渠道 商超 超市 卖场 连锁 便利店 ka supermarket chain",
    "traditional": "传统 传统渠道 流通 零售 零售店 夫妻店 门店 士多 retail grocery", "closed": "封闭 封闭渠道 特通 特殊渠道 特渠 团购 餐饮 学校 special",
}  # fmt: skip
KIND_WORDS = {
    "dealer": "经销 经销商客户 代理商 distributor agent", "retailer": "零售 门店 终端 shop store", "carrier": "运营商营业厅 运营商 厅店 hall",
    "key": "重点客户 集团客户 ka客户 key account", "consumer": "顾客 终端用户 个人 end user", "rival": "竞品 竞争产品 对手产品 competitor",
    "public": "公关 公共关系 政府 媒体 协会 public relations",
}  # fmt: skip
STATUS_WORDS = {
    "prospect": "潜在 意向 未合作 新客户 lead", "active": "合作 合作中 正常 活跃 在营 营业 营业中 open", "dormant": "休眠 停用 暂停 inactive",
    "lost": "流失 已流失 终止 关闭 停业 closed",
}  # fmt: skip
OWNERSHIP_WORDS = {
    "state": "国有 国有企业 国企 全民所有制", "collective": "集体 集体企业 集体所有制", "private": "私营 民营 私营企业 民营企业 有限责任公司", "joint": "合资 中外合资 合资企业",
    "foreign": "外资 外商独资 独资 wholly foreign owned", "sole": "个体 个体户 个体工商户 个体经营", "other": "其他 其它",
}  # fmt: skip
SYSTEM_WORDS = {"wgs84": "wgs gps 地球坐标 国际 epsg4326", "gcj02": "gcj 高德 腾讯 火星坐标 火星 国测局 amap", "bd09": "bd 百度 baidu 百度坐标"}  # fmt: skip


@dataclass(slots=True)
class Read:
    """One row read: column values of the cells that hold something, and what there is to say about the others."""

    values: dict[str, Any] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    has_error: bool = False

    def say(
        self, name: str, cell: Cell | None, text: str, *, suggestion: str = "", error: bool = True
    ) -> None:
        message = {
            "field": name,
            "value": shown(cell)[:200],
            "text": text,
            "level": "error" if error else "warning",
        }
        if suggestion:
            message["suggestion"] = suggestion
        self.messages.append(message)
        self.has_error = self.has_error or error


def _table(choices: Any, words: Mapping[str, str]) -> dict[str, str]:
    table = {fold(word): code for code, all_words in words.items() for word in all_words.split()}
    return table | choice_table(choices)


@cache
def _tables() -> dict[str, dict[str, str]]:
    return {
        "kind": _table(Kind.choices, KIND_WORDS),
        "channel_type": _table(ChannelType.choices, CHANNEL_WORDS),
        "status": _table(Status.choices, STATUS_WORDS),
        "ownership_type": _table(OwnershipType.choices, OWNERSHIP_WORDS),
        "position_system": _table(CoordinateSystem.choices, SYSTEM_WORDS),
    }


_CHOICES = {"kind": Kind, "channel_type": ChannelType, "status": Status, "ownership_type": OwnershipType}


class CellReader:
    """Reads rows of one file. `people`: folded name or sign-in name -> user ids; `system`: the file's coordinate system; `own`: reads the
    company's own fields."""

    def __init__(self, people: Mapping[str, list[int]], system: str, own: OwnReader | None = None) -> None:
        self.people = people
        self.own = own
        self.system = system
        self.guesses = 0
        self.tables = _tables()
        self.region = lru_cache(maxsize=20_000)(region_book().find)
        self._owner = lru_cache(maxsize=5_000)(self._find_owner)

    def read(self, cells: Mapping[str, Cell]) -> Read:
        """Everything the row says about a customer."""
        read = Read()
        for name, parse in _PARSERS.items():
            if name in cells:
                self._take(read, name, cells[name], parse)
        if "name" not in read.values and not read.has_error:
            read.say("name", "", _("The name is missing. Fill it in."))
        for name in _CHOICES:
            if name in cells:
                self._choice(read, name, cells[name])
        if "grade" in cells:
            self._grade(read, cells["grade"])
        if "owner" in cells:
            self._take_owner(read, cells["owner"])
        self._take_region(read, cells)
        if "longitude" in cells or "latitude" in cells:
            self._position(read, cells)
        self._take_own(read, cells)
        return read

    def _take_own(self, read: Read, cells: Mapping[str, Cell]) -> None:
        """The company's own fields, in their order."""
        own = self.own
        if own is None:
            return
        for name in own.fields:
            if name in cells:
                self._take(read, name, cells[name], partial(own.read, name))

    @staticmethod
    def _take(read: Read, name: str, cell: Cell, parse: Callable[[Cell], Any]) -> None:
        try:
            value = parse(cell)
        except ValueProblem as problem:
            read.say(name, cell, problem.message)
        else:
            if value:
                read.values[name] = value

    def _choice(self, read: Read, name: str, cell: Cell) -> None:
        """A word we do not know leaves the field empty: the row is still worth having."""
        written = shown(cell)
        if code := self.tables[name].get(fold(written)):
            read.values[name] = code
        else:
            labels = listed(_CHOICES[name].labels)
            read.say(
                name, cell, _("Left empty: this is none of %(choices)s") % {"choices": labels}, error=False
            )

    @staticmethod
    def _grade(read: Read, cell: Cell) -> None:
        letter, likely = _letter(shown(cell))
        if likely == letter and letter:
            read.values["customer_grade"] = read.values["visit_grade"] = letter
        elif letter:
            read.say("grade", cell, _("Only A, B, C, D or nothing can stand here"), suggestion=likely)

    def _find_owner(self, folded: str) -> tuple[list[int], str]:
        """(ids of people of that name, the likeliest name when there is none)."""
        if folded in self.people:
            return self.people[folded], ""
        self.guesses += 1
        if self.guesses > MOST_GUESSES or len(folded) > LONGEST_GUESSED:
            return [], ""
        close = get_close_matches(folded, list(self.people), n=1, cutoff=0.6)
        return [], close[0] if close else ""

    def _take_owner(self, read: Read, cell: Cell) -> None:
        if not (folded := fold(shown(cell))):
            return
        found, close = self._owner(folded)
        if len(found) == 1:
            read.values["owner_id"] = found[0]
        elif found:
            read.say("owner", cell, _("Several people have this name. Write the sign-in name."))
        else:
            read.say("owner", cell, _("Nobody of this name among your people"), suggestion=close)

    def _take_region(self, read: Read, cells: Mapping[str, Cell]) -> None:
        province, city, district = (shown(cells.get(name)).strip() for name in PLACES)
        address = read.values.get("address", "")
        if not (province or city or district or address):
            return
        found: Found = self.region(province, city, district) if province or city or district else Found(None)
        if address and len(found.code or "") < 6:
            found = region_book().find(province, city, district, address)
        if found.code:
            read.values["region_id"] = found.code
            return
        named = [name for name in PLACES if name in cells]
        close = region_book().name(found.suggestions[0]) if found.suggestions else ""
        if named:
            text = (
                _("Region not found; it is left empty")
                if address
                else _("Region not found. Write it like 湖北省武汉市江汉区.")
            )
            read.say(named[-1], cells[named[-1]], text, suggestion=close, error=not address)

    def _position(self, read: Read, cells: Mapping[str, Cell]) -> None:
        system, east, north = self.system, cells.get("longitude"), cells.get("latitude")
        if "position_system" in cells:
            known = self.tables["position_system"].get(fold(shown(cells["position_system"])))
            if known is None:
                read.say(
                    "position_system",
                    cells["position_system"],
                    _("Unknown coordinate system. Write WGS-84, GCJ-02 or BD-09."),
                )
                return
            system = known
        try:
            position = parse_position(east, north)
        except SwappedPosition as swapped:
            read.say("longitude", east, swapped.message, suggestion=f"{swapped.longitude:.10g}")
            read.say("latitude", north, swapped.message, suggestion=f"{swapped.latitude:.10g}")
            return
        except ValueProblem as problem:
            name = _wrong_half(east, north)
            read.say(name, cells.get(name), problem.message)
            return
        if position is None:
            return
        if wrong := check_position(*position):
            read.say("longitude", east, str(wrong))
            return
        longitude, latitude = to_wgs84(*position, system)
        read.values |= {"longitude": longitude, "latitude": latitude, "position_system": system}


@lru_cache(maxsize=5_000)
def _letter(written: str) -> tuple[str, str]:
    """(what is written without the words around it, the grade it starts with or ""); a grade when both are the same."""
    letter = normalize("NFKC", written).strip().lower()  # fold() would take A+ for A
    for word in ("grade", "class", "客户", "等级", "级", "类"):
        letter = letter.replace(word, "").strip()
    letter = letter.upper()
    return letter, letter[:1] if letter[:1] in _GRADES else ""


def _wrong_half(east: Cell | None, north: Cell | None) -> str:
    """Which of the two the problem lies in: the missing one, else the longitude if it cannot be read."""
    if east is None or north is None:
        return "longitude" if east is None else "latitude"
    try:
        parse_longitude(east)
    except ValueProblem:
        return "longitude"
    return "latitude"


def _phones(cell: Cell) -> str:
    numbers = "、".join(parse_phones(cell))
    if len(numbers) > (_LIMITS["phone"] or 100):
        raise ValueProblem(_("Too many phone numbers for one customer. Keep the most important ones."))
    return numbers


_PARSERS: dict[str, Callable[[Cell], str]] = {
    **{name: partial(parse_text, max_length=_LIMITS[name]) for name in TEXTS},
    "note": partial(parse_text, max_length=_LIMITS["note"], lines=True),
    "code": partial(parse_code, max_length=_LIMITS["code"]),
    "phone": _phones,
}
