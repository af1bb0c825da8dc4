"""Opening lists: the awkward workbooks, hostile files, encodings."""

import datetime
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from furrow.kit.sheets import Limits, SheetError, find_header, open_sheet, probe
from furrow.kit.sheets.cells import clean_text

FIXTURES = Path(__file__).parent / "sheets"
# file -> (sheet, rows, columns, header row, first names); None: the list has no header.
EXPECTED = {
    "easyexcel_bom_no_bom.csv": ("", 11, 2, 0, ("姓名", "年纪")),
    "easyexcel_bom_office_bom.csv": ("", 11, 2, 0, ("姓名", "年纪")),
    "easyexcel_compatibility_t01.xls": (
        "产品数据",
        3,
        18,
        1,
        ("材质", "等级", "标准号", "规格", "品名", "表面处理"),
    ),
    "easyexcel_compatibility_t02.xlsx": ("测试配方1027", 3, 18, 1, ("序号", "原料编号", "厂定名称")),
    "easyexcel_compatibility_t03.xlsx": ("重算文件", 2, 12, 0, ("单据号", "服务产品编码", "用户昵称")),
    "easyexcel_compatibility_t05.xlsx": ("模板", 6, 1, 0, ("日期时间标题",)),
    "easyexcel_compatibility_t06.xlsx": ("Sheet1", 1, 3, None, ("Column A", "Column B", "Column C")),
    "easyexcel_compatibility_t07.xlsx": ("MVA", 2, 16, 0, ("Model Name", "Baseline MKO Item")),
    "easyexcel_compatibility_t09.xlsx": ("Sheet1", 1, 1, 0, ("SH_x000D_Z002",)),
    "easyexcel_converter_converter03.xls": ("Sheet1", 2, 38, 0, ("大数的布尔", "大数的数字")),
    "easyexcel_converter_converterCsv.csv": ("", 2, 38, 0, ("大数的布尔(不支持)", "大数的数字")),
    "easyexcel_dataformat_dataformat.xls": ("Sheet1", 28, 7, 0, ("date", "dateStringCn")),
    "easyexcel_dataformat_dataformat.xlsx": ("Sheet1", 28, 7, 0, ("date", "dateStringCn")),
    "easyexcel_demo_cellDataDemo.xlsx": ("Sheet1", 11, 4, 0, ("字符串标题", "日期标题", "数字标题", "公式")),
    "easyexcel_demo_demo.csv": ("", 11, 3, 0, ("字符串标题", "日期标题", "数字标题")),
    "easyexcel_demo_demo.xlsx": ("Sheet1", 11, 3, 0, ("字符串标题", "日期标题", "数字标题")),
    "easyexcel_extra_extra.xls": ("Sheet1", 6, 2, 0, ("第一列", "第二列")),
    "easyexcel_extra_extra.xlsx": ("Sheet1", 6, 2, 0, ("第一列", "第二列")),
    "easyexcel_extra_extraRelationships.xlsx": ("hhh", 2, 2, None, ("Column A", "Column B")),
    "easyexcel_multiplesheets_multiplesheets.xls": ("Sheet1", 2, 1, 0, ("表1头",)),
    "easyexcel_multiplesheets_multiplesheets.xlsx": ("Sheet1", 2, 1, 0, ("表1头",)),
    "easyexcel_simple_simple07.xlsx": ("simple ", 2, 1, 0, ("姓名",)),
    "easyexcel_temp_issue2443_date1.xlsx": ("Sheet1", 2, 2, 0, ("a", "b")),
    "easyexcel_temp_issue2443_date2.xlsx": ("Sheet1", 2, 2, 0, ("a", "b")),
    "namemoe_company_char_frequency.xlsx": ("总计", 3979, 2, 0, ("dict", "idf")),
}


def refusal(content: bytes | Path, limits: Limits | None = None) -> str:
    with pytest.raises(SheetError) as caught:
        open_sheet(content, "list.xlsx", limits=limits or Limits())
    return caught.value.message


def book(*sheets: tuple[str, list[list[Any]]], hidden: str = "", **options: object) -> bytes:
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True, **options})
    for name, rows in sheets:
        sheet = workbook.add_worksheet(name)
        if name == hidden:
            sheet.hide()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    workbook.close()
    return stream.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            new.writestr(info.filename, part if info.filename == name else old.read(info))
        if name not in old.namelist():
            new.writestr(name, part)
    return stream.getvalue()


def with_cells(xml: str) -> bytes:
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{namespace}"><sheetData>{xml}</sheetData></worksheet>'
    return with_part(book(("Sheet1", [["a"]])), "xl/worksheets/sheet1.xml", sheet.encode())


