"""Header rows below titles and instructions, and columns matched to fields."""

import pytest

from furrow.kit.sheets import Cell, FieldWords, find_header, fold_header, match_columns

FIELDS = [
    FieldWords("name", ["客户名称", "名称", "门店名称", "store name", "name"]),
    FieldWords("code", ["客户编号", "编号", "门店编号", "store number", "code"]),
    FieldWords("phone", ["电话", "手机", "phone"]),
    FieldWords("province", ["省份", "省", "state/province", "province"]),
    FieldWords("city", ["城市", "市", "city"]),
    FieldWords("address", ["地址", "详细地址", "street address", "address"]),
    FieldWords("longitude", ["经度", "longitude", "lng"]),
    FieldWords("latitude", ["纬度", "latitude", "lat"]),
]
KNOWN = {fold_header(word) for field in FIELDS for word in field.words}
OUTLETS = (
    "Brand,Store Number,Store Name,Ownership Type,Street Address,City,State/Province,Country,Postcode,"
    "Timezone,Longitude,Latitude"
)


@pytest.mark.parametrize(
    ("header", "folded"),
    [
        ("省    份", "省份"),
        ("* 客户\n名称", "客户名称"),
        ("手机（必填）", "手机"),
        ("必填 手机", "手机"),
        ("ＰＨＯＮＥ", "phone"),
        ("經度", "经度"),
        ("State/Province", "stateprovince"),
        ("（备注）", "备注"),
    ],
)
def test_folded_headers(header: str, folded: str) -> None:
    assert fold_header(header) == folded


def test_header_below_title_and_instructions() -> None:
    rows: list[list[Cell]] = [
        ["客户名称及电话填写说明", "", "", ""],
        ["1、名称必填", "", "", ""],
        ["", "", "", ""],
        ["序号", "* 客户\n名称", "省    份", "联系电话（必填）"],
        [1.0, "顺达通讯", "湖北", "02787654321"],
    ]
    guess = find_header(rows, KNOWN)
    assert (guess.row_index, guess.data_row) == (3, 4)
    assert guess.names == ("序号", "客户名称", "省份", "联系电话")
    assert find_header(rows).row_index == 3
    assert find_header(rows, lambda word: word if word in KNOWN else None).row_index == 3


def test_names_are_never_empty_nor_repeated() -> None:
    guess = find_header([["名称", "电话", "电话", "", "备注", ""], ["甲", "1", "2", "x", "", ""]], KNOWN)
    assert guess.names == ("名称", "电话", "电话 2", "Column D", "备注")
    guess = find_header([["名称", ""], ["甲", "x"]], KNOWN, columns=(0, 27))
    assert guess.names == ("名称", "Column AB")


def test_header_of_two_rows() -> None:
    rows = [
        ["名称", "联系人", "", "地址", ""],
        ["名称", "姓名", "电话", "城市", "街道"],
        ["甲", "张三", "1", "武汉", "x"],
    ]
    guess = find_header(rows, KNOWN)
    assert (guess.row_index, guess.data_row) == (1, 2)
    assert guess.names == ("名称", "联系人姓名", "联系人电话", "地址城市", "地址街道")


def test_text_data_below_a_gap_is_no_second_header_row() -> None:
    rows = [["名称", "城市", ""], ["甲", "武汉", "好"], ["乙", "上海", "好"]]
    guess = find_header(rows, KNOWN)
    assert (guess.row_index, guess.names) == (0, ("名称", "城市", "Column C"))


@pytest.mark.parametrize("rows", [[], [["", ""]], [["7.5", "278", 2.0], ["1", "2", 3.0]]])
def test_no_header(rows: list[list[str | float]]) -> None:
    assert find_header(rows).row_index is None


def test_outlet_headers_match() -> None:
    headers = OUTLETS.split(",")
    found = {
        match.field: (headers[match.column], match.confidence) for match in match_columns(headers, FIELDS)
    }
    assert found == {
        "code": ("Store Number", 1.0),
        "name": ("Store Name", 1.0),
        "address": ("Street Address", 1.0),
        "city": ("City", 1.0),
        "province": ("State/Province", 1.0),
        "longitude": ("Longitude", 1.0),
        "latitude": ("Latitude", 1.0),
    }


def test_likeness_prefers_the_head_noun_and_exact_words() -> None:
    headers = ["电话备注", "联系电话", "所在城市", "开户银行名称", "客户名称", "longitud"]
    found = {match.field: headers[match.column] for match in match_columns(headers, FIELDS)}
    assert found == {"phone": "联系电话", "city": "所在城市", "name": "客户名称", "longitude": "longitud"}


def test_one_column_to_one_field() -> None:
    matches = match_columns(["名称", "客户名称", "名称"], FIELDS)
    assert [(match.column, match.field) for match in matches] == [(0, "name")]
