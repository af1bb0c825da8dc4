import pytest

from furrow.kit.divisions import all_divisions, counties_and_above
from furrow.kit.places import Region, load_regions
from furrow.kit.regions import english_name, region_book, short_of


def test_the_data_holds_every_level_without_placeholders() -> None:
    rows = all_divisions()
    assert [sum(row.level == level for row in rows) for level in (1, 2, 3, 4)] == [31, 333, 2978, 41352]
    assert not {"市辖区", "省直辖县级行政区划"} & {row.name for row in rows if row.level == 2}
    codes = {row.code for row in rows}
    assert all(row.parent in codes for row in rows if row.level > 1)
    assert next(row for row in counties_and_above() if row.code == "310101").parent == "31"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"province": "湖北省", "city": "武汉市", "district": "江汉区"}, "420103"),
        ({"province": "湖北", "city": "武汉", "district": "江汉"}, "420103"),
        ({"province": "上海"}, "31"),
        (
            {"province": "31", "city": "上海市", "address": "黄浦区, 汇暻生活广场, 四川北路1689号110、202室"},
            "310101",
        ),
        ({"province": "420000", "city": "420100"}, "4201"),
        ({"province": "420103"}, "420103"),
        ({"address": "湖北省武汉市江汉区解放大道1号"}, "420103"),
        ({"address": "武汉洪山区珞喻路1037号"}, "420111"),
        ({"city": "上海", "address": "浦东, 陕西南路37号"}, "310115"),
        ({"city": "上海", "address": "宝山路1号"}, "31"),
        ({"province": "上海市", "city": "市辖区", "district": "浦东新区"}, "310115"),
        ({"province": "重庆市", "city": "县", "district": "云阳县"}, "500235"),
        ({"province": "重慶", "district": "渝中區"}, "500103"),
        ({"province": "湖北省武汉市", "district": "江汉"}, "420103"),
        ({"province": "江苏", "city": "昆山"}, "320583"),
        ({"province": "吉林", "city": "吉林"}, "2202"),
        ({"province": "鄂", "city": "潜江"}, "429005"),
        ({"province": "Hubei", "city": "Wuhan City", "district": "Jianghan District"}, "420103"),
        ({"province": "Shaanxi", "city": "Xi'an"}, "6101"),
        ({"province": "浙江", "city": "杭州", "address": "下城区, 环城北路"}, "330105"),
        ({"city": "成都市", "address": "双流县, 下南大街"}, "510116"),
        ({"province": "湖北", "city": "上海"}, "42"),
        ({"district": "洪山"}, "420111"),
        ({"district": "鼓楼区"}, None),
        ({"address": "江汉路步行街"}, None),
        ({"province": None, "city": "", "address": "😀" * 5000}, None),
    ],
)
def test_resolves(fields: dict[str, str | None], code: str | None) -> None:
    assert region_book().resolve(**fields) == code


def test_ambiguous_names_are_suggested_not_guessed() -> None:
    found = region_book().find(district="朝阳区")
    assert found.code is None
    assert {region_book().full_name(code) for code in found.suggestions} == {
        "北京市朝阳区",
        "吉林省长春市朝阳区",
    }
    assert region_book().find(city="海南").suggestions == ("6325", "46")


def test_names_in_both_languages() -> None:
    book = region_book()
    assert book.full_name("420103") == "湖北省武汉市江汉区"
    assert book.full_name("420103", "en") == "Jianghan District, Wuhan, Hubei"
    assert book.name("420103", "en") == "Jianghan District"
    assert book.full_name("310115", "en") == "Pudong New Area, Shanghai"
    assert book.full_name("441900") == "广东省东莞市"
    assert book.full_name("6101", "en") == "Xi'an, Shaanxi"
    assert book.full_name("310101002") == "上海市黄浦区南京东路街道"
    assert book.full_name("999999") == ""


@pytest.mark.parametrize(
    ("name", "short", "english"),
    [
        ("恩施土家族苗族自治州", "恩施", "Enshi Autonomous Prefecture"),
        ("长阳土家族自治县", "长阳", "Changyang Autonomous County"),
        ("内蒙古自治区", "内蒙古", "Neimenggu Autonomous Region"),
        ("房县", "房县", "Fangxian County"),
        ("丹江口市", "丹江口", "Danjiangkou City"),
        ("花楼水塔街道", "花楼水塔", "Hualoushuita Subdistrict"),
    ],
)
def test_short_and_english_names(name: str, short: str, english: str) -> None:
    assert short_of(name) == short
    assert english_name(name) == english


@pytest.mark.django_db
def test_regions_load_and_load_again() -> None:
    Region.objects.create(code="42", name="旧名", level=1, full_name="旧名")
    assert load_regions(townships=False) == 3342
    assert load_regions(townships=False) == Region.objects.count() == 3342
    region = Region.objects.get(pk="420103")
    assert (region.parent_id, region.full_name, region.lng) == ("4201", "湖北省武汉市江汉区", 114.270867)
    assert Region.objects.get(pk="42").name == "湖北省"
