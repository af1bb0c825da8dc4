"""Finds the administrative division that people mean, and names it in both languages. Pure; the data is read once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache

from furrow.kit.divisions import Division, all_divisions, counties_and_above
from furrow.kit.folding import fold, pinyin_of

PEOPLES = (
    "壮族", "回族", "维吾尔", "土家族", "苗族", "藏族", "羌族", "彝族", "布依族", "侗族", "哈尼族", "傣族", "白族", "景颇族", "傈僳族", "朝鲜族",
    "蒙古族", "蒙古", "哈萨克族", "哈萨克", "柯尔克孜", "满族", "瑶族", "畲族", "黎族", "各族", "仡佬族", "水族", "纳西族", "拉祜族", "佤族",
    "布朗族", "普米族", "怒族", "独龙族", "阿昌族", "东乡族", "撒拉族", "保安族", "裕固族", "土族", "达斡尔族", "鄂温克族", "鄂伦春族", "锡伯", "塔吉克",
    "毛南族", "仫佬族", "京族",
)  # fmt: skip
SUFFIXES = {
    "特别行政区": "Special Administrative Region", "自治区": "Autonomous Region", "自治州": "Autonomous Prefecture",
    "自治县": "Autonomous County", "自治旗": "Autonomous Banner", "民族乡": "Ethnic Township", "街道办事处": "Subdistrict",
    "新区": "New Area", "矿区": "Mining District", "林区": "Forestry District", "特区": "Special District",
    "管理区": "Management Area", "开发区": "Development Zone", "示范区": "Demonstration Zone", "地区": "Prefecture",
    "街道": "Subdistrict", "省": "Province", "市": "City", "区": "District", "县": "County", "盟": "League",
    "旗": "Banner", "镇": "Town", "乡": "Township", "农场": "Farm", "林场": "Forest Farm", "苏木": "Sumu",
}  # fmt: skip
ABBREVIATIONS = {
    "京": "11", "津": "12", "冀": "13", "晋": "14", "蒙": "15", "辽": "21", "吉": "22", "黑": "23", "沪": "31",
    "苏": "32", "浙": "33", "皖": "34", "闽": "35", "赣": "36", "鲁": "37", "豫": "41", "鄂": "42", "湘": "43",
    "粤": "44", "桂": "45", "琼": "46", "渝": "50", "川": "51", "蜀": "51", "贵": "52", "黔": "52", "云": "53",
    "滇": "53", "藏": "54", "陕": "61", "秦": "61", "甘": "62", "陇": "62", "青": "63", "宁": "64", "新": "65",
    "bj": "11", "tj": "12", "he": "13", "sx": "14", "nm": "15", "ln": "21", "jl": "22", "hl": "23",
    "sh": "31", "js": "32", "zj": "33", "ah": "34", "fj": "35", "jx": "36", "sd": "37", "ha": "41",
    "hb": "42", "hn": "43", "gd": "44", "gx": "45", "hi": "46", "cq": "50", "sc": "51", "gz": "52",
    "yn": "53", "xz": "54", "sn": "61", "gs": "62", "qh": "63", "nx": "64", "xj": "65", "shaanxi": "61",
    "innermongolia": "15", "tibet": "54",
}  # fmt: skip
# Districts that older lists still name, and what most of each became.
FORMER = {
    "卢湾区": "310101", "闸北区": "310106", "南汇区": "310115", "下城区": "330105", "江干区": "330102", "崇文区": "110101",
    "宣武区": "110102", "塘沽区": "120116", "汉沽区": "120116", "大港区": "120116", "白下区": "320104", "下关区": "320106",
    "沧浪区": "320508", "平江区": "320508", "金阊区": "320508", "东山区": "440104", "萝岗区": "440112", "郫县": "510117",
}  # fmt: skip
MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
_ENGLISH_NAMES = {"61": "Shaanxi", "15": "Inner Mongolia"}
_ENGLISH_KINDS = re.compile(
    r"\b(province|city|district|county|prefecture|autonomous|region|new area|new district|municipality)\b"
    r"|\s(shi|sheng|qu|xian)$"
)
_KIND_MARKS = "区县市旗州盟"
_LEADING = re.compile(r"^(中华人民共和国|中国|china)")
_LONGEST_NAME = 13
_MOST_SUGGESTIONS = 8
_MOST_TEXT = 200
_AFTER_ROAD_NAMES = "路街道大巷弄桥寺山站"  # 宝山路 need not lie in 宝山


@dataclass(frozen=True, slots=True)
class Found:
    """`code`: the deepest region that is certain, None when none is. `suggestions`: codes of deeper or other regions that
    the text may mean, when it does not settle on one."""

    code: str | None
    suggestions: tuple[str, ...] = ()


def short_of(name: str) -> str:
    """A division's name without its kind and peoples: 武汉市 → 武汉, 恩施土家族苗族自治州 → 恩施, 房县 → 房县."""
    for suffix in SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            short = name[: -len(suffix)]
            break
    else:
        return name
    if suffix in {"自治区", "自治州", "自治县", "自治旗", "民族乡"}:
        stripped = True
        while stripped:
            stripped = False
            for people in PEOPLES:
                if short.endswith(people) and len(short) - len(people) >= 2:
                    short, stripped = short[: -len(people)], True
    return short


