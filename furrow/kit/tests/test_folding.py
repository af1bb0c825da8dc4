import pytest

from furrow.kit.folding import fold, initials, name_key, pinyin_of


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("武漢順達通訊", "武汉顺达通讯"),
        ("ＫＦＣ（江漢路）店", "kfc江汉路店"),
        (" 顺达 · 通讯\u3000", "顺达通讯"),
        ("Café Zoë", "cafezoe"),
        ("A-001 / b_2", "a001b2"),
        ("!!!", ""),
        ("😀'\"\x00", ""),
        ("𬭎星", "𬭎星"),
    ],
)
def test_spellings_fold(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(folded) == folded


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("武汉三镇", "wu han san zhen"),
        ("重庆火锅", "chong qing huo guo"),
        ("重量级", "zhong liang ji"),
        ("长沙银行", "chang sha yin hang"),
        ("厦门大厦", "xia men da sha"),
        ("顺达商行", "shun da shang hang"),
        ("乐清音乐", "yue qing yin yue"),
        ("黄陂六合", "huang pi lu he"),
        ("吕氏绿茶", "lv shi lv cha"),
        ("KFC肯德基", "k f c ken de ji"),
        ("漢口", "han kou"),
    ],
)
def test_likeliest_reading(name: str, spelled: str) -> None:
    assert " ".join(pinyin_of(name)[0]) == spelled


def test_open_polyphones_keep_both_readings_but_never_more_than_four() -> None:
    assert pinyin_of("单记") == [("dan", "ji"), ("shan", "ji")]
    assert len(pinyin_of("翟晟茜隽")) == 4
    assert pinyin_of("") == []


def test_initials() -> None:
    assert initials("武汉三镇") == ["whsz"]
    assert initials("单记") == ["dj", "sj"]


@pytest.mark.parametrize(
    "name",
    [
        "顺达通讯",
        "武汉市江汉区顺达通讯商行",
        "湖北顺达通讯有限公司",
        "順達通訊（武汉）有限責任公司",
        "顺达通讯有限公司武汉分公司",
        "顺达通讯经营部",
        "湖北省武汉市顺达通讯店",
    ],
)
def test_near_identical_names_share_a_key(name: str) -> None:
    assert name_key(name) == "顺达通讯"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("顺达通讯江汉路店", "顺达通讯光谷店"),
        ("华为旗舰店", "华为体验店"),
        ("上海滩", "南京滩头"),
        ("武汉热干面", "热干面馆"),
    ],
)
def test_different_names_keep_different_keys(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


def test_a_key_is_never_stripped_to_nothing() -> None:
    assert name_key("武汉有限公司") == "武汉"
    assert name_key("上海") == "上海"
    assert name_key("Shunda Telecom Co., Ltd.") == "shundatelecom"
    assert name_key("！！") == ""
