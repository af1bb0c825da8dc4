"""Names in the order of their pinyin, whatever the database thinks of letters."""

from __future__ import annotations

import pytest

from furrow.kit.ordering import LONGEST, name_order


def test_syllable_by_syllable_then_by_the_character() -> None:
    names = ["王", "万", "万象", "完美", "阿里", "Apple 手机", "3C 数码", "长江", "重庆", "行家", "", "安安"]
    assert sorted(names, key=name_order) == [
        "", "3C 数码", "阿里", "安安", "Apple 手机", "长江", "重庆", "行家", "万", "万象", "完美", "王",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Ab 12", "ab12"),
        ("万a华", "wan 万ahua 华"),
        ("（重庆）", "chong 重qing 庆"),
        ("!?", ""),
        ("萬", "wan 万"),
    ],
)
def test_keys(name: str, key: str) -> None:
    assert name_order(name) == key


def test_a_long_name_is_cut() -> None:
    assert len(name_order("装" * 120)) == LONGEST
    assert len(name_order("装" * 120, 320)) == 320
    assert name_order("x" * 120) == "x" * (LONGEST // 4)
