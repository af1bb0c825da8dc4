"""Folds names so that different spellings of one name compare equal, and gives their pinyin.

Pure and fast enough to run for every row of an import. The tables behind it are built once per process, on first use.
"""

import re
import unicodedata
from functools import cache, lru_cache
from importlib import import_module
from itertools import product

from opencc import OpenCC

from furrow.kit.divisions import counties_and_above

MAX_READINGS = 4

# Characters that names read in a second way, or not in the way a dictionary lists first. The first reading is the
# usual one in names; a phrase (重庆, 银行) decides where one is known, otherwise both readings are kept.
POLYPHONES = {
    "重": "zhong chong", "长": "chang zhang", "行": "xing hang", "乐": "le yue", "厦": "sha xia", "都": "du dou",
    "调": "tiao diao", "单": "dan shan", "曾": "zeng ceng", "解": "jie xie", "仇": "qiu chou", "区": "qu ou",
    "查": "cha zha", "盛": "sheng cheng", "朝": "chao zhao", "藏": "cang zang", "传": "chuan zhuan",
    "柏": "bai bo", "车": "che ju", "大": "da dai", "宿": "su xiu", "会": "hui kuai", "种": "zhong chong",
    "还": "hai huan", "降": "jiang xiang", "角": "jiao jue", "六": "liu lu", "蚌": "bang beng", "莞": "wan guan",
    "番": "fan pan", "佛": "fo fu", "蔚": "wei yu", "尉": "wei yu", "铅": "qian yan", "浚": "jun xun",
    "涡": "wo guo", "陂": "bei pi", "堡": "bao pu", "秘": "mi bi", "阿": "a e", "埔": "pu bu", "圩": "wei xu",
    "翟": "zhai di", "盖": "gai ge", "露": "lu lou", "模": "mo mu", "仔": "zai zi", "巷": "xiang hang",
    "校": "xiao jiao", "便": "bian pian", "参": "can shen", "茄": "qie jia", "茜": "qian xi", "娜": "na nuo",
    "靓": "liang jing", "拓": "tuo ta", "朴": "pu piao", "奇": "qi ji", "晟": "sheng cheng", "的": "de di",
    "地": "di de", "了": "le liao", "得": "de dei", "系": "xi ji", "隽": "juan jun", "燕": "yan", "圈": "quan juan",
    "泊": "bo po", "率": "shuai lv", "缪": "miao mou", "万": "wan mo", "祭": "ji zhai", "那": "na", "颉": "xie jie",
    "宓": "mi fu", "石": "shi dan", "喔": "wo o", "哈": "ha", "黑": "hei", "员": "yuan", "贾": "jia gu",
    "粘": "zhan nian", "折": "zhe she", "弹": "tan dan", "相": "xiang", "中": "zhong", "为": "wei", "间": "jian",
    "薄": "bo bao", "落": "luo", "强": "qiang", "数": "shu", "葛": "ge", "华": "hua", "尽": "jin", "空": "kong",
    "和": "he", "好": "hao", "卡": "ka qia", "没": "mei mo", "熟": "shu", "咖": "ka ga", "嗯": "en", "噢": "o",
    "歙": "she xi", "亳": "bo", "洞": "dong", "俞": "yu", "似": "si", "纪": "ji", "宁": "ning", "朱": "zhu",
    "尹": "yin", "台": "tai", "叶": "ye", "任": "ren", "冯": "feng", "云": "yun", "广": "guang", "厂": "chang",
}  # fmt: skip
# Words of shop and place names that general dictionaries lack or read otherwise.
PHRASES = {
    "商行": "shang hang", "车行": "che hang", "琴行": "qin hang", "花行": "hua hang", "洋行": "yang hang",
    "支行": "zhi hang", "分行": "fen hang", "总行": "zong hang", "药行": "yao hang", "茶行": "cha hang",
    "果行": "guo hang", "布行": "bu hang", "米行": "mi hang", "车行天下": "che xing tian xia",
    "黄陂": "huang pi", "厦门": "xia men", "六安": "lu an", "六合": "lu he", "番禺": "pan yu", "东莞": "dong guan",
    "蚌埠": "beng bu", "大埔": "da bu", "黄埔": "huang pu", "阿胶": "e jiao", "东阿": "dong e", "长春": "chang chun",
    "长沙": "chang sha", "成都": "cheng du", "重庆": "chong qing", "宿州": "su zhou", "宿迁": "su qian",
    "会计": "kuai ji", "石家庄": "shi jia zhuang", "朝阳": "chao yang", "西藏": "xi zang", "乐清": "yue qing",
    "长乐": "chang le", "音乐": "yin yue", "乐器": "yue qi", "乐购": "le gou", "模具": "mu ju", "便宜": "pian yi",
    "人参": "ren shen", "海参": "hai shen", "参茸": "shen rong", "大厦": "da sha", "连锁": "lian suo",
    "数码": "shu ma", "中国": "zhong guo", "华为": "hua wei", "长虹": "chang hong", "长江": "chang jiang",
    "长城": "chang cheng", "调味": "tiao wei", "空调": "kong tiao", "百货": "bai huo", "大都会": "da du hui",
}  # fmt: skip

