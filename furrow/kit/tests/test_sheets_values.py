"""Cell values to Python, by tables of what people write."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from furrow.kit.sheets import Cell
from furrow.kit.sheets.dates import parse_date
from furrow.kit.sheets.degrees import SwappedPosition, parse_latitude, parse_longitude, parse_position
from furrow.kit.sheets.phones import parse_phones
from furrow.kit.sheets.values import (
    ValueProblem,
    choice_table,
    parse_choice,
    parse_code,
    parse_decimal,
    parse_integer,
    parse_text,
    parse_yes_no,
    shown,
)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12", "12"),
        ("1,234.50", "1234.50"),
        ("￥1,234", "1234"),
        ("¥ -200.00", "-200.00"),
        ("-¥200", "-200"),
        ("(300)", "-300"),
        ("12.5%", "0.125"),
        ("5万", "50000"),
        ("1.2亿元", "120000000"),
        ("３.５", "3.5"),
        ("1.2E+3", "1200"),
        (2087.0249999999996, "2087.025"),
        (3.0, "3"),
        (-0.5, "-0.5"),
        (7, "7"),
    ],
)
def test_decimals(written: str | float, number: str) -> None:
    assert parse_decimal(written) == Decimal(number)


@pytest.mark.parametrize("blank", ["", "-", "—", "/", "N/A", "#N/A", " － ", "无", None])
def test_blank_numbers(blank: str | None) -> None:
    assert parse_decimal(blank) is None
    assert parse_integer(blank) is None


@pytest.mark.parametrize(
    "written",
    ["abc", "1,23", "1.234,50", "12 a", "1e999", "9" * 50, float("nan"), float("inf"), 1e15, True, "5万万"],
)
def test_no_decimals(written: str | float) -> None:
    with pytest.raises(ValueProblem):
        parse_decimal(written)


def test_integers() -> None:
    assert [parse_integer(value) for value in (12.0, "12", "1,200", "12.0", "3万")] == [
        12,
        12,
        1200,
        12,
        30000,
    ]
    with pytest.raises(ValueProblem, match=r"“12\.5” is not a whole number"):
        parse_integer(12.5)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2025-12-23", date(2025, 12, 23)),
        ("2025/2/3", date(2025, 2, 3)),
        ("2025.12.23", date(2025, 12, 23)),
        ("2025年12月23日", date(2025, 12, 23)),
        ("２０２５年１月２日", date(2025, 1, 2)),
        ("20251223", date(2025, 12, 23)),
        (20251223.0, date(2025, 12, 23)),
        ("2025-12-23 10:11:12", date(2025, 12, 23)),
        ("2025-12-23T10:11:12.5Z", date(2025, 12, 23)),
        ("23/12/2025", date(2025, 12, 23)),
        ("12/23/2025", date(2025, 12, 23)),
        (46014.0, date(2025, 12, 23)),
        ("46014.75", date(2025, 12, 23)),
        (1.0, date(1900, 1, 1)),
        (59.0, date(1900, 2, 28)),
        (61.0, date(1900, 3, 1)),
        ("1895-05-06", date(1895, 5, 6)),
        (datetime(2025, 12, 23, 9), date(2025, 12, 23)),
        (date(2025, 12, 23), date(2025, 12, 23)),
        ("-", None),
        (None, None),
    ],
)
def test_dates(written: object, day: date | None) -> None:
    assert parse_date(written) == day


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("2025-2-30", "Month 2 of 2025 has no day 30"),
        ("20251301", "no month 13"),
        ("03/04/2025", "two different days"),
        (2025.0, "only a year"),
        (60.0, "“60” is not a date"),
        ("明天", "“明天” is not a date"),
        ("2025年12月", "not a date"),
        ("25-12-23", "not a date"),
        (1e20, "not a date"),
        (float("nan"), "not a date"),
        (True, "not a date"),
        ("0000-01-01", "not a date"),
    ],
)
def test_no_dates(written: object, says: str) -> None:
    with pytest.raises(ValueProblem, match=says):
        parse_date(written)


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("13800001234", ["13800001234"]),
        (13800001234.0, ["13800001234"]),
        ("1.3800001234E+10", ["13800001234"]),
        ("138 0000 1234", ["13800001234"]),
        ("138-0000-1234", ["13800001234"]),
        ("+86 138 0000 1234", ["13800001234"]),
        ("８６13800001234", ["13800001234"]),
        ("027-87654321", ["02787654321"]),
        ("（027）8765 4321", ["02787654321"]),
        ("027-87654321转808", ["02787654321-808"]),
        (
            "13800001234/027-87654321；13900001234、13700001234",
            ["13800001234", "02787654321", "13900001234", "13700001234"],
        ),
        ("13800001234 13900001234", ["13800001234", "13900001234"]),
        ("电话：02787654321（王经理）", ["02787654321"]),
        ("400-820-8820", ["4008208820"]),
        ("+1 650 253 0000", ["+16502530000"]),
        ("13800001234,13800001234", ["13800001234"]),
        ("-", []),
        (None, []),
    ],
)
def test_phones(written: str | float | None, numbers: list[str]) -> None:
    assert parse_phones(written) == numbers


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("1.38E+10", "Excel has rounded"),
        ("1380000123", "1 digit short"),
        ("138000012345", "a digit too many"),
        ("123", "has 3 digits"),
        ("打电话", "not a phone number"),
    ],
)
def test_no_phones(written: str, says: str) -> None:
    with pytest.raises(ValueProblem, match=says):
        parse_phones(written)


def test_codes_keep_their_zeros() -> None:
    written: list[Cell | None] = ["00123", "'00123", 123.0, "Ａ０１－２", " a 1 ", "-", None]
    assert [parse_code(value) for value in written] == ["00123", "00123", "123", "A01-2", "a 1", "", ""]
    with pytest.raises(ValueProblem, match="rounded"):
        parse_code(1.2345678901234568e17)


def test_texts() -> None:
    assert [parse_text(value) for value in (" 甲\n乙 ", "—", 3.0, True, date(2025, 1, 2), "ＡＢ")] == [
        "甲 乙", "", "3", "TRUE", "2025-01-02", "ＡＢ",
    ]  # fmt: skip
    assert parse_text("甲\n乙", lines=True) == "甲\n乙"
    assert parse_text("ＡＢ１", narrow=True) == "AB1"
    with pytest.raises(ValueProblem, match="at most 3 characters"):
        parse_text("四个字了", max_length=3)


def test_yes_and_no() -> None:
    assert [parse_yes_no(value) for value in ("是", "√", "Y", 1.0, True)] == [True] * 5
    assert [parse_yes_no(value) for value in ("否", "×", "no", 0.0, False)] == [False] * 5
    assert parse_yes_no("") is None
    with pytest.raises(ValueProblem, match="neither yes nor no"):
        parse_yes_no("也许")


def test_choices_by_code_and_label() -> None:
    table = choice_table([("wholesale", "批发"), ("modern", "Modern trade"), ("a", "A 级")])
    written = ["批发", "WHOLESALE", "modern trade", "Ａ级", "a", "-"]
    assert [parse_choice(value, table) for value in written] == [
        "wholesale",
        "wholesale",
        "modern",
        "a",
        "a",
        None,
    ]
    with pytest.raises(ValueProblem, match="Write one of: 批发, Modern trade"):
        parse_choice("零售", table, ["批发", "Modern trade"])


@pytest.mark.parametrize(
    ("written", "degrees"),
    [
        (121.48, 121.48),
        ("121.48", 121.48),
        ("121°28'30\"E", 121.475),
        ("121度28分30秒", 121.475),
        ("东经121.48", 121.48),
        ("Ｅ121.48°", 121.48),
        ("73°30′W", -73.5),
        ("-73.5", -73.5),
        ("/", None),
    ],
)
def test_longitudes(written: str | float, degrees: float | None) -> None:
    assert parse_longitude(written) == (None if degrees is None else pytest.approx(degrees))


def test_positions() -> None:
    assert parse_position("121.48", 31.2) == (121.48, 31.2)
    assert parse_position("", None) is None
    with pytest.raises(SwappedPosition, match=r"longitude 121\.48, latitude 31\.2") as caught:
        parse_position(31.2, 121.48)
    assert (caught.value.longitude, caught.value.latitude) == (121.48, 31.2)
    with pytest.raises(SwappedPosition):
        parse_position("31.2N", "80.5E")


@pytest.mark.parametrize(
    ("longitude", "latitude", "says"),
    [
        (221.0, 31.0, "out of range"),
        (121.0, 91e9, "out of range"),
        (0.0, 0.0, "not a place"),
        (121.0, "", "latitude is missing"),
        ("-", 31.0, "longitude is missing"),
        ("上海", 31.0, "not a coordinate"),
        ("121°75'", 31.0, "below 60"),
        (float("nan"), 31.0, "not a coordinate"),
        (float("inf"), 31.0, "out of range"),
    ],
)
def test_impossible_positions(longitude: str | float, latitude: str | float, says: str) -> None:
    with pytest.raises(ValueProblem, match=says):
        parse_position(longitude, latitude)


def test_latitude_range() -> None:
    assert parse_latitude("31°12′S") == pytest.approx(-31.2)
    with pytest.raises(ValueProblem, match="Latitude 91 is out of range"):
        parse_latitude(91)


def test_shown_as_read_on_screen() -> None:
    cells: list[Cell | None] = [
        13800001234.0,
        0.1 + 0.2,
        date(2025, 1, 2),
        datetime(2025, 1, 2),
        datetime(2025, 1, 2, 3, 4),
        False,
        None,
    ]
    assert [shown(cell) for cell in cells] == [
        "13800001234", "0.3", "2025-01-02", "2025-01-02", "2025-01-02 03:04:00", "FALSE", "",
    ]  # fmt: skip


def test_problems_speak_chinese() -> None:
    with translation.override("zh-hans"), pytest.raises(ValueProblem, match="2025年2月没有30日"):
        parse_date("2025-2-30")