def test_every_fixture_is_expected() -> None:
    found = {path.name for path in FIXTURES.iterdir() if path.suffix in (".xls", ".xlsx", ".csv")}
    assert found == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_awkward_workbooks(name: str) -> None:
    sheet_name, row_count, width, header, names = EXPECTED[name]
    sheet = open_sheet(FIXTURES / name, name)
    rows = list(sheet.rows())
    assert (sheet.name, sheet.row_count, len(rows), len(sheet.columns)) == (
        sheet_name,
        row_count,
        row_count,
        width,
    )
    assert {len(row) for row in rows} == {width}
    guess = find_header(sheet.head(), columns=sheet.columns)
    assert guess.row_index == header
    assert guess.names[: len(names)] == names
    assert open_sheet((FIXTURES / name).read_bytes(), name).head() == rows[:60]


def test_content_counts_not_the_name(tmp_path: Path) -> None:
    content = book(("Sheet1", [["name", "city"], ["甲", "上海"]]))
    assert open_sheet(content, "list.csv").head() == [["name", "city"], ["甲", "上海"]]
    assert open_sheet("name,city\n甲,上海\n".encode(), "list.xlsx").kind == "csv"
    path = tmp_path / "list.xls"
    path.write_bytes(content)
    assert (open_sheet(path).kind, open_sheet(path).row_count) == ("xlsx", 2)
    assert open_sheet(b"BM,PK\n1,2\n").kind == open_sheet(b"PK,RIFF\n1,2\n").kind == "csv"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\n\n,,\n", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "picture"),
        (b"\xff\xd8\xff\xe0" + bytes(200), "picture"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\xef\xbb\xbf\n<html><table><tr><td>1</td></tr></table></html>", "web page"),
        (b'<?xml version="1.0"?><Workbook/>', "save it as .xlsx"),
        (b"\x1f\x8b\x08" + bytes(20), "archive"),
        (bytes(range(256)) * 20 + bytes(2000), "no list"),
        (b"PK\x03\x04garbage", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "no list"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "password",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "Workbook".encode("utf-16-le"), "damaged"),
        (b"caf\xe9 cr\xe8me \xe0 la carte\n" * 20, "encoding"),
        (b'name,city\n"open,quote\n' + b"x" * 140_000, "line"),
    ],
)
def test_files_that_are_no_list(content: bytes, says: str) -> None:
    assert says in refusal(content)


def test_too_large_a_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with path.open("wb") as stream:
        stream.truncate(200 * 1024 * 1024)
    assert "larger than 50 MB" in refusal(path)


def test_zip_bomb_other_packages_and_plain_archives() -> None:
    content = book(("Sheet1", [["a", "b"], ["1", "2"]]))
    assert "far too much" in refusal(with_part(content, "xl/media/image1.png", bytes(40_000_000)))
    assert "far too much" in refusal(content, Limits(entries=3))
    assert "far too much" in refusal(content, Limits(unpacked_bytes=1000))
    for name, says in (
        ("word/document.xml", "document"),
        ("content.xml", "save it as .xlsx"),
        ("a.txt", "archive"),
    ):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as package:
            package.writestr(name, "x")
        assert says in refusal(stream.getvalue())


def test_a_value_in_the_far_corner_does_not_end_the_process() -> None:
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert "reaches too far" in refusal(with_cells(far))
    wide = '<row r="1"><c r="XFD1"><v>1</v></c></row><row r="900"><c r="A900"><v>1</v></c></row>'
    assert "reaches too far" in refusal(with_cells(wide))


@pytest.mark.parametrize(
    "xml",
    [
        '<row r="1"><c r="A1"><v>1</v></c><c',
        '<row r="1"><c r="C1" t="s"><v>99999</v></c></row>',
        '<row r="0"><c r="A0"><v>1</v></c></row>',
    ],
)
def test_broken_xml(xml: str) -> None:
    assert "damaged" in refusal(with_cells(xml))