LEGAL_SUFFIXES = (
    "股份有限公司", "有限责任公司", "有限公司", "总公司", "分公司", "子公司", "公司", "集团", "个体工商户", "个体户", "商行", "经营部", "经营店",
    "经销部", "经销处", "门市部", "营业部", "服务部", "批发部", "销售部", "分店", "商店", "店", "co ltd", "company limited",
    "limited", "ltd", "llc", "inc", "corp",
)  # fmt: skip

_ASCII_GAPS = re.compile(r"[^a-z0-9]+")
_BRACKETED = re.compile(r"[(（\[【]([^()（）\[\]【】]*)[)）\]】]")


@cache
def _simple_characters() -> dict[int, str]:
    """Traditional to simplified, one character each, and Latin letters without their accents."""
    signs = [chr(point) for point in (*range(0x3400, 0xA000), *range(0xF900, 0xFB00))]
    simple = OpenCC("t2s").convert("\n".join(signs)).split("\n")
    table = {ord(old): new for old, new in zip(signs, simple, strict=True) if old != new}
    for point in range(0xC0, 0x250):
        base = unicodedata.normalize("NFKD", chr(point))[0]
        if base != chr(point) and base.isascii():
            table[point] = base.lower()
    return table


@lru_cache(maxsize=16_384)  # one name is folded for its key, its search texts and its pinyin
def fold(text: str) -> str:
    """``text`` as it is compared: full-width and traditional forms folded, lower case, letters and digits only.

    >>> fold("武漢 順達通訊（ＫＦＣ）")
    '武汉顺达通讯kfc'
    """
    if text.isascii():
        return _ASCII_GAPS.sub("", text.lower())
    plain = unicodedata.normalize("NFKC", text).lower().translate(_simple_characters())
    return plain if plain.isalnum() else "".join(filter(str.isalnum, plain))


def _plain_syllable(marked: str) -> str:
    """A syllable without its tone: lǜ becomes lv, as it is typed."""
    letters = unicodedata.normalize("NFD", marked).replace("u\u0308", "v")
    return "".join(letter for letter in letters if "a" <= letter <= "z")


@cache
def _readings() -> dict[str, tuple[str, ...]]:
    """Character to readings, the usual one first."""
    source: dict[int, str] = import_module("pypinyin.pinyin_dict").pinyin_dict
    table: dict[str, tuple[str, ...]] = {
        chr(point): (_plain_syllable(marked.split(",", 1)[0]),) for point, marked in source.items()
    }
    table |= {char: tuple(readings.split()) for char, readings in POLYPHONES.items()}
    return table


@cache
def _phrases() -> dict[str, tuple[str, ...]]:
    """Words of two to four characters that settle the reading of a polyphone in them."""
    source: dict[str, list[list[str]]] = import_module("pypinyin.phrases_dict").phrases_dict
    table = {
        word: tuple(_plain_syllable(options[0]) for options in readings)
        for word, readings in source.items()
        if len(word) in (2, 3) and len(readings) == len(word) and not POLYPHONES.keys().isdisjoint(word)
    }
    return table | {word: tuple(readings.split()) for word, readings in PHRASES.items()}


def _in_phrase(folded: str, at: int) -> str | None:
    """The reading that the longest known word around ``folded[at]`` gives it."""
    phrases = _phrases()
    for length in (4, 3, 2):
        for start in range(max(0, at - length + 1), min(at, len(folded) - length) + 1):
            if reading := phrases.get(folded[start : start + length]):
                return reading[at - start]
    return None


def pinyin_of(text: str) -> list[tuple[str, ...]]:
    """Up to four readings of ``text``, the likeliest first; each is one syllable per character, without tones, ü as v.

    Latin letters and digits stand for themselves, each its own syllable. Empty for a text without letters.
    """
    return list(_readings_of(fold(text)))


