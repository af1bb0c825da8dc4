"""The administrative divisions of China as plain rows, read once from the data file beside this module.

Source: modood/Administrative-divisions-of-China (WTFPL), cpca and AreaCity (MIT); see data/LICENSES. Counted 2023:
31 provinces, 342 prefectures (9 of them placeholders), 2,978 counties and districts, 41,352 townships.
"""

import csv
import gzip
import io
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import takewhile
from typing import NamedTuple

PLACEHOLDERS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})


class Division(NamedTuple):
    """One division. ``parent`` is the code of the next real division above ("" for a province); placeholders of the
    statistics bureau (市辖区) are left out and their counties hang on the province. ``lng``/``lat`` are degrees of the
    seat as the source gives them, None where it gives none. ``pinyin`` is the short name's, syllables apart."""

    code: str
    level: int
    name: str
    parent: str
    lng: float | None
    lat: float | None
    pinyin: str


def _rows() -> Iterator[Division]:
    packed = files("furrow.kit").joinpath("data/cn_divisions_2023.csv.gz").read_bytes()
    lines = csv.reader(io.StringIO(gzip.decompress(packed).decode("utf-8")))
    next(lines)
    skipped: dict[str, str] = {}
    for code, level, name, parent, lng, lat, pinyin in lines:
        if level == "2" and name in PLACEHOLDERS:
            skipped[code] = parent
            continue
        above = skipped.get(parent, parent)
        yield Division(
            code, int(level), name, above, float(lng) if lng else None, float(lat) if lat else None, pinyin
        )


@cache
def counties_and_above() -> tuple[Division, ...]:
    """Provinces, prefectures and counties (some 3,300 rows), in the order of level, then code."""
    return tuple(takewhile(lambda row: row.level < 4, _rows()))


def all_divisions() -> tuple[Division, ...]:
    """All four levels (some 44,700 rows), in the order of level, then code. Not kept in memory."""
    return tuple(_rows())
