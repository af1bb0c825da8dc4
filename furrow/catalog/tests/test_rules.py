"""Barcodes, titles and variety paths, by hand."""

from __future__ import annotations

import pytest

from furrow.catalog.rules import (
    BarcodeProblem,
    barcode_key,
    check_digit,
    clean_barcode,
    title_of,
    variety_names,
)


@pytest.mark.parametrize(
    ("body", "digit"),
    [
        ("690123456789", 2),  # 6+0+2+4+6+8 = 26, 9+1+3+5+7+9 = 34 times 3 = 102; 128 -> 2
        ("400638133393", 1),
        ("03600029145", 2),  # UPC-A 036000291452
        ("7351353", 7),  # EAN-8 73513537
        ("000000000000", 0),
    ],
)
def test_check_digit(body: str, digit: int) -> None:
    assert check_digit(body) == digit


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("6901234567892", "6901234567892"),
        (" 690-1234 567892 ", "6901234567892"),
        ("036000291452", "036000291452"),
        ("73513537", "73513537"),
        ("", ""),
    ],
)
def test_sound_barcodes(written: str, kept: str) -> None:
    assert clean_barcode(written) == kept


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("6901234567893", "should be 2"),
        ("690123456789X", "digits only"),
        ("69012345678９2", "digits only"),
        ("12345", "this one has 5"),
        ("6" * 40, "this one has 40"),
    ],
)
def test_barcodes_that_cannot_be(written: str, said: str) -> None:
    with pytest.raises(BarcodeProblem) as caught:
        clean_barcode(written)
    assert said in caught.value.message


def test_upc_and_its_ean_are_one_article() -> None:
    assert barcode_key("036000291452") == barcode_key("0036000291452")
    assert barcode_key("73513537") != barcode_key("036000291452")
    assert barcode_key("") == ""


def test_title_says_the_brand_once() -> None:
    assert title_of("鹤鸣", "X20", "8+256G") == "鹤鸣 X20 8+256G"
    assert title_of("鹤鸣", "鹤鸣X20", "") == "鹤鸣X20"


@pytest.mark.parametrize("path", ["手机/智能手机", " 手机 ＞ 智能手机 ", "手机 / / 智能手机"])
def test_variety_paths(path: str) -> None:
    assert variety_names(path) == ["手机", "智能手机"]