@lru_cache(maxsize=8_192)  # one name is read for its order and for what finds it
def _readings_of(folded: str) -> tuple[tuple[str, ...], ...]:
    if not folded:
        return ()
    readings = _readings()
    possible = [readings.get(char) or (char,) for char in folded]
    if max(map(len, possible)) == 1:
        return (tuple([known[0] for known in possible]),)
    choices: list[tuple[str, ...]] = []
    open_choices = 1
    for at, known in enumerate(possible):
        if len(known) > 1:
            settled = _in_phrase(folded, at)
            if settled or open_choices >= MAX_READINGS:
                known = (settled or known[0],)
            open_choices *= len(known)
        choices.append(known)
    if open_choices == 1:
        return (tuple(choice[0] for choice in choices),)
    return tuple(product(*choices))[:MAX_READINGS]


def sounds(text: str) -> tuple[str, ...]:
    """The usual reading of each character by itself, without tones: one form per text, and thirty times as fast as
    `pinyin_of`. For telling that two texts sound alike, not for what people type.
    """
    readings = _readings()
    return tuple([known[0] if (known := readings.get(char)) else char for char in fold(text)])


def every_syllable() -> set[str]:
    """All syllables that Chinese characters are read as."""
    return {
        syllable
        for known in _readings().values()
        for syllable in known
        if len(syllable) > 1 or syllable in "aeo"
    }


def initials(text: str) -> list[str]:
    """The first letters of every reading of ``text``: 武汉三镇 gives ["whsz"]."""
    return list(dict.fromkeys("".join(syllable[0] for syllable in reading) for reading in pinyin_of(text)))


@cache
def _region_names() -> tuple[frozenset[str], frozenset[str]]:
    """(names that stand before a company's name, names that stand after it in brackets or before 分公司)."""
    full = {row.name for row in counties_and_above()}
    short = {row.name[:-1] for row in counties_and_above() if row.level <= 2 and row.name[-1] in "省市"}
    short |= {"内蒙古", "广西", "西藏", "宁夏", "新疆"}
    return frozenset(full | short), frozenset(full | short | {name[:-1] for name in full if len(name) > 2})


@cache
def _starts(names: frozenset[str]) -> frozenset[str]:
    return frozenset(name[:2] for name in names)


def _without_prefix(name: str, names: frozenset[str]) -> str:
    starts = _starts(names)
    for _ in range(3):  # province, city, district
        if name[:2] not in starts:
            break
        for length in range(min(11, len(name) - 2), 1, -1):
            if name[:length] in names:
                name = name[length:]
                break
        else:
            break
    return name


def _without_suffix(name: str) -> str:
    """``name`` without its legal form; the place before 分公司 goes with it."""
    stripped = True
    while stripped and name.endswith(_folded_suffixes()):
        stripped = False
        for suffix in _folded_suffixes():
            if name.endswith(suffix) and len(name) - len(suffix) >= 2:
                name = name[: -len(suffix)]
                stripped = True
                if suffix == "分公司":
                    name = _without_place_at_end(name)
                break
    return name


@cache
def _folded_suffixes() -> tuple[str, ...]:
    return tuple(sorted((fold(suffix) for suffix in LEGAL_SUFFIXES), key=len, reverse=True))


def _without_place_at_end(name: str) -> str:
    _, places = _region_names()
    for length in range(min(11, len(name) - 2), 1, -1):
        if name[-length:] in places:
            return name[:-length]
    return name


def load_tables() -> None:
    """Read the tables now: a server does it before its first request, so that nobody's first search waits for them."""
    fold("武漢")
    pinyin_of("重庆银行")
    name_key("武汉市顺达通讯有限公司")


def name_key(name: str) -> str:
    """What is left of a customer's name when region and legal form are taken away (P2.3): two names with one key in one
    region are near-identical. 武汉市顺达通讯有限公司, 顺達通訊(武汉)商行 and 顺达通讯 share a key. Words that tell outlets
    of one brand apart (旗舰店's 旗舰, 江汉路) stay. At least two characters are always left.
    """
    before, inside = _region_names()
    bare = name
    for bracket in _BRACKETED.finditer(name):
        if fold(bracket[1]) in inside:
            bare = bare.replace(bracket[0], "")
    return _without_prefix(_without_suffix(fold(bare) or fold(name)), before)
