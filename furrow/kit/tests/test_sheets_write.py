"""Lists written and read back; nothing in them runs as a formula."""

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from furrow.kit.sheets import Column, open_sheet, write_csv, write_xlsx

COLUMNS = [
    Column("名称"),
    Column("欠款", "decimal"),
    Column("次数", "integer"),
    Column("日期", "date"),
    Column("时间", "datetime"),
]
ROWS = [
    ("=HYPERLINK(1)", Decimal("12340.50"), 3, date(2025, 12, 23), datetime(2025, 12, 23, 9, 30, tzinfo=UTC)),
    ("https://example.org", None, None, date(1850, 1, 2), None),
]


def test_xlsx_round_trip() -> None:
    stream = io.BytesIO()
    with timezone.override("Asia/Shanghai"):
        assert write_xlsx(stream, "客户/清单", COLUMNS, ROWS) == 2
    sheet = open_sheet(stream.getvalue())
    assert sheet.name == "客户 清单"
    assert sheet.head() == [
        ["名称", "欠款", "次数", "日期", "时间"],
        ["=HYPERLINK(1)", 12340.5, 3.0, date(2025, 12, 23), datetime(2025, 12, 23, 17, 30)],
        ["https://example.org", "", "", "1850-01-02", ""],
    ]


def test_xlsx_holds_no_formula_and_has_a_usable_header() -> None:
    stream = io.BytesIO()
    write_xlsx(stream, "List", COLUMNS, ROWS)
    with zipfile.ZipFile(stream) as package:
        xml = package.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml and "hyperlink" not in xml.lower().replace("=hyperlink", "")
    assert 'state="frozen"' in xml and '<autoFilter ref="A1:E3"/>' in xml


def test_xlsx_to_a_path_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    assert write_xlsx(path, "", COLUMNS, []) == 0
    assert open_sheet(path).row_count == 1


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("@SUM(1)", "'@SUM(1)"),
        ("-2+3", "'-2+3"),
        ("-12.5", "-12.5"),
        ("+8613800001234", "+8613800001234"),
        ('a,"b"', '"a,""b"""'),
        ("甲\n乙", '"甲\n乙"'),
        ("\t=1", "'\t=1"),
    ],
)
def test_csv_is_safe(text: str, written: str) -> None:
    stream = io.BytesIO()
    assert write_csv(stream, [Column("名称")], [[text]]) == 1
    assert stream.getvalue() == f"\ufeff名称\r\n{written}\r\n".encode()


def test_csv_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with timezone.override("Asia/Shanghai"):
        assert write_csv(path, COLUMNS, ROWS) == 2
    assert open_sheet(path).head() == [
        ["名称", "欠款", "次数", "日期", "时间"],
        ["=HYPERLINK(1)", "12340.50", "3", "2025-12-23", "2025-12-23 17:30"],
        ["https://example.org", "", "", "1850-01-02", ""],
    ]