def test_truncated_workbooks() -> None:
    content = book(("Sheet1", [["a", "b"]] * 300))
    assert "damaged" in refusal(content[: len(content) // 2])
    old = (FIXTURES / "easyexcel_dataformat_dataformat.xls").read_bytes()
    assert "damaged" in refusal(old[: len(old) // 4] + "Workbook".encode("utf-16-le"))


def test_styled_but_empty_rows_do_not_count() -> None:
    cells = "".join(f'<row r="{row}"><c r="A{row}" s="0"/></row>' for row in range(2, 3000))
    sheet = open_sheet(
        with_cells('<row r="1"><c r="A1" t="inlineStr"><is><t>名称</t></is></c></row>' + cells)
    )
    assert sheet.head() == [["名称"]]


def test_sixteen_thousand_columns_keep_the_used_ones() -> None:
    wide: list[Any] = [f"h{number}" for number in range(16_384)]
    sheet = open_sheet(book(("Sheet1", [wide, wide])))
    assert len(sheet.columns) == 200 and sheet.head()[0] == wide[:200]
    assert sheet.notes == (
        "The sheet is very wide: the first 200 filled columns are read, 16184 are left out.",
    )
    gaps: list[Any] = [""] * 300
    gaps[0], gaps[299] = "a", "z"
    sheet = open_sheet(book(("Sheet1", [gaps])))
    assert (sheet.head(), sheet.columns, sheet.letter(1), sheet.notes) == ([["a", "z"]], (0, 299), "KN", ())
    sheet = open_sheet((",".join(map(str, gaps)) + "\n").encode())
    assert (sheet.head(), sheet.columns) == ([["a", "z"]], (0, 299))


def test_too_many_rows() -> None:
    assert "more than 5 rows" in refusal(b"a,b\n" * 6, Limits(rows=5))
    assert "more than 5 rows" in refusal(book(("Sheet1", [["a"]] * 6)), Limits(rows=5))
    assert open_sheet(b"a,b\n" * 5 + b",\n" * 9, limits=Limits(rows=5)).row_count == 5


def test_cells_of_every_kind() -> None:
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"date_1904": True})
    sheet = workbook.add_worksheet()
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_formula("B3", "=1+1", None, 2)
    sheet.write_formula("C3", "=1+1", None, "")
    sheet.write_formula("D3", "=NA()", None, "#N/A")
    sheet.write_datetime("E3", datetime.datetime(2020, 1, 2), day)
    sheet.write_boolean("F3", True)
    sheet.write_string("G3", " a\x01b\u200b\r\n c\x00 ")
    sheet.merge_range("H3:H5", "湖北")
    sheet.write_string("B5", "=1+1")
    workbook.close()
    third = ["", 2.0, "", "", datetime.date(2020, 1, 2), True, "ab\n c", "湖北"]
    assert open_sheet(stream.getvalue()).head() == [
        [""] * 8,
        [""] * 8,
        third,
        [""] * 7 + ["湖北"],
        ["", "=1+1", "", "", "", "", "", "湖北"],
    ]


def test_sheets_hidden_and_chosen() -> None:
    tall: list[list[Any]] = [["a", "b"]] * 50
    content = book(("封面", [["说明"]]), ("客户", [["名称", "电话"], ["甲", "1"]]), ("旧", tall), hidden="旧")
    sheet = open_sheet(content)
    assert (sheet.name, sheet.names) == ("客户", ("封面", "客户"))
    assert open_sheet(content, sheet="封面").head() == [["说明"]]
    with pytest.raises(SheetError, match="no sheet “无”"):
        open_sheet(content, sheet="无")
    assert "empty" in refusal(book(("Sheet1", [])))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_encodings_and_delimiters(encoding: str, delimiter: str) -> None:
    text = "客户名称|所在城市|备注\r\n武汉顺达通讯|武汉市|一、二\r\n琎记|成都市|\r\n".replace("|", delimiter)
    sheet = open_sheet(text.encode(encoding), "客户.csv")
    assert sheet.delimiter == delimiter
    assert sheet.head() == [
        ["客户名称", "所在城市", "备注"],
        ["武汉顺达通讯", "武汉市", "一、二"],
        ["琎记", "成都市", ""],
    ]


def test_text_with_flaws() -> None:
    good = "客户名称,城市\n" + "武汉顺达通讯,武汉\n" * 10
    sheet = open_sheet(good.encode() + b"\xe4\xb8,x\n")
    assert sheet.notes == ("1 character could not be read and shows as �.",)
    assert open_sheet(b'a\x00b,c\n1,2,3\n\n\'=1+1,"x,\n y"\n').head() == [
        ["ab", "c", ""],
        ["1", "2", "3"],
        ["", "", ""],
        ["=1+1", "x,\n y", ""],
    ]
    assert open_sheet(b"sep=;\na;b,c\n").head() == [["", ""], ["a", "b,c"]]


def test_text_is_cut_at_the_longest_cell() -> None:
    content = ("a," + "长" * 40_000 + "\n").encode()
    assert len(str(open_sheet(content).head()[0][1])) == 32_767


def test_clean_text_drops_what_cannot_be_seen() -> None:
    assert clean_text("\ufeff\u3000甲\xa0乙\ud800\u202e\x7f丙\u3000") == "甲 乙丙"


def test_a_workbook_is_never_opened_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("python_calamine.load_workbook", None)
    assert open_sheet(book(("Sheet1", [["a"]]))).head() == [["a"]]


def test_what_the_reader_may_write_is_bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    content, script = book(("Sheet1", [["a" * 1000]] * 50)), tmp_path / "probe.py"
    script.write_text(Path(probe.__file__).read_text().replace("FSIZE, MEMORY", "FSIZE, 10_000"))
    monkeypatch.setattr(probe, "__file__", str(script))
    assert "reaches too far" in refusal(content)
