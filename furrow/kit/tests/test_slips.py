import pytest

from furrow.kit.slips import character_slips, corrections, is_near, one_slip


@pytest.mark.parametrize(
    ("a", "b", "near"),
    [
        ("abcd", "abxd", True),
        ("abcd", "abd", True),
        ("abcd", "acbd", True),
        ("abcd", "axxd", False),
        ("ab", "abcd", False),
        ("", "a", True),
    ],
)
def test_one_slip(a: str, b: str, near: bool) -> None:
    assert one_slip(a, b) is near
    assert one_slip(b, a) is near


@pytest.mark.parametrize(
    ("query", "name", "near"),
    [
        ("顺大通讯", "武汉顺达通讯商行", True),  # sounds the same
        ("顺发通讯", "武汉顺达通讯商行", True),  # another character
        ("顺通讯", "武汉顺达通讯商行", True),  # one missing
        ("达顺通讯", "武汉顺达通讯商行", True),  # swapped
        ("恒发通讯", "武汉顺达通讯商行", False),
        ("shnda", "武汉顺达通讯商行", True),
        ("shudnatongxun", "武汉顺达通讯商行", True),
        ("hengda", "武汉顺达通讯商行", False),
    ],
)
def test_is_near(query: str, name: str, near: bool) -> None:
    assert is_near(query, name) is near


def test_corrections_are_pinyin() -> None:
    assert "shunda" in corrections("shnda")
    assert "wuhan" in corrections("wuhann")
    assert corrections("ab") == corrections("a" * 50) == corrections("wu1han") == ()


def test_a_set_of_every_slip_is_held_by_the_name_meant() -> None:
    for typed in ("顺发通讯", "达顺通讯", "顺通讯店", "顺达达通讯"):
        name = "顺达通讯店"
        held = {*name, *(name[at : at + 2] for at in range(len(name)))}
        assert any(tokens and held.issuperset(tokens) for tokens in character_slips(typed)), typed
