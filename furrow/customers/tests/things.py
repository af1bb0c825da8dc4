"""Customers of the rep, two of them merged and two alike, and an import of the manager, for tests/addresses.py."""

from __future__ import annotations

from furrow.customers.custom.services import create_field
from furrow.customers.duplicate_models import DuplicatePair
from furrow.customers.merging import merge_customers
from furrow.customers.services import change_customer, create_customer
from furrow.kit import audit
from furrow.kit.places import Region
from furrow.records.importing.services import take_file
from tests.cast import Cast

FILE = "客户名称,地址,等级\n江汉通讯,解放大道 7 号,A\n汉正数码,汉正街 12 号,B\n".encode()


def things(cast: Cast) -> dict[str, object]:
    customer = create_customer(
        by=cast.director,
        name="新华通讯",
        phone="13871234567",
        address="新华路 3 号",
        owner=cast.rep,
        visit_grade="B",
        longitude=114.28,
        latitude=30.60,
        position_system="wgs84",
    )
    alike = [
        create_customer(by=cast.director, name=name, owner=cast.rep) for name in ("恒达数码", "恒大数码")
    ]
    twins = [
        create_customer(by=cast.director, name=name, owner=cast.rep) for name in ("远帆通讯", "远帆通讯商行")
    ]
    customer = change_customer(customer, by=cast.rep, note="周一盘点")
    Region.objects.get_or_create(code="42", defaults={"name": "湖北省", "level": 1, "full_name": "湖北省"})
    return {
        "customers:fact.path": "phone",
        "customers:group.name": "settlement",
        "customers:confirm.name": "settlement",
        "code": "42",
        "api:name": "settlement",
        "customers:field_id": create_field(by=cast.administrator, label="货架米数", type="number"),
        "customers:undo.entry": audit.history(customer)[0],
        "customers:pk": customer,
        "customers:pair_id": DuplicatePair.objects.create(
            first=alike[0], second=alike[1], score=71, reasons=["same_sound"]
        ),
        "customers:merge_id": merge_customers(*twins, by=cast.director),
        "customers:batch_id": take_file("customers", [FILE], "wuhan.csv", by=cast.manager),
    }