def english_name(name: str, pinyin: str = "", *, short: bool = False) -> str:
    """A division's name in English: 江汉区 → Jianghan District. `pinyin`: the short name's, syllables apart, computed when
    empty. With `short` the kind is left out."""
    kind = next((suffix for suffix in SUFFIXES if name.endswith(suffix)), "")
    bare = short_of(name)
    syllables = pinyin.split()
    if not syllables or not all(syllable.isascii() for syllable in syllables):
        syllables = list(pinyin_of(bare)[0]) if bare else []
    tail = list(pinyin_of(kind)[0]) if kind else []
    if bare != name and len(syllables) > len(bare) and syllables[-len(tail) :] == tail:
        syllables = syllables[: -len(tail)]
    joined = "".join(
        "'" + syllable if at and syllable[:1] in "aeo" else syllable for at, syllable in enumerate(syllables)
    )
    plain = joined.replace("v", "u").capitalize()
    return plain if short or not kind else f"{plain} {SUFFIXES[kind]}"


@dataclass
class RegionBook:
    """All provinces, prefectures and counties with their names; build it through `region_book()`."""

    rows: Iterable[Division]
    by_code: dict[str, Division] = field(init=False)
    _full: dict[str, list[str]] = field(init=False, default_factory=dict)
    _short: dict[str, list[str]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.by_code = {row.code: row for row in self.rows}
        for row in self.by_code.values():
            self._full.setdefault(fold(row.name), []).append(row.code)
            self._short.setdefault(fold(short_of(row.name)), []).append(row.code)
            if row.pinyin:
                self._short.setdefault(fold(row.pinyin), []).append(row.code)
        for name, code in FORMER.items():
            self._full.setdefault(fold(name), [code])
            self._short.setdefault(fold(short_of(name)), [code])
        for alias, code in ABBREVIATIONS.items():
            self._short.setdefault(alias, []).insert(0, code)
        self._named = lru_cache(maxsize=20_000)(self._find_named)

    def resolve(
        self,
        province: str | None = None,
        city: str | None = None,
        district: str | None = None,
        address: str | None = None,
    ) -> str | None:
        """The code of the deepest region that these texts settle on; None when they settle on none."""
        return self.find(province, city, district, address).code

    def find(
        self,
        province: str | None = None,
        city: str | None = None,
        district: str | None = None,
        address: str | None = None,
    ) -> Found:
        """What these texts mean. Names may be short (上海, 洪山), traditional, in pinyin or codes; several levels may stand in
        one of them; the district may stand in the address only."""
        found = self._named(*((text or "")[:_MOST_TEXT] for text in (province, city, district)))
        if address and (found.code is None or self.by_code[found.code].level < 3):
            within = found.code or ""
            if below := self._in_address(fold(address[:_MOST_TEXT]), within):
                return Found(below)
        return found

    def _find_named(self, province: str, city: str, district: str) -> Found:
        within = ""
        suggestions: tuple[str, ...] = ()
        for level, text in enumerate((province, city, district), start=1):
            if not (key := _key(text)):
                continue
            codes = self._meant(key, within, level)
            if len(codes) == 1:
                within = codes[0]
                suggestions = ()
            elif codes:
                suggestions = tuple(codes[:_MOST_SUGGESTIONS])
            elif below := self._in_address(fold(text), within):
                within = below
        return Found(within or None, tuple(code for code in suggestions if code != within))

    def _meant(self, key: str, within: str, level: int) -> list[str]:
        """Regions in `within` that a whole field meant for `level` may name: full name before short name, the field's own
        level before others, itself when the field repeats what is known."""
        if key.isdigit():
            code = _trimmed_code(key)
            return [code] if code in self.by_code and code.startswith(within) else []
        for names in (self._full, self._short):
            codes = list(dict.fromkeys(code for code in names.get(key, ()) if code.startswith(within)))
            own = [code for code in codes if self.by_code[code].level == level]
            above = (
                [code for code in codes if self.by_code[code].level == 1 and code != own[0][:2]]
                if own
                else []
            )
            if own:
                return own + above  # 海南 alone is a province, or a prefecture of another
            if codes:
                nearest = min(codes, key=lambda code: abs(self.by_code[code].level - level))
                return [code for code in codes if self.by_code[code].level == self.by_code[nearest].level]
        return []

    def _in_address(self, folded: str, within: str) -> str | None:
        """The deepest region in `within` that an address names; None when it names none below `within`."""
        rest = _LEADING.sub("", folded)
        known = within
        for _level in range(3):
            if not (step := self._at_start(rest, known)):
                break
            rest, known = rest[step[0] :], step[1]
        if not known or self.by_code[known].level < 3:
            known = self._amid(rest, known) or known
        return known if known != within else None

    def _at_start(self, text: str, within: str) -> tuple[int, str] | None:
        """(length, code) of the name that `text` starts with. A short name counts for a province or city, or for a district
        of a known city when it is not the start of a road's name."""
        for length in range(min(_LONGEST_NAME, len(text)), 1, -1):
            head = text[:length]
            codes = {code for code in self._full.get(head, ()) if code.startswith(within)}
            if not codes and head in self._short and not head.isascii():
                road = text[length : length + 1] in _AFTER_ROAD_NAMES and length < len(text)
                deepest = 2 if road or not self._is_city(within) else 3
                codes = {
                    code
                    for code in self._short[head]
                    if code.startswith(within) and self.by_code[code].level <= deepest
                }
            if codes:
                top = min(self.by_code[code].level for code in codes)
                same = [code for code in codes if self.by_code[code].level == top]
                return (length, same[0]) if len(same) == 1 else None
        return None

    def _is_city(self, code: str) -> bool:
        return len(code) == 4 or code in MUNICIPALITIES

    def _amid(self, text: str, within: str) -> str | None:
        """The first name of a city or county anywhere in `text` that is the only one of its name in `within`; its kind may
        be out of date (双流县 for 双流区) where `within` is known."""
        for at, char in enumerate(text):
            if char not in _KIND_MARKS:
                continue
            for start in range(max(0, at - _LONGEST_NAME + 1), at):
                name = text[start : at + 1]
                options: Iterable[str] = self._full.get(name, ())
                if within and not options and len(name) > 2:
                    options = self._short.get(name[:-1], ())
                codes = {code for code in options if code.startswith(within) and code != within}
                if len(codes) == 1:
                    return codes.pop()
        return None

    def division(self, code: str) -> Division | None:
        """The division of a code of any level; townships are read from the file at first use."""
        return self.by_code.get(code) or (_townships().get(code) if len(code) == 9 else None)

    def line(self, code: str) -> list[Division]:
        """The division and all above it, province first; empty for an unknown code."""
        found: list[Division] = []
        row = self.division(code)
        while row:
            found.insert(0, row)
            row = self.by_code.get(row.parent)
        return found

    def name(self, code: str, lang: str = "zh-hans") -> str:
        """江汉区, or Jianghan District; "" for an unknown code. Provinces and cities go without their kind in English."""
        row = self.division(code)
        if row is None:
            return ""
        if lang.startswith("zh"):
            return row.name
        return _ENGLISH_NAMES.get(code) or english_name(row.name, row.pinyin, short=row.level <= 2)

    def full_name(self, code: str, lang: str = "zh-hans") -> str:
        """湖北省武汉市江汉区, or Jianghan District, Wuhan, Hubei; "" for an unknown code."""
        line = self.line(code)
        told = [
            row for at, row in enumerate(line) if at == 0 or row.name != line[at - 1].name
        ]  # 东莞市 twice
        names = [self.name(row.code, lang) for row in told]
        return "".join(names) if lang.startswith("zh") else ", ".join(reversed(names))

    def below(self, code: str = "") -> list[Division]:
        """The divisions right below one (provinces for ""), in the order of their codes; not townships."""
        return [row for row in self.by_code.values() if row.parent == code]


def _key(text: str) -> str:
    """A field's text as names are keyed; English words of kind are dropped, placeholders of the bureau too."""
    lowered = text.strip().lower()
    if lowered.isascii() and not lowered.isdigit():
        lowered = _ENGLISH_KINDS.sub(" ", lowered.removeprefix("cn-"))
    folded = fold(lowered)
    return "" if folded in {"市辖区", "县", "直辖", "省直辖县级行政区划"} else folded


def _trimmed_code(digits: str) -> str:
    """A code in the length its level has: 310000 → 31, 420100000000 → 4201."""
    for length in (9, 6, 4, 2):
        if len(digits) > length and not digits[length:].strip("0"):
            digits = digits[:length]
    return digits


@cache
def _townships() -> dict[str, Division]:
    return {row.code: row for row in all_divisions() if row.level == 4}


@cache
def region_book() -> RegionBook:
    """The one book, built at first use (some 0.1 s)."""
    return RegionBook(counties_and_above())
