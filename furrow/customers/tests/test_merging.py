"""Two records become one and two again; the scan that finds them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from furrow.assessment.models import Assessment
from furrow.assessment.services import Grading, assess_rows
from furrow.customers import scanning
from furrow.customers.bulk import create_many
from furrow.customers.card.models import CustomerCard
from furrow.customers.custom.models import CustomField, CustomValue
from furrow.customers.duplicate_models import CustomerMerge, DuplicatePair, LikenessKey
from furrow.customers.merging import kept_of, merge_customers, preview, undo_merge
from furrow.customers.models import Customer
from furrow.customers.relations import relations
from furrow.customers.search import CUSTOMERS
from furrow.customers.services import (
    ChangedElsewhere,
    change_customer,
    create_customer,
    delete_customer,
    restore_customer,
)
from furrow.customers.tests.keys import keys_out_of_step
from furrow.kit import jobs
from furrow.kit.audit import history
from furrow.kit.models import Job
from furrow.records.importing import services as imports
from furrow.team.models import User
from furrow.team.services import issue_api_token
from tests.cast import Cast

ClientOf = Callable[[User | None], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def two(cast: Cast) -> tuple[Customer, Customer]:
    """The record to keep has a phone and no address; the other has another phone, an address, a position and a note."""
    kept = create_customer(by=None, code="K1", name="顺达通讯", phone="13800001234", owner=cast.rep)
    gone = create_customer(
        by=None, code="G1", name="順達通訊有限公司", phone="13900005678", owner=cast.second_rep, address="江汉路1号",
        longitude=114.29, latitude=30.58, position_system="wgs84", note="周一上午盘点",
    )  # fmt: skip
    return kept, gone


def fresh(customer: Customer) -> Customer:
    return Customer.objects.get(pk=customer.pk)


def row_of(customer: Customer) -> dict[str, Any]:
    """Everything the row says but what every change moves on."""
    values = Customer.objects.filter(pk=customer.pk).values().get()
    return {name: value for name, value in values.items() if name not in {"version", "updated_at"}}


def grade(customer: Customer, letter: str, cast: Cast) -> None:
    assess_rows([Grading(customer.pk, letter)], reason="上年销量", by=cast.director)


def test_preview_shows_every_difference_and_every_relation(
    two: tuple[Customer, Customer], cast: Cast
) -> None:
    kept, gone = two
    grade(gone, "B", cast)
    seen = preview(fresh(kept), fresh(gone))
    proposed = {fact.name: "gone" if fact.takes_gone else "kept" for fact in seen.facts}
    assert proposed == {
        "name": "kept", "phone": "kept", "owner": "kept", "address": "gone", "note": "gone", "position": "gone",
        "customer_grade": "gone", "visit_grade": "gone",
    }  # fmt: skip
    assert [(follows.rows, follows.stay) for follows in seen.follows] == [(1, 0)]


def test_merge_takes_what_was_picked_and_undo_puts_everything_back(
    two: tuple[Customer, Customer], cast: Cast
) -> None:
    kept, gone = two
    grade(gone, "B", cast)
    before = row_of(kept), row_of(gone)
    merge = merge_customers(kept, gone, by=cast.manager, picks={"phone": "gone", "note": "kept"})
    now = fresh(kept)
    assert (now.name, now.phone, now.address, now.note, now.owner_id) == (
        "顺达通讯",
        "13900005678",
        "江汉路1号",
        "",
        kept.owner_id,
    )
    assert (now.longitude, now.latitude, now.position_system, now.visit_grade) == (
        114.29,
        30.58,
        "wgs84",
        "B",
    )
    assert Assessment.objects.get().customer_id == kept.pk
    away = fresh(gone)
    assert away.deleted_at is not None
    assert away.merged_into_id == kept.pk
    assert CUSTOMERS.match("G1", limit=5) == [kept.pk]
    assert CUSTOMERS.match("顺达", limit=5) == [kept.pk]
    assert not LikenessKey.objects.filter(customer=gone).exists()
    assert keys_out_of_step() == set()
    assert [history(one)[0].action for one in (kept, gone)] == ["merge", "merge_away"]
    assert undo_merge(merge, by=cast.manager) == []
    assert (row_of(kept), row_of(gone)) == before
    assert Assessment.objects.get().customer_id == gone.pk
    assert CUSTOMERS.match("G1", limit=5) == [gone.pk]
    assert set(CUSTOMERS.match("顺达", limit=5)) == {kept.pk, gone.pk}
    assert LikenessKey.objects.filter(customer=gone).exists()
    assert keys_out_of_step() == set()
    with pytest.raises(ValidationError):
        undo_merge(merge, by=cast.manager)


def test_undo_leaves_what_was_changed_since_and_says_so(two: tuple[Customer, Customer], cast: Cast) -> None:
    kept, gone = two
    grade(gone, "B", cast)
    merge = merge_customers(kept, gone, by=cast.manager)
    change_customer(fresh(kept), by=None, address="中山大道9号", longitude=114.0, phone="13700001111")
    Assessment.objects.all().delete()
    left = undo_merge(merge, by=cast.manager)
    now = fresh(kept)
    assert (now.address, now.note, now.longitude, now.latitude, now.phone) == (
        "中山大道9号",
        "",
        114.0,
        30.58,
        "13700001111",
    )
    assert any("Address" in sentence for sentence in left)
    assert any("1 row" in sentence for sentence in left)
    assert fresh(gone).deleted_at is None


def test_facts_beside_the_row_go_along_or_are_picked(two: tuple[Customer, Customer], cast: Cast) -> None:
    kept, gone = two
    CustomerCard.objects.create(customer=gone, main_people="店主王敏")
    moved = merge_customers(kept, gone, by=None)
    assert CustomerCard.objects.get().customer_id == kept.pk
    undo_merge(moved, by=None)
    assert CustomerCard.objects.get().customer_id == gone.pk
    CustomerCard.objects.create(customer=kept, main_people="")
    assert "customers.customercard.customer.main_people" in {
        fact.name for fact in preview(fresh(kept), fresh(gone)).facts
    }
    filled = merge_customers(kept, gone, by=None)
    assert CustomerCard.objects.get(customer=kept).main_people == "店主王敏"
    undo_merge(filled, by=None)
    assert CustomerCard.objects.get(customer=kept).main_people == ""
    assert CustomerCard.objects.get(customer=gone).main_people == "店主王敏"


def test_rows_that_would_stand_twice_stay(two: tuple[Customer, Customer]) -> None:
    kept, gone = two
    field = CustomField.objects.create(kind=kept.kind, label="开户行", type="text")
    other = CustomField.objects.create(kind=kept.kind, label="楼层", type="number")
    CustomValue.objects.create(customer=kept, field=field, text="工行")
    CustomValue.objects.create(customer=gone, field=field, text="农行")
    CustomValue.objects.create(customer=gone, field=other, number=Decimal(2))
    assert [(follows.rows, follows.stay) for follows in preview(fresh(kept), fresh(gone)).follows] == [(1, 1)]
    merge = merge_customers(kept, gone, by=None)
    assert set(CustomValue.objects.filter(customer=kept).values_list("field_id", "text")) == {
        (field.pk, "工行"),
        (other.pk, ""),
    }
    undo_merge(merge, by=None)
    assert set(CustomValue.objects.filter(customer=gone).values_list("field_id", flat=True)) == {
        field.pk,
        other.pk,
    }


def test_every_foreign_key_to_a_customer_is_a_relation() -> None:
    names = {relation.name for relation in relations()}
    assert {
        "assessment.assessment.customer",
        "planning.plannedvisit.customer",
        "customers.customercard.customer",
    } <= names
    assert "customers.likenesskey.customer" not in names
    assert all(relation.how in {"move", "facts", "leave"} for relation in relations())


def test_refusals(two: tuple[Customer, Customer], cast: Cast) -> None:
    kept, gone = two
    with pytest.raises(ValidationError):
        merge_customers(kept, kept, by=None)
    with pytest.raises(ChangedElsewhere):
        merge_customers(kept, gone, by=None, versions=(kept.version, gone.version + 1))
    merge = merge_customers(kept, gone, by=None)
    with pytest.raises(ChangedElsewhere):
        merge_customers(kept, gone, by=None)
    assert restore_customer(fresh(gone), by=None).deleted_at is not None
    assert not Customer.objects.deleted_within_reach(cast.director).filter(pk=gone.pk).exists()
    third = create_customer(by=None, name="第三家")
    merge_customers(third, fresh(kept), by=None)
    assert kept_of(gone.pk) == third.pk
    assert CUSTOMERS.match("G1", limit=5) == [third.pk]
    with pytest.raises(ValidationError, match="Undo that merge first"):
        undo_merge(merge, by=None)


def test_too_late_after_thirty_days(two: tuple[Customer, Customer]) -> None:
    merge = merge_customers(*two, by=None)
    CustomerMerge.objects.update(at=timezone.now() - timedelta(days=30, minutes=1))
    with pytest.raises(ValidationError, match="30 days"):
        undo_merge(merge, by=None)
    assert fresh(two[1]).deleted_at is not None


def test_undo_brings_the_other_back_though_the_record_kept_was_deleted(
    two: tuple[Customer, Customer],
) -> None:
    kept, gone = two
    merge = merge_customers(kept, gone, by=None)
    delete_customer(fresh(kept), by=None)
    undo_merge(merge, by=None)
    assert fresh(gone).deleted_at is None
    assert fresh(kept).deleted_at is not None
    assert CUSTOMERS.match("顺达", limit=5) == [gone.pk]


def test_old_address_old_code_and_api_lead_to_the_record_kept(
    two: tuple[Customer, Customer], cast: Cast, client_of: ClientOf
) -> None:
    kept, gone = two
    merge_customers(kept, gone, by=None)
    answer = client_of(cast.manager).get(f"/customers/{gone.pk}/")
    assert answer.headers["Location"] == f"/customers/{kept.pk}/"
    assert client_of(cast.other_rep).get(f"/customers/{gone.pk}/").status_code == 404
    api = Client(headers={"authorization": f"Bearer {issue_api_token(cast.manager, by=cast.manager)}"})
    moved = api.get(f"/api/customers/{gone.pk}")
    assert (moved.status_code, moved.headers["Location"]) == (308, f"/api/customers/{kept.pk}")
    batch = imports.take_file(
        "customers", ["code,name,contact\nG1,顺达通讯,王敏\n".encode()], "list.csv", by=cast.director
    )
    imports.match(
        batch, batch.columns, {"existing": "fill", "system": "gcj02", "status": "active"}, by=cast.director
    )
    with TestCase.captureOnCommitCallbacks(execute=True):
        imports.start(batch, by=cast.director)
    assert fresh(kept).contact_name == "王敏"
    assert fresh(gone).deleted_at is not None


def test_merge_through_the_pages(two: tuple[Customer, Customer], cast: Cast, client_of: ClientOf) -> None:
    kept, gone = two
    client = client_of(cast.manager)
    assert "順達通訊有限公司" in client.get(f"/customers/{kept.pk}/merge/", {"q": "顺达"}).content.decode()
    address = f"/customers/{kept.pk}/merge/?with={gone.pk}"
    page = client.get(address).content.decode()
    assert 'name="pick:phone"' in page
    done = client.post(address, {"with": gone.pk, "pick:phone": "gone", "kept_version": 1, "gone_version": 1})
    assert done.headers["Location"] == f"/customers/{kept.pk}/"
    assert fresh(kept).phone == "13900005678"
    merge = CustomerMerge.objects.get()
    assert "順達通訊有限公司" in client.get("/customers/merges/").content.decode()
    assert client_of(cast.rep).post(f"/customers/merges/{merge.pk}/undo/").status_code == 403
    assert client_of(cast.other_manager).post(f"/customers/merges/{merge.pk}/undo/").status_code == 404
    client.post(f"/customers/merges/{merge.pk}/undo/")
    assert fresh(kept).phone == "13800001234"


@pytest.mark.parametrize("other", ["", "0", "x", "-1", "9" * 30, "１２", "\x00"])
def test_odd_partners(two: tuple[Customer, Customer], cast: Cast, other: str, client_of: ClientOf) -> None:
    client = client_of(cast.manager)
    address = f"/customers/{two[0].pk}/merge/"
    assert client.get(address, {"with": other}).status_code in (200, 404)
    assert client.post(address, {"with": other}).status_code in (200, 404)
    assert (
        client.post(
            address, {"with": two[1].pk, "pick:nothing": "gone", "pick:phone": "x", "kept_version": "９"}
        ).status_code
        == 302
    )


def test_who_may_not_reach_both_may_not_merge(
    two: tuple[Customer, Customer], cast: Cast, client_of: ClientOf
) -> None:
    far = create_customer(by=None, name="顺达通讯", owner=cast.other_rep)
    assert client_of(cast.manager).get(f"/customers/{two[0].pk}/merge/", {"with": far.pk}).status_code == 404
    assert client_of(cast.rep).get(f"/customers/{two[0].pk}/merge/").status_code == 403


# The scan -----------------------------------------------------------------------------------------


def scan(cast: Cast) -> Job:
    with TestCase.captureOnCommitCallbacks(execute=True):
        job = scanning.start_scan(by=cast.director)
    assert job is not None
    return Job.objects.get(pk=job.pk)


def names() -> set[tuple[str, str]]:
    rows = DuplicatePair.objects.undecided().order_by("first__name")
    return {tuple(sorted(pair)) for pair in rows.values_list("first__name", "second__name")}


def test_scan_finds_remembers_and_forgets(cast: Cast) -> None:
    one, other, third, _alone = [
        create_customer(by=None, name=name, phone=phone)
        for name, phone in (
            ("顺达通讯", "13800001234"),
            ("順達通訊商行", ""),
            ("别名", "13800001234"),
            ("远帆数码", ""),
        )
    ]
    job = scan(cast)
    assert (job.status, job.message) == (Job.Status.DONE, "2 possible duplicates")
    assert names() == {("順達通訊商行", "顺达通讯"), ("别名", "顺达通讯")}
    pair = DuplicatePair.objects.get(first=one, second=third)
    scanning.decide_pair(pair, by=cast.director, two=True)
    change_customer(other, by=None, name="恒远数码")
    assert scan(cast).message == "0 possible duplicates"
    assert DuplicatePair.objects.get().decided_by == cast.director
    scanning.decide_pair(pair, by=cast.director, two=False)
    assert names() == {("别名", "顺达通讯")}


def test_scan_goes_on_where_it_was_in_slices(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    create_many(
        [
            {"name": f"恒达通讯{number // 2}", "phone": f"1380000{number // 2:04}", "code": ""}
            for number in range(40)
        ],
        by=None,
        note="",
    )
    monkeypatch.setattr(scanning, "SLICE", 7)
    job = scanning.start_scan(by=cast.director)
    assert job is not None
    taken = jobs._take(job.pk)
    assert taken is not None
    slices = 1
    while scanning.scan_slice(taken):
        slices += 1
        again = Job.objects.get(pk=job.pk)
        assert again.params["after"] == taken.params["after"]
        taken = jobs._take(job.pk)  # another worker goes on
        assert taken is not None
    assert slices > 10
    assert scanning.finish_scan(taken) == 20


def test_a_phone_that_all_share_costs_in_proportion(cast: Cast) -> None:
    create_many(
        [
            {"name": f"甲乙丙{chr(0x4E00 + 3 * number)}店", "phone": "13800001234", "code": ""}
            for number in range(200)
        ],
        by=None,
        note="",
    )
    with CaptureQueriesContext(connection) as queries:
        scan(cast)
    assert DuplicatePair.objects.count() <= 200 * scanning.WINDOW
    assert len(queries) < 60


def test_a_scan_can_be_stopped_and_only_one_runs(cast: Cast) -> None:
    job = scanning.start_scan(by=cast.director)
    assert job is not None
    assert scanning.start_scan(by=cast.director) is None
    jobs.request_cancel(job)
    assert Job.objects.get(pk=job.pk).status == Job.Status.CANCELLED
    assert scanning.running() is None


def test_pairs_page_shows_decides_and_keeps_to_reach(cast: Cast, client_of: ClientOf) -> None:
    mine = [
        create_customer(by=None, name=name, owner=cast.rep, phone="13800001234")
        for name in ("顺达通讯", "顺达通讯商行")
    ]
    create_customer(by=None, name="顺达通讯有限公司", owner=cast.other_rep, phone="13800001234")
    client = client_of(cast.manager)
    assert "Scan for duplicates" in client.get("/customers/duplicates/").content.decode()
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert client.post("/customers/duplicates/scan/").status_code == 302
    page = client.get("/customers/duplicates/").content.decode()
    assert "same phone" in page.lower()
    assert "顺达通讯商行" in page
    assert "顺达通讯有限公司" not in page
    assert client.get("/customers/duplicates/", {"after": "x,y"}).status_code == 200
    assert "顺达通讯商行" not in client.get("/customers/duplicates/", {"after": "0,1"}).content.decode()
    pair = DuplicatePair.objects.get(first=mine[0], second=mine[1])
    assert client_of(cast.other_manager).post(f"/customers/duplicates/{pair.pk}/").status_code == 404
    client.post(f"/customers/duplicates/{pair.pk}/")
    assert "顺达通讯商行" not in client.get("/customers/duplicates/").content.decode().split("fr-flashes")[0]
    client.post(f"/customers/duplicates/{pair.pk}/?undo=1")
    assert DuplicatePair.objects.undecided().filter(pk=pair.pk).exists()
    hidden = DuplicatePair.objects.exclude(pk=pair.pk).first()
    assert hidden is not None
    assert client.post(f"/customers/duplicates/{hidden.pk}/").status_code == 404
    assert client_of(cast.rep).get("/customers/duplicates/").status_code == 403
