"""Customer lists: headers, cells, who is recognized, update modes, undo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from furrow.customers.codes import next_codes
from furrow.customers.import_cells import CellReader
from furrow.customers.importing import CustomerImporter
from furrow.customers.models import Customer, LikenessKey
from furrow.customers.search import CUSTOMERS
from furrow.customers.services import change_customer, create_customer
from furrow.customers.tests.keys import keys_out_of_step
from furrow.kit.models import AuditEntry
from furrow.kit.places import load_regions
from furrow.records.importing import engine, services
from furrow.records.importing.models import ImportBatch
from tests.cast import Cast

OPTIONS = {"existing": "fill", "system": "gcj02", "owner": None, "channel_type": "", "status": "active"}
HEADER = "客户编码,客户名称,电话,等级,区县,地址,经度,纬度,业务员\n"


@pytest.fixture
def regions(db: None) -> None:
    load_regions(townships=False)


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    settings.REACTIONS = {}
    yield


def take(cast: Cast, text: str, by: Any = None, **options: Any) -> ImportBatch:
    """Upload and check a list."""
    by = by or cast.director
    batch = services.take_file("customers", [text.encode()], "list.csv", by=by)
    services.match(batch, batch.columns, {**OPTIONS, **options}, by=by)
    return ImportBatch.objects.get(pk=batch.pk)


def work(batch: ImportBatch) -> ImportBatch:
    """What the worker does."""
    batch = ImportBatch.objects.select_related("by").get(pk=batch.pk)
    while not engine.advance(batch, seconds=60):
        pass
    return ImportBatch.objects.get(pk=batch.pk)


def bring(cast: Cast, text: str, by: Any = None, **options: Any) -> ImportBatch:
    """Upload, check and import a list."""
    batch = take(cast, text, by, **options)
    services.start(batch, by=by or cast.director)
    return work(batch)


def outcomes(batch: ImportBatch) -> dict[int, str]:
    return dict(batch.rows.values_list("number", "outcome"))


def messages(batch: ImportBatch, number: int) -> list[tuple[str, str]]:
    return [(m["field"], m.get("suggestion", "")) for m in batch.rows.get(number=number).messages]


def test_headers_of_both_languages_match_by_themselves(cast: Cast) -> None:
    english = (
        "Brand,Store Number,Store Name,Ownership Type,Street Address,City,State/Province,Country,Postcode,"
        "Timezone,Longitude,Latitude\nStarbucks,1-2,汇暻店,Joint Venture,四川北路1689号,上海市,31,CN,,GMT,121.48,31.2\n"
    )
    batch = services.take_file("customers", [english.encode()], "a.csv", by=cast.director)
    assert batch.columns == {
        "code": 1, "name": 2, "ownership_type": 3, "address": 4, "city": 5, "province": 6, "longitude": 10, "latitude": 11,
    }  # fmt: skip
    chinese = (
        "填表说明：带*为必填\n\n门店编号,门店名称*,联系人,手机号码,客户等级,渠道类型,业务员,省    份,城市,区县,详细地址,经度,纬度,备注\n"
        "W1,顺达,王敏,13800001234,A,批发,李伟,湖北,武汉,江汉,江汉路1号,114.29,30.58,\n"
    )
    batch = services.take_file("customers", [chinese.encode("gb18030")], "b.csv", by=cast.director)
    assert batch.header_row == 3
    assert list(batch.columns) == [
        "code", "name", "contact_name", "phone", "grade", "channel_type", "owner", "province", "city", "district", "address",
        "longitude", "latitude", "note",
    ]  # fmt: skip


def read(**cells: Any) -> Any:
    return CellReader({"李伟": [7], "王强": [1, 2]}, "wgs84").read(cells)


def test_cells() -> None:
    good = read(
        name="顺达",
        grade="A级",
        channel_type="批发",
        status="合作中",
        owner="李 伟",
        phone=13800001234.0,
        longitude="114.29",
        latitude=30.58,
    )
    assert not good.messages
    assert good.values == {
        "name": "顺达", "customer_grade": "A", "visit_grade": "A", "channel_type": "wholesale", "status": "active", "owner_id": 7,
        "phone": "13800001234", "longitude": 114.29, "latitude": 30.58, "position_system": "wgs84",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "field", "suggestion"),
    [
        ({"grade": "A+"}, "grade", "A"),
        ({"grade": "优"}, "grade", ""),
        ({"owner": "李炜伟"}, "owner", "李伟"),
        ({"owner": "王强"}, "owner", ""),
        ({"phone": "138-0000-123"}, "phone", ""),
        ({"longitude": 30.6312, "latitude": 114.4103}, "longitude", "114.4103"),
        ({"longitude": 500.0, "latitude": 30.0}, "longitude", ""),
        ({"longitude": 114.0}, "latitude", ""),
        ({"code": "x" * 41}, "code", ""),
        ({"district": "无此区"}, "district", ""),
    ],
)
def test_wrong_cells_are_errors_of_the_row(cells: dict[str, Any], field: str, suggestion: str) -> None:
    bad = read(name="顺达", **cells)
    first = bad.messages[0]
    assert bad.has_error
    assert (first["field"], first.get("suggestion", "")) == (field, suggestion)


def test_unknown_choice_and_region_with_address_are_warnings() -> None:
    odd = read(name="顺达", channel_type="火星渠道", district="无此区", address="某路 1 号")
    assert not odd.has_error
    assert [m["field"] for m in odd.messages] == ["channel_type", "district"]


def test_codes_rise_and_jump_over_taken_ones(cast: Cast) -> None:
    assert next_codes(2) == ["C-000001", "C-000002"]
    create_customer(by=None, name="甲", code="C-000005")
    assert next_codes(4) == ["C-000006", "C-000007", "C-000008", "C-000009"]


def test_import_creates_with_region_owner_grade_index_and_audit(cast: Cast, regions: None) -> None:
    batch = bring(
        cast, HEADER + "W1,顺达通讯,13800001234,A,江汉区,江汉路1号,114.29,30.58,李伟\n,悦鸣,,,,,,,\n"
    )
    assert batch.counts == {"created": 2}
    first = Customer.objects.get(code="W1")
    assert (first.region_id, first.owner, first.visit_grade, first.customer_grade) == (
        "420103",
        cast.rep,
        "A",
        "A",
    )
    assert (first.status, first.position_system) == ("active", "gcj02")
    assert first.longitude == pytest.approx(114.2845, abs=0.001)  # moved from GCJ-02
    assert Customer.objects.get(name="悦鸣").code == "C-000001"
    assert CUSTOMERS.match("sdtx", limit=5) == [first.pk]
    assert AuditEntry.objects.filter(model="customers.customer", object_id=first.pk, action="import").exists()


def test_reaction_takes_the_grades(cast: Cast, settings: Any) -> None:
    settings.REACTIONS = {"customers.imported": ["furrow.customers.tests.test_importing.taken"]}
    TAKEN.clear()
    bring(cast, "name,grade\n顺达,B\n悦鸣,\n")
    assert [(Customer.objects.get(pk=pk).name, grade, by) for pk, grade, by in TAKEN] == [
        ("顺达", "B", cast.director)
    ]


TAKEN: list[tuple[int, str, Any]] = []


def taken(grades: list[tuple[int, str]], *, by: Any, **_: Any) -> None:
    TAKEN.extend((pk, grade, by) for pk, grade in grades)


@pytest.mark.parametrize(
    ("mode", "phone", "address", "outcome"),
    [
        ("fill", "13800001234", "新路 2 号", "updated"),
        ("overwrite", "13900005678", "新路 2 号", "updated"),
        ("skip", "13800001234", "", "unchanged"),
    ],
)
def test_update_modes(cast: Cast, mode: str, phone: str, address: str, outcome: str) -> None:
    create_customer(by=None, name="顺达", code="W1", phone="13800001234")
    batch = bring(cast, "code,name,phone,address\nW1,顺达,13900005678,新路 2 号\n", existing=mode)
    customer = Customer.objects.get(code="W1")
    assert (customer.phone, customer.address, outcomes(batch)[2]) == (phone, address, outcome)


def test_same_list_again_changes_nothing(cast: Cast, regions: None) -> None:
    text = (
        HEADER
        + "W1,顺达通讯,13800001234,A,江汉区,江汉路1号,114.29,30.58,李伟\n,悦鸣,13900001111,,武昌区,中南路 2 号,,,\n"
    )
    bring(cast, text)
    versions = list(Customer.objects.order_by("pk").values_list("version", flat=True))
    assert bring(cast, text, existing="overwrite").counts == {"unchanged": 2}
    assert list(Customer.objects.order_by("pk").values_list("version", flat=True)) == versions


def test_duplicates_in_database_and_in_the_list(cast: Cast) -> None:
    old = create_customer(by=None, name="顺达通讯有限公司", phone="13800001234", address="江汉路1号")
    batch = take(
        cast,
        "code,name,phone,address\n"
        ",順達通訊,13800001234,\n"  # 2: same name and phone: the customer itself
        ",别家,138 0000 1234,\n"  # 3: same phone as row 2
        "N1,顺达通讯,,江汉路1号\n"  # 4: has a code of its own: a person decides
        "N1,又一家,,\n"  # 5: same code as row 4
        ",远帆,,一路\n"  # 6
        ",远帆,,二路一百号\n",  # 7: another address
        existing="overwrite",
    )
    assert outcomes(batch) == {
        2: "updated",
        3: "duplicate",
        4: "duplicate",
        5: "error",
        6: "created",
        7: "created",
    }
    rows = {row.number: row for row in batch.rows.all()}
    assert (rows[3].matched_row, rows[3].reason) == (2, "phone")
    assert rows[4].matched_row == 2 or rows[4].matched_id == old.pk


def test_decisions_merge_keep_skip(cast: Cast) -> None:
    old = create_customer(by=None, name="顺达", phone="13800001234")
    batch = bring(cast, "name,phone,contact\n甲,13800001234,王\n乙,13800001234,李\n丙,13800001234,赵\n")
    assert batch.counts == {"duplicate": 3}
    services.settle(batch, {2: "update", 3: "create", 4: "skip"}, {}, by=cast.director)
    batch = work(batch)
    assert outcomes(batch) == {2: "updated", 3: "created", 4: "unchanged"}
    old.refresh_from_db()
    assert (old.name, old.contact_name) == ("顺达", "王")
    assert Customer.objects.filter(name="乙").exists()
    assert not Customer.objects.filter(name="丙").exists()


def test_corrections_and_suggestions(cast: Cast) -> None:
    batch = bring(
        cast, "name,grade,phone,longitude,latitude\n甲,A+,,30.6,114.4\n乙,,1380000000,,\n丙,优,,,\n"
    )
    assert batch.counts == {"error": 3}
    assert services.suggestions(batch) == {2: {"grade": "A", "longitude": "114.4", "latitude": "30.6"}}
    services.settle(batch, {}, {**services.suggestions(batch), 4: {"grade": "B"}}, by=cast.director)
    assert work(batch).counts == {"error": 1, "created": 2}
    assert Customer.objects.get(name="甲").visit_grade == "A"
    assert Customer.objects.get(name="丙").visit_grade == "B"


def test_out_of_reach_is_neither_changed_nor_named(cast: Cast) -> None:
    hidden = create_customer(by=None, name="秘密客户", code="S1", phone="13800001234", owner=cast.other_rep)
    batch = bring(
        cast, "code,name,phone\nS1,改名,\n,别家,13800001234\n", by=cast.manager, existing="overwrite"
    )
    assert outcomes(batch) == {2: "error", 3: "duplicate"}
    row = batch.rows.get(number=3)
    assert (row.matched_id, row.reason) == (None, "elsewhere")
    hidden.refresh_from_db()
    assert hidden.name == "秘密客户"
    assert CustomerImporter().matches(cast.manager, [hidden.pk]) == {}


def test_undo_puts_back_and_spares_what_changed_since(cast: Cast) -> None:
    old = create_customer(by=None, name="顺达", code="W1")
    batch = bring(cast, "code,name,phone\nW1,顺达,13800001234\nW2,悦鸣,\nW3,远帆,\n", existing="overwrite")
    kept = Customer.objects.get(code="W3")
    change_customer(kept, by=None, note="来过电话")
    services.undo(batch, by=cast.director)
    batch = work(batch)
    old.refresh_from_db()
    assert (old.phone, LikenessKey.objects.filter(customer=old).count()) == ("", 1)
    assert keys_out_of_step() == set()
    assert set(Customer.objects.alive().values_list("code", flat=True)) == {"W1", "W3"}
    assert dict(batch.rows.values_list("number", "reason")) == {2: "undone", 3: "undone", 4: "kept"}
    assert CUSTOMERS.match("悦鸣", limit=5) == []
    again = bring(cast, "code,name,phone\nW2,悦鸣,\n")
    assert again.counts == {"created": 1}
    assert Customer.objects.alive().filter(code="W2").exists()
    services.undo(again, by=cast.director)
    work(again)
    assert not Customer.objects.alive().filter(code="W2").exists()


def test_one_phone_for_all_does_not_compare_each_with_each(cast: Cast) -> None:
    rows = "".join(f"连锁店,4008001234,第 {number} 号\n" for number in range(300))
    batch = take(cast, "name,phone,address\n" + rows)
    assert batch.counts == {"created": 1, "duplicate": 299}


def test_what_follows_an_import_without_grades_is_grading(cast: Cast) -> None:
    batch = bring(cast, "name\n顺达\n")
    step = CustomerImporter().next_step(batch, cast.director)
    assert step is not None
    assert step.url.endswith("/customers/?grade=none")
    assert CustomerImporter().next_step(batch, cast.finance) is None
    assert CustomerImporter().next_step(bring(cast, "name,grade\n悦鸣,A\n"), cast.director) is None
